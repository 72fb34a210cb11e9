//! MONITOR (IRCv3 monitor). Sessions watch nicks, not users. Notifications are sent by `turn`.

use super::id::UserId;
use super::turn::{SHOWN_PARAM_BYTES, Turn, cut};
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn monitor(turn: &mut Turn<'_>, message: &Message<'_>) {
    let nicks = message.param(1).filter(|nicks| !nicks.is_empty());
    let [action] = message.first();
    match action.chars().next() {
        Some('+' | '-') if nicks.is_none() => turn.reply(ERR_NEEDMOREPARAMS, &["MONITOR"]),
        Some('+') => add(turn, nicks.unwrap_or_default()),
        Some('-') => {
            for nick in nicks.unwrap_or_default().split(',') {
                turn.state.watchers.unwatch(turn.conn, nick);
            }
        }
        Some('C' | 'c') => turn.state.watchers.unwatch_all(turn.conn),
        Some('L' | 'l') => {
            let watched = turn.state.watchers.watched_by(turn.conn);
            turn.reply_joined(RPL_MONLIST, &[], &watched, ',');
            turn.reply(RPL_ENDOFMONLIST, &[]);
        }
        Some('S' | 's') => {
            let watched = turn.state.watchers.watched_by(turn.conn);
            tell_status(turn, &watched);
        }
        _ => {}
    }
}

fn add(turn: &mut Turn<'_>, nicks: &str) {
    let limits = turn.config.limits;
    let (mut added, mut rest) = (Vec::new(), Some(nicks));
    while let Some(nicks) = rest {
        let (nick, behind) = nicks.split_once(',').map_or((nicks, None), |(nick, behind)| (nick, Some(behind)));
        if turn.state.casemapping().nick(nick, limits.nick_bytes).is_ok() {
            if !turn.state.watchers.watch(turn.conn, nick, limits.monitor_entries) {
                break;
            }
            added.push(nick.to_owned());
        }
        rest = behind;
    }
    tell_status(turn, &added);
    // "the `<targets>` parameter is the list of targets, as the client sent them, that cannot be added": all of them,
    // on as many lines as it takes.
    while let Some(beyond) = rest.filter(|beyond| !beyond.is_empty()) {
        let end = if beyond.len() < SHOWN_PARAM_BYTES {
            beyond.len()
        } else {
            let fits = cut(beyond, SHOWN_PARAM_BYTES);
            fits.rfind(',').filter(|&comma| comma > 0).unwrap_or(fits.len())
        };
        turn.reply(ERR_MONLISTFULL, &[&limits.monitor_entries.to_string(), &beyond[..end]]);
        rest = Some(beyond[end..].trim_start_matches(','));
    }
}

/// Sends 730 for those `nicks` that are online, and 731 for the others.
fn tell_status(turn: &mut Turn<'_>, nicks: &[String]) {
    let (online, offline): (Vec<String>, Vec<String>) =
        nicks.iter().cloned().partition(|nick| turn.state.find(nick).is_some());
    let online: Vec<UserId> = online.iter().filter_map(|nick| turn.state.find(nick)).collect();
    let sources: Vec<String> = online.iter().map(|&user| turn.state.user(user).source()).collect();
    turn.reply_joined(RPL_MONONLINE, &[], &sources, ',');
    turn.reply_joined(RPL_MONOFFLINE, &[], &offline, ',');
    for user in online {
        turn.tell_values_of_watched(turn.conn, user);
    }
}
