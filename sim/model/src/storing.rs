//! `docs/protocol/storing.md`: what the log keeps, what waits for it, and what becomes of that.

use std::collections::VecDeque;
use std::time::Duration;

use super::asking::Pending;
use super::event::{AskId, ConnId, Seq, Time};
use super::expect::{Expect, Face};
use super::place::Place;
use super::redaction::Remembered;
use super::text::Said;
use super::{Model, Session, UserId};

/// Commands that may change something that others see: while too much is not settled they wait.
const CHANGES: [&str; 20] = [
    "AWAY", "BATCH", "INVITE", "JOIN", "KICK", "KILL", "METADATA", "MODE", "NICK", "NOTICE", "OPER", "PART", "PRIVMSG",
    "QUIT", "REDACT", "RENAME", "SETNAME", "TAGMSG", "TOPIC", "WALLOPS",
];

/// What is taken back if a message is refused, or that it was taken back.
#[derive(Debug)]
enum Undo {
    Said(u64),
    RedactedIn(u64, Remembered),
    RedactedOf(UserId, Remembered),
}

/// What was appended at once.
#[derive(Debug)]
struct Commit {
    number: u64,
    upto: Seq,
    undo: Vec<Undo>,
}

/// What is kept, and what of it is not settled.
#[derive(Debug, Default)]
pub(super) struct Log {
    is_on: bool,
    /// When the last thing happened, if nothing else has been told since that has a time of its own.
    pub(super) at: Option<Time>,
    /// It is not told yet.
    pub(super) is_new: bool,
    /// How many things of this event are kept; which of them is waited for, and how it must be settled.
    kept: usize,
    gate: Option<usize>,
    face: Option<Face>,
    /// What happened since something was appended last.
    appending: usize,
    undo: Vec<Undo>,
    commits: VecDeque<Commit>,
    count: u64,
    /// Who was sent a PING in this event.
    pinged: Vec<ConnId>,
    /// More is not settled than may be; who waits for room.
    is_full: bool,
    waiting: VecDeque<AskId>,
    /// What was settled last was refused.
    refuses: bool,
}

impl Log {
    pub(super) fn new(is_on: bool) -> Self {
        Self { is_on, ..Self::default() }
    }
}

impl Model {
    /// An event begins. `is_full` if more is not settled than may be.
    pub fn begin_event(&mut self, is_full: bool) {
        (self.log.kept, self.log.is_full) = (0, is_full);
        self.begin();
    }

    /// What is said from now on waits for nothing that happened before.
    pub(super) fn begin(&mut self) {
        (self.log.gate, self.log.face, self.log.at, self.log.is_new) = (None, None, None, false);
    }

    /// Something happens in these places, and perhaps the log keeps it. What is told behind it waits with it.
    pub(super) fn happens(&mut self, is_kept: bool, places: Vec<Place>) {
        if !self.log.is_on {
            return;
        }
        let milli = Duration::from_millis(1);
        let last = places.iter().map(|place| *self.last_in(place) + milli).max();
        let now = Duration::from_millis(self.now.wall.as_millis() as u64);
        let at = last.map_or(now, |last| last.max(now));
        for place in &places {
            *self.last_in(place) = at;
        }
        (self.log.at, self.log.is_new) = (Some(at), true);
        if is_kept {
            self.log.kept += 1;
            self.log.appending += 1;
            self.log.gate = Some(self.log.kept);
        }
    }

    fn last_in(&mut self, place: &Place) -> &mut Time {
        match place {
            Place::Channel(folded) => &mut self.channels.get_mut(folded).unwrap().last,
            Place::User(user) => &mut self.user_mut(*user).last,
        }
    }

    /// The channels that somebody is in.
    pub(super) fn channels_of(&self, me: UserId) -> Vec<Place> {
        let theirs = self.channels.iter().filter(|(_, channel)| channel.has(me));
        theirs.map(|(folded, _)| Place::Channel(folded.clone())).collect()
    }

    /// When the last thing happened.
    pub(super) fn happened_at(&self) -> Time {
        self.log.at.unwrap_or(self.now.wall)
    }

    /// What `act` tells comes only if it is stored, or refused.
    pub(super) fn only(&mut self, face: Face, act: impl FnOnce(&mut Self)) {
        self.log.face = Some(face).filter(|_| self.log.is_on);
        act(self);
        self.log.face = None;
    }

    /// A message is not stored: its sender hears of it, in the place of the echo.
    pub(super) fn or_not_stored(&mut self, who: ConnId, command: &str, target: &str) {
        if self.log.is_on {
            self.only(Face::Refused, |model| model.fail(who, command, "NOT_STORED", &[target]));
        }
    }

    /// What a connection is sent next. It waits for what the log keeps of the same command.
    pub(super) fn put(&mut self, to: ConnId, step: Expect) {
        let face = self.log.face.unwrap_or(Face::Both);
        let step = match self.log.gate {
            Some(number) => Expect::Waits(number, face, step.into()),
            None => step,
        };
        self.out.push((to, step));
    }

    /// The same, where it waits for what `last` waits for, or else for all that is kept so far.
    pub(super) fn put_with(&mut self, to: ConnId, last: Option<&Expect>, step: Expect) {
        let gate = match last {
            Some(Expect::Waits(number, ..)) => Some(*number),
            Some(_) => None,
            None => self.log.gate,
        };
        let (face, step) = match step {
            Expect::Waits(_, face, step) => (face, *step),
            step => (Face::Both, step),
        };
        let step = if let Some(number) = gate { Expect::Waits(number, face, step.into()) } else { step };
        self.out.push((to, step));
    }

    // What is not settled.

    /// How many things of this event the log keeps.
    pub fn kept(&self) -> usize {
        self.log.kept
    }

    /// Whether something happened that is not appended.
    pub fn appends(&self) -> bool {
        self.log.appending > 0
    }

    /// What happened is appended; `upto` is the number of the last.
    pub fn appended(&mut self, upto: Seq) {
        self.log.count += 1;
        self.log.appending = 0;
        let undo = std::mem::take(&mut self.log.undo);
        self.log.commits.push_back(Commit { number: self.log.count, upto, undo });
    }

    /// A session is sent a PING.
    pub(super) fn pinged(&mut self, who: ConnId) {
        self.log.pinged.push(who);
    }

    /// A session is not read from: the answer to its PING may be there.
    pub(super) fn unread(&mut self, who: ConnId) {
        if self.sessions.get(&who).is_some_and(|session| session.pinged.is_some()) {
            self.pinged(who);
        }
    }

    /// The event is over: whoever was sent a PING in it may have to wait for what is not settled.
    pub fn event_over(&mut self) {
        let last = self.log.commits.back().map(|commit| commit.number);
        for who in std::mem::take(&mut self.log.pinged) {
            if let Some(session) = self.sessions.get_mut(&who) {
                session.ping_waits = last.or(session.ping_waits);
            }
        }
    }

    pub(super) fn said(&mut self, deed: u64) {
        if self.log.is_on {
            self.log.undo.push(Undo::Said(deed));
        }
    }

    pub(super) fn redacted_in(&mut self, born: u64, said: Vec<Remembered>) {
        let undo = said.into_iter().map(|said| Undo::RedactedIn(born, said));
        self.log.undo.extend(undo.filter(|_| self.log.is_on));
    }

    pub(super) fn redacted_of(&mut self, user: UserId, said: Vec<Remembered>) {
        let undo = said.into_iter().map(|said| Undo::RedactedOf(user, said));
        self.log.undo.extend(undo.filter(|_| self.log.is_on));
    }

    /// Whether it is not known yet that something was said.
    pub(super) fn is_unsettled(&self, deed: u64) -> bool {
        let undo = self.log.commits.iter().flat_map(|commit| &commit.undo).chain(&self.log.undo);
        undo.into_iter().any(|undo| matches!(undo, Undo::Said(said) if *said == deed))
    }

    /// Everything up to `upto` is settled.
    pub(super) fn settled(&mut self, upto: Seq, refused: Option<&str>) {
        let mut undo = Vec::new();
        let mut last = 0;
        while let Some(commit) = self.log.commits.pop_front_if(|commit| commit.upto <= upto) {
            undo.extend(commit.undo);
            last = commit.number;
        }
        let now = self.now.mono;
        for session in self.sessions.values_mut().filter(|session| session.ping_waits.is_some_and(|ping| ping <= last))
        {
            let from = session.waiting.as_ref().map_or(now, |waiting| waiting.since);
            (session.pinged, session.ping_waits) = (Some(from), None);
        }
        let Some(why) = refused else { return self.log.refuses = false };
        undo.into_iter().rev().for_each(|undo| self.take_back(undo));
        if !std::mem::replace(&mut self.log.refuses, true) {
            for user in self.registered().filter(|user| self.users[user].modes.contains(&'s')).collect::<Vec<_>>() {
                let text = format!("*** The log refuses what happens: {why}");
                let line = format!(":{} NOTICE {} :{text}", self.config.name, self.nick_of(user));
                self.also(self.sessions_of(user), &line);
            }
        }
    }

    fn take_back(&mut self, undo: Undo) {
        let of_channels = self.channels.values_mut().map(|channel| (Some(channel.born), None, &mut channel.said));
        let of_users = self.users.iter_mut().map(|(&user, row)| (None, Some(user), &mut row.said));
        for (born, user, said) in of_channels.chain(of_users) {
            match &undo {
                Undo::Said(deed) => said.retain(|other| other.deed != *deed),
                Undo::RedactedIn(channel, back) if born == Some(*channel) => said.push(back.clone()),
                Undo::RedactedOf(owner, back) if user == Some(*owner) => said.push(back.clone()),
                _ => {}
            }
            said.sort_by_key(|said| said.deed);
        }
    }

    /// Whether a line waits until there is room; with what came behind it.
    pub(super) fn waits_for_room(&mut self, who: ConnId, said: &Said, line: &[u8]) -> bool {
        let changes = matches!(said, Said::Command { command, .. } if CHANGES.contains(&&**command));
        if !self.log.is_full || !changes || !self.is_registered(who) {
            return false;
        }
        let ask = self.wait(who, Pending::Room);
        if let Some(waiting) = &mut self.session_mut(who).waiting {
            waiting.held = [line, b"\r\n"].concat();
        }
        self.log.waiting.push_back(ask);
        true
    }

    /// There is room: whoever waited for it first goes on. Returns who did.
    pub fn has_room(&mut self) -> Option<ConnId> {
        self.log.is_full = false;
        while let Some(ask) = self.log.waiting.pop_front() {
            if let Some((who, waiting)) = self.goes_on(ask) {
                self.read(who, &waiting.held);
                return Some(who);
            }
        }
        None
    }

    /// The connection that waits for this answer.
    pub fn asker(&self, ask: AskId) -> Option<ConnId> {
        let waits = |session: &Session| session.waiting.as_ref().is_some_and(|waiting| waiting.ask == ask);
        self.sessions.iter().find(|(_, session)| waits(session)).map(|(&conn, _)| conn)
    }

    /// The connections that wait for something.
    pub fn waiting(&self) -> impl Iterator<Item = ConnId> + '_ {
        self.sessions.iter().filter(|(_, session)| session.waiting.is_some()).map(|(&conn, _)| conn)
    }

    /// The server stops: nothing is known any more.
    pub(super) fn forget_log(&mut self) {
        self.log = Log::new(self.log.is_on);
    }
}
