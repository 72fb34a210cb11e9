//! STATS: what the server counts (RFC 2812 §3.4.4).

use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::ERR_UNKNOWNCOMMAND;

pub(super) fn stats(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["STATS"]);
}
