//! The two clocks: the monotonic one, which drives the world, and the wall clock, which is set now and then.

use std::time::Duration;

use verbatim::time::{Now, Time};

use super::World;
use crate::faults::Fault;
use crate::net::schedule::Event;

/// The start of the virtual world: 2026-01-01T00:00:00Z on the wall clock; its computers have been running for eleven
/// days.
pub const START: Now = Now { mono: Time::from_secs(1_000_000), wall: Time::from_secs(1_767_225_600) };

/// The longest jump of the wall clock, in microseconds: a day.
const MOST: usize = 86_400_000_000;
/// The longest pause before it is set again: three seconds, because most people talk for less than ten.
const PAUSE: usize = 3_000_000;

impl World {
    /// The monotonic clock.
    pub fn now(&self) -> Time {
        self.net.borrow().now
    }

    /// Both clocks.
    pub fn clocks(&self) -> Now {
        self.net.borrow().clocks()
    }

    /// Plans when to set the wall clock again, if the fault is on.
    pub(super) fn plan_jump(&mut self) {
        let mut net = self.net.borrow_mut();
        if net.faults.has(Fault::ClockJump) {
            let time = net.now + Duration::from_micros(self.jumps.size(PAUSE) as u64);
            net.schedule.push(time, Event::Jump);
        }
    }

    /// Sets the wall clock.
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
