//! A log that stores facts, or refuses them, some steps later.

use std::collections::VecDeque;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use verbatim::server::{Action, Actions, Config, ConnId, Event, Outcome, Seq};

use super::{Dice, Run, messages};

/// What is appended but not settled.
pub struct Log {
    dice: Dice,
    /// The numbers that are not in a commit yet: the first and the last.
    next: Option<(Seq, Seq)>,
    commits: VecDeque<Seq>,
    /// The sender of a message that may be unsettled, and its REDACT.
    unsure: Option<(ConnId, String)>,
}

impl Log {
    /// The log of a run; every other run has one.
    pub fn of(seed: u64, config: &mut Config) -> Option<Self> {
        let numbers = ChaCha8Rng::seed_from_u64(seed ^ 0x106);
        let mut dice = Dice { numbers, ids: VecDeque::new(), calm: false };
        config.log = (seed / 4).is_multiple_of(2);
        config.unsettled_bytes = [100, 400, 2_000, 256 << 10][dice.below(4)];
        config.log.then_some(Self { dice, next: None, commits: VecDeque::new(), unsure: None })
    }
}

impl Run {
    /// Records what the server appended.
    pub fn append(&mut self, actions: &Actions) {
        let Some(log) = &mut self.log else { return };
        for action in actions.list() {
            match action {
                Action::Append { first, upto, .. } => log.next.get_or_insert((*first, *upto)).1 = *upto,
                Action::Either { to, stored, .. } => {
                    let said = stored.iter().find_map(messages::said);
                    log.unsure = said.map(|said| (*to, format!("\r\nREDACT {said}\r\n"))).or(log.unsure.take());
                }
                _ => {}
            }
        }
        if let Some((first, upto)) = log.next.take_if(|_| !log.dice.one_in(3)) {
            log.commits.push_back(upto);
            self.oracles.commit(first, upto);
        }
    }

    /// Perhaps settles something.
    pub fn settle(&mut self) {
        let Some(log) = &mut self.log else { return };
        // The sender redacts their latest message, before it is settled or after.
        if let Some((conn, redact)) = log.unsure.take_if(|_| log.dice.one_in(4))
            && let Some(waiting) = self.conns.get_mut(conn)
        {
            waiting.extend_from_slice(redact.as_bytes());
        }
        if log.commits.is_empty() {
            return;
        }
        if !log.dice.one_in(4) {
            return self.leave_unread();
        }
        let count = 1 + log.dice.below(log.commits.len());
        let upto = log.commits.drain(..count).next_back().expect("there is one");
        let outcome = if log.dice.one_in(3) { Outcome::Refused("the disk is full") } else { Outcome::Stored };
        self.handle(Event::Settled { upto, outcome });
    }

    /// Perhaps the driver does not read from a connection for a while, since many lines are held.
    fn leave_unread(&mut self) {
        let Some(log) = &mut self.log else { return };
        let open: Vec<ConnId> = self.conns.iter().map(|(conn, _)| conn).collect();
        if !open.is_empty() && log.dice.one_in(6) {
            let conn = open[log.dice.below(open.len())];
            let most = if self.dice.calm { 2 } else { 4 };
            let seconds = [0, 7, 29, 60][log.dice.below(most)];
            self.handle(Event::Unread { conn });
            self.advance(Duration::from_secs(seconds));
        }
    }
}
