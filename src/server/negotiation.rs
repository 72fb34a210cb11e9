//! Which capabilities a client has: CAP (IRCv3 "Client Capability Negotiation"). What they are stands in `caps`.

use super::caps::{self, Cap};
use super::registration;
use super::turn::{Turn, cut};
use crate::wire::numeric::ERR_INVALIDCAPCMD;
use crate::wire::{MAX_LINE, Message};

pub(super) fn cap(turn: &mut Turn<'_>, message: &Message<'_>) {
    let subcommand = message.params()[0].to_ascii_uppercase();
    let argument = message.param(1).unwrap_or_default();
    match subcommand.as_str() {
        "LS" => list_all(turn, argument),
        "LIST" => answer_list(turn, "LIST", &turn.me().caps.names()),
        "REQ" => request(turn, argument),
        "END" => {
            negotiate(turn, false);
            registration::complete(turn);
        }
        _ => turn.reply(ERR_INVALIDCAPCMD, &[cut(&subcommand, 32)]),
    }
}

/// The version of negotiation that has values, several lines and cap-notify.
const VERSION_WITH_VALUES: u64 = 302;

fn list_all(turn: &mut Turn<'_>, version: &str) {
    negotiate(turn, true);
    let digits = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    // A number that is too great to be counted is greater than 302 all the same.
    if digits && version.parse().unwrap_or(u64::MAX) >= VERSION_WITH_VALUES {
        // "If a client sends CAP LS 302 …, the server MUST treat it as having requested cap-notify".
        let mut caps = turn.me().caps;
        caps.set(Cap::Notify, true);
        turn.state.set_caps(turn.conn, caps);
        turn.me_mut().knows_values = true;
    }
    answer_list(turn, "LS", &caps::all(turn.config, turn.me().knows_values));
}

/// "The server MUST reply with either all of the requested changes (ACK) or none of them (NAK)."
fn request(turn: &mut Turn<'_>, asked: &str) {
    negotiate(turn, true);
    // "the server MUST NOT" let cap-notify go, once it came with the version.
    let held = |caps: &caps::Caps| !turn.me().knows_values || caps.has(Cap::Notify);
    match turn.me().caps.changed(asked).filter(held) {
        Some(caps) => {
            // The ACK has the form of before the change, also with a label.
            answer(turn, "ACK", asked);
            turn.answer_label();
            turn.state.set_caps(turn.conn, caps);
        }
        None => answer(turn, "NAK", asked),
    }
}

fn answer(turn: &mut Turn<'_>, subcommand: &str, text: &str) {
    let message = turn.serve("CAP").param(turn.me().shown_nick()).param(subcommand).trailing(text).cut();
    turn.send(&message);
}

/// Lists capabilities. For clients that know of values on several lines where one cannot hold them: then `*` marks all
/// but the last. For others the list ends where the line does.
fn answer_list(turn: &mut Turn<'_>, subcommand: &str, caps: &[String]) {
    let head = turn.serve("CAP").param(turn.me().shown_nick()).param(subcommand);
    let several = turn.me().knows_values;
    let room = MAX_LINE - if several { head.clone().param("*") } else { head.clone() }.trailing("").len();
    let mut lines = vec![String::new()];
    for cap in caps {
        let line = lines.last_mut().expect("there is one");
        let fits = line.is_empty() || line.len() + 1 + cap.len() <= room;
        match (fits, several) {
            (true, _) => {
                line.push_str(if line.is_empty() { "" } else { " " });
                line.push_str(cap);
            }
            (false, true) => lines.push(cap.clone()),
            (false, false) => break,
        }
    }
    let (last, before) = lines.split_last().expect("there is one");
    for line in before {
        turn.send(&head.clone().param("*").trailing(line));
    }
    turn.send(&head.trailing(last).cut());
}

/// A negotiation begins, or ends: while one is open nobody is registered.
fn negotiate(turn: &mut Turn<'_>, open: bool) {
    if let Some(registration) = &mut turn.me_mut().registration {
        registration.negotiating = open;
    }
}
