//! MODE, for channels, members and users. The modes themselves are in `mode_table` (RFC 2812 §3.1.5, §3.2.3; Modern
//! IRC, "Modes").

mod change;
mod channel;
mod user;

#[cfg(feature = "planted")]
pub(super) use user::show_own;

use super::turn::Turn;
use crate::wire::Message;

pub(super) fn mode(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [target] = message.first();
    if target.starts_with('#') {
        channel::mode(turn, message);
    } else {
        user::mode(turn, message);
    }
}
