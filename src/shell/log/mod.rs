//! The server's log: who connected, who left and why, and at level debug every line. It goes to stderr, one line per
//! entry, with the connection's number. It never contains a password.

mod output;
mod sums;

use std::collections::BTreeMap;

pub use output::Logging;

use crate::driver::ServerObserver;
use crate::server::{Action, Actions, Answer, AskId, CloseReason, ConnId, Event, Severity};
use crate::time::Now;
use crate::wire::{LineBuffer, LineLimits, Peer, Split, is_unsafe_to_show};

/// Logs an event of a connection, with everything known about its peer.
macro_rules! log_peer {
    ($conn:expr, $peer:expr, $($rest:tt)+) => {
        tracing::info!(
            conn = $conn,
            host = &*$peer.host,
            proxy = $peer.proxy.as_deref(),
            uid = $peer.uid,
            secure = $peer.secure.then_some(true),
            certificate = $peer.certificate.as_deref(),
            unproven_certificate = $peer.unproven.then_some(true),
            server_name = $peer.server_name.as_deref(),
            $($rest)+
        )
    };
}

/// Logs the server's events and actions.
#[derive(Debug)]
pub struct Log {
    /// The length that the server allows.
    limits: LineLimits,
    /// Unfinished lines; only at level debug.
    partial: BTreeMap<ConnId, LineBuffer>,
    /// The connection whose line is being handled.
    current: Option<ConnId>,
    /// The connection that each pending question is for.
    asks: BTreeMap<AskId, ConnId>,
}

impl ServerObserver for Log {
    fn event(&mut self, _now: Now, event: &Event<'_>) {
        let debug = tracing::enabled!(tracing::Level::DEBUG);
        self.current = None;
        match *event {
            Event::Accepted { conn, peer } => {
                if debug {
                    self.partial.insert(conn, LineBuffer::default());
                }
                log_peer!(conn, peer, "connected");
            }
            Event::Closed { conn, reason } => {
                self.partial.remove(&conn);
                tracing::info!(conn, reason = reason.text(), "left");
            }
            Event::Received { conn, bytes } => {
                self.current = Some(conn);
                if debug {
                    self.received(conn, bytes);
                } else {
                    self.partial.remove(&conn);
                }
            }
            Event::Answered { ask, answer } => {
                self.current = ask.and_then(|ask| self.asks.remove(&ask));
                self.answered(answer);
            }
            #[cfg(feature = "planted")]
            Event::Attached { conn, to, .. } => tracing::info!(conn, "will attach to {to}"),
            // The product has no log of facts yet.
            Event::Settled { .. } | Event::Unread { .. } | Event::Drained { .. } | Event::Timeout => {}
            Event::Stop => tracing::info!("stopping"),
        }
    }

    fn turned_away(&mut self, _now: Now, conn: ConnId, peer: &Peer, reason: CloseReason<'_>) {
        log_peer!(conn, peer, reason = reason.text(), "handshake failed");
    }

    fn actions(&mut self, _now: Now, actions: &Actions) {
        let debug = tracing::enabled!(tracing::Level::DEBUG);
        for action in actions.list() {
            match action {
                Action::Send { to, line, .. } => {
                    if debug {
                        sent(actions.recipients(*to), line);
                    }
                }
                Action::Either { .. } | Action::Append { .. } | Action::Drain { .. } => {}
                Action::Ask { ask, .. } => {
                    self.asks.extend(self.current.map(|conn| (*ask, conn)));
                }
                Action::Close { conn, reason } => {
                    self.partial.remove(conn);
                    tracing::info!(conn, reason = shown(reason.to_string().as_bytes()), "closed");
                }
            }
        }
    }
}

impl Log {
    /// The log of a server that accepts lines of this length.
    pub fn new(limits: LineLimits) -> Self {
        Self { limits, partial: BTreeMap::new(), current: None, asks: BTreeMap::new() }
    }

    fn answered(&self, answer: Answer<'_>) {
        let conn = self.current;
        match answer.severity() {
            Severity::Info => tracing::info!(conn, "{answer}"),
            Severity::Warning => tracing::warn!(conn, "{answer}"),
            Severity::Error => tracing::error!(conn, "{answer}"),
        }
    }

    fn received(&mut self, conn: ConnId, mut bytes: &[u8]) {
        if !self.partial.contains_key(&conn) {
            // The level was raised after the connection was accepted. The beginning of this line may be missing, and
            // may have been PASS.
            let Some(end) = bytes.iter().position(|byte| b"\r\n".contains(byte)) else { return };
            bytes = &bytes[end + 1..];
        }
        let buffer = self.partial.entry(conn).or_default();
        while let Some(split) = buffer.next(&mut bytes, &self.limits) {
            match split {
                Split::Line(line) => tracing::debug!(conn, "> {}", without_secrets(line)),
                Split::TooLong(_) => tracing::debug!(conn, "> (a line that is too long)"),
            }
        }
    }
}

fn sent(to: &[ConnId], line: &[u8]) {
    let text = shown(line.trim_ascii_end());
    match to {
        [conn] => tracing::debug!(conn, "< {text}"),
        _ => tracing::debug!(conn = ?to, "< {text}"),
    }
}

/// Commands with secret parameters.
const SECRET: &[&str] = &["PASS", "OPER", "AUTHENTICATE"];

fn without_secrets(line: &[u8]) -> String {
    let text = shown(line);
    let command = text.split_ascii_whitespace().find(|word| !word.starts_with([':', '@'])).unwrap_or_default();
    match SECRET.iter().find(|secret| secret.eq_ignore_ascii_case(command)) {
        Some(secret) => format!("{secret} (hidden)"),
        None => text,
    }
}

/// A line with the characters escaped that a terminal would obey.
fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    if !text.contains(is_unsafe_to_show) {
        return text.into_owned();
    }
    text.chars().map(|c| if is_unsafe_to_show(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}
