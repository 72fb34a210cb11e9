//! KICK (RFC 2812 §3.2.8).

use super::super::channel::{ChannelId, Rank};
use super::super::turn::{Turn, cut};
use super::{not_on_channel, not_operator};
use crate::wire::Message;
use crate::wire::numeric::*;

/// RFC 2812 §3.2.8: "there MUST be either one channel parameter and multiple user parameter, or as many channel
/// parameters as there are user parameters."
pub(in super::super) fn kick(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [channels, nicks] = [0, 1].map(|at| message.params()[at].split(',').collect::<Vec<_>>());
    if channels.len() > 1 && channels.len() != nicks.len() {
        return turn.reply(ERR_NEEDMOREPARAMS, &["KICK"]);
    }
    let by = turn.me().shown_nick().to_owned();
    let reason = message.param(2).filter(|reason| !reason.is_empty()).unwrap_or(&by);
    let reason = cut(reason, turn.config.limits.kick_bytes);
    if let [channel] = channels[..] {
        return kick_from_one(turn, channel, &nicks, reason);
    }
    if has_too_many(turn, &nicks) {
        return;
    }
    for (channel, nick) in channels.into_iter().zip(nicks) {
        if let Some(id) = may_kick(turn, channel) {
            kick_one(turn, id, nick, reason);
        }
    }
}

fn kick_from_one(turn: &mut Turn<'_>, channel: &str, nicks: &[&str], reason: &str) {
    let Some(id) = may_kick(turn, channel) else { return };
    if has_too_many(turn, nicks) {
        return;
    }
    let name = turn.state.channel(id).name.clone();
    for nick in nicks {
        // The kicker may have kicked themselves a moment ago: then the channel may be gone too.
        let Some(id) = turn.state.channel_id(name.as_str()).filter(|&id| turn.rank(id).is_some()) else {
            return turn.reply(ERR_NOTONCHANNEL, &[name.as_str()]);
        };
        kick_one(turn, id, nick, reason);
    }
}

/// 407, if there are more than a command may have.
fn has_too_many(turn: &mut Turn<'_>, nicks: &[&str]) -> bool {
    let beyond = nicks.get(turn.config.limits.targets);
    if let Some(beyond) = beyond {
        turn.reply(ERR_TOOMANYTARGETS, &[beyond]);
    }
    beyond.is_some()
}

/// The channel, if the one whose turn it is may kick somebody there.
fn may_kick(turn: &mut Turn<'_>, channel: &str) -> Option<ChannelId> {
    let Some(id) = turn.state.channel_id(channel) else {
        turn.reply(ERR_NOSUCHCHANNEL, &[channel]);
        return None;
    };
    if turn.is_at_least(id, Rank::HalfOperator) {
        return Some(id);
    }
    if turn.is_member(id) {
        not_operator(turn, id)
    } else {
        not_on_channel(turn, id)
    }
    None
}

fn kick_one(turn: &mut Turn<'_>, id: ChannelId, nick: &str, reason: &str) {
    let Some(kicked) = turn.state.find(nick) else { return turn.reply(ERR_NOSUCHNICK, &[nick]) };
    let nick = turn.state.user(kicked).shown_nick().to_owned();
    let channel = turn.state.channel(id);
    let name = channel.name.clone();
    if channel.member(kicked).is_none() {
        return turn.reply(ERR_USERNOTINCHANNEL, &[&nick, name.as_str()]);
    }
    if kicked != turn.actor && !turn.is_over(id, kicked) {
        return not_operator(turn, id);
    }
    let message = turn.act("KICK").param(name.as_str()).param(&nick).trailing(reason).cut();
    turn.announce(id, &message);
    turn.state.leave(id, kicked);
}
