//! Facts that are settled one by one (docs/protocol/storing.md): redaction, clocks, and held lines.

use verbatim::server::{Config, Limits};

use super::script::check_with;

fn check(script: &str) {
    check_with(Config { log: true, ..Config::default() }, script);
}

#[test]
fn the_timeout_of_a_ping_held_by_the_same_event_starts_at_delivery() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        60 s pass
        bob, carol> PONG here
        30 s pass
        alice< PING :verbatim.local
        -- Alice times out when Bob's PING is due, so her QUIT comes before it and is held. Carol's PING is not held.
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
fn a_refused_redaction_restores_the_message_within_the_bound() {
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

#[test]
fn facts_refused_together_are_undone_in_reverse() {
    let limits = Limits { redactable_messages: 2, ..Limits::default() };
    check_with(
        Config { log: true, limits, ..Config::default() },
        r"
        alice registers
        alice joins #a
        alice asks for echo-message message-tags draft/message-redaction
        alice> PRIVMSG #a :one
        alice> PRIVMSG #a :two
        the log stores
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :one
        alice< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG #a :two
        alice> REDACT #a #2
        alice> PRIVMSG #a :three
        the log refuses
        alice< :verbatim.local FAIL REDACT NOT_STORED #a :Your message could not be stored
        alice< :verbatim.local FAIL PRIVMSG NOT_STORED #a :Your message could not be stored
        alice> REDACT #a #1
        alice> REDACT #a #2
        the log stores
        alice< @msgid=#3 :alice!~alice@10.0.0.1 REDACT #a #1
        alice< @msgid=#4 :alice!~alice@10.0.0.1 REDACT #a #2
    ",
    );
}

#[test]
fn a_refused_redaction_restores_nothing_for_a_later_channel_or_user() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice asks for echo-message message-tags draft/message-redaction
        alice> PRIVMSG #a :one
        alice> PRIVMSG bob :two
        the log stores
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :one
        alice< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG bob :two
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :two
        -- Another channel and another user take the places of those that are gone.
        alice> REDACT #a #1
        alice> REDACT bob #2
        alice ends
        carol registers
        carol asks for draft/message-redaction
        carol> JOIN #b
        the log refuses
        carol< :carol!~carol@10.0.0.1 JOIN #b
        carol< :verbatim.local 353 carol = #b :@carol
        carol< :verbatim.local 366 carol #b :End of /NAMES list
        carol> REDACT #b #1
        carol< :verbatim.local FAIL REDACT UNKNOWN_MSGID #b #1 :This message does not exist or is too old
        carol> REDACT bob #2
        carol< :verbatim.local FAIL REDACT UNKNOWN_MSGID bob #2 :This message does not exist or is too old
    ",
    );
}

#[test]
fn logged_facts_of_one_place_have_increasing_times() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        10 s pass
        bob asks for server-time setname
        alice asks for batch draft/metadata-3
        alice> PRIVMSG bob :one
        carol> PRIVMSG bob :two
        alice> PRIVMSG #a :three
        alice> PRIVMSG #a :four
        alice> SETNAME :Ally
        alice> NICK ally
        alice> METADATA #a SET color :red
        alice> TOPIC #a :five
        the log stores
        alice< :alice!~alice@10.0.0.1 NICK ally
        alice< :verbatim.local 761 ally #a color * :red
        alice< :ally!~alice@10.0.0.1 TOPIC #a :five
        bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG bob :one
        bob< @time=2001-09-09T01:46:50.001Z :carol!~carol@10.0.0.3 PRIVMSG bob :two
        bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :three
        bob< @time=2001-09-09T01:46:50.001Z :alice!~alice@10.0.0.1 PRIVMSG #a :four
        bob< @time=2001-09-09T01:46:50.002Z :alice!~alice@10.0.0.1 SETNAME :Ally
        bob< @time=2001-09-09T01:46:50.003Z :alice!~alice@10.0.0.1 NICK ally
        bob< @time=2001-09-09T01:46:50.005Z :ally!~alice@10.0.0.1 TOPIC #a :five
    ",
    );
}

#[test]
fn the_ping_of_a_session_that_has_ended_has_no_effect() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> PRIVMSG #a :one
        90 s pass
        bob is cut off
        carol connects
        the log stores
        alice< PING :verbatim.local
        alice< :bob!~bob@10.0.0.2 QUIT :Connection reset by peer
        60 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
        carol< ERROR :Closing link: (10.0.0.2) [Registration timeout]
        carol closed
    ",
    );
}

#[test]
fn a_client_active_before_its_held_ping_is_pinged_again_in_time() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> PRIVMSG #a :one
        90 s pass
        bob> PONG here
        80 s pass
        the log stores
        alice< PING :verbatim.local
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :one
        bob< PING :verbatim.local
        9 s pass
        1 s pass
        bob< PING :verbatim.local
    ",
    );
}

#[test]
fn a_ping_is_held_behind_all_lines_before_it() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> PRIVMSG #a :one
        alice> PRIVMSG #a :two
        90 s pass
        the log stores the first
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :one
        60 s pass
        the log stores the first
        alice< PING :verbatim.local
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :two
        bob< PING :verbatim.local
        59 s pass
        1 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
    ",
    );
}

#[test]
fn operators_are_notified_once_per_series_of_refusals() {
    check_with(
        Config { log: true, ..super::oper::with_operators() },
        r"
        alice, bob register
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice> MODE alice +s
        alice< :alice!~alice@10.0.0.1 MODE alice +s
        bob> PRIVMSG bob :one
        the log refuses
        alice< :verbatim.local NOTICE alice :*** The log cannot store events: no space left
        bob< :verbatim.local FAIL PRIVMSG NOT_STORED bob :Your message could not be stored
        bob> PRIVMSG bob :two
        the log refuses
        bob< :verbatim.local FAIL PRIVMSG NOT_STORED bob :Your message could not be stored
        bob> PRIVMSG bob :three
        the log stores
        bob< :bob!~bob@10.0.0.2 PRIVMSG bob :three
        bob> PRIVMSG bob :four
        the log refuses
        alice< :verbatim.local NOTICE alice :*** The log cannot store events: no space left
        bob< :verbatim.local FAIL PRIVMSG NOT_STORED bob :Your message could not be stored
    ",
    );
}

#[test]
fn monitor_reports_a_quit_when_it_is_settled() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        carol> MONITOR + alice
        carol< :verbatim.local 730 carol :alice!~alice@10.0.0.1
        alice> QUIT :bye
        alice< ERROR :Closing link: (10.0.0.1) [Quit: bye]
        alice closed
        carol> PING here
        the log refuses
        bob< :alice!~alice@10.0.0.1 QUIT :Quit: bye
        carol< :verbatim.local 731 carol :alice
        carol< :verbatim.local PONG verbatim.local :here
    ",
    );
}

#[test]
fn refused_messages_take_no_slot_and_refused_redactions_free_none() {
    let limits = Limits { redactable_private_messages: 3, ..Limits::default() };
    check_with(
        Config { log: true, limits, ..Config::default() },
        r"
        alice registers
        alice asks for echo-message message-tags draft/message-redaction
        bob registers
        alice> PRIVMSG bob :one
        alice> PRIVMSG bob :two
        the log stores
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG bob :one
        alice< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG bob :two
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :two
        alice> PRIVMSG bob :lost
        the log refuses
        alice< :verbatim.local FAIL PRIVMSG NOT_STORED bob :Your message could not be stored
        alice> PRIVMSG bob :three
        the log stores
        alice< @msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG bob :three
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :three
        alice> REDACT bob #1
        the log refuses
        alice< :verbatim.local FAIL REDACT NOT_STORED bob :Your message could not be stored
        alice> REDACT bob #1
        alice> REDACT bob #2
        alice> REDACT bob #3
        the log stores
        alice< @msgid=#4 :alice!~alice@10.0.0.1 REDACT bob #1
        alice< @msgid=#5 :alice!~alice@10.0.0.1 REDACT bob #2
        alice< @msgid=#6 :alice!~alice@10.0.0.1 REDACT bob #3
    ",
    );
}
