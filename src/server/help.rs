//! HELP: what the commands are for (Modern IRC, "HELP message").

use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::ERR_UNKNOWNCOMMAND;

pub(super) fn help(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["HELP"]);
}
