//! JOIN: who may enter a channel (RFC 2812 §3.2.1; IRCv3 extended-join, away-notify).

use super::super::caps::Cap;
use super::super::channel::{Flag, ListMode};
use super::super::fact::What;
use super::super::id::ChannelId;
use super::super::metadata;
use super::super::operator::Privilege;
use super::super::outgoing::{Outgoing, Tags};
use super::super::turn::Turn;
use super::super::view::View;
use super::names::send_names;
use super::part_all;
use super::topic::send_topic;
use crate::planted::{Bug, buggy};
use crate::wire::numeric::*;
use crate::wire::{ChannelName, Message};

pub(in super::super) fn join(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [names] = message.first();
    if names == "0" {
        return part_all(turn);
    }
    let mut keys = message.param(1).unwrap_or_default().split(',');
    for name in names.split(',') {
        join_one(turn, name, keys.next().unwrap_or_default());
    }
}

fn join_one(turn: &mut Turn<'_>, name: &str, key: &str) {
    match decide(turn.view(), name, key) {
        Ok(What::Joined { channel: Some(id), .. }) if turn.is_member(id) => {}
        Ok(joined) => enter(turn, joined),
        Err(Refusal { numeric, name, forward: None }) => refuse(turn, numeric, &name),
        Err(Refusal { name, forward: Some(other), .. }) => follow(turn, &name, other),
    }
}

/// Why a user cannot join a channel, its name as shown in the reply, and the channel to forward them to.
struct Refusal {
    numeric: Numeric,
    name: String,
    forward: Option<ChannelId>,
}

impl Refusal {
    fn of(numeric: Numeric, name: &str) -> Self {
        Self { numeric, name: name.to_owned(), forward: None }
    }
}

/// Decides whether the caller may join this channel. For a member the result is `Ok`, too, and there is nothing to do.
fn decide(view: View<'_>, name: &str, key: &str) -> Result<What<'static>, Refusal> {
    let parsed = ChannelName::parse(name, view.config.limits.channel_bytes);
    let Ok(parsed) = parsed else { return Err(Refusal::of(ERR_NOSUCHCHANNEL, name)) };
    let existing = view.channel(name);
    let name = existing.map_or(parsed, |(_, channel)| channel.name.clone());
    let flags = view.config.channel_modes;
    let joined = What::Joined { channel: existing.map(|(id, _)| id), name: name.clone(), flags };
    if existing.is_some_and(|(id, _)| view.is_member(id)) {
        return Ok(joined);
    }
    if view.me().channels.len() >= view.config.limits.channels_per_user {
        return Err(Refusal::of(ERR_TOOMANYCHANNELS, name.as_str()));
    }
    let Some((id, _)) = existing else {
        let barred = flags.has(Flag::TlsOnly) && !view.state.is_all_by_tls(view.actor);
        return if barred { Err(Refusal::of(ERR_SECUREONLYCHAN, name.as_str())) } else { Ok(joined) };
    };
    match why_not(view, id, key) {
        Some(bar) => Err(Refusal { forward: forwarded(view, id, bar), ..Refusal::of(bar, name.as_str()) }),
        None => Ok(joined),
    }
}

/// The target of +f for a refused join; `None` for a banned user.
fn forwarded(view: View<'_>, id: ChannelId, bar: Numeric) -> Option<ChannelId> {
    let forward = view.state.channel(id).modes.forward.as_ref();
    let name = forward.filter(|_| bar != ERR_BANNEDFROMCHAN || buggy(Bug::BannedForwarded))?;
    view.state.channels.id(name.as_str()).filter(|&other| other != id)
}

/// Joins `other` in place of the channel `from`, as if the client had sent JOIN for `other` without a key. The +f of
/// `other` is ignored.
fn follow(turn: &mut Turn<'_>, from: &str, other: ChannelId) {
    let (to, flags) = (turn.state.channel(other).name.clone(), turn.config.channel_modes);
    turn.reply(ERR_LINKCHANNEL, &[from, to.as_str()]);
    if turn.is_member(other) {
        return;
    }
    match why_not(turn.view(), other, "") {
        None => enter(turn, What::Joined { channel: Some(other), name: to, flags }),
        Some(bar) => refuse(turn, bar, to.as_str()),
    }
}

fn refuse(turn: &mut Turn<'_>, bar: Numeric, name: &str) {
    match bar {
        ERR_NEEDREGGEDNICK => turn.reply_filled(bar, &[name], &["You must be logged in to join this channel"]),
        _ => turn.reply(bar, &[name]),
    }
}

/// Why the caller may not join the channel; `None` if they may.
pub(super) fn why_not(view: View<'_>, id: ChannelId, key: &str) -> Option<Numeric> {
    let channel = view.state.channel(id);
    // A promise to the members, which neither an invitation nor a privilege breaks.
    if channel.modes.has(Flag::TlsOnly) && !view.state.is_all_by_tls(view.actor) {
        return Some(ERR_SECUREONLYCHAN);
    }
    if view.me().may(Privilege::Channels) {
        return None;
    }
    let (modes, sources) = (&channel.modes, view.state.sources(view.actor));
    let invited = view.me().rare.invitations.contains(&id);
    let welcome = || invited || channel.lists(ListMode::InviteException, &sources);
    if modes.has(Flag::InviteOnly) && !welcome() {
        return Some(ERR_INVITEONLYCHAN);
    }
    if !invited && channel.bans(&sources) {
        return Some(ERR_BANNEDFROMCHAN);
    }
    if modes.has(Flag::JoinLoggedIn) && view.me().account.is_none() && !welcome() {
        return Some(ERR_NEEDREGGEDNICK);
    }
    if !invited && modes.limit.is_some_and(|limit| channel.members().len() >= usize::from(limit)) {
        return Some(ERR_CHANNELISFULL);
    }
    modes.key.as_deref().is_some_and(|right| right != key).then_some(ERR_BADCHANNELKEY)
}

fn enter(turn: &mut Turn<'_>, joined: What<'_>) {
    turn.happen(joined);
    // The channel that was just joined is the last one.
    let Some(&id) = turn.me().channels.last() else { return };
    if let Some(text) = turn.me().rare.away.clone() {
        turn.happen(What::StillAway { channel: id, text: (&*text).into() });
    }
    turn.for_each_session(turn.actor, |turn| introduce(turn, id));
    metadata::of_newcomer(turn, id);
}

/// Sends a JOIN of a channel that the caller is in to the calling session only.
pub(super) fn show_join(turn: &mut Turn<'_>, id: ChannelId) {
    let me = turn.me();
    let join = Outgoing::from_user(&me.source(), Tags::unmarked(me.account.clone(), me.is_bot()), "JOIN");
    let join = join.param(turn.state.channel(id).name.as_str());
    let message = match turn.has_cap(Cap::ExtendedJoin) {
        true => join.param(me.account.as_deref().unwrap_or("*")).trailing(&me.realname).cut(),
        false => join,
    };
    turn.send(&message);
}

/// Shows a newly attached session a channel that its user is in.
#[cfg(feature = "planted")]
pub(in super::super) fn bring_up_to_date(turn: &mut Turn<'_>, id: ChannelId) {
    show_join(turn, id);
    if buggy(Bug::AttachToldAsJoin) {
        for conn in others_sessions(turn, id) {
            let join = Outgoing::from_user(&turn.me().source(), Tags::default(), "JOIN");
            let join = join.param(turn.state.channel(id).name.as_str());
            turn.send_to(conn, &join);
        }
    }
    introduce(turn, id);
}

/// The sessions to which a planted bug announces an attached session.
#[cfg(feature = "planted")]
fn others_sessions(turn: &Turn<'_>, id: ChannelId) -> Vec<crate::server::ConnId> {
    let others = turn.state.witnesses_in(turn.state.channel(id), turn.actor);
    let others = others.into_iter().filter(|&user| user != turn.actor);
    others.flat_map(|user| turn.state.sessions_of(user)).copied().collect()
}

/// Sends a session the topic, names and metadata of a channel that its user has just joined.
pub(super) fn introduce(turn: &mut Turn<'_>, id: ChannelId) {
    send_topic(turn, id);
    // IRCv3 no-implicit-names: "servers MUST NOT send an implicit NAMES reply after sending a JOIN message."
    if !turn.has_cap(Cap::NoImplicitNames) {
        send_names(turn, id);
    }
    metadata::after_join(turn, id);
}
