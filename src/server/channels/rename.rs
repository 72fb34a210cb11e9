//! RENAME (IRCv3 draft/channel-rename).

use super::super::caps::Cap;
use super::super::channel::Rank;
use super::super::event::ConnId;
use super::super::fact::What;
use super::super::id::ChannelId;
use super::super::outgoing::{Outgoing, Tags};
use super::super::turn::Turn;
use super::join::{introduce, show_join};
use super::{not_on_channel, not_operator};
use crate::wire::numeric::*;
use crate::wire::{ChannelName, Message};

pub(in super::super) fn rename(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [asked, wanted] = message.first();
    let reason = message.param(2).unwrap_or_default();
    let Some((id, channel)) = turn.channel(asked) else { return turn.reply(ERR_NOSUCHCHANNEL, &[asked]) };
    let old = channel.name.clone();
    if !turn.view().may_act(id) {
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
    let holder = turn.state.channels.id(wanted);
    if holder.is_some_and(|holder| holder != id) {
        return turn.fail(
            "RENAME",
            "CHANNEL_NAME_IN_USE",
            &[old.as_str(), wanted],
            "The channel name is already taken",
        );
    }
    turn.happen(What::Renamed { channel: id, old: old.clone(), new, reason: reason.into() });
    if holder.is_none() {
        fall_back(turn, id, &old, reason);
    }
}

/// Sends sessions without the capability a PART of the old name and a JOIN of the new one, beginning with the caller's
/// sessions. "This fallback SHOULD NOT be used if the rename only changes the case of the channel name".
fn fall_back(turn: &mut Turn<'_>, id: ChannelId, old: &ChannelName, reason: &str) {
    let mut members = turn.members(id, |_| true);
    members.sort_by_key(|&user| user != turn.actor);
    let conns = members.into_iter().flat_map(|user| turn.state.sessions_of(user)).copied();
    let others: Vec<ConnId> = conns.filter(|&conn| !turn.state.has_cap(conn, Cap::ChannelRename)).collect();
    for conn in others {
        turn.as_session(conn, |turn| {
            let me = turn.me();
            let part = Outgoing::from_user(&me.source(), Tags::unmarked(me.account.clone(), me.is_bot()), "PART");
            let part = part.param(old.as_str());
            let part = if reason.is_empty() { part } else { part.trailing(reason).cut() };
            turn.send(&part);
            show_join(turn, id);
            introduce(turn, id);
        });
    }
}
