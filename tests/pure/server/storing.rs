//! Messages are shown when they are stored: `docs/protocol/storing.md`.

use verbatim::server::{Config, FACT_BYTES};

use super::script::check_with;

fn check(script: &str) {
    check_with(Config { log: true, ..Config::default() }, script);
}

#[test]
fn a_message_is_delivered_when_it_is_stored() {
    check(
        r"
        alice, bob, carol register
        alice asks for echo-message
        alice, bob, carol join #a
        alice> PRIVMSG #a :one
        alice> PRIVMSG #a :two
        the log stores
        alice, bob, carol< :alice!~alice@10.0.0.1 PRIVMSG #a :one
        alice, bob, carol< :alice!~alice@10.0.0.1 PRIVMSG #a :two
    ",
    );
}

#[test]
fn a_refused_message_reaches_nobody_and_its_sender_gets_a_fail() {
    check(
        r"
        alice, bob register
        alice asks for echo-message
        alice, bob join #a
        alice> PRIVMSG #a :one
        alice> NOTICE bob :two
        alice> PING :behind
        the log refuses
        alice< :verbatim.local FAIL PRIVMSG NOT_STORED #a :Your message could not be stored
        alice< :verbatim.local FAIL NOTICE NOT_STORED bob :Your message could not be stored
        alice< :verbatim.local PONG verbatim.local :behind
    ",
    );
}

#[test]
fn a_session_over_the_unsettled_bound_waits_with_its_later_commands() {
    check_with(
        Config { log: true, unsettled_bytes: FACT_BYTES + 100, ..Config::default() },
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice> PRIVMSG #a :a line that fills what there is room for, with its source and target
        -- Bob's line waits, and so does his PING behind it. Carol's PING makes no difference.
        bob> PRIVMSG #a :two
        bob> PING :behind
        carol> PING :now
        the log stores
        bob, carol< :alice!~alice@10.0.0.1 PRIVMSG #a :a line that fills what there is room for, with its source and target
        carol< :verbatim.local PONG verbatim.local :now
        the log stores
        alice, carol< :bob!~bob@10.0.0.2 PRIVMSG #a :two
        bob< :verbatim.local PONG verbatim.local :behind
    ",
    );
}

#[test]
fn the_away_reply_is_sent_even_if_the_message_is_refused() {
    check(
        r"
        alice, bob register
        bob> AWAY :gone
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> PRIVMSG bob :hello
        the log refuses
        alice< :verbatim.local FAIL PRIVMSG NOT_STORED bob :Your message could not be stored
        alice< :verbatim.local 301 alice bob :gone
    ",
    );
}
