//! The disk for the server's log: it takes some time, and is full now and then. What is appended in one round is one
//! commit. Commits settle in order, several at once if the disk was slow.

use std::collections::VecDeque;
use std::time::Duration;

use verbatim::server::{Outcome, Seq};
use verbatim::time::Time;

use super::World;
use crate::faults::Fault;
use crate::net::schedule::{Event, Process};
use crate::random::Random;

/// The longest time until a commit settles, in microseconds; and the longest with a slow disk.
const DELAY: usize = 200_000;
const SLOW: usize = 20_000_000;

/// The disk, and what was handed to it.
#[derive(Debug)]
pub(super) struct Store {
    random: Random,
    /// Whether it is full.
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
            // A full disk usually stays full for a while.
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

    /// The disk has finished what was due: reports it to the server, several commits at once if they have the same
    /// outcome.
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
