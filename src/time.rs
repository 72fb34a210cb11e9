//! Points in time as plain numbers.
//!
//! The state machines never read a clock: their driver passes both clocks with every event ([`Now`]). In production
//! these are the kernel's clocks; in the simulator, numbers that the virtual world advances.

use std::fmt;
use std::time::Duration;

/// The two clocks at the time of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The monotonic clock, from an arbitrary zero. For deadlines and durations: pings, idle times.
    pub mono: Time,
    /// The wall clock, which may be set forwards or backwards. For timestamps shown to people, which are compared only
    /// with one another and with this clock.
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

/// A point in time: microseconds since a clock's zero, which for the wall clock is 1970-01-01T00:00:00Z.
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

    /// The duration from `earlier` to this time; zero if `earlier` is later.
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
