//! Connection registration (RFC 2812 §3.1, §3.7; IRCv3 "Client Capability Negotiation").

use super::caps::{self, Cap};
use super::event::Secret;
use super::info;
use super::isupport;
use super::metadata;
use super::monitor;
use super::outgoing::Outgoing;
use super::turn::{Turn, cut};
use super::user::Purpose;
use crate::planted::Bug;
use crate::wire::numeric::*;
use crate::wire::{MAX_LINE, Message, Nick};

pub(super) fn pass(turn: &mut Turn<'_>, message: &Message<'_>) {
    match &mut turn.me_mut().registration {
        Some(registration) => registration.password = Some(Secret::new(message.params()[0])),
        None => turn.reply(ERR_ALREADYREGISTERED, &[]),
    }
}

pub(super) fn nick(turn: &mut Turn<'_>, message: &Message<'_>) {
    let Some(wanted) = message.param(0).filter(|wanted| !wanted.is_empty()) else {
        return turn.reply(ERR_NONICKNAMEGIVEN, &[]);
    };
    let Ok(nick) = Nick::parse(wanted, turn.config.limits.nick_bytes) else {
        return turn.reply(ERR_ERRONEUSNICKNAME, &[wanted]);
    };
    let alike = turn.config.refuse_lookalikes && turn.state.has_lookalike(&nick, turn.conn);
    if alike || turn.state.holder(wanted).is_some_and(|holder| holder != turn.conn) {
        return turn.reply(ERR_NICKNAMEINUSE, &[wanted]);
    }
    if turn.me().nick.as_ref() == Some(&nick) {
        return;
    }
    let registered = turn.me().is_registered();
    if registered {
        let message = turn.act("NICK").param(nick.as_str());
        let mut told = turn.state.witnesses(turn.conn);
        told.push(turn.conn);
        turn.deliver(&told, &message);
    }
    let conn = turn.conn;
    // Only the case of letters may be new: then nobody came and nobody left.
    let same = turn.state.casemapping().same(turn.me().shown_nick(), nick.as_str());
    let left = (registered && !same).then(|| turn.me().shown_nick().to_owned());
    if left.is_some() {
        turn.state.remember(conn, turn.now, turn.config.limits.whowas_entries);
    }
    if let Some(old) = turn.me_mut().nick.replace(nick.clone())
        && !turn.config.bugs.has(Bug::OldNickKept)
    {
        turn.state.free_nick(&old, conn);
    }
    turn.state.take_nick(&nick, conn);
    if let Some(left) = left {
        turn.tell_offline(&left);
        monitor::tell_online(turn);
    }
    if !registered {
        complete(turn);
    }
}

pub(super) fn user(turn: &mut Turn<'_>, message: &Message<'_>) {
    let limits = turn.config.limits;
    if turn.me().registration.as_ref().is_none_or(|registration| registration.user_given) {
        return turn.reply(ERR_ALREADYREGISTERED, &[]);
    }
    let [name, _, _, realname] = message.params()[..4] else { unreachable!("the table asks for four parameters") };
    let name: String = name.chars().filter(|&c| c.is_ascii_alphanumeric() || "-._".contains(c)).collect();
    let name = cut(&name, limits.user_bytes - 1);
    let me = turn.me_mut();
    me.name = ["~", if name.is_empty() { "user" } else { name }].concat().into();
    me.realname = cut(realname, limits.realname_bytes).into();
    if let Some(registration) = &mut me.registration {
        registration.user_given = true;
    }
    complete(turn);
}

pub(super) fn cap(turn: &mut Turn<'_>, message: &Message<'_>) {
    let subcommand = message.params()[0].to_ascii_uppercase();
    let argument = message.param(1).unwrap_or_default();
    match subcommand.as_str() {
        "LS" => {
            open_negotiation(turn, true);
            // "If a client sends CAP LS 302 …, the server MUST treat it as having requested cap-notify".
            let values = argument.parse().is_ok_and(|version: u32| version >= 302);
            if values {
                let mut caps = turn.me().caps;
                caps.set(Cap::Notify, true);
                turn.state.set_caps(turn.conn, caps);
            }
            cap_list(turn, "LS", &caps::all(turn.config, values), values);
        }
        "LIST" => cap_list(turn, "LIST", &turn.me().caps.names(), false),
        "REQ" => {
            open_negotiation(turn, true);
            // "The server MUST reply with either all of the requested changes (ACK) or none of them (NAK)."
            match turn.me().caps.changed(argument) {
                Some(changed) => {
                    turn.state.set_caps(turn.conn, changed);
                    cap_reply(turn, "ACK", argument);
                }
                None => cap_reply(turn, "NAK", argument),
            }
        }
        "END" => {
            open_negotiation(turn, false);
            complete(turn);
        }
        _ => turn.reply(ERR_INVALIDCAPCMD, &[cut(&subcommand, 32)]),
    }
}

fn cap_reply(turn: &mut Turn<'_>, subcommand: &str, text: &str) {
    let message = turn.serve("CAP").param(turn.me().shown_nick()).param(subcommand).trailing(text).cut();
    turn.send(&message);
}

/// Lists capabilities, on several lines where one cannot hold them: then `*` marks all but the last, for clients that
/// know of version 302; for others the list ends where the line does.
fn cap_list(turn: &mut Turn<'_>, subcommand: &str, caps: &[String], several: bool) {
    let head = turn.serve("CAP").param(turn.me().shown_nick()).param(subcommand);
    let room = MAX_LINE - head.clone().param("*").trailing("").len();
    let mut lines = vec![String::new()];
    for cap in caps {
        let line = lines.last_mut().expect("there is one");
        if line.len() + 1 + cap.len() > room && several {
            lines.push(cap.clone());
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(cap);
        }
    }
    let (last, before) = lines.split_last().expect("there is one");
    for line in before {
        turn.send(&head.clone().param("*").trailing(line));
    }
    turn.send(&head.trailing(last).cut());
}

fn open_negotiation(turn: &mut Turn<'_>, open: bool) {
    if let Some(registration) = &mut turn.me_mut().registration {
        registration.negotiating = open;
    }
}

/// Registers the connection if nothing is missing any more, and welcomes it.
fn complete(turn: &mut Turn<'_>) {
    let Some(registration) = &turn.me().registration else { return };
    if turn.me().nick.is_none() || !registration.user_given || registration.negotiating {
        return;
    }
    let Some(hash) = &turn.config.password else { return register(turn) };
    match registration.password.clone() {
        Some(password) => {
            let ask = turn.wait(Purpose::Register);
            turn.actions.verify(ask, password, hash);
        }
        None => password_verified(turn, false),
    }
}

/// Goes on with a registration that waited for its password.
pub(super) fn password_verified(turn: &mut Turn<'_>, right: bool) {
    if right {
        return register(turn);
    }
    turn.reply(ERR_PASSWDMISMATCH, &[]);
    turn.disconnect("Password incorrect");
}

fn register(turn: &mut Turn<'_>) {
    let now = turn.now;
    let me = turn.me_mut();
    me.registration = None;
    me.signed_on = now;
    me.last_spoke = now;
    turn.state.count_registered();
    welcome(turn);
}

fn welcome(turn: &mut Turn<'_>) {
    let (name, network) = (turn.config.name.clone(), turn.config.network.clone());
    let source = turn.me().source();
    turn.reply_filled(RPL_WELCOME, &[], &[&network, &source]);
    turn.reply_filled(RPL_YOURHOST, &[], &[&name, info::VERSION]);
    turn.reply_filled(RPL_CREATED, &[], &[&info::date(turn.started)]);
    turn.reply(
        RPL_MYINFO,
        &[
            &name,
            info::VERSION,
            &isupport::user_modes(),
            &isupport::channel_modes(),
            &isupport::channel_modes_with_parameter(),
        ],
    );
    isupport::send(turn);
    info::send_lusers(turn);
    metadata::at_registration(turn);
    info::send_motd(turn);
    monitor::tell_online(turn);
}

pub(super) fn ping(turn: &mut Turn<'_>, message: &Message<'_>) {
    match message.params()[0] {
        "" => turn.reply(ERR_NOORIGIN, &[]),
        token => {
            let message = turn.serve("PONG").param(&turn.config.name).trailing(token).cut();
            turn.send(&message);
        }
    }
}

/// That it came is all there is to it: any bytes show that the connection lives.
pub(super) fn pong(_turn: &mut Turn<'_>, _message: &Message<'_>) {}

pub(super) fn quit(turn: &mut Turn<'_>, message: &Message<'_>) {
    match message.param(0) {
        None | Some("") => turn.disconnect("Client quit"),
        Some(reason) => turn.disconnect(&["Quit: ", reason].concat()),
    }
}

/// Asks a silent user whether they are still there.
pub(super) fn ask_for_life(turn: &mut Turn<'_>) {
    let message = Outgoing::bare("PING").trailing(&turn.config.name);
    turn.send(&message);
}
