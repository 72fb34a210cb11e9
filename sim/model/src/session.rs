//! `docs/protocol/sessions.md`: how sessions begin and end, and what that changes for their user.

use super::event::{ConnId, Peer, Stays};
use super::{Model, Session, Tags, User, UserId};

/// How many sessions a user can have.
const MOST_SESSIONS: usize = 8;

impl Model {
    /// A new connection: a session with a provisional user.
    pub(super) fn accepted(&mut self, conn: ConnId, peer: Peer) {
        self.numbers += 1;
        let (user, host, now) = (UserId(self.numbers), peer.host.clone(), self.now.mono);
        let place = (0..).find(|place| self.users.values().all(|user| user.place != *place)).unwrap();
        self.users.insert(user, User { place, sessions: [conn].into(), host, ..User::default() });
        self.sessions.insert(conn, Session { user, peer, connected: now, heard: now, ..Session::default() });
    }

    /// The sessions of a user, by connection number.
    pub(super) fn sessions_of(&self, me: UserId) -> Vec<ConnId> {
        self.users[&me].sessions.iter().copied().collect()
    }

    /// The sessions of several users.
    pub(super) fn sessions_of_all(&self, users: impl IntoIterator<Item = UserId>) -> Vec<ConnId> {
        users.into_iter().flat_map(|user| self.sessions_of(user)).collect()
    }

    /// When `who` registers, it will become a session of the user with the nick `to`.
    pub(super) fn attached(&mut self, who: ConnId, to: &str, stays: Stays) {
        if self.sessions.contains_key(&who) && !self.is_registered(who) {
            self.session_mut(who).attached = Some((to.to_owned(), stays));
        }
    }

    /// The user whose session `who` becomes, now that it has registered, and whether they stay from then on.
    pub(super) fn moves_to(&mut self, who: ConnId) -> Option<(UserId, Stays)> {
        let (nick, stays) = self.session_mut(who).attached.take()?;
        let user = self.find(&nick)?;
        let tls_only = self.channels.values().any(|channel| channel.has(user) && channel.flags.contains(&'z'));
        let may = self.sessions_of(user).len() < MOST_SESSIONS && (self.sessions[&who].peer.secure || !tls_only);
        may.then_some((user, stays))
    }

    /// Whether all sessions of a user are by TLS.
    pub(super) fn is_by_tls(&self, me: UserId) -> bool {
        self.users[&me].sessions.iter().all(|conn| self.sessions[conn].peer.secure)
    }

    /// Makes `who` a session of `user`, sends it the state of `user`, and removes its provisional user.
    pub(super) fn move_to(&mut self, who: ConnId, user: UserId, stays: Stays) {
        let before = self.shown_away(user);
        let provisional = std::mem::replace(&mut self.session_mut(who).user, user);
        self.users.remove(&provisional);
        self.user_mut(user).sessions.insert(who);
        self.user_mut(user).stays = stays;
        self.welcome(who);
        if !self.users[&user].modes.is_empty() {
            self.show_own_modes(who);
        }
        let joined = |channel: &super::Channel| Some((channel.members.get(&user)?.joined, channel.name.clone()));
        // In the order in which they were joined.
        for (_, name) in self.channels.values().filter_map(joined).collect::<std::collections::BTreeSet<_>>() {
            let line = self.join_line(who, user, &name);
            self.told([who], &line, &Tags { msgid: None, at: None, ..self.tags(&line) });
            self.welcome_to(who, &name);
        }
        self.tell_if_away_changed(user, before);
    }

    /// Sends ERROR to a connection that the server closes.
    pub(super) fn error(&mut self, who: ConnId, reason: &str) {
        let line = format!("ERROR :Closing link: ({}) [{reason}]", self.sessions[&who].peer.host);
        self.also([who], &line);
        self.out.push((who, super::Expect::Close));
    }

    /// Ends a session. Its user ends with their last session, unless they stay.
    pub(super) fn end_session(&mut self, who: ConnId, reason: &str) {
        let me = self.user_of(who);
        let before = self.shown_away(me);
        self.sessions.remove(&who);
        self.user_mut(me).sessions.remove(&who);
        if self.is_disconnected(me) && !self.stays(me) {
            return self.end_user(me, reason);
        }
        self.user_mut(me).left = reason.to_owned();
        if self.users[&me].opered == Some(who) {
            self.remove_operator(me);
        }
        self.tell_if_away_changed(me, before);
    }

    /// Whether a user may still stay without sessions.
    pub(super) fn stays(&self, me: UserId) -> bool {
        match self.users[&me].stays {
            Stays::No => false,
            Stays::Until(time) => self.now.mono < time,
            Stays::Always => true,
        }
    }

    /// Ends a user and their sessions. Users who share a channel with them are notified.
    pub(super) fn end_user(&mut self, me: UserId, reason: &str) {
        let sessions = self.sessions_of(me);
        let registered = self.users[&me].registered;
        if registered {
            self.happens(true, self.channels_of(me));
            let told = self.neighbours(me).into_iter().chain([me]);
            self.tell(self.sessions_of_all(told), &format!(":{} QUIT :{reason}", self.source(me)));
        }
        for conn in sessions {
            self.error(conn, reason);
            self.sessions.remove(&conn);
        }
        if registered {
            self.remember_nick(me);
            self.user_mut(me).registered = false;
            let nick = self.nick_of(me).to_owned();
            self.tell_absence(&nick);
            self.notice(me, &format!("has left: {reason}"));
        }
        for name in self.channels.keys().cloned().collect::<Vec<_>>() {
            self.leave(me, &name);
        }
        self.users.remove(&me);
    }

    /// The away message that others see: the most recent one if all sessions are away. A user without sessions is away.
    pub(super) fn shown_away(&self, me: UserId) -> Option<String> {
        let sessions = self.sessions_of(me).into_iter();
        let said: Vec<(u64, String)> = sessions.map(|conn| self.sessions[&conn].away.clone()).collect::<Option<_>>()?;
        Some(said.into_iter().max().map_or("Disconnected".to_owned(), |(_, text)| text))
    }

    /// Notifies others if a user's away message has changed.
    pub(super) fn tell_if_away_changed(&mut self, me: UserId, before: Option<String>) {
        if self.users[&me].registered && self.shown_away(me) != before {
            let audience = self.audience(me, "away-notify");
            self.tell(audience, &self.away_line(me));
        }
    }

    /// Whether a user has no session.
    pub(super) fn is_disconnected(&self, me: UserId) -> bool {
        self.users[&me].sessions.is_empty()
    }

    /// The nicks of all users, or only of those without sessions.
    pub fn online(&self, disconnected: bool) -> Vec<String> {
        let users = self.registered().filter(|&user| !disconnected || self.is_disconnected(user));
        users.map(|user| self.nick_of(user).to_owned()).collect()
    }

    /// The nick of a connection's user, if registered.
    pub fn nick_at(&self, conn: ConnId) -> Option<String> {
        let user = self.sessions.get(&conn)?.user;
        self.users[&user].registered.then(|| self.nick_of(user).to_owned())
    }
}
