//! What operators of the server do: OPER, KILL, REHASH, WALLOPS (RFC 2812 §3.1.4, §3.7.1, §4.2, §4.7).

use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::ERR_UNKNOWNCOMMAND;

pub(super) fn oper(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["OPER"]);
}

pub(super) fn kill(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["KILL"]);
}

pub(super) fn rehash(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["REHASH"]);
}

pub(super) fn wallops(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["WALLOPS"]);
}
