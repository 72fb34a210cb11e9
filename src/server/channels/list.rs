//! LIST: which channels there are (RFC 2812 §3.2.6).

use super::super::turn::Turn;
use super::may_see;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(in super::super) fn list(turn: &mut Turn<'_>, message: &Message<'_>) {
    let masks: Vec<&str> =
        message.param(0).filter(|masks| !masks.is_empty()).into_iter().flat_map(|masks| masks.split(',')).collect();
    let rows: Vec<(String, String, String)> = turn
        .state
        .channels()
        .filter(|(name, channel)| {
            may_see(turn, channel)
                && (masks.is_empty() || masks.iter().any(|mask| turn.state.casemapping().matches(mask, name.as_str())))
        })
        .map(|(_, channel)| {
            let topic = channel.topic.as_ref().map_or("", |topic| &topic.text);
            (channel.name.as_str().into(), channel.members().len().to_string(), topic.into())
        })
        .collect();
    turn.reply(RPL_LISTSTART, &["Channel"]);
    for (name, count, topic) in rows {
        turn.reply_text(RPL_LIST, &[&name, &count], &topic);
    }
    turn.reply(RPL_LISTEND, &[]);
}
