//! What connections wait for, and their deadlines. While a connection waits for an answer, its deadline is suspended.
//! While it reads a long reply, it has until a deadline to read most of the last piece.

use std::time::Duration;

use super::super::event::ConnId;
use super::super::label::Label;
use super::super::question::AskId;
use super::super::session::{Pending, Waiting};
use super::State;
use crate::time::Time;

impl State {
    /// Makes a connection wait for an answer from `since` on, with its deadline suspended. Returns the number of the
    /// question.
    pub(in super::super) fn wait(&mut self, conn: ConnId, since: Time, label: Option<Label>) -> AskId {
        self.last_ask += 1;
        let ask = self.last_ask;
        self.asks.insert(ask, conn);
        self.forget_deadline(conn);
        let before =
            self.session_mut(conn).waiting.get_or_insert_default().answer.replace(Pending { ask, label, since });
        assert!(before.is_none(), "connection {conn} waits for one answer at a time");
        ask
    }

    /// The connection that waited for this answer, and the label of its command, unless it is gone. Its deadline is
    /// postponed by the time that it waited.
    pub(in super::super) fn answered(&mut self, ask: AskId, now: Time) -> Option<(ConnId, Option<Label>)> {
        let conn = self.asks.remove(&ask)?;
        let session = self.session_mut(conn);
        let pending = session.waiting.as_mut().and_then(|waiting| waiting.answer.take());
        let Pending { label, since, .. } = pending.expect("the asking session is waiting");
        let waited = now.since(since);
        session.last_heard = session.last_heard + waited;
        if let Some(due) = session.due {
            self.set_due(conn, due + waited);
        }
        Some((conn, label))
    }

    /// Whether a connection waits for this answer.
    #[cfg(feature = "planted")]
    pub(in super::super) fn is_asked(&self, ask: AskId) -> bool {
        self.asks.contains_key(&ask)
    }

    /// If the connection no longer waits for anything: the input that was kept meanwhile.
    pub(in super::super) fn resume(&mut self, conn: ConnId) -> Option<Box<[u8]>> {
        let is_over = |waiting: &mut Box<Waiting>| waiting.answer.is_none() && !waiting.replying;
        Some(self.get_mut(conn)?.waiting.take_if(is_over)?.rest)
    }

    /// Whether the connection has not been sent all of a reply.
    pub(in super::super) fn is_replying(&self, conn: ConnId) -> bool {
        let waiting = self.get(conn).and_then(|session| session.waiting.as_ref());
        waiting.is_some_and(|waiting| waiting.replying)
    }

    /// There is more of a reply to send to the connection. From `now` on, it has `patience` to read most of the last piece:
    /// meanwhile no PONG of it could be read.
    pub(in super::super) fn begin_reply(&mut self, conn: ConnId, now: Time, patience: Duration) {
        self.progress(conn, now, now + patience);
        self.session_mut(conn).waiting.get_or_insert_default().replying = true;
    }

    /// The rest of a reply is about to be sent. Returns the label of its command.
    pub(in super::super) fn end_reply(&mut self, conn: ConnId) -> Option<Label> {
        let waiting = self.session_mut(conn).waiting.as_mut()?;
        waiting.replying = false;
        waiting.label.take()
    }

    /// Keeps the label of a response that was sent in part.
    pub(in super::super) fn keep_label(&mut self, label: Label) {
        if let Some(waiting) = &mut self.session_mut(label.conn).waiting {
            waiting.label = Some(label);
        }
    }

    /// The connection has read most of what it was sent, which proves as much as a PONG. It is due at `due`.
    pub(in super::super) fn progress(&mut self, conn: ConnId, now: Time, due: Time) {
        let session = self.session_mut(conn);
        session.last_heard = now;
        // If it waits for an answer as well, only the rest of that time is still to be added.
        if let Some(pending) = session.waiting.as_mut().and_then(|waiting| waiting.answer.as_mut()) {
            pending.since = now;
        }
        if session.pinged.take().is_some() {
            self.unping(conn);
        }
        self.set_due(conn, due);
    }

    /// When time starts counting for a connection: `now`, or, if it waits for an answer, when it began to wait.
    pub(in super::super) fn counts_from(&self, conn: ConnId, now: Time) -> Time {
        self.pending(conn).map_or(now, |pending| pending.since)
    }

    fn pending(&self, conn: ConnId) -> Option<&Pending> {
        self.session(conn).waiting.as_ref()?.answer.as_ref()
    }

    /// Sets a connection's deadline.
    pub(in super::super) fn set_due(&mut self, conn: ConnId, due: Time) {
        self.forget_deadline(conn);
        self.session_mut(conn).due = Some(due);
        if self.pending(conn).is_none() {
            self.deadlines.insert((due, conn));
        }
    }

    /// Removes a connection's deadline, until a new one is set.
    pub(in super::super) fn nothing_due(&mut self, conn: ConnId) {
        self.forget_deadline(conn);
        self.session_mut(conn).due = None;
    }

    fn forget_deadline(&mut self, conn: ConnId) {
        if let Some(due) = self.session(conn).due {
            self.deadlines.remove(&(due, conn));
        }
    }

    pub(in super::super) fn first_deadline(&self) -> Option<(Time, ConnId)> {
        self.deadlines.first().copied()
    }
}
