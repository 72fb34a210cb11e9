//! AWAY (RFC 2812 §4.1; IRCv3 away-notify, draft/pre-away) and SETNAME (IRCv3 setname).

use super::fact::What;
use super::session::Away;
use super::turn::{Turn, cut};
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn away(turn: &mut Turn<'_>, message: &Message<'_>) {
    let most = turn.config.limits.away_bytes;
    let text: Option<Box<str>> = message.param(0).filter(|text| !text.is_empty()).map(|text| cut(text, most).into());
    let numeric = if text.is_some() { RPL_NOWAWAY } else { RPL_UNAWAY };
    let number = turn.state.number();
    turn.session_mut().away = text.map(|text| Box::new(Away { text, number }));
    turn.reply(numeric, &[]);
    if turn.session().is_registered() {
        turn.follow_sessions();
    }
}

pub(super) fn setname(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [name] = message.first();
    // "If the server rejects the realname … it MUST … FAIL SETNAME INVALID_REALNAME": it is not truncated silently.
    if name.is_empty() || name.len() > turn.config.limits.realname_bytes {
        return turn.fail("SETNAME", "INVALID_REALNAME", &[], "Realname is not valid");
    }
    turn.happen(What::Setname { realname: name.into() });
}
