//! The tables: who is connected, which nick is whose, which channels there are. Knows nothing of commands.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::caps::{Cap, Caps};
use super::channel::{Channel, ChannelId, Member};
use super::event::{AskId, ConnId};
use super::label::Label;
use super::outgoing::Form;
use super::user::{Purpose, User, UserMode, Waiting};
use crate::planted::{Bug, Bugs};
use crate::slots::Slots;
use crate::time::Time;
use crate::wire::{Casemapping, ChannelName, Folded, Nick};

/// Everything that the server remembers.
#[derive(Debug, Default)]
pub(super) struct State {
    /// By connection number. Boxed, since most of the table's growth would be copying otherwise.
    users: Vec<Option<Box<User>>>,
    /// By connection number, beside each other since every broadcast looks at all its receivers'.
    forms: Vec<Form>,
    casemapping: Casemapping,
    bugs: Bugs,
    connections: usize,
    registered: usize,
    most_registered: usize,
    invisible: usize,
    operators: usize,
    /// Who is sent server notices.
    notified: BTreeSet<ConnId>,
    /// How often each command came, by its row.
    commands: Vec<u64>,
    nicks: BTreeMap<Folded, ConnId>,
    /// What the nicks look like: see [`Nick::skeleton`].
    looks: BTreeSet<(Box<str>, ConnId)>,
    channels: Slots<Channel>,
    channel_names: BTreeMap<Folded, ChannelId>,
    /// When to look at which connection. May come too early, never too late: see [`User::due`].
    deadlines: BTreeSet<(Time, ConnId)>,
    /// Who watches which nick, by connection number, with the nick as each wrote it.
    watchers: BTreeMap<Folded, BTreeMap<ConnId, Box<str>>>,
    /// Who waits for which answer.
    asks: BTreeMap<AskId, ConnId>,
    last_ask: AskId,
    last_number: u64,
    /// Users who left or changed their nick, the newest last.
    whowas: VecDeque<Former>,
}

/// A user who was (314).
#[derive(Debug)]
pub(super) struct Former {
    pub(super) nick: Box<str>,
    pub(super) name: Box<str>,
    pub(super) host: Box<str>,
    pub(super) realname: Box<str>,
    pub(super) left: Time,
}

impl State {
    /// Nothing yet; names are compared by `casemapping`.
    pub(super) fn new(casemapping: Casemapping, bugs: Bugs) -> Self {
        Self { casemapping, bugs, ..Self::default() }
    }

    /// How names are compared.
    pub(super) fn casemapping(&self) -> Casemapping {
        self.casemapping
    }

    pub(super) fn insert(&mut self, conn: ConnId, mut user: User) {
        user.number = self.number();
        let at = conn as usize;
        if self.users.len() <= at {
            self.users.resize_with(at + 1, || None);
            self.forms.resize(at + 1, Form::default());
        }
        assert!(self.users[at].is_none(), "connection {conn} was accepted twice");
        self.deadlines.insert((user.due, conn));
        self.forms[at] = Form::of(user.caps);
        self.users[at] = Some(Box::new(user));
        self.connections += 1;
    }

    /// Takes a user out of every table but those of the channels.
    pub(super) fn remove(&mut self, conn: ConnId) -> Option<Box<User>> {
        let user = self.users.get_mut(conn as usize)?.take()?;
        assert!(user.channels.is_empty(), "connection {conn} leaves its channels first");
        self.deadlines.remove(&(user.due, conn));
        for &id in &user.invitations {
            self.channel_mut(id).invited.retain(|&invited| invited != conn);
        }
        if let Some(nick) = &user.nick {
            self.free_nick(nick, conn);
        }
        for nick in &user.watched {
            self.forget_watcher(nick, conn);
        }
        if let Some(waiting) = &user.waiting {
            self.asks.remove(&waiting.ask);
        }
        self.connections -= 1;
        self.registered -= usize::from(user.is_registered());
        self.invisible -= usize::from(user.is_invisible());
        self.operators -= usize::from(user.is_operator());
        self.notified.remove(&conn);
        Some(user)
    }

    pub(super) fn get(&self, conn: ConnId) -> Option<&User> {
        self.users.get(conn as usize)?.as_deref()
    }

    pub(super) fn get_mut(&mut self, conn: ConnId) -> Option<&mut User> {
        self.users.get_mut(conn as usize)?.as_deref_mut()
    }

    /// The user of a connection that is known to be there.
    pub(super) fn user(&self, conn: ConnId) -> &User {
        self.get(conn).expect("the connection is there")
    }

    /// The user of a connection that is known to be there.
    pub(super) fn user_mut(&mut self, conn: ConnId) -> &mut User {
        self.get_mut(conn).expect("the connection is there")
    }

    /// Every connection, in the order of the numbers.
    pub(super) fn users(&self) -> impl Iterator<Item = (ConnId, &User)> {
        self.users.iter().enumerate().filter_map(|(n, user)| Some((n as ConnId, user.as_deref()?)))
    }

    pub(super) fn connections(&self) -> usize {
        self.connections
    }

    pub(super) fn registered(&self) -> usize {
        self.registered
    }

    /// The most users that were registered at once.
    pub(super) fn most_registered(&self) -> usize {
        self.most_registered
    }

    /// How many users are invisible (`+i`).
    pub(super) fn invisible(&self) -> usize {
        self.invisible
    }

    /// How many users are operators of the server.
    pub(super) fn operators(&self) -> usize {
        self.operators
    }

    /// Switches a user's mode, and returns whether that changed anything.
    pub(super) fn set_user_mode(&mut self, conn: ConnId, mode: UserMode, on: bool) -> bool {
        let changes = self.user_mut(conn).set(mode, on);
        if mode == UserMode::Notices {
            match on {
                true => self.notified.insert(conn),
                false => self.notified.remove(&conn),
            };
        }
        let count = match mode {
            UserMode::Invisible => &mut self.invisible,
            UserMode::Operator => &mut self.operators,
            _ => return changes,
        };
        match (changes, on) {
            (true, true) => *count += 1,
            (true, false) => *count -= 1,
            (false, _) => {}
        }
        changes
    }

    /// Who is sent server notices (`+s`), in the order of the numbers.
    pub(super) fn notified(&self) -> impl Iterator<Item = ConnId> {
        self.notified.iter().copied()
    }

    /// Counts a command, by its row in the table.
    pub(super) fn count_command(&mut self, row: usize) {
        if self.commands.len() <= row {
            self.commands.resize(row + 1, 0);
        }
        self.commands[row] += 1;
    }

    /// How often each command came, by its row; those behind the last that came are left out.
    pub(super) fn command_counts(&self) -> &[u64] {
        &self.commands
    }

    /// Changes what a client asked for.
    pub(super) fn set_caps(&mut self, conn: ConnId, caps: Caps) {
        let user = self.user_mut(conn);
        user.caps = caps;
        if !caps.has(Cap::Metadata) || !caps.has(Cap::Batch) {
            user.subscriptions.clear();
        }
        self.forms[conn as usize] = Form::of(caps);
        if self.bugs.has(Bug::TimeUnasked) && caps.has(Cap::MessageTags) {
            let mut more = caps;
            more.set(Cap::ServerTime, true);
            self.forms[conn as usize] = Form::of(more);
        }
    }

    /// Which tags a connection is sent.
    pub(super) fn form(&self, conn: ConnId) -> Form {
        self.forms[conn as usize]
    }

    /// Whether a connection switched a capability on.
    pub(super) fn has_cap(&self, conn: ConnId, cap: Cap) -> bool {
        self.user(conn).caps.has(cap)
    }

    /// A number that was never given out: for the ids of messages and batches.
    pub(super) fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(super) fn count_registered(&mut self) {
        self.registered += 1;
        self.most_registered = self.most_registered.max(self.registered);
    }

    /// Who holds a nick, registered or not.
    pub(super) fn holder(&self, nick: &str) -> Option<ConnId> {
        let casemapping = if self.bugs.has(Bug::NickFoldedAscii) { Casemapping::Ascii } else { self.casemapping };
        self.nicks.get(&casemapping.fold(nick)).copied()
    }

    /// The registered user with this nick.
    pub(super) fn find(&self, nick: &str) -> Option<ConnId> {
        self.holder(nick).filter(|&conn| self.user(conn).is_registered())
    }

    /// Whether another connection's nick looks like this one.
    pub(super) fn has_lookalike(&self, nick: &Nick, conn: ConnId) -> bool {
        let look = nick.skeleton();
        self.looks.range((look.clone(), 0)..=(look, ConnId::MAX)).any(|&(_, other)| other != conn)
    }

    pub(super) fn take_nick(&mut self, nick: &Nick, conn: ConnId) {
        let before = self.nicks.insert(self.casemapping.fold(nick.as_str()), conn);
        assert!(before.is_none_or(|holder| holder == conn), "a nick has one holder");
        self.looks.insert((nick.skeleton(), conn));
    }

    pub(super) fn free_nick(&mut self, nick: &Nick, conn: ConnId) {
        self.nicks.remove(&self.casemapping.fold(nick.as_str()));
        self.looks.remove(&(nick.skeleton(), conn));
    }

    pub(super) fn channel_id(&self, name: &str) -> Option<ChannelId> {
        self.channel_names.get(&self.casemapping.fold(name)).copied()
    }

    pub(super) fn channel(&self, id: ChannelId) -> &Channel {
        self.channels.get(id).expect("the channel is there")
    }

    pub(super) fn channel_mut(&mut self, id: ChannelId) -> &mut Channel {
        self.channels.get_mut(id).expect("the channel is there")
    }

    /// The channels in the order of their folded names.
    pub(super) fn channels(&self) -> impl Iterator<Item = (&Folded, &Channel)> {
        self.channel_names.iter().map(|(name, &id)| (name, self.channel(id)))
    }

    pub(super) fn channel_count(&self) -> usize {
        self.channels.len()
    }

    pub(super) fn create_channel(&mut self, name: ChannelName, now: Time) -> ChannelId {
        let folded = self.casemapping.fold(name.as_str());
        let id = self.channels.insert(Channel::new(name, now));
        let before = self.channel_names.insert(folded, id);
        assert!(before.is_none(), "a channel is created once");
        id
    }

    /// Gives a channel another name, which no other channel has. All else stays as it is.
    pub(super) fn rename_channel(&mut self, id: ChannelId, name: ChannelName) {
        let folded = self.casemapping.fold(name.as_str());
        let before = std::mem::replace(&mut self.channel_mut(id).name, name);
        self.channel_names.remove(&self.casemapping.fold(before.as_str()));
        let taken = self.channel_names.insert(folded, id);
        assert!(taken.is_none(), "a channel's new name is free");
    }

    pub(super) fn enter(&mut self, id: ChannelId, member: Member) {
        self.channel_mut(id).add(member);
        self.user_mut(member.conn).channels.push(id);
    }

    /// Remembers an invitation, as the newest of `conn`; of more than `most` the oldest is forgotten.
    pub(super) fn invite(&mut self, id: ChannelId, conn: ConnId, most: usize) {
        self.uninvite(id, conn);
        let invitations = &self.user(conn).invitations;
        if let Some(&oldest) = invitations.first().filter(|_| invitations.len() >= most) {
            self.uninvite(oldest, conn);
        }
        self.user_mut(conn).invitations.push(id);
        self.channel_mut(id).invited.push(conn);
    }

    pub(super) fn uninvite(&mut self, id: ChannelId, conn: ConnId) {
        self.user_mut(conn).invitations.retain(|&to| to != id);
        self.channel_mut(id).invited.retain(|&invited| invited != conn);
    }

    /// Takes a member out of a channel, and the channel away with its last member. Its invitations go with it.
    pub(super) fn leave(&mut self, id: ChannelId, conn: ConnId) {
        let channel = self.channel_mut(id);
        channel.remove(conn);
        if channel.members().is_empty() && !self.bugs.has(Bug::EmptyChannelKept) {
            let channel = self.channels.remove(id).expect("the channel is there");
            self.channel_names.remove(&self.casemapping.fold(channel.name.as_str()));
            for invited in channel.invited {
                self.user_mut(invited).invitations.retain(|&to| to != id);
            }
        }
        self.user_mut(conn).channels.retain(|&joined| joined != id);
    }

    /// Lets a connection watch a nick, and returns whether it does: not if it watches `most` others already.
    pub(super) fn watch(&mut self, conn: ConnId, nick: &str, most: usize) -> bool {
        let folded = self.casemapping.fold(nick);
        let watched = &mut self.user_mut(conn).watched;
        if watched.contains(&folded) {
            return true;
        }
        if watched.len() >= most {
            return false;
        }
        watched.push(folded.clone());
        self.watchers.entry(folded).or_default().insert(conn, nick.into());
        true
    }

    pub(super) fn unwatch(&mut self, conn: ConnId, nick: &str) {
        let folded = self.casemapping.fold(nick);
        self.user_mut(conn).watched.retain(|watched| *watched != folded);
        self.forget_watcher(&folded, conn);
    }

    pub(super) fn unwatch_all(&mut self, conn: ConnId) {
        for nick in std::mem::take(&mut self.user_mut(conn).watched) {
            self.forget_watcher(&nick, conn);
        }
    }

    fn forget_watcher(&mut self, nick: &Folded, conn: ConnId) {
        if let Some(watchers) = self.watchers.get_mut(nick) {
            watchers.remove(&conn);
            if watchers.is_empty() {
                self.watchers.remove(nick);
            }
        }
    }

    /// The nicks that a connection watches, as it wrote them, in the order in which they were added.
    pub(super) fn watched_by(&self, conn: ConnId) -> Vec<String> {
        self.user(conn).watched.iter().map(|nick| self.watchers[nick][&conn].to_string()).collect()
    }

    /// Who watches a nick, in the order of their numbers, and how each wrote it.
    pub(super) fn watchers(&self, nick: &str) -> Vec<(ConnId, Box<str>)> {
        let watchers = self.watchers.get(&self.casemapping.fold(nick)).into_iter().flatten();
        watchers.map(|(&conn, nick)| (conn, nick.clone())).collect()
    }

    /// Lets a connection wait for an answer. Returns the number to ask by.
    pub(super) fn wait(&mut self, conn: ConnId, purpose: Purpose, label: Option<Label>) -> AskId {
        self.last_ask += 1;
        let ask = self.last_ask;
        self.asks.insert(ask, conn);
        let before = self.user_mut(conn).waiting.replace(Box::new(Waiting { ask, purpose, label, held: Vec::new() }));
        assert!(before.is_none(), "connection {conn} waits for one thing at a time");
        ask
    }

    /// The answer has come: who waited for it, unless they are gone.
    pub(super) fn answered(&mut self, ask: AskId) -> Option<(ConnId, Waiting)> {
        let conn = self.asks.remove(&ask)?;
        let waiting = self.user_mut(conn).waiting.take().expect("who asked waits");
        Some((conn, *waiting))
    }

    /// Moves a connection's deadline.
    pub(super) fn set_due(&mut self, conn: ConnId, due: Time) {
        let user = self.user_mut(conn);
        let before = std::mem::replace(&mut user.due, due);
        self.deadlines.remove(&(before, conn));
        self.deadlines.insert((due, conn));
    }

    pub(super) fn first_deadline(&self) -> Option<(Time, ConnId)> {
        self.deadlines.first().copied()
    }

    /// Remembers a registered user for WHOWAS; of more than `most` the oldest is forgotten.
    pub(super) fn remember(&mut self, conn: ConnId, now: Time, most: usize) {
        let user = self.user(conn);
        let former = Former {
            nick: user.shown_nick().into(),
            name: user.name.clone(),
            host: user.host.clone(),
            realname: user.realname.clone(),
            left: now,
        };
        if self.whowas.len() >= most {
            self.whowas.pop_front();
        }
        self.whowas.push_back(former);
    }

    /// The users who had this nick, the newest first.
    pub(super) fn formers(&self, nick: &str) -> impl Iterator<Item = &Former> {
        self.whowas.iter().rev().filter(move |former| self.casemapping.same(&former.nick, nick))
    }
}
