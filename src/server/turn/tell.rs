//! Sends lines to individual sessions, and notices to users with mode `s`. Facts are sent by `happen`.

use super::Turn;
use crate::planted::{Bug, buggy};
use crate::server::config::Config;
use crate::server::event::{Actions, ConnId};
use crate::server::id::UserId;
use crate::server::label::{Face, Label};
use crate::server::outgoing::Outgoing;
use crate::server::state::State;
use crate::time::Now;

impl Turn<'_> {
    /// Sends a message to the calling session.
    pub(in super::super) fn send(&mut self, message: &Outgoing) {
        match self.batch.clone() {
            Some(batch) => self.send_to(self.conn, &message.clone().or_in_batch(&batch)),
            None => self.send_to(self.conn, message),
        }
    }

    /// Sends a message to one session. If the session's command is labelled, the message becomes part of the response.
    pub(in super::super) fn send_to(&mut self, conn: ConnId, message: &Outgoing) {
        match self.label.as_mut().filter(|label| label.conn == conn) {
            Some(label) => label.answer(Face::Both, message.clone()),
            None => {
                let own = |label: &&Label| self.state.user_of(label.conn) == self.state.user_of(conn);
                let wrong = self.label.as_ref().filter(|_| buggy(Bug::LabelOnOtherSession)).filter(own);
                let line = message.line(self.state.form(conn), self.now.wall, wrong.map(|label| &*label.text));
                self.actions.send(conn, line);
            }
        }
    }

    /// Notifies users with mode `s`, except the user `about`.
    pub(in super::super) fn notify(&mut self, about: UserId, text: &str) {
        let to: Vec<UserId> = self.state.notified().filter(|&user| user != about).collect();
        for user in to {
            let message = notice(self.config, self.state.user(user).shown_nick(), text);
            for conn in self.state.sessions_of(user).to_vec() {
                self.send_to(conn, &message);
            }
        }
    }
}

/// Notifies users with mode `s` of something that is not about a user.
pub(in super::super) fn notify(config: &Config, state: &State, now: Now, actions: &mut Actions, text: &str) {
    for user in state.notified() {
        let message = notice(config, state.user(user).shown_nick(), text);
        for &conn in state.sessions_of(user) {
            actions.send(conn, message.line(state.form(conn), now.wall, None));
        }
    }
}

fn notice(config: &Config, nick: &str, text: &str) -> Outgoing {
    Outgoing::from_server(&config.name, "NOTICE").param(nick).trailing(&["*** ", text].concat()).cut()
}
