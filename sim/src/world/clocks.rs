//! The two clocks: the one that drives the world, and the one on the wall, which is set now and then.

use std::time::Duration;

use verbatim::time::{Now, Time};

use super::World;
use crate::faults::Fault;
use crate::net::schedule::Event;

/// When the virtual world begins: 2026-01-01T00:00:00Z on the wall, eleven days after its computers did.
pub const START: Now = Now { mono: Time::from_secs(1_000_000), wall: Time::from_secs(1_767_225_600) };

/// The clock is set by at most so much, in microseconds: a day.
const MOST: usize = 86_400_000_000;
/// And again after at most so much: three seconds, while most people talk for less than ten.
const PAUSE: usize = 3_000_000;

impl World {
    /// What time it is, by the clock that only goes forward.
    pub fn now(&self) -> Time {
        self.net.borrow().now
    }

    /// What both clocks show.
    pub fn clocks(&self) -> Now {
        self.net.borrow().clocks()
    }

    /// Plans the next time at which the clock on the wall is set, if that may happen.
    pub(super) fn plan_jump(&mut self) {
        let mut net = self.net.borrow_mut();
        if net.faults.has(Fault::ClockJump) {
            let time = net.now + Duration::from_micros(self.jumps.size(PAUSE) as u64);
            net.schedule.push(time, Event::Jump);
        }
    }

    /// Sets the clock on the wall.
    pub(super) fn jump(&mut self) {
        let by = Duration::from_micros(self.jumps.size(MOST) as u64);
        let forward = self.jumps.chance(1, 2);
        let mut net = self.net.borrow_mut();
        if net.faults.has(Fault::ClockJump) {
            let ahead = net.ahead;
            net.ahead = if forward { ahead + by } else { ahead.saturating_sub(by) };
            self.witness.borrow_mut().fault(net.now, Fault::ClockJump, None);
        }
        drop(net);
        self.plan_jump();
    }
}
