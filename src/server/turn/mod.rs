//! One turn: who acts, by which connection, when, on what, and where the answers go.
//!
//! `happen` makes facts, and tells them; `replies` answers the asking session, `labels` says how an answer is labelled,
//! `rank` is about the actor in a channel, `leaving` ends sessions and users.

mod happen;
mod labels;
mod leaving;
mod rank;
mod replies;

pub(super) use leaving::farewell;
pub(super) use replies::{SHOWN_PARAM_BYTES, as_middle, cut};

use std::rc::Rc;

use super::caps::Cap;
use super::config::Config;
use super::event::{Actions, ConnId, Question};
use super::id::{ChannelId, UserId};
use super::label::{Face, Label};
use super::message_id::Boot;
use super::outgoing::Outgoing;
use super::session::{Purpose, Session};
use super::state::State;
use super::user::User;
use crate::planted::{Bug, buggy};
use crate::time::Now;
use crate::wire::numeric::Numeric;

/// What every handler is given besides the message.
pub(super) struct Turn<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a mut State,
    pub(super) actions: &'a mut Actions,
    pub(super) now: Now,
    /// When the server started.
    pub(super) started: Now,
    /// What ids are made with.
    pub(super) boot: &'a Boot,
    /// The asking session: replies go to it. [`NO_CONN`] where nobody asked.
    pub(super) conn: ConnId,
    /// Whose session that is: what is done is the user's.
    pub(super) actor: UserId,
    /// The label that the answers are to carry, and the answers so far.
    pub(super) label: Option<Label>,
    /// The batch that all answers are part of for the moment.
    pub(super) batch: Option<Rc<str>>,
}

/// The asking session where nobody asked: a user without sessions ends because their time is over.
pub(super) const NO_CONN: ConnId = ConnId::MAX;

impl Turn<'_> {
    /// The user who acts.
    pub(super) fn me(&self) -> &User {
        self.state.user(self.actor)
    }

    /// The user who acts.
    pub(super) fn me_mut(&mut self) -> &mut User {
        self.state.user_mut(self.actor)
    }

    /// The asking session.
    pub(super) fn session(&self) -> &Session {
        self.state.session(self.conn)
    }

    /// The asking session.
    pub(super) fn session_mut(&mut self) -> &mut Session {
        self.state.session_mut(self.conn)
    }

    /// Whether the asking session switched a capability on.
    pub(super) fn has_cap(&self, cap: Cap) -> bool {
        self.session().caps.has(cap)
    }

    /// The beginning of a message that the server says itself: `:server COMMAND`.
    pub(super) fn serve(&self, command: &str) -> Outgoing {
        Outgoing::from_server(&self.config.name, command)
    }

    /// Sends a message to the asking session.
    pub(super) fn send(&mut self, message: &Outgoing) {
        match self.batch.clone() {
            Some(batch) => self.send_to(self.conn, &message.clone().or_in_batch(&batch)),
            None => self.send_to(self.conn, message),
        }
    }

    /// Sends a message to one session. Whoever sent a labelled command hears it when the command is done.
    pub(super) fn send_to(&mut self, conn: ConnId, message: &Outgoing) {
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

    /// The members of a channel that are `wanted`, in the order of the users' numbers.
    pub(super) fn members(&self, id: ChannelId, wanted: impl Fn(UserId) -> bool) -> Vec<UserId> {
        self.state.channel(id).members().iter().map(|member| member.user).filter(|&user| wanted(user)).collect()
    }

    /// Asks the host something, for this session: nothing more of it is handled before the answer.
    pub(super) fn ask(&mut self, purpose: Purpose, question: Question) {
        let label = self.label.take();
        let ask = self.state.wait(self.conn, self.now.mono, purpose, label);
        self.actions.ask(ask, question);
    }

    /// Tells a session that watches a nick what became of it.
    pub(super) fn tell_watcher(&mut self, watcher: ConnId, numeric: Numeric, who: &str) {
        let nick = self.state.user(self.state.user_of(watcher)).shown_nick().to_owned();
        let message = self.serve(numeric.code).param(&nick).trailing(who);
        self.send_to(watcher, &message);
    }

    /// Does something for each session of a user, as if it were the asking one.
    pub(super) fn for_each_session(&mut self, user: UserId, mut act: impl FnMut(&mut Self)) {
        for conn in self.state.sessions_of(user).to_vec() {
            self.as_session(conn, &mut act);
        }
    }

    /// Does something as if another session were the asking one.
    pub(super) fn as_session(&mut self, conn: ConnId, act: impl FnOnce(&mut Self)) {
        let before = (self.conn, self.actor);
        (self.conn, self.actor) = (conn, self.state.user_of(conn));
        act(self);
        (self.conn, self.actor) = before;
    }

    /// Does something that another user does, by none of their sessions.
    pub(super) fn as_user(&mut self, user: UserId, act: impl FnOnce(&mut Self)) {
        let before = (self.conn, self.actor);
        (self.conn, self.actor) = (NO_CONN, user);
        act(self);
        (self.conn, self.actor) = before;
    }

    /// Tells everybody who wants to know (user mode `s`) what happened, but for the one whom it is about.
    pub(super) fn notify(&mut self, about: UserId, text: &str) {
        let to: Vec<UserId> = self.state.notified().filter(|&user| user != about).collect();
        for user in to {
            let message = notice(self.config, self.state.user(user).shown_nick(), text);
            for conn in self.state.sessions_of(user).to_vec() {
                self.send_to(conn, &message);
            }
        }
    }
}

/// Tells everybody who wants to know (user mode `s`) of something that nobody did.
pub(super) fn notify(config: &Config, state: &State, now: Now, actions: &mut Actions, text: &str) {
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
