//! What the server supports (005), made from the limits and tables that it goes by.

use super::caps::Cap;
use super::mode_table::{CHANNEL_MODES, ChannelMode, Kind, RANKS, USER_MODES};
use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::{ERR_NOTREGISTERED, RPL_ISUPPORT};

/// The user modes (004).
pub(super) fn user_modes() -> String {
    USER_MODES.iter().map(|row| row.letter).collect()
}

/// The channel modes, in alphabetical order, capitals first (004).
pub(super) fn channel_modes() -> String {
    sorted(|_| true)
}

/// Those channel modes that take a parameter (004).
pub(super) fn channel_modes_with_parameter() -> String {
    sorted(|kind| !matches!(kind, Kind::Flag(_)))
}

fn sorted(wanted: impl Fn(Kind) -> bool) -> String {
    let modes = CHANNEL_MODES.iter().filter(|row| wanted(row.kind)).map(|row| row.letter);
    let mut letters: Vec<char> = modes.chain(RANKS.iter().map(|row| row.letter)).collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

fn tokens(turn: &Turn<'_>) -> Vec<String> {
    let limits = &turn.config.limits;
    let letters = |rows: &[ChannelMode]| -> String { rows.iter().map(|row| row.letter).collect() };
    let of_kind = |wanted: fn(Kind) -> bool| -> String {
        CHANNEL_MODES.iter().filter(|row| wanted(row.kind)).map(|row| row.letter).collect()
    };
    let lists = of_kind(|kind| matches!(kind, Kind::List(_)));
    let keyed = of_kind(|kind| kind == Kind::Key);
    let when_set = of_kind(|kind| matches!(kind, Kind::Limit | Kind::Forward));
    let flags = of_kind(|kind| matches!(kind, Kind::Flag(_)));
    debug_assert_eq!(
        [&lists, &keyed, &when_set, &flags].map(|letters| letters.as_str()).concat(),
        letters(CHANNEL_MODES)
    );
    let (ranks, prefixes): (String, String) = RANKS.iter().map(|row| (row.letter, row.prefix)).unzip();
    let targets = limits.targets;
    vec![
        format!("AWAYLEN={}", limits.away_bytes),
        format!("CASEMAPPING={}", turn.config.casemapping.name()),
        format!("CHANLIMIT=#:{}", limits.channels_per_user),
        format!("CHANMODES={lists},{keyed},{when_set},{flags}"),
        format!("CHANNELLEN={}", limits.channel_bytes),
        "CHANTYPES=#".into(),
        "EXCEPTS=e".into(),
        "INVEX=I".into(),
        format!("KEYLEN={}", limits.key_bytes),
        format!("KICKLEN={}", limits.kick_bytes),
        format!("MAXLIST={lists}:{}", limits.list_entries),
        format!("MAXTARGETS={targets}"),
        format!("MODES={}", limits.mode_changes),
        format!("NETWORK={}", turn.config.network),
        format!("NICKLEN={}", limits.nick_bytes),
        format!("PREFIX=({ranks}){prefixes}"),
        format!("TARGMAX=JOIN:,KICK:{targets},LIST:,NAMES:,NOTICE:{targets},PART:,PRIVMSG:{targets},WHOIS:1"),
        format!("TOPICLEN={}", limits.topic_bytes),
        format!("USERLEN={}", limits.user_bytes),
        "UTF8ONLY".into(),
    ]
}

/// Tokens on one line. RFC 2812 allows 15 parameters; the nick and the text take two.
const TOKENS_PER_LINE: usize = 13;

/// Sends all tokens, on as many lines as they need, and in a batch for those who know of it.
pub(super) fn send(turn: &mut Turn<'_>) {
    if turn.has_cap(Cap::Batch) && turn.has_cap(Cap::ExtendedIsupport) {
        turn.in_batch("draft/isupport", &[], send_lines);
    } else {
        send_lines(turn);
    }
}

fn send_lines(turn: &mut Turn<'_>) {
    let tokens = tokens(turn);
    for line in tokens.chunks(TOKENS_PER_LINE) {
        let params: Vec<&str> = line.iter().map(String::as_str).collect();
        turn.reply(RPL_ISUPPORT, &params);
    }
}

/// ISUPPORT (IRCv3 draft/extended-isupport). Before registration for those alone who asked for the capability.
pub(super) fn isupport(turn: &mut Turn<'_>, _message: &Message<'_>) {
    match turn.me().is_registered() || turn.has_cap(Cap::ExtendedIsupport) {
        true => send(turn),
        false => turn.reply(ERR_NOTREGISTERED, &[]),
    }
}
