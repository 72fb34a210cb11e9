//! What those who watch a nick are told of it (IRCv3 monitor, extended-monitor).

use super::Turn;
use crate::server::caps::Cap;
use crate::server::event::ConnId;
use crate::server::id::UserId;
use crate::server::state::State;
use crate::wire::numeric::*;

impl Turn<'_> {
    /// Tells those who watch the user's nick that somebody has it now (730).
    pub(super) fn tell_online(&mut self, user: UserId) {
        let source = self.state.user(user).source();
        for (watcher, _) in self.state.watchers.of(self.state.user(user).shown_nick()) {
            self.tell_watcher(watcher, RPL_MONONLINE, &source);
            self.tell_values_of_watched(watcher, user);
        }
    }

    /// Tells those who watch `nick` that nobody has it any more (731); not the last sessions of who is gone.
    pub(super) fn tell_offline(&mut self, nick: &str) {
        for (watcher, as_written) in self.state.watchers.of(nick) {
            if self.state.user(self.state.user_of(watcher)).is_registered() {
                self.tell_watcher(watcher, RPL_MONOFFLINE, &as_written);
            }
        }
    }

    /// Tells a session that watches a nick what became of it.
    fn tell_watcher(&mut self, watcher: ConnId, numeric: Numeric, who: &str) {
        let nick = self.state.user(self.state.user_of(watcher)).shown_nick().to_owned();
        let message = self.serve(numeric.code).param(&nick).trailing(who);
        self.send_to(watcher, &message);
    }
}

/// The sessions of others that watch the user, and want to know what they do (extended-monitor).
pub(super) fn followers(state: &State, user: UserId) -> Vec<ConnId> {
    let follows = |&conn: &ConnId| state.user_of(conn) != user && state.has_cap(conn, Cap::ExtendedMonitor);
    state.watchers.of(state.user(user).shown_nick()).into_iter().map(|(watcher, _)| watcher).filter(follows).collect()
}
