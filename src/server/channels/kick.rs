//! KICK (RFC 2812 §3.2.8).

use super::super::channel::Rank;
use super::super::fact::What;
use super::super::id::ChannelId;
use super::super::turn::{Turn, cut};
use super::super::view::View;
use super::{not_on_channel, not_operator};
use crate::wire::Message;
use crate::wire::numeric::*;

/// RFC 2812 §3.2.8: "there MUST be either one channel parameter and multiple user parameter, or as many channel
/// parameters as there are user parameters."
pub(in super::super) fn kick(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [channels, nicks] = message.first().map(|names| names.split(',').collect::<Vec<_>>());
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
        // The caller may have kicked themselves with the previous nick, and the channel may no longer exist.
        let Some(id) = turn.state.channels.id(name.as_str()).filter(|&id| turn.rank(id).is_some()) else {
            return turn.reply(ERR_NOTONCHANNEL, &[name.as_str()]);
        };
        kick_one(turn, id, nick, reason);
    }
}

/// Whether there are more targets than allowed; if so, replies with 407.
fn has_too_many(turn: &mut Turn<'_>, nicks: &[&str]) -> bool {
    let beyond = nicks.get(turn.config.limits.targets);
    if let Some(beyond) = beyond {
        turn.reply(ERR_TOOMANYTARGETS, &[beyond]);
    }
    beyond.is_some()
}

/// The channel, if the caller may kick members from it; otherwise sends the error reply.
fn may_kick(turn: &mut Turn<'_>, channel: &str) -> Option<ChannelId> {
    let Some(id) = turn.state.channels.id(channel) else {
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
    match decide(turn.view(), id, nick, reason) {
        Ok(kicked) => turn.happen(kicked),
        Err(Refusal { numeric, params }) => {
            turn.reply(numeric, &params.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}

/// The reply if a user is not kicked.
struct Refusal {
    numeric: Numeric,
    params: Vec<String>,
}

fn decide<'a>(view: View<'_>, id: ChannelId, nick: &str, reason: &'a str) -> Result<What<'a>, Refusal> {
    let refuse = |numeric, params: &[&str]| {
        Err(Refusal { numeric, params: params.iter().map(|&param| param.to_owned()).collect() })
    };
    let found = view.state.find(nick).and_then(|user| Some((user, view.state.user(user).nick.clone()?)));
    let Some((user, shown)) = found else { return refuse(ERR_NOSUCHNICK, &[nick]) };
    let channel = view.state.channel(id);
    let name = channel.name.clone();
    if channel.member(user).is_none() {
        return refuse(ERR_USERNOTINCHANNEL, &[shown.as_str(), name.as_str()]);
    }
    if user != view.actor && !view.is_over(id, user) {
        return refuse(ERR_CHANOPRIVSNEEDED, &[name.as_str()]);
    }
    Ok(What::Kicked { channel: id, name, user, nick: shown, reason: reason.into() })
}
