//! Queries about the server (RFC 2812 §3.4).

use super::config::Admin;
use super::isupport;
use super::turn::Turn;
use crate::time::Time;
use crate::wire::numeric::*;
use crate::wire::{Casemapping, Message};

/// The name and version that 002, 004 and 351 show.
pub(super) const VERSION: &str = concat!("verbatim-", env!("CARGO_PKG_VERSION"));

/// A time in human-readable form: `2026-11-23 20:15:00 UTC`.
pub(super) fn date(time: Time) -> String {
    let secs = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(secs).unwrap_or_default().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Whether the command is for this server. If not, replies that there is no such server.
///
/// Modern IRC: a target is "the name of a server, … (or a mask), or the nick of a user" who is on it.
pub(super) fn is_here(turn: &mut Turn<'_>, target: Option<&str>) -> bool {
    let here = match target {
        None | Some("") => true,
        Some(target) => matches_here(turn, target) || turn.state.find(target).is_some(),
    };
    if !here {
        turn.reply(ERR_NOSUCHSERVER, &[target.unwrap_or_default()]);
    }
    here
}

fn matches_here(turn: &Turn<'_>, mask: &str) -> bool {
    Casemapping::Ascii.matches(mask, &turn.config.name)
}

pub(super) fn lusers(turn: &mut Turn<'_>, message: &Message<'_>) {
    if is_here(turn, message.param(1)) {
        send_lusers(turn);
    }
}

pub(super) fn send_lusers(turn: &mut Turn<'_>) {
    let (invisible, operators) = (turn.state.invisible(), turn.state.operators());
    let users = turn.state.registered();
    let unknown = turn.state.unregistered();
    let (channels, most) = (turn.state.channels.len(), turn.state.most_registered());
    let text = |number: usize| number.to_string();
    turn.reply_filled(RPL_LUSERCLIENT, &[], &[&text(users - invisible), &text(invisible), "1"]);
    for (numeric, count) in [(RPL_LUSEROP, operators), (RPL_LUSERUNKNOWN, unknown), (RPL_LUSERCHANNELS, channels)] {
        turn.reply(numeric, &[&text(count)]);
    }
    turn.reply_filled(RPL_LUSERME, &[], &[&text(users), "0"]);
    for numeric in [RPL_LOCALUSERS, RPL_GLOBALUSERS] {
        turn.reply_filled(numeric, &[&text(users), &text(most)], &[&text(users), &text(most)]);
    }
}

pub(super) fn motd(turn: &mut Turn<'_>, message: &Message<'_>) {
    if is_here(turn, message.param(0)) {
        send_motd(turn);
    }
}

pub(super) fn send_motd(turn: &mut Turn<'_>) {
    let config = turn.config;
    if config.motd.is_empty() {
        return turn.reply(ERR_NOMOTD, &[]);
    }
    turn.reply_filled(RPL_MOTDSTART, &[], &[&config.name]);
    for line in &config.motd {
        turn.reply_filled(RPL_MOTD, &[], &[line]);
    }
    turn.reply(RPL_ENDOFMOTD, &[]);
}

pub(super) fn version(turn: &mut Turn<'_>, message: &Message<'_>) {
    if is_here(turn, message.param(0)) {
        let name = &turn.config.name;
        turn.reply_text(RPL_VERSION, &[VERSION, name], "an IRC server that says it word for word");
        isupport::send(turn);
    }
}

pub(super) fn time(turn: &mut Turn<'_>, message: &Message<'_>) {
    if is_here(turn, message.param(0)) {
        let name = &turn.config.name;
        turn.reply_text(RPL_TIME, &[name], &date(turn.now.wall));
    }
}

pub(super) fn admin(turn: &mut Turn<'_>, message: &Message<'_>) {
    if !is_here(turn, message.param(0)) {
        return;
    }
    let (name, admin) = (&turn.config.name, &turn.config.admin);
    if *admin == Admin::default() {
        return turn.reply(ERR_NOADMININFO, &[name]);
    }
    turn.reply(RPL_ADMINME, &[name]);
    turn.reply_filled(RPL_ADMINLOC1, &[], &[&admin.location]);
    turn.reply_filled(RPL_ADMINLOC2, &[], &[&admin.organisation]);
    turn.reply_filled(RPL_ADMINEMAIL, &[], &[&admin.email]);
}

pub(super) fn info(turn: &mut Turn<'_>, message: &Message<'_>) {
    if !is_here(turn, message.param(0)) {
        return;
    }
    let since = ["On-line since ", &date(turn.now.date(turn.started))].concat();
    for line in [VERSION, "An IRC server that says it word for word", &since] {
        turn.reply_filled(RPL_INFO, &[], &[line]);
    }
    turn.reply(RPL_ENDOFINFO, &[]);
}

/// LINKS. The network has only this server, so there is no link to show.
pub(super) fn links(turn: &mut Turn<'_>, message: &Message<'_>) {
    let server = message.param(0).filter(|_| message.params().len() > 1);
    if is_here(turn, server) {
        turn.reply(RPL_ENDOFLINKS, &["*"]);
    }
}
