//! Channel operations (RFC 2812 §3.2) except MODE. Each command that takes more than a few lines has its own file.

pub(super) mod invite;
pub(super) mod join;
pub(super) mod kick;
pub(super) mod list;
pub(super) mod names;
pub(super) mod rename;
pub(super) mod topic;

#[cfg(feature = "planted")]
pub(super) use join::bring_up_to_date;

use super::channel::{Channel, Flag};
use super::fact::What;
use super::id::ChannelId;
use super::operator::Privilege;
use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::*;

/// Whether the caller can see the channel.
pub(super) fn may_see(turn: &Turn<'_>, channel: &Channel) -> bool {
    !channel.modes.has(Flag::Secret) || channel.member(turn.actor).is_some() || turn.me().may(Privilege::See)
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
    let [names] = message.first();
    for name in names.split(',') {
        match turn.state.channels.id(name) {
            None => turn.reply(ERR_NOSUCHCHANNEL, &[name]),
            Some(id) if turn.is_member(id) => part_one(turn, id, reason),
            Some(id) => not_on_channel(turn, id),
        }
    }
}

fn part_one(turn: &mut Turn<'_>, id: ChannelId, reason: &str) {
    let name = turn.state.channel(id).name.clone();
    turn.happen(What::Parted { channel: id, name, reason: reason.into() });
}

fn not_on_channel(turn: &mut Turn<'_>, id: ChannelId) {
    let name = turn.state.channel(id).name.clone();
    turn.reply(ERR_NOTONCHANNEL, &[name.as_str()]);
}

fn not_operator(turn: &mut Turn<'_>, id: ChannelId) {
    let name = turn.state.channel(id).name.clone();
    turn.reply(ERR_CHANOPRIVSNEEDED, &[name.as_str()]);
}
