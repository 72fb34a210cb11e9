//! JOIN: who may enter a channel, and who hears of it (RFC 2812 §3.2.1; IRCv3 extended-join, away-notify).

use super::super::caps::Cap;
use super::super::channel::{ChannelId, Flag, ListMode, Member, Rank};
use super::super::metadata;
use super::super::operator::Privilege;
use super::super::outgoing::Outgoing;
use super::super::presence::tell_away;
use super::super::turn::{Pick, Turn};
use super::super::user::UserId;
use super::names::send_names;
use super::part_all;
use super::topic::send_topic;
use crate::planted::Bug;
use crate::wire::numeric::*;
use crate::wire::{ChannelName, Message};

pub(in super::super) fn join(turn: &mut Turn<'_>, message: &Message<'_>) {
    let names = message.params()[0];
    if names == "0" {
        return part_all(turn);
    }
    let mut keys = message.param(1).unwrap_or_default().split(',');
    for name in names.split(',') {
        join_one(turn, name, keys.next().unwrap_or_default());
    }
}

fn join_one(turn: &mut Turn<'_>, name: &str, key: &str) {
    let Ok(parsed) = ChannelName::parse(name, turn.config.limits.channel_bytes) else {
        return turn.reply(ERR_NOSUCHCHANNEL, &[name]);
    };
    let existing = turn.state.channel_id(name);
    if existing.is_some_and(|id| turn.is_member(id)) {
        return;
    }
    if turn.me().channels.len() >= turn.config.limits.channels_per_user {
        let shown = existing.map_or(&parsed, |id| &turn.state.channel(id).name).clone();
        return turn.reply(ERR_TOOMANYCHANNELS, &[shown.as_str()]);
    }
    let Some(id) = existing else {
        let id = turn.state.create_channel(parsed, turn.now);
        return enter(turn, id, true);
    };
    match why_not(turn, id, key) {
        None => enter(turn, id, false),
        Some(bar) => match forwarded(turn, id, bar) {
            None => refuse(turn, id, bar),
            Some(other) => follow(turn, id, other),
        },
    }
}

/// Where somebody goes instead whom `bar` keeps out of the channel: into the one that mode +f names, if there is one.
/// Not those who are banned.
fn forwarded(turn: &Turn<'_>, id: ChannelId, bar: Numeric) -> Option<ChannelId> {
    let name = turn
        .state
        .channel(id)
        .modes
        .forward
        .as_ref()
        .filter(|_| bar != ERR_BANNEDFROMCHAN || turn.config.bugs.has(Bug::BannedForwarded))?;
    turn.state.channel_id(name.as_str()).filter(|&other| other != id)
}

/// Joins `other` in place of `id`, as if it had been asked for without a key; its own +f counts for nothing.
fn follow(turn: &mut Turn<'_>, id: ChannelId, other: ChannelId) {
    let [from, to] = [id, other].map(|id| turn.state.channel(id).name.clone());
    turn.reply(ERR_LINKCHANNEL, &[from.as_str(), to.as_str()]);
    if turn.is_member(other) {
        return;
    }
    match why_not(turn, other, "") {
        None => enter(turn, other, false),
        Some(bar) => refuse(turn, other, bar),
    }
}

fn refuse(turn: &mut Turn<'_>, id: ChannelId, bar: Numeric) {
    let name = turn.state.channel(id).name.clone();
    match bar {
        ERR_NEEDREGGEDNICK => turn.reply_filled(bar, &[name.as_str()], &["You must be logged in to join this channel"]),
        _ => turn.reply(bar, &[name.as_str()]),
    }
}

/// What keeps the actor out of the channel, if anything does.
fn why_not(turn: &Turn<'_>, id: ChannelId, key: &str) -> Option<Numeric> {
    if turn.me().may(Privilege::Channels) {
        return None;
    }
    let (channel, casemapping) = (turn.state.channel(id), turn.state.casemapping());
    let (modes, sources) = (&channel.modes, turn.state.sources(turn.actor));
    let invited = turn.me().invitations.contains(&id);
    let welcome = || invited || channel.lists(ListMode::InviteException, casemapping, &sources);
    if modes.has(Flag::InviteOnly) && !welcome() {
        return Some(ERR_INVITEONLYCHAN);
    }
    if !invited && channel.bans(casemapping, &sources) {
        return Some(ERR_BANNEDFROMCHAN);
    }
    if modes.has(Flag::JoinLoggedIn) && turn.me().account.is_none() && !welcome() {
        return Some(ERR_NEEDREGGEDNICK);
    }
    if !invited && modes.limit.is_some_and(|limit| channel.members().len() >= usize::from(limit)) {
        return Some(ERR_CHANNELISFULL);
    }
    modes.key.as_deref().is_some_and(|right| right != key).then_some(ERR_BADCHANNELKEY)
}

fn enter(turn: &mut Turn<'_>, id: ChannelId, creator: bool) {
    if !turn.config.bugs.has(Bug::InvitationKept) {
        turn.state.uninvite(id, turn.actor);
    }
    let mut member = Member::new(turn.actor);
    member.set(Rank::Operator, creator);
    turn.state.enter(id, member);
    let mut witnesses = turn.state.witnesses_in(turn.state.channel(id), turn.actor);
    if turn.config.bugs.has(Bug::AuditoriumJoinTold) {
        witnesses = turn.members(id, |_| true);
    }
    tell_join(turn, id, &witnesses);
    let others: Vec<UserId> = witnesses.into_iter().filter(|&user| user != turn.actor).collect();
    // IRCv3 away-notify: "clients will be sent an AWAY message … when a user joins and has an away message set."
    if turn.me().away.is_some() {
        tell_away(turn, &others, &[]);
    }
    turn.for_each_session(turn.actor, |turn| introduce(turn, id));
    metadata::of_newcomer(turn, id);
}

/// Tells `to` that the actor has joined: the sessions that asked for extended-join with account and real name.
fn tell_join(turn: &mut Turn<'_>, id: ChannelId, to: &[UserId]) {
    let (brief, full) = joined(turn, id);
    if turn.config.bugs.has(Bug::JoinExtendedForAll) {
        return turn.deliver(to, &full);
    }
    turn.deliver_to(to, &[], Pick::without(Cap::ExtendedJoin), &brief);
    turn.deliver_to(to, &[], Pick::with(Cap::ExtendedJoin), &full);
}

/// The two forms of JOIN.
fn joined(turn: &mut Turn<'_>, id: ChannelId) -> (Outgoing, Outgoing) {
    let name = turn.state.channel(id).name.clone();
    let brief = turn.act("JOIN").param(name.as_str());
    let me = turn.me();
    let full = brief.clone().param(me.account.as_deref().unwrap_or("*")).trailing(&me.realname).cut();
    (brief, full)
}

/// Tells the asking session, and nobody else, that its user has joined.
pub(super) fn show_join(turn: &mut Turn<'_>, id: ChannelId, with_id: bool) {
    let (brief, full) = joined(turn, id);
    let mut message = if turn.has_cap(Cap::ExtendedJoin) { full } else { brief };
    if !with_id {
        message.tags.id = None;
    }
    turn.send(&message);
}

/// What a new session is told of a channel that its user is in.
#[cfg(feature = "planted")]
pub(in super::super) fn bring_up_to_date(turn: &mut Turn<'_>, id: ChannelId) {
    show_join(turn, id, false);
    introduce(turn, id);
}

/// What a session is told of a channel that its user has just joined.
pub(super) fn introduce(turn: &mut Turn<'_>, id: ChannelId) {
    send_topic(turn, id);
    // IRCv3 no-implicit-names: "servers MUST NOT send an implicit NAMES reply after sending a JOIN message."
    if !turn.has_cap(Cap::NoImplicitNames) {
        send_names(turn, id);
    }
    metadata::after_join(turn, id);
}
