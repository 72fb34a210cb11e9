//! RENAME: a channel's new name (IRCv3 draft/channel-rename).

use super::super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::ERR_UNKNOWNCOMMAND;

pub(in super::super) fn rename(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["RENAME"]);
}
