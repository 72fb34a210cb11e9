//! User-based queries (RFC 2812 §3.6), and ISON and USERHOST (§4).

mod who;
mod whois;

pub(super) use who::who;
pub(super) use whois::{whois, whowas};

use super::id::UserId;
use super::operator::Privilege;
use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::*;

/// Whether the caller may see this user's address and modes.
fn may_look_behind(turn: &Turn<'_>, user: UserId) -> bool {
    user == turn.actor || turn.me().may(Privilege::See)
}

/// Whether a query that does not name the user may reveal them to the caller.
pub(super) fn may_see_user(turn: &Turn<'_>, user: UserId) -> bool {
    let invisible = turn.state.user(user).is_invisible();
    !invisible || may_look_behind(turn, user) || turn.state.shares_channel(turn.actor, user)
}

pub(super) fn ison(turn: &mut Turn<'_>, message: &Message<'_>) {
    let asked = message.params().iter().flat_map(|param| param.split(' ')).filter(|nick| !nick.is_empty());
    let online = asked.filter_map(|nick| turn.state.find(nick));
    let nicks: Vec<String> = online.map(|user| turn.state.user(user).shown_nick().to_owned()).collect();
    answer_words(turn, RPL_ISON, &nicks);
}

/// Replies with a list of words, on several lines if needed. Words are not truncated, since a truncated nick would be
/// another nick. If there are no words, the text is empty.
fn answer_words(turn: &mut Turn<'_>, numeric: Numeric, words: &[String]) {
    match words {
        [] => turn.reply_text(numeric, &[], ""),
        _ => turn.reply_words(numeric, &[], words),
    }
}

/// RFC 2812 §4.8: "The USERHOST command takes a list of up to 5 nicknames".
const USERHOST_NICKS: usize = 5;

pub(super) fn userhost(turn: &mut Turn<'_>, message: &Message<'_>) {
    answer_hosts(turn, message, RPL_USERHOST);
}

/// The same as USERHOST, since the server shows the host as the address.
pub(super) fn userip(turn: &mut Turn<'_>, message: &Message<'_>) {
    answer_hosts(turn, message, RPL_USERIP);
}

fn answer_hosts(turn: &mut Turn<'_>, message: &Message<'_>, numeric: Numeric) {
    let asked = message.params().iter().flat_map(|param| param.split(' ')).filter(|nick| !nick.is_empty());
    let answers: Vec<String> = asked
        .take(USERHOST_NICKS)
        .filter_map(|nick| turn.state.find(nick))
        .map(|user| {
            let user = turn.state.user(user);
            let star = if user.is_operator() { "*" } else { "" };
            let sign = if user.rare.away.is_some() { "-" } else { "+" };
            [user.shown_nick(), star, "=", sign, &user.name, "@", &user.host].concat()
        })
        .collect();
    answer_words(turn, numeric, &answers);
}
