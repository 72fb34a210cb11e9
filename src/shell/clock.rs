//! What time it is, by two clocks of the kernel's.

use std::time::{Duration, SystemTime};

use nix::errno::Errno;
use nix::time::{ClockId, clock_gettime};

use crate::time::{Now, Time};

/// Both clocks. The one on the wall may be set while the process runs: by a person, by NTP.
#[derive(Debug)]
pub struct Clock(());

impl Clock {
    /// The clocks of this computer.
    ///
    /// # Errors
    /// The kernel's, if it has no such clock.
    pub fn start() -> Result<Self, Errno> {
        since_boot()?;
        Ok(Self(()))
    }

    /// What they show.
    pub fn now(&self) -> Now {
        let mono = since_boot().expect("a clock that was there is there");
        // A computer that does not know what year it is lives in 1970.
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Now { mono: Time::default() + mono, wall: Time::default() + wall }
    }
}

/// Unlike the monotonic clock, this one counts the time in which the computer sleeps: a laptop that wakes up knows how
/// long the other side has been silent.
fn since_boot() -> Result<Duration, Errno> {
    Ok(Duration::from(clock_gettime(ClockId::CLOCK_BOOTTIME)?))
}
