//! The table of users, provisional or registered: their modes, how many there are, and how long they stay.

use super::super::event::{ConnId, Stays};
use super::super::id::UserId;
use super::super::user::{Sessions, User, UserMode};
use super::State;
use crate::planted::{Bug, buggy};
use crate::time::{Now, Time};
use crate::wire::{Nick, Peer, Source};

/// The away message of a user without sessions.
const DISCONNECTED: &str = "Disconnected";

impl State {
    /// Adds a user without sessions, at the lowest free number.
    pub(super) fn add_user(&mut self, mut user: User) -> UserId {
        user.number = self.number();
        let id = UserId(self.users.insert(Box::new(user)));
        self.make_room(id);
        id
    }

    /// Removes a user, who must have left their channels. If the user still has sessions, which are about to end, the
    /// row remains until the last one has ended.
    pub(in super::super) fn retire(&mut self, id: UserId) {
        for mode in [UserMode::Invisible, UserMode::Operator, UserMode::Notices] {
            self.set_user_mode(id, mode, false);
        }
        self.stay_no_more(id);
        let user = self.user_mut(id);
        assert!(user.channels.is_empty(), "a user leaves their channels first");
        let (nick, rare) = (user.nick.take(), std::mem::take(&mut user.rare));
        let registered = std::mem::replace(&mut user.registered, false);
        for &channel in &rare.invitations {
            self.channel_mut(channel).invited.retain(|&invited| invited != id);
        }
        if let Some(nick) = &nick {
            self.nicks.free(nick, id);
        }
        self.registered -= usize::from(registered);
        if self.sessions_of(id).is_empty() {
            self.users.remove(id.0);
        }
    }

    /// The row of a user who is registering: the provisional user's, or a new row if there is none, as in a replay.
    pub(in super::super) fn provisional(&mut self, id: UserId, number: u64, host: &str, now: Now) -> &mut User {
        if self.users.get(id.0).is_none() {
            let peer = Peer { host: host.into(), ..Peer::default() };
            let mut user = Box::new(User::new(&peer, now));
            user.number = number;
            self.users.put(id.0, user);
            self.make_room(id);
        }
        self.user_mut(id)
    }

    fn make_room(&mut self, id: UserId) {
        let at = id.0 as usize;
        if self.sessions_of.len() <= at {
            self.sessions_of.resize_with(at + 1, Sessions::default);
        }
    }

    /// The user with this number, who must exist.
    pub(in super::super) fn user(&self, id: UserId) -> &User {
        self.users.get(id.0).expect("the user is there")
    }

    /// Whether `id` is still the user with this unique number.
    pub(in super::super) fn is_there(&self, id: UserId, number: u64) -> bool {
        self.users.get(id.0).is_some_and(|user| user.number == number)
    }

    /// The user with this number, who must exist.
    pub(in super::super) fn user_mut(&mut self, id: UserId) -> &mut User {
        self.users.get_mut(id.0).expect("the user is there")
    }

    /// Every user, registered or not, in order of number.
    pub(in super::super) fn users(&self) -> impl Iterator<Item = (UserId, &User)> {
        self.users_after(None)
    }

    /// The users, registered or not, whose numbers come after `last`, in order of number.
    pub(in super::super) fn users_after(&self, last: Option<UserId>) -> impl Iterator<Item = (UserId, &User)> {
        self.users.iter_from(last.map_or(0, |last| last.0 + 1)).map(|(id, user)| (UserId(id), &**user))
    }

    /// The user of a connection that must exist.
    pub(in super::super) fn user_of(&self, conn: ConnId) -> UserId {
        self.session(conn).user
    }

    /// How many users are registered.
    pub(in super::super) fn registered(&self) -> usize {
        self.registered
    }

    /// The most users that were registered at once.
    pub(in super::super) fn most_registered(&self) -> usize {
        self.most_registered
    }

    /// Makes a provisional user registered.
    pub(in super::super) fn register(&mut self, id: UserId, now: Now) {
        let user = self.user_mut(id);
        user.registered = true;
        user.signed_on = now;
        self.registered += 1;
        self.most_registered = self.most_registered.max(self.registered);
    }

    /// How many users are invisible (`+i`).
    pub(in super::super) fn invisible(&self) -> usize {
        self.invisible
    }

    /// How many users are server operators.
    pub(in super::super) fn operators(&self) -> usize {
        self.operators
    }

    /// Sets or clears a user mode. Returns whether that changed anything.
    pub(in super::super) fn set_user_mode(&mut self, id: UserId, mode: UserMode, on: bool) -> bool {
        let changes = self.user_mut(id).set(mode, on);
        if mode == UserMode::Notices {
            match on {
                true => self.notified.insert(id),
                false => self.notified.remove(&id),
            };
        }
        let count = match mode {
            UserMode::Invisible => &mut self.invisible,
            UserMode::Operator => &mut self.operators,
            _ => return changes,
        };
        match (changes, on) {
            (true, true) => *count += 1,
            (true, false) => *count -= 1,
            (false, _) => {}
        }
        changes
    }

    /// Users who get server notices (`+s`), in order of number.
    pub(in super::super) fn notified(&self) -> impl Iterator<Item = UserId> {
        self.notified.iter().copied()
    }

    /// Sets whether a user stays without sessions.
    #[cfg(feature = "planted")]
    pub(in super::super) fn set_stays(&mut self, id: UserId, stays: Stays) {
        let stays = if buggy(Bug::EndForgotten) && stays != Stays::No { Stays::Always } else { stays };
        let before = std::mem::replace(&mut self.user_mut(id).rare.stays, stays);
        if let Stays::Until(end) = before {
            self.ends.remove(&(end, id));
        }
        if let Stays::Until(end) = stays {
            self.ends.insert((end, id));
        }
    }

    /// The next user whose stay ends, and when.
    pub(in super::super) fn first_end(&self) -> Option<(Time, UserId)> {
        self.ends.first().copied()
    }

    /// Ends a user's stay: from now on, they end with their last session.
    pub(in super::super) fn stay_no_more(&mut self, id: UserId) {
        let stays = self.user(id).rare.stays;
        if let Stays::Until(end) = stays {
            self.ends.remove(&(end, id));
        }
        if stays != Stays::No {
            self.user_mut(id).rare.stays = Stays::No;
        }
    }

    /// A user's away message, derived from their sessions: the most recent one if all sessions are away,
    /// [`DISCONNECTED`] if there are none.
    pub(in super::super) fn away_by_sessions(&self, id: UserId) -> Option<Box<str>> {
        let conns = self.sessions_of(id);
        if conns.is_empty() {
            return Some(DISCONNECTED.into());
        }
        if buggy(Bug::AwayOfOneShown) {
            let away = conns.iter().find_map(|&conn| self.session(conn).away.as_deref());
            return away.map(|away| away.text.clone());
        }
        let aways: Option<Vec<_>> = conns.iter().map(|&conn| self.session(conn).away.as_deref()).collect();
        aways?.into_iter().max_by_key(|away| away.number).map(|away| away.text.clone())
    }

    /// The sources that masks are matched against: one with the user's host, and one for each other address of their
    /// sessions.
    pub(in super::super) fn sources(&self, id: UserId) -> Vec<Source> {
        let user = self.user(id);
        let conns = if buggy(Bug::SecondAddressUnbanned) { &[] } else { self.sessions_of(id) };
        let others = conns.iter().filter_map(|&conn| self.session(conn).address.as_deref());
        let source = |host| Source::new(self.casemapping(), user.shown_nick(), &user.name, host);
        [&*user.host].into_iter().chain(others).map(source).collect()
    }

    /// The registered user with this nick.
    pub(in super::super) fn find(&self, nick: &str) -> Option<UserId> {
        self.nicks.holder(nick).filter(|&id| self.user(id).is_registered())
    }

    /// Gives a user a nick, which must be free, in place of their old one.
    pub(in super::super) fn rename_user(&mut self, id: UserId, nick: &Nick) {
        let old = self.user_mut(id).nick.replace(nick.clone());
        if let Some(old) = old.filter(|_| !buggy(Bug::OldNickKept)) {
            self.nicks.free(&old, id);
        }
        self.nicks.take(nick, id);
    }

    /// Remembers a registered user for WHOWAS.
    pub(in super::super) fn remember(&mut self, id: UserId, now: Now) {
        let user = self.users.get(id.0).expect("the user is there");
        self.whowas.remember(user, now);
    }
}
