//! The kernel's two clocks.

use std::time::{Duration, SystemTime};

use nix::errno::Errno;
use nix::time::{ClockId, clock_gettime};

use crate::time::{Now, Time};

/// Both clocks. The wall clock may be set while the process runs, by a user or by NTP.
#[derive(Debug)]
pub struct Clock {
    /// Reads the wall clock: each time, since it may have been set.
    wall: fn() -> SystemTime,
}

impl Clock {
    /// Starts the clocks.
    ///
    /// # Errors
    /// The kernel has no such clock.
    pub fn start() -> Result<Self, Errno> {
        Self::with(SystemTime::now)
    }

    fn with(wall: fn() -> SystemTime) -> Result<Self, Errno> {
        since_boot()?;
        Ok(Self { wall })
    }

    /// What both clocks show now.
    pub fn now(&self) -> Now {
        let mono = since_boot().expect("the clock worked at start");
        // A clock that is set before 1970 counts as 1970.
        let wall = (self.wall)().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Now { mono: Time::default() + mono, wall: Time::default() + wall }
    }
}

/// CLOCK_BOOTTIME: unlike CLOCK_MONOTONIC it counts suspended time, so a laptop that wakes up knows how long the peer
/// has been silent.
fn since_boot() -> Result<Duration, Errno> {
    Ok(Duration::from(clock_gettime(ClockId::CLOCK_BOOTTIME)?))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// What a clock that can be set shows.
        static SET: Cell<SystemTime> = const { Cell::new(SystemTime::UNIX_EPOCH) };
    }

    #[test]
    fn each_reading_shows_the_wall_clock_as_it_is_set_then() {
        let clock = Clock::with(|| SET.get()).expect("the kernel has the clock");
        let before = clock.now();
        let mut shown = Vec::new();
        for secs in [1_000_000_000, 5, 2_000_000_000] {
            SET.set(SystemTime::UNIX_EPOCH + Duration::from_secs(secs));
            shown.push(clock.now().wall.as_secs());
        }
        assert_eq!(shown, [1_000_000_000, 5, 2_000_000_000]);
        SET.set(SystemTime::UNIX_EPOCH - Duration::from_secs(9));
        assert_eq!(clock.now().wall, Time::default(), "before 1970 is 1970");
        // The other clock goes on, and was not set: an hour has not passed.
        assert!(clock.now().mono.since(before.mono) < Duration::from_secs(3600) && clock.now().mono >= before.mono);
    }
}
