//! Messages that are taken back (IRCv3 draft/message-redaction).

use super::super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::ERR_UNKNOWNCOMMAND;

pub(in super::super) fn redact(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["REDACT"]);
}
