//! Scripts in the virtual world test the world itself.

use sim::scenario::{VirtualStage, play};
use verbatim::server::Config;

fn check(script: &str, expected: &str) {
    let transcript = play(script, &mut VirtualStage::new(Config::default()));
    let shown: Vec<&str> = transcript.lines().map(str::trim).filter(|line| expects(line)).collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(shown, expected, "of\n{transcript}");
}

/// The welcome block and the names are tested elsewhere.
fn expects(line: &str) -> bool {
    line.contains("< ") && !line.contains("< :verbatim.local ")
}

const ALICE_AND_BOB: &str = "
    alice connects
    alice> NICK alice
    alice> USER a 0 * :A
    alice> JOIN #a
    bob connects
    bob> NICK bob
    bob> USER b 0 * :B
    bob> JOIN #a
";

const BOTH_JOIN: &str = "
    alice< :alice!~a@127.0.0.1 JOIN #a
    alice< :bob!~b@127.0.0.1 JOIN #a
    bob< :bob!~b@127.0.0.1 JOIN #a
";

#[test]
fn a_line_arrives_once_it_is_whole() {
    let script = "
        alice>| PRIVMSG #a :he
        alice> llo
    ";
    check(&[ALICE_AND_BOB, script].concat(), &[BOTH_JOIN, "bob< :alice!~a@127.0.0.1 PRIVMSG #a :hello"].concat());
}

#[test]
fn a_line_cut_off_by_the_end_is_not_delivered() {
    let script = "
        alice>| PRIVMSG #a :he
        alice ends
    ";
    check(
        &[ALICE_AND_BOB, script].concat(),
        &[BOTH_JOIN, "alice< (end)\n bob< :alice!~a@127.0.0.1 QUIT :Connection closed"].concat(),
    );
}

#[test]
fn others_see_a_reset_at_once_and_silence_after_150_seconds() {
    check(
        &[ALICE_AND_BOB, "alice breaks"].concat(),
        &[BOTH_JOIN, "bob< :alice!~a@127.0.0.1 QUIT :Connection reset by peer"].concat(),
    );
    check(
        &[ALICE_AND_BOB, "alice vanishes\n 149 s pass\n bob> PING x\n 1 s pass\n"].concat(),
        &[
            BOTH_JOIN,
            "bob< PING :verbatim.local
             bob< :alice!~a@127.0.0.1 QUIT :Ping timeout: 150 seconds",
        ]
        .concat(),
    );
}

#[test]
fn a_sleeping_peer_reads_everything_in_order_when_it_wakes() {
    let script = "
        bob sleeps
        alice> PRIVMSG #a :one
        alice> PRIVMSG #a :two
        bob wakes
    ";
    check(
        &[ALICE_AND_BOB, script].concat(),
        &[BOTH_JOIN, "bob< :alice!~a@127.0.0.1 PRIVMSG #a :one\n bob< :alice!~a@127.0.0.1 PRIVMSG #a :two"].concat(),
    );
}

#[test]
fn any_byte_can_be_sent() {
    check("alice connects\n alice>| \\x50ING\\x20\\x5c\\x0d\n", "");
    let script = "alice connects\n alice> NICK a\\xff";
    let transcript = play(script, &mut VirtualStage::new(Config::default()));
    assert!(
        transcript.ends_with("    alice< :verbatim.local FAIL NICK INVALID_UTF8 :Your message was not valid UTF-8\n"),
        "{transcript}"
    );
}
