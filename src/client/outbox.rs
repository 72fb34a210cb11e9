//! The user's lines on their way to the server: typed, ready, sent, confirmed.
//!
//! Knows nothing of their meaning. A server processes a connection's lines in order, so the reply to a PING confirms
//! everything sent before it; at most one such barrier is pending.

use std::collections::VecDeque;

use super::own::Own;
use super::{MAX_WAITING_BYTES, SEND_WINDOW_BYTES};
use crate::wire::{Encoder, Line};

/// A line for the server.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) line: Line,
    /// The message in it, if it is one: shown once the server has it.
    pub(super) own: Option<Own>,
}

/// A line that was sent, and is not confirmed.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) line: Line,
    /// The message in it, until it is shown or refused for each of its targets.
    pub(super) own: Option<Own>,
    /// Whether a refusal was attributed to it.
    pub(super) is_refused: bool,
}

#[derive(Debug)]
struct Barrier {
    token: String,
    /// How many of the unconfirmed lines were sent before it.
    covers: usize,
}

/// The queues.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// Lines as typed.
    typed: VecDeque<String>,
    typed_bytes: usize,
    /// The lines made from a typed line.
    ready: VecDeque<Ready>,
    unconfirmed: VecDeque<Sent>,
    unconfirmed_bytes: usize,
    barrier: Option<Barrier>,
    barriers: u64,
}

impl Outbox {
    /// Appends a typed line; `false` if there is no room for it.
    pub(super) fn push_typed(&mut self, line: String) -> bool {
        if self.typed_bytes + line.len() > MAX_WAITING_BYTES {
            return false;
        }
        // An empty string takes space, too.
        self.typed_bytes += line.len() + size_of::<String>();
        self.typed.push_back(line);
        true
    }

    pub(super) fn pop_typed(&mut self) -> Option<String> {
        let line = self.typed.pop_front()?;
        self.typed_bytes -= line.len() + size_of::<String>();
        Some(line)
    }

    /// Drops the typed lines; returns how many there were.
    pub(super) fn forget_typed(&mut self) -> usize {
        self.typed_bytes = 0;
        std::mem::take(&mut self.typed).len()
    }

    pub(super) fn waiting_bytes(&self) -> usize {
        self.typed_bytes
    }

    pub(super) fn push_ready(&mut self, ready: Ready) {
        self.ready.push_back(ready);
    }

    pub(super) fn pop_ready(&mut self) -> Option<Ready> {
        self.ready.pop_front()
    }

    /// Whether another line may be sent now: always, if none is unconfirmed.
    pub(super) fn has_room(&self) -> bool {
        self.unconfirmed_bytes < SEND_WINDOW_BYTES
    }

    /// `line` was sent.
    pub(super) fn sent(&mut self, Ready { line, own }: Ready) {
        self.unconfirmed_bytes += line.len();
        self.unconfirmed.push_back(Sent { line, own, is_refused: false });
    }

    /// The unconfirmed lines, oldest first.
    pub(super) fn sent_lines(&mut self) -> impl Iterator<Item = &mut Sent> {
        self.unconfirmed.iter_mut()
    }

    /// The PING to send, if lines are unconfirmed and no barrier is pending.
    pub(super) fn barrier(&mut self) -> Option<Line> {
        if self.unconfirmed.is_empty() || self.barrier.is_some() {
            return None;
        }
        self.barriers += 1;
        let token = format!("verbatim-{}", self.barriers);
        let line = Encoder::bare().command("PING").trailing(&token).line();
        self.barrier = Some(Barrier { token, covers: self.unconfirmed.len() });
        Some(line)
    }

    /// A PONG arrived. Returns the confirmed messages that were neither shown nor refused.
    pub(super) fn confirm(&mut self, token: &str) -> Vec<Own> {
        let Some(barrier) = self.barrier.take_if(|barrier| barrier.token == token) else { return Vec::new() };
        let confirmed: Vec<Sent> = self.unconfirmed.drain(..barrier.covers).collect();
        self.unconfirmed_bytes -= confirmed.iter().map(|sent| sent.line.len()).sum::<usize>();
        confirmed.into_iter().filter_map(|sent| sent.own).collect()
    }

    /// The connection is lost: removes and returns the unconfirmed lines.
    pub(super) fn take_unconfirmed(&mut self) -> VecDeque<Sent> {
        (self.barrier, self.unconfirmed_bytes) = (None, 0);
        std::mem::take(&mut self.unconfirmed)
    }

    /// How many lines the server has not confirmed, sent or not.
    pub(super) fn unfinished(&self) -> usize {
        self.typed.len() + self.ready.len() + self.unconfirmed.len()
    }

    pub(super) fn unconfirmed(&self) -> usize {
        self.unconfirmed.len()
    }
}
