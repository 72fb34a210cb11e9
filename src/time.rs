//! Points in time as plain numbers.
//!
//! The state machines never read a clock: their driver tells them, with every event, what two clocks show ([`Now`]). In
//! production those are the kernel's, in the simulator numbers that the virtual world moves.

use std::fmt;
use std::time::Duration;

/// What two clocks show when something happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The clock that only goes forward, at an even pace, from wherever it began. Deadlines and durations go by it: when
    /// somebody is pinged, how long they have been idle.
    pub mono: Time,
    /// The clock on the wall, which is set, and so may jump forwards and backwards. Stamps that people read are taken
    /// from it, and compared with nothing but it.
    pub wall: Time,
}

impl Now {
    /// Both clocks show `time`.
    pub const fn both(time: Time) -> Self {
        Self { mono: time, wall: time }
    }
}

impl std::ops::Add<Duration> for Now {
    type Output = Now;
    fn add(self, duration: Duration) -> Now {
        Now { mono: self.mono + duration, wall: self.wall + duration }
    }
}

/// A point in time: microseconds since a clock's zero, which for the clock on the wall is 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    /// The time `micros` microseconds after zero.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The time `secs` seconds after zero.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * 1_000_000)
    }

    /// Microseconds since zero.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Whole seconds since zero, as numerics like 317, 329 and 333 carry them.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000_000
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub const fn since(self, earlier: Time) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Duration> for Time {
    type Output = Time;
    fn add(self, duration: Duration) -> Time {
        Time(self.0.saturating_add(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)))
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}
