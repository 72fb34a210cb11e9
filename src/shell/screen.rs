//! Shows entries: [`Entry::Trouble`] on stderr, all others as lines on stdout. Neither is waited for.

use std::env;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use nix::errno::Errno;

use super::spool::Spool;
use crate::client::Entry;
use crate::client::view::plain::{self, Style};
use crate::time::Time;

/// The most bytes that wait for a stream: hours of a busy channel on a terminal that was stopped.
const LIMIT: usize = 16 << 20;

/// The two streams, and their style. The descriptor is readable when something has changed: all lines are written, or
/// stdout has failed.
#[derive(Debug)]
pub struct Screen {
    out: Spool,
    err: Spool,
    zone: TimeZone,
    colour: bool,
    ascii: bool,
    /// When something was last shown, on the wall clock.
    now: Time,
}

impl Screen {
    /// A screen with the system's time zone. Signals must be blocked already.
    ///
    /// # Errors
    /// The kernel is out of descriptors or threads.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            out: Spool::start(io::stdout(), "stdout", LIMIT)?,
            err: Spool::start(io::stderr(), "stderr", LIMIT)?,
            zone: TimeZone::system(),
            colour: wants_colour(&io::stdout()),
            ascii: !shows_unicode(),
            now: Time::default(),
        })
    }

    /// Shows `entry`, which happened at `now` on the wall clock.
    pub fn show(&mut self, now: Time, entry: &Entry) {
        self.now = now;
        if let Entry::Trouble { text } = entry {
            return self.err.push(format!("verbatim: {}\n", plain::clean(text)).as_bytes());
        }
        self.report_dropped();
        let style = Style { utc_offset_s: self.utc_offset_s(now), colour: self.colour, ascii: self.ascii, columns: 0 };
        let line = plain::line(now, entry, style) + "\n";
        self.out.push(line.as_bytes());
    }

    /// Shows how many lines could not be shown, once others can be.
    fn report_dropped(&mut self) {
        let dropped = self.out.take_dropped();
        if dropped > 0 {
            let text = format!("{dropped} lines are missing here, because the output was not read");
            self.show(self.now, &Entry::Status { text });
        }
    }

    /// Clears the terminal; a file or a pipe stays as it is.
    pub fn clear(&mut self) {
        if self.colour {
            self.out.push(b"\x1b[H\x1b[2J");
        }
    }

    /// Why stdout has failed since the last call: its reader may be gone.
    pub fn take_failure(&self) -> Option<Errno> {
        self.out.take_failure()
    }

    /// Whether everything is written.
    pub fn is_written(&self) -> bool {
        self.out.is_written()
    }

    /// Waits until everything is written on stderr, for at most `patience`.
    pub fn finish(&self, patience: Duration) {
        self.err.finish(patience);
    }

    /// The offset from UTC at `now`, which may change twice a year.
    fn utc_offset_s(&self, now: Time) -> i32 {
        let time = Timestamp::from_second(now.as_secs() as i64).unwrap_or_default();
        self.zone.to_offset(time).seconds()
    }
}

impl AsFd for Screen {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.out.as_fd()
    }
}

/// Whether to use colours: on a terminal that has them, unless the user disabled them (no-color.org).
pub fn wants_colour(out: &impl IsTerminal) -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    out.is_terminal() && !set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether the terminal shows more than ASCII: assumed, unless the locale says otherwise. POSIX, "Environment
/// Variables" §8.2: LC_ALL takes precedence over LC_CTYPE, and that over LANG.
fn shows_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| locale != "C" && locale != "POSIX")
}
