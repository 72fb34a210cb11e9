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
use crate::client::view::editor::Edited;
use crate::client::view::input_line::{ERASE, InputLine};
use crate::client::view::plain::{self, Style};
use crate::time::Time;

/// The most bytes that wait for a stream: hours of a busy channel on a terminal that was stopped.
const LIMIT: usize = 16 << 20;

/// The two streams, and their style. The descriptor is readable when something has changed: all lines are written, or
/// stdout has failed. On a terminal the input line is drawn below the lines.
#[derive(Debug)]
pub struct Screen {
    out: Spool,
    err: Spool,
    zone: TimeZone,
    style: Style,
    /// Whether only what is said is shown.
    quiet: bool,
    /// When something was last shown, on the wall clock.
    now: Time,
    /// Lines that [`draw`](Self::draw) has not written.
    lines: String,
    /// The input line, if there is one.
    input: Option<InputLine>,
    /// Whether the input line is shown: not while another program has the terminal.
    has_terminal: bool,
    /// Whether the input line has changed since it was drawn.
    is_stale: bool,
}

impl Screen {
    /// A screen with the system's time zone; `edits` if it has an input line. Signals must be blocked already.
    ///
    /// # Errors
    /// The kernel is out of descriptors or threads.
    pub fn new(quiet: bool, edits: bool) -> io::Result<Self> {
        let style = Style { colour: wants_colour(&io::stdout()), ascii: !shows_unicode(), ..Style::default() };
        Ok(Self {
            out: Spool::start(io::stdout(), "stdout", LIMIT)?,
            err: Spool::start(io::stderr(), "stderr", LIMIT)?,
            zone: TimeZone::system(),
            style,
            quiet,
            now: Time::default(),
            lines: String::new(),
            input: edits.then(|| InputLine::new(style.columns)),
            has_terminal: false,
            is_stale: false,
        })
    }

    /// The terminal has this many columns, and is ours or another program's. The input line is drawn again.
    pub fn fit(&mut self, columns: usize, has_terminal: bool) {
        self.style.columns = columns;
        (self.has_terminal, self.is_stale) = (has_terminal, true);
        if let Some(input) = &mut self.input {
            input.resize(columns);
        }
    }

    /// What is typed goes to `target`.
    pub fn aim(&mut self, target: Option<&str>) {
        if let Some(input) = &mut self.input {
            self.is_stale |= input.aim(target);
        }
    }

    /// Handles what the terminal sent for keys. `None` if there is no input line.
    pub fn typed(&mut self, bytes: &[u8]) -> Option<Vec<Edited>> {
        let edited = self.input.as_mut().map(|input| input.typed(bytes));
        self.is_stale |= edited.is_some();
        edited
    }

    /// Shows `entry`, which happened at `now` on the wall clock. [`draw`](Self::draw) writes it.
    pub fn show(&mut self, now: Time, entry: &Entry) {
        self.now = now;
        if let Some(input) = &mut self.input {
            input.learn(entry);
        }
        if self.quiet && !plain::is_quiet(entry) {
            return;
        }
        if let Entry::Trouble { text } = entry {
            let line = format!("verbatim: {}\n", plain::clean(text));
            // On the same terminal it must not disturb the input line.
            return match self.input.is_some() && io::stderr().is_terminal() {
                true => self.lines.push_str(&line),
                false => self.err.push(line.as_bytes()),
            };
        }
        self.report_dropped();
        let style = Style { utc_offset_s: self.utc_offset_s(now), ..self.style };
        let line = plain::line(now, entry, style) + "\n";
        if self.input.is_none() {
            return self.out.push(line.as_bytes());
        }
        self.lines.push_str(&line);
        if matches!(entry, Entry::Said { rings: true, .. }) {
            self.lines.push('\x07');
        }
    }

    /// Clears the terminal that has an input line; anything else stays as it is.
    pub fn clear(&mut self) {
        if self.has_terminal {
            self.lines.push_str("\x1b[H\x1b[2J");
        }
        self.is_stale = true;
    }

    /// Writes the lines since the last call, and the input line below them.
    pub fn draw(&mut self) {
        let Some(input) = &self.input else { return };
        if self.lines.is_empty() && !(self.is_stale && self.has_terminal) {
            return;
        }
        self.is_stale = false;
        let lines = std::mem::take(&mut self.lines);
        let text = match self.has_terminal {
            true if lines.is_empty() => input.draw(),
            true => format!("{ERASE}{lines}{}", input.draw()),
            false => lines,
        };
        self.out.push(text.as_bytes());
    }

    /// Shows how many lines could not be shown, once others can be.
    fn report_dropped(&mut self) {
        let dropped = self.out.take_dropped();
        if dropped > 0 {
            let text = format!("{dropped} lines are missing here, because the output was not read");
            self.show(self.now, &Entry::Status { text });
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

    /// Waits until everything is written on stderr, for at most `patience`; on a terminal, also on stdout.
    pub fn finish(&self, patience: Duration) {
        if self.input.is_some() {
            self.out.finish(patience);
        }
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
    out.is_terminal() && !set("NO_COLOR") && has_sequences()
}

/// Whether the terminal knows escape sequences.
pub fn has_sequences() -> bool {
    env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether the terminal shows more than ASCII: assumed, unless the locale says otherwise. POSIX, "Environment
/// Variables" §8.2: LC_ALL takes precedence over LC_CTYPE, and that over LANG.
fn shows_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| locale != "C" && locale != "POSIX")
}
