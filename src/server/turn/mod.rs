//! One turn: the caller, their session, the time, the state, and where replies go.
//!
//! `look` reads the state, `reply` answers the calling session, `labels` labels replies, `happen` makes facts and sends
//! them to the users who see them, and `ask` asks the host. `tell` sends a session other lines; `watchers` and `values`
//! send what it monitors or subscribed to. `leave` ends sessions and users, and `follow` updates what depends on all
//! sessions of a user.

mod ask;
mod follow;
mod happen;
mod labels;
mod leave;
mod long_reply;
mod look;
mod reply;
mod tell;
mod values;
mod watchers;

pub(super) use ask::Asked;
pub(super) use leave::farewell;
pub(super) use long_reply::{LongReply, Room, Unsent};
pub(super) use reply::{SHOWN_PARAM_BYTES, as_middle, cut};
pub(super) use tell::notify;
pub(super) use values::Row;

use std::rc::Rc;

use super::caps::Cap;
use super::config::{Config, Limits};
use super::event::{Actions, ConnId};
use super::id::UserId;
use super::label::Label;
use super::message_id::Boot;
use super::session::Session;
use super::state::State;
use super::user::User;
use crate::time::Now;

/// What every handler gets besides the message.
pub(super) struct Turn<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a mut State,
    pub(super) actions: &'a mut Actions,
    pub(super) now: Now,
    /// The functions that handle the pending answers.
    pub(super) asked: &'a mut Asked,
    /// What sessions have not been sent of long replies.
    pub(super) unsent: &'a mut Unsent,
    /// When the server started.
    pub(super) started: Now,
    /// Returns the ISUPPORT tokens of commands. It is a function because the table of commands imports this module.
    pub(super) promises: fn(&Limits) -> Vec<String>,
    /// This run of the server, from which message ids are made.
    pub(super) boot: &'a Boot,
    /// The calling session, which gets the replies; [`NO_CONN`] if there is none.
    pub(super) conn: ConnId,
    /// The caller: the user of that session, if there is one.
    pub(super) actor: UserId,
    /// The label of the command, and the replies so far.
    pub(super) label: Option<Label>,
    /// How many rows of long replies the calling session may still be sent in this turn.
    pub(super) room: Room,
    /// The batch that all replies are currently part of.
    pub(super) batch: Option<Rc<str>>,
}

/// The value of `conn` if there is no calling session, for example when the stay of a user without sessions ends.
pub(super) const NO_CONN: ConnId = ConnId::MAX;

impl Turn<'_> {
    /// The caller.
    pub(super) fn me(&self) -> &User {
        self.state.user(self.actor)
    }

    /// The caller.
    pub(super) fn me_mut(&mut self) -> &mut User {
        self.state.user_mut(self.actor)
    }

    /// The calling session.
    pub(super) fn session(&self) -> &Session {
        self.state.session(self.conn)
    }

    /// The calling session.
    pub(super) fn session_mut(&mut self) -> &mut Session {
        self.state.session_mut(self.conn)
    }

    /// Whether the calling session has a capability.
    pub(super) fn has_cap(&self, cap: Cap) -> bool {
        self.state.has_cap(self.conn, cap)
    }

    /// Runs `act` once for each session of a user, with that session as the calling one.
    pub(super) fn for_each_session(&mut self, user: UserId, mut act: impl FnMut(&mut Self)) {
        for conn in self.state.sessions_of(user).to_vec() {
            self.as_session(conn, &mut act);
        }
    }

    /// Runs `act` with another session as the calling one.
    pub(super) fn as_session(&mut self, conn: ConnId, act: impl FnOnce(&mut Self)) {
        let before = (self.conn, self.actor, self.room);
        (self.conn, self.actor) = (conn, self.state.user_of(conn));
        if conn != before.0 {
            self.room = Room::new(self.config.reply_rows);
        }
        act(self);
        let left = if conn == before.0 { self.room } else { before.2 };
        (self.conn, self.actor, self.room) = (before.0, before.1, left);
    }

    /// Runs `act` with another user as the caller, without a session.
    pub(super) fn as_user(&mut self, user: UserId, act: impl FnOnce(&mut Self)) {
        let before = (self.conn, self.actor);
        (self.conn, self.actor) = (NO_CONN, user);
        act(self);
        (self.conn, self.actor) = before;
    }
}
