//! What a round handles first: what became ready first, and input before deadlines.

use std::time::Duration;

use nix::errno::Errno;
use verbatim::client;
use verbatim::driver::{DriverLimits, ServerDriver, ServerRequest};
use verbatim::server::{Answer, Boot, Config, Operator, PRIVILEGES, Question, Server, Usage};
use verbatim::transport::{Front, LinkLimits};
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

/// Only the answer wakes the driver: the socket reports nothing more.
#[test]
fn after_each_kind_of_answer_a_connection_is_read_on() {
    let privileges = PRIVILEGES.iter().map(|row| row.1).collect();
    let root = Operator { name: "root".into(), password: "sesame".into(), hosts: Vec::new(), privileges };
    let config = Config { operators: vec![root], ..Config::default() };
    let mut driver = ServerDriver::new(Server::new(config, Boot::foreseen(NOW)), DriverLimits::default(), ());
    let alice = Socket::default();
    let conn = driver.accept(NOW, alice.clone(), Peer::named("host"), Front::Irc, |_, _| None);
    alice.will_read("NICK alice\r\nUSER a 0 * :a\r\n");
    for (number, command) in ["OPER root sesame", "REHASH", "STATS r"].into_iter().enumerate() {
        alice.will_read(&format!("{command}\r\n"));
        alice.will_read(&format!("PING {number}\r\n"));
        driver.readable(conn);
        while driver.round(NOW) {}
        assert!(!alice.written().contains(" PONG "), "{command}: the rest waits");
        let Some(ServerRequest::Ask { ask, question }) = driver.request() else { panic!("{command} asks") };
        let answer = match question {
            Question::Verify { .. } => Answer::Verified { right: true },
            Question::Reload => Answer::Reloaded(Err("there is no file")),
            Question::Usage => Answer::Used(Usage { user: Duration::ZERO, system: Duration::ZERO, memory_kib: 0 }),
        };
        driver.answered(NOW, Some(ask), answer);
        while driver.round(NOW) {}
        let written = alice.written();
        assert!(written.contains(&format!(" PONG verbatim.local :{number}\r\n")), "{command}: {written}");
    }
}

/// The stream accepts everything, so it never reports that it does so again.
#[test]
fn output_beyond_one_rounds_budget_is_written_in_the_next() {
    let link = LinkLimits { write_bytes: 100, ..LinkLimits::default() };
    let limits = DriverLimits { link, ..DriverLimits::default() };
    let mut driver = ServerDriver::new(Server::new(Config::default(), Boot::foreseen(NOW)), limits, ());
    let alice = Socket::default();
    alice.will_read("NICK alice\r\nUSER a 0 * :a\r\n");
    let conn = driver.accept(NOW, alice.clone(), Peer::named("host"), Front::Irc, |_, _| None);
    driver.readable(conn);
    while driver.round(NOW) {}
    let written = alice.written();
    assert_eq!(driver.pending_bytes(conn), 0);
    assert!(written.len() > 1000 && written.ends_with(" :MOTD File is missing\r\n"), "{written}");
}
