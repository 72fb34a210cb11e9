//! How sessions end, and users with them.

use super::{NO_CONN, Turn};
use crate::planted::Bug;
use crate::server::event::{ConnId, Stays};
use crate::server::outgoing::Outgoing;
use crate::server::user::UserId;
use crate::server::{modes, presence};

impl Turn<'_> {
    /// Ends the asking session by the server's will: it hears an ERROR. If its user ends with it, others hear QUIT.
    pub(in super::super) fn disconnect(&mut self, reason: &str) {
        self.close(reason);
        self.forget(reason);
    }

    /// Ends the actor, and all their sessions, by an operator's will: each hears their QUIT, too, and then the ERROR.
    pub(in super::super) fn kill(&mut self, reason: &str) {
        self.tell_quit(&[self.actor], reason);
        self.for_each_session(self.actor, |turn| turn.close(reason));
        self.end_user(reason);
    }

    fn close(&mut self, reason: &str) {
        let text = ["Closing link: (", self.state.address(self.conn), ") [", reason, "]"].concat();
        self.send(&Outgoing::bare("ERROR").trailing(&text).cut());
        if self.label.as_ref().is_some_and(|label| label.conn == self.conn) {
            self.answer_label();
        }
        self.actions.close(self.conn);
    }

    /// The asking session is gone. If its user ends with it, those who share a channel with them are told.
    pub(in super::super) fn forget(&mut self, reason: &str) {
        let (conn, user) = (self.conn, self.actor);
        if !self.session().is_registered() {
            self.state.end_session(conn);
            return self.state.remove_user(user);
        }
        let stays = match self.me().stays {
            Stays::No => false,
            Stays::Until(end) => end > self.now,
            Stays::Always => true,
        };
        if self.state.sessions_of(user).len() > 1 || stays {
            self.state.end_session(conn);
            self.me_mut().left = Some(reason.into());
            return self.as_user(user, |turn| turn.session_ended(conn));
        }
        self.leave_server(reason);
    }

    /// A session of the actor is gone, and they go on.
    fn session_ended(&mut self, conn: ConnId) {
        if self.me().opered == Some(conn) {
            modes::lay_down_office(self);
        }
        presence::follow_sessions(self);
    }

    /// The actor ends, with those of their sessions that are left.
    pub(in super::super) fn leave_server(&mut self, reason: &str) {
        self.tell_quit(&[], reason);
        self.end_user(reason);
    }

    /// Tells `first` and those who shared a channel with the actor that they are gone.
    fn tell_quit(&mut self, first: &[UserId], reason: &str) {
        let message = self.act("QUIT").trailing(reason).cut();
        let told = [first, &self.state.witnesses(self.actor)].concat();
        if self.config.bugs.has(Bug::QuitToldTwice) && self.me().channels.len() > 1 {
            self.deliver(&told, &message);
        }
        self.deliver(&told, &message);
    }

    /// Takes the actor and all their sessions out of every table. Whoever watches that is told.
    fn end_user(&mut self, reason: &str) {
        let (user, me) = (self.actor, self.me());
        let (nick, who) = (me.shown_nick().to_owned(), me.described());
        for conn in self.state.sessions_of(user).to_vec() {
            self.state.end_session(conn);
        }
        self.conn = NO_CONN;
        if !self.config.bugs.has(Bug::OfflineUntold) {
            self.tell_offline(&nick);
        }
        self.state.remember(user, self.now, self.config.limits.whowas_entries);
        for id in std::mem::take(&mut self.me_mut().channels) {
            self.state.leave(id, user);
        }
        self.state.remove_user(user);
        self.notify(user, &[&who, " has left: ", reason].concat());
    }
}
