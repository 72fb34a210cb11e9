//! The kernel's two clocks.

use std::time::{Duration, SystemTime};

use nix::errno::Errno;
use nix::time::{ClockId, clock_gettime};

use crate::time::{Now, Time};

/// Both clocks. The wall clock may be set while the process runs, by a user or by NTP.
#[derive(Debug)]
pub struct Clock(());

impl Clock {
    /// Starts the clocks.
    ///
    /// # Errors
    /// The kernel has no such clock.
    pub fn start() -> Result<Self, Errno> {
        since_boot()?;
        Ok(Self(()))
    }

    /// What both clocks show now.
    pub fn now(&self) -> Now {
        let mono = since_boot().expect("the clock worked at start");
        // A clock that is set before 1970 counts as 1970.
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Now { mono: Time::default() + mono, wall: Time::default() + wall }
    }
}

/// CLOCK_BOOTTIME: unlike CLOCK_MONOTONIC it counts suspended time, so a laptop that wakes up knows how long the peer
/// has been silent.
fn since_boot() -> Result<Duration, Errno> {
    Ok(Duration::from(clock_gettime(ClockId::CLOCK_BOOTTIME)?))
}
