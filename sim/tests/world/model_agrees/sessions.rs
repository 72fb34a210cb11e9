//! Connections that attach to a user, and users who stay.

use std::collections::VecDeque;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use verbatim::server::{ConnId, Event, Stays};

use super::{Dice, Run};

/// One in this many runs has users with several sessions, and with none.
const SHARED: u64 = 2;

/// The random stream of a run that has them.
pub fn dice(seed: u64) -> Option<Dice> {
    let numbers = ChaCha8Rng::seed_from_u64(seed ^ 0x5e55);
    (seed / 2).is_multiple_of(SHARED).then_some(Dice { numbers, ids: VecDeque::new(), calm: false })
}

impl Run {
    /// A connection was accepted; perhaps it attaches to a user.
    pub fn attach(&mut self, conn: ConnId) {
        let Some(dice) = &mut self.sessions else { return };
        if dice.one_in(3) {
            return;
        }
        let to = dice.pick(&["alice", "alice", "bob", "ALICE", "carol", "nobody", "dave"]);
        let stays = match dice.below(5) {
            0 | 1 => Stays::No,
            2 => Stays::Always,
            _ => Stays::Until(self.now.mono + Duration::from_micros(1 + dice.below(90_000_000) as u64)),
        };
        // A nick of its own, since the others are in use.
        if !dice.one_in(6) {
            let nick = format!("\r\nNICK s{}\r\n", dice.below(100_000)).into_bytes();
            self.conns.get_mut(conn).unwrap().extend_from_slice(&nick);
        }
        self.handle(Event::Attached { conn, to, stays });
    }
}
