//! What is going to happen in the virtual world, in the order of time.

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
    /// The other.
    Peer,
}

impl Side {
    /// The end opposite.
    pub fn other(self) -> Side {
        match self {
            Side::Server => Side::Peer,
            Side::Peer => Side::Server,
        }
    }
}

/// What an end is told by the virtual epoll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// There are bytes, or the end of them.
    Readable,
    /// There is space again.
    Writable,
    /// The connection is broken.
    HangUp,
}

impl Edge {
    /// The edge's bit in a set of them.
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
    /// The process's place in a table that has the server first.
    pub fn index(self) -> usize {
        match self {
            Process::Server => 0,
            Process::Peer(peer) => peer as usize + 1,
        }
    }
}

/// What is going to happen: to the connection `link`, to its end `at`, to a `peer` that tries for the `attempt`-th
/// time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are described once, above")]
pub enum Event {
    /// Bytes, or the end of them, arrive at an end.
    Arrive { link: LinkId, at: Side },
    /// A reset arrives at an end.
    Reset { link: LinkId, at: Side },
    /// An end is told of its readiness.
    Edge { link: LinkId, at: Side, edge: Edge },
    /// A process runs.
    Wake(Process),
    /// A process may have a deadline.
    Timer(Process),
    /// A peer's wish to connect reaches the server.
    Syn { peer: PeerId, attempt: u32 },
    /// The answer to it reaches the peer: the connection, or `None` if it was refused.
    Answer { peer: PeerId, attempt: u32, link: Option<LinkId> },
    /// The answer to what the server asked of its host has been found.
    Found { ask: AskId },
    /// The workload asked to be called for this peer.
    Alarm(PeerId),
    /// The workload asked to be called to break something.
    Disrupt,
    /// Somebody sets the clock on the wall.
    Jump,
    /// The disk is done with something.
    Settle,
}

impl Event {
    /// Whether the world is not at rest while this is to come: everything but what may be far away.
    fn is_work(self) -> bool {
        !matches!(self, Event::Timer(_) | Event::Alarm(_) | Event::Disrupt | Event::Jump)
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
    /// The heap gives out its greatest entry: the earliest, and among equals the one that was put in first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.time, other.sequence).cmp(&(self.time, self.sequence))
    }
}

/// Everything that is going to happen.
#[derive(Debug, Default)]
pub struct Schedule {
    heap: BinaryHeap<Entry>,
    sequence: u64,
    work: usize,
}

impl Schedule {
    /// Lets `event` happen at `time`, after everything else that happens then.
    pub fn push(&mut self, time: Time, event: Event) {
        self.work += usize::from(event.is_work());
        self.heap.push(Entry { time, sequence: self.sequence, event });
        self.sequence += 1;
    }

    /// What happens next.
    pub fn pop(&mut self) -> Option<(Time, Event)> {
        let entry = self.heap.pop()?;
        self.work -= usize::from(entry.event.is_work());
        Some((entry.time, entry.event))
    }

    /// When something happens next.
    pub fn next_time(&self) -> Option<Time> {
        Some(self.heap.peek()?.time)
    }

    /// Whether nothing is under way: only deadlines and the workload's own plans are left.
    pub fn is_quiet(&self) -> bool {
        self.work == 0
    }
}
