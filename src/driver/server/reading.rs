//! Reads streams and passes the input to the server: within budgets, and not while the server waits for an answer or
//! too much is held.

use super::{ServerDriver, ServerObserver};
use crate::driver::{Arrived, Stream};
use crate::planted::{Bug, buggy};
use crate::server::{CloseReason, ConnId, Event};
use crate::time::Now;

impl<S: Stream, O: ServerObserver> ServerDriver<S, O> {
    pub(super) fn read(&mut self, now: Now, conn: ConnId) {
        let mut buffer = std::mem::take(&mut self.read_buffer);
        let mut budget = buffer.len();
        while let Some(row) = self.conns.get_mut(conn) {
            row.queued = false;
            if row.life.is_closing() || !row.end.readable {
                break;
            }
            if self.is_paused(conn) {
                self.wait(now, conn);
                break;
            }
            let Some(row) = self.conns.get_mut(conn) else { break };
            if !row.untold.is_empty() {
                let untold = std::mem::take(&mut row.untold);
                self.tell(now, conn, &untold);
                continue;
            }
            if row.has_ended() {
                // The peer's stream ended while reading was paused.
                self.ended(now, conn);
                break;
            }
            if budget == 0 {
                self.readable(conn);
                break;
            }
            match row.end.read(&mut buffer[..budget]) {
                Arrived::End => {
                    row.peer_ended = true;
                    match row.end.link.ended() {
                        Ok(()) => self.ended(now, conn),
                        Err(error) => self.given_up(now, conn, &error),
                    }
                    break;
                }
                Arrived::Bytes(count) => {
                    budget -= count;
                    if buggy(Bug::EdgeLost) {
                        row.end.readable = false;
                    }
                    self.received(now, conn, &buffer[..count]);
                }
                Arrived::Nothing => {}
                Arrived::Broken(_) => {
                    self.lost(now, conn, CloseReason::Reset);
                    break;
                }
            }
        }
        self.read_buffer = buffer;
    }

    pub(super) fn received(&mut self, now: Now, conn: ConnId, raw: &[u8]) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        let received = row.end.link.received(raw);
        if let Ok(Some(bytes)) = received {
            return self.hand_on(now, conn, bytes);
        }
        let has_ended = row.end.link.has_ended();
        // A transport answers some input itself; these answers count against the queue's cap, too.
        self.bound(conn);
        self.enter(now, conn);
        self.take_irc(now, conn);
        self.mark_dirty(conn);
        match received {
            Err(error) => self.given_up(now, conn, &error),
            // If reading is paused, the input that is kept comes first; then `read` handles the end.
            Ok(_) if has_ended && !self.is_paused(conn) => self.ended(now, conn),
            Ok(_) => {}
        }
    }

    /// Passes on the IRC bytes that the transport has decoded.
    pub(super) fn take_irc(&mut self, now: Now, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        let irc = row.end.link.take_irc();
        self.hand_on(now, conn, &irc);
    }

    /// Passes bytes of a connection to the server in small events, so that the output of each is checked against the
    /// queue's cap before the next. If reading is paused meanwhile, the rest is kept.
    pub(super) fn tell(&mut self, now: Now, conn: ConnId, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.conns.get(conn).is_some_and(|row| !row.life.is_closing()) {
            if self.is_paused(conn) {
                let Some(row) = self.conns.get_mut(conn) else { return };
                if !buggy(Bug::RestOfReadLost) {
                    row.untold.extend_from_slice(bytes);
                }
                return self.wait(now, conn);
            }
            let (event, rest) = bytes.split_at(bytes.len().min(self.limits.event_bytes));
            bytes = rest;
            self.handle(now, Event::Received { conn, bytes: event });
            self.close_over(now);
        }
    }

    /// Whether input of a connection must neither be read nor passed to the server.
    pub(super) fn is_paused(&self, conn: ConnId) -> bool {
        self.server.is_waiting(conn) || self.is_burdened(conn)
    }

    /// Pauses reading until an answer has come, or something is settled.
    pub(super) fn wait(&mut self, now: Now, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        if std::mem::replace(&mut row.waits, true) {
            return;
        }
        self.waiting.push(conn);
        if self.is_burdened(conn) && !self.server.is_waiting(conn) {
            self.handle(now, Event::Unread { conn });
        }
    }

    /// Resumes reading from the waiting connections.
    pub(super) fn read_on(&mut self) {
        for conn in std::mem::take(&mut self.waiting) {
            if let Some(row) = self.conns.get_mut(conn) {
                row.waits = false;
            }
            self.readable(conn);
        }
    }
}
