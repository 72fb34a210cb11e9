//! How a line is answered: labels, and commands that wait for an answer from the host.

use super::event::{AskId, ConnId, Time};
use super::expect::Part;
use super::text::{Said, cut, tag};
use super::{Expect, Model};

/// A command that waits for an answer. Until then its connection's input is not handled.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) ask: AskId,
    /// What to do with the answer; `None` if the command waits for room in the log instead.
    then: Option<Then>,
    /// The command's label.
    label: Option<String>,
    /// When it began to wait. Deadlines are suspended meanwhile.
    pub(super) since: Time,
}

/// What to do with an answer.
pub(super) struct Then(Box<Handler>);

type Handler = dyn FnOnce(&mut Model, ConnId, &[&str]);

impl std::fmt::Debug for Then {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Then")
    }
}

impl Model {
    pub(super) fn line(&mut self, who: ConnId, said: &Said) {
        self.begin();
        self.caller = Some(who);
        match said {
            Said::Command { tags, command, params } => {
                let params: Vec<&str> = params.iter().map(String::as_str).collect();
                let label = self.label(who, tags);
                if !self.is_in_batch(who, &label, command, &params, tags) {
                    self.answer_to(who, label, |model| model.act(who, command, &params, tags));
                }
                return;
            }
            Said::TooLong { tags } => self.refuse_line(who, tags, "417", &[]),
            Said::NotUtf8 { tags, command } => {
                let label = self.label(who, tags);
                self.answer_to(who, label, |model| model.fail(who, cut(command, 32), "INVALID_UTF8", &[]));
            }
            Said::Garbage { tags } => self.refuse_line(who, tags, "400", &["*"]),
        }
        self.spoil_batch(who);
    }

    /// Refuses a line that is not a message, with the label that could be read.
    fn refuse_line(&mut self, who: ConnId, tags: &str, code: &str, params: &[&str]) {
        let label = self.label(who, tags);
        self.answer_to(who, label, |model| model.numeric(who, code, params));
    }

    /// The label that the replies to a line must carry.
    pub(super) fn label(&self, who: ConnId, tags: &str) -> Option<String> {
        let label = tag(tags, "label").filter(|label| (1..=64).contains(&label.len()))?;
        (self.has(who, "labeled-response") && self.has(who, "batch")).then_some(label)
    }

    /// Runs `act`. With a label, what it sends to `who` becomes one labelled response. If the command waits for an
    /// answer, the response comes after it.
    pub(super) fn answer_to(&mut self, who: ConnId, label: Option<String>, act: impl FnOnce(&mut Self)) {
        let before = self.out.len();
        self.labeled = label.is_some();
        act(self);
        if let Some(label) = label {
            let (theirs, others): (Vec<_>, Vec<_>) = self.out.drain(before..).partition(|(conn, _)| *conn == who);
            self.out.extend(others);
            let mut inside: Vec<Expect> = theirs.into_iter().map(|row| row.1).collect();
            if let Some(waiting) = self.sessions.get_mut(&who).and_then(|session| session.waiting.as_mut()) {
                assert!(inside.is_empty(), "a command that waits replies only after the answer");
                waiting.label = Some(label);
                return;
            }
            let close = inside.pop_if(|last| *last == Expect::Close);
            // A connection that is closed gets the response before others see the QUIT.
            let last = inside.last().cloned().filter(|_| close.is_some());
            let unsent = self.sessions.get_mut(&who).map(|session| &mut session.unsent);
            let part = unsent.filter(|unsent| !unsent.is_empty()).map(|unsent| {
                self.batches += 1;
                unsent.label = Some((label.clone(), self.batches));
                Part { number: self.batches, opens: true, closes: false }
            });
            self.put_with(who, last.as_ref(), Expect::Labeled { label, inside, part });
            self.out.extend(close.map(|close| (who, close)));
        }
        for (conn, step) in std::mem::take(&mut self.after) {
            self.put_with(conn, None, step);
        }
    }

    /// Runs `act`. With a label, what it sends to `who` is the next part of a labelled response.
    pub(super) fn answer_part(&mut self, who: ConnId, label: Option<(String, u64)>, act: impl FnOnce(&mut Self)) {
        act(self);
        if let Some((label, number)) = label {
            // A piece is sent to nobody else.
            let inside = self.out.drain(..).map(|row| row.1).collect();
            let unsent = &mut self.session_mut(who).unsent;
            let closes = unsent.is_empty();
            unsent.label = Some((label.clone(), number)).filter(|_| !closes);
            let part = Some(Part { number, opens: false, closes });
            self.put_with(who, None, Expect::Labeled { label, inside, part });
        }
    }

    /// Asks the host, and makes the connection wait for the answer, which is passed to `then`.
    pub(super) fn ask(
        &mut self,
        who: ConnId,
        question: &[&str],
        then: impl FnOnce(&mut Self, ConnId, &[&str]) + 'static,
    ) {
        let ask = self.wait(who, Some(Then(Box::new(then))));
        self.asked.push((ask, question.iter().map(|&word| word.to_owned()).collect()));
    }

    /// Makes a connection wait.
    pub(super) fn wait(&mut self, who: ConnId, then: Option<Then>) -> AskId {
        self.asks += 1;
        let (ask, label, since) = (self.asks, None, self.now.mono);
        self.session_mut(who).waiting = Some(Waiting { ask, then, label, since });
        ask
    }

    /// An answer came: continues the command that waited for it, and then handles the input after it.
    pub(super) fn answered(&mut self, ask: AskId, words: &[String]) {
        let Some((who, waiting)) = self.goes_on(ask) else { return };
        let Waiting { then, label, .. } = waiting;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.begin();
        self.caller = Some(who);
        self.answer_to(who, label, |model| then.into_iter().for_each(|then| (then.0)(model, who, &words)));
        self.resume(who);
    }

    /// Handles the input that came while a connection waited, unless it still waits.
    pub(super) fn resume(&mut self, who: ConnId) {
        if let Some(session) = self.sessions.get_mut(&who) {
            let held = std::mem::take(&mut session.held);
            self.read(who, &held);
        }
    }

    /// Ends the wait for this answer, and postpones the connection's deadlines by the time it took.
    pub(super) fn goes_on(&mut self, ask: AskId) -> Option<(ConnId, Waiting)> {
        let (who, now) = (self.asker(ask)?, self.now.mono);
        let session = self.session_mut(who);
        let waiting = session.waiting.take()?;
        let waited = now.saturating_sub(waiting.since);
        (session.connected, session.heard) = (session.connected + waited, session.heard + waited);
        Some((who, waiting))
    }
}
