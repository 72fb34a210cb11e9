//! Visitors of `plain+tcp` and an IRC client, with the production driver and server.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;

use verbatim::driver::{DriverLimits, ServerDriver, Stream};
use verbatim::server::{Boot, Config, Server};
use verbatim::time::{Now, Time};
use verbatim::transport::{Front, ServerSettings, Trusted, Url};

const NOW: Now = Now::both(Time::from_secs(1_700_000_000));

/// The far end of a stream: what it sends, and what it has received.
#[derive(Clone, Default)]
struct Peer(Rc<RefCell<Wire>>);

#[derive(Default)]
struct Wire {
    sends: VecDeque<u8>,
    ended: bool,
    got: Vec<u8>,
}

impl io::Read for Peer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut wire = self.0.borrow_mut();
        if wire.sends.is_empty() && !wire.ended {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        io::Read::read(&mut wire.sends, buffer)
    }
}

impl Stream for Peer {
    /// A peer that gets a goodbye hangs up.
    fn end(&mut self) {
        self.0.borrow_mut().ended = true;
    }
}

impl io::Write for Peer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().got.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A server and its connections, numbered in the order in which they come.
struct Room {
    driver: ServerDriver<Peer>,
    peers: Vec<Peer>,
}

impl Room {
    fn new() -> Self {
        let server = Server::new(Config::default(), Boot::foreseen(NOW));
        Self { driver: ServerDriver::new(server, DriverLimits::default(), ()), peers: Vec::new() }
    }

    fn connect(&mut self, is_visitor: bool) -> u32 {
        let peer = Peer::default();
        self.peers.push(peer.clone());
        let front = if is_visitor { Front::Visitor } else { Front::Irc };
        self.driver.accept(NOW, peer, verbatim::wire::Peer::named("127.0.0.1"), front, |_, _| None)
    }

    fn send(&mut self, conn: u32, bytes: &str) {
        self.peers[conn as usize].0.borrow_mut().sends.extend(bytes.as_bytes());
        self.driver.readable(conn);
        while self.driver.round(NOW) {}
    }

    /// What has arrived at `conn` since the last call.
    fn got(&mut self, conn: u32) -> String {
        while self.driver.round(NOW) {}
        String::from_utf8(std::mem::take(&mut self.peers[conn as usize].0.borrow_mut().got)).unwrap()
    }
}

#[test]
fn visitors_and_irc_clients_talk_to_each_other() {
    let mut room = Room::new();
    let alice = room.connect(false);
    room.send(alice, "NICK alice\r\nUSER alice 0 * :Alice\r\nJOIN #lobby\r\nTOPIC #lobby :tea\r\n");
    let visitor = room.connect(true);
    let greeting = room.got(visitor);
    assert!(
        greeting.ends_with("-- You are guest2, in #lobby.\n-- The topic: tea\n-- Here: alice, guest2\n"),
        "{greeting}"
    );
    room.got(alice);

    room.send(visitor, "hello\n");
    assert_eq!(room.got(alice), ":guest2!~guest@127.0.0.1 PRIVMSG #lobby :hello\r\n");
    room.send(alice, "PRIVMSG #lobby :hi\r\nPRIVMSG guest2 :psst\r\nPART #lobby :tea time\r\n");
    assert_eq!(room.got(visitor), "alice: hi\nalice (to you): psst\n-- alice left (tea time)\n");
    room.send(visitor, "/nick amy\n/who\n/quit\n");
    assert!(room.got(visitor).starts_with("-- You are amy now\n-- Here: amy\n-- "));
    assert_eq!(room.driver.connections(), 1);
}

#[test]
fn lines_of_a_visitor_are_never_too_long_for_the_server() {
    let mut room = Room::new();
    let alice = room.connect(false);
    room.send(alice, "NICK alice\r\nUSER alice 0 * :Alice\r\nJOIN #lobby\r\n");
    let visitor = room.connect(true);
    room.send(visitor, &format!("/nick {}\n{}\n", "n".repeat(30), "é".repeat(1500)));
    let heard = room.got(alice);
    assert_eq!(heard.matches('é').count(), 1500);
    assert!(!room.got(visitor).contains("refused"));
}

#[test]
fn the_lines_of_a_visitor_who_hangs_up_at_once_are_sent() {
    let mut room = Room::new();
    let alice = room.connect(false);
    room.send(alice, "NICK guest2\r\nUSER alice 0 * :Alice\r\nJOIN #lobby\r\n");
    room.got(alice);
    let visitor = room.connect(true);
    room.peers[visitor as usize].0.borrow_mut().ended = true;
    room.send(visitor, "hi\nthere\n");
    let heard = room.got(alice);
    let said: Vec<&str> = heard.lines().filter_map(|line| line.split_once(' ').map(|(_, said)| said)).collect();
    assert_eq!(said, ["JOIN #lobby", "PRIVMSG #lobby :hi", "PRIVMSG #lobby :there", "QUIT :Connection closed"]);
    assert!(room.got(visitor).contains("-- You are guest3, in #lobby.\n"));
    assert_eq!(room.driver.connections(), 1);
}

#[test]
fn a_visitor_who_hangs_up_in_mid_line_is_told() {
    let mut room = Room::new();
    let alice = room.connect(false);
    room.send(alice, "NICK alice\r\nUSER alice 0 * :Alice\r\nJOIN #lobby\r\n");
    room.got(alice);
    let visitor = room.connect(true);
    room.peers[visitor as usize].0.borrow_mut().ended = true;
    room.send(visitor, "hi\nthere");
    let heard = room.got(alice);
    assert!(heard.contains(" PRIVMSG #lobby :hi\r\n") && !heard.contains("there"), "{heard}");
    assert!(room.got(visitor).ends_with("-- Your last line had no line end: it was not sent.\n"));
}

#[test]
fn a_visitor_who_speaks_http_is_not_heard_in_the_lobby() {
    let mut room = Room::new();
    let alice = room.connect(false);
    room.send(alice, "NICK alice\r\nUSER alice 0 * :Alice\r\nJOIN #lobby\r\n");
    let visitor = room.connect(true);
    room.got(alice);
    room.send(visitor, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(room.got(alice), ":guest2!~guest@127.0.0.1 QUIT :This is not a web server\r\n");
    assert!(room.got(visitor).ends_with("-- This is not a web server. Goodbye.\n"));
    assert_eq!(room.driver.connections(), 1);
}

#[test]
fn a_visitor_who_quits_and_hangs_up_at_once_quits_once() {
    let mut room = Room::new();
    let alice = room.connect(false);
    room.send(alice, "NICK alice\r\nUSER alice 0 * :Alice\r\nJOIN #lobby\r\n");
    room.got(alice);
    let visitor = room.connect(true);
    room.peers[visitor as usize].0.borrow_mut().ended = true;
    room.send(visitor, "hi\n/quit bye\n");
    let heard = room.got(alice);
    assert_eq!(heard.matches(" QUIT :Quit: bye\r\n").count(), 1, "{heard}");
    assert_eq!(heard.matches("QUIT").count(), 1, "{heard}");
    assert!(room.got(visitor).ends_with("-- Goodbye.\n"));
    assert_eq!(room.driver.connections(), 1);
}

#[test]
fn a_visitor_behind_a_proxy_is_greeted_after_the_header() {
    let mut room = Room::new();
    let alice = room.connect(false);
    room.send(alice, "NICK alice\r\nUSER alice 0 * :Alice\r\nJOIN #lobby\r\n");
    let url: Url = "plain+tcp://localhost?proxy=true".parse().unwrap();
    let trusted = Trusted(vec!["127.0.0.1".parse().unwrap()]);
    let settings = ServerSettings { trusted, ..ServerSettings::default() };
    let (peer, proxy) = (Peer::default(), verbatim::wire::Peer::at("127.0.0.1".parse().unwrap()));
    room.peers.push(peer.clone());
    let visitor =
        room.driver.accept(NOW, peer, proxy, url.scheme.front, |conn, peer| url.accept(conn, peer, &settings));
    assert_eq!(room.got(visitor), "", "a visitor is greeted only when their address is known");
    room.send(visitor, "PROXY TCP4 192.0.2.7 198.51.100.1 40000 6697\r\nhello\n");
    assert!(room.got(visitor).starts_with("Welcome!"));
    let heard = room.got(alice);
    assert!(heard.contains(":guest2!~guest@192.0.2.7 PRIVMSG #lobby :hello\r\n"), "{heard}");
    // Replies go back through the proxy, too.
    room.send(alice, "PRIVMSG #lobby :hi\r\n");
    assert!(room.got(visitor).ends_with("alice: hi\n"));
}

/// A visitor who types bytes that are not text, and reads a given number of bytes with each write.
#[derive(Clone, Default)]
struct Slow(Rc<RefCell<Taken>>);

#[derive(Default)]
struct Taken {
    typed: usize,
    at_once: usize,
    shown: Vec<u8>,
}

impl io::Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut taken = self.0.borrow_mut();
        if taken.typed == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        taken.typed -= 1;
        b"\xff\n".as_slice().read(buffer)
    }
}

impl Stream for Slow {
    fn end(&mut self) {}
}

impl io::Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = self.0.borrow_mut();
        let count = std::mem::take(&mut taken.at_once).min(bytes.len());
        taken.shown.extend_from_slice(&bytes[..count]);
        if count == 0 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(count) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_slow_reader_is_shown_everything_in_order() {
    let server = Server::new(Config::default(), Boot::foreseen(NOW));
    let (mut driver, slow) = (ServerDriver::new(server, DriverLimits::default(), ()), Slow::default());
    slow.0.borrow_mut().typed = 1;
    let conn = driver.accept(NOW, slow.clone(), verbatim::wire::Peer::named("h"), Front::Visitor, |_, _| None);
    driver.readable(conn);
    for count in (0..60).chain([usize::MAX; 3]) {
        let typed = usize::from(count < usize::MAX);
        (slow.0.borrow_mut().typed, slow.0.borrow_mut().at_once) = (typed, count);
        driver.readable(conn);
        driver.writable(conn);
        driver.round(NOW);
    }
    assert_eq!(driver.pending_bytes(conn), 0);
    let shown = String::from_utf8(std::mem::take(&mut slow.0.borrow_mut().shown)).unwrap();
    assert!(shown.starts_with("Welcome! "), "{shown}");
    let refusals = shown.lines().filter(|line| *line == "-- That line is not UTF-8: it was not sent.");
    assert_eq!(refusals.count(), 60);
    let rest = ["-- There is no message of the day", "-- You are guest1, in #lobby.", "-- Here: guest1"];
    assert!(shown.lines().skip(62).all(|line| rest.contains(&line)), "{shown}");
}
