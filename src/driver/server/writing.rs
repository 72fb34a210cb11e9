//! Writes the server's lines to streams: at the end of a round, within a budget, and below the queue's cap.

use super::{ServerDriver, ServerObserver};
use crate::driver::{Flushed, STARVED_PAUSE, Stream};
use crate::planted::{Bug, buggy};
use crate::server::{CloseReason, ConnId, Event};
use crate::time::Now;
use crate::wire::Line;

impl<S: Stream, O: ServerObserver> ServerDriver<S, O> {
    pub(super) fn push(&mut self, conn: ConnId, line: &Line) {
        let row = self.conns.get_mut(conn).unwrap_or_else(|| panic!("a line for connection {conn}, which is gone"));
        row.queue().push(line.clone());
        if !row.dirty {
            row.dirty = true;
            self.dirty.push(conn);
        }
        if self.limits.link.is_over(row.pending_bytes()) {
            self.bound(conn);
        }
    }

    /// Enforces the cap of a connection's queue. Writing normally waits for the end of the round, so what the stream
    /// accepts is written first: only the rest counts against the peer.
    pub(super) fn bound(&mut self, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        if !self.limits.link.is_over(row.pending_bytes()) {
            return;
        }
        if row.end.writable {
            row.flush(&mut self.write_buffer, &self.limits.link);
        }
        if self.limits.link.is_over(row.pending_bytes()) && self.over.last() != Some(&conn) {
            self.over.push(conn);
        }
    }

    pub(super) fn close_over(&mut self, now: Now) {
        for conn in std::mem::take(&mut self.over) {
            let Some(row) = self.conns.get(conn) else { continue };
            match self.limits.link.is_over(row.pending_bytes()) {
                // A peer that does not read its last lines is dropped.
                true if row.life.is_closing() => self.drop_conn(conn),
                true => self.lost(now, conn, CloseReason::SendQueueExceeded),
                false => {}
            }
        }
    }

    pub(super) fn write(&mut self, now: Now, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        if !row.end.writable {
            return;
        }
        let flushed = row.flush(&mut self.write_buffer, &self.limits.link);
        let closing = row.life.is_closing();
        let held = row.is_held() && !buggy(Bug::GoodbyeOvertakes);
        match flushed {
            Flushed::All if closing && !held => self.say_goodbye(conn),
            Flushed::All | Flushed::Blocked => {}
            Flushed::Budget if buggy(Bug::BudgetForgotten) => {}
            Flushed::Budget => {
                row.dirty = true;
                self.later.push(conn);
            }
            Flushed::Starved => {
                row.dirty = true;
                self.starved.push(conn);
                self.retry.get_or_insert(now.mono + STARVED_PAUSE);
            }
            Flushed::Broken(_) if closing => self.drop_conn(conn),
            Flushed::Broken(None) => self.lost(now, conn, CloseReason::Reset),
            Flushed::Broken(Some(error)) => self.given_up(now, conn, &error),
        }
        // The transport's encoding may be longer than the lines.
        self.bound(conn);
    }

    /// Lets the server go on with the long replies whose connections have most of their queue written. Returns whether it
    /// did with any.
    pub(super) fn go_on(&mut self, now: Now) -> bool {
        let most = self.limits.link.send_queue_bytes / 4;
        let mut any = false;
        for conn in std::mem::take(&mut self.draining) {
            if !self.server.is_replying(conn) {
                continue;
            }
            if self.pending_bytes(conn) > most {
                if !buggy(Bug::DrainForgotten) {
                    self.draining.push(conn);
                }
                continue;
            }
            any = true;
            self.handle(now, Event::Drained { conn });
            self.close_over(now);
        }
        if any {
            self.read_on();
        }
        any
    }

    pub(super) fn mark_dirty(&mut self, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        if !row.dirty {
            row.dirty = true;
            self.dirty.push(conn);
        }
    }
}
