//! The two clocks: the monotonic one, which drives the world, and the wall clock, which is set now and then. Both go on
//! while the server's process is stopped.

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

/// The longest times for which the server's process is stopped, in microseconds: a moment, longer than a handshake may
/// take, longer than the server waits for a reply to a PING.
const STOPS: [u64; 6] = [20_000, 200_000, 1_000_000, 3_000_000, 20_000_000, 70_000_000];
/// The longest time for which it runs until it is stopped again.
const RUNS: u64 = 1_000_000;

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

    /// Plans when to stop the server's process again, if the fault is on.
    pub(super) fn plan_stop(&mut self) {
        let mut net = self.net.borrow_mut();
        if net.faults.has(Fault::Stopped) {
            let from = net.stopped.unwrap_or_default().max(net.now);
            net.schedule.push(from + Duration::from_micros(self.stops.within(1..=RUNS)), Event::Stop);
        }
    }

    /// Stops the server's process for a while.
    pub(super) fn suspend(&mut self) {
        let most = *self.stops.pick(&STOPS);
        let span = Duration::from_micros(self.stops.within(1..=most));
        let mut net = self.net.borrow_mut();
        if net.faults.has(Fault::Stopped) {
            net.stopped = Some(net.now + span);
            self.witness.borrow_mut().fault(net.now, Fault::Stopped, None);
        }
        drop(net);
        self.plan_stop();
    }
}
