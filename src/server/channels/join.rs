//! JOIN: who may enter a channel, and who hears of it (RFC 2812 §3.2.1).

use super::super::channel::{ChannelId, Flag, ListMode, Member, Rank};
use super::super::metadata;
use super::super::turn::Turn;
use super::names::send_names;
use super::{part_all, send_topic};
use crate::wire::numeric::*;
use crate::wire::{ChannelName, Message};

pub(in super::super) fn join(turn: &mut Turn<'_>, message: &Message<'_>) {
    let names = message.params()[0];
    if names == "0" {
        return part_all(turn);
    }
    let mut keys = message.param(1).unwrap_or_default().split(',');
    for name in names.split(',') {
        let key = keys.next().unwrap_or_default();
        if let Err((numeric, shown)) = join_one(turn, name, key) {
            turn.reply(numeric, &[&shown]);
        }
    }
}

/// Joins one channel, or returns the numeric that says why not, and the name it says it of.
fn join_one(turn: &mut Turn<'_>, name: &str, key: &str) -> Result<(), (Numeric, String)> {
    let Ok(parsed) = ChannelName::parse(name, turn.config.limits.channel_bytes) else {
        return Err((ERR_NOSUCHCHANNEL, name.into()));
    };
    let existing = turn.state.channel_id(name);
    if existing.is_some_and(|id| turn.is_member(id)) {
        return Ok(());
    }
    let refused = |turn: &Turn<'_>, numeric| {
        let shown = existing.map_or(&parsed, |id| &turn.state.channel(id).name);
        Err((numeric, shown.as_str().to_owned()))
    };
    if turn.me().channels.len() >= turn.config.limits.channels_per_user {
        return refused(turn, ERR_TOOMANYCHANNELS);
    }
    let (id, operator) = match existing {
        Some(id) => match why_not(turn, id, key) {
            Some(numeric) => return refused(turn, numeric),
            None => (id, false),
        },
        None => (turn.state.create_channel(parsed, turn.now), true),
    };
    turn.state.uninvite(id, turn.conn);
    let mut member = Member::new(turn.conn);
    member.set(Rank::Operator, operator);
    turn.state.enter(id, member);
    let name = turn.state.channel(id).name.clone();
    let message = turn.act("JOIN").param(name.as_str());
    turn.tell_channel(id, None, &message);
    if turn.state.channel(id).topic.is_some() {
        send_topic(turn, id);
    }
    send_names(turn, id);
    metadata::after_join(turn, id);
    Ok(())
}

/// Why the one whose turn it is may not join, if there is a reason.
fn why_not(turn: &Turn<'_>, id: ChannelId, key: &str) -> Option<Numeric> {
    let (channel, casemapping) = (turn.state.channel(id), turn.state.casemapping());
    let source = turn.me().source();
    let invited = turn.me().invitations.contains(&id);
    let modes = &channel.modes;
    if modes.has(Flag::InviteOnly) && !invited && !channel.lists(ListMode::InviteException, casemapping, &source) {
        return Some(ERR_INVITEONLYCHAN);
    }
    if channel.bans(casemapping, &source) && !invited {
        return Some(ERR_BANNEDFROMCHAN);
    }
    if modes.limit.is_some_and(|limit| channel.members().len() >= usize::from(limit)) && !invited {
        return Some(ERR_CHANNELISFULL);
    }
    modes.key.as_deref().is_some_and(|right| right != key).then_some(ERR_BADCHANNELKEY)
}
