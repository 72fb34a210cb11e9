//! What the person typed, on its way to the server: waiting, ready, sent, confirmed.
//!
//! Knows nothing of what the lines mean. A server processes a connection's lines in their order, so the answer to a
//! PING confirms all that was sent before it; at most one such barrier is on its way.

use std::collections::VecDeque;

use super::{Entry, MAX_WAITING_BYTES, SEND_WINDOW_BYTES};
use crate::wire::{Encoder, Line};

/// A line for the server and what is shown of it when it is sent.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) line: Line,
    pub(super) shown: Option<Shown>,
}

/// What is shown of the client's own words, since servers do not echo them.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) to: String,
    pub(super) text: String,
    pub(super) kind: super::Speech,
}

impl Shown {
    pub(super) fn entry(self, from: &str) -> Entry {
        Entry::Said { from: from.to_owned(), to: self.to, text: self.text, kind: self.kind }
    }
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
    /// Lines as they were typed.
    typed: VecDeque<String>,
    typed_bytes: usize,
    /// What one typed line became.
    ready: VecDeque<Ready>,
    unconfirmed: VecDeque<Line>,
    unconfirmed_bytes: usize,
    barrier: Option<Barrier>,
    barriers: u64,
}

impl Outbox {
    /// Puts a typed line at the end; `false` if there is no room for it.
    pub(super) fn push_typed(&mut self, line: String) -> bool {
        if self.typed_bytes + line.len() > MAX_WAITING_BYTES {
            return false;
        }
        // An empty string costs too: count what the queue holds of it.
        self.typed_bytes += line.len() + size_of::<String>();
        self.typed.push_back(line);
        true
    }

    pub(super) fn pop_typed(&mut self) -> Option<String> {
        let line = self.typed.pop_front()?;
        self.typed_bytes -= line.len() + size_of::<String>();
        Some(line)
    }

    pub(super) fn forget_typed(&mut self) {
        self.typed = VecDeque::new();
        self.typed_bytes = 0;
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

    /// Whether another line may be sent now. One always may while none is on its way.
    pub(super) fn has_room(&self) -> bool {
        self.unconfirmed_bytes < SEND_WINDOW_BYTES
    }

    /// `line` is being sent.
    pub(super) fn sent(&mut self, line: Line) {
        self.unconfirmed_bytes += line.len();
        self.unconfirmed.push_back(line);
    }

    /// The PING to send, if something is unconfirmed and no barrier is on its way.
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

    /// A PONG came.
    pub(super) fn confirm(&mut self, token: &str) {
        let Some(barrier) = self.barrier.take_if(|barrier| barrier.token == token) else { return };
        for line in self.unconfirmed.drain(..barrier.covers) {
            self.unconfirmed_bytes -= line.len();
        }
    }

    /// The connection is lost: what was sent and not confirmed.
    pub(super) fn take_unconfirmed(&mut self) -> VecDeque<Line> {
        (self.barrier, self.unconfirmed_bytes) = (None, 0);
        std::mem::take(&mut self.unconfirmed)
    }

    /// Lines that are not known to have been processed by the server, sent or not.
    pub(super) fn unfinished(&self) -> usize {
        self.typed.len() + self.ready.len() + self.unconfirmed.len()
    }

    pub(super) fn unconfirmed(&self) -> usize {
        self.unconfirmed.len()
    }
}
