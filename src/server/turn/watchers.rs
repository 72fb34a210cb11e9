//! Notifications to sessions that monitor a nick (IRCv3 monitor, extended-monitor).

use super::Turn;
use crate::server::caps::Cap;
use crate::server::event::ConnId;
use crate::server::id::UserId;
use crate::server::state::State;
use crate::wire::numeric::*;

impl Turn<'_> {
    /// Notifies sessions that monitor the user's nick that it is online (730).
    pub(super) fn tell_online(&mut self, user: UserId) {
        let source = self.state.user(user).source();
        for (watcher, _) in self.state.watchers.of(self.state.user(user).shown_nick()) {
            self.tell_watcher(watcher, RPL_MONONLINE, &source);
            self.tell_values_of_watched(watcher, user);
        }
    }

    /// Notifies sessions that monitor `nick` that it is offline (731). Sessions whose user has ended are skipped.
    pub(super) fn tell_offline(&mut self, nick: &str) {
        for (watcher, as_written) in self.state.watchers.of(nick) {
            if self.state.user(self.state.user_of(watcher)).is_registered() {
                self.tell_watcher(watcher, RPL_MONOFFLINE, &as_written);
            }
        }
    }

    /// Sends a session the status of a nick that it monitors.
    fn tell_watcher(&mut self, watcher: ConnId, numeric: Numeric, who: &str) {
        let nick = self.state.user(self.state.user_of(watcher)).shown_nick().to_owned();
        let message = self.serve(numeric.code).param(&nick).trailing(who);
        self.send_to(watcher, &message);
    }
}

/// The sessions of other users that have extended-monitor and monitor the user.
pub(super) fn followers(state: &State, user: UserId) -> Vec<ConnId> {
    let follows = |&conn: &ConnId| state.user_of(conn) != user && state.has_cap(conn, Cap::ExtendedMonitor);
    state.watchers.of(state.user(user).shown_nick()).into_iter().map(|(watcher, _)| watcher).filter(follows).collect()
}
