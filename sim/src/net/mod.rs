//! The virtual network: connections of two byte streams, over virtual time.
//!
//! Owns the bytes in flight, and decides when each end is notified. Knows nothing of IRC, the server or the clients.
//! Does only what TCP and Linux do, or are allowed to do.

mod harm;
mod host;
mod pipe;
pub mod schedule;
mod stream;

pub use stream::VirtualStream;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use pipe::{End, Pipe};
use verbatim::time::{Now, Time};

use crate::faults::{Fault, Faults};
use crate::oracle::LinkId;
use crate::random::Random;
use crate::record::witness::Witness;
use schedule::{Edge, Event, PeerId, Process, Schedule, Side};

/// The latency of a segment without faults.
pub const LATENCY: Duration = Duration::from_millis(5);
/// The time from waking a process until it runs. Everything that arrives in between is handled together.
const WAKE: Duration = Duration::from_millis(1);
/// The window without faults.
const WIDE_WINDOW: usize = 64 << 10;
/// Out of buffers (ENOBUFS on Linux).
const ENOBUFS: i32 = 105;

/// The state of one end of a connection.
#[derive(Debug, Default)]
struct Socket {
    /// The process has closed it.
    closed: bool,
    /// A reset has arrived, and the process has not been notified yet.
    reset: bool,
    /// A reset has arrived, and the process was notified.
    dead: bool,
    /// A write found no space, and the process waits for some.
    wants_space: bool,
    /// Edges that are on their way to the process, or wait for it to run.
    told: u8,
    /// The edges in `told` that have arrived, and wait for the process to run.
    due: u8,
}

#[derive(Debug)]
struct Link {
    peer: PeerId,
    latency: Duration,
    /// Nothing arrives at either end any more, and neither is notified.
    silent: bool,
    /// The server's end, and the peer's.
    sockets: [Socket; 2],
    /// From the server, and from the peer.
    pipes: [Pipe; 2],
}

/// The network, the clocks, and the schedule of events.
#[derive(Debug)]
pub struct Net {
    /// The monotonic time.
    pub now: Time,
    /// How far the wall clock is ahead of the monotonic time.
    pub ahead: Duration,
    /// The events to come.
    pub schedule: Schedule,
    /// The faults that may happen from now on.
    pub faults: Faults,
    /// Bytes that one direction holds before they are read.
    pub window: usize,
    /// How long a slow peer sleeps, at most.
    pub slow: Duration,
    /// Until when the server's process is stopped, if it is.
    pub stopped: Option<Time>,
    /// The server no longer listens: every connection is refused.
    pub deaf: bool,
    /// Every byte sent, in order, if it is to be recorded.
    pub tap: Option<Vec<u8>>,
    random: Random,
    witness: Rc<RefCell<Witness>>,
    links: Vec<Link>,
    /// Connections that the server has not accepted yet.
    backlog: VecDeque<LinkId>,
    /// Edges that wait for the server to run.
    server_due: Vec<(LinkId, Edge)>,
    /// Which processes are about to run; the server is the first.
    awake: Vec<bool>,
    /// Which peers run rarely.
    is_slow: Vec<bool>,
}

impl Net {
    /// A network without connections.
    pub fn new(now: Now, faults: Faults, window: usize, random: Random, witness: Rc<RefCell<Witness>>) -> Self {
        let (schedule, links, backlog, server_due, is_slow) = Default::default();
        let (slow, awake) = (Duration::from_millis(300), vec![false]);
        Self {
            now: now.mono,
            ahead: now.wall.since(now.mono),
            schedule,
            faults,
            window,
            slow,
            stopped: None,
            deaf: false,
            tap: None,
            random,
            witness,
            links,
            backlog,
            server_due,
            awake,
            is_slow,
        }
    }

    /// The time on both clocks.
    pub fn clocks(&self) -> Now {
        Now { mono: self.now, wall: self.now + self.ahead }
    }

    /// Adds a process that can have connections.
    pub fn add_peer(&mut self) {
        let slow = self.faults.has(Fault::SlowReader) && self.random.chance(1, 6);
        self.is_slow.push(slow);
        self.awake.push(false);
    }

    /// Stops all faults, and releases whatever was delayed.
    pub fn calm(&mut self) {
        self.faults = Faults::NONE;
        self.window = WIDE_WINDOW;
        self.go_on();
        for id in 0..self.links.len() as LinkId {
            for side in [Side::Server, Side::Peer] {
                self.pipe(id, side).stalled = self.now;
                self.expect(id, side);
                self.tell_of_space(id, side);
            }
        }
    }

    // Connecting.

    /// Draws the latency of a new connection.
    pub fn draw_latency(&mut self) -> Duration {
        if !self.faults.has(Fault::Jitter) {
            return LATENCY;
        }
        self.fault(Fault::Jitter, None);
        Duration::from_micros(self.random.within(100..=80_000))
    }

    /// A peer's SYN arrives: returns the connection, now in the server's backlog, or `None` if it is refused.
    pub fn open(&mut self, peer: PeerId) -> Option<LinkId> {
        if self.faults.has(Fault::Refusal) && self.random.chance(1, 4) {
            self.fault(Fault::Refusal, None);
            return None;
        }
        if self.deaf {
            return None;
        }
        let id = self.links.len() as LinkId;
        let latency = self.draw_latency();
        self.links.push(Link { peer, latency, silent: false, sockets: Default::default(), pipes: Default::default() });
        self.backlog.push_back(id);
        self.witness.borrow_mut().oracles.turns.opened(id);
        self.wake(Process::Server);
        Some(id)
    }

    /// The next connection for the server to accept.
    pub fn accept(&mut self) -> Option<LinkId> {
        self.backlog.pop_front()
    }

    /// The peer of a connection.
    pub fn peer_of(&self, id: LinkId) -> PeerId {
        self.links[id as usize].peer
    }

    /// How many connections have an open end in the server's process.
    pub fn server_sockets(&self) -> usize {
        self.links.iter().filter(|link| !link.sockets[Side::Server as usize].closed).count() - self.backlog.len()
    }

    /// Connections that are open at both ends and not silent.
    pub fn whole_links(&self) -> Vec<LinkId> {
        let whole = |link: &Link| !link.silent && link.sockets.iter().all(|socket| !socket.closed);
        (0..self.links.len() as LinkId).filter(|&id| whole(&self.links[id as usize])).collect()
    }

    // Operations of a driver on its end.

    pub(crate) fn read(&mut self, id: LinkId, side: Side, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupt(id, false)?;
        let link = &mut self.links[id as usize];
        let socket = &mut link.sockets[side as usize];
        assert!(!socket.closed, "a closed end of {id} is read");
        if side == Side::Server {
            self.witness.borrow_mut().oracles.turns.read(id);
        }
        if socket.dead {
            return Ok(0);
        }
        if std::mem::take(&mut socket.reset) {
            socket.dead = true;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let pipe = &mut link.pipes[side.other() as usize];
        let mut count = pipe.readable().min(buffer.len());
        if count == 0 {
            return if pipe.end == End::Arrived { Ok(0) } else { Err(io::ErrorKind::WouldBlock.into()) };
        }
        if self.faults.has(Fault::ShortRead) && self.random.chance(1, 2) {
            count = self.random.size(count);
            self.witness.borrow_mut().fault(self.now, Fault::ShortRead, Some(id));
        }
        let (first, second) = pipe.peek(count);
        buffer[..first.len()].copy_from_slice(first);
        buffer[first.len()..count].copy_from_slice(second);
        pipe.consume(count);
        self.tell_of_space(id, side.other());
        Ok(count)
    }

    pub(crate) fn write(&mut self, id: LinkId, side: Side, bytes: &[u8]) -> io::Result<usize> {
        self.interrupt(id, true)?;
        let window = self.window;
        let link = &mut self.links[id as usize];
        let socket = &mut link.sockets[side as usize];
        assert!(!socket.closed, "a closed end of {id} is written to");
        if std::mem::take(&mut socket.reset) {
            socket.dead = true;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let pipe = &mut link.pipes[side as usize];
        if socket.dead || pipe.end != End::Open {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let mut count = pipe.space(window).min(bytes.len());
        if count == 0 && !bytes.is_empty() {
            socket.wants_space = true;
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if count > 0 && self.faults.has(Fault::ShortWrite) && self.random.chance(1, 4) {
            count = self.random.size(count);
            self.witness.borrow_mut().fault(self.now, Fault::ShortWrite, Some(id));
        }
        if let Some(tap) = &mut self.tap {
            tap.extend_from_slice(&bytes[..count]);
        }
        if link.silent {
            pipe.send_in_vain(&bytes[..count]);
        } else {
            self.send(id, side, &bytes[..count]);
        }
        Ok(count)
    }

    pub(crate) fn end_writing(&mut self, id: LinkId, side: Side) {
        let link = &mut self.links[id as usize];
        if !link.silent {
            let arrives = self.now + link.latency;
            link.pipes[side as usize].send_end(arrives);
            self.expect(id, side);
        }
    }

    /// Closing an end with unread bytes resets the connection, as Linux does; otherwise it ends cleanly.
    pub(crate) fn close(&mut self, id: LinkId, side: Side) {
        let link = &mut self.links[id as usize];
        let socket = &mut link.sockets[side as usize];
        if std::mem::replace(&mut socket.closed, true) {
            return;
        }
        let alive = !socket.dead && !socket.reset;
        socket.due = 0;
        let incoming = &mut link.pipes[side.other() as usize];
        let (unread, ended) = (incoming.readable() > 0, incoming.end == End::Arrived);
        incoming.consume(incoming.readable());
        let gone = link.sockets.iter().all(|socket| socket.closed);
        if gone {
            link.pipes.iter_mut().for_each(Pipe::clear);
        }
        if side == Side::Server {
            self.witness.borrow_mut().server_closed(self.now, id);
        } else if unread || !ended {
            self.witness.borrow_mut().broken(id);
        }
        if alive && unread {
            self.reset_peer_of(id, side);
        } else if alive {
            self.end_writing(id, side);
        }
    }

    // Events.

    /// Bytes, or the end of the stream, arrive.
    pub fn arrive(&mut self, id: LinkId, at: Side) {
        let now = self.now;
        let link = &mut self.links[id as usize];
        let pipe = &mut link.pipes[at.other() as usize];
        pipe.expected = false;
        if link.silent {
            return;
        }
        let (count, ended) = pipe.arrive(now);
        let socket = &link.sockets[at as usize];
        if socket.closed {
            pipe.clear();
            if count > 0 {
                // RFC 9293 §3.5.2: "If the connection does not exist (CLOSED), then a reset is sent in response to
                // any incoming segment except another reset."
                self.reset_peer_of(id, at);
            }
        } else if (count > 0 || ended) && !socket.dead {
            self.tell(id, at, Edge::Readable);
        }
        self.expect(id, at.other());
    }

    /// A reset arrives: unread bytes are lost.
    pub fn reset_arrives(&mut self, id: LinkId, at: Side) {
        let link = &mut self.links[id as usize];
        link.pipes.iter_mut().for_each(Pipe::clear);
        let socket = &mut link.sockets[at as usize];
        if !socket.dead && !socket.closed {
            socket.reset = true;
            self.witness.borrow_mut().harmed(id);
            self.tell(id, at, Edge::HangUp);
        }
    }

    /// An edge reaches its process, and wakes it.
    pub fn edge(&mut self, id: LinkId, at: Side, edge: Edge) {
        let link = &mut self.links[id as usize];
        let socket = &mut link.sockets[at as usize];
        if socket.closed {
            return;
        }
        socket.due |= edge.bit();
        let process = match at {
            Side::Server => Process::Server,
            Side::Peer => Process::Peer(link.peer),
        };
        if at == Side::Server {
            self.server_due.push((id, edge));
            self.note_waiting(id);
        }
        self.wake(process);
    }

    /// The edges to report to the server, in order.
    pub fn server_edges(&mut self, edges: &mut Vec<(LinkId, Edge)>) {
        edges.append(&mut self.server_due);
        for (id, edge) in &*edges {
            self.links[*id as usize].sockets[Side::Server as usize].told &= !edge.bit();
        }
        if self.faults.has(Fault::Spurious) && !self.links.is_empty() && self.random.chance(1, 8) {
            let id = self.random.below(self.links.len() as u64) as LinkId;
            edges.push((id, *self.random.pick(&[Edge::Readable, Edge::Writable])));
            self.fault(Fault::Spurious, Some(id));
        }
        if self.faults.has(Fault::LateEdge) {
            self.random.shuffle(edges);
        }
    }

    /// The edges to report to the peer's end of a connection, as a set of bits.
    pub fn peer_edges(&mut self, id: LinkId) -> u8 {
        let socket = &mut self.links[id as usize].sockets[Side::Peer as usize];
        let due = std::mem::take(&mut socket.due);
        socket.told &= !due;
        if self.faults.has(Fault::Spurious) && self.random.chance(1, 8) {
            self.fault(Fault::Spurious, Some(id));
            return due | Edge::Readable.bit() | Edge::Writable.bit();
        }
        due
    }

    // Internals.

    fn pipe(&mut self, id: LinkId, from: Side) -> &mut Pipe {
        &mut self.links[id as usize].pipes[from as usize]
    }

    fn fault(&mut self, fault: Fault, id: Option<LinkId>) {
        self.witness.borrow_mut().fault(self.now, fault, id);
    }

    fn interrupt(&mut self, id: LinkId, writing: bool) -> io::Result<()> {
        if self.faults.has(Fault::Interrupted) && self.random.chance(1, 16) {
            self.fault(Fault::Interrupted, Some(id));
            if writing && self.random.chance(1, 4) {
                return Err(io::Error::from_raw_os_error(ENOBUFS));
            }
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(())
    }

    /// Sends `bytes` in one segment or several.
    fn send(&mut self, id: LinkId, from: Side, mut bytes: &[u8]) {
        let jitter = self.faults.has(Fault::Jitter);
        let cut = self.faults.has(Fault::Cut) && self.random.chance(1, 3);
        if cut {
            self.fault(Fault::Cut, Some(id));
        }
        let mut time = self.now + self.links[id as usize].latency;
        while !bytes.is_empty() {
            if jitter {
                let slow = self.random.chance(1, 20);
                time = time + Duration::from_micros(self.random.below(if slow { 200_000 } else { 5_000 }));
            }
            let count = if cut { self.random.size(bytes.len()) } else { bytes.len() };
            self.pipe(id, from).send(&bytes[..count], time);
            bytes = &bytes[count..];
            if cut {
                time = time + Duration::from_micros(self.random.size(3_000) as u64);
            }
        }
        self.expect(id, from);
    }

    /// Schedules the arrival of what `from` has in flight.
    fn expect(&mut self, id: LinkId, from: Side) {
        let pipe = &mut self.links[id as usize].pipes[from as usize];
        if !pipe.expected
            && let Some(time) = pipe.next_arrival()
        {
            pipe.expected = true;
            self.schedule.push(time.max(self.now), Event::Arrive { link: id, at: from.other() });
        }
    }

    /// The end at `from` replies with a reset, after what it has in flight.
    fn reset_peer_of(&mut self, id: LinkId, from: Side) {
        let link = &self.links[id as usize];
        let at = from.other();
        if !link.silent && !link.sockets[at as usize].closed {
            let time = link.pipes[from as usize].behind(self.now + link.latency);
            self.schedule.push(time, Event::Reset { link: id, at });
        }
    }

    /// Notifies the writer at `side` if it waits for space and there is some.
    fn tell_of_space(&mut self, id: LinkId, side: Side) {
        let link = &mut self.links[id as usize];
        let socket = &mut link.sockets[side as usize];
        if socket.wants_space && !link.silent && link.pipes[side as usize].space(self.window) > 0 {
            socket.wants_space = false;
            self.tell(id, side, Edge::Writable);
        }
    }

    fn tell(&mut self, id: LinkId, at: Side, edge: Edge) {
        let link = &mut self.links[id as usize];
        let socket = &mut link.sockets[at as usize];
        if socket.closed || socket.told & edge.bit() != 0 {
            return;
        }
        socket.told |= edge.bit();
        if self.faults.has(Fault::LateEdge) {
            self.witness.borrow_mut().fault(self.now, Fault::LateEdge, Some(id));
            let late = Duration::from_micros(self.random.size(20_000) as u64);
            self.schedule.push(self.now + late, Event::Edge { link: id, at, edge });
        } else if edge == Edge::Writable {
            // The reader's kernel reports the space to the writer's.
            self.schedule.push(self.now + link.latency, Event::Edge { link: id, at, edge });
        } else {
            self.edge(id, at, edge);
        }
    }
}
