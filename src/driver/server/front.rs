//! The front of a visitor who types plain lines, between a connection and the server. It gets the server's lines once
//! they are open and the visitor has room for more; its replies are handled as if the peer had sent them.

use super::{Conn, Lifecycle, ServerDriver, ServerObserver};
use crate::driver::{Flushed, MAX_WRITES, Stream};
use crate::planted::{Bug, buggy};
use crate::server::{CloseReason, ConnId};
use crate::time::Now;
use crate::transport::{LinkLimits, SendQueue, TransportError};
use crate::visitor::{Output, Visitor};

/// A visitor, and the server's lines that it has not processed.
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

    /// Whether it has processed all lines from the server.
    fn is_done(&self) -> bool {
        self.queue.is_written() && (!self.queue.is_held() || buggy(Bug::VisitorGoodbyeOvertakes))
    }
}

impl<S: Stream> Conn<S> {
    /// The queue of the server's lines.
    pub(super) fn queue(&mut self) -> &mut SendQueue {
        match &mut self.front {
            Some(front) => &mut front.queue,
            None => self.end.link.queue(),
        }
    }

    /// Whether lines of the server are held until a fact is settled.
    pub(super) fn is_held(&self) -> bool {
        self.front.as_ref().map_or(self.end.link.is_held(), |front| front.queue.is_held())
    }

    /// Whether the front has open lines to process.
    fn is_unheard(&self) -> bool {
        self.front.as_ref().is_some_and(|front| !front.queue.is_written())
    }

    /// Whether the front holds back typed input until it gets more lines, and more are still to come.
    pub(super) fn has_unsaid(&self) -> bool {
        let Some(front) = &self.front else { return false };
        front.visitor.has_unsaid() && (self.is_held() || self.is_unheard() && self.end.writable)
    }

    /// Bytes queued in the link and in the front.
    pub(super) fn pending_bytes(&self) -> usize {
        self.end.link.pending_bytes() + self.front.as_ref().map_or(0, |front| front.queue.bytes())
    }

    /// Nothing more will be sent: the transport says goodbye once everything is written and the front has processed it.
    pub(super) fn finish(&mut self) {
        if self.front.as_ref().is_none_or(|front| front.is_done()) {
            self.end.link.finish();
        }
    }

    /// The connection is open: lets the front greet the visitor.
    pub(super) fn greet(&mut self) -> Result<bool, TransportError> {
        if let Some(front) = &mut self.front {
            front.visitor.opened(&mut front.out);
        }
        self.show()
    }

    /// Writes what is queued, as far as the stream accepts it.
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

    /// Passes lines to the front until it has something to show. It gets more only when everything shown before has
    /// been written: the front answers PINGs, and a visitor who does not read must not seem alive.
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

    /// Queues the front's output for the visitor. Returns whether there was any.
    fn show(&mut self) -> Result<bool, TransportError> {
        let Some(front) = self.front.as_mut().filter(|front| !front.out.shown.is_empty()) else { return Ok(false) };
        self.end.link.show(&std::mem::take(&mut front.out.shown))?;
        Ok(true)
    }

    /// The peer has ended its direction: the front may have something to say about that.
    pub(super) fn ends_typing(&mut self) {
        if let Some(front) = &mut self.front {
            front.visitor.ended(&mut front.out);
            // If the transport gives up, there is nobody to tell.
            let _ = self.show();
        }
    }

    /// Takes the front's output for the server.
    fn take_said(&mut self) -> Vec<u8> {
        self.front.as_mut().map(|front| std::mem::take(&mut front.out.irc)).unwrap_or_default()
    }
}

impl<S: Stream, O: ServerObserver> ServerDriver<S, O> {
    /// Passes a peer's decoded bytes to the server. With a front, passes them to the front, and the front's IRC lines
    /// to the server.
    pub(super) fn hand_on(&mut self, now: Now, conn: ConnId, bytes: &[u8]) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        let Some(front) = &mut row.front else { return self.tell(now, conn, bytes) };
        let typed = front.visitor.typed(bytes, &mut front.out);
        let (shown, said) = (row.show(), row.take_said());
        if shown != Ok(false) {
            // The front answers some input itself; these answers count against the queue's cap, too.
            self.bound(conn);
            self.mark_dirty(conn);
        }
        self.tell(now, conn, &said);
        match (typed, shown) {
            (Err(why), _) => self.lost(now, conn, CloseReason::SentAway(&why.to_string())),
            (_, Err(error)) => self.given_up(now, conn, &error),
            _ => {}
        }
    }

    /// Passes the front's replies to the server. If the visitor has ended their input, the connection stays until the
    /// front has sent all of it; otherwise `echo hi | nc -N HOST PORT` would lose lines that wait for the join.
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
