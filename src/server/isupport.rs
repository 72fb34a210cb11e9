//! What the server supports (005), made from the limits and tables that it goes by.

use super::mode;
use super::turn::Turn;
use crate::wire::numeric::RPL_ISUPPORT;

/// The user modes (004).
pub(super) const USER_MODES: &str = "io";

/// The channel modes, in alphabetical order, capitals first (004).
pub(super) fn channel_modes() -> String {
    sorted(|_| true)
}

/// Those channel modes that take a parameter (004).
pub(super) fn channel_modes_with_parameter() -> String {
    sorted(|kind| !matches!(kind, mode::Kind::Flag(_)))
}

fn sorted(wanted: impl Fn(mode::Kind) -> bool) -> String {
    let mut letters: Vec<char> = mode::CHANNEL_MODES.iter().filter(|row| wanted(row.1)).map(|row| row.0).collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

fn tokens(turn: &Turn<'_>) -> Vec<String> {
    let limits = &turn.config.limits;
    let of_kind = |wanted: fn(mode::Kind) -> bool| -> String {
        mode::CHANNEL_MODES.iter().filter(|row| wanted(row.1)).map(|row| row.0).collect()
    };
    let lists = of_kind(|kind| matches!(kind, mode::Kind::List(_)));
    let keyed = of_kind(|kind| matches!(kind, mode::Kind::Key));
    let limited = of_kind(|kind| matches!(kind, mode::Kind::Limit));
    let flags = of_kind(|kind| matches!(kind, mode::Kind::Flag(_)));
    let max_list: Vec<String> = lists.chars().map(|letter| format!("{letter}:{}", limits.list_entries)).collect();
    let targets = limits.targets;
    vec![
        format!("AWAYLEN={}", limits.away_bytes),
        "CASEMAPPING=ascii".into(),
        format!("CHANLIMIT=#:{}", limits.channels_per_user),
        format!("CHANMODES={lists},{keyed},{limited},{flags}"),
        format!("CHANNELLEN={}", limits.channel_bytes),
        "CHANTYPES=#".into(),
        "EXCEPTS=e".into(),
        "INVEX=I".into(),
        format!("KEYLEN={}", limits.key_bytes),
        format!("KICKLEN={}", limits.kick_bytes),
        format!("MAXLIST={}", max_list.join(",")),
        format!("MAXTARGETS={targets}"),
        format!("MODES={}", limits.mode_changes),
        format!("NETWORK={}", turn.config.network),
        format!("NICKLEN={}", limits.nick_bytes),
        "PREFIX=(ov)@+".into(),
        format!("TARGMAX=JOIN:,KICK:{targets},LIST:,NAMES:,NOTICE:{targets},PART:,PRIVMSG:{targets},WHOIS:1"),
        format!("TOPICLEN={}", limits.topic_bytes),
        format!("USERLEN={}", limits.user_bytes),
        "UTF8ONLY".into(),
    ]
}

/// Tokens on one line. RFC 2812 allows 15 parameters; the nick and the text take two.
const TOKENS_PER_LINE: usize = 13;

/// Sends all tokens, on as many lines as they need.
pub(super) fn send(turn: &mut Turn<'_>) {
    let tokens = tokens(turn);
    for line in tokens.chunks(TOKENS_PER_LINE) {
        let params: Vec<&str> = line.iter().map(String::as_str).collect();
        turn.reply(RPL_ISUPPORT, &params);
    }
}
