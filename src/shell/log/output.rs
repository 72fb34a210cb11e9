//! Where the log goes: to stderr, up to its level, in its format. It never waits for stderr.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt, reload};

use super::sums::{Summing, Sums};
use crate::shell::config::{LogFormat, LogSettings};
use crate::shell::screen::wants_colour;
use crate::shell::spool::Spool;
use crate::time::Time;
use crate::wire::is_unsafe_to_show;

/// The most bytes of the log that wait for stderr.
const LIMIT: usize = 1 << 20;
/// How long a stopping server waits until the rest of the log is written.
const FLUSH_AT_END: Duration = Duration::from_secs(1);

/// The running log.
#[derive(Debug)]
pub struct Logging {
    level: reload::Handle<LevelFilter, Registry>,
    spool: Arc<Spool>,
    sums: Arc<Sums>,
}

impl Logging {
    /// Starts to log to stderr, up to the configured level. Must be called once, when signals are blocked.
    ///
    /// # Errors
    /// The kernel is out of descriptors or threads.
    pub fn start(settings: LogSettings) -> io::Result<Self> {
        let spool = Arc::new(Spool::start(io::stderr(), "log", LIMIT)?);
        let sums = Arc::new(Sums::default());
        let (level, handle) = reload::Layer::new(settings.level);
        let (out, format) = (Arc::clone(&spool), settings.format);
        let layer = fmt::layer()
            .with_writer(move || Line { spool: Arc::clone(&out), format })
            .with_target(false)
            // If a write to stderr fails, reporting that on stderr would end the server.
            .log_internal_errors(false);
        let layer = match settings.format {
            LogFormat::Text => layer.with_ansi(wants_colour(&io::stderr())).boxed(),
            LogFormat::Json => layer.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
        };
        tracing_subscriber::registry().with(level).with(Summing(Arc::clone(&sums))).with(layer).init();
        Ok(Self { level: handle, spool, sums })
    }

    /// Logs everything up to `level` from now on.
    pub fn set_level(&self, level: LevelFilter) {
        // This fails only if there is no log, but the log exists until the process exits.
        let _ = self.level.reload(level);
    }

    /// When [`turned`](Self::turned) has something to log.
    pub fn deadline(&self) -> Option<Time> {
        self.sums.deadline()
    }

    /// The loop begins a turn: logs how many lines were dropped or left out.
    pub fn turned(&self, now: Time) {
        self.sums.turned(now);
        self.report_dropped();
    }

    /// Writes the rest of the log, as far as stderr takes it.
    pub fn finish(&self) {
        self.sums.finish();
        self.report_dropped();
        self.spool.finish(FLUSH_AT_END);
    }

    fn report_dropped(&self) {
        match self.spool.take_dropped() {
            0 => {}
            lines => tracing::warn!(lines, "lines of the log were dropped, because stderr did not take them"),
        }
    }
}

/// Takes one line of the log.
struct Line {
    spool: Arc<Spool>,
    format: LogFormat,
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(line) {
            Ok(text) if text.contains(is_beyond_ascii) => self.spool.push(escaped(text, self.format).as_bytes()),
            _ => self.spool.push(line),
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a character is not safe to show. Those of ASCII are escaped where they come from, since the formatter itself
/// needs line ends and colours.
fn is_beyond_ascii(c: char) -> bool {
    !c.is_ascii() && is_unsafe_to_show(c)
}

/// `text` with characters escaped that a terminal or an editor would obey: they end lines or turn the text around.
fn escaped(text: &str, format: LogFormat) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match format {
            _ if !is_beyond_ascii(c) => out.push(c),
            LogFormat::Text => out.extend(c.escape_unicode()),
            // All of them have at most four digits, and are inside a string.
            LogFormat::Json => out += &format!("\\u{:04x}", u32::from(c)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_turn_text_around_or_end_lines_are_escaped() {
        for c in ['\u{85}', '\u{9b}', '\u{61c}', '\u{200e}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}'] {
            let text = format!("ét{c}é\n");
            assert!(text.contains(is_beyond_ascii));
            let digits = u32::from(c);
            assert_eq!(escaped(&text, LogFormat::Text), format!("ét\\u{{{digits:x}}}é\n"));
            assert_eq!(escaped(&text, LogFormat::Json), format!("ét\\u{digits:04x}é\n"));
        }
        assert!(!"\u{1b}[31m é 日本 \u{1f468}\u{200d}\u{1f469}\n".contains(is_beyond_ascii));
    }
}
