//! KICK (RFC 2812 §3.2.8).

use super::super::channel::Rank;
use super::super::turn::{Turn, cut};
use super::{not_on_channel, not_operator};
use crate::wire::Message;
use crate::wire::numeric::*;

pub(in super::super) fn kick(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [name, nicks] = message.params()[..2] else { unreachable!("the table asks for two parameters") };
    let Some((id, channel)) = turn.channel(name) else { return turn.reply(ERR_NOSUCHCHANNEL, &[name]) };
    let name = channel.name.clone();
    if !turn.is_member(id) {
        return not_on_channel(turn, id);
    }
    if !turn.is_at_least(id, Rank::HalfOperator) {
        return not_operator(turn, id);
    }
    if let Some(beyond) = nicks.split(',').nth(turn.config.limits.targets) {
        return turn.reply(ERR_TOOMANYTARGETS, &[beyond]);
    }
    let by = turn.me().shown_nick().to_owned();
    let reason = message.param(2).filter(|reason| !reason.is_empty()).unwrap_or(&by);
    let reason = cut(reason, turn.config.limits.kick_bytes).to_owned();
    for nick in nicks.split(',') {
        // The kicker may have kicked themselves a moment ago: then the channel may be gone too.
        let Some((id, channel)) =
            turn.channel(name.as_str()).filter(|(_, channel)| channel.member(turn.conn).is_some())
        else {
            return turn.reply(ERR_NOTONCHANNEL, &[name.as_str()]);
        };
        let Some(kicked) = turn.state.find(nick) else {
            turn.reply(ERR_NOSUCHNICK, &[nick]);
            continue;
        };
        let is_there = channel.member(kicked).is_some();
        let nick = turn.state.user(kicked).shown_nick().to_owned();
        if !is_there {
            turn.reply(ERR_USERNOTINCHANNEL, &[&nick, name.as_str()]);
            continue;
        }
        let message = turn.act("KICK").param(name.as_str()).param(&nick).trailing(&reason).cut();
        turn.tell_channel(id, None, &message);
        turn.leave(id, kicked);
    }
}
