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

    /// What the wall clock, as it is set now, showed at `then`: setting a clock right corrects the dates of what
    /// happened before. A smaller difference than a second is no setting, so a date
    /// does not flicker.
    pub fn date(self, then: Now) -> Time {
        let unset = then.wall + self.mono.since(then.mono);
        let (forward, back) = (self.wall.since(unset), unset.since(self.wall));
        if forward.max(back) < STEP { then.wall } else { Time(then.wall.0.saturating_sub(micros(back))) + forward }
    }
}

/// The least difference between the clocks that counts as a setting of the wall clock: they are not read at exactly the
/// same time, nor kept at exactly the same speed.
const STEP: Duration = Duration::from_secs(1);

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
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
        Time(self.0.saturating_add(micros(duration)))
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_of_the_wall_clock_corrects_earlier_dates_and_drift_does_not() {
        let then = Now { mono: Time::from_secs(100), wall: Time::from_secs(5_000) };
        let date =
            |mono, wall| Now { mono: Time::from_secs(mono), wall: Time::from_micros(wall) }.date(then).as_micros();
        assert_eq!(date(160, 5_060_000_000), 5_000_000_000);
        assert_eq!(date(160, 5_060_999_999), 5_000_000_000);
        assert_eq!(date(160, 5_059_000_001), 5_000_000_000);
        assert_eq!(date(160, 8_660_000_000), 8_600_000_000);
        assert_eq!(date(160, 1_460_000_000), 1_400_000_000);
        // Before the clock's zero there is nothing.
        assert_eq!(date(10_000, 60_000_000), 0);
    }
}
