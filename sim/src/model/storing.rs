//! `docs/protocol/storing.md`: what waits for the log, what becomes of what is refused.

use verbatim::server::{ConnId, Outcome, Seq};

use super::redaction::{Place, Undo};
use super::{Expect, Model};

/// What the model knows of a log.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// The last numbers that were appended, and settled.
    appended: Seq,
    settled: Seq,
    /// What was said or taken back and is not settled, in order; up to which number it was appended, once that is known.
    open: Vec<(Option<Seq>, Undo)>,
    /// What was settled last was refused.
    refusing: bool,
}

impl Model {
    /// The server appended facts up to this number because of the last event.
    pub fn appended(&mut self, upto: Seq) {
        self.log.appended = upto;
        self.log.open.iter_mut().filter(|(upto, _)| upto.is_none()).for_each(|row| row.0 = Some(upto));
    }

    /// The last event is over: whoever was sent a PING in it may have to wait for it.
    pub fn event_over(&mut self) {
        let (now, appended) = (self.now.mono, self.log.appended);
        if appended > self.log.settled {
            let pinged =
                self.sessions.values_mut().filter(|session| session.pinged == Some(now) && session.ping_is_new);
            pinged.for_each(|session| session.ping_waits_for = Some(appended));
        }
        self.sessions.values_mut().for_each(|session| session.ping_is_new = false);
    }

    /// Says something that the log keeps. Whoever says it hears what `tell` lets them hear if it is stored, and else, in its
    /// place, that it is not.
    pub(super) fn kept(&mut self, who: ConnId, command: &str, target: &str, tell: impl FnOnce(&mut Self)) {
        if !self.config.log {
            return tell(self);
        }
        let (before, before_after) = (self.out.len(), self.after.len());
        tell(self);
        let (own, others): (Vec<_>, Vec<_>) = self.out.drain(before..).partition(|(conn, _)| *conn == who);
        self.out.extend(others);
        let stored = own.into_iter().map(|row| row.1).collect();
        self.fail(who, command, "NOT_STORED", &[target]);
        let refused = self.out.pop().into_iter().map(|row| row.1).collect();
        self.out.push((who, Expect::Either { stored, refused }));
        for row in &mut self.after[before_after..] {
            let aside = std::mem::replace(&mut row.1, Expect::Close);
            row.1 = Expect::Either { stored: vec![aside], refused: Vec::new() };
        }
    }

    /// Remembers what is to be done if it is refused.
    pub(super) fn may_undo(&mut self, undo: Undo) {
        if self.config.log {
            self.log.open.push((None, undo));
        }
    }

    /// Whether it is not known whether this was said.
    pub(super) fn is_open(&self, deed: u64) -> bool {
        self.log.open.iter().any(|(_, undo)| matches!(undo, Undo::Said { deed: said } if *said == deed))
    }

    pub(super) fn settled(&mut self, upto: Seq, outcome: Outcome<'_>) {
        self.log.settled = upto;
        let open = std::mem::take(&mut self.log.open);
        let (settled, open): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(row, _)| row.is_some_and(|row| row <= upto));
        self.log.open = open;
        let now = self.now.mono;
        for session in self.sessions.values_mut() {
            if session.ping_waits_for.take_if(|seq| *seq <= upto).is_some() {
                session.pinged = Some(now);
            }
        }
        let refused = matches!(outcome, Outcome::Refused(_));
        let before = std::mem::replace(&mut self.log.refusing, refused);
        let Outcome::Refused(why) = outcome else { return };
        settled.into_iter().rev().for_each(|(_, undo)| self.undo(undo));
        if !before {
            for user in self.registered().filter(|user| self.users[user].modes.contains(&'s')).collect::<Vec<_>>() {
                let text = format!("*** The log refuses what happens: {why}");
                let line = format!(":{} NOTICE {} :{text}", self.config.name, self.nick_of(user));
                self.also(self.sessions_of(user), &line);
            }
        }
    }

    fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::Said { deed } => {
                let in_channels = self.channels.values_mut().map(|channel| &mut channel.said);
                let all = in_channels.chain(self.users.values_mut().map(|user| &mut user.said));
                all.for_each(|said| said.retain(|said| said.deed != deed));
            }
            Undo::Redacted { place, said } => {
                let channel = self.channels.values_mut().find(|channel| place == Place::Channel(channel.number));
                let all = match place {
                    Place::Channel(_) => channel.map(|channel| &mut channel.said),
                    Place::User(user) => self.users.get_mut(&user).map(|user| &mut user.said),
                };
                let Some(all) = all else { return };
                let at = all.iter().position(|other| other.deed > said.deed).unwrap_or(all.len());
                all.insert(at, said);
            }
        }
    }
}

/// One face of what is expected, with nothing left to be settled.
pub(super) fn face(expects: &[Expect], is_stored: bool) -> Vec<Expect> {
    let one = |expect: &Expect| match expect {
        Expect::Either { stored, refused } => if is_stored { stored } else { refused }.clone(),
        other => vec![other.clone()],
    };
    expects.iter().flat_map(one).collect()
}
