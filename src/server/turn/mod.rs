//! One turn: who acts, by which connection, when, on what, and where the answers go.
//!
//! `look` asks the state, `reply` answers the asking session, `labels` says how an answer is labelled, `happen` makes facts
//! and tells them to everybody concerned, `tell` sends a session something else, `watchers` and `values` what it watches or
//! subscribed to; `leave` ends sessions and users, and `follow` says what that changes for a user who has others.

mod follow;
mod happen;
mod labels;
mod leave;
mod look;
mod reply;
mod tell;
mod values;
mod watchers;

pub(super) use leave::farewell;
pub(super) use reply::{SHOWN_PARAM_BYTES, as_middle, cut};
pub(super) use tell::notify;
pub(super) use values::Row;

use std::rc::Rc;

use super::caps::Cap;
use super::config::{Config, Limits};
use super::event::{Actions, ConnId, Question};
use super::id::UserId;
use super::label::Label;
use super::message_id::Boot;
use super::session::{Purpose, Session};
use super::state::State;
use super::user::User;
use crate::time::Now;

/// What every handler is given besides the message.
pub(super) struct Turn<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a mut State,
    pub(super) actions: &'a mut Actions,
    pub(super) now: Now,
    /// When the server started.
    pub(super) started: Now,
    /// What 005 says of commands: their table stands above the turn.
    pub(super) promises: fn(&Limits) -> Vec<String>,
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
        self.state.has_cap(self.conn, cap)
    }

    /// Asks the host something, for this session: nothing more of it is handled before the answer.
    pub(super) fn ask(&mut self, purpose: Purpose, question: Question) {
        let label = self.label.take();
        let ask = self.state.wait(self.conn, self.now.mono, purpose, label);
        self.actions.ask(ask, question);
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
}
