//! What goes wrong with a connection as a whole. What befalls single reads and writes stands where they are made.

use verbatim::time::Time;

use super::Net;
use super::schedule::Side;
use crate::faults::Fault;
use crate::oracle::{LinkId, Observation};

impl Net {
    /// Resets a connection for both ends: everything under way is lost.
    pub fn break_off(&mut self, id: LinkId) {
        self.fault(Fault::Reset, Some(id));
        for side in [Side::Server, Side::Peer] {
            self.reset_arrives(id, side);
        }
    }

    /// Lets a connection fall silent: nothing arrives any more, and nobody is told.
    pub fn silence(&mut self, id: LinkId) {
        self.fault(Fault::Silence, Some(id));
        self.witness.borrow_mut().harmed(id);
        let link = &mut self.links[id as usize];
        link.silent = true;
        for pipe in &mut link.pipes {
            pipe.cut(0);
        }
    }

    /// Holds a connection up.
    pub fn stall(&mut self, id: LinkId, until: Time) {
        self.fault(Fault::Stall, Some(id));
        for pipe in &mut self.links[id as usize].pipes {
            pipe.stalled = pipe.stalled.max(until);
        }
    }

    /// Loses the last of what the peer has under way, as its death would.
    pub fn cut_short(&mut self, id: LinkId) {
        self.fault(Fault::Death, Some(id));
        self.witness.borrow_mut().oracles.see(Observation::Harmed { link: id });
        let pipe = &mut self.links[id as usize].pipes[Side::Peer as usize];
        let keep = self.random.below(pipe.under_way() as u64 + 1) as usize;
        pipe.cut(keep);
    }
}
