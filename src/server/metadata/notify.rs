//! Who is told of which value, and when: METADATA SYNC, changes, and what somebody is told who joins, watches or
//! registers.

use super::super::event::ConnId;
use super::super::fact::Of;
use super::super::id::{ChannelId, UserId};
use super::super::pick::{Pick, sessions};
use super::super::turn::Turn;
use super::{Target, name_of, reply_value, values};
use crate::wire::numeric::*;

pub(super) fn sync(turn: &mut Turn<'_>, target: Target, _params: &[&str]) {
    let rows = match target {
        Target::User(_) => subscribed(turn, &[target]),
        Target::Channel(id) => subscribed(turn, &channel_and_members(turn, id)),
        Target::All => subscribed(turn, &visible(turn)),
    };
    let name = name_of(turn, target);
    send(turn, &name, &rows);
}

/// The values of keys that are new among the subscriptions, on everybody and everything that the asker sees.
pub(super) fn sync_new(turn: &mut Turn<'_>, new: &[&str]) {
    let mut rows = subscribed(turn, &visible(turn));
    rows.retain(|(_, key)| new.contains(&&**key));
    send_or_later(turn, "*ALL", &rows);
}

/// Tells those sessions of `near`, and those that watch `of`, that want to hear of `key` what it is now; not the asking
/// session, which set it.
pub(in super::super) fn tell(turn: &mut Turn<'_>, near: Vec<UserId>, of: Of, key: &str) {
    let (target, watchers) = match of {
        Of::User(user) => (Target::User(user), turn.state.watchers.of(turn.state.user(user).shown_nick())),
        Of::Channel(id) => (Target::Channel(id), Vec::new()),
    };
    let mut conns: Vec<ConnId> = sessions(turn.state, near.into_iter()).collect();
    conns.extend(watchers.into_iter().map(|(conn, _)| conn));
    conns.sort_unstable();
    conns.dedup();
    let wants = Pick::subscribed(key);
    conns.retain(|&conn| conn != turn.conn && wants.takes(turn.state, conn));
    for conn in conns {
        tell_one(turn, conn, target, key);
    }
}

fn tell_one(turn: &mut Turn<'_>, to: ConnId, target: Target, key: &str) {
    let (name, nick) = (name_of(turn, target), turn.state.user(turn.state.user_of(to)).shown_nick().to_owned());
    let message = match values(turn, target).get(key) {
        Some(value) => turn.serve(RPL_KEYVALUE.code).params([&*nick, &name, key, "*"]).trailing(value),
        None => turn.serve(RPL_KEYNOTSET.code).params([&*nick, &name, key]).trailing(RPL_KEYNOTSET.text),
    };
    turn.send_to(to, &message);
}

/// What somebody is told of themselves as they register: all their own values.
pub(in super::super) fn at_registration(turn: &mut Turn<'_>) {
    if turn.state.is_aware(turn.conn) {
        let target = Target::User(turn.actor);
        let rows: Vec<Row> = values(turn, target).keys().map(|key| (target, key.clone())).collect();
        let name = name_of(turn, target);
        send(turn, &name, &rows);
    }
}

/// What somebody is told who joined a channel.
pub(in super::super) fn after_join(turn: &mut Turn<'_>, id: ChannelId) {
    if turn.state.is_aware(turn.conn) {
        let rows = subscribed(turn, &channel_and_members(turn, id));
        let name = name_of(turn, Target::Channel(id));
        send_or_later(turn, &name, &rows);
    }
}

/// What the members of a channel are told of somebody who joined it.
pub(in super::super) fn of_newcomer(turn: &mut Turn<'_>, id: ChannelId) {
    let (target, channel) = (Target::User(turn.actor), turn.state.channel(id));
    let keys: Vec<Box<str>> = turn.me().rare.metadata.keys().cloned().collect();
    let others = turn.state.witnesses_in(channel, turn.actor).into_iter().filter(|&user| user != turn.actor);
    let conns: Vec<ConnId> = others.flat_map(|user| turn.state.sessions_of(user)).copied().collect();
    for conn in conns {
        for key in &keys {
            if Pick::subscribed(key).takes(turn.state, conn) {
                tell_one(turn, conn, target, key);
            }
        }
    }
}

/// What `conn` is told of a user whom they watch and who is there.
pub(in super::super) fn after_monitor(turn: &mut Turn<'_>, conn: ConnId, watched: UserId) {
    if !turn.state.is_aware(conn) {
        return;
    }
    turn.as_session(conn, |turn| {
        let rows = subscribed(turn, &[Target::User(watched)]);
        let name = name_of(turn, Target::User(watched));
        send(turn, &name, &rows);
    });
}

/// The keys that WHOIS shows.
const WHOIS_KEYS: [&str; 4] = ["display-name", "pronouns", "homepage", "status"];

/// What WHOIS says of somebody's values (760).
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

/// A key of a target.
type Row = (Target, Box<str>);

/// The keys that are set on `targets` and that the asker subscribed to.
fn subscribed(turn: &Turn<'_>, targets: &[Target]) -> Vec<Row> {
    let wanted = &turn.session().subscriptions;
    let of = |&target: &Target| {
        values(turn, target).keys().filter(|key| wanted.contains(*key)).map(move |key| (target, key.clone()))
    };
    targets.iter().flat_map(of).collect()
}

/// A channel, and those of its members whom the asker sees.
fn channel_and_members(turn: &Turn<'_>, id: ChannelId) -> Vec<Target> {
    let channel = turn.state.channel(id);
    let members = channel.members().iter().map(|member| member.user);
    let seen = members.filter(|&user| turn.state.sees(channel, turn.actor, user)).map(Target::User);
    [Target::Channel(id)].into_iter().chain(seen).collect()
}

/// All that the asker sees: the channels that they are in, in the order of their folded names, and then the users in
/// these, and those whom they watch, in the order of their numbers.
fn visible(turn: &Turn<'_>) -> Vec<Target> {
    let mut joined = turn.me().channels.clone();
    joined.sort_by_key(|&id| turn.state.casemapping().fold(turn.state.channel(id).name.as_str()));
    let mut users: Vec<UserId> = Vec::new();
    for &id in &joined {
        users.extend(channel_and_members(turn, id).into_iter().filter_map(|target| match target {
            Target::User(user) => Some(user),
            _ => None,
        }));
    }
    users.extend(turn.state.watchers.watched_by(turn.conn).iter().filter_map(|nick| turn.state.find(nick)));
    users.sort_unstable();
    users.dedup();
    joined.into_iter().map(Target::Channel).chain(users.into_iter().map(Target::User)).collect()
}

fn send(turn: &mut Turn<'_>, name: &str, rows: &[Row]) {
    turn.in_batch("metadata", &[name], |turn| rows.iter().for_each(|(target, key)| reply_value(turn, *target, key)));
}

/// Sends the rows, or word that they can be asked for, if they are many.
fn send_or_later(turn: &mut Turn<'_>, name: &str, rows: &[Row]) {
    if rows.len() > turn.config.limits.metadata_sync_lines {
        return turn.reply_text(RPL_METADATASYNCLATER, &[name, "0"], "Try again later");
    }
    send(turn, name, rows);
}
