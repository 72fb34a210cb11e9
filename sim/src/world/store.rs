//! Where the server's log is kept: a disk that takes its time, and is full now and then. What is appended in one round is
//! one commit. Commits are settled in their order, several at once where the disk was slow.

use std::collections::VecDeque;
use std::time::Duration;

use verbatim::server::{Outcome, Seq};
use verbatim::time::Time;

use super::World;
use crate::faults::Fault;
use crate::net::schedule::{Event, Process};
use crate::random::Random;

/// A commit is settled within so many microseconds; where the disk is slow, within so many.
const DELAY: usize = 200_000;
const SLOW: usize = 20_000_000;

/// What is handed to the disk.
#[derive(Debug)]
pub(super) struct Store {
    random: Random,
    /// It has no space left.
    is_full: bool,
    commits: VecDeque<Pending>,
}

#[derive(Debug)]
struct Pending {
    upto: Seq,
    due: Time,
    refused: bool,
}

impl Store {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed, "store"), is_full: false, commits: VecDeque::new() }
    }
}

impl World {
    /// Takes what the server appended in its last round.
    pub(super) fn store(&mut self) {
        while let Some(commit) = self.server.commit() {
            let mut net = self.net.borrow_mut();
            let (random, now) = (&mut self.store.random, net.now);
            let slow = net.faults.has(Fault::StoreSlow) && random.chance(1, 12);
            let delay = if random.chance(1, 8) { 0 } else { random.size(if slow { SLOW } else { DELAY }) };
            let before = self.store.commits.back().map_or(now, |last| last.due);
            let due = before.max(now + Duration::from_micros(delay as u64));
            // Whoever makes room does not do so at once.
            let odds = if self.store.is_full { (2, 3) } else { (1, 12) };
            self.store.is_full = random.chance(odds.0, odds.1) && net.faults.has(Fault::StoreRefuses);
            let refused = self.store.is_full;
            let mut witness = self.witness.borrow_mut();
            for (fault, strikes) in [(Fault::StoreSlow, slow && delay > DELAY), (Fault::StoreRefuses, refused)] {
                if strikes {
                    witness.fault(now, fault, None);
                }
            }
            witness.oracles.commit(commit.first, commit.upto);
            net.schedule.push(due, Event::Settle);
            self.store.commits.push_back(Pending { upto: commit.upto, due, refused });
        }
    }

    /// The disk is done with what was due by now: tells the server, of several commits at once if they came out alike.
    pub(super) fn settle(&mut self) {
        let now = self.clocks();
        while let Some(first) = self.store.commits.pop_front_if(|commit| commit.due <= now.mono) {
            let mut upto = first.upto;
            while self.store.random.chance(3, 4)
                && let Some(next) =
                    self.store.commits.pop_front_if(|next| next.due <= now.mono && next.refused == first.refused)
            {
                upto = next.upto;
            }
            let outcome = if first.refused { Outcome::Refused("no space left on the disk") } else { Outcome::Stored };
            self.server.settled(now, upto, outcome);
        }
        self.net.borrow_mut().wake(Process::Server);
    }
}
