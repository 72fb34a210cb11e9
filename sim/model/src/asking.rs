//! From a line to its answer: labels, and what waits for an answer of the world.

use super::config::Operator;
use super::event::{AskId, ConnId, Question, Time};
use super::text::{Said, cut, tag};
use super::{Expect, Model};

/// A command that goes on when an answer has come. Nothing of its connection is handled before.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) ask: AskId,
    pending: Pending,
    /// The command's label, and what its sender would have heard already if it had none.
    label: Option<String>,
    said: Vec<Expect>,
    /// Since when it waits. That time counts for no deadline.
    pub(super) since: Time,
    /// What came with the command, behind it.
    pub(super) held: Vec<u8>,
}

/// What an answer is for.
#[derive(Debug)]
pub(super) enum Pending {
    Register,
    /// To become an operator.
    Oper(Operator),
    Rehash,
    /// Nobody is asked: the command waits until less is unsettled.
    Room,
}

impl Model {
    pub(super) fn line(&mut self, who: ConnId, said: &Said) {
        self.begin();
        match said {
            Said::Command { tags, command, params } => {
                let params: Vec<&str> = params.iter().map(String::as_str).collect();
                let label = self.label(who, tags);
                if !self.is_in_batch(who, &label, command, &params, tags) {
                    self.answer_to(who, label, Vec::new(), |model| model.act(who, command, &params, tags));
                }
                return;
            }
            Said::TooLong => self.numeric(who, "417", &[]),
            Said::NotUtf8 { tags, command } => {
                let label = self.label(who, tags);
                self.answer_to(who, label, Vec::new(), |model| model.fail(who, cut(command, 32), "INVALID_UTF8", &[]));
            }
            Said::Garbage => self.numeric(who, "400", &["*"]),
        }
        self.spoil_batch(who);
    }

    /// The label that the answers to a line must carry.
    pub(super) fn label(&self, who: ConnId, tags: &str) -> Option<String> {
        let label = tag(tags, "label").filter(|label| (1..=64).contains(&label.len()))?;
        (self.has(who, "labeled-response") && self.has(who, "batch")).then_some(label)
    }

    /// Does something, and makes of what `who` hears because of it (and has `said` before) the answer to a label. If it
    /// waits for something, the answer waits too.
    pub(super) fn answer_to(
        &mut self,
        who: ConnId,
        label: Option<String>,
        said: Vec<Expect>,
        act: impl FnOnce(&mut Self),
    ) {
        let before = self.out.len();
        self.labeled = label.is_some();
        act(self);
        if let Some(label) = label {
            let (theirs, others): (Vec<_>, Vec<_>) = self.out.drain(before..).partition(|(conn, _)| *conn == who);
            self.out.extend(others);
            let mut inside: Vec<Expect> = said.into_iter().chain(theirs.into_iter().map(|row| row.1)).collect();
            if let Some(waiting) = self.sessions.get_mut(&who).and_then(|session| session.waiting.as_mut()) {
                (waiting.label, waiting.said) = (Some(label), inside);
                return;
            }
            let close = inside.pop_if(|last| *last == Expect::Close);
            // Whoever is closed hears that as soon as it is said, and others, that they are gone.
            let last = inside.last().cloned().filter(|_| close.is_some());
            self.put_with(who, last.as_ref(), Expect::Labeled { label, inside });
            self.out.extend(close.map(|close| (who, close)));
        }
        for (conn, step) in std::mem::take(&mut self.after) {
            self.put_with(conn, None, step);
        }
    }

    /// Lets a connection wait for the answer to a question.
    pub(super) fn wait(&mut self, who: ConnId, pending: Pending) -> AskId {
        self.asks += 1;
        let (ask, label, said, held, since) = (self.asks, None, Vec::new(), Vec::new(), self.now.mono);
        self.session_mut(who).waiting = Some(Waiting { ask, pending, label, said, since, held });
        ask
    }

    /// Lets a connection wait until it is known whether its password is right.
    pub(super) fn verify(&mut self, who: ConnId, pending: Pending, password: &str, hash: &str) {
        let ask = self.wait(who, pending);
        self.asked.push((ask, Question::Verify { password: password.into(), hash: hash.into() }));
    }

    /// An answer came: whoever waits for it goes on, and then with what they sent meanwhile.
    pub(super) fn answered(&mut self, ask: AskId, act: impl FnOnce(&mut Self, ConnId, Pending)) {
        let Some((who, waiting)) = self.goes_on(ask) else { return };
        let Waiting { pending, label, said, held, .. } = waiting;
        self.begin();
        self.answer_to(who, label, said, |model| act(model, who, pending));
        self.read(who, &held);
    }

    /// Whoever waits for this answer waits no more. The time for which they did counts for no deadline.
    pub(super) fn goes_on(&mut self, ask: AskId) -> Option<(ConnId, Waiting)> {
        let (who, now) = (self.asker(ask)?, self.now.mono);
        let session = self.session_mut(who);
        let waiting = session.waiting.take()?;
        let waited = now.saturating_sub(waiting.since);
        (session.connected, session.heard) = (session.connected + waited, session.heard + waited);
        session.pinged = session.pinged.map(|pinged| pinged + waited);
        Some((who, waiting))
    }
}
