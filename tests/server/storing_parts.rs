//! What is settled part by part (docs/protocol/storing.md): messages that may be taken back, clocks, and who waits.

use verbatim::server::{Config, Limits};

use crate::script::check_with;

fn check(script: &str) {
    check_with(Config { log: true, ..Config::default() }, script);
}

#[test]
fn a_ping_behind_what_the_same_moment_brought_counts_from_when_it_can_be_read() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        60 s pass
        bob, carol> PONG here
        30 s pass
        alice< PING :verbatim.local
        -- Alice is timed out at the moment at which Bob is asked, who hears of it first. Carol has nothing to wait for.
        60 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
        carol< PING :verbatim.local
        600 s pass
        the log stores
        bob< :alice!~alice@10.0.0.1 QUIT :Ping timeout: 150 seconds
        bob< PING :verbatim.local
        59 s pass
        1 s pass
        bob< ERROR :Closing link: (10.0.0.2) [Ping timeout: 150 seconds]
        bob closed
        carol< ERROR :Closing link: (10.0.0.3) [Ping timeout: 150 seconds]
        carol closed
    ",
    );
}

#[test]
fn what_could_not_be_taken_back_is_remembered_within_the_bound() {
    let limits = Limits { redactable_messages: 2, redactable_private_messages: 2, ..Limits::default() };
    for target in ["#a", "bob"] {
        check_with(
            Config { log: true, limits, ..Config::default() },
            &r"
        alice, bob register
        alice, bob join #a
        alice asks for echo-message message-tags draft/message-redaction
        alice> PRIVMSG TARGET :one
        alice> PRIVMSG TARGET :two
        the log stores
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG TARGET :one
        alice< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG TARGET :two
        bob< :alice!~alice@10.0.0.1 PRIVMSG TARGET :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG TARGET :two
        alice> REDACT TARGET #2
        alice> PRIVMSG TARGET :three
        the log refuses the first
        alice< :verbatim.local FAIL REDACT NOT_STORED TARGET :Your message could not be stored
        the log stores the first
        alice< @msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG TARGET :three
        bob< :alice!~alice@10.0.0.1 PRIVMSG TARGET :three
        -- There is room for two: the oldest is forgotten.
        alice> REDACT TARGET #1
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID TARGET #1 :This message does not exist or is too old
        alice> REDACT TARGET #2
        the log stores
        alice< @msgid=#4 :alice!~alice@10.0.0.1 REDACT TARGET #2
    "
            .replace("TARGET", target),
        );
    }
}
