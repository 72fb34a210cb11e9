//! The front that stands between a connection and the server where a visitor types bare lines: it hears what the server
//! says once that is open and the visitor has room for more, and what it answers is told to the server like anything that
//! a peer sends.

use super::{Conn, Lifecycle, ServerDriver, ServerObserver};
use crate::driver::{Flushed, MAX_WRITES, Stream};
use crate::planted::{Bug, buggy};
use crate::server::{CloseReason, ConnId};
use crate::time::Now;
use crate::transport::{LinkLimits, SendQueue, TransportError};
use crate::visitor::{Output, Visitor};

/// A visitor, and the server's lines that it has not heard.
#[derive(Debug)]
pub(super) struct Front {
    visitor: Visitor,
    queue: SendQueue,
    out: Output,
}

impl Front {
    pub(super) fn new(conn: ConnId) -> Self {
        Self { visitor: Visitor::new(conn), queue: SendQueue::default(), out: Output::default() }
    }

    /// Whether it has heard all that the server says.
    fn is_done(&self) -> bool {
        self.queue.is_written() && (!self.queue.is_held() || buggy(Bug::VisitorGoodbyeOvertakes))
    }
}

impl<S: Stream> Conn<S> {
    /// The server's lines that wait.
    pub(super) fn queue(&mut self) -> &mut SendQueue {
        match &mut self.front {
            Some(front) => &mut front.queue,
            None => self.end.link.queue(),
        }
    }

    /// Whether lines of the server are held until something is settled.
    pub(super) fn is_held(&self) -> bool {
        self.front.as_ref().map_or(self.end.link.is_held(), |front| front.queue.is_held())
    }

    /// Whether there are lines that are open and that the front has not heard.
    fn is_unheard(&self) -> bool {
        self.front.as_ref().is_some_and(|front| !front.queue.is_written())
    }

    /// Whether the front keeps something that the visitor typed until it has heard more, and will hear more.
    pub(super) fn has_unsaid(&self) -> bool {
        let Some(front) = &self.front else { return false };
        front.visitor.has_unsaid() && (self.is_held() || self.is_unheard() && self.end.writable)
    }

    /// Bytes that wait, wherever they wait.
    pub(super) fn pending_bytes(&self) -> usize {
        self.end.link.pending_bytes() + self.front.as_ref().map_or(0, |front| front.queue.bytes())
    }

    /// Nothing more is sent: what carries the lines says goodbye once everything is written, and the front has heard it.
    pub(super) fn finish(&mut self) {
        if self.front.as_ref().is_none_or(|front| front.is_done()) {
            self.end.link.finish();
        }
    }

    /// The connection is open.
    pub(super) fn greet(&mut self) -> Result<bool, TransportError> {
        if let Some(front) = &mut self.front {
            front.visitor.opened(&mut front.out);
        }
        self.show()
    }

    /// Writes what waits, as far as the stream takes it.
    pub(super) fn flush(&mut self, scratch: &mut Vec<u8>, limits: &LinkLimits) -> Flushed {
        let mut left = MAX_WRITES;
        loop {
            if let Err(error) = self.word(scratch, limits) {
                return Flushed::Broken(Some(error));
            }
            let flushed = self.end.flush_within(&mut left, scratch, limits);
            if flushed != Flushed::All || !self.is_unheard() {
                return flushed;
            }
        }
    }

    /// Lets the front hear what the server says until there is something to show. Only a visitor who has taken everything
    /// before is spoken to: the front answers PINGs, and nobody who reads nothing is to seem alive.
    fn word(&mut self, scratch: &mut Vec<u8>, limits: &LinkLimits) -> Result<(), TransportError> {
        while self.is_unheard() && self.end.writable && self.end.link.pending_bytes() == 0 {
            let Some(front) = &mut self.front else { break };
            scratch.clear();
            front.queue.take_lines(scratch, limits.write_bytes);
            front.visitor.heard(scratch, &mut front.out);
            self.show()?;
        }
        if self.life.is_closing() {
            self.finish();
        }
        Ok(())
    }

    /// Puts what the front has for the visitor to what is written. Returns whether that is something.
    fn show(&mut self) -> Result<bool, TransportError> {
        let Some(front) = self.front.as_mut().filter(|front| !front.out.shown.is_empty()) else { return Ok(false) };
        self.end.link.show(&std::mem::take(&mut front.out.shown))?;
        Ok(true)
    }

    /// What the front has for the server.
    fn take_said(&mut self) -> Vec<u8> {
        self.front.as_mut().map(|front| std::mem::take(&mut front.out.irc)).unwrap_or_default()
    }
}

impl<S: Stream, O: ServerObserver> ServerDriver<S, O> {
    /// Gives the server what the transports made of the peer's bytes, or what the front makes of that.
    pub(super) fn hand_on(&mut self, now: Now, conn: ConnId, bytes: &[u8]) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        let Some(front) = &mut row.front else { return self.tell(now, conn, bytes) };
        let typed = front.visitor.typed(bytes, &mut front.out);
        let (shown, said) = (row.show(), row.take_said());
        if shown != Ok(false) {
            // The front answers some of what is typed by itself, and a visitor may leave that unread, too.
            self.bound(conn);
            self.mark_dirty(conn);
        }
        self.tell(now, conn, &said);
        match (typed, shown) {
            (Err(error), _) => self.lost(now, conn, CloseReason::TooMuch(&error.to_string())),
            (_, Err(error)) => self.given_up(now, conn, &error),
            _ => {}
        }
    }

    /// Tells the server what a front answers to what it has heard. Who has ended their input is heard out first: else what
    /// they typed and what waits for their join would be lost with `echo hi | nc -N HOST PORT`.
    pub(super) fn answer(&mut self, now: Now, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn).filter(|row| row.front.is_some()) else { return };
        let said = row.take_said();
        self.tell(now, conn, &said);
        let row = self.conns.get(conn);
        if row.is_some_and(|row| matches!(row.life, Lifecycle::Open) && row.has_ended()) {
            self.ended(now, conn);
        }
    }
}
