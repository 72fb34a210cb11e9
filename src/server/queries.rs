//! User based queries (RFC 2812 §3.6) and AWAY, ISON, USERHOST (§4).

use super::caps::Cap;
use super::channel::{Channel, Member};
use super::channels::may_see;
use super::event::ConnId;
use super::info::date;
use super::turn::{Turn, cut};
use super::user::User;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn who(turn: &mut Turn<'_>, message: &Message<'_>) {
    let mask = message.params()[0];
    let operators_only = message.param(1) == Some("o");
    let mut rows: Vec<(ConnId, String, Option<Member>)> = Vec::new();
    if mask.starts_with('#') {
        if let Some((_, channel)) = turn.channel(mask).filter(|(_, channel)| may_see(turn, channel)) {
            let visible = channel.members().iter().filter(|member| may_see_user(turn, member.conn));
            rows.extend(visible.map(|member| (member.conn, channel.name.as_str().to_owned(), Some(*member))));
        }
    } else {
        rows.extend(
            turn.state
                .users()
                .filter(|(conn, user)| user.is_registered() && answers(turn, *conn, user, mask))
                .map(|(conn, _)| (conn, "*".to_owned(), None)),
        );
    }
    rows.retain(|(conn, _, _)| !operators_only || turn.state.user(*conn).operator);
    for (conn, channel, member) in rows {
        send_who(turn, conn, &channel, member);
    }
    turn.reply(RPL_ENDOFWHO, &[mask]);
}

fn may_see_user(turn: &Turn<'_>, conn: ConnId) -> bool {
    conn == turn.conn || !turn.state.user(conn).invisible || turn.state.share_channel(turn.conn, conn)
}

/// Whether WHO with this mask shows the user.
fn answers(turn: &Turn<'_>, conn: ConnId, user: &User, mask: &str) -> bool {
    let nick = user.shown_nick();
    let casemapping = turn.state.casemapping();
    casemapping.same(nick, mask)
        || (may_see_user(turn, conn)
            && [nick, &user.name, &user.host, &user.realname].iter().any(|text| casemapping.matches(mask, text)))
}

fn send_who(turn: &mut Turn<'_>, conn: ConnId, channel: &str, member: Option<Member>) {
    let multi = turn.me().caps.has(Cap::MultiPrefix);
    let user = turn.state.user(conn);
    let here = if user.away.is_some() { "G" } else { "H" };
    let star = if user.operator { "*" } else { "" };
    let flags = [here, star, member.map_or("", |member| member.prefix(multi))].concat();
    let (name, host, nick) = (user.name.clone(), user.host.clone(), user.shown_nick().to_owned());
    let realname = ["0 ", &user.realname].concat();
    let server = &turn.config.name;
    turn.reply_text(RPL_WHOREPLY, &[channel, &name, &host, server, &nick, &flags], &realname);
}

pub(super) fn whois(turn: &mut Turn<'_>, message: &Message<'_>) {
    // With two parameters the first names the server that is to answer: there is only this one.
    let asked = message.param(1).or(message.param(0)).unwrap_or_default();
    let nick = asked.split(',').next().unwrap_or_default();
    if nick.is_empty() {
        return turn.reply(ERR_NONICKNAMEGIVEN, &[]);
    }
    match turn.state.find(nick) {
        Some(conn) => send_whois(turn, conn),
        None => {
            turn.reply(ERR_NOSUCHNICK, &[nick]);
            turn.reply(RPL_ENDOFWHOIS, &[nick]);
        }
    }
}

fn send_whois(turn: &mut Turn<'_>, conn: ConnId) {
    let user = turn.state.user(conn);
    let nick = user.shown_nick().to_owned();
    let (name, host, realname, away) = (user.name.clone(), user.host.clone(), user.realname.clone(), user.away.clone());
    let (idle, signed_on) =
        (turn.now.since(user.last_spoke).as_secs().to_string(), user.signed_on.as_secs().to_string());
    let operator = user.operator;
    let visible = |channel: &&Channel| may_see(turn, channel);
    let channels: Vec<String> = user
        .channels
        .iter()
        .map(|&id| turn.state.channel(id))
        .filter(visible)
        .map(|channel| {
            let multi = turn.me().caps.has(Cap::MultiPrefix);
            let prefix = channel.member(conn).map_or("", |member| member.prefix(multi));
            [prefix, channel.name.as_str()].concat()
        })
        .collect();
    let config = turn.config;
    turn.reply_text(RPL_WHOISUSER, &[&nick, &name, &host, "*"], &realname);
    turn.reply_words(RPL_WHOISCHANNELS, &[&nick], &channels);
    turn.reply_text(RPL_WHOISSERVER, &[&nick, &config.name], &config.network);
    if operator {
        turn.reply(RPL_WHOISOPERATOR, &[&nick]);
    }
    if let Some(away) = away {
        turn.reply_text(RPL_AWAY, &[&nick], &away);
    }
    if conn == turn.conn {
        turn.reply_filled(RPL_WHOISHOST, &[&nick], &[&host, &host]);
    }
    turn.reply(RPL_WHOISIDLE, &[&nick, &idle, &signed_on]);
    turn.reply(RPL_ENDOFWHOIS, &[&nick]);
}

pub(super) fn whowas(turn: &mut Turn<'_>, message: &Message<'_>) {
    let Some(nick) = message.param(0).filter(|nick| !nick.is_empty()) else {
        return turn.reply(ERR_NONICKNAMEGIVEN, &[]);
    };
    // RFC 2812 §3.6.3: "If a non-positive number is passed as being <count>, then a full search is done."
    let count = message.param(1).and_then(|count| count.parse().ok()).filter(|&count| count > 0).unwrap_or(usize::MAX);
    let rows: Vec<[String; 5]> = turn
        .state
        .formers(nick)
        .take(count)
        .map(|f| [f.nick.to_string(), f.name.to_string(), f.host.to_string(), f.realname.to_string(), date(f.left)])
        .collect();
    if rows.is_empty() {
        turn.reply(ERR_WASNOSUCHNICK, &[nick]);
    }
    let config = turn.config;
    for [nick, name, host, realname, left] in &rows {
        turn.reply_text(RPL_WHOWASUSER, &[nick, name, host, "*"], realname);
        turn.reply_text(RPL_WHOISSERVER, &[nick, &config.name], left);
    }
    turn.reply(RPL_ENDOFWHOWAS, &[nick]);
}

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
            let star = if user.operator { "*" } else { "" };
            let sign = if user.away.is_some() { "-" } else { "+" };
            [user.shown_nick(), star, "=", sign, &user.name, "@", &user.host].concat()
        })
        .collect();
    answer_words(turn, RPL_USERHOST, &answers);
}

pub(super) fn away(turn: &mut Turn<'_>, message: &Message<'_>) {
    let most = turn.config.limits.away_bytes;
    let text = message.param(0).filter(|text| !text.is_empty()).map(|text| cut(text, most).into());
    let numeric = if text.is_some() { RPL_NOWAWAY } else { RPL_UNAWAY };
    turn.me_mut().away = text;
    turn.reply(numeric, &[]);
}
