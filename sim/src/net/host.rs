//! The processes: when they run, whether the server's is stopped, and what waits for it.

use std::time::Duration;

use verbatim::time::Time;

use super::pipe::End;
use super::schedule::{Event, Process, Side};
use super::{Net, WAKE};
use crate::faults::Fault;
use crate::oracle::LinkId;

impl Net {
    /// Schedules a process to run soon, unless that is already scheduled.
    pub fn wake(&mut self, process: Process) {
        if std::mem::replace(&mut self.awake[process.index()], true) {
            return;
        }
        let slow = matches!(process, Process::Peer(peer) if self.is_slow[peer as usize]);
        let after = if slow && self.faults.has(Fault::SlowReader) {
            self.fault(Fault::SlowReader, None);
            Duration::from_micros(self.random.below(self.slow.as_micros() as u64))
        } else if self.faults.has(Fault::LateEdge) {
            Duration::from_micros(self.random.size(4_000) as u64)
        } else {
            WAKE
        };
        self.schedule.push(self.now + after, Event::Wake(process));
    }

    /// The process starts to run: the next [`wake`](Self::wake) schedules it again.
    pub fn woken(&mut self, process: Process) {
        self.awake[process.index()] = false;
    }

    /// When `event` happens instead, if it is one of the server's process, and that is stopped.
    pub fn stopped_during(&self, event: Event) -> Option<Time> {
        let of_server = matches!(
            event,
            Event::Wake(Process::Server) | Event::Timer(Process::Server) | Event::Found { .. } | Event::Settle
        );
        self.stopped.filter(|&until| of_server && until > self.now)
    }

    /// The server's process goes on, if it was stopped.
    pub(super) fn go_on(&mut self) {
        if self.stopped.take().is_some() {
            self.schedule.push(self.now, Event::Wake(Process::Server));
        }
    }

    /// Tells the oracles what waits to be read from a connection, of which the server's process is notified. If
    /// readiness is reported in any order, ends have no order either.
    pub(super) fn note_waiting(&self, id: LinkId) {
        let link = &self.links[id as usize];
        let (reset, pipe) = (link.sockets[Side::Server as usize].reset, &link.pipes[Side::Peer as usize]);
        let (unread, ended) = (pipe.readable() > 0, pipe.end == End::Arrived);
        let turns = &mut self.witness.borrow_mut().oracles.turns;
        if unread || ended || reset {
            turns.waits(id);
        }
        if (ended && !unread || reset) && !self.faults.has(Fault::LateEdge) {
            turns.ends(id);
        }
    }
}
