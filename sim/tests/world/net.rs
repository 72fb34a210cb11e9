//! The virtual network behaves as Linux does, or is allowed to.

use std::cell::RefCell;
use std::io::{ErrorKind, Read, Write};
use std::rc::Rc;
use std::time::Duration;

use sim::faults::Faults;
use sim::net::schedule::{Edge, Event, Process, Side};
use sim::net::{Net, VirtualStream};
use sim::oracle::{Observation, Oracles};
use sim::random::Random;
use sim::record::transcript::Transcript;
use sim::record::witness::{Trace, Witness};
use verbatim::time::{Now, Time};

const WINDOW: usize = 10;

/// A network with one connection between two ends, without oracles.
fn connection() -> (Rc<RefCell<Net>>, VirtualStream, VirtualStream) {
    let config = verbatim::server::Config::default();
    let start = Now::both(Time::from_secs(1));
    let oracles = Oracles::new(&config, 1 << 20);
    let mut witness = Witness::new(oracles, Trace::Off, Transcript::default(), start.mono);
    witness.oracles.see(Observation::Plain { link: 0 });
    let witness = Rc::new(RefCell::new(witness));
    let mut net = Net::new(start, Faults::NONE, WINDOW, Random::new(1, "network"), witness);
    net.add_peer();
    assert_eq!((net.open(0), net.accept()), (Some(0), Some(0)));
    let net = Rc::new(RefCell::new(net));
    let end = |side| VirtualStream::new(Rc::clone(&net), 0, side);
    let (server, peer) = (end(Side::Server), end(Side::Peer));
    (net, server, peer)
}

/// Delivers everything in flight, and returns which processes ran.
fn settle(net: &RefCell<Net>) -> Vec<Process> {
    let mut ran = Vec::new();
    loop {
        let Some((time, event)) = net.borrow_mut().schedule.pop() else { return ran };
        let mut net = net.borrow_mut();
        net.now = time;
        match event {
            Event::Arrive { link, at } => net.arrive(link, at),
            Event::Reset { link, at } => net.reset_arrives(link, at),
            Event::Edge { link, at, edge } => net.edge(link, at, edge),
            Event::Wake(process) => {
                net.woken(process);
                ran.push(process);
            }
            other => panic!("{other:?} is not an event of the network"),
        }
    }
}

fn read(stream: &mut VirtualStream) -> Result<String, ErrorKind> {
    let mut buffer = [0; 100];
    let count = stream.read(&mut buffer).map_err(|error| error.kind())?;
    Ok(String::from_utf8_lossy(&buffer[..count]).into_owned())
}

#[test]
fn bytes_arrive_later_and_wake_their_reader() {
    let (net, mut server, mut peer) = connection();
    settle(&net);
    assert_eq!(peer.write(b"hello").ok(), Some(5));
    assert_eq!(read(&mut server), Err(ErrorKind::WouldBlock));
    assert_eq!(settle(&net), [Process::Server]);
    let mut edges = Vec::new();
    net.borrow_mut().server_edges(&mut edges);
    assert_eq!(edges, [(0, Edge::Readable)]);
    assert_eq!(read(&mut server).as_deref(), Ok("hello"));
    assert_eq!(read(&mut server), Err(ErrorKind::WouldBlock));
}

#[test]
fn a_full_window_blocks_and_the_writer_is_notified_of_space() {
    let (net, mut server, mut peer) = connection();
    assert_eq!(server.write(b"0123456789abc").ok(), Some(WINDOW));
    assert_eq!(server.write(b"abc").map_err(|error| error.kind()), Err(ErrorKind::WouldBlock));
    settle(&net);
    net.borrow_mut().server_edges(&mut Vec::new());
    assert_eq!(read(&mut peer).as_deref(), Ok("0123456789"));
    settle(&net);
    let mut edges = Vec::new();
    net.borrow_mut().server_edges(&mut edges);
    assert_eq!(edges, [(0, Edge::Writable)]);
    assert_eq!(server.write(b"abc").ok(), Some(3));
}

#[test]
fn the_end_of_a_stream_arrives_after_its_bytes() {
    let (net, mut server, mut peer) = connection();
    assert_eq!(peer.write(b"QUIT").ok(), Some(4));
    drop(peer);
    settle(&net);
    assert_eq!((read(&mut server).as_deref(), read(&mut server).as_deref()), (Ok("QUIT"), Ok("")));
}

#[test]
fn closing_with_unread_bytes_resets() {
    let (net, mut server, mut peer) = connection();
    assert_eq!((server.write(b"ERROR").ok(), peer.write(b"QUIT").ok()), (Some(5), Some(4)));
    settle(&net);
    drop(peer);
    settle(&net);
    assert_eq!(read(&mut server), Err(ErrorKind::ConnectionReset));
    assert_eq!(server.write(b"x").map_err(|error| error.kind()), Err(ErrorKind::BrokenPipe));
    assert_eq!(read(&mut server).as_deref(), Ok(""));
}

#[test]
fn bytes_for_a_closed_end_cause_a_reset() {
    let (net, mut server, peer) = connection();
    drop(peer);
    settle(&net);
    assert_eq!(server.write(b"hello").ok(), Some(5));
    settle(&net);
    assert_eq!(server.write(b"again").map_err(|error| error.kind()), Err(ErrorKind::ConnectionReset));
}

#[test]
fn a_stall_delays_bytes_and_silence_loses_them() {
    let (net, mut server, mut peer) = connection();
    let until = net.borrow().now + Duration::from_secs(3);
    net.borrow_mut().stall(0, until);
    assert_eq!(peer.write(b"late").ok(), Some(4));
    settle(&net);
    assert!(net.borrow().now >= until);
    assert_eq!(read(&mut server).as_deref(), Ok("late"));
    assert_eq!(peer.write(b"lost").ok(), Some(4));
    net.borrow_mut().silence(0);
    settle(&net);
    assert_eq!(read(&mut server), Err(ErrorKind::WouldBlock));
}
