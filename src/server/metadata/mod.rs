//! METADATA: keys and values of users and channels (IRCv3 draft/metadata-3). They are kept in memory: a user's until
//! the user leaves, a channel's until it ceases to exist.

mod notify;
mod subscriptions;

pub(super) use notify::{after_join, at_registration, of_newcomer, of_whois};

use super::channel::{Flag, Rank};
use super::fact::{Of, What};
use super::turn::Turn;
use crate::wire::Message;

/// A subcommand: its name, how many parameters follow it, and what it does.
struct Subcommand {
    name: &'static str,
    params: std::ops::RangeInclusive<usize>,
    /// Whether its target must be the caller.
    own: bool,
    handler: fn(&mut Turn<'_>, Of, &[&str]),
}

const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand { name: "CLEAR", params: 0..=0, own: false, handler: clear },
    Subcommand { name: "GET", params: 1..=usize::MAX, own: false, handler: get },
    Subcommand { name: "LIST", params: 0..=0, own: false, handler: list },
    Subcommand { name: "SET", params: 1..=2, own: false, handler: set },
    Subcommand { name: "SUB", params: 1..=usize::MAX, own: true, handler: subscriptions::subscribe },
    Subcommand { name: "SUBS", params: 0..=0, own: true, handler: subscriptions::subscriptions },
    Subcommand { name: "SYNC", params: 0..=0, own: false, handler: notify::sync },
    Subcommand { name: "UNSUB", params: 1..=usize::MAX, own: true, handler: subscriptions::unsubscribe },
];

pub(super) fn metadata(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [name, word, params @ ..] = message.params() else {
        return turn.fail("METADATA", "INVALID_PARAMS", &["*"], "Not enough parameters");
    };
    let Some(subcommand) = SUBCOMMANDS.iter().find(|subcommand| subcommand.name.eq_ignore_ascii_case(word)) else {
        return turn.fail("METADATA", "INVALID_PARAMS", &[word], "Unknown subcommand");
    };
    if !subcommand.params.contains(&params.len()) {
        let few = params.len() < *subcommand.params.start();
        let text = if few { "Not enough parameters" } else { "Too many parameters" };
        return turn.fail("METADATA", "INVALID_PARAMS", &[subcommand.name], text);
    }
    if *name == "*ALL" && subcommand.name == "SYNC" && turn.session().is_registered() {
        return notify::sync_all(turn);
    }
    match target(turn, name, subcommand) {
        Some(of) => (subcommand.handler)(turn, of, params),
        None => turn.fail("METADATA", "INVALID_TARGET", &[name], "Invalid metadata target"),
    }
}

/// The user or channel that a command is about.
fn target(turn: &Turn<'_>, name: &str, subcommand: &Subcommand) -> Option<Of> {
    let sync = subcommand.name == "SYNC";
    let registered = turn.session().is_registered();
    if name == "*" {
        return Some(Of::User(turn.actor));
    }
    if !registered {
        return None;
    }
    let found = if name.starts_with('#') {
        let (id, channel) = turn.channel(name)?;
        // Those who were not let in are not told what a channel is about.
        let is_closed = channel.modes.has(Flag::Secret) || channel.modes.has(Flag::InviteOnly);
        (turn.is_member(id) || !sync && !is_closed).then_some(Of::Channel(id))?
    } else {
        Of::User(turn.state.find(name)?)
    };
    (!subcommand.own || found == Of::User(turn.actor)).then_some(found)
}

/// Sets or clears a key. While the user is provisional, nobody sees it, so the change is not a fact.
fn change(turn: &mut Turn<'_>, of: Of, key: &str, value: Option<&str>) {
    if turn.me().is_registered() {
        return turn.happen(What::Metadata { of, key: key.into(), value: value.map(Into::into) });
    }
    let values = &mut turn.me_mut().rare.metadata;
    match value {
        Some(value) => drop(values.insert(key.into(), value.into())),
        None => drop(values.remove(key)),
    }
}

/// Whether a key is valid. Keys are in lower case, so that no two of them differ only in case.
pub(super) fn is_key(turn: &Turn<'_>, key: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_./-".contains(&b);
    (1..=turn.config.limits.metadata_key_bytes).contains(&key.len()) && key.bytes().all(allowed)
}

pub(super) fn warn_of_key(turn: &mut Turn<'_>, key: &str) {
    turn.warn("METADATA", "INVALID_KEY", &[key], "Invalid key");
}

fn get(turn: &mut Turn<'_>, of: Of, keys: &[&str]) {
    let name = turn.name_of(of);
    turn.in_batch("metadata", &[&name], |turn| {
        for key in keys {
            if is_key(turn, key) { turn.reply_value(of, key) } else { warn_of_key(turn, key) }
        }
    });
}

fn list(turn: &mut Turn<'_>, of: Of, _params: &[&str]) {
    let name = turn.name_of(of);
    let keys: Vec<Box<str>> = turn.values(of).keys().cloned().collect();
    turn.in_batch("metadata", &[&name], |turn| keys.iter().for_each(|key| turn.reply_value(of, key)));
}

/// Whether the caller may change the target's metadata.
fn may_set(turn: &Turn<'_>, of: Of) -> bool {
    match of {
        Of::User(user) => user == turn.actor,
        Of::Channel(id) => {
            turn.state.channel(id).member(turn.actor).and_then(|member| member.rank()) >= Some(Rank::Operator)
        }
    }
}

fn set(turn: &mut Turn<'_>, of: Of, params: &[&str]) {
    let (key, value, limits) = (params[0], params.get(1).copied().unwrap_or_default(), turn.config.limits);
    let name = turn.name_of(of);
    if !is_key(turn, key) {
        return turn.fail("METADATA", "INVALID_KEY", &[key], "Invalid key");
    }
    if !may_set(turn, of) {
        return turn.fail("METADATA", "KEY_NO_PERMISSION", &[&name, key], "Permission denied");
    }
    if value.len() > limits.metadata_value_bytes {
        return turn.fail("METADATA", "INVALID_VALUE", &[key], "Invalid value");
    }
    let is_set = turn.values(of).contains_key(key);
    if !is_set && !value.is_empty() && turn.values(of).len() >= limits.metadata_keys {
        let most = limits.metadata_keys.to_string();
        return turn.fail("METADATA", "LIMIT_REACHED", &["SET", &name, &most], "Limit reached");
    }
    let value = Some(value).filter(|value| !value.is_empty());
    if turn.values(of).get(key).map(|before| &**before) != value {
        change(turn, of, key, value);
    }
    turn.reply_value(of, key);
}

fn clear(turn: &mut Turn<'_>, of: Of, _params: &[&str]) {
    let name = turn.name_of(of);
    if !may_set(turn, of) {
        return turn.fail("METADATA", "KEY_NO_PERMISSION", &[&name, "*"], "Permission denied");
    }
    let keys: Vec<Box<str>> = turn.values(of).keys().cloned().collect();
    for key in &keys {
        change(turn, of, key, None);
    }
    turn.in_batch("metadata", &[&name], |turn| keys.iter().for_each(|key| turn.reply_value(of, key)));
}
