//! Which values clients receive on METADATA SYNC, on a JOIN, on a new subscription, in WHOIS, and on registration.

use super::super::event::ConnId;
use super::super::fact::Of;
use super::super::id::{ChannelId, UserId};
use super::super::pick::Pick;
use super::super::turn::{Row, Turn};
use crate::wire::numeric::*;

pub(super) fn sync(turn: &mut Turn<'_>, of: Of, _params: &[&str]) {
    let rows = match of {
        Of::User(_) => turn.subscribed(&[of]),
        Of::Channel(id) => turn.subscribed(&channel_and_members(turn, id)),
    };
    let name = turn.name_of(of);
    turn.reply_values(&name, &rows);
}

/// SYNC of `*ALL`: everything that the caller sees.
pub(super) fn sync_all(turn: &mut Turn<'_>) {
    let rows = turn.subscribed(&visible(turn));
    turn.reply_values("*ALL", &rows);
}

/// Sends the values of the keys `new`, to which the caller has just subscribed, for everything that the caller sees.
pub(super) fn sync_new(turn: &mut Turn<'_>, new: &[&str]) {
    let mut rows = turn.subscribed(&visible(turn));
    rows.retain(|(_, key)| new.contains(&&**key));
    send_or_later(turn, "*ALL", &rows);
}

/// Sends a newly registered session all values of its own user.
pub(in super::super) fn at_registration(turn: &mut Turn<'_>) {
    if turn.state.is_aware(turn.conn) {
        let of = Of::User(turn.actor);
        let rows: Vec<Row> = turn.values(of).keys().map(|key| (of, key.clone())).collect();
        let name = turn.name_of(of);
        turn.reply_values(&name, &rows);
    }
}

/// Sends the calling session the values of the channel that its user has just joined, and of its members.
pub(in super::super) fn after_join(turn: &mut Turn<'_>, id: ChannelId) {
    if turn.state.is_aware(turn.conn) {
        let rows = turn.subscribed(&channel_and_members(turn, id));
        let name = turn.name_of(Of::Channel(id));
        send_or_later(turn, &name, &rows);
    }
}

/// Sends the members of a channel the values of the caller, who has just joined.
pub(in super::super) fn of_newcomer(turn: &mut Turn<'_>, id: ChannelId) {
    let (of, channel) = (Of::User(turn.actor), turn.state.channel(id));
    let keys: Vec<Box<str>> = turn.me().rare.metadata.keys().cloned().collect();
    if keys.is_empty() {
        return;
    }
    let others = turn.state.witnesses_in(channel, turn.actor).into_iter().filter(|&user| user != turn.actor);
    let conns: Vec<ConnId> = others.flat_map(|user| turn.state.sessions_of(user)).copied().collect();
    for conn in conns {
        for key in &keys {
            if Pick::subscribed(key).takes(turn.state, conn) {
                turn.tell_value_to(conn, of, key);
            }
        }
    }
}

/// The keys that WHOIS shows.
const WHOIS_KEYS: [&str; 4] = ["display-name", "pronouns", "homepage", "status"];

/// The values of a user in WHOIS (760).
pub(in super::super) fn of_whois(turn: &mut Turn<'_>, user: UserId) {
    if !turn.state.is_aware(turn.conn) {
        return;
    }
    let nick = turn.state.user(user).shown_nick().to_owned();
    for key in WHOIS_KEYS {
        if let Some(value) = turn.state.user(user).rare.metadata.get(key).cloned() {
            turn.reply_text(RPL_WHOISKEYVALUE, &[&nick, key, "*"], &value);
        }
    }
}

/// A channel, and those of its members whom the caller sees.
fn channel_and_members(turn: &Turn<'_>, id: ChannelId) -> Vec<Of> {
    let channel = turn.state.channel(id);
    let members = channel.members().iter().map(|member| member.user);
    let seen = members.filter(|&user| turn.state.sees(channel, turn.actor, user)).map(Of::User);
    [Of::Channel(id)].into_iter().chain(seen).collect()
}

/// Everything that the caller sees: first their channels, by folded name; then, by number, the users whom they see in
/// these channels or monitor.
fn visible(turn: &Turn<'_>) -> Vec<Of> {
    let mut joined = turn.me().channels.clone();
    joined.sort_by_key(|&id| turn.state.casemapping().fold(turn.state.channel(id).name.as_str()));
    let mut users: Vec<UserId> = Vec::new();
    for &id in &joined {
        users.extend(channel_and_members(turn, id).into_iter().filter_map(|target| match target {
            Of::User(user) => Some(user),
            Of::Channel(_) => None,
        }));
    }
    users.extend(turn.state.watchers.watched_by(turn.conn).iter().filter_map(|nick| turn.state.find(nick)));
    users.sort_unstable();
    users.dedup();
    joined.into_iter().map(Of::Channel).chain(users.into_iter().map(Of::User)).collect()
}

/// Sends the rows; if there are too many, tells the client to request them later.
fn send_or_later(turn: &mut Turn<'_>, name: &str, rows: &[Row]) {
    if rows.len() > turn.config.limits.metadata_sync_lines {
        return turn.reply_text(RPL_METADATASYNCLATER, &[name, "0"], "Try again later");
    }
    turn.reply_values(name, rows);
}
