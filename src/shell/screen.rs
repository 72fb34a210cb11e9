//! Shows entries: [`Entry::Trouble`] on stderr, all others as lines on stdout.

use std::env;
use std::io::{self, IsTerminal, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::client::Entry;
use crate::client::view::plain::{self, Style};
use crate::time::Time;

/// The two streams, and their style.
#[derive(Debug)]
pub struct Screen {
    zone: TimeZone,
    colour: bool,
    ascii: bool,
    /// Lines to write at the end of the round.
    lines: String,
}

impl Screen {
    /// A screen with the system's time zone.
    pub fn new() -> Self {
        Self {
            zone: TimeZone::system(),
            colour: wants_colour(&io::stdout()),
            ascii: !shows_unicode(),
            lines: String::new(),
        }
    }

    /// Shows `entry`, which happened at `now` on the wall clock. Lines are written by [`flush`](Self::flush), trouble
    /// at once.
    pub fn show(&mut self, now: Time, entry: &Entry) {
        if let Entry::Trouble { text } = entry {
            // If stderr is gone, there is no way to report anything.
            let _ = writeln!(io::stderr(), "verbatim: {}", plain::clean(text));
            return;
        }
        let style = Style { utc_offset_s: self.utc_offset_s(now), colour: self.colour, ascii: self.ascii };
        self.lines.push_str(&plain::line(now, entry, style));
        self.lines.push('\n');
    }

    /// Writes the pending lines.
    ///
    /// # Errors
    /// Those of stdout, whose reader may be gone.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let lines = std::mem::take(&mut self.lines);
        let mut out = io::stdout().lock();
        out.write_all(lines.as_bytes())?;
        out.flush()
    }

    /// The offset from UTC at `now`, which may change twice a year.
    fn utc_offset_s(&self, now: Time) -> i32 {
        let time = Timestamp::from_second(now.as_secs() as i64).unwrap_or_default();
        self.zone.to_offset(time).seconds()
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
