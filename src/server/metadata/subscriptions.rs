//! METADATA SUB, UNSUB and SUBS: the keys whose values a session receives.

use super::super::fact::Of;
use super::super::turn::Turn;
use super::{is_key, notify, warn_of_key};
use crate::wire::numeric::*;

pub(super) fn subscribe(turn: &mut Turn<'_>, _of: Of, keys: &[&str]) {
    let most = turn.config.limits.metadata_subscriptions;
    let (mut accepted, mut new, mut invalid, mut beyond) = (Vec::new(), Vec::new(), Vec::new(), None);
    for &key in keys {
        if !is_key(turn, key) {
            invalid.push(key);
            continue;
        }
        let subscriptions = turn.session_mut().subscriptions_mut();
        if !subscriptions.contains(key) {
            if subscriptions.len() >= most {
                beyond = Some(key);
                break;
            }
            subscriptions.insert(key.into());
            new.push(key);
        }
        if !accepted.contains(&key) {
            accepted.push(key);
        }
    }
    reply_keys(turn, RPL_METADATASUBOK, &accepted);
    invalid.into_iter().for_each(|key| warn_of_key(turn, key));
    if let Some(key) = beyond {
        turn.fail("METADATA", "LIMIT_REACHED", &["SUB", key, &most.to_string()], "Limit reached");
    }
    if turn.session().is_registered() && !new.is_empty() {
        notify::sync_new(turn, &new);
    }
}

pub(super) fn unsubscribe(turn: &mut Turn<'_>, _of: Of, keys: &[&str]) {
    let mut removed: Vec<&str> = Vec::new();
    for &key in keys.iter().filter(|key| is_key(turn, key)) {
        if !removed.contains(&key) {
            removed.push(key);
        }
    }
    for &key in &removed {
        turn.session_mut().subscriptions_mut().remove(key);
    }
    reply_keys(turn, RPL_METADATAUNSUBOK, &removed);
    for key in keys.iter().filter(|key| !is_key(turn, key)).copied().collect::<Vec<_>>() {
        warn_of_key(turn, key);
    }
}

pub(super) fn subscriptions(turn: &mut Turn<'_>, _of: Of, _params: &[&str]) {
    let keys: Vec<Box<str>> = turn.session().subscriptions().iter().cloned().collect();
    let keys: Vec<&str> = keys.iter().map(|key| &**key).collect();
    turn.in_batch("metadata-subs", &[], |turn| reply_keys(turn, RPL_METADATASUBS, &keys));
}

/// The most keys on one line. A message has at most 15 parameters: one is the nick, and one is left free for a text, as
/// in other numerics.
const KEYS_PER_LINE: usize = 13;

/// Replies with keys, one per parameter, on as many lines as needed.
fn reply_keys(turn: &mut Turn<'_>, numeric: Numeric, keys: &[&str]) {
    // By default a key has at most 40 bytes: even after a server name of 63 bytes and a nick of 30, nine fit.
    let room = crate::wire::MAX_LINE - 2 - turn.config.name.len() - turn.me().shown_nick().len() - " : NNN ".len();
    let mut line: Vec<&str> = Vec::new();
    for &key in keys {
        let bytes: usize = line.iter().map(|key| key.len() + 1).sum();
        if line.len() == KEYS_PER_LINE || bytes + key.len() + 1 > room {
            turn.reply(numeric, &std::mem::take(&mut line));
        }
        line.push(key);
    }
    if !line.is_empty() {
        turn.reply(numeric, &line);
    }
}
