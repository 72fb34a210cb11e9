//! Which answers connections wait for, and the deadlines of connections. A connection's deadline is suspended while it
//! waits.

use super::super::event::ConnId;
use super::super::label::Label;
use super::super::question::AskId;
use super::super::session::Waiting;
use super::State;
use crate::time::Time;

impl State {
    /// Makes a connection wait for an answer, beginning at `since`, and suspends its deadline. Returns the number of
    /// the question.
    pub(in super::super) fn wait(&mut self, conn: ConnId, since: Time, label: Option<Label>) -> AskId {
        self.last_ask += 1;
        let ask = self.last_ask;
        self.asks.insert(ask, conn);
        self.forget_deadline(conn);
        let waiting = Waiting { ask, label, since, rest: Box::default() };
        let before = self.session_mut(conn).waiting.replace(Box::new(waiting));
        assert!(before.is_none(), "connection {conn} waits for one thing at a time");
        ask
    }

    /// Ends the wait for an answer. Returns the connection that waited, unless it is gone. Its deadline is postponed by
    /// the time that it waited.
    pub(in super::super) fn answered(&mut self, ask: AskId, now: Time) -> Option<(ConnId, Waiting)> {
        let conn = self.asks.remove(&ask)?;
        let session = self.session_mut(conn);
        let waiting = session.waiting.take().expect("the asking session is waiting");
        let waited = now.since(waiting.since);
        session.last_heard = session.last_heard + waited;
        if let Some(due) = session.due {
            self.set_due(conn, due + waited);
        }
        Some((conn, *waiting))
    }

    /// When a new deadline of a connection starts to run: `now`, or, if the connection waits for an answer, when it
    /// began to wait.
    pub(in super::super) fn counts_from(&self, conn: ConnId, now: Time) -> Time {
        self.session(conn).waiting.as_ref().map_or(now, |waiting| waiting.since)
    }

    /// Sets a connection's deadline.
    pub(in super::super) fn set_due(&mut self, conn: ConnId, due: Time) {
        self.forget_deadline(conn);
        let session = self.session_mut(conn);
        session.due = Some(due);
        if session.waiting.is_none() {
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
