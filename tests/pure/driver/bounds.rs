//! Output for a peer that does not read counts towards the cap, wherever it is queued.

use std::fmt::Write as _;

use nix::errno::Errno;
use verbatim::driver::{DriverLimits, ServerDriver};
use verbatim::server::{Boot, Config, Outcome, Server};
use verbatim::transport::{Front, LinkLimits, Output, Transport, TransportError};
use verbatim::visitor::MAX_WAITING_BYTES;
use verbatim::wire::Peer;

use super::{NOW, Socket};

/// The cap of a queue.
const MOST: usize = 8 << 10;

/// Alice on connection 0, in #lobby.
fn alice(config: Config) -> (ServerDriver<Socket>, Socket) {
    let link = LinkLimits { send_queue_bytes: MOST, ..LinkLimits::default() };
    let limits = DriverLimits { link, event_bytes: 64 << 10, ..DriverLimits::default() };
    let mut driver = ServerDriver::new(Server::new(config, Boot::foreseen(NOW)), limits, ());
    let alice = enter(&mut driver, Front::Irc, None, "NICK alice\r\nUSER a 0 * :a\r\nJOIN #lobby\r\n");
    assert!(alice.written().contains(" JOIN #lobby\r\n"));
    (driver, alice)
}

/// A new connection, which sends `input`. Everything that the server appends as a result is stored.
fn enter(
    driver: &mut ServerDriver<Socket>,
    front: Front,
    transport: Option<Box<dyn Transport>>,
    input: &str,
) -> Socket {
    let socket = Socket::default();
    if !input.is_empty() {
        socket.will_read(input);
    }
    let conn = driver.accept(NOW, socket.clone(), Peer::named("host"), front, |_, _| transport);
    driver.readable(conn);
    for _ in 0..5 {
        while driver.round(NOW) {}
        if let Some(commit) = driver.commit() {
            driver.settled(NOW, commit.upto, Outcome::Stored);
        }
    }
    socket
}

/// From now on the peer reads nothing.
fn reads_nothing(socket: &Socket) {
    socket.written();
    (0..1000).for_each(|_| socket.will_fail_to_write(Errno::EAGAIN));
}

/// Alice says `count` long lines in #lobby.
fn says(driver: &mut ServerDriver<Socket>, alice: &Socket, count: usize) {
    let mut lines = String::new();
    (0..count).for_each(|n| writeln!(lines, "PRIVMSG #lobby :{n} {}\r", "x".repeat(380)).expect("a string takes it"));
    alice.will_read(&lines);
    driver.readable(0);
    while driver.round(NOW) {}
}

const BOB: &str = "NICK bob\r\nUSER b 0 * :b\r\nJOIN #lobby\r\n";

#[test]
fn lines_not_yet_shown_to_a_visitor_count_towards_the_cap() {
    let (mut driver, alice) = alice(Config::default());
    let visitor = enter(&mut driver, Front::Visitor, None, "");
    assert!(visitor.written().contains("-- You are guest2, in #lobby."));
    reads_nothing(&visitor);
    says(&mut driver, &alice, 18);
    assert_eq!(driver.server().connections(), 2, "{} are queued", driver.pending_bytes(1));
    says(&mut driver, &alice, 4);
    assert_eq!((driver.server().connections(), driver.connections()), (1, 1));
}

#[test]
fn replies_of_a_visitors_front_count_towards_the_cap() {
    let (mut driver, _alice) = alice(Config::default());
    let visitor = enter(&mut driver, Front::Visitor, None, "");
    reads_nothing(&visitor);
    visitor.will_read(&"/nothing\n".repeat(50));
    driver.readable(1);
    while driver.round(NOW) {}
    assert_eq!(driver.server().connections(), 2, "{} are queued", driver.pending_bytes(1));
    visitor.will_read(&"/nothing\n".repeat(100));
    driver.readable(1);
    while driver.round(NOW) {}
    assert_eq!((driver.server().connections(), driver.connections()), (1, 1));
}

#[test]
fn a_visitor_who_reads_nothing_and_ends_their_input_is_closed() {
    let (mut driver, _alice) = alice(Config::default());
    let visitor = Socket::default();
    reads_nothing(&visitor);
    visitor.will_read("hi\n");
    visitor.will_read("");
    let conn = driver.accept(NOW, visitor.clone(), Peer::named("host"), Front::Visitor, |_, _| None);
    driver.readable(conn);
    while driver.round(NOW) {}
    assert_eq!(driver.server().connections(), 1);
}

#[test]
fn lines_count_towards_the_cap_as_soon_as_they_are_settled() {
    let (mut driver, alice) = alice(Config { log: true, ..Config::default() });
    let bob = enter(&mut driver, Front::Irc, None, BOB);
    reads_nothing(&bob);
    // Nothing can be written to bob, but held lines do not count against him.
    for count in [1, 30] {
        says(&mut driver, &alice, count);
        assert_eq!(driver.server().connections(), 2);
        let commit = driver.commit().expect("alice said something");
        driver.settled(NOW, commit.upto, Outcome::Stored);
        driver.round(NOW);
    }
    assert_eq!((driver.server().connections(), driver.connections()), (1, 1));
}

#[test]
fn a_peer_that_has_quit_and_does_not_read_its_last_lines_is_dropped() {
    let (mut driver, alice) = alice(Config { log: true, ..Config::default() });
    let bob = enter(&mut driver, Front::Irc, None, BOB);
    reads_nothing(&bob);
    says(&mut driver, &alice, 30);
    bob.will_read("QUIT\r\n");
    driver.readable(1);
    driver.round(NOW);
    assert_eq!((driver.server().connections(), driver.connections()), (1, 2), "it waits for the held lines");
    let commit = driver.commit().expect("alice said something");
    driver.settled(NOW, commit.upto, Outcome::Stored);
    driver.round(NOW);
    assert_eq!(driver.connections(), 1);
}

/// A transport that encodes each byte as ten.
#[derive(Debug)]
struct Wordy;

impl Transport for Wordy {
    fn opened(&mut self, _out: &mut Output) -> Result<(), TransportError> {
        Ok(())
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.irc.extend_from_slice(raw);
        Ok(())
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        (0..10).for_each(|_| out.raw.extend_from_slice(irc));
        Ok(())
    }
}

#[test]
fn bytes_added_by_a_transport_count_towards_the_cap() {
    let (mut driver, alice) = alice(Config::default());
    let bob = enter(&mut driver, Front::Irc, Some(Box::new(Wordy)), BOB);
    reads_nothing(&bob);
    says(&mut driver, &alice, 1);
    assert_eq!(driver.server().connections(), 2);
    says(&mut driver, &alice, 1);
    // The transport gets more lines when those before are written.
    bob.0.borrow_mut().writes.clear();
    bob.will_fail_to_write(Errno::EINTR);
    driver.writable(1);
    driver.round(NOW);
    reads_nothing(&bob);
    says(&mut driver, &alice, 3);
    assert_eq!((driver.server().connections(), driver.connections()), (1, 1));
}

#[test]
fn a_peer_that_reads_is_not_dropped_when_the_kernel_lacks_buffers() {
    let (mut driver, alice) = alice(Config::default());
    let bob = enter(&mut driver, Front::Irc, None, BOB);
    bob.written();
    bob.will_fail_to_write(Errno::ENOBUFS);
    says(&mut driver, &alice, 40);
    assert_eq!(driver.server().connections(), 2);
    assert_eq!(bob.written().lines().count(), 40);
}

/// A transport that answers every byte itself.
#[derive(Debug)]
struct Parrot;

impl Transport for Parrot {
    fn opened(&mut self, _out: &mut Output) -> Result<(), TransportError> {
        Ok(())
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.raw.extend_from_slice(raw);
        Ok(())
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.raw.extend_from_slice(irc);
        Ok(())
    }
}

#[test]
fn replies_of_a_transport_count_towards_the_cap() {
    let (mut driver, _alice) = alice(Config::default());
    let bob = enter(&mut driver, Front::Irc, Some(Box::new(Parrot)), "x");
    reads_nothing(&bob);
    for (bytes, connections) in [(MOST / 2, 2), (MOST, 1)] {
        bob.will_read(&"x".repeat(bytes));
        driver.readable(1);
        while driver.round(NOW) {}
        assert_eq!(driver.server().connections(), connections, "{} are queued", driver.pending_bytes(1));
    }
}

#[test]
fn a_visitor_who_types_endlessly_before_joining_is_dropped() {
    let (mut driver, _alice) = alice(Config { log: true, ..Config::default() });
    let visitor = Socket::default();
    (0..MAX_WAITING_BYTES / 100).for_each(|_| visitor.will_read(&format!("{}\n", "x".repeat(80))));
    let conn = driver.accept(NOW, visitor.clone(), Peer::named("host"), Front::Visitor, |_, _| None);
    driver.readable(conn);
    while driver.round(NOW) {}
    assert_eq!(driver.server().connections(), 2, "the JOIN is not settled");
    (0..MAX_WAITING_BYTES / 100).for_each(|_| visitor.will_read(&format!("{}\n", "x".repeat(80))));
    driver.readable(1);
    while driver.round(NOW) {}
    assert_eq!(driver.server().connections(), 1);
}
