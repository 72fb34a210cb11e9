//! KNOCK: asking for an invitation.

use verbatim::server::Config;

use super::oper::with_operators;
use super::script::{World, check, check_with};

#[test]
fn operators_of_a_closed_channel_see_who_knocks() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol join #a
        alice> MODE #a +ihv bob carol
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +ihv bob carol
        dave> KNOCK #A
        alice< :verbatim.local 710 alice #a dave!~dave@10.0.0.4 :has asked for an invite
        dave< :verbatim.local 711 dave #a :Your KNOCK has been delivered.
        alice> INVITE dave #a
        alice< :verbatim.local 341 alice dave #a
        dave< :alice!~alice@10.0.0.1 INVITE dave #a
        dave> KNOCK #a
        dave< :verbatim.local 713 dave #a :Channel is open.
    ",
    );
}

#[test]
fn a_knock_with_its_text_goes_to_all_who_may_invite() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> MODE #a +ko key1 bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +ko key1 bob
        carol> KNOCK #a :I have lost the key
        alice< :verbatim.local 710 alice #a carol!~carol@10.0.0.3 :has asked for an invite: I have lost the key
        bob< :verbatim.local 710 bob #a carol!~carol@10.0.0.3 :has asked for an invite: I have lost the key
        carol< :verbatim.local 711 carol #a :Your KNOCK has been delivered.
    ",
    );
}

#[test]
fn a_refused_knock_says_why() {
    check(
        r"
        alice, bob register
        alice joins #a
        bob> KNOCK
        bob< :verbatim.local 461 bob KNOCK :Not enough parameters
        bob> KNOCK #b
        bob< :verbatim.local 403 bob #b :No such channel
        bob> KNOCK alice
        bob< :verbatim.local 403 bob alice :No such channel
        bob> KNOCK #a
        bob< :verbatim.local 713 bob #a :Channel is open.
        alice> KNOCK #a
        alice< :verbatim.local 714 alice #a :You are already on that channel.
        alice> MODE #a +b bob
        alice< :alice!~alice@10.0.0.1 MODE #a +b bob!*@*
        bob> KNOCK #a
        bob< :verbatim.local 474 bob #a :Cannot join channel (+b)
    ",
    );
}

#[test]
fn nobody_knocks_at_a_channel_twice_a_minute() {
    check(
        r"
        alice, bob register
        alice joins #0
        alice> MODE #0 +i
        alice< :alice!~alice@10.0.0.1 MODE #0 +i
        bob> KNOCK #0
        alice< :verbatim.local 710 alice #0 bob!~bob@10.0.0.2 :has asked for an invite
        bob< :verbatim.local 711 bob #0 :Your KNOCK has been delivered.
        59 s pass
        bob> KNOCK #0
        bob< :verbatim.local 712 bob #0 :Too many KNOCKs (channel).
        alice> RENAME #0 #zero
        alice< :alice!~alice@10.0.0.1 PART #0
        alice< :alice!~alice@10.0.0.1 JOIN #zero
        alice< :verbatim.local 353 alice = #zero :@alice
        alice< :verbatim.local 366 alice #zero :End of /NAMES list
        bob> KNOCK #zero
        bob< :verbatim.local 712 bob #zero :Too many KNOCKs (channel).
        1 s pass
        bob> KNOCK #zero
        alice< :verbatim.local 710 alice #zero bob!~bob@10.0.0.2 :has asked for an invite
        bob< :verbatim.local 711 bob #zero :Your KNOCK has been delivered.
    ",
    );
}

#[test]
fn nobody_knocks_at_more_than_eight_channels_a_minute() {
    let channels: Vec<String> = (0..9).map(|n| format!("#{n}")).collect();
    let mut world = World::new(Config::default());
    for input in ["alice registers".to_owned(), "bob registers".into(), format!("alice> JOIN {}", channels.join(","))] {
        world.act(&input);
    }
    channels.iter().for_each(|channel| world.act(&format!("alice> MODE {channel} +i")));
    world.heard();
    channels.iter().for_each(|channel| world.act(&format!("bob> KNOCK {channel}")));
    let heard = world.heard();
    assert_eq!(heard.iter().filter(|line| line.contains(" 711 bob ")).count(), 8, "{heard:?}");
    assert_eq!(heard.last().map(String::as_str), Some("bob< :verbatim.local 712 bob #8 :Too many KNOCKs (user)."));
}

#[test]
fn server_operators_with_the_privilege_channels_need_not_knock() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        bob joins #a
        bob> MODE #a +i
        bob< :bob!~bob@10.0.0.2 MODE #a +i
        alice> KNOCK #a
        alice< :verbatim.local 713 alice #a :Channel is open.
    ",
    );
}

#[test]
fn founders_and_admins_hear_a_knock() {
    check_with(
        with_operators(),
        r"
        root, alice, bob, carol, dave register
        alice, bob, carol join #a
        root> OPER olga olga's
        root< :verbatim.local 381 root :You are now an IRC operator
        root< :root!~root@10.0.0.1 MODE root +o
        root> MODE #a +iqa-o alice bob alice
        root, alice, bob, carol< :root!~root@10.0.0.1 MODE #a +iqa-o alice bob alice
        dave> KNOCK #a
        alice< :verbatim.local 710 alice #a dave!~dave@10.0.0.5 :has asked for an invite
        bob< :verbatim.local 710 bob #a dave!~dave@10.0.0.5 :has asked for an invite
        dave< :verbatim.local 711 dave #a :Your KNOCK has been delivered.
    ",
    );
}

#[test]
fn a_knock_with_a_text_that_is_too_long_is_cut() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice> MODE #a +i
        alice< :alice!~alice@10.0.0.1 MODE #a +i
        bob> KNOCK #a :{x*490}
        alice< :verbatim.local 710 alice #a bob!~bob@10.0.0.2 :has asked for an invite: {x*437}
        bob< :verbatim.local 711 bob #a :Your KNOCK has been delivered.
    ",
    );
}

#[test]
fn a_knock_stops_counting_after_a_minute() {
    let channels: Vec<String> = (0..10).map(|n| format!("#{n}")).collect();
    let mut world = World::new(Config::default());
    for input in ["alice registers".to_owned(), "bob registers".into(), format!("alice> JOIN {}", channels.join(","))] {
        world.act(&input);
    }
    channels.iter().for_each(|channel| world.act(&format!("alice> MODE {channel} +i")));
    world.act("bob> KNOCK #0");
    world.act("30 s pass");
    channels[1..8].iter().for_each(|channel| world.act(&format!("bob> KNOCK {channel}")));
    world.act("30 s pass");
    world.heard();
    ["#8", "#9"].iter().for_each(|channel| world.act(&format!("bob> KNOCK {channel}")));
    let heard: Vec<String> = world.heard().into_iter().filter(|line| line.starts_with("bob<")).collect();
    let told = ["711 bob #8 :Your KNOCK has been delivered.", "712 bob #9 :Too many KNOCKs (user)."];
    assert_eq!(heard, told.map(|told| format!("bob< :verbatim.local {told}")));
}
