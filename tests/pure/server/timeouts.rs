//! Timeouts. `script::World::pass` checks that every deadline that has come is replaced by a later one.

use std::time::Duration;

use verbatim::server::Config;

use super::script::{World, check, check_with};

#[test]
fn a_connection_that_does_not_register_in_time_is_closed() {
    check(
        r"
        alice connects
        20 s pass
        bob connects
        alice> NICK alice
        alice> PING x
        alice< :verbatim.local PONG verbatim.local :x
        9 s pass
        1 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Registration timeout]
        alice closed
        carol connects
        carol> NICK alice
        19 s pass
        1 s pass
        bob< ERROR :Closing link: (10.0.0.2) [Registration timeout]
        bob closed
    ",
    );
}

#[test]
fn an_endless_negotiation_does_not_stop_the_registration_timeout() {
    check(
        r"
        alice connects
        alice> CAP REQ batch
        alice< :verbatim.local CAP * ACK :batch
        alice> NICK alice
        alice> USER a 0 * :Alice
        30 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Registration timeout]
        alice closed
    ",
    );
}

#[test]
fn the_first_ping_does_not_wait_for_the_registration_timeout() {
    let config = Config {
        registration_timeout: Duration::from_secs(30),
        ping_interval: Duration::from_secs(5),
        ping_timeout: Duration::from_secs(2),
        ..Default::default()
    };
    check_with(
        config,
        r"
        alice registers
        4 s pass
        1 s pass
        alice< PING :verbatim.local
        2 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 7 seconds]
        alice closed
    ",
    );
}

#[test]
fn silent_connections_are_pinged_and_dead_ones_are_closed() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        89 s pass
        1 s pass
        alice, bob, carol< PING :verbatim.local
        bob> PONG :verbatim.local
        -- Any byte counts as activity, even in an unfinished line.
        carol>| P
        59 s pass
        1 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
        bob, carol< :alice!~alice@10.0.0.1 QUIT :Ping timeout: 150 seconds
        29 s pass
        1 s pass
        bob, carol< PING :verbatim.local
        60 s pass
        bob< ERROR :Closing link: (10.0.0.2) [Ping timeout: 150 seconds]
        bob closed
        carol< :bob!~bob@10.0.0.2 QUIT :Ping timeout: 150 seconds
        carol< ERROR :Closing link: (10.0.0.3) [Ping timeout: 150 seconds]
        carol closed
    ",
    );
}

#[test]
fn an_active_connection_is_not_pinged() {
    check(
        r"
        alice registers
        60 s pass
        alice> PING x
        alice< :verbatim.local PONG verbatim.local :x
        60 s pass
        alice> PONG
        89 s pass
        1 s pass
        alice< PING :verbatim.local
        alice> PONG
        89 s pass
        alice> PONG
        1 s pass
        88 s pass
        1 s pass
        alice< PING :verbatim.local
    ",
    );
}

#[test]
fn deadlines_are_handled_by_time_and_then_connection_number() {
    check(
        r"
        alice registers
        1 s pass
        bob, carol register
        100 s pass
        alice, bob, carol< PING :verbatim.local
        100 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
        bob< ERROR :Closing link: (10.0.0.2) [Ping timeout: 150 seconds]
        bob closed
        carol< ERROR :Closing link: (10.0.0.3) [Ping timeout: 150 seconds]
        carol closed
    ",
    );
}

#[test]
fn a_late_driver_closes_nobody_without_a_ping() {
    let mut world = World::new(Config::default());
    world.act("alice registers");
    world.act("bob connects");
    // The process was suspended for an hour: alice had no chance to answer a PING yet.
    world.now = world.now + Duration::from_secs(3600);
    world.act("0 s pass");
    let heard = world.heard();
    assert_eq!(
        heard,
        ["alice< PING :verbatim.local", "bob< ERROR :Closing link: (10.0.0.2) [Registration timeout]", "bob closed"]
    );
    world.act("60 s pass");
    assert_eq!(world.heard()[1..], ["alice closed"]);
}

#[test]
fn setting_the_wall_clock_moves_no_deadline() {
    check(
        r"
        alice registers
        bob connects
        the clock is set 86400 s forward
        0 s pass
        the clock is set 172800 s back
        29 s pass
        1 s pass
        bob< ERROR :Closing link: (10.0.0.2) [Registration timeout]
        bob closed
        59 s pass
        the clock is set 86400 s forward
        0 s pass
        1 s pass
        alice< PING :verbatim.local
        the clock is set 86400 s back
        59 s pass
        1 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
    ",
    );
}

#[test]
fn idle_times_do_not_depend_on_the_wall_clock() {
    check(
        r"
        alice registers
        bob registers
        3 s pass
        the clock is set 86400 s forward
        bob> WHOIS alice alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 317 bob alice 3 1000086400 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        bob> STATS u
        bob< :verbatim.local 242 bob :Server Up 0 days 0:00:03
        bob< :verbatim.local 219 bob u :End of /STATS report
        carol registers
        bob> WHOIS carol carol
        bob< :verbatim.local 311 bob carol ~carol 10.0.0.3 * :carol
        bob< :verbatim.local 312 bob carol verbatim.local :verbatim
        bob< :verbatim.local 317 bob carol 0 1000086403 :seconds idle, signon time
        bob< :verbatim.local 318 bob carol :End of /WHOIS list
        the clock is set 86400 s back
        bob> TIME
        bob< :verbatim.local 391 bob verbatim.local :2001-09-09 01:46:43 UTC
    ",
    );
}

#[test]
fn an_empty_server_has_no_deadline() {
    let mut world = World::new(Config::default());
    assert_eq!(world.server.deadline(), None);
    world.act("alice registers");
    assert!(world.server.deadline().is_some_and(|due| due > world.now.mono));
    world.act("alice ends");
    assert_eq!(world.server.deadline(), None);
}

#[test]
fn timeouts_follow_the_settings() {
    check_with(
        Config {
            ping_interval: Duration::from_secs(5),
            ping_timeout: Duration::from_secs(2),
            registration_timeout: Duration::from_secs(3),
            ..Config::default()
        },
        r"
        alice registers
        bob connects
        2 s pass
        1 s pass
        bob< ERROR :Closing link: (10.0.0.2) [Registration timeout]
        bob closed
        2 s pass
        alice< PING :verbatim.local
        2 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 7 seconds]
        alice closed
    ",
    );
}
