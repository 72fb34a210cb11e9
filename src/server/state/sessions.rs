//! The table of connections: the user, registration and capabilities of each.

use super::super::caps::{Cap, Caps};
use super::super::event::ConnId;
use super::super::id::UserId;
use super::super::outgoing::Form;
use super::super::question::AskId;
use super::super::session::Session;
use super::super::user::User;
use super::State;
use crate::planted::{Bug, buggy};
use crate::time::{Now, Time};
use crate::wire::Peer;

impl State {
    /// Adds a new connection, with a provisional user.
    pub(in super::super) fn accept(&mut self, conn: ConnId, peer: &Peer, now: Now, due: Time) {
        let user = self.add_user(User::new(peer, now));
        self.sessions_of[user.0 as usize].add(conn);
        let at = conn as usize;
        if self.sessions.len() <= at {
            self.sessions.resize_with(at + 1, || None);
            self.caps.resize(at + 1, Caps::default());
            self.forms.resize(at + 1, Form::default());
        }
        assert!(self.sessions[at].is_none(), "connection {conn} was accepted twice");
        self.deadlines.insert((due, conn));
        (self.caps[at], self.forms[at]) = (Caps::default(), Form::default());
        self.sessions[at] = Some(Box::new(Session::new(user, peer, now, due)));
        self.connections += 1;
        self.unregistered += 1;
    }

    /// Removes a connection from all tables. The user remains, except for a provisional or retired user without another
    /// session.
    pub(in super::super) fn end_session(&mut self, conn: ConnId) -> Option<AskId> {
        let mut session = self.sessions[conn as usize].take().expect("the connection is there");
        if let Some(due) = session.due {
            self.deadlines.remove(&(due, conn));
        }
        self.watchers.forget(conn);
        let pending = session.waiting.take().and_then(|waiting| waiting.answer);
        if let Some(pending) = pending.as_ref().filter(|_| !buggy(Bug::AnswerToNumber)) {
            self.asks.remove(&pending.ask);
        }
        self.forget_unsettled(conn);
        self.connections -= 1;
        self.unregistered -= usize::from(!session.is_registered());
        self.sessions_of[session.user.0 as usize].remove(conn);
        if !self.user(session.user).is_registered() && self.sessions_of(session.user).is_empty() {
            self.retire(session.user);
        }
        pending.map(|pending| pending.ask)
    }

    /// Attaches a connection to the user `to`, and removes its provisional user.
    #[cfg(feature = "planted")]
    pub(in super::super) fn move_session(&mut self, conn: ConnId, to: UserId) {
        let from = self.session(conn).user;
        let (address, nick) = (self.user(from).host.clone(), self.user(from).nick.clone());
        self.sessions_of[from.0 as usize].remove(conn);
        self.retire(from);
        if let Some(nick) = nick.filter(|_| buggy(Bug::ProvisionalNickKept)) {
            self.nicks.take(&nick, to);
        }
        let differs = self.user(to).host != address;
        let session = self.session_mut(conn);
        session.user = to;
        session.address = differs.then_some(address);
        self.sessions_of[to.0 as usize].add(conn);
    }

    pub(in super::super) fn get(&self, conn: ConnId) -> Option<&Session> {
        self.sessions.get(conn as usize)?.as_deref()
    }

    pub(in super::super) fn get_mut(&mut self, conn: ConnId) -> Option<&mut Session> {
        self.sessions.get_mut(conn as usize)?.as_deref_mut()
    }

    /// The session of a connection that must exist.
    pub(in super::super) fn session(&self, conn: ConnId) -> &Session {
        self.get(conn).expect("the connection is there")
    }

    /// The session of a connection that must exist.
    pub(in super::super) fn session_mut(&mut self, conn: ConnId) -> &mut Session {
        self.get_mut(conn).expect("the connection is there")
    }

    /// Every connection, in order of number.
    pub(in super::super) fn sessions(&self) -> impl Iterator<Item = (ConnId, &Session)> {
        self.sessions.iter().enumerate().filter_map(|(n, session)| Some((n as ConnId, session.as_deref()?)))
    }

    /// The connections of a user, in order of number.
    pub(in super::super) fn sessions_of(&self, user: UserId) -> &[ConnId] {
        self.sessions_of[user.0 as usize].as_slice()
    }

    /// Whether the peer of a connection speaks TLS, with us or with a trusted proxy.
    pub(in super::super) fn is_by_tls(&self, conn: ConnId) -> bool {
        self.session(conn).origin.as_ref().is_some_and(|origin| origin.secure)
    }

    /// Whether what is sent to a user leaves by TLS only: each of their sessions is by TLS.
    pub(in super::super) fn is_all_by_tls(&self, user: UserId) -> bool {
        self.sessions_of(user).iter().all(|&conn| self.is_by_tls(conn))
    }

    pub(in super::super) fn connections(&self) -> usize {
        self.connections
    }

    /// How many connections are not registered.
    pub(in super::super) fn unregistered(&self) -> usize {
        self.unregistered
    }

    /// Marks a connection as registered.
    pub(in super::super) fn complete_registration(&mut self, conn: ConnId) {
        let registration = self.session_mut(conn).registration.take();
        self.unregistered -= usize::from(registration.is_some());
    }

    /// The address of a connection.
    pub(in super::super) fn address(&self, conn: ConnId) -> &str {
        let session = self.session(conn);
        session.address.as_ref().unwrap_or(&self.user(session.user).host)
    }

    /// Sets a client's capabilities.
    pub(in super::super) fn set_caps(&mut self, conn: ConnId, caps: Caps) {
        let session = self.session_mut(conn);
        if !caps.has(Cap::Metadata) || !caps.has(Cap::Batch) && !buggy(Bug::SubscriptionsKept) {
            session.unsubscribe_all();
        }
        (self.caps[conn as usize], self.forms[conn as usize]) = (caps, Form::of(caps));
        if buggy(Bug::TimeUnasked) && caps.has(Cap::MessageTags) {
            let mut more = caps;
            more.set(Cap::ServerTime, true);
            self.forms[conn as usize] = Form::of(more);
        }
    }

    /// A client's capabilities.
    pub(in super::super) fn caps(&self, conn: ConnId) -> Caps {
        self.caps[conn as usize]
    }

    /// The form of lines to a connection.
    pub(in super::super) fn form(&self, conn: ConnId) -> Form {
        self.forms[conn as usize]
    }

    /// Whether a connection has both capabilities that metadata needs.
    pub(in super::super) fn is_aware(&self, conn: ConnId) -> bool {
        self.has_cap(conn, Cap::Metadata) && self.has_cap(conn, Cap::Batch)
    }

    /// Whether a connection has a capability.
    pub(in super::super) fn has_cap(&self, conn: ConnId, cap: Cap) -> bool {
        self.caps(conn).has(cap)
    }
}
