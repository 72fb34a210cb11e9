//! WHOIS and WHOWAS (RFC 2812 §3.6.2, §3.6.3).

use super::super::caps::Cap;
use super::super::channel::Channel;
use super::super::channels::may_see;
use super::super::event::ConnId;
use super::super::info::date;
use super::super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(in super::super) fn whois(turn: &mut Turn<'_>, message: &Message<'_>) {
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
    let operator = user.is_operator();
    let visible = |channel: &&Channel| may_see(turn, channel);
    let channels: Vec<String> = user
        .channels
        .iter()
        .map(|&id| turn.state.channel(id))
        .filter(visible)
        .map(|channel| {
            let multi = turn.me().caps.has(Cap::MultiPrefix);
            let prefix = channel.member(conn).map_or_else(String::new, |member| member.prefix(multi));
            prefix + channel.name.as_str()
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

pub(in super::super) fn whowas(turn: &mut Turn<'_>, message: &Message<'_>) {
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
