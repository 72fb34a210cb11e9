//! Sessions that are suspended until less is unsettled (docs/protocol/storing.md).

use verbatim::server::{Config, FACT_BYTES};

use super::script::check_with;

fn check(script: &str) {
    check_with(Config { log: true, unsettled_bytes: FACT_BYTES + 100, ..Config::default() }, script);
}

#[test]
fn suspended_sessions_resume_while_there_is_room() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice> PRIVMSG #a :a line that fills what there is room for, with its source and its target
        bob> away :is no fact of the log
        carol> privmsg #a :a line that fills what there is room for, with its source and its target
        bob> TOPIC #a :three
        bob> PING behind
        the log stores
        bob, carol< :alice!~alice@10.0.0.1 PRIVMSG #a :a line that fills what there is room for, with its source and its target
        bob< :verbatim.local 306 bob :You have been marked as being away
        the log stores
        alice, bob< :carol!~carol@10.0.0.3 PRIVMSG #a :a line that fills what there is room for, with its source and its target
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob< :verbatim.local PONG verbatim.local :behind
    ",
    );
}

#[test]
fn a_suspended_session_that_ends_blocks_nobody() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice> PRIVMSG #a :a line that fills what there is room for, with its source and its target
        bob> TOPIC #a :two
        carol>| TOPIC #a :three\r\nPING one\r\nPI
        carol> NG two
        bob is cut off
        dave connects
        dave> PRIVMSG #a :too early
        dave< :verbatim.local 451 * :You have not registered
        the log stores
        alice< :bob!~bob@10.0.0.2 QUIT :Connection reset by peer
        carol< :alice!~alice@10.0.0.1 PRIVMSG #a :a line that fills what there is room for, with its source and its target
        carol< :bob!~bob@10.0.0.2 QUIT :Connection reset by peer
        carol< :verbatim.local 482 carol #a :You're not channel operator
        carol< :verbatim.local PONG verbatim.local :one
        carol< :verbatim.local PONG verbatim.local :two
        the log stores
    ",
    );
}

#[test]
fn lines_held_in_case_of_a_refusal_take_room_too() {
    check_with(
        Config { log: true, unsettled_bytes: FACT_BYTES + 50, ..Config::default() },
        r"
        alice, bob register
        phone attaches to alice, who stays
        phone, alice end
        bob> NOTICE alice :hello
        bob> NOTICE alice :again
        bob> PING behind
        the log stores
        the log stores
        bob< :verbatim.local PONG verbatim.local :behind
    ",
    );
}

#[test]
fn there_is_room_up_to_the_exact_bound() {
    let line = ":verbatim.local FAIL NOTICE NOT_STORED alice :Your message could not be stored\r\n";
    let begin = r"
        alice, bob, carol register
        phone attaches to alice, who stays
        phone, alice end
        bob> NOTICE alice :hello
        carol> AWAY :for a while
    ";
    let [at_once, later] = [
        "carol< :verbatim.local 306 carol :You have been marked as being away\nthe log stores",
        "the log stores\ncarol< :verbatim.local 306 carol :You have been marked as being away",
    ];
    for (room, end) in [(line.len(), at_once), (line.len() - 1, later)] {
        let config = Config { log: true, unsettled_bytes: FACT_BYTES + room, ..Config::default() };
        check_with(config, &[begin.trim_end(), "\n", end].concat());
    }
}

#[test]
fn a_resumed_session_can_fill_the_room_again() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        -- Carol is elsewhere: she waits only because of the bound.
        alice> PRIVMSG #a :a line that fills what there is room for, with its source and its target
        bob> PRIVMSG #a :a line that fills what there is room for, with its source and its target
        carol> AWAY :for a while
        the log stores
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :a line that fills what there is room for, with its source and its target
        the log stores
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :a line that fills what there is room for, with its source and its target
        carol< :verbatim.local 306 carol :You have been marked as being away
    ",
    );
}

#[test]
fn facts_without_receivers_take_room_too() {
    check_with(
        Config { log: true, unsettled_bytes: FACT_BYTES, ..Config::default() },
        r"
        alice, bob, carol, dave register
        alice, bob end
        carol> AWAY :for a while
        carol> PING behind
        dave> PING :now
        dave< :verbatim.local PONG verbatim.local :now
        the log stores
        carol< :verbatim.local 306 carol :You have been marked as being away
        carol< :verbatim.local PONG verbatim.local :behind
    ",
    );
}
