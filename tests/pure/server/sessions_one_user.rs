//! Counts and statistics are about users, not sessions, and an action has the same id for all sessions
//! (docs/protocol/sessions.md).

use std::time::Duration;

use verbatim::server::{Config, Sts};

use super::oper::with_operators;
use super::script::{check, check_through, check_with};

#[test]
fn an_action_has_the_same_id_for_all_sessions() {
    check(
        r"
        alice registers
        phone attaches to alice
        alice asks for message-tags no-implicit-names
        phone asks for message-tags no-implicit-names extended-join
        alice> JOIN #a
        alice< @msgid=#1 :alice!~alice@10.0.0.1 JOIN #a
        phone< @msgid=#1 :alice!~alice@10.0.0.1 JOIN #a * :alice
        phone> TOPIC #a :news
        alice, phone< @msgid=#2 :alice!~alice@10.0.0.1 TOPIC #a :news
        phone> MODE alice +B
        alice, phone< @msgid=#3;bot :alice!~alice@10.0.0.1 MODE alice +B
        alice> PRIVMSG #a :beep
        phone< @msgid=#4;bot :alice!~alice@10.0.0.1 PRIVMSG #a :beep
        alice> KICK #a alice
        alice, phone< @msgid=#5;bot :alice!~alice@10.0.0.1 KICK #a alice :alice
    ",
    );
}

#[test]
fn the_limit_of_a_channel_counts_users_not_sessions() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        alice joins #a
        alice> MODE #a +l 2
        alice, phone, laptop< :alice!~alice@10.0.0.1 MODE #a +l 2
        bob registers
        tablet attaches to bob
        bob joins #a
        carol registers
        carol> JOIN #a
        carol< :verbatim.local 471 carol #a :Cannot join channel (+l)
    ",
    );
}

#[test]
fn stats_p_shows_an_operator_once() {
    check_with(
        with_operators(),
        r"
        olga registers
        phone attaches to olga
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga, phone< :olga!~olga@10.0.0.1 MODE olga +o
        9 s pass
        bob registers
        bob> STATS p
        bob< :verbatim.local 249 bob p :olga (~olga@10.0.0.1) idle 9
        bob< :verbatim.local 219 bob p :End of /STATS report
        phone> NOTICE bob :x
        olga, bob< :olga!~olga@10.0.0.1 NOTICE bob :x
        bob> STATS p
        bob< :verbatim.local 249 bob p :olga (~olga@10.0.0.1) idle 0
        bob< :verbatim.local 219 bob p :End of /STATS report
    ",
    );
}

#[test]
fn only_the_calling_session_gets_the_reply_to_an_invite_from_outside() {
    check_with(
        with_operators(),
        r"
        olga registers
        phone attaches to olga
        olga, phone ask for invite-notify
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga, phone< :olga!~olga@10.0.0.1 MODE olga +o
        bob registers
        bob joins #a
        carol registers
        olga> INVITE carol #a
        olga< :verbatim.local 341 olga carol #a
        carol< :olga!~olga@10.0.0.1 INVITE carol #a
        olga> INVITE olga #a
        olga, phone< :olga!~olga@10.0.0.1 INVITE olga #a
        olga< :verbatim.local 341 olga olga #a
    ",
    );
}

#[test]
fn a_new_sts_policy_is_sent_to_each_session_with_cap_302() {
    let secured = |port| Config {
        sts: Some(Sts { port, duration: Duration::ZERO, preload: false, hosts: vec![] }),
        ..Config::default()
    };
    check_through(
        [secured(6697), secured(6698)],
        r"
        alice registers
        phone attaches to alice
        phone, alice> CAP LS 302
        alice, phone< :verbatim.local CAP alice LS * :account-notify account-tag away-notify batch cap-notify chghost draft/channel-rename draft/extended-isupport draft/message-redaction draft/metadata-3=before-connect,max-subs=50,max-keys=20,max-key-bytes=40,max-value-bytes=300 draft/multiline=max-bytes=4096,max-lines=24 draft/no-implicit-names draft/pre-away echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names server-time setname standard-replies sts=port=6697
        alice, phone< :verbatim.local CAP alice LS :userhost-in-names
        the host sends new settings
        alice, phone< :verbatim.local CAP alice NEW :sts=port=6698
    ",
    );
}

#[test]
fn each_session_gets_a_change_once_however_many_channels_are_shared() {
    check(
        r"
        bob registers
        tablet attaches to bob
        bob asks for away-notify extended-monitor
        tablet asks for away-notify
        alice registers
        phone attaches to alice
        bob, alice join #a,#b
        bob> MONITOR + alice
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.3
        alice, phone> AWAY :out
        bob, tablet< :alice!~alice@10.0.0.3 AWAY :out
        alice, phone< :verbatim.local 306 alice :You have been marked as being away
        alice> NICK anna
        bob, tablet, alice, phone< :alice!~alice@10.0.0.3 NICK anna
        bob< :verbatim.local 731 bob :alice
        phone, alice end
        bob, tablet< :anna!~alice@10.0.0.3 QUIT :Connection closed
    ",
    );
}

#[test]
fn kicking_oneself_removes_all_sessions() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        alice, bob join #a
        phone> KICK #a alice,bob :enough
        alice, phone, bob< :alice!~alice@10.0.0.1 KICK #a alice :enough
        phone< :verbatim.local 442 alice #a :You're not on that channel
    ",
    );
}

#[test]
fn the_quit_message_is_that_of_the_last_session() {
    check(
        r"
        alice registers
        phone attaches to alice, who stays for 400 s
        alice falls behind
        bob registers
        bob asks for away-notify
        bob joins #a
        phone> JOIN #a
        bob, phone< :alice!~alice@10.0.0.1 JOIN #a
        phone< :verbatim.local 353 alice = #a :alice @bob
        phone< :verbatim.local 366 alice #a :End of /NAMES list
        90 s pass
        bob, phone< PING :verbatim.local
        bob> PING x
        bob< :verbatim.local PONG verbatim.local :x
        60 s pass
        bob< :alice!~alice@10.0.0.1 AWAY :Disconnected
        phone< ERROR :Closing link: (10.0.0.2) [Ping timeout: 150 seconds]
        phone closed
        bob> PING x
        bob< :verbatim.local PONG verbatim.local :x
        100 s pass
        bob< PING :verbatim.local
        bob> PING x
        bob< :verbatim.local PONG verbatim.local :x
        100 s pass
        bob< PING :verbatim.local
        bob> PING x
        bob< :verbatim.local PONG verbatim.local :x
        50 s pass
        bob< :alice!~alice@10.0.0.1 QUIT :Ping timeout: 150 seconds
    ",
    );
}
