//! What is said is shown when it is stored: `docs/protocol/storing.md`.

use verbatim::server::Config;

use crate::script::check_with;

fn check(script: &str) {
    check_with(Config { log: true, ..Config::default() }, script);
}

#[test]
fn a_line_is_heard_when_it_is_stored() {
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
fn a_line_that_is_refused_is_heard_by_nobody_and_its_sender_is_told() {
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
