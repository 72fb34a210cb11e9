//! The server's replies to every command, valid and invalid, as transcripts.

mod accept;
mod addresses;
mod auditorium;
mod bad_input;
mod capabilities;
mod casemapping;
mod channels;
mod clocks;
mod commands;
mod echo;
mod help;
mod info;
mod invitations;
mod isupport;
mod joining;
mod kick;
mod knock;
mod labels;
mod list;
mod log;
mod long_replies;
mod messages;
mod messages_modes;
mod metadata;
mod modes;
mod modes_defaults;
mod modes_effects;
mod modes_founders;
mod modes_heard;
mod modes_lists;
mod modes_ranks;
mod modes_tls;
mod modes_user;
mod monitor;
mod multiline;
mod names;
mod negotiation;
mod oper;
mod placeholders;
mod presence;
mod privileges;
mod queries;
mod redaction;
mod refusals;
mod registration;
mod rename;
mod script;
mod security;
mod sessions_absent;
mod sessions_addresses;
mod sessions_attaching;
mod sessions_away;
mod sessions_channels;
mod sessions_labels;
mod sessions_leaving;
mod sessions_one_user;
mod sessions_operators;
mod sessions_speaking;
mod sessions_staying;
mod sessions_storing;
mod sessions_up_to_date;
mod sessions_watching;
mod silence;
mod stats;
mod storing;
mod storing_labels;
mod storing_parts;
mod storing_room;
mod tags;
mod text;
mod timeouts;
mod waiting;
mod whox;

/// The numerics of the table that are in no transcript. Nobody can log in (330), and a malformed channel name is
/// answered with 403 instead of 476.
const NEVER_SENT: [&str; 2] = ["330", "476"];

/// Transcripts are compared whole, so a numeric in one was sent.
#[test]
fn every_numeric_is_sent_in_some_transcript() {
    let transcripts = transcripts();
    let sent = |code: &&str| transcripts.contains(&format!(" :verbatim.local {code} "));
    let codes = verbatim::wire::numeric::ALL.iter().map(|numeric| numeric.code);
    assert_eq!(codes.filter(|code| !sent(code)).collect::<Vec<_>>(), NEVER_SENT);
}

/// All transcripts of these tests.
#[expect(clippy::disallowed_methods, reason = "a test may read its own source")]
fn transcripts() -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pure/server");
    let files = std::fs::read_dir(folder).expect("the folder of these tests").map(|file| file.expect("a file").path());
    files.map(|path| std::fs::read_to_string(path).expect("a text")).collect()
}
