//! Who watches whom: MONITOR (IRCv3 monitor, extended-monitor).

use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::ERR_UNKNOWNCOMMAND;

pub(super) fn monitor(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["MONITOR"]);
}
