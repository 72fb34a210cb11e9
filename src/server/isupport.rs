//! ISUPPORT (005), generated from the limits and tables. A token that belongs to one command is in that command's row.

use super::caps::Cap;
use super::channel::{ListMode, MUTE};
use super::mode_table::{CHANNEL_MODES, Kind, RANKS, USER_MODES};
use super::turn::Turn;
use super::user::UserMode;
use crate::wire::numeric::RPL_ISUPPORT;
use crate::wire::{MAX_LINE, Message};

/// The user modes (004).
pub(super) fn user_modes() -> String {
    USER_MODES.iter().map(|row| row.letter).collect()
}

/// The channel modes, in alphabetical order, capitals first (004).
pub(super) fn channel_modes() -> String {
    sorted(|_| true)
}

/// The channel modes that take a parameter (004).
pub(super) fn channel_modes_with_parameter() -> String {
    sorted(|kind| !matches!(kind, Kind::Flag(_)))
}

fn sorted(wanted: impl Fn(Kind) -> bool) -> String {
    let modes = CHANNEL_MODES.iter().filter(|row| wanted(row.kind)).map(|row| row.letter);
    let mut letters: Vec<char> = modes.chain(RANKS.iter().map(|row| row.letter)).collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// Every token, in alphabetical order.
fn tokens(turn: &Turn<'_>) -> Vec<String> {
    let limits = &turn.config.limits;
    let of_kind = |wanted: fn(Kind) -> bool| -> String {
        CHANNEL_MODES.iter().filter(|row| wanted(row.kind)).map(|row| row.letter).collect()
    };
    let lists = of_kind(|kind| matches!(kind, Kind::List(_)));
    let most_of_each: Vec<String> = lists.chars().map(|list| format!("{list}:{}", limits.list_entries)).collect();
    let keyed = of_kind(|kind| kind == Kind::Key);
    let when_set = of_kind(|kind| matches!(kind, Kind::Limit | Kind::Forward));
    let flags = of_kind(|kind| matches!(kind, Kind::Flag(_)));
    let (ranks, prefixes): (String, String) = RANKS.iter().map(|row| (row.letter, row.prefix)).unzip();
    let mut tokens = vec![
        format!("BOT={}", user_mode(UserMode::Bot)),
        format!("CALLERID={}", user_mode(UserMode::CallerId)),
        format!("CASEMAPPING={}", turn.config.casemapping.name()),
        format!("CHANMODES={lists},{keyed},{when_set},{flags}"),
        format!("CHANNELLEN={}", limits.channel_bytes),
        "CHANTYPES=#".into(),
        format!("EXCEPTS={}", list_mode(ListMode::Exception)),
        // Nothing before the comma: extended bans have no prefix character.
        format!("EXTBAN=,{}", MUTE.trim_end_matches(':')),
        format!("INVEX={}", list_mode(ListMode::InviteException)),
        format!("MAXLIST={}", most_of_each.join(",")),
        format!("NETWORK={}", turn.config.network),
        format!("PREFIX=({ranks}){prefixes}"),
        format!("STATUSMSG={prefixes}"),
        "UTF8ONLY".into(),
    ];
    tokens.extend((turn.promises)(limits));
    tokens.sort_unstable();
    tokens
}

fn user_mode(mode: UserMode) -> String {
    USER_MODES.iter().filter(|row| row.mode == mode).map(|row| row.letter).collect()
}

fn list_mode(list: ListMode) -> String {
    CHANNEL_MODES.iter().filter(|row| row.kind == Kind::List(list)).map(|row| row.letter).collect()
}

/// The most tokens on one line. RFC 2812 allows 15 parameters; the nick and the text take two.
const TOKENS_PER_LINE: usize = 13;

/// Sends all tokens, on as many lines as they need, in a batch if the client has the capabilities.
pub(super) fn send(turn: &mut Turn<'_>) {
    if turn.has_cap(Cap::Batch) && turn.has_cap(Cap::ExtendedIsupport) {
        turn.in_batch("draft/isupport", &[], send_lines);
    } else {
        send_lines(turn);
    }
}

fn send_lines(turn: &mut Turn<'_>) {
    let tokens = tokens(turn);
    let mut rest: Vec<&str> = tokens.iter().map(String::as_str).collect();
    while !rest.is_empty() {
        // Tokens are never truncated: a truncated token would mean something else.
        let most = rest.len().min(TOKENS_PER_LINE);
        let fits =
            |&count: &usize| turn.numeric(RPL_ISUPPORT, &rest[..count]).trailing(RPL_ISUPPORT.text).len() <= MAX_LINE;
        let behind = rest.split_off((2..=most).rev().find(fits).unwrap_or(1));
        turn.reply(RPL_ISUPPORT, &rest);
        rest = behind;
    }
}

/// ISUPPORT (IRCv3 draft/extended-isupport).
pub(super) fn isupport(turn: &mut Turn<'_>, _message: &Message<'_>) {
    send(turn);
}
