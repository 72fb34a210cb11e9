//! ACCEPT and user mode `g` (caller-id).

use verbatim::server::{Config, Limits};

use super::oper::with_operators;
use super::script::{World, check, check_with};

#[test]
fn a_sender_who_is_not_accepted_is_refused_and_both_are_notified() {
    check(
        r"
        alice, bob register
        alice> MODE alice +g
        alice< :alice!~alice@10.0.0.1 MODE alice +g
        bob> PRIVMSG alice :hello
        alice< :verbatim.local 718 alice bob ~bob@10.0.0.2 :is messaging you, and you have user mode +g set
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        bob< :verbatim.local 717 bob alice :has been informed that you messaged them
        alice> ACCEPT BOB
        bob> PRIVMSG alice :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :hello
        alice> ACCEPT -bob
        bob> PRIVMSG alice :are you there
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        alice> MODE alice -g
        alice< :alice!~alice@10.0.0.1 MODE alice -g
        bob> PRIVMSG alice :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :hello
    ",
    );
}

#[test]
fn a_user_with_mode_g_is_told_of_each_sender_once_a_minute() {
    check(
        r"
        alice, bob, carol register
        alice> MODE alice +g
        alice< :alice!~alice@10.0.0.1 MODE alice +g
        bob, carol> PRIVMSG alice :hello
        alice< :verbatim.local 718 alice bob ~bob@10.0.0.2 :is messaging you, and you have user mode +g set
        alice< :verbatim.local 718 alice carol ~carol@10.0.0.3 :is messaging you, and you have user mode +g set
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        bob< :verbatim.local 717 bob alice :has been informed that you messaged them
        carol< :verbatim.local 716 carol alice :is in +g mode (server-side ignore)
        carol< :verbatim.local 717 carol alice :has been informed that you messaged them
        59 s pass
        bob> PRIVMSG alice :hello
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        1 s pass
        bob> PRIVMSG alice :hello
        alice< :verbatim.local 718 alice bob ~bob@10.0.0.2 :is messaging you, and you have user mode +g set
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        bob< :verbatim.local 717 bob alice :has been informed that you messaged them
    ",
    );
}

#[test]
fn a_refused_notice_gets_no_reply_and_a_refused_tagmsg_notifies_nobody() {
    check(
        r"
        alice, bob register
        bob asks for message-tags echo-message
        alice> MODE alice +g
        alice< :alice!~alice@10.0.0.1 MODE alice +g
        bob> @+typing=active TAGMSG alice
        bob> NOTICE alice :hello
        alice< :verbatim.local 718 alice bob ~bob@10.0.0.2 :is messaging you, and you have user mode +g set
        bob> NOTICE alice :hello
        bob> PRIVMSG alice :hello
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
    ",
    );
}

#[test]
fn messages_from_oneself_and_from_operators_are_always_accepted() {
    check_with(
        with_operators(),
        r"
        olga, bob register
        bob> MODE bob +g
        bob< :bob!~bob@10.0.0.2 MODE bob +g
        bob> PRIVMSG bob :a note
        bob< :bob!~bob@10.0.0.2 PRIVMSG bob :a note
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        olga> PRIVMSG bob :hello
        bob< :olga!~olga@10.0.0.1 PRIVMSG bob :hello
    ",
    );
}

#[test]
fn the_accept_list_follows_users_through_nick_changes_until_they_leave() {
    check(
        r"
        alice, bob register
        alice> ACCEPT bob
        alice> MODE alice +g
        alice< :alice!~alice@10.0.0.1 MODE alice +g
        bob> NICK rob
        bob< :bob!~bob@10.0.0.2 NICK rob
        alice> ACCEPT *
        alice< :verbatim.local 281 alice rob
        alice< :verbatim.local 282 alice :End of /ACCEPT list.
        bob> PRIVMSG alice :it is me
        alice< :rob!~bob@10.0.0.2 PRIVMSG alice :it is me
        bob ends
        carol connects
        carol> NICK rob
        carol> USER c 0 * :Carol
        carol is welcomed
        alice> ACCEPT *
        alice< :verbatim.local 282 alice :End of /ACCEPT list.
        carol> PRIVMSG alice :hello
        alice< :verbatim.local 718 alice rob ~c@10.0.0.2 :is messaging you, and you have user mode +g set
        carol< :verbatim.local 716 rob alice :is in +g mode (server-side ignore)
        carol< :verbatim.local 717 rob alice :has been informed that you messaged them
    ",
    );
}

#[test]
fn the_accept_list_has_a_limit_and_reports_each_mistake() {
    let limits = Limits { accept_entries: 2, ..Limits::default() };
    check_with(
        Config { limits, ..Config::default() },
        r"
        alice, bob, carol, dave register
        alice> ACCEPT
        alice< :verbatim.local 461 alice ACCEPT :Not enough parameters
        alice> ACCEPT :
        alice< :verbatim.local 461 alice ACCEPT :Not enough parameters
        alice> ACCEPT bob,nobody,,+Carol,BOB,dave,-dave
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice< :verbatim.local 401 alice * :No such nick/channel
        alice< :verbatim.local 457 alice bob :is already on your accept list
        alice< :verbatim.local 456 alice :Accept list is full
        alice< :verbatim.local 458 alice dave :is not on your accept list
        alice> ACCEPT *
        alice< :verbatim.local 281 alice bob
        alice< :verbatim.local 281 alice carol
        alice< :verbatim.local 282 alice :End of /ACCEPT list.
    ",
    );
}

#[test]
fn a_refused_message_gets_the_labelled_response() {
    check(
        r"
        alice, bob register
        bob asks for labeled-response batch draft/multiline
        alice> MODE alice +g
        alice< :alice!~alice@10.0.0.1 MODE alice +g
        bob> @label=1 PRIVMSG alice :hello
        alice< :verbatim.local 718 alice bob ~bob@10.0.0.2 :is messaging you, and you have user mode +g set
        bob< @label=1 :verbatim.local BATCH +B1 labeled-response
        bob< @batch=B1 :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        bob< @batch=B1 :verbatim.local 717 bob alice :has been informed that you messaged them
        bob< :verbatim.local BATCH -B1
        bob> @label=2 ACCEPT alice
        bob< @label=2 :verbatim.local ACK
        bob> @label=3 NOTICE alice :hello
        bob< @label=3 :verbatim.local ACK
        bob> BATCH +m draft/multiline alice
        bob> @batch=m PRIVMSG alice :one
        bob> @batch=m PRIVMSG alice :two
        bob> BATCH -m
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
    ",
    );
}

#[test]
fn every_session_is_told_of_a_sender_and_a_user_without_sessions_is_not() {
    check(
        r"
        alice registers
        phone attaches to alice from 10.9.9.9, who stays
        bob registers
        alice> MODE alice +g
        alice, phone< :alice!~alice@10.0.0.1 MODE alice +g
        bob> NOTICE alice :hello
        alice, phone< :verbatim.local 718 alice bob ~bob@10.0.0.3 :is messaging you, and you have user mode +g set
        alice, phone end
        60 s pass
        bob> PRIVMSG alice :hello
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        -- Nobody was notified, so the limit of one notice a minute does not apply yet.
        laptop attaches to alice
        bob> PRIVMSG alice :hello
        laptop< :verbatim.local 718 alice bob ~bob@10.0.0.3 :is messaging you, and you have user mode +g set
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        bob< :verbatim.local 717 bob alice :has been informed that you messaged them
    ",
    );
}

#[test]
fn a_new_user_with_an_accepted_users_nick_is_not_accepted() {
    check(
        r"
        alice, bob register
        alice> ACCEPT bob
        alice> MODE alice +g
        alice< :alice!~alice@10.0.0.1 MODE alice +g
        bob ends
        carol registers
        carol> NICK bob
        carol< :carol!~carol@10.0.0.2 NICK bob
        carol> PRIVMSG alice :hello
        alice< :verbatim.local 718 alice bob ~carol@10.0.0.2 :is messaging you, and you have user mode +g set
        carol< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        carol< :verbatim.local 717 bob alice :has been informed that you messaged them
    ",
    );
}

#[test]
fn a_user_with_mode_g_is_told_of_at_most_32_senders_a_minute() {
    let mut world = World::new(Config::default());
    let senders: Vec<String> = (0..33).map(|n| format!("n{n}")).collect();
    world.act(&format!("alice, {} register", senders.join(", ")));
    world.act("alice> MODE alice +g");
    world.heard();
    let mut told = |input: &str| {
        world.act(input);
        let heard = world.heard();
        assert_eq!(world.server.audit(), Ok(()));
        ["716", "717", "718"].map(|code| heard.iter().filter(|line| line.contains(&format!(" {code} "))).count())
    };
    assert_eq!(told(&format!("{}> PRIVMSG alice :hello", senders[..31].join(", "))), [31, 31, 31]);
    assert_eq!(told("n31> PRIVMSG alice :hello"), [1, 1, 1]);
    assert_eq!(told("n32> PRIVMSG alice :hello"), [1, 0, 0]);
    assert_eq!(told("60 s pass"), [0, 0, 0]);
    assert_eq!(told("n32> PRIVMSG alice :hello"), [1, 1, 1]);
}

#[test]
fn the_accept_list_keeps_its_order_when_a_user_is_removed() {
    check(
        r"
        alice, bob, carol, dave, eve register
        alice> ACCEPT eve,bob,dave,carol
        alice> ACCEPT -bob
        alice> ACCEPT *
        alice< :verbatim.local 281 alice eve
        alice< :verbatim.local 281 alice dave
        alice< :verbatim.local 281 alice carol
        alice< :verbatim.local 282 alice :End of /ACCEPT list.
    ",
    );
}
