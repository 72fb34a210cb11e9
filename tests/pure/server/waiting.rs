//! Answers from the host that take time: the connection's lines wait for them.

use verbatim::server::Config;

use super::oper::with_operators;
use super::script::{check, check_with};

fn with_password() -> Config {
    Config { password: Some("sesame".into()), ..Config::default() }
}

#[test]
fn commands_sent_while_a_password_is_verified_are_handled_after_it() {
    check_with(
        with_password(),
        r"
        answers take time
        alice connects
        alice>| PASS sesame\r\nNICK alice\r\nUSER a 0 * :Alice\r\nPING one\r\nPING tw
        alice> o
        bob connects
        bob> PING three
        bob< :verbatim.local PONG verbatim.local :three
        alice> PING four
        the answer comes
        alice is welcomed
        alice< :verbatim.local PONG verbatim.local :one
        alice< :verbatim.local PONG verbatim.local :two
        alice< :verbatim.local PONG verbatim.local :four
    ",
    );
}

#[test]
fn an_answer_for_a_connection_that_has_ended_is_ignored() {
    check_with(
        with_password(),
        r"
        answers take time
        alice connects
        alice> PASS sesame
        alice>| NICK alice\r\nUSER a 0 * :Alice\r\nJOIN #a\r\n
        alice is cut off
        bob connects
        bob> NICK alice
        the answer comes
        bob> JOIN #a
        bob< :verbatim.local 451 alice :You have not registered
    ",
    );
}

#[test]
fn the_time_spent_waiting_does_not_count_towards_deadlines() {
    check_with(
        with_password(),
        r"
        answers take time
        alice connects
        10 s pass
        alice> PASS wrong\r\nNICK alice\r\nUSER a 0 * :Alice
        300 s pass
        the answer comes
        alice< :verbatim.local 464 alice :Password incorrect
        alice< ERROR :Closing link: (10.0.0.1) [Password incorrect]
        alice closed
    ",
    );
    check_with(
        with_operators(),
        r"
        answers take time
        alice register
        80 s pass
        alice> OPER olga wrong
        300 s pass
        the answer comes
        alice< :verbatim.local 464 alice :Password incorrect
        -- This time does not count as silence.
        89 s pass
        1 s pass
        alice< PING :verbatim.local
        50 s pass
        alice> OPER olga wrong
        300 s pass
        the answer comes
        alice< :verbatim.local 464 alice :Password incorrect
        89 s pass
        1 s pass
        alice< PING :verbatim.local
        60 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
    ",
    );
}

#[test]
fn a_waiting_user_can_be_killed() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        answers take time
        bob> OPER ken ken's\r\nJOIN #a
        90 s pass
        alice< PING :verbatim.local
        alice> KILL bob :too slow
        bob< :alice!~alice@10.0.0.1 KILL bob :too slow
        bob< :bob!~bob@10.0.0.2 QUIT :Killed (alice (too slow))
        bob< ERROR :Closing link: (10.0.0.2) [Killed (alice (too slow))]
        bob closed
        the answer comes
        alice> LUSERS
        alice< :verbatim.local 251 alice :There are 1 users and 0 invisible on 1 servers
        alice< :verbatim.local 252 alice 1 :operator(s) online
        alice< :verbatim.local 253 alice 0 :unknown connection(s)
        alice< :verbatim.local 254 alice 0 :channels formed
        alice< :verbatim.local 255 alice :I have 1 clients and 0 servers
        alice< :verbatim.local 265 alice 1 2 :Current local users 1, max 2
        alice< :verbatim.local 266 alice 1 2 :Current global users 1, max 2
    ",
    );
}

#[test]
fn nicks_that_look_alike_count_as_taken() {
    check(
        r"
        paul, mia register
        bob connects
        bob> NICK pau1
        bob< :verbatim.local 433 * pau1 :Nickname looks like one that is in use
        bob> NICK rnia
        bob< :verbatim.local 433 * rnia :Nickname looks like one that is in use
        bob> NICK bob
        bob> NICK b0b
        paul> NICK PAU1
        paul< :paul!~paul@10.0.0.1 NICK PAU1
        bob> NICK paul
        bob< :verbatim.local 433 b0b paul :Nickname looks like one that is in use
        -- A registered user's change of nick is refused, too.
        mia> NICK pauI
        mia< :verbatim.local 433 mia pauI :Nickname looks like one that is in use
        paul ends
        bob> NICK paul
        bob> USER b 0 * :Bob
        bob is welcomed
    ",
    );
    let config = Config { refuse_lookalikes: false, ..Config::default() };
    check_with(
        config,
        r"
        paul register
        paul> NICK pau1
        paul< :paul!~paul@10.0.0.1 NICK pau1
        bob connects
        bob> NICK paul
    ",
    );
}
