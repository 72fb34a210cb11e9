//! Channel mode `z`: all members are connected by TLS.

use verbatim::server::Config;

use super::oper::with_operators;
use super::script::{check, check_with};

#[test]
fn only_users_by_tls_join_until_the_mode_is_unset() {
    check(
        r"
        alice registers securely
        bob registers
        carol registers securely
        -- A proxy that says TLS counts; a Unix socket does not.
        dave registers securely through 10.9.9.9
        erin registers as 1000
        alice joins #A
        bob> MODE #a +z
        bob< :verbatim.local 442 bob #A :You're not on that channel
        alice> MODE #a +z
        alice< :alice!~alice@10.0.0.1 MODE #A +z
        bob, erin> JOIN #a
        bob< :verbatim.local 489 bob #A :Cannot join channel (+z): you are not connected by TLS
        erin< :verbatim.local 489 erin #A :Cannot join channel (+z): you are not connected by TLS
        carol joins #a
        dave joins #a
        -- Neither an invitation nor a knock helps.
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #A
        bob< :alice!~alice@10.0.0.1 INVITE bob #A
        bob> JOIN #a
        bob< :verbatim.local 489 bob #A :Cannot join channel (+z): you are not connected by TLS
        bob> KNOCK #a
        bob< :verbatim.local 489 bob #A :Cannot join channel (+z): you are not connected by TLS
        alice> MODE #a -z
        alice, carol, dave< :alice!~alice@10.0.0.1 MODE #A -z
        bob joins #a
    ",
    );
}

#[test]
fn the_mode_is_refused_while_a_member_is_not_by_tls() {
    check(
        r"
        alice registers securely
        bob registers
        alice, bob join #A
        alice> MODE #a +sz
        alice< :verbatim.local 490 alice #A :Cannot set +z: a member is not connected by TLS
        alice, bob< :alice!~alice@10.0.0.1 MODE #A +s
        bob> PART #a
        alice, bob< :bob!~bob@10.0.0.2 PART #A
        alice> MODE #a +z
        alice< :alice!~alice@10.0.0.1 MODE #A +z
    ",
    );
}

#[test]
fn no_privilege_opens_the_channel_and_a_forward_leads_elsewhere() {
    check_with(
        with_operators(),
        r"
        alice registers securely
        olga registers from 10.0.0.1
        alice joins #a,#plain
        alice> MODE #a +z
        alice< :alice!~alice@10.0.0.1 MODE #a +z
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        olga> JOIN #a
        olga< :verbatim.local 489 olga #a :Cannot join channel (+z): you are not connected by TLS
        alice> MODE #a +f #plain
        alice< :alice!~alice@10.0.0.1 MODE #a +f #plain
        olga> JOIN #a
        alice< :olga!~olga@10.0.0.1 JOIN #plain
        olga< :verbatim.local 470 olga #a #plain :Forwarding to another channel
        olga< :olga!~olga@10.0.0.1 JOIN #plain
        olga< :verbatim.local 353 olga = #plain :@alice olga
        olga< :verbatim.local 366 olga #plain :End of /NAMES list
    ",
    );
}

#[test]
fn every_session_of_a_member_is_by_tls() {
    check(
        r"
        alice registers securely
        alice joins #a
        phone attaches to alice from 10.7.7.7
        alice> MODE #a +z
        alice< :verbatim.local 490 alice #a :Cannot set +z: a member is not connected by TLS
        phone ends
        alice> MODE #a +z
        alice< :alice!~alice@10.0.0.1 MODE #a +z
        -- Now a session without TLS registers as a user of its own.
        phone attaches to alice from 10.7.7.7
        phone> PRIVMSG alice :who am I?
        alice< :phone!~phone@10.7.7.7 PRIVMSG alice :who am I?
        tablet attaches to alice securely
        tablet> PRIVMSG #a :hello
        alice< :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        -- A user with one session by TLS and one without does not join.
        bob registers
        desk attaches to bob securely
        desk> JOIN #a
        desk< :verbatim.local 489 bob #a :Cannot join channel (+z): you are not connected by TLS
        bob ends
        desk joins #a
    ",
    );
}

#[test]
fn a_channel_that_is_new_may_have_the_mode_from_the_start() {
    check_with(
        Config { channel_modes: "ntz".parse().expect("letters of modes"), ..Config::default() },
        r"
        alice registers
        bob registers securely
        alice> JOIN #a
        alice< :verbatim.local 489 alice #a :Cannot join channel (+z): you are not connected by TLS
        bob joins #a
        bob> MODE #a
        bob< :verbatim.local 324 bob #a +ntz
        bob< :verbatim.local 329 bob #a 1000000000
    ",
    );
}
