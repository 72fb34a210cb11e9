//! Messages in several lines (IRCv3 client-batch, draft/multiline).

use super::super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::ERR_UNKNOWNCOMMAND;

pub(in super::super) fn batch(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["BATCH"]);
}
