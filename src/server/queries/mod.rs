//! User based queries (RFC 2812 §3.6), and ISON, USERHOST (§4).

mod who;
mod whois;

pub(super) use who::who;
pub(super) use whois::{whois, whowas};

use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn ison(turn: &mut Turn<'_>, message: &Message<'_>) {
    let asked = message.params().iter().flat_map(|param| param.split(' ')).filter(|nick| !nick.is_empty());
    let online = asked.filter_map(|nick| turn.state.find(nick));
    let nicks: Vec<String> = online.map(|conn| turn.state.user(conn).shown_nick().to_owned()).collect();
    answer_words(turn, RPL_ISON, &nicks);
}

/// Answers with whole words, on a second line if one cannot hold them: a nick that is cut is another nick. Without
/// words the answer is an empty text.
fn answer_words(turn: &mut Turn<'_>, numeric: Numeric, words: &[String]) {
    match words {
        [] => turn.reply_text(numeric, &[], ""),
        _ => turn.reply_words(numeric, &[], words),
    }
}

/// RFC 2812 §4.8: "The USERHOST command takes a list of up to 5 nicknames".
const USERHOST_NICKS: usize = 5;

pub(super) fn userhost(turn: &mut Turn<'_>, message: &Message<'_>) {
    let asked = message.params().iter().flat_map(|param| param.split(' ')).filter(|nick| !nick.is_empty());
    let answers: Vec<String> = asked
        .take(USERHOST_NICKS)
        .filter_map(|nick| turn.state.find(nick))
        .map(|conn| {
            let user = turn.state.user(conn);
            let star = if user.is_operator() { "*" } else { "" };
            let sign = if user.away.is_some() { "-" } else { "+" };
            [user.shown_nick(), star, "=", sign, &user.name, "@", &user.host].concat()
        })
        .collect();
    answer_words(turn, RPL_USERHOST, &answers);
}

pub(super) fn userip(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["USERIP"]);
}
