//! What users tell of themselves, and who hears of it: AWAY (RFC 2812 §4.1; IRCv3 away-notify, draft/pre-away) and
//! SETNAME (IRCv3 setname).

use super::caps::Cap;
use super::event::ConnId;
use super::monitor;
use super::turn::{Turn, cut};
use crate::planted::Bug;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn away(turn: &mut Turn<'_>, message: &Message<'_>) {
    let registered = turn.me().is_registered();
    if !registered && !turn.has_cap(Cap::PreAway) {
        return turn.reply(ERR_NOTREGISTERED, &[]);
    }
    let most = turn.config.limits.away_bytes;
    let text: Option<Box<str>> = message.param(0).filter(|text| !text.is_empty()).map(|text| cut(text, most).into());
    let numeric = if text.is_some() { RPL_NOWAWAY } else { RPL_UNAWAY };
    let changed = turn.me().away != text;
    turn.me_mut().away = text;
    turn.reply(numeric, &[]);
    if registered && changed {
        let others = interested(turn, Cap::AwayNotify);
        tell_away(turn, &others);
    }
}

/// Tells `to` whether the one whose turn it is is away.
pub(super) fn tell_away(turn: &mut Turn<'_>, to: &[ConnId]) {
    let away = turn.me().away.clone();
    let message = turn.act("AWAY");
    let message = match away {
        Some(text) => message.trailing(&text).cut(),
        None => message,
    };
    turn.deliver(to, &message);
}

pub(super) fn setname(turn: &mut Turn<'_>, message: &Message<'_>) {
    let name = message.params()[0];
    // "If the server rejects the realname … it MUST … FAIL SETNAME INVALID_REALNAME": nothing is cut in silence.
    if name.is_empty() || name.len() > turn.config.limits.realname_bytes {
        return turn.fail("SETNAME", "INVALID_REALNAME", &[], "Realname is not valid");
    }
    turn.me_mut().realname = name.into();
    let mut told = interested(turn, Cap::Setname);
    if turn.has_cap(Cap::Setname) {
        told.push(turn.conn);
    }
    let message = turn.act("SETNAME").trailing(name).cut();
    turn.deliver(&told, &message);
}

/// Who wants to hear what the one whose turn it is does, and asked for `cap`: those who share a channel with them, and
/// those who watch them and asked for extended-monitor. Once each.
fn interested(turn: &Turn<'_>, cap: Cap) -> Vec<ConnId> {
    let mut all = turn.state.witnesses(turn.conn);
    all.extend(monitor::followers(turn));
    if turn.config.bugs.has(Bug::AwayToStrangers) {
        all = turn.state.users().map(|(conn, _)| conn).filter(|&conn| conn != turn.conn).collect();
    }
    let asked = if turn.config.bugs.has(Bug::AwayUnasked) { Cap::Batch } else { cap };
    all.retain(|&conn| turn.state.has_cap(conn, asked));
    all.sort_unstable();
    all.dedup();
    all
}
