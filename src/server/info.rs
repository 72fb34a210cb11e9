//! Server queries (RFC 2812 §3.4).

use super::isupport;
use super::turn::Turn;
use crate::time::Time;
use crate::wire::Message;
use crate::wire::numeric::*;

/// The name and version that 002, 004 and 351 show.
pub(super) const VERSION: &str = concat!("verbatim-", env!("CARGO_PKG_VERSION"));

/// A time for people: `2026-11-23 20:15:00 UTC`.
pub(super) fn date(time: Time) -> String {
    let secs = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(secs).unwrap_or_default().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Whether the command is for this server; else says that there is no other.
pub(super) fn is_here(turn: &mut Turn<'_>, target: Option<&str>) -> bool {
    match target {
        Some(server) if !server.is_empty() && !server.eq_ignore_ascii_case(&turn.config.name) => {
            turn.reply(ERR_NOSUCHSERVER, &[server]);
            false
        }
        _ => true,
    }
}

pub(super) fn lusers(turn: &mut Turn<'_>, _message: &Message<'_>) {
    send_lusers(turn);
}

pub(super) fn send_lusers(turn: &mut Turn<'_>) {
    let (invisible, operators) = (turn.state.invisible(), turn.state.operators());
    let users = turn.state.registered();
    let unknown = turn.state.connections() - users;
    let (channels, most) = (turn.state.channel_count(), turn.state.most_registered());
    let text = |number: usize| number.to_string();
    turn.reply_filled(RPL_LUSERCLIENT, &[], &[&text(users - invisible), &text(invisible), "1"]);
    for (numeric, count) in [(RPL_LUSEROP, operators), (RPL_LUSERUNKNOWN, unknown), (RPL_LUSERCHANNELS, channels)] {
        if count > 0 {
            turn.reply(numeric, &[&text(count)]);
        }
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
        turn.reply_text(RPL_TIME, &[name], &date(turn.now));
    }
}

pub(super) fn admin(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["ADMIN"]);
}

pub(super) fn info(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["INFO"]);
}

pub(super) fn links(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["LINKS"]);
}
