//! CAP (IRCv3 "Client Capability Negotiation"). The capabilities themselves are in `caps`.

use super::caps::{self, Cap};
use super::config::Config;
use super::event::Actions;
use super::outgoing::Outgoing;
use super::registration;
use super::state::State;
use super::turn::{Turn, cut};
use crate::planted::{Bug, buggy};
use crate::time::Time;
use crate::wire::numeric::ERR_INVALIDCAPCMD;
use crate::wire::{MAX_LINE, Message};

pub(super) fn cap(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [subcommand] = message.first();
    let subcommand = subcommand.to_ascii_uppercase();
    let argument = message.param(1).unwrap_or_default();
    match subcommand.as_str() {
        "LS" => list_all(turn, argument),
        "LIST" => answer_list(turn, "LIST", &turn.state.caps(turn.conn).names(), turn.session().knows_values),
        "REQ" => request(turn, argument),
        "END" => {
            negotiate(turn, false);
            registration::complete(turn);
        }
        _ => turn.reply(ERR_INVALIDCAPCMD, &[cut(&subcommand, 32)]),
    }
}

/// The lowest version of CAP with values, lists on several lines and cap-notify.
const VERSION_WITH_VALUES: u64 = 302;

fn list_all(turn: &mut Turn<'_>, version: &str) {
    negotiate(turn, true);
    let digits = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    // A number too large to parse is greater than 302, too.
    let values = digits && version.parse().unwrap_or(u64::MAX) >= VERSION_WITH_VALUES;
    if values {
        // "the client also implicitly indicates support for the cap-notify capability".
        let mut caps = turn.state.caps(turn.conn);
        caps.set(Cap::Notify, true);
        turn.state.set_caps(turn.conn, caps);
        turn.session_mut().knows_values = true;
    }
    // "If a client sends a lower CAP version …, servers SHOULD return a CAP LS reply consistent with the request's
    // version, but keep storing the original (higher) version."
    let caps = caps::all(turn.config, turn.session().origin.as_deref(), values);
    answer_list(turn, "LS", &caps, values);
}

/// "The capability identifier set must be accepted as a whole, or rejected entirely."
fn request(turn: &mut Turn<'_>, asked: &str) {
    negotiate(turn, true);
    // Version 302 implies cap-notify for the whole connection, so it cannot be disabled.
    let gives_up = turn.session().knows_values && asked.split(' ').any(|word| word == "-cap-notify");
    match turn.state.caps(turn.conn).changed(asked).filter(|_| !gives_up) {
        Some(caps) => {
            // The ACK is tagged by the capabilities before the change, even if the request has a label.
            answer(turn, "ACK", asked);
            turn.answer_label();
            if !(buggy(Bug::CapabilityKept) && asked.starts_with('-')) {
                turn.state.set_caps(turn.conn, caps);
            }
        }
        None => answer(turn, "NAK", asked),
    }
}

/// Replies with the words of the request. "If an ACK reply originating from the server is spread across multiple lines,
/// a client MUST NOT change capabilities until the last ACK of the set is received": names are never split.
fn answer(turn: &mut Turn<'_>, subcommand: &str, asked: &str) {
    let head = turn.serve("CAP").param(turn.me().shown_nick()).param(subcommand);
    let whole = head.clone().trailing(asked);
    if !whole.is_too_long() {
        return turn.send(&whole);
    }
    let room = MAX_LINE - head.clone().trailing("").len();
    for line in lines(asked.split(' ').filter(|word| !word.is_empty()), room) {
        turn.send(&head.clone().trailing(&line).cut());
    }
}

/// Lists capabilities. If `several` is set, the list may take several lines, and `*` marks all but the last; otherwise
/// it is truncated to one line.
fn answer_list(turn: &mut Turn<'_>, subcommand: &str, caps: &[String], several: bool) {
    let head = turn.serve("CAP").param(turn.me().shown_nick()).param(subcommand);
    let room = MAX_LINE - if several { head.clone().param("*") } else { head.clone() }.trailing("").len();
    let mut lines = lines(caps.iter().map(String::as_str), room);
    if !several {
        lines.truncate(1);
    }
    let (last, before) = lines.split_last().expect("at least one line");
    for line in before {
        turn.send(&head.clone().param("*").trailing(line));
    }
    turn.send(&head.trailing(last).cut());
}

/// Packs words into lines of at most `room` bytes. Returns at least one line.
fn lines<'a>(words: impl Iterator<Item = &'a str>, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words {
        let line = lines.last_mut().expect("at least one line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Begins or ends the negotiation. Registration is not completed before its end.
fn negotiate(turn: &mut Turn<'_>, open: bool) {
    if let Some(registration) = &mut turn.session_mut().registration {
        registration.negotiating = open;
    }
}

/// Announces the capabilities that differ between `before` and `config` to clients that support values. "Servers MUST
/// NOT send `CAP DEL` to disable this capability": a removal is not announced.
pub(super) fn tell_new(state: &State, before: &Config, config: &Config, now: Time, actions: &mut Actions) {
    for (conn, session) in state.sessions().filter(|(_, session)| session.knows_values) {
        if let Some(new) = caps::new(before, config, session.origin.as_deref()) {
            let nick = state.user(session.user).shown_nick();
            let message = Outgoing::from_server(&config.name, "CAP").param(nick).param("NEW").trailing(&new);
            actions.send(conn, message.line(state.form(conn), now, None));
        }
    }
}
