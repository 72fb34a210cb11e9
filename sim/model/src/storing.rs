//! `docs/protocol/storing.md`: what the log keeps, which lines wait for it, and what follows a refusal.

use std::collections::VecDeque;
use std::time::Duration;

use super::event::{AskId, ConnId, Seq, Time};
use super::expect::{Expect, Face};
use super::place::Place;
use super::redaction::Remembered;
use super::text::Said;
use super::{Model, Session, UserId};

/// Commands that may change something that others see: they wait while too much is unsettled.
const CHANGES: [&str; 20] = [
    "AWAY", "BATCH", "INVITE", "JOIN", "KICK", "KILL", "METADATA", "MODE", "NICK", "NOTICE", "OPER", "PART", "PRIVMSG",
    "QUIT", "REDACT", "RENAME", "SETNAME", "TAGMSG", "TOPIC", "WALLOPS",
];

/// What to undo if a fact is refused: a message, or a redaction in a channel or of a user's private message.
#[derive(Debug)]
enum Undo {
    Said(u64),
    RedactedIn(u64, Remembered),
    RedactedOf(UserId, Remembered),
}

/// A commit.
#[derive(Debug)]
struct Commit {
    number: u64,
    upto: Seq,
    undo: Vec<Undo>,
}

/// What the log keeps, and what is unsettled.
#[derive(Debug, Default)]
pub(super) struct Log {
    is_on: bool,
    /// The time of the last fact; `None` after a later action that is not a fact has begun.
    pub(super) at: Option<Time>,
    /// Whether the lines about the last fact are still to come.
    pub(super) is_new: bool,
    /// How many facts of this event the log keeps.
    kept: usize,
    /// The number of the fact that new lines wait for.
    gate: Option<usize>,
    /// The outcome for which new lines are sent; `None` for both.
    face: Option<Face>,
    /// Facts since the last append.
    appending: usize,
    undo: Vec<Undo>,
    commits: VecDeque<Commit>,
    count: u64,
    /// Sessions that were sent a PING in this event.
    pinged: Vec<ConnId>,
    /// Whether too much is unsettled, and which commands wait for room.
    is_full: bool,
    waiting: VecDeque<AskId>,
    /// Whether the last outcome was a refusal.
    refuses: bool,
}

impl Log {
    pub(super) fn new(is_on: bool) -> Self {
        Self { is_on, ..Self::default() }
    }
}

impl Model {
    /// Begins an event. `is_full` says whether too much is unsettled.
    pub fn begin_event(&mut self, is_full: bool) {
        (self.log.kept, self.log.is_full) = (0, is_full);
        self.begin();
    }

    /// From now on lines do not wait for earlier facts.
    pub(super) fn begin(&mut self) {
        (self.caller, self.room) = (None, self.config.reply_rows);
        (self.log.gate, self.log.face, self.log.at, self.log.is_new) = (None, None, None, false);
    }

    /// Records a fact in these places. If the log keeps it, later lines of the same command wait for it.
    pub(super) fn happens(&mut self, is_kept: bool, places: Vec<Place>) {
        let (milli, wall) = (Duration::from_millis(1), self.now.wall);
        let last = places.iter().map(|place| *self.last_in(place)).max().unwrap_or_default();
        let at = match self.log.is_on {
            true => Duration::from_millis(wall.as_millis() as u64).max(last + milli),
            // Without a log it is the wall clock's time, unless that was set back.
            false if wall >= last => wall,
            false => last + milli,
        };
        for place in &places {
            *self.last_in(place) = at;
        }
        (self.log.at, self.log.is_new) = (Some(at), true);
        if is_kept && self.log.is_on {
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

    /// The channels that a user is in.
    pub(super) fn channels_of(&self, me: UserId) -> Vec<Place> {
        let theirs = self.channels.iter().filter(|(_, channel)| channel.has(me));
        theirs.map(|(folded, _)| Place::Channel(folded.clone())).collect()
    }

    /// The time of the last fact.
    pub(super) fn happened_at(&self) -> Time {
        self.log.at.unwrap_or(self.now.wall)
    }

    /// Runs `act`, whose lines are sent only for this outcome.
    pub(super) fn only(&mut self, face: Face, act: impl FnOnce(&mut Self)) {
        self.log.face = Some(face).filter(|_| self.log.is_on);
        act(self);
        self.log.face = None;
    }

    /// If the message is refused, its sender gets a FAIL in place of the echo.
    pub(super) fn or_not_stored(&mut self, who: ConnId, command: &str, target: &str) {
        if self.log.is_on {
            self.only(Face::Refused, |model| model.fail(who, command, "NOT_STORED", &[target]));
        }
    }

    /// Adds a step that waits for the facts of the same command that the log keeps.
    pub(super) fn put(&mut self, to: ConnId, step: Expect) {
        let face = self.log.face.unwrap_or(Face::Both);
        let step = match self.log.gate {
            Some(number) => Expect::Waits(number, face, step.into()),
            None => step,
        };
        self.out.push((to, step));
    }

    /// Adds a step that waits for the same fact as `last`; without `last`, for all facts of the command so far.
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

    // Unsettled facts.

    /// How many facts of this event the log keeps.
    pub fn kept(&self) -> usize {
        self.log.kept
    }

    /// Whether there are facts that are not appended yet.
    pub fn appends(&self) -> bool {
        self.log.appending > 0
    }

    /// The facts so far are appended; `upto` is the number of the last.
    pub fn appended(&mut self, upto: Seq) {
        self.log.count += 1;
        self.log.appending = 0;
        let undo = std::mem::take(&mut self.log.undo);
        self.log.commits.push_back(Commit { number: self.log.count, upto, undo });
    }

    /// Notes that a session was sent a PING.
    pub(super) fn pinged(&mut self, who: ConnId) {
        self.log.pinged.push(who);
    }

    /// The driver has stopped reading from a session, so a PONG may be unread.
    pub(super) fn unread(&mut self, who: ConnId) {
        if self.sessions.get(&who).is_some_and(|session| session.pinged.is_some()) {
            self.pinged(who);
        }
    }

    /// Ends an event: PINGs sent in it may have to wait for what is unsettled.
    pub fn event_over(&mut self) {
        let last = self.log.commits.back().map(|commit| commit.number);
        for who in std::mem::take(&mut self.log.pinged) {
            if let Some(session) = self.sessions.get_mut(&who) {
                session.ping_waits = last.or(session.ping_waits);
            }
        }
    }

    pub(super) fn said(&mut self, msgid: u64) {
        if self.log.is_on {
            self.log.undo.push(Undo::Said(msgid));
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

    /// Whether a message is unsettled.
    pub(super) fn is_unsettled(&self, msgid: u64) -> bool {
        let undo = self.log.commits.iter().flat_map(|commit| &commit.undo).chain(&self.log.undo);
        undo.into_iter().any(|undo| matches!(undo, Undo::Said(said) if *said == msgid))
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
                let text = format!("*** The log cannot store events: {why}");
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
                Undo::Said(msgid) => said.retain(|other| other.msgid != *msgid),
                Undo::RedactedIn(channel, back) if born == Some(*channel) => said.push(back.clone()),
                Undo::RedactedOf(owner, back) if user == Some(*owner) => said.push(back.clone()),
                _ => {}
            }
            said.sort_by_key(|said| said.msgid);
        }
    }

    /// Whether a command must wait for room; keeps its line if so.
    pub(super) fn waits_for_room(&mut self, who: ConnId, said: &Said, line: &[u8]) -> bool {
        let changes = matches!(said, Said::Command { command, .. } if CHANGES.contains(&&**command));
        if !self.log.is_full || !changes || !self.is_registered(who) {
            return false;
        }
        let ask = self.wait(who, None);
        self.session_mut(who).held = [line, b"\r\n"].concat();
        self.log.waiting.push_back(ask);
        true
    }

    /// There is room again: resumes the first session that waits for it, and returns that session.
    pub fn has_room(&mut self) -> Option<ConnId> {
        self.log.is_full = false;
        while let Some(ask) = self.log.waiting.pop_front() {
            if let Some((who, _)) = self.goes_on(ask) {
                self.resume(who);
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
        let waits = |session: &Session| session.waiting.is_some() || !session.unsent.is_empty();
        self.sessions.iter().filter(move |(_, session)| waits(session)).map(|(&conn, _)| conn)
    }

    /// Forgets everything, since the server stops.
    pub(super) fn forget_log(&mut self) {
        self.log = Log::new(self.log.is_on);
    }
}
