//! Properties of a user that depend on their sessions: whether they are away, and whether they are an operator.

use super::Turn;
use crate::server::fact::What;
use crate::server::mode_table::USER_MODES;

impl Turn<'_> {
    /// Derives the caller's away message from their sessions. If it has changed, that becomes a fact.
    pub(in super::super) fn follow_sessions(&mut self) {
        let away = self.state.away_by_sessions(self.actor);
        if self.me().rare.away != away {
            self.happen(What::Away { text: away.as_deref().map(Into::into) });
        }
    }

    /// Removes operator status from the caller, because the session that sent OPER is gone.
    pub(super) fn drop_operator(&mut self) {
        let me = self.me();
        let held = USER_MODES.iter().filter(|row| row.is_for_operators() && me.has(row.mode));
        let changes: Vec<_> = held.map(|row| (false, row.mode)).collect();
        if let Some(nick) = me.nick.clone().filter(|_| !changes.is_empty()) {
            self.happen(What::UserModes { nick, changes: changes.into() });
        }
    }
}
