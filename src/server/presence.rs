//! What users tell of themselves, and who hears of it: AWAY (RFC 2812 §4.1; IRCv3 away-notify, draft/pre-away) and
//! SETNAME (IRCv3 setname).

use super::caps::Cap;
use super::event::ConnId;
use super::monitor;
use super::session::Away;
use super::turn::{Pick, Turn, cut};
use super::user::UserId;
use crate::planted::Bug;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn away(turn: &mut Turn<'_>, message: &Message<'_>) {
    if !turn.session().is_registered() && !turn.has_cap(Cap::PreAway) {
        return turn.reply(ERR_NOTREGISTERED, &[]);
    }
    let most = turn.config.limits.away_bytes;
    let text: Option<Box<str>> = message.param(0).filter(|text| !text.is_empty()).map(|text| cut(text, most).into());
    let numeric = if text.is_some() { RPL_NOWAWAY } else { RPL_UNAWAY };
    let number = turn.state.number();
    turn.session_mut().away = text.map(|text| Box::new(Away { text, number }));
    turn.reply(numeric, &[]);
    if turn.session().is_registered() {
        follow_sessions(turn);
    }
}

/// Others see the actor away as their sessions are: tells them, if that has changed.
pub(super) fn follow_sessions(turn: &mut Turn<'_>) {
    let away = turn.state.away_by_sessions(turn.actor);
    if turn.me().away == away {
        return;
    }
    turn.me_mut().away = away;
    let (near, followers) = interested(turn);
    tell_away(turn, &near, &followers);
}

/// Tells those sessions of `to`, and of `also`, that asked for away-notify whether the actor is away.
pub(super) fn tell_away(turn: &mut Turn<'_>, to: &[UserId], also: &[ConnId]) {
    let away = turn.me().away.clone();
    let message = turn.act("AWAY");
    let message = match away {
        Some(text) => message.trailing(&text).cut(),
        None => message,
    };
    let asked = if turn.config.bugs.has(Bug::AwayUnasked) { Cap::Batch } else { Cap::AwayNotify };
    turn.deliver_to(to, also, Pick::with(asked), &message);
}

pub(super) fn setname(turn: &mut Turn<'_>, message: &Message<'_>) {
    let name = message.params()[0];
    // "If the server rejects the realname … it MUST … FAIL SETNAME INVALID_REALNAME": nothing is cut in silence.
    if name.is_empty() || name.len() > turn.config.limits.realname_bytes {
        return turn.fail("SETNAME", "INVALID_REALNAME", &[], "Realname is not valid");
    }
    turn.me_mut().realname = name.into();
    let (mut near, followers) = interested(turn);
    near.push(turn.actor);
    let message = turn.act("SETNAME").trailing(name).cut();
    turn.deliver_to(&near, &followers, Pick::with(Cap::Setname), &message);
}

/// Who may want to hear what the actor does: those who share a channel with them, and the sessions that watch them and asked
/// for extended-monitor. Nobody is in both.
fn interested(turn: &Turn<'_>) -> (Vec<UserId>, Vec<ConnId>) {
    let mut near = turn.state.witnesses(turn.actor);
    if turn.config.bugs.has(Bug::AwayToStrangers) {
        near = turn.state.users().map(|(user, _)| user).filter(|&user| user != turn.actor).collect();
    }
    let others = monitor::followers(turn).filter(|&conn| near.binary_search(&turn.state.user_of(conn)).is_err());
    let others = others.collect();
    (near, others)
}
