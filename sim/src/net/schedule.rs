//! The future events of the virtual world, in the order of time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use verbatim::server::AskId;
use verbatim::time::Time;

use crate::oracle::LinkId;

/// A peer of the server, by its number in the world.
pub type PeerId = u32;

/// One of a connection's two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The server's.
    Server,
    /// The peer's.
    Peer,
}

impl Side {
    /// The opposite end.
    pub fn other(self) -> Side {
        match self {
            Side::Server => Side::Peer,
            Side::Peer => Side::Server,
        }
    }
}

/// What the virtual epoll reports about an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// There are bytes to read, or the end of the stream.
    Readable,
    /// There is space again.
    Writable,
    /// The connection is broken.
    HangUp,
}

impl Edge {
    /// The edge's bit in a set of edges.
    pub fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A process of the virtual world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// The server.
    Server,
    /// A peer.
    Peer(PeerId),
}

impl Process {
    /// The process's index in a table that begins with the server.
    pub fn index(self) -> usize {
        match self {
            Process::Server => 0,
            Process::Peer(peer) => peer as usize + 1,
        }
    }
}

/// A future event. `link` is its connection, `at` the end, and `edge` the readiness to report; `peer` is the peer that
/// connects, and `attempt` counts its attempts; `ask` is the question that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields mean the same in every variant, and are described once, above")]
pub enum Event {
    /// Bytes, or the end of the stream, arrive at an end.
    Arrive { link: LinkId, at: Side },
    /// A reset arrives at an end.
    Reset { link: LinkId, at: Side },
    /// Readiness is reported to an end.
    Edge { link: LinkId, at: Side, edge: Edge },
    /// A process runs.
    Wake(Process),
    /// A timer of a process fires; its deadline may have changed since.
    Timer(Process),
    /// A peer's SYN reaches the server.
    Syn { peer: PeerId, attempt: u32 },
    /// The reply to it reaches the peer: the connection, or `None` if it was refused.
    Answer { peer: PeerId, attempt: u32, link: Option<LinkId> },
    /// The host has the answer to a question of the server.
    Found { ask: AskId },
    /// The workload's alarm for this peer.
    Alarm(PeerId),
    /// The workload causes a disruption.
    Disrupt,
    /// The wall clock is set.
    Jump,
    /// The server's process is stopped for a while.
    Stop,
    /// The disk finishes one or more commits.
    Settle,
}

impl Event {
    /// Whether the world is not yet at rest while this is scheduled. Timers, alarms, disruptions, clock jumps and
    /// stops do not count, since they may be far in the future.
    fn is_work(self) -> bool {
        !matches!(self, Event::Timer(_) | Event::Alarm(_) | Event::Disrupt | Event::Jump | Event::Stop)
    }
}

#[derive(Debug)]
struct Entry {
    time: Time,
    sequence: u64,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    /// The heap pops its greatest entry, so an earlier event is greater; at equal times, the one pushed first is.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.time, other.sequence).cmp(&(self.time, self.sequence))
    }
}

/// All future events.
#[derive(Debug, Default)]
pub struct Schedule {
    heap: BinaryHeap<Entry>,
    sequence: u64,
    work: usize,
}

impl Schedule {
    /// Schedules `event` at `time`, after everything else at that time.
    pub fn push(&mut self, time: Time, event: Event) {
        self.work += usize::from(event.is_work());
        self.heap.push(Entry { time, sequence: self.sequence, event });
        self.sequence += 1;
    }

    /// Removes the next event.
    pub fn pop(&mut self) -> Option<(Time, Event)> {
        let entry = self.heap.pop()?;
        self.work -= usize::from(entry.event.is_work());
        Some((entry.time, entry.event))
    }

    /// The time of the next event.
    pub fn next_time(&self) -> Option<Time> {
        Some(self.heap.peek()?.time)
    }

    /// Whether nothing is in flight: only deadlines and the workload's plans are left.
    pub fn is_quiet(&self) -> bool {
        self.work == 0
    }
}
