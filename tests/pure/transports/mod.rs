//! Properties of every transport, shown with the example of docs/transports.md.

mod plain;
mod proxy;
mod queue;
mod strangers;
mod tls;
mod websocket;
mod xor;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;

use verbatim::client::{self, Client, Entry};
use verbatim::driver::{ClientDriver, DriverLimits, Request, ServerDriver, Stream};
use verbatim::server::{Boot, Config, Server};
use verbatim::time::{Now, Time};
use verbatim::transport::{ClientSettings, ConnectContext, LAYERS, Layer, LinkLimits, Scheme, ServerSettings};
use verbatim::wire::Peer;
use xor::XOR;

const NOW: Now = Now::both(Time::from_secs(1_767_225_600));

/// The table of transports, with `xor` as one more row at its end, on which every transport can be stacked.
fn table() -> impl Iterator<Item = &'static Layer> {
    LAYERS.iter().chain([&XOR])
}

/// The bytes in flight in one direction.
#[derive(Debug, Default)]
struct Pipe {
    bytes: VecDeque<u8>,
    ended: bool,
    /// Everything that was ever sent.
    seen: Vec<u8>,
}

/// One end of a connection, whose reads return one byte at a time.
#[derive(Clone, Debug)]
struct End {
    reads: Rc<RefCell<Pipe>>,
    writes: Rc<RefCell<Pipe>>,
}

fn connection() -> (End, End) {
    let (a, b): (Rc<RefCell<Pipe>>, Rc<RefCell<Pipe>>) = Default::default();
    (End { reads: a.clone(), writes: b.clone() }, End { reads: b, writes: a })
}

impl io::Read for End {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut pipe = self.reads.borrow_mut();
        match pipe.bytes.pop_front() {
            Some(byte) => {
                buffer[0] = byte;
                Ok(1)
            }
            None if pipe.ended => Ok(0),
            None => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl io::Write for End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut pipe = self.writes.borrow_mut();
        pipe.bytes.extend(bytes);
        pipe.seen.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Stream for End {
    fn end(&mut self) {
        self.writes.borrow_mut().ended = true;
    }
}

/// Runs a server and a client by a scheme, until nothing is in flight. Returns what the user saw, and all bytes from
/// the server.
fn chat(scheme: &str, typed: &[u8]) -> (Vec<Entry>, Vec<u8>) {
    let scheme = Scheme::parse_among(scheme, table()).expect("a scheme");
    let mut server =
        ServerDriver::new(Server::new(Config::default(), Boot::foreseen(NOW)), DriverLimits::default(), ());
    let config =
        client::Config { nick: "ada".into(), channels: vec!["#lobby".into()], seed: 1, ..client::Config::default() };
    let mut client = ClientDriver::new(Client::new(config), LinkLimits::default(), ());
    let (ours, theirs) = connection();
    let settings = ServerSettings::default();
    server.accept(NOW, ours, Peer::named("127.0.0.1"), scheme.front, |conn, peer| {
        scheme.accept(None, conn, peer, &settings)
    });
    client.tell(NOW, client::Event::Started);
    let context = ConnectContext {
        host: "irc.example.org",
        port: None,
        default_port: 6667,
        path: "/",
        web: false,
        settings: &ClientSettings::default(),
    };
    client.connected(NOW, theirs.clone(), scheme.connect(&context).expect("it is for clients"));
    let mut shown = Vec::new();
    for round in 0..10 {
        server.readable(0);
        client.readable();
        while server.round(NOW) {}
        while client.round(NOW) {}
        if round == 5 {
            client.tell(NOW, client::Event::Typed { bytes: typed });
        }
        while let Some(request) = client.request() {
            if let Request::Show(entry) = request {
                shown.push(entry);
            }
        }
    }
    let seen = theirs.reads.borrow().seen.clone();
    (shown, seen)
}

#[test]
fn a_new_transport_is_one_file_and_one_row() {
    let (by_tcp, plain) = chat("tcp", b"hello\n/nick eve\n");
    let (by_xor, hidden) = chat("xor+tcp", b"hello\n/nick eve\n");
    assert!(by_tcp.len() > 3, "{by_tcp:?}");
    assert_eq!(by_xor, by_tcp);
    assert_ne!(hidden, plain);
    // Connection 0 gets the key 1, which is sent first.
    let revealed: Vec<u8> = hidden[1..].iter().map(|byte| byte ^ 1).collect();
    assert_eq!((hidden[0], String::from_utf8(revealed)), (1, String::from_utf8(plain)));
}

#[test]
fn existing_transports_can_be_stacked_on_a_new_one() {
    let scheme = Scheme::parse_among("plain+xor+tcp", table()).expect("a scheme");
    assert_eq!(scheme.to_string(), "plain+xor+tcp");
    assert_eq!(Scheme::parse_among("xor+plain+tcp", table()).map(|scheme| scheme.to_string()), None);
    let mut server =
        ServerDriver::new(Server::new(Config::default(), Boot::foreseen(NOW)), DriverLimits::default(), ());
    let (ours, theirs) = connection();
    let settings = ServerSettings::default();
    server.accept(NOW, ours, Peer::named("127.0.0.1"), scheme.front, |conn, peer| {
        scheme.accept(None, conn, peer, &settings)
    });
    while server.round(NOW) {}
    let revealed: Vec<u8> = theirs.reads.borrow().seen[1..].iter().map(|byte| byte ^ 1).collect();
    let revealed = String::from_utf8(revealed).expect("a visitor is shown text");
    assert!(revealed.ends_with("-- You are guest1, in #lobby.\n-- Here: guest1\n"), "{revealed}");
}

#[test]
fn the_worked_example_is_this_transport() {
    let (page, code) = (include_str!("../../../docs/transports.md"), include_str!("xor.rs"));
    assert!(page.contains(code), "docs/transports.md does not show tests/pure/transports/xor.rs");
    assert!(code.lines().count() < 60, "the example has grown to {} lines", code.lines().count());
}
