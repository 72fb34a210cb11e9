//! One turn: who acts, by which connection, when, on what, and where the answers go.
//!
//! `replies` answers the asking session, `labels` says how an answer is labelled, `deliver` finds the sessions of those
//! who are told, `rank` is about the actor in a channel, `leaving` ends sessions and users.

mod deliver;
mod labels;
mod leaving;
mod rank;
mod replies;

pub(super) use deliver::{Pick, deliver};
pub(super) use replies::{SHOWN_PARAM_BYTES, as_middle, cut};

use std::rc::Rc;

use super::caps::Cap;
use super::channel::ChannelId;
use super::config::Config;
use super::event::{Actions, AskId, ConnId};
use super::label::Label;
use super::outgoing::{MessageId, Outgoing, Tags};
use super::session::{Purpose, Session};
use super::state::State;
use super::user::{User, UserId};
use crate::planted::Bug;
use crate::time::Time;
use crate::wire::numeric::{Numeric, RPL_MONOFFLINE};

/// What every handler is given besides the message.
pub(super) struct Turn<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a mut State,
    pub(super) actions: &'a mut Actions,
    pub(super) now: Time,
    /// When the server started (003).
    pub(super) started: Time,
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

    /// The beginning of a message about what the actor does: `:nick!user@host COMMAND`.
    pub(super) fn act(&mut self, command: &str) -> Outgoing {
        let mut id = self.message_id();
        if self.config.bugs.has(Bug::IdComesAgain) {
            id.number = self.now.as_micros();
        }
        self.act_as(id, command)
    }

    /// The same as a part of the message with this id.
    pub(super) fn act_as(&self, id: MessageId, command: &str) -> Outgoing {
        let me = self.me();
        Outgoing::from_user(&me.source(), Tags::of_user(id, me.account.clone(), me.is_bot()), command)
    }

    /// The id of a new message.
    pub(super) fn message_id(&mut self) -> MessageId {
        MessageId { started: self.started, number: self.state.number() }
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
            Some(label) => label.lines.push(message.clone()),
            None => self.actions.send(conn, message.line(self.state.form(conn), self.now, None)),
        }
    }

    /// Sends a message to all sessions of each of `to`.
    pub(super) fn deliver(&mut self, to: &[UserId], message: &Outgoing) {
        self.deliver_to(to, &[], Pick::ALL, message);
    }

    /// Sends a message to those sessions of each of `to`, and of `also`, that `pick` picks, in the form that each asked for: encoded once
    /// for each form, not for each receiver. Whoever sent a labelled command hears it when the command is done.
    pub(super) fn deliver_to(&mut self, to: &[UserId], also: &[ConnId], mut pick: Pick<'_>, message: &Outgoing) {
        if let Some(label) = &mut self.label
            && let Some(user) = self.state.get(label.conn).map(|session| session.user)
            && pick.takes(self.state, label.conn)
        {
            let times =
                to.iter().filter(|&&to| to == user).count() + also.iter().filter(|&&to| to == label.conn).count();
            label.lines.extend(std::iter::repeat_n(message, times).cloned());
            pick.asker = Some(label.conn);
        }
        deliver(self.state, self.actions, self.now, to.iter().copied(), also, pick, message);
    }

    /// Sends the asking session what is no answer though it comes to it: behind the answer, without its label.
    ///
    /// labeled-response, of messages to oneself: "the server MUST NOT include the label tag, except for any
    /// acknowledgment sent with the echo-message mechanism".
    pub(super) fn send_aside(&mut self, message: &Outgoing) {
        match self.label.as_mut().filter(|label| label.conn == self.conn) {
            Some(label) => label.aside.push(message.clone()),
            None => self.send(message),
        }
    }

    /// Sends a message to all members of a channel.
    pub(super) fn tell_channel(&mut self, id: ChannelId, message: &Outgoing) {
        let to = self.members(id, |_| true);
        self.deliver(&to, message);
    }

    /// Sends a message about what the actor does in a channel to all members, and to the actor, who need not be one.
    pub(super) fn announce(&mut self, id: ChannelId, message: &Outgoing) {
        if !self.is_member(id) {
            self.deliver(&[self.actor], message);
        }
        self.tell_channel(id, message);
    }

    /// The members of a channel that are `wanted`, in the order of the users' numbers.
    pub(super) fn members(&self, id: ChannelId, wanted: impl Fn(UserId) -> bool) -> Vec<UserId> {
        self.state.channel(id).members().iter().map(|member| member.user).filter(|&user| wanted(user)).collect()
    }

    /// Lets the asking session wait for an answer: nothing more of it is handled before. Returns the number to ask by.
    pub(super) fn wait(&mut self, purpose: Purpose) -> AskId {
        let label = self.label.take();
        self.state.wait(self.conn, purpose, label)
    }

    /// Tells those who watch `nick` that nobody has it any more (731).
    pub(super) fn tell_offline(&mut self, nick: &str) {
        for (watcher, as_written) in self.state.watchers(nick) {
            self.tell_watcher(watcher, RPL_MONOFFLINE, &as_written);
        }
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
            let nick = self.state.user(user).shown_nick();
            let message = self.serve("NOTICE").param(nick).trailing(&["*** ", text].concat()).cut();
            self.deliver(&[user], &message);
        }
    }
}
