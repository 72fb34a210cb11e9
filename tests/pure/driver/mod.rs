//! How the drivers handle each error of a socket. The sockets are the test's own.

mod bounds;
mod closing;
mod long_replies;
mod order;
mod settling;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use nix::errno::Errno;
use verbatim::client::{self, Client};
use verbatim::driver::{ClientDriver, DriverLimits, Request, ServerDriver, ServerObserver, ServerRequest, Stream};
use verbatim::server::{Actions, Answer, Boot, Config, Event, Server};
use verbatim::time::{Now, Time};
use verbatim::transport::{Front, Link, LinkLimits, Output, Transport, TransportError};
use verbatim::wire::{Line, Peer};

const NOW: Now = Now { mono: Time::from_secs(1000), wall: Time::from_secs(1_000_000_000) };

/// Both clocks at a deadline.
fn at(deadline: Time) -> Now {
    NOW + deadline.since(NOW.mono)
}

/// What a socket will return, and what was written to it.
#[derive(Debug, Default)]
struct Script {
    /// The results of reads; after them, reads fail with EAGAIN.
    reads: VecDeque<Result<String, Errno>>,
    /// The errors of writes; after them, everything is accepted.
    writes: VecDeque<Errno>,
    written: String,
    /// The driver has shut down its direction.
    ended: bool,
}

#[derive(Clone, Debug, Default)]
struct Socket(Rc<RefCell<Script>>);

impl io::Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut script = self.0.borrow_mut();
        let mut bytes = script.reads.pop_front().unwrap_or(Err(Errno::EAGAIN))?;
        if bytes.len() > buffer.len() {
            script.reads.push_front(Ok(bytes.split_off(buffer.len())));
        }
        buffer[..bytes.len()].copy_from_slice(bytes.as_bytes());
        Ok(bytes.len())
    }
}

impl Stream for Socket {
    fn end(&mut self) {
        self.0.borrow_mut().ended = true;
    }
}

impl io::Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut script = self.0.borrow_mut();
        if let Some(error) = script.writes.pop_front() {
            return Err(error.into());
        }
        script.written += std::str::from_utf8(bytes).expect("the server writes text");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Socket {
    fn will_read(&self, bytes: &str) {
        self.0.borrow_mut().reads.push_back(Ok(bytes.into()));
    }

    fn will_fail_to_read(&self, error: Errno) {
        self.0.borrow_mut().reads.push_back(Err(error));
    }

    fn will_fail_to_write(&self, error: Errno) {
        self.0.borrow_mut().writes.push_back(error);
    }

    fn is_ended(&self) -> bool {
        self.0.borrow().ended
    }

    /// What was written since the last call.
    fn written(&self) -> String {
        std::mem::take(&mut self.0.borrow_mut().written)
    }
}

/// A client that a server has welcomed as alice.
fn a_person() -> (ClientDriver<Socket>, Socket) {
    let config =
        client::Config { nick: "alice".into(), channels: vec!["#lobby".into()], seed: 1, ..client::Config::default() };
    let mut driver = ClientDriver::new(Client::new(config), LinkLimits::default(), ());
    let socket = Socket::default();
    driver.tell(NOW, client::Event::Started);
    driver.connected(NOW, socket.clone(), None);
    socket.will_read(":srv 001 alice :Welcome\r\n:srv 422 alice :No MOTD\r\n:alice!~a@h JOIN #lobby\r\n");
    driver.round(NOW);
    driver.round(NOW);
    while driver.request().is_some() {}
    assert!(socket.written().ends_with("JOIN #lobby\r\n"));
    (driver, socket)
}

/// A server with alice and bob in #lobby, on connections 0 and 1.
fn two_people() -> (ServerDriver<Socket>, Socket, Socket) {
    let mut driver =
        ServerDriver::new(Server::new(Config::default(), Boot::foreseen(NOW)), DriverLimits::default(), ());
    let sockets = ["alice", "bob"].map(|nick| {
        let socket = Socket::default();
        socket.will_read(&format!("NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\nJOIN #lobby\r\n"));
        let conn = driver.accept(NOW, socket.clone(), Peer::named("host"), Front::Irc, |_, _| None);
        driver.readable(conn);
        driver.round(NOW);
        assert!(socket.written().contains(" JOIN #lobby\r\n"), "{nick} is there");
        socket
    });
    let [alice, bob] = sockets;
    alice.written();
    (driver, alice, bob)
}

#[test]
fn a_call_that_was_interrupted_is_made_again() {
    let (mut driver, alice, bob) = two_people();
    alice.will_fail_to_read(Errno::EINTR);
    alice.will_read("PRIVMSG #lobby :hello\r\n");
    bob.will_fail_to_write(Errno::EINTR);
    driver.readable(0);
    driver.round(NOW);
    assert_eq!(bob.written(), ":alice!~alice@host PRIVMSG #lobby :hello\r\n");
}

#[test]
fn a_write_that_fails_for_lack_of_buffers_is_repeated_later() {
    let (mut driver, alice, bob) = two_people();
    alice.will_read("PRIVMSG #lobby :hello\r\n");
    bob.will_fail_to_write(Errno::ENOBUFS);
    driver.readable(0);
    assert!(!driver.round(NOW), "not at once: that would be a busy loop");
    assert_eq!((bob.written(), driver.connections()), (String::new(), 2));
    let retry = driver.deadline().expect("it is tried again");
    assert!(retry > NOW.mono && retry <= NOW.mono + Duration::from_millis(100), "{retry:?}");
    driver.round(at(retry));
    assert_eq!(bob.written(), ":alice!~alice@host PRIVMSG #lobby :hello\r\n");
}

#[test]
fn a_broken_connection_ends_and_the_others_are_told_once() {
    let quit = ":alice!~alice@host QUIT :Connection reset by peer\r\n";
    for error in [Errno::ECONNRESET, Errno::ECONNABORTED, Errno::ETIMEDOUT, Errno::EPIPE, Errno::EHOSTUNREACH] {
        let (mut driver, alice, bob) = two_people();
        alice.will_fail_to_read(error);
        driver.readable(0);
        driver.round(NOW);
        assert_eq!((bob.written().as_str(), driver.connections()), (quit, 1), "reading: {error}");

        let (mut driver, alice, bob) = two_people();
        bob.will_read("PRIVMSG #lobby :are you there?\r\n");
        alice.will_fail_to_write(error);
        driver.readable(1);
        driver.round(NOW);
        assert_eq!((bob.written().as_str(), driver.connections()), (quit, 1), "writing: {error}");
        assert!(driver.stream(0).is_none() && Rc::strong_count(&alice.0) == 1, "the socket is given back");
    }
}

#[test]
fn a_peer_that_sends_endlessly_does_not_delay_others() {
    let (mut driver, alice, bob) = two_people();
    let line = format!("PRIVMSG nobody :{}\r\n", "x".repeat(400));
    (0..200).for_each(|_| alice.will_read(&line));
    bob.will_read("PING x\r\n");
    driver.readable(0);
    driver.readable(1);
    assert!(driver.round(NOW), "alice has more to say");
    let left = alice.0.borrow().reads.len();
    let budget = DriverLimits::default().link.read_budget_bytes;
    assert!(left >= 200 - budget / line.len() - 1, "{left} of 200 lines are left");
    assert!(bob.written().contains(" PONG "), "bob is answered in the same round");
    while driver.round(NOW) {}
    assert!(alice.0.borrow().reads.is_empty(), "and no edge is needed for the rest");
}

/// The most actions that one event caused.
#[derive(Default)]
struct MostAtOnce(usize);

impl ServerObserver for MostAtOnce {
    fn event(&mut self, _now: Now, _event: &Event<'_>) {}

    fn actions(&mut self, _now: Now, actions: &Actions) {
        self.0 = self.0.max(actions.list().len());
    }
}

#[test]
fn a_peer_that_reads_nothing_is_dropped_before_all_replies_are_made() {
    let link = LinkLimits { send_queue_bytes: 8 << 10, ..LinkLimits::default() };
    let limits = DriverLimits { link, event_bytes: 1024, ..DriverLimits::default() };
    let mut driver =
        ServerDriver::new(Server::new(Config::default(), Boot::foreseen(NOW)), limits, MostAtOnce::default());
    let greedy = Socket::default();
    greedy.will_read("NICK greedy\r\nUSER g 0 * :g\r\nJOIN #lobby\r\n");
    let conn = driver.accept(NOW, greedy.clone(), Peer::named("host"), Front::Irc, |_, _| None);
    driver.readable(conn);
    driver.round(NOW);
    (0..100).for_each(|_| greedy.will_fail_to_write(Errno::EAGAIN));
    greedy.will_read(&"NAMES #lobby\r\n".repeat(1000));
    driver.readable(0);
    driver.round(NOW);
    assert_eq!((driver.connections(), driver.server().connections()), (0, 0), "cut off");
    let most = limits.event_bytes / "NAMES #lobby\r\n".len() * 2 + 2;
    assert!(driver.observer.0 <= most, "{} lines were made at once", driver.observer.0);
}

#[test]
fn a_client_sends_a_line_once_whatever_error_the_kernel_returns() {
    for error in [Errno::EINTR, Errno::ENOBUFS] {
        let (mut driver, socket) = a_person();
        socket.will_fail_to_write(error);
        driver.tell(NOW, client::Event::Typed { bytes: b"hello\n" });
        driver.round(NOW);
        driver.round(at(driver.deadline().expect("the client waits for an answer, or for the kernel")));
        assert!(socket.written().starts_with("PRIVMSG #lobby :hello\r\nPING "), "{error}");
        assert!(socket.written().is_empty() && driver.pending_bytes() == 0, "{error}");
    }
}

#[test]
fn the_client_says_in_words_how_the_connection_was_lost() {
    for (error, words) in [(Errno::ECONNRESET, "connection reset"), (Errno::ETIMEDOUT, "timed out")] {
        let (mut driver, socket) = a_person();
        socket.will_fail_to_read(error);
        driver.readable();
        driver.round(NOW);
        assert!(driver.stream().is_none() && Rc::strong_count(&socket.0) == 1, "the socket is given back");
        let Some(Request::Show(client::Entry::Status { text })) = driver.request() else {
            panic!("no status is shown")
        };
        assert!(text.starts_with(&format!("connection lost: {words}; trying again")), "{text}");
    }
}

/// A transport with a goodbye: EOT, the byte 4.
#[derive(Debug)]
struct Telegraph;

impl Transport for Telegraph {
    fn opened(&mut self, _out: &mut Output) -> Result<(), TransportError> {
        Ok(())
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        let end = raw.iter().position(|byte| *byte == 4);
        out.irc.extend_from_slice(&raw[..end.unwrap_or(raw.len())]);
        out.ended |= end.is_some();
        Ok(())
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.raw.extend_from_slice(irc);
        Ok(())
    }
}

#[test]
fn input_before_a_goodbye_is_handled_after_the_password_is_verified() {
    let config = Config { password: Some("sesame".into()), ..Config::default() };
    let mut driver = ServerDriver::new(Server::new(config, Boot::foreseen(NOW)), DriverLimits::default(), ());
    let lines = "PASS sesame\r\nNICK alice\r\nUSER a 0 * :Alice\r\nPING one\r\nPING two\r\n";
    let with_end = format!("{lines}\u{4}");
    // Also with a transport that buffers everything until its peer ends.
    for (reads, letter) in [(vec![lines, ""], false), (vec![&with_end], false), (vec![lines, ""], true)] {
        let transport =
            || -> Box<dyn Transport> { if letter { Box::new(Letter(Vec::new())) } else { Box::new(Telegraph) } };
        let socket = Socket::default();
        reads.iter().for_each(|bytes| socket.will_read(bytes));
        let conn = driver.accept(NOW, socket.clone(), Peer::named("host"), Front::Irc, |_, _| Some(transport()));
        driver.readable(conn);
        driver.round(NOW);
        let Some(ServerRequest::Ask { ask, .. }) = driver.request() else { panic!("the password is to be verified") };
        driver.answered(NOW, Some(ask), Answer::Verified { right: true });
        driver.round(NOW);
        driver.round(NOW);
        let written = socket.written();
        assert!(written.contains(" 001 alice ") && written.contains(" PONG verbatim.local :two\r\n"), "{written}");
        driver.round(NOW + DriverLimits::default().linger);
        assert_eq!((driver.connections(), driver.server().connections()), (0, 0), "no connection remains");
    }
}

/// Only the rest of the current read is in memory; everything else stays in the socket.
#[test]
fn a_connection_that_waits_for_an_answer_is_not_read_from() {
    let config = Config { password: Some("sesame".into()), ..Config::default() };
    let limits = DriverLimits { event_bytes: 30, ..DriverLimits::default() };
    let mut driver = ServerDriver::new(Server::new(config, Boot::foreseen(NOW)), limits, ());
    for transport in [false, true] {
        let alice = Socket::default();
        alice.will_read("PASS sesame\r\nNICK alice\r\nUSER a 0 * :Alice\r\nPING one\r\nPI");
        alice.will_read("NG two\r\nPING three\r\n");
        let conn = driver.accept(NOW, alice.clone(), Peer::named("host"), Front::Irc, |_, _| {
            transport.then(|| Box::new(Telegraph) as Box<dyn Transport>)
        });
        driver.readable(conn);
        while driver.round(NOW) {}
        for _ in 0..3 {
            driver.readable(conn);
            while driver.round(NOW) {}
        }
        let unread = alice.0.borrow().reads.len();
        assert_eq!((unread, alice.written()), (1, String::new()));
        let Some(ServerRequest::Ask { ask, .. }) = driver.request() else { panic!("the password is to be verified") };
        driver.answered(NOW, Some(ask), Answer::Verified { right: true });
        while driver.round(NOW) {}
        let written = alice.written();
        let pongs: Vec<&str> =
            written.lines().filter_map(|line| line.split_once(" PONG ")).map(|pong| pong.1).collect();
        assert_eq!(pongs, ["verbatim.local :one", "verbatim.local :two", "verbatim.local :three"]);
        alice.will_read("QUIT\r\n");
        driver.readable(conn);
        while driver.round(NOW) {}
    }
}

/// A transport that buffers everything until it knows that nothing follows.
#[derive(Debug)]
struct Letter(Vec<u8>);

impl Transport for Letter {
    fn opened(&mut self, _out: &mut Output) -> Result<(), TransportError> {
        Ok(())
    }

    fn received(&mut self, raw: &[u8], _out: &mut Output) -> Result<(), TransportError> {
        self.0.extend_from_slice(raw);
        Ok(())
    }

    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        out.irc.append(&mut self.0);
        out.ended = true;
        Ok(())
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.raw.extend_from_slice(irc);
        Ok(())
    }
}

#[test]
fn lines_that_a_transport_completes_at_the_end_are_handled() {
    let (mut driver, _alice, bob) = two_people();
    let carol = Socket::default();
    carol.will_read("NICK carol\r\nUSER carol 0 * :carol\r\nPRIVMSG bob :hello\r\n");
    carol.will_read("");
    let conn =
        driver.accept(NOW, carol.clone(), Peer::named("host"), Front::Irc, |_, _| Some(Box::new(Letter(Vec::new()))));
    driver.readable(conn);
    driver.round(NOW);
    assert_eq!(bob.written(), ":carol!~carol@host PRIVMSG bob :hello\r\n");
    assert!(carol.written().contains(" 001 carol "), "and there is a reply");
}

/// A transport whose handshake is one byte from the peer.
#[derive(Debug, Default)]
struct Knock(bool);

impl Transport for Knock {
    fn opened(&mut self, _out: &mut Output) -> Result<(), TransportError> {
        Ok(())
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        let from = usize::from(!std::mem::replace(&mut self.0, true));
        out.irc.extend_from_slice(&raw[from..]);
        Ok(())
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        assert!(self.0, "nothing is sent before a transport is open");
        out.raw.extend_from_slice(irc);
        Ok(())
    }

    fn close(&mut self, out: &mut Output) {
        out.raw.extend_from_slice(b"(goodbye)");
    }

    fn is_open(&self) -> bool {
        self.0
    }
}

/// The two users, and a connection in its handshake.
fn with_a_handshake_pending() -> (ServerDriver<Socket>, Socket) {
    let (mut driver, _alice, _bob) = two_people();
    let carol = Socket::default();
    let conn =
        driver.accept(NOW, carol.clone(), Peer::named("host"), Front::Irc, |_, _| Some(Box::new(Knock::default())));
    driver.readable(conn);
    driver.round(NOW);
    assert_eq!((driver.connections(), driver.server().connections()), (3, 2));
    (driver, carol)
}

#[test]
fn the_server_learns_of_a_connection_when_its_handshake_is_done() {
    let (mut driver, carol) = with_a_handshake_pending();
    carol.will_read("!PING x\r\n");
    driver.readable(2);
    driver.round(NOW + Duration::from_secs(14));
    assert_eq!(
        (driver.server().connections(), carol.written().as_str()),
        (3, ":verbatim.local PONG verbatim.local :x\r\n")
    );
    driver.round(NOW + DriverLimits::default().handshake);
    assert_eq!(driver.connections(), 3, "the handshake is over, so its timeout does not apply");
}

#[test]
fn an_endless_handshake_is_aborted_in_time() {
    let (mut driver, _carol) = with_a_handshake_pending();
    let end = NOW + DriverLimits::default().handshake;
    assert!(driver.deadline().is_some_and(|deadline| deadline <= end.mono));
    driver.round(NOW + Duration::from_secs(14));
    assert_eq!(driver.connections(), 3);
    driver.round(end);
    assert_eq!((driver.connections(), driver.server().connections()), (2, 2));
}

#[test]
fn a_server_that_stops_does_not_wait_for_handshakes() {
    let (mut driver, carol) = with_a_handshake_pending();
    driver.stop(NOW);
    driver.round(NOW);
    assert!(carol.is_ended());
    driver.round(NOW + DriverLimits::default().linger);
    assert_eq!(driver.connections(), 0);
}

#[test]
fn a_line_queued_during_the_handshake_counts_and_is_sent_after_it() {
    let limits = LinkLimits::default();
    let (mut link, mut scratch) = (Link::new(Some(Box::new(Knock::default()))), Vec::new());
    link.push(Line::new(b"PING x\r\n"));
    assert_eq!(link.gather(&mut scratch, &limits), Ok(&b""[..]));
    assert_eq!(link.pending_bytes(), 8);
    assert_eq!(link.received(b"!"), Ok(None));
    assert_eq!(link.gather(&mut scratch, &limits), Ok(&b"PING x\r\n"[..]));
}
