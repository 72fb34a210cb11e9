//! TOPIC (RFC 2812 §3.2.4; Modern IRC, "TOPIC message").

use super::super::channel::{Flag, Rank};
use super::super::fact::What;
use super::super::id::ChannelId;
use super::super::turn::Turn;
use super::{not_on_channel, not_operator};
use crate::planted::{Bug, buggy};
use crate::wire::numeric::*;
use crate::wire::{MAX_LINE, Message};

pub(in super::super) fn topic(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [name] = message.first();
    let Some((id, channel)) = turn.channel(name) else { return turn.reply(ERR_NOSUCHCHANNEL, &[name]) };
    let (locked, none, name) = (channel.modes.has(Flag::TopicLocked), channel.topic.is_none(), channel.name.clone());
    if !turn.view().may_act(id) {
        return not_on_channel(turn, id);
    }
    let Some(text) = message.param(1) else {
        return if none { turn.reply(RPL_NOTOPIC, &[name.as_str()]) } else { send_topic(turn, id) };
    };
    if locked && !turn.is_at_least(id, Rank::HalfOperator) {
        return not_operator(turn, id);
    }
    let line = [":", &turn.me().source(), " TOPIC ", name.as_str(), " :", text, "\r\n"];
    if text.len() > turn.config.limits.topic_bytes || line.iter().map(|part| part.len()).sum::<usize>() > MAX_LINE {
        return turn.reply(ERR_INPUTTOOLONG, &[]);
    }
    turn.happen(What::Topic { channel: id, name, text: text.into() });
    if buggy(Bug::ChangeOutsideFact) {
        turn.state.channel_mut(id).last = turn.now.wall;
    }
}

/// Sends 332 and 333, if there is a topic.
pub(super) fn send_topic(turn: &mut Turn<'_>, id: ChannelId) {
    let channel = turn.state.channel(id);
    let Some(topic) = &channel.topic else { return };
    let (name, text, setter) = (channel.name.clone(), topic.text.clone(), topic.setter.clone());
    let set = turn.now.date(topic.set).as_secs().to_string();
    turn.reply_text(RPL_TOPIC, &[name.as_str()], &text);
    turn.reply(RPL_TOPICWHOTIME, &[name.as_str(), &setter, &set]);
}
