//! Checks the invariants of the tables, and each relation from both sides. Only for tests and the simulator.

use std::collections::BTreeSet;

use super::{State, Watchers};
use crate::server::channel::{Channel, Flag, ListMode};
use crate::server::config::SESSIONS_PER_USER;
use crate::server::event::{ConnId, Stays};
use crate::server::fact::{Fact, Seq};
use crate::server::id::{ChannelId, UserId};
use crate::server::session::Session;
use crate::server::user::{Rare, User, UserMode};

/// Something that changed the state, as recorded for tests.
#[derive(Debug)]
pub(in super::super) enum Happened {
    /// A fact, and what each receiver got.
    Fact(Box<Fact<'static>>, Vec<String>),
    /// Facts were settled.
    Settled { upto: Seq, refused: bool },
}

/// `Err` describes the first violation.
type Outcome = Result<(), String>;

fn hold(holds: bool, what: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(what()) }
}

impl State {
    pub(in super::super) fn record(&mut self) {
        self.recorder = Some(Vec::new());
    }

    pub(in super::super) fn recorder(&self) -> Option<&[Happened]> {
        self.recorder.as_deref()
    }

    pub(in super::super) fn recorder_mut(&mut self) -> Option<&mut Vec<Happened>> {
        self.recorder.as_mut()
    }

    /// Checks all invariants.
    pub(in super::super) fn audit(&self) -> Outcome {
        for (conn, session) in self.sessions() {
            self.audit_session(conn, session)?;
        }
        for (id, user) in self.users() {
            self.audit_user(id, user)?;
        }
        for (id, channel) in self.channels.by_number() {
            self.audit_channel(id, channel)?;
        }
        self.audit_indexes()?;
        self.audit_counts()?;
        self.audit_unsettled()
    }

    fn audit_session(&self, conn: ConnId, session: &Session) -> Outcome {
        let listed = self.users.get(session.user.0).is_some() && self.sessions_of(session.user).contains(&conn);
        hold(listed, || format!("session {conn} is not listed by its user"))?;
        let user = self.user(session.user);
        hold(session.is_registered() == user.registered, || {
            format!("session {conn} and its user disagree about registration")
        })?;
        let silent = self.unsettled.pings.iter().any(|&(_, other)| other == conn);
        hold(session.due.is_some() || silent, || format!("session {conn} has no deadline"))?;
        let pending = session.waiting.as_ref().and_then(|waiting| waiting.answer.as_ref());
        let listed = session.due.is_some_and(|due| self.deadlines.contains(&(due, conn)));
        hold(listed == (session.due.is_some() && pending.is_none()), || {
            format!("the deadline of session {conn} is wrongly listed or missing")
        })?;
        if let Some(pending) = pending {
            let asks = self.asks.get(&pending.ask) == Some(&conn);
            hold(asks, || format!("session {conn} waits for an answer that is not pending"))?;
        }
        let limits = &self.limits;
        let subscriptions = session.subscriptions().len();
        hold(subscriptions <= limits.metadata_subscriptions, || {
            format!("session {conn} has {subscriptions} subscriptions")
        })
    }

    fn audit_user(&self, id: UserId, user: &User) -> Outcome {
        let conns = self.sessions_of(id);
        let whose = conns.iter().all(|&conn| self.get(conn).is_some_and(|session| session.user == id));
        hold(whose && conns.is_sorted(), || {
            format!("{id:?} lists sessions {conns:?} that are not its own, or out of order")
        })?;
        hold(conns.len() <= SESSIONS_PER_USER, || format!("{id:?} has {} sessions", conns.len()))?;
        let name = user.shown_nick();
        if let Some(nick) = &user.nick {
            let held = self.nicks.holders.get(&self.casemapping.fold(nick.as_str())) == Some(&id);
            hold(held && self.nicks.looks.contains(&(nick.skeleton(), id)), || {
                format!("{id:?} does not hold its nick {name}")
            })?;
        }
        if !user.registered {
            let bare = user.channels.is_empty() && user.rare.invitations.is_empty() && conns.len() == 1;
            return hold(bare && user.rare.stays == Stays::No, || {
                format!("{id:?} is provisional, but has channels, invitations, a stay or not exactly one session")
            });
        }
        hold(user.nick.is_some(), || format!("{id:?} is registered without a nick"))?;
        hold(user.rare.stays != Stays::No || !conns.is_empty(), || {
            format!("{name} does not stay, and has no session")
        })?;
        hold(user.rare.away == self.away_by_sessions(id), || format!("{name} is shown away as {:?}", user.rare.away))?;
        let opered = conns.iter().filter(|&&conn| self.session(conn).opered).count();
        let office = user.is_operator() && opered == 1 || !user.is_operator() && user.rare.privileges.is_empty();
        hold(office, || {
            format!("{name} has privileges {:?} with {opered} sessions that sent OPER", user.rare.privileges)
        })?;
        hold(self.notified.contains(&id) == user.has(UserMode::Notices), || {
            format!("{name}'s mode s and the list of notified users differ")
        })?;
        let distinct: BTreeSet<&ChannelId> = user.channels.iter().collect();
        hold(distinct.len() == user.channels.len(), || format!("{name} is in a channel twice"))?;
        let inside = |id_of: &ChannelId| self.channels.get(*id_of).is_some_and(|channel| channel.member(id).is_some());
        hold(user.channels.iter().all(inside), || format!("{name} lists a channel that does not list them"))?;
        let invited =
            |id_of: &ChannelId| self.channels.get(*id_of).is_some_and(|channel| channel.invited.contains(&id));
        hold(user.rare.invitations.iter().all(invited), || {
            format!("{name} lists an invitation that the channel does not")
        })?;
        let limits = &self.limits;
        hold(user.channels.len() <= limits.channels_per_user, || format!("{name} is in too many channels"))?;
        hold(user.rare.invitations.len() <= limits.invitations, || format!("{name} has too many invitations"))?;
        for note in user.rare.notes.iter() {
            hold(note.is_within(limits), || format!("too much is kept about {name}: {note:?}"))?;
        }
        hold(user.rare.metadata.len() <= limits.metadata_keys, || format!("{name} has too many keys"))?;
        hold(user.rare.said.len() <= limits.redactable_private_messages, || format!("{name}'s messages are too many"))
    }

    fn audit_channel(&self, id: ChannelId, channel: &Channel) -> Outcome {
        let name = channel.name.as_str();
        hold(self.channels.id(name) == Some(id), || format!("{name} is not found by its name"))?;
        let members = channel.members();
        hold(!members.is_empty(), || format!("{name} has no members"))?;
        hold(members.is_sorted_by_key(|member| member.user), || format!("the members of {name} are out of order"))?;
        let knows =
            |user: UserId| self.users.get(user.0).is_some_and(|user| user.registered && user.channels.contains(&id));
        hold(members.iter().all(|member| knows(member.user)), || {
            format!("{name} lists a member who does not list it")
        })?;
        let knows = |user: &UserId| self.users.get(user.0).is_some_and(|user| user.rare.invitations.contains(&id));
        hold(channel.invited.iter().all(knows), || format!("{name} lists an invited user who does not list it"))?;
        let kept = !channel.modes.has(Flag::TlsOnly) || members.iter().all(|member| self.is_all_by_tls(member.user));
        hold(kept, || format!("a member of {name} is not connected by TLS"))?;
        let limits = &self.limits;
        for list in [ListMode::Ban, ListMode::Exception, ListMode::InviteException] {
            hold(channel.list(list).len() <= limits.list_entries, || format!("{name} has a list that is too long"))?;
        }
        hold(channel.metadata.len() <= limits.metadata_keys, || format!("{name} has too many keys"))?;
        hold(channel.said.len() <= limits.redactable_messages, || format!("the messages of {name} are too many"))
    }

    fn audit_indexes(&self) -> Outcome {
        for (folded, &id) in &self.nicks.holders {
            let nick = self.users.get(id.0).and_then(|user| user.nick.as_ref());
            let holds = nick.is_some_and(|nick| self.casemapping.fold(nick.as_str()) == *folded);
            hold(holds, || format!("{folded:?} is held by {id:?}, who has another nick"))?;
        }
        hold(self.nicks.looks.len() == self.nicks.holders.len(), || {
            "the numbers of skeletons and nicks differ".into()
        })?;
        hold(self.channels.names() == self.channels.len(), || {
            "the numbers of channel names and channels differ".into()
        })?;
        for &(due, conn) in &self.deadlines {
            let right = self.get(conn).is_some_and(|session| session.due == Some(due));
            hold(right, || format!("a deadline of connection {conn} is left behind"))?;
        }
        self.audit_watchers()?;
        for (ask, &conn) in &self.asks {
            let waiting = self.get(conn).and_then(|session| session.waiting.as_ref());
            let waits = waiting.and_then(|row| row.answer.as_ref()).is_some_and(|pending| pending.ask == *ask);
            hold(waits, || format!("answer {ask} is pending, but no connection waits for it"))?;
        }
        for &(end, id) in &self.ends {
            let stays = self.users.get(id.0).is_some_and(|user| user.rare.stays == Stays::Until(end));
            hold(stays, || format!("{id:?} does not stay until {end:?}"))?;
        }
        let listed = (0..self.sessions_of.len() as u32).map(UserId).filter(|&id| self.users.get(id.0).is_none());
        hold(listed.into_iter().all(|id| self.sessions_of(id).is_empty()), || {
            "a removed user still has sessions".into()
        })
    }

    fn audit_watchers(&self) -> Outcome {
        let Watchers { of, by, .. } = &self.watchers;
        for (conn, watched) in by {
            hold(self.get(*conn).is_some(), || format!("connection {conn} is gone, and watches {watched:?}"))?;
            let few = watched.len() <= self.limits.monitor_entries;
            hold(few, || format!("session {conn} watches too many"))?;
            for nick in watched {
                let watches = of.get(nick).is_some_and(|watchers| watchers.contains_key(conn));
                hold(watches, || format!("{nick:?} is listed for session {conn}, but not vice versa"))?;
            }
        }
        for (nick, watchers) in of {
            let watches = |conn: &ConnId| by.get(conn).is_some_and(|watched| watched.contains(nick));
            hold(!watchers.is_empty() && watchers.keys().all(watches), || {
                format!("a watcher of {nick:?} is left behind")
            })?;
        }
        Ok(())
    }

    fn audit_counts(&self) -> Outcome {
        let count = |what: &str, counted: usize, kept: usize| {
            hold(counted == kept, || format!("{counted} {what}, and {kept} are counted"))
        };
        count("connections", self.sessions().count(), self.connections)?;
        count("unregistered", self.sessions().filter(|(_, row)| !row.is_registered()).count(), self.unregistered)?;
        count("registered", self.users().filter(|(_, user)| user.registered).count(), self.registered)?;
        count("invisible", self.users().filter(|(_, user)| user.is_invisible()).count(), self.invisible)?;
        count("operators", self.users().filter(|(_, user)| user.is_operator()).count(), self.operators)?;
        hold(self.whowas.entries.len() <= self.limits.whowas_entries, || "WHOWAS remembers too many".into())
    }

    fn audit_unsettled(&self) -> Outcome {
        let unsettled = &self.unsettled;
        hold(unsettled.facts.is_empty(), || "facts were not appended".into())?;
        hold(unsettled.settled <= unsettled.appended, || "more is settled than was appended".into())?;
        let bytes: usize = unsettled.commits.iter().map(|&(_, bytes)| bytes).sum();
        hold(bytes == unsettled.bytes, || format!("{bytes} bytes wait, and {} are counted", unsettled.bytes))?;
        let open = |seq: u64| seq > unsettled.settled;
        hold(unsettled.undo.iter().all(|&(seq, _)| open(seq)), || "a settled fact can still be undone".into())?;
        hold(unsettled.pings.iter().all(|&(seq, conn)| open(seq) && self.get(conn).is_some()), || {
            "a PING waits for a settled fact".into()
        })?;
        let waits = |conn: &ConnId| self.get(*conn).is_some_and(|session| session.waiting.is_some());
        let room = |ask: &u64| self.asks.get(ask).is_none_or(waits);
        hold(unsettled.full.iter().all(room), || "a session is queued for room, but does not wait".into())
    }

    /// The part of the state that facts determine, as one line for each user, channel and entry of WHOWAS.
    pub(in super::super) fn shared(&self) -> Vec<String> {
        let users = self.users().filter(|(_, user)| user.registered).map(|(id, user)| {
            let User { number, host, nick, name, realname, account, channels, signed_on, rare, .. } = user;
            let Rare { away, privileges, invitations, metadata, said, last, .. } = &**rare;
            let modes = user.modes();
            format!(
                "{id:?} {number} {nick:?} {name} {host} {realname:?} {modes} {privileges:?} {account:?} {away:?} {channels:?} \
                 {invitations:?} {metadata:?} {said:?} {signed_on:?} {last:?}"
            )
        });
        let channels = self.channels.by_number().map(|(id, channel)| format!("{id} {channel:?}"));
        users.chain(channels).chain(self.whowas.entries.iter().map(|entry| format!("{entry:?}"))).collect()
    }
}
