//! Channel operations (RFC 2812 §3.2), but for MODE: a file for each command that is more than a few lines.

mod invite;
mod join;
mod kick;
mod list;
mod names;
mod rename;
mod sight;

pub(super) use invite::invite;
pub(super) use join::join;
pub(super) use kick::kick;
pub(super) use list::list;
pub(super) use names::names;
pub(super) use rename::rename;

use super::channel::{Channel, ChannelId, Flag, Rank, Topic};
use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::*;

/// Whether the channel exists for the one whose turn it is.
pub(super) fn may_see(turn: &Turn<'_>, channel: &Channel) -> bool {
    !channel.modes.has(Flag::Secret) || channel.member(turn.conn).is_some()
}

/// RFC 2812 §3.2.1: "this message accepts a single argument ("0"), which is a special request to leave all
/// channels the user is currently a member of."
fn part_all(turn: &mut Turn<'_>) {
    let mut joined: Vec<ChannelId> = turn.me().channels.clone();
    joined.sort_by_key(|&id| turn.state.casemapping().fold(turn.state.channel(id).name.as_str()));
    for id in joined {
        part_one(turn, id, "Left all channels");
    }
}

pub(super) fn part(turn: &mut Turn<'_>, message: &Message<'_>) {
    let reason = message.param(1).unwrap_or_default();
    for name in message.params()[0].split(',') {
        match turn.state.channel_id(name) {
            None => turn.reply(ERR_NOSUCHCHANNEL, &[name]),
            Some(id) if turn.is_member(id) => part_one(turn, id, reason),
            Some(id) => not_on_channel(turn, id),
        }
    }
}

fn part_one(turn: &mut Turn<'_>, id: ChannelId, reason: &str) {
    let name = turn.state.channel(id).name.clone();
    let message = turn.act("PART").param(name.as_str());
    let message = if reason.is_empty() { message } else { message.trailing(reason).cut() };
    turn.tell_channel(id, None, &message);
    turn.leave(id, turn.conn);
}

fn not_on_channel(turn: &mut Turn<'_>, id: ChannelId) {
    let name = turn.state.channel(id).name.clone();
    turn.reply(ERR_NOTONCHANNEL, &[name.as_str()]);
}

fn not_operator(turn: &mut Turn<'_>, id: ChannelId) {
    let name = turn.state.channel(id).name.clone();
    turn.reply(ERR_CHANOPRIVSNEEDED, &[name.as_str()]);
}

pub(super) fn topic(turn: &mut Turn<'_>, message: &Message<'_>) {
    let name = message.params()[0];
    let Some((id, channel)) = turn.channel(name) else { return turn.reply(ERR_NOSUCHCHANNEL, &[name]) };
    let (locked, none, name) = (channel.modes.has(Flag::TopicLocked), channel.topic.is_none(), channel.name.clone());
    if !turn.is_member(id) {
        return not_on_channel(turn, id);
    }
    let Some(text) = message.param(1) else {
        return if none { turn.reply(RPL_NOTOPIC, &[name.as_str()]) } else { send_topic(turn, id) };
    };
    if locked && !turn.is_at_least(id, Rank::HalfOperator) {
        return not_operator(turn, id);
    }
    let message = turn.act("TOPIC").param(name.as_str()).trailing(text);
    if text.len() > turn.config.limits.topic_bytes || message.is_too_long() {
        return turn.reply(ERR_INPUTTOOLONG, &[]);
    }
    let topic = Topic { text: text.into(), setter: turn.me().source().into(), set: turn.now };
    turn.state.channel_mut(id).topic = (!text.is_empty()).then_some(topic);
    turn.tell_channel(id, None, &message);
}

fn send_topic(turn: &mut Turn<'_>, id: ChannelId) {
    let channel = turn.state.channel(id);
    let Some(topic) = &channel.topic else { return };
    let (name, text, setter) = (channel.name.clone(), topic.text.clone(), topic.setter.clone());
    let set = topic.set.as_secs().to_string();
    turn.reply_text(RPL_TOPIC, &[name.as_str()], &text);
    turn.reply(RPL_TOPICWHOTIME, &[name.as_str(), &setter, &set]);
}
