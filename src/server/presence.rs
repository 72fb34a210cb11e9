//! What users tell of themselves, and who hears of it: AWAY, SETNAME.

use super::caps::Cap;
use super::turn::{Turn, cut};
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn away(turn: &mut Turn<'_>, message: &Message<'_>) {
    if !turn.me().is_registered() && !turn.has_cap(Cap::PreAway) {
        return turn.reply(ERR_NOTREGISTERED, &[]);
    }
    let most = turn.config.limits.away_bytes;
    let text = message.param(0).filter(|text| !text.is_empty()).map(|text| cut(text, most).into());
    let numeric = if text.is_some() { RPL_NOWAWAY } else { RPL_UNAWAY };
    turn.me_mut().away = text;
    turn.reply(numeric, &[]);
}

pub(super) fn setname(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["SETNAME"]);
}
