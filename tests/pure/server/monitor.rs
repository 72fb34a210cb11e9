//! MONITOR and extended-monitor (IRCv3).

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn monitor_reports_when_a_nick_comes_or_goes() {
    check(
        r"
        alice register
        alice> MONITOR + bob,Carol,,no!nick,bob
        alice< :verbatim.local 731 alice :bob,Carol,bob
        bob connects
        bob> NICK bob
        bob> USER b 0 * :Bob
        alice< :verbatim.local 730 alice :bob!~b@10.0.0.2
        bob is welcomed
        alice> MONITOR S
        alice< :verbatim.local 730 alice :bob!~b@10.0.0.2
        alice< :verbatim.local 731 alice :Carol
        bob> NICK BOB
        bob< :bob!~b@10.0.0.2 NICK BOB
        bob> NICK carol
        alice< :verbatim.local 731 alice :bob
        alice< :verbatim.local 730 alice :carol!~b@10.0.0.2
        bob< :BOB!~b@10.0.0.2 NICK carol
        alice> MONITOR + carol
        alice< :verbatim.local 730 alice :carol!~b@10.0.0.2
        bob ends
        alice< :verbatim.local 731 alice :Carol
    ",
    );
}

#[test]
fn monitored_nicks_can_be_listed_and_removed() {
    check(
        r"
        alice, bob register
        alice> MONITOR + BOB,carol,dan
        alice< :verbatim.local 730 alice :bob!~bob@10.0.0.2
        alice< :verbatim.local 731 alice :carol,dan
        alice> MONITOR L
        alice< :verbatim.local 732 alice :BOB,carol,dan
        alice< :verbatim.local 733 alice :End of MONITOR list
        alice> MONITOR - CAROL,nobody
        alice> MONITOR l
        alice< :verbatim.local 732 alice :BOB,dan
        alice< :verbatim.local 733 alice :End of MONITOR list
        alice> MONITOR C
        alice> MONITOR L
        alice< :verbatim.local 733 alice :End of MONITOR list
        alice> MONITOR S
        bob ends
        alice> MONITOR
        alice< :verbatim.local 461 alice MONITOR :Not enough parameters
        alice> MONITOR +
        alice< :verbatim.local 461 alice MONITOR :Not enough parameters
        alice> MONITOR - :
        alice< :verbatim.local 461 alice MONITOR :Not enough parameters
        alice> MONITOR x
    ",
    );
}

#[test]
fn the_number_of_monitored_nicks_is_limited() {
    let limits = Limits { monitor_entries: 2, ..Limits::default() };
    check_with(
        Config { limits, ..Config::default() },
        r"
        alice register
        alice> MONITOR + alice,bob,carol,dan
        alice< :verbatim.local 730 alice :alice!~alice@10.0.0.1
        alice< :verbatim.local 731 alice :bob
        alice< :verbatim.local 734 alice 2 carol,dan :Monitor list is full.
        alice> MONITOR + bob,eve
        alice< :verbatim.local 731 alice :bob
        alice< :verbatim.local 734 alice 2 eve :Monitor list is full.
        alice> MONITOR + {a*29},{b*29},{c*29},{d*29},{e*29},{f*29},{g*29}
        alice< :verbatim.local 734 alice 2 {a*29},{b*29},{c*29},{d*29},{e*29},{f*29} :Monitor list is full.
        alice< :verbatim.local 734 alice 2 {g*29} :Monitor list is full.
        alice> MONITOR - bob
        alice> MONITOR + eve
        alice< :verbatim.local 731 alice :eve
        alice> NICK anna
        alice< :alice!~alice@10.0.0.1 NICK anna
        alice< :verbatim.local 731 anna :alice
        alice ends
    ",
    );
}

#[test]
fn extended_monitor_works_without_a_common_channel() {
    check(
        r"
        alice, bob, carol register
        alice> CAP REQ :extended-monitor away-notify setname
        alice< :verbatim.local CAP alice ACK :extended-monitor away-notify setname
        carol> CAP REQ :away-notify setname
        carol< :verbatim.local CAP carol ACK :away-notify setname
        alice> MONITOR + bob
        alice< :verbatim.local 730 alice :bob!~bob@10.0.0.2
        carol> MONITOR + bob
        carol< :verbatim.local 730 carol :bob!~bob@10.0.0.2
        bob> AWAY :out
        alice< :bob!~bob@10.0.0.2 AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        bob> SETNAME :Robert
        alice< :bob!~bob@10.0.0.2 SETNAME :Robert
        bob> AWAY
        alice< :bob!~bob@10.0.0.2 AWAY
        bob< :verbatim.local 305 bob :You are no longer marked as being away
        alice, bob join #a
        bob> AWAY :out
        alice< :bob!~bob@10.0.0.2 AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
    ",
    );
}
