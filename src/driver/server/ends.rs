//! How a connection begins and ends: before the server knows of it, and after the server has removed it.

use super::{Conn, Front, Lifecycle, Opening, ServerDriver, ServerObserver};
use crate::driver::{Arrived, Endpoint, Stream};
use crate::planted::{Bug, buggy};
use crate::server::{CloseReason, ConnId, Event};
use crate::time::{Now, Time};
use crate::transport::{self, Link, Transport, TransportError};
use crate::wire::Peer;

impl<S: Stream, O: ServerObserver> ServerDriver<S, O> {
    /// Accepts a connection, with the lowest free number. `transport` makes its transport, and `front` is above that.
    /// The server gets [`Event::Accepted`] once the transport is open.
    ///
    /// It is not read from until [`readable`](Self::readable) reports it, after everything that was ready before it
    /// came: somebody who reconnects finds their nick free, since the end of their old connection is handled first.
    pub fn accept(
        &mut self,
        now: Now,
        stream: S,
        peer: Peer,
        front: transport::Front,
        transport: impl FnOnce(ConnId, &Peer) -> Option<Box<dyn Transport>>,
    ) -> ConnId {
        let conn = self.conns.vacant();
        let deadline = now.mono + self.limits.handshake;
        let mut link = Link::new(transport(conn, &peer));
        if let Some(at) = self.leftover.iter().position(|&(old, _)| old == conn) {
            link = self.leftover.swap_remove(at).1;
        }
        let opened = link.opened();
        if opened.is_ok() && !link.is_open() {
            self.opening.push_back((deadline, conn));
        }
        let front = (front == transport::Front::Visitor).then(|| Box::new(Front::new(conn)));
        self.conns.insert(Conn::new(Endpoint::new(stream, link), front, Opening { peer, deadline }));
        self.enter(now, conn);
        if let Err(error) = opened {
            self.given_up(now, conn, &error);
        }
        self.mark_dirty(conn);
        if buggy(Bug::NewcomersFirst) {
            self.readable(conn);
        }
        conn
    }

    /// Reports a connection to the server, if its transport has opened.
    pub(super) fn enter(&mut self, now: Now, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn).filter(|row| row.end.link.is_open()) else { return };
        if !matches!(row.life, Lifecycle::Opening(_)) {
            return;
        }
        let Lifecycle::Opening(mut opening) = std::mem::replace(&mut row.life, Lifecycle::Open) else { return };
        row.end.link.describe(&mut opening.peer);
        let greeted = row.greet();
        self.handle(now, Event::Accepted { conn, peer: &opening.peer });
        if let Err(error) = greeted {
            self.given_up(now, conn, &error);
        }
    }

    /// The peer's stream has ended, or its transport has said goodbye.
    pub(super) fn ended(&mut self, now: Now, conn: ConnId) {
        // The transport may have kept bytes back until it knew that no more would follow.
        self.take_irc(now, conn);
        if self.is_paused(conn) {
            // Reading is paused: when it resumes, `read` calls this again.
            return self.wait(now, conn);
        }
        if self.conns.get(conn).is_some_and(Conn::has_unsaid) {
            // Typed lines wait for the join: the front sends them when it has processed the JOIN, and then `answer`
            // calls this again.
            return;
        }
        self.conns.get_mut(conn).into_iter().for_each(Conn::ends_typing);
        self.lost(now, conn, CloseReason::Ended);
    }

    /// Ends a connection that the server has not closed. Queued lines may still be written.
    pub(super) fn lost(&mut self, now: Now, conn: ConnId, reason: CloseReason<'_>) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        match &mut row.life {
            Lifecycle::Opening(opening) => {
                // Lower layers may already know the peer.
                row.end.link.describe(&mut opening.peer);
                self.observer.turned_away(now, conn, &opening.peer, reason);
            }
            Lifecycle::Open => self.handle(now, Event::Closed { conn, reason }),
            // The server closed the connection while it handled the last bytes.
            Lifecycle::Closing { .. } | Lifecycle::Draining { .. } => return,
        }
        match reason {
            CloseReason::Reset | CloseReason::SendQueueExceeded => self.drop_conn(conn),
            _ => self.begin_closing(now, conn),
        }
    }

    /// The transport has given up.
    pub(super) fn given_up(&mut self, now: Now, conn: ConnId, error: &TransportError) {
        let text = error.to_string();
        let reason = match error {
            TransportError::CutShort(_) => CloseReason::CutShort(&text),
            TransportError::TooMuch(_) => CloseReason::TooMuch(&text),
            TransportError::Refused(_) | TransportError::Unusable(_) => CloseReason::Refused(&text),
        };
        self.lost(now, conn, reason);
    }

    pub(super) fn begin_closing(&mut self, now: Now, conn: ConnId) {
        let until = now.mono + self.limits.linger;
        let Some(row) = self.conns.get_mut(conn) else { return };
        if !row.life.is_closing() {
            row.life = Lifecycle::Closing { until };
            row.finish();
            // While lines are held there is no deadline.
            if !row.is_held() || buggy(Bug::LingerWhileHeld) {
                self.closing.push_back((until, conn));
            }
            self.mark_dirty(conn);
        }
    }

    /// A connection has no more held lines: if it is closing, its peer gets the full time to read them.
    pub(super) fn let_linger(&mut self, now: Now, conn: ConnId) {
        let deadline = now.mono + self.limits.linger;
        let Some(until) = self.conns.get_mut(conn).and_then(|row| row.life.until()) else { return };
        *until = deadline;
        self.closing.push_back((deadline, conn));
    }

    /// Everything is written to a closing connection. Shuts down our direction, and waits until the peer does. RFC 1122
    /// §4.2.2.13: "If such a host issues a CLOSE call while received data is still pending in TCP, or if new data is
    /// received after CLOSE is called, its TCP SHOULD send a RST to show that data was lost". A reset could discard
    /// what was written last: the reason.
    pub(super) fn say_goodbye(&mut self, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        if row.peer_ended {
            return self.drop_conn(conn);
        }
        if let Lifecycle::Closing { until } = row.life {
            row.life = Lifecycle::Draining { until };
            row.end.stream.end();
        }
        self.readable(conn);
    }

    /// Discards what the peer still sends after our goodbye, until its stream ends.
    pub(super) fn drain(&mut self, conn: ConnId) {
        let mut buffer = std::mem::take(&mut self.read_buffer);
        let mut budget = buffer.len();
        while let Some(row) = self.conns.get_mut(conn).filter(|row| row.end.readable) {
            if budget == 0 {
                self.readable(conn);
                break;
            }
            match row.end.read(&mut buffer[..budget]) {
                Arrived::Bytes(count) => budget -= count,
                Arrived::Nothing => {}
                Arrived::End | Arrived::Broken(_) => self.drop_conn(conn),
            }
        }
        self.read_buffer = buffer;
    }

    /// Drops connections whose deadline has passed: slow handshakes, and peers that do not read their last lines.
    pub(super) fn expire(&mut self, now: Now) {
        while let Some(conn) = self.next_opening(now.mono) {
            self.lost(now, conn, CloseReason::HandshakeTimeout);
            self.drop_conn(conn);
        }
        while let Some(&(deadline, conn)) = self.closing.front()
            && deadline <= now.mono
        {
            self.closing.pop_front();
            let until = self.conns.get_mut(conn).and_then(|row| row.life.until());
            if until.is_some_and(|until| *until == deadline) {
                self.drop_conn(conn);
            }
        }
    }

    /// The next connection whose handshake took too long. Removes completed handshakes from the list.
    fn next_opening(&mut self, now: Time) -> Option<ConnId> {
        while let Some(&(deadline, conn)) = self.opening.front() {
            let life = self.conns.get(conn).map(|row| &row.life);
            let waits = matches!(life, Some(Lifecycle::Opening(opening)) if opening.deadline == deadline);
            if waits && deadline > now {
                return None;
            }
            self.opening.pop_front();
            if waits {
                return Some(conn);
            }
        }
        None
    }

    /// Aborts all handshakes when the server stops; the server never learns of them.
    pub(super) fn turn_all_away(&mut self, now: Now) {
        for (_, conn) in std::mem::take(&mut self.opening) {
            if self.conns.get(conn).is_some_and(|row| matches!(row.life, Lifecycle::Opening(_))) {
                self.lost(now, conn, CloseReason::Stopping);
            }
        }
    }

    pub(super) fn drop_conn(&mut self, conn: ConnId) {
        let Some(row) = self.conns.remove(conn) else { return };
        if buggy(Bug::StaleOutputOnReuse) || buggy(Bug::HeldOutputOnReuse) && row.is_held() {
            self.leftover.push((conn, row.end.link));
        }
    }
}
