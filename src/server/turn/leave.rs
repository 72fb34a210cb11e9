//! The end of sessions, and of their users.

use super::Turn;
use crate::planted::{Bug, buggy};
use crate::server::event::{ConnId, EndReason, Stays};
use crate::server::fact::What;
use crate::server::outgoing::{Outgoing, Tags};

impl Turn<'_> {
    /// Ends the calling session with an ERROR. If its user ends with it, others see a QUIT.
    pub(in super::super) fn disconnect(&mut self, reason: EndReason) {
        let text = reason.to_string();
        self.close(reason);
        self.forget(&text);
    }

    /// Kills the caller. Each of their sessions gets the QUIT and then an ERROR.
    pub(in super::super) fn kill(&mut self, reason: &str) {
        self.happen(What::Quit { reason: reason.into(), killed: true });
        let mut conns = self.state.sessions_of(self.actor).to_vec();
        conns.pop_if(|_| buggy(Bug::KillLeavesSession));
        for conn in conns {
            self.as_session(conn, |turn| turn.close(EndReason::Killed(reason.into())));
            self.end_session(conn);
        }
    }

    /// Removes a session, and what it waited for.
    fn end_session(&mut self, conn: ConnId) {
        let ask = self.state.end_session(conn);
        ask.and_then(|ask| self.asked.remove(&ask));
        self.unsent.remove(&conn);
    }

    fn close(&mut self, reason: EndReason) {
        self.send(&farewell(self.state.address(self.conn), &reason));
        if self.label.as_ref().is_some_and(|label| label.conn == self.conn) {
            self.answer_label();
        }
        self.actions.close(self.conn, reason);
    }

    /// Removes the calling session. If its user ends with it, others see a QUIT.
    pub(in super::super) fn forget(&mut self, reason: &str) {
        let (conn, user, opered) = (self.conn, self.actor, self.session().opered);
        let registered = self.session().is_registered();
        self.end_session(conn);
        if registered {
            self.as_user(user, |turn| turn.session_ended(reason, opered));
        }
    }

    /// Handles the end of a session: its user ends with the last one, unless they stay.
    fn session_ended(&mut self, reason: &str, opered: bool) {
        let stays = match self.me().rare.stays {
            Stays::No => false,
            Stays::Until(end) => end > self.now.mono,
            Stays::Always => true,
        };
        let is_last = self.state.sessions_of(self.actor).is_empty();
        if is_last && (!stays || buggy(Bug::StayForgotten)) {
            return self.happen(What::Quit { reason: reason.into(), killed: false });
        }
        if !is_last && buggy(Bug::UserEndsWithSession) {
            return self.kill(reason);
        }
        if !is_last && buggy(Bug::SessionQuitTold) {
            let quit = Outgoing::from_user(&self.me().source(), Tags::default(), "QUIT").trailing(reason);
            self.state.witnesses(self.actor).into_iter().for_each(|user| {
                self.state.sessions_of(user).to_vec().into_iter().for_each(|conn| self.send_to(conn, &quit));
            });
        }
        if is_last && buggy(Bug::StayingMemberForgotten) && !self.me().channels.is_empty() {
            let channel = self.me_mut().channels.remove(0);
            self.state.leave(channel, self.actor);
        }
        self.me_mut().rare.left = Some(reason.into());
        if opered && !buggy(Bug::OfficeOutlivesSession) {
            self.drop_operator();
        }
        self.follow_sessions();
    }

    /// Ends the caller, who has no session and may stay no longer.
    pub(in super::super) fn stay_no_more(&mut self) {
        let reason = self.me().rare.left.clone().unwrap_or_default();
        self.happen(What::Quit { reason: (&*reason).into(), killed: false });
    }
}

/// The ERROR line for a connection from `address` that the server closes.
pub(in super::super) fn farewell(address: &str, reason: &EndReason) -> Outgoing {
    Outgoing::bare("ERROR").trailing(&format!("Closing link: ({address}) [{reason}]")).cut()
}
