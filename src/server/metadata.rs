//! Keys and values of users and channels (IRCv3 draft/metadata-3).

use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::ERR_UNKNOWNCOMMAND;

pub(super) fn metadata(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["METADATA"]);
}
