//! RENAME: a channel's new name (IRCv3 draft/channel-rename).

use super::super::caps::Cap;
use super::super::channel::{ChannelId, Rank};
use super::super::event::ConnId;
use super::super::turn::{Pick, Turn};
use super::join::{introduce, show_join};
use super::{may_act, not_on_channel, not_operator};
use crate::wire::numeric::*;
use crate::wire::{ChannelName, Message};

pub(in super::super) fn rename(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [asked, wanted] = message.params()[..2] else { unreachable!("the table asks for two parameters") };
    let reason = message.param(2).unwrap_or_default();
    let Some((id, channel)) = turn.channel(asked) else { return turn.reply(ERR_NOSUCHCHANNEL, &[asked]) };
    let old = channel.name.clone();
    if !may_act(turn, id) {
        return not_on_channel(turn, id);
    }
    if !turn.is_at_least(id, Rank::Operator) {
        return not_operator(turn, id);
    }
    let Ok(new) = ChannelName::parse(wanted, turn.config.limits.channel_bytes) else {
        return turn.fail("RENAME", "CANNOT_RENAME", &[old.as_str(), wanted], "The channel cannot be renamed");
    };
    if new == old {
        return;
    }
    let holder = turn.state.channel_id(wanted);
    if holder.is_some_and(|holder| holder != id) {
        return turn.fail(
            "RENAME",
            "CHANNEL_NAME_IN_USE",
            &[old.as_str(), wanted],
            "The channel name is already taken",
        );
    }
    turn.state.rename_channel(id, new);
    tell_rename(turn, id, &old, reason);
    if holder.is_none() {
        fall_back(turn, id, &old, reason);
    }
}

/// Tells those who know of RENAME.
fn tell_rename(turn: &mut Turn<'_>, id: ChannelId, old: &ChannelName, reason: &str) {
    let new = turn.state.channel(id).name.clone();
    let mut told = turn.members(id, |_| true);
    if !turn.is_member(id) {
        told.push(turn.actor);
    }
    // "The server to client command MUST always include the third parameter, an empty string MAY be used".
    let mut message = turn.act("RENAME").param(old.as_str()).param(new.as_str()).trailing(reason).cut();
    message.tags.id = None;
    turn.deliver_to(&told, &[], Pick::with(Cap::ChannelRename), &message);
}

/// Tells the others, the renamer first: as if each had left the old channel and joined the new one. "This fallback SHOULD
/// NOT be used if the rename only changes the case of the channel name".
fn fall_back(turn: &mut Turn<'_>, id: ChannelId, old: &ChannelName, reason: &str) {
    let mut members = turn.members(id, |_| true);
    members.sort_by_key(|&user| user != turn.actor);
    let conns = members.into_iter().flat_map(|user| turn.state.sessions_of(user)).copied();
    let others: Vec<ConnId> = conns.filter(|&conn| !turn.state.has_cap(conn, Cap::ChannelRename)).collect();
    for conn in others {
        turn.as_session(conn, |turn| {
            let part = turn.act("PART").param(old.as_str());
            let part = if reason.is_empty() { part } else { part.trailing(reason).cut() };
            turn.send(&part);
            show_join(turn, id, true);
            introduce(turn, id);
        });
    }
}
