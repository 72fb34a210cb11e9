//! Labels of commands whose facts are not settled (docs/protocol/storing.md).

use verbatim::server::Config;

use super::script::check_with;

fn check(script: &str) {
    check_with(Config { log: true, ..Config::default() }, script);
}

#[test]
fn a_labelled_command_gets_one_response_whether_stored_or_refused() {
    check(
        r"
        alice, bob register
        alice asks for echo-message message-tags batch labeled-response
        alice, bob join #a
        alice> @label=1 PRIVMSG #a :one
        alice> @label=2 PRIVMSG #a,bob :two
        the log stores
        alice< @label=1;msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :one
        alice< @label=2 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1;msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG #a :two
        alice< @batch=B1;msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG bob :two
        alice< :verbatim.local BATCH -B1
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :two
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :two
        alice> @label=3 PRIVMSG #a :three
        alice> @label=4 PRIVMSG #a,nobody,bob :four
        the log refuses
        alice< @label=3 :verbatim.local FAIL PRIVMSG NOT_STORED #a :Your message could not be stored
        alice< @label=4 :verbatim.local BATCH +B2 labeled-response
        alice< @batch=B2 :verbatim.local FAIL PRIVMSG NOT_STORED #a :Your message could not be stored
        alice< @batch=B2 :verbatim.local 401 alice nobody :No such nick/channel
        alice< @batch=B2 :verbatim.local FAIL PRIVMSG NOT_STORED bob :Your message could not be stored
        alice< :verbatim.local BATCH -B2
    ",
    );
    check(
        r"
        alice, bob register
        alice asks for message-tags batch labeled-response
        alice> @label=1 NOTICE bob :one
        the log stores
        alice< @label=1 :verbatim.local ACK
        bob< :alice!~alice@10.0.0.1 NOTICE bob :one
        alice> @label=2 NOTICE bob :two
        the log refuses
        alice< @label=2 :verbatim.local FAIL NOTICE NOT_STORED bob :Your message could not be stored
    ",
    );
}

#[test]
fn a_refused_message_to_oneself_gets_only_the_fail() {
    check(
        r"
        alice registers
        alice asks for echo-message message-tags batch labeled-response
        alice> @label=1 PRIVMSG alice :one
        the log stores
        alice< @label=1;msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG alice :one
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG alice :one
        alice> @label=2 PRIVMSG alice :two
        the log refuses
        alice< @label=2 :verbatim.local FAIL PRIVMSG NOT_STORED alice :Your message could not be stored
    ",
    );
}
