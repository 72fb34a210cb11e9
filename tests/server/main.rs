//! What the server says to every command, good and bad, as transcripts by the chapters of RFC 2812.

mod bad_input;
mod channels;
mod commands;
mod invitations;
mod isupport;
mod kick;
mod messages;
mod modes;
mod modes_founders;
mod modes_lists;
mod modes_ranks;
mod modes_user;
mod queries;
mod registration;
mod script;
mod text;
mod timeouts;
mod waiting;

/// Those that no event can bring about: there is no way to become an operator of the server, and a malformed
/// channel name is answered with 403.
const NEVER_SENT: [&str; 4] = ["252", "313", "476", "481"];

/// A transcript is compared whole, so a numeric that stands in one was sent.
#[test]
fn every_numeric_is_sent_in_some_transcript() {
    let transcripts = concat!(
        include_str!("bad_input.rs"),
        include_str!("channels.rs"),
        include_str!("invitations.rs"),
        include_str!("kick.rs"),
        include_str!("messages.rs"),
        include_str!("modes.rs"),
        include_str!("modes_founders.rs"),
        include_str!("modes_lists.rs"),
        include_str!("modes_ranks.rs"),
        include_str!("modes_user.rs"),
        include_str!("queries.rs"),
        include_str!("registration.rs"),
    );
    let sent = |code: &&str| transcripts.contains(&format!("< :verbatim.local {code} "));
    let codes = verbatim::wire::numeric::ALL.iter().map(|numeric| numeric.code);
    assert_eq!(codes.filter(|code| !sent(code)).collect::<Vec<_>>(), NEVER_SENT);
}
