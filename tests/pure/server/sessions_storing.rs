//! Sessions of a server with a log (docs/protocol/sessions.md and storing.md).

use verbatim::server::Config;

use super::script::check_with;

fn check(script: &str) {
    check_with(Config { log: true, ..Config::default() }, script);
}

#[test]
fn a_message_to_a_user_without_sessions_is_accepted_if_it_is_stored() {
    check(
        r"
        alice registers
        phone attaches to alice, who stays
        phone, alice end
        bob registers
        bob asks for echo-message message-tags
        bob> PRIVMSG alice :hello
        bob> NOTICE alice :hello
        bob> @+react=x TAGMSG alice
        the log stores
        bob< @msgid=#1 :bob!~bob@10.0.0.1 PRIVMSG alice :hello
        bob< :verbatim.local 301 bob alice :Disconnected
        bob< @msgid=#2 :bob!~bob@10.0.0.1 NOTICE alice :hello
        bob< @msgid=#3;+react=x :bob!~bob@10.0.0.1 TAGMSG alice
        bob> PRIVMSG alice :lost
        bob> NOTICE alice :lost
        the log refuses
        bob< :verbatim.local FAIL PRIVMSG NOT_STORED alice :Your message could not be stored
        bob< :verbatim.local 301 bob alice :Disconnected
        bob< :verbatim.local FAIL NOTICE NOT_STORED alice :Your message could not be stored
        -- A typing notification is not a fact, and is dropped if its target has no session.
        bob> @+typing=active TAGMSG alice
        bob> PING here
        bob< :verbatim.local PONG verbatim.local :here
    ",
    );
}

#[test]
fn the_senders_other_sessions_wait_for_the_log_like_others() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        phone asks for echo-message
        phone> PRIVMSG bob :one
        alice> PING now
        phone> PING behind
        the log stores
        alice, phone, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one
        alice< :verbatim.local PONG verbatim.local :now
        phone< :verbatim.local PONG verbatim.local :behind
        phone> PRIVMSG bob :two
        the log refuses
        phone< :verbatim.local FAIL PRIVMSG NOT_STORED bob :Your message could not be stored
        alice> PRIVMSG alice :three
        the log refuses
        alice< :verbatim.local FAIL PRIVMSG NOT_STORED alice :Your message could not be stored
        alice> PRIVMSG alice :four
        the log stores
        alice, phone< :alice!~alice@10.0.0.1 PRIVMSG alice :four
    ",
    );
}

#[test]
fn another_session_can_redact_only_stored_messages() {
    check(
        r"
        alice registers
        phone attaches to alice
        alice, phone ask for message-tags draft/message-redaction
        bob registers
        bob asks for message-tags draft/message-redaction
        alice> PRIVMSG bob :oops
        the log stores
        phone, bob< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG bob :oops
        phone> REDACT bob #1
        alice> REDACT bob #1
        the log refuses
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID bob #1 :This message does not exist or is too old
        phone< :verbatim.local FAIL REDACT NOT_STORED bob :Your message could not be stored
        alice> REDACT bob #1
        the log stores
        alice, phone, bob< @msgid=#2 :alice!~alice@10.0.0.1 REDACT bob #1
    ",
    );
}

#[test]
fn attaching_appends_nothing_and_the_new_session_gets_only_later_lines() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        bob> PRIVMSG #a :before
        phone attaches to alice, who stays
        phone> PING here
        phone< :verbatim.local PONG verbatim.local :here
        bob> PRIVMSG #a :after
        the log stores
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :before
        alice, phone< :bob!~bob@10.0.0.2 PRIVMSG #a :after
    ",
    );
}

#[test]
fn the_quit_of_a_staying_user_is_sent_when_it_is_stored() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        bob> MONITOR + alice
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.1
        phone attaches to alice, who stays for 10 s
        phone, alice end
        10 s pass
        bob> ISON alice
        the log stores
        bob< :alice!~alice@10.0.0.1 QUIT :Connection closed
        bob< :verbatim.local 731 bob :alice
        bob< :verbatim.local 303 bob :
    ",
    );
}
