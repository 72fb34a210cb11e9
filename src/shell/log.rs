//! The server's log: who came, who left and why, and at level debug every line. To stderr, one line each, with the
//! number of the connection.

use std::collections::BTreeMap;
use std::io;

use tracing::level_filters::LevelFilter;

use crate::driver::ServerObserver;
use crate::server::{Action, Actions, ConnId, Event};
use crate::time::Time;
use crate::wire::{LineBuffer, LineLimits, Split};

/// Sends everything up to `level` to stderr. To be called once.
pub fn start(level: LevelFilter) {
    let colour = super::screen::wants_colour(&io::stderr());
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_ansi(colour)
        .with_target(false)
        // Where nobody reads the log any more, complaining of that in the same place would end the server.
        .log_internal_errors(false)
        .init();
}

/// Logs what a server hears and does.
#[derive(Debug, Default)]
pub struct Log {
    /// Lines whose end has not arrived; filled at level debug only.
    partial: BTreeMap<ConnId, LineBuffer>,
}

impl ServerObserver for Log {
    fn event(&mut self, _now: Time, event: &Event<'_>) {
        match *event {
            Event::Accepted { conn, host } => tracing::info!(conn, host, "connected"),
            Event::Closed { conn, reason } => {
                self.partial.remove(&conn);
                tracing::info!(conn, reason = reason.text(), "left");
            }
            Event::Received { conn, bytes } if tracing::enabled!(tracing::Level::DEBUG) => self.received(conn, bytes),
            Event::Received { .. } | Event::Verified { .. } | Event::Timeout => {}
            Event::Reloaded { outcome: Ok(_), .. } => tracing::info!("the settings are read anew"),
            Event::Reloaded { outcome: Err(why), .. } => tracing::error!("the settings stay as they are: {why}"),
            Event::Stop => tracing::info!("stopping"),
        }
    }

    fn actions(&mut self, _now: Time, actions: &Actions) {
        let debug = tracing::enabled!(tracing::Level::DEBUG);
        let mut last: &[u8] = &[];
        for action in actions.list() {
            match action {
                Action::Send { to, line } => {
                    last = line;
                    if debug {
                        sent(actions.recipients(*to), line);
                    }
                }
                Action::Verify { .. } | Action::Reload { .. } => {}
                Action::Close { conn } => {
                    self.partial.remove(conn);
                    // The last word to a connection that the server closes says why.
                    tracing::info!(conn, reason = why_closed(last), "closed");
                }
            }
        }
    }
}

impl Log {
    fn received(&mut self, conn: ConnId, mut bytes: &[u8]) {
        let buffer = self.partial.entry(conn).or_default();
        while let Some(split) = buffer.next(&mut bytes, &LineLimits::default()) {
            match split {
                Split::Line(line) => tracing::debug!(conn, "> {}", without_secrets(line)),
                Split::TooLong => tracing::debug!(conn, "> (a line that is too long)"),
            }
        }
    }
}

/// The reason in `ERROR :Closing link: (host) [reason]`.
fn why_closed(line: &[u8]) -> String {
    let text = shown(line.trim_ascii_end());
    let reason = text.split_once(" [").and_then(|(_, behind)| behind.strip_suffix(']'));
    reason.unwrap_or(&text).to_owned()
}

fn sent(to: &[ConnId], line: &[u8]) {
    let text = shown(line.trim_ascii_end());
    match to {
        [conn] => tracing::debug!(conn, "< {text}"),
        _ => tracing::debug!(conn = ?to, "< {text}"),
    }
}

/// Commands whose parameters are nobody else's business.
const SECRET: &[&str] = &["PASS", "OPER", "AUTHENTICATE"];

fn without_secrets(line: &[u8]) -> String {
    let text = shown(line);
    let command = text.split_ascii_whitespace().find(|word| !word.starts_with([':', '@'])).unwrap_or_default();
    match SECRET.iter().find(|secret| secret.eq_ignore_ascii_case(command)) {
        Some(secret) => format!("{secret} (hidden)"),
        None => text,
    }
}

/// A line without control characters, which would be the terminal's.
fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    if !text.contains(char::is_control) {
        return text.into_owned();
    }
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use super::why_closed;

    #[test]
    fn the_reason_of_an_end_is_logged_without_its_wrapping() {
        assert_eq!(why_closed(b"ERROR :Closing link: (10.0.0.1) [Quit: so [long]]\r\n"), "Quit: so [long]");
        assert_eq!(
            why_closed(b"ERROR :Closing link: (10.0.0.1) [cut at the e\r\n"),
            "ERROR :Closing link: (10.0.0.1) [cut at the e"
        );
    }
}
