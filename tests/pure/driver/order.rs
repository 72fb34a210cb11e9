//! What a round handles first: what became ready first, and input before deadlines.

use std::time::Duration;

use nix::errno::Errno;
use verbatim::client;
use verbatim::driver::DriverLimits;
use verbatim::server::Config;
use verbatim::transport::Front;
use verbatim::wire::Peer;

use super::{NOW, Socket, a_person, two_people, with_a_handshake_pending};

#[test]
fn the_end_of_an_old_connection_is_handled_before_the_lines_of_a_newer_one() {
    let ends: [fn(&Socket); 2] = [|alice| alice.will_read(""), |alice| alice.will_fail_to_read(Errno::ECONNRESET)];
    for ends in ends {
        let (mut driver, alice, _bob) = two_people();
        ends(&alice);
        let again = Socket::default();
        again.will_read("NICK alice\r\nUSER alice 0 * :alice\r\n");
        // The listener is reported first, the old connection next, and the new one as soon as it is polled.
        let conn = driver.accept(NOW, again.clone(), Peer::named("host"), Front::Irc, |_, _| None);
        driver.round(NOW);
        driver.readable(0);
        driver.readable(conn);
        driver.round(NOW);
        let written = again.written();
        assert!(written.contains(" 001 alice ") && !written.contains(" 433 "), "{written}");
    }
}

#[test]
fn a_process_that_was_stopped_reads_what_waits_before_any_deadline() {
    let Config { ping_interval, ping_timeout, registration_timeout, .. } = Config::default();
    let (mut driver, alice, bob) = two_people();
    driver.round(NOW + ping_interval);
    for socket in [&alice, &bob] {
        let written = socket.written();
        assert!(written.contains("PING "), "{written}");
    }
    let carol = Socket::default();
    let pinged = NOW + ping_interval;
    let conn = driver.accept(pinged, carol.clone(), Peer::named("host"), Front::Irc, |_, _| None);
    driver.round(pinged);
    // Stopped here for an hour; meanwhile two of them have sent what was due.
    alice.will_read("PONG verbatim.local\r\n");
    carol.will_read("NICK carol\r\nUSER carol 0 * :carol\r\n");
    driver.readable(0);
    driver.readable(conn);
    let late = pinged + ping_timeout.max(registration_timeout) + Duration::from_secs(3600);
    driver.round(late);
    assert!(!alice.is_ended() && bob.is_ended(), "{}{}", alice.written(), bob.written());
    assert!(carol.written().contains(" 001 carol ") && !carol.is_ended());
}

#[test]
fn a_handshake_that_waits_to_be_read_is_in_time() {
    let (mut driver, carol) = with_a_handshake_pending();
    carol.will_read("!PING x\r\n");
    driver.readable(2);
    driver.round(NOW + 2 * DriverLimits::default().handshake);
    assert_eq!(carol.written(), ":verbatim.local PONG verbatim.local :x\r\n");
}

#[test]
fn a_client_that_was_stopped_reads_what_waits_before_any_deadline() {
    let (mut driver, socket) = a_person();
    let pinged = NOW + client::SILENCE_BEFORE_PING;
    driver.round(pinged);
    assert!(socket.written().starts_with("PING "));
    socket.will_read(":srv PONG srv :verbatim\r\n:srv PING x\r\n");
    driver.readable();
    let late = pinged + client::SILENCE_AFTER_PING + Duration::from_secs(3600);
    driver.round(late);
    driver.round(late);
    let written = socket.written();
    assert!(driver.stream().is_some() && written.contains("PONG"), "{written}");
}
