//! One connection as the server knows it: who it is, and how far its registration has come.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::caps::Caps;
use super::channel::ChannelId;
use super::event::{AskId, Secret};
use super::label::Label;
use super::messages::batch::ClientBatch;
use super::messages::remembered::Remembered;
use super::mode_table::USER_MODES;
pub(super) use super::mode_table::UserMode;
use super::operator::Privilege;
use super::origin::Origin;
use crate::time::{Now, Time};
use crate::wire::{Folded, LineBuffer, Nick, Peer};

/// A connection, registered or not.
#[derive(Debug)]
pub(super) struct User {
    /// A number that nobody had before, whatever nick and connection they had.
    pub(super) number: u64,
    pub(super) host: Box<str>,
    /// What else transports found out.
    pub(super) origin: Option<Box<Origin>>,
    pub(super) nick: Option<Nick>,
    /// What `USER` gave, with a `~` before it: nobody vouches for it.
    pub(super) name: Box<str>,
    pub(super) realname: Box<str>,
    /// What is still missing; `None` once the user is registered.
    pub(super) registration: Option<Registration>,
    pub(super) caps: Caps,
    /// `CAP LS 302` came: the client knows of capabilities' values, and of lists on several lines.
    pub(super) knows_values: bool,
    /// A bit for each mode: see [`UserMode`].
    modes: u8,
    /// What an operator of the server may do; empty for others.
    pub(super) privileges: Vec<Privilege>,
    /// The account that the user is logged in to. There are none yet: nobody is.
    pub(super) account: Option<Rc<str>>,
    pub(super) away: Option<Box<str>>,
    /// In the order in which they were joined.
    pub(super) channels: Vec<ChannelId>,
    /// Channels that the user was invited to, the oldest invitation first. The channels know it too.
    pub(super) invitations: Vec<ChannelId>,
    /// The nicks that the user watches (`MONITOR`), in the order in which they were added.
    pub(super) watched: Vec<Folded>,
    pub(super) metadata: BTreeMap<Box<str>, Box<str>>,
    /// The keys of metadata that the user wants to hear of.
    pub(super) subscriptions: BTreeSet<Box<str>>,
    /// What the user said in private, to the users of which numbers.
    pub(super) said: Remembered<u64>,
    /// A message in several lines whose end has not come.
    pub(super) batch: Option<Box<ClientBatch>>,
    pub(super) signed_on: Time,
    /// When the last bytes arrived.
    pub(super) last_heard: Time,
    /// When the user last said something to somebody (317).
    pub(super) last_spoke: Time,
    /// When a `PING` was sent that nothing has answered.
    pub(super) pinged: Option<Time>,
    /// When the server looks at this connection next: its entry in the deadlines.
    pub(super) due: Time,
    /// The beginning of a line whose end has not arrived.
    pub(super) buffer: LineBuffer,
    /// What the connection waits for before its next line is handled.
    pub(super) waiting: Option<Box<Waiting>>,
}

/// An answer that a connection waits for. "Replies come in the order of the commands": so no line of it is handled
/// meanwhile.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) ask: AskId,
    pub(super) purpose: Purpose,
    /// The label of the command that waits.
    pub(super) label: Option<Label>,
    /// What it has sent meanwhile.
    pub(super) held: Vec<u8>,
}

/// What the answer is for.
#[derive(Debug)]
pub(super) enum Purpose {
    /// The registration goes on if the server's password is right.
    Register,
    /// Somebody becomes an operator, by this name and with these privileges, if the password is right.
    Oper { name: Box<str>, privileges: Vec<Privilege> },
    /// An operator asked for the settings to be read anew.
    Rehash,
}

/// What a connection has said of itself so far.
#[derive(Debug, Default)]
pub(super) struct Registration {
    pub(super) user_given: bool,
    /// `CAP LS` or `CAP REQ` came, and `CAP END` has not.
    pub(super) negotiating: bool,
    /// What `PASS` gave last.
    pub(super) password: Option<Secret>,
}

impl User {
    pub(super) fn new(peer: &Peer, now: Now, due: Time) -> Self {
        Self {
            number: 0,
            host: peer.host.clone(),
            origin: Origin::of(peer),
            nick: None,
            name: "".into(),
            realname: "".into(),
            registration: Some(Registration::default()),
            caps: Caps::default(),
            knows_values: false,
            modes: 0,
            privileges: Vec::new(),
            account: None,
            away: None,
            channels: Vec::new(),
            invitations: Vec::new(),
            watched: Vec::new(),
            metadata: BTreeMap::new(),
            subscriptions: BTreeSet::new(),
            said: Remembered::default(),
            batch: None,
            signed_on: now.wall,
            last_heard: now.mono,
            last_spoke: now.mono,
            pinged: None,
            due,
            buffer: LineBuffer::default(),
            waiting: None,
        }
    }

    pub(super) fn is_registered(&self) -> bool {
        self.registration.is_none()
    }

    /// The nick, or `*` for somebody who has none yet.
    pub(super) fn shown_nick(&self) -> &str {
        self.nick.as_ref().map_or("*", Nick::as_str)
    }

    /// `nick!user@host`, which stands before everything that the user does.
    pub(super) fn source(&self) -> String {
        [self.shown_nick(), "!", &self.name, "@", &self.host].concat()
    }

    /// `nick (~user@host)`, as server notices and STATS show somebody.
    pub(super) fn described(&self) -> String {
        [self.shown_nick(), " (", &self.name, "@", &self.host, ")"].concat()
    }

    pub(super) fn has(&self, mode: UserMode) -> bool {
        self.modes & (1 << mode as u8) != 0
    }

    /// Switches a mode, and returns whether that changed anything. To be called by the state alone, which counts.
    pub(super) fn set(&mut self, mode: UserMode, on: bool) -> bool {
        let changes = self.has(mode) != on;
        self.modes ^= u8::from(changes) << mode as u8;
        changes
    }

    pub(super) fn is_operator(&self) -> bool {
        self.has(UserMode::Operator)
    }

    pub(super) fn is_invisible(&self) -> bool {
        self.has(UserMode::Invisible)
    }

    pub(super) fn is_bot(&self) -> bool {
        self.has(UserMode::Bot)
    }

    pub(super) fn may(&self, privilege: Privilege) -> bool {
        self.privileges.contains(&privilege)
    }

    /// The user modes that are on, as `+i`.
    pub(super) fn modes(&self) -> String {
        let on = USER_MODES.iter().filter(|row| self.has(row.mode)).map(|row| row.letter);
        ['+'].into_iter().chain(on).collect()
    }
}
