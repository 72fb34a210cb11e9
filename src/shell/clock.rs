//! What time it is: the wall clock when the process started, plus what has passed since.

use std::time::{Duration, SystemTime};

use nix::errno::Errno;
use nix::time::{ClockId, clock_gettime};

use crate::time::Time;

/// A clock that never goes back, whoever sets the computer's clock meanwhile.
#[derive(Debug)]
pub struct Clock {
    /// What is to be added to the time since boot.
    boot: Time,
}

impl Clock {
    /// A clock that agrees with the computer's now.
    ///
    /// # Errors
    /// The kernel's, if it has no such clock.
    pub fn start() -> Result<Self, Errno> {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let boot = (Time::default() + wall).since(Time::default() + since_boot()?);
        Ok(Self { boot: Time::default() + boot })
    }

    /// The time.
    pub fn now(&self) -> Time {
        self.boot + since_boot().expect("a clock that was there is there")
    }
}

/// Unlike the monotonic clock, this one counts the time in which the computer sleeps: a laptop that wakes up shows
/// the right time, and knows how long the other side has been silent.
fn since_boot() -> Result<Duration, Errno> {
    Ok(Duration::from(clock_gettime(ClockId::CLOCK_BOOTTIME)?))
}
