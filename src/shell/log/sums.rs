//! Sums up lines of one kind: a storm of connections must not fill the disk.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::time::Time;

/// How many lines of one kind are logged in one [`PERIOD`]; the others are counted.
const LINES: u32 = 50;
const PERIOD: Duration = Duration::from_secs(10);

/// The lines of the current period, by their kind: where in the program they come from. At level debug, everything is
/// logged.
#[derive(Debug, Default)]
pub struct Sums(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    kinds: Vec<Kind>,
    /// When the period ends, if it has begun.
    ends: Option<Time>,
}

#[derive(Debug)]
struct Kind {
    place: Identifier,
    level: Level,
    /// The lines that were logged.
    logged: u32,
    /// The lines that were not.
    more: u64,
    /// The message of the last one.
    message: String,
}

impl Sums {
    /// Counts a line. Returns whether to log it.
    fn count(&self, event: &Event<'_>) -> bool {
        let level = *event.metadata().level();
        if level > Level::INFO || LevelFilter::current() > LevelFilter::INFO {
            return true;
        }
        let place = event.metadata().callsite();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = counts.kinds.iter().position(|kind| kind.place == place).unwrap_or_else(|| {
            counts.kinds.push(Kind { place, level, logged: 0, more: 0, message: String::new() });
            counts.kinds.len() - 1
        });
        let kind = &mut counts.kinds[at];
        if kind.logged < LINES {
            kind.logged += 1;
            return true;
        }
        kind.more += 1;
        kind.message.clear();
        event.record(&mut Message(&mut kind.message));
        false
    }

    /// When [`turned`](Self::turned) has something to log.
    pub fn deadline(&self) -> Option<Time> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.ends.filter(|_| counts.kinds.iter().any(|kind| kind.more > 0))
    }

    /// The loop begins a turn: logs how many lines were not logged, if a period is over, and begins the next.
    pub fn turned(&self, now: Time) {
        let ended = {
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match counts.ends {
                Some(ends) if ends <= now => {
                    counts.ends = None;
                    std::mem::take(&mut counts.kinds)
                }
                ends => {
                    counts.ends = ends.or((!counts.kinds.is_empty()).then_some(now + PERIOD));
                    Vec::new()
                }
            }
        };
        log(&ended);
    }

    /// Logs what is not logged yet, because the server stops.
    pub fn finish(&self) {
        let kinds = std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).kinds);
        log(&kinds);
    }
}

fn log(kinds: &[Kind]) {
    for Kind { level, more, message, .. } in kinds.iter().filter(|kind| kind.more > 0) {
        match *level {
            Level::ERROR => tracing::error!(more, "more lines like this: {message}"),
            Level::WARN => tracing::warn!(more, "more lines like this: {message}"),
            _ => tracing::info!(more, "more lines like this: {message}"),
        }
    }
}

/// Reads an event's message.
struct Message<'a>(&'a mut String);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            *self.0 = format!("{value:?}");
        }
    }
}

/// The layer that leaves out what is only counted.
#[derive(Debug)]
pub struct Summing(pub std::sync::Arc<Sums>);

impl<S: Subscriber> Layer<S> for Summing {
    fn event_enabled(&self, event: &Event<'_>, _context: Context<'_, S>) -> bool {
        self.0.count(event)
    }
}
