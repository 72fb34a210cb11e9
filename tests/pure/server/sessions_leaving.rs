//! A session that ends while its user goes on, and the last one (docs/protocol/sessions.md, "When a session ends").

use super::oper::with_operators;
use super::script::{check, check_with};

#[test]
fn a_session_ends_unnoticed_while_its_user_has_others() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        tablet attaches to alice from 2001:db8::1
        bob registers
        alice, bob join #a
        bob> MONITOR + alice
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.1
        phone> QUIT :battery
        phone< ERROR :Closing link: (10.0.0.2) [Quit: battery]
        phone closed
        laptop is cut off
        tablet> QUIT
        tablet< ERROR :Closing link: (2001:db8::1) [Quit: ]
        tablet closed
        bob> WHOWAS alice
        bob< :verbatim.local 406 bob alice :There was no such nickname
        bob< :verbatim.local 369 bob alice :End of WHOWAS
        -- The last session ends the user, with its own reason.
        alice> QUIT :good night
        alice< ERROR :Closing link: (10.0.0.1) [Quit: good night]
        alice closed
        bob< :alice!~alice@10.0.0.1 QUIT :Quit: good night
        bob< :verbatim.local 731 bob :alice
    ",
    );
}

#[test]
fn the_first_session_can_end_before_the_others() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        alice, bob join #a
        alice falls behind
        -- Another connection has the number now, and the user's host is unchanged.
        carol registers from 10.3.3.3
        bob> PRIVMSG #a :still there?
        phone< :bob!~bob@10.0.0.3 PRIVMSG #a :still there?
        phone> PRIVMSG #a :yes
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :yes
        laptop attaches to alice
        phone ends
        laptop> PRIVMSG carol :hello
        carol< :alice!~alice@10.0.0.1 PRIVMSG carol :hello
        laptop> QUIT :bye
        bob< :alice!~alice@10.0.0.1 QUIT :Quit: bye
        laptop< ERROR :Closing link: (10.0.0.4) [Quit: bye]
        laptop closed
    ",
    );
}

#[test]
fn each_session_is_pinged_independently() {
    check(
        r"
        bob registers
        alice registers
        bob, alice join #a
        60 s pass
        phone attaches to alice
        bob> PING here
        bob< :verbatim.local PONG verbatim.local :here
        30 s pass
        alice< PING :verbatim.local
        50 s pass
        bob> PING here
        bob< :verbatim.local PONG verbatim.local :here
        10 s pass
        alice< ERROR :Closing link: (10.0.0.2) [Ping timeout: 150 seconds]
        alice closed
        phone< PING :verbatim.local
        bob> PING here
        bob< :verbatim.local PONG verbatim.local :here
        60 s pass
        bob< :alice!~alice@10.0.0.2 QUIT :Ping timeout: 150 seconds
        phone< ERROR :Closing link: (10.0.0.3) [Ping timeout: 150 seconds]
        phone closed
    ",
    );
}

#[test]
fn a_session_that_waits_for_an_answer_may_end() {
    check_with(
        with_operators(),
        r"
        alice registers
        phone attaches to alice
        answers take time
        phone> OPER ken ken's
        phone> PRIVMSG alice :held
        alice> PING free
        alice< :verbatim.local PONG verbatim.local :free
        phone ends
        alice> OPER olga olga's
        the answer comes
        the answer comes
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
    ",
    );
}

#[test]
fn a_sessions_own_state_ends_with_it() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        phone> MONITOR + carol
        phone< :verbatim.local 731 alice :carol
        phone asks for batch draft/multiline
        phone> BATCH +1 draft/multiline bob
        phone> @batch=1 PRIVMSG bob :never said
        phone ends
        alice> MONITOR L
        alice< :verbatim.local 733 alice :End of MONITOR list
        carol registers
        laptop attaches to alice
        laptop> MONITOR L
        laptop< :verbatim.local 733 alice :End of MONITOR list
        laptop> BATCH -1
        laptop< :verbatim.local 421 alice BATCH :Unknown command
    ",
    );
}

#[test]
fn each_session_gets_an_error_when_the_server_stops() {
    check(
        r"
        alice registers
        phone attaches to alice, who stays
        the server stops
        alice< ERROR :Closing link: (10.0.0.1) [Server is shutting down]
        alice closed
        phone< ERROR :Closing link: (10.0.0.2) [Server is shutting down]
        phone closed
    ",
    );
}

#[test]
fn server_notices_report_users_not_sessions() {
    check_with(
        with_operators(),
        r"
        olga registers
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        olga> MODE olga +s
        olga< :olga!~olga@10.0.0.1 MODE olga +s
        desk attaches to olga
        alice connects
        alice> NICK alice
        alice> USER alice 0 * :alice
        olga, desk< :verbatim.local NOTICE olga :*** alice (~alice@10.0.0.3) has connected
        alice is welcomed
        phone attaches to alice
        phone ends
        -- No session of the user it is about gets the notice.
        desk> OPER olga wrong
        desk< :verbatim.local 491 olga :No O-lines for your host
        desk> OPER ken ken's
        desk< :verbatim.local 381 olga :You are now an IRC operator
        alice> OPER ken wrong
        olga, desk< :verbatim.local NOTICE olga :*** alice (~alice@10.0.0.3) failed to become an operator
        alice< :verbatim.local 464 alice :Password incorrect
        alice ends
        olga, desk< :verbatim.local NOTICE olga :*** alice (~alice@10.0.0.3) has left: Connection closed
    ",
    );
}
