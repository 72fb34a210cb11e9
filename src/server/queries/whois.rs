//! WHOIS and WHOWAS (RFC 2812 §3.6.2, §3.6.3).

use super::super::caps::Cap;
use super::super::channel::{Channel, Flag};
use super::super::event::ConnId;
use super::super::id::UserId;
use super::super::info::{self, date};
use super::super::metadata;
use super::super::operator::Privilege;
use super::super::origin::Origin;
use super::super::turn::Turn;
use super::may_look_behind;
use crate::planted::{Bug, buggy};
use crate::wire::Message;
use crate::wire::numeric::*;

pub(in super::super) fn whois(turn: &mut Turn<'_>, message: &Message<'_>) {
    // With two parameters, the first is the target server, given by its name or by the nick of a user on it.
    let asked = message.param(1).or(message.param(0)).unwrap_or_default();
    let nick = asked.split(',').next().unwrap_or_default();
    if nick.is_empty() {
        return turn.reply(ERR_NONICKNAMEGIVEN, &[]);
    }
    if message.param(1).is_some() && !info::is_here(turn, message.param(0)) {
        return;
    }
    match turn.state.find(nick) {
        Some(user) => send_whois(turn, user),
        None => turn.reply(ERR_NOSUCHNICK, &[nick]),
    }
    turn.reply(RPL_ENDOFWHOIS, &[asked]);
}

fn send_whois(turn: &mut Turn<'_>, id: UserId) {
    let (config, user) = (turn.config, turn.state.user(id));
    let nick = user.shown_nick().to_owned();
    let (name, host, realname, away) =
        (user.name.clone(), user.host.clone(), user.realname.clone(), user.rare.away.clone());
    let idle = turn.now.mono.since(user.last_spoke).as_secs().to_string();
    let signed_on = turn.now.date(user.signed_on).as_secs().to_string();
    let (operator, bot, account, modes) = (user.is_operator(), user.is_bot(), user.account.clone(), user.modes());
    let ends: Vec<End> = turn.state.sessions_of(id).iter().map(|&conn| End::of(turn, conn)).collect();
    let channels = shown_channels(turn, id);
    turn.reply_text(RPL_WHOISUSER, &[&nick, &name, &host, "*"], &realname);
    turn.reply_words(RPL_WHOISCHANNELS, &[&nick], &channels);
    turn.reply_text(RPL_WHOISSERVER, &[&nick, &config.name], &config.network);
    if operator {
        turn.reply(RPL_WHOISOPERATOR, &[&nick]);
    }
    // Modern IRC, of 276: "Clients MUST only be sent this numeric if they are either using the `WHOIS` command on
    // themselves or they are an operator."
    let behind = may_look_behind(turn, id);
    if behind || buggy(Bug::FingerprintToAll) {
        for certificate in ends.iter().filter_map(|end| end.certificate.as_ref()) {
            turn.reply_filled(RPL_WHOISCERTFP, &[&nick], &[certificate]);
        }
    }
    if behind {
        for End { address, ways, .. } in &ends {
            turn.reply_filled(RPL_WHOISHOST, &[&nick], &[address, address]);
            for way in ways {
                turn.reply_filled(RPL_WHOISSPECIAL, &[&nick], &[way]);
            }
            turn.reply(RPL_WHOISACTUALLY, &[&nick, &[&*name, "@", &host].concat(), address]);
        }
        turn.reply_filled(RPL_WHOISMODES, &[&nick], &[&modes]);
    }
    if !ends.is_empty() && turn.state.is_all_by_tls(id) {
        turn.reply(RPL_WHOISSECURE, &[&nick]);
    }
    if let Some(account) = account {
        turn.reply(RPL_WHOISACCOUNT, &[&nick, &account]);
    }
    if bot {
        turn.reply_filled(RPL_WHOISBOT, &[&nick], &[&config.network]);
    }
    if let Some(away) = away {
        turn.reply_text(RPL_AWAY, &[&nick], &away);
    }
    turn.reply(RPL_WHOISIDLE, &[&nick, &idle, &signed_on]);
    metadata::of_whois(turn, id);
}

/// What WHOIS shows about one session.
struct End {
    address: String,
    certificate: Option<Box<str>>,
    ways: Vec<String>,
}

impl End {
    fn of(turn: &Turn<'_>, conn: ConnId) -> Self {
        let origin = turn.state.session(conn).origin.as_deref();
        Self {
            address: turn.state.address(conn).to_owned(),
            certificate: origin.and_then(|origin| origin.certificate.clone()),
            ways: origin.map_or_else(Vec::new, ways),
        }
    }
}

/// How the client connected, for 320: its proxy and its uid.
fn ways(origin: &Origin) -> Vec<String> {
    let proxy = origin.proxy.as_deref().map(|proxy| format!("through {proxy}"));
    let uid = origin.uid.map(|uid| format!("as uid {uid}"));
    proxy.into_iter().chain(uid).collect()
}

/// The channels in 319. Secret channels, and all channels of an invisible user, are shown only if the caller is a
/// member or may see everything.
fn shown_channels(turn: &Turn<'_>, id: UserId) -> Vec<String> {
    let user = turn.state.user(id);
    let all = may_look_behind(turn, id);
    let visible = |channel: &&Channel| {
        let open = !channel.modes.has(Flag::Secret) && !user.is_invisible();
        (all || channel.member(turn.actor).is_some() || open) && turn.state.sees(channel, turn.actor, id)
    };
    let channels = user.channels.iter().map(|&id| turn.state.channel(id)).filter(visible);
    let multi = turn.has_cap(Cap::MultiPrefix);
    let prefix = |channel: &Channel| channel.member(id).map_or_else(String::new, |member| member.prefix(multi));
    channels.map(|channel| prefix(channel) + channel.name.as_str()).collect()
}

pub(in super::super) fn whowas(turn: &mut Turn<'_>, message: &Message<'_>) {
    let asked = message.param(0).unwrap_or_default();
    let nick = asked.split(',').next().unwrap_or_default();
    if nick.is_empty() {
        return turn.reply(ERR_NONICKNAMEGIVEN, &[]);
    }
    if !info::is_here(turn, message.param(2)) {
        return;
    }
    // RFC 2812 §3.6.3: "If a non-positive number is passed as being <count>, then a full search is done."
    let count = message.param(1).and_then(|count| count.parse().ok()).filter(|&count| count > 0).unwrap_or(usize::MAX);
    let now = turn.now;
    let rows: Vec<[String; 5]> = turn
        .state
        .whowas
        .of(nick)
        .take(count)
        .map(|f| {
            [f.nick.to_string(), f.name.to_string(), f.host.to_string(), f.realname.to_string(), date(now.date(f.left))]
        })
        .collect();
    if rows.is_empty() {
        turn.reply(ERR_WASNOSUCHNICK, &[nick]);
    }
    let config = turn.config;
    for [nick, name, host, realname, left] in &rows {
        turn.reply_text(RPL_WHOWASUSER, &[nick, name, host, "*"], realname);
        if turn.me().may(Privilege::See) {
            turn.reply(RPL_WHOISACTUALLY, &[nick, &[name, "@", host.as_str()].concat(), host]);
        }
        turn.reply_text(RPL_WHOISSERVER, &[nick, &config.name], left);
    }
    turn.reply(RPL_ENDOFWHOWAS, &[asked]);
}
