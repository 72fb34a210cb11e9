//! Drives a [`Server`] over many streams.

mod ends;
mod settling;

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use super::{Flushed, STARVED_PAUSE, Stream, flush};
use crate::planted::Bug;
use crate::server::{Action, Actions, AskId, CloseReason, ConnId, Event, IfRefused, Reload, Seq, Server};
use crate::slots::Slots;
use crate::time::{Now, Time};
use crate::transport::{Link, LinkLimits};
use crate::wire::{Line, Peer};
use settling::Appended;
pub use settling::Commit;

/// The bounds of a driver.
#[derive(Clone, Copy, Debug)]
pub struct DriverLimits {
    /// The bounds of each connection.
    pub link: LinkLimits,
    /// Bytes that the server is given in one event. A few of them can ask for many lines.
    pub event_bytes: usize,
    /// How long a connection's transport may take until it is open.
    pub handshake: Duration,
    /// How long a connection that is being closed may take to read its last lines.
    pub linger: Duration,
}

impl Default for DriverLimits {
    fn default() -> Self {
        Self {
            link: LinkLimits::default(),
            event_bytes: 1024,
            handshake: Duration::from_secs(15),
            linger: Duration::from_secs(1),
        }
    }
}

/// How often a transport and the core may answer each other after the peer's end. A visitor needs two exchanges to
/// be in the lobby, and one for each nick that is taken.
const MAX_EXCHANGES: usize = 32;

/// Hears of every event and every action, in order: for logs, recordings and digests.
pub trait ServerObserver {
    /// The server is about to be given `event`.
    fn event(&mut self, now: Now, event: &Event<'_>);
    /// The server gave `actions` for it.
    fn actions(&mut self, now: Now, actions: &Actions);
    /// A connection ended before its transport was open: the server never hears of it.
    fn turned_away(&mut self, _now: Now, _conn: ConnId, _peer: &Peer, _reason: &str) {}
}

impl ServerObserver for () {
    fn event(&mut self, _now: Now, _event: &Event<'_>) {}
    fn actions(&mut self, _now: Now, _actions: &Actions) {}
}

/// Somebody whose transport is not open yet.
#[derive(Debug)]
struct Opening {
    peer: Peer,
    deadline: Time,
}

#[derive(Debug)]
struct Conn<S> {
    stream: S,
    link: Link,
    /// The stream may have bytes: it has not said `WouldBlock` since it was last called readable.
    readable: bool,
    /// Waits in `ready`.
    queued: bool,
    /// The stream may take bytes.
    writable: bool,
    /// Waits in `dirty`.
    dirty: bool,
    /// Set until the server has heard of the connection.
    opening: Option<Box<Opening>>,
    /// Set once the server has forgotten the connection: what waits is written until then, and nothing is heard.
    closing: Option<Time>,
    /// Our direction has ended: everything is written.
    ended: bool,
    /// The stream's bytes have come to their end.
    peer_ended: bool,
}

impl<S> Conn<S> {
    fn new(stream: S) -> Self {
        Self {
            stream,
            link: Link::default(),
            readable: true,
            queued: false,
            writable: true,
            dirty: false,
            opening: None,
            closing: None,
            ended: false,
            peer_ended: false,
        }
    }
}

/// A server, its connections, and the order in which they are served.
#[derive(Debug)]
pub struct ServerDriver<S, O = ()> {
    server: Server,
    conns: Slots<Conn<S>>,
    limits: DriverLimits,
    /// Connections to read from in the next round.
    ready: VecDeque<ConnId>,
    /// Connections to write to at the end of the round.
    dirty: Vec<ConnId>,
    /// Connections whose budget of writing is used up: they go on in the next round.
    later: Vec<ConnId>,
    /// Connections for which the kernel had no memory, and when they are tried again.
    starved: Vec<ConnId>,
    retry: Option<Time>,
    /// Connections whose queue is over its cap.
    over: Vec<ConnId>,
    /// Connections whose handshake goes on, or did when they were put here, in the order of their deadlines.
    opening: VecDeque<(Time, ConnId)>,
    /// Connections that are being closed, in the order of their deadlines.
    closing: VecDeque<(Time, ConnId)>,
    /// Connections that have bytes, and are not read from while the server waits for an answer about them.
    waiting: Vec<ConnId>,
    /// Connections with lines that are held, and perhaps some that had.
    held: Vec<ConnId>,
    /// What the server has appended, and what of it is not settled.
    log: Appended,
    /// What the server asked for and only the world around the driver can do.
    requests: VecDeque<Action>,
    /// What a closed connection left behind; only a planted bug fills it.
    leftover: Vec<(ConnId, Link)>,
    actions: Actions,
    read_buffer: Vec<u8>,
    write_buffer: Vec<u8>,
    /// Who is told of every event and action.
    pub observer: O,
}

impl<S: Stream, O: ServerObserver> ServerDriver<S, O> {
    /// A driver without connections.
    pub fn new(server: Server, limits: DriverLimits, observer: O) -> Self {
        Self {
            server,
            conns: Slots::default(),
            ready: VecDeque::new(),
            dirty: Vec::new(),
            later: Vec::new(),
            starved: Vec::new(),
            retry: None,
            over: Vec::new(),
            opening: VecDeque::new(),
            closing: VecDeque::new(),
            waiting: Vec::new(),
            held: Vec::new(),
            log: Appended::default(),
            requests: VecDeque::new(),
            leftover: Vec::new(),
            actions: Actions::default(),
            read_buffer: vec![0; limits.link.read_budget_bytes],
            write_buffer: Vec::with_capacity(limits.link.write_bytes),
            limits,
            observer,
        }
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// How many connections are open, those that are being closed included.
    pub fn connections(&self) -> usize {
        self.conns.len()
    }

    /// The stream of a connection.
    pub fn stream(&self, conn: ConnId) -> Option<&S> {
        self.conns.get(conn).map(|conn| &conn.stream)
    }

    /// Bytes that wait for a connection.
    pub fn pending_bytes(&self, conn: ConnId) -> usize {
        self.conns.get(conn).map_or(0, |conn| conn.link.pending_bytes())
    }

    /// When [`round`](Self::round) must be called again even if no stream is ready.
    pub fn deadline(&self) -> Option<Time> {
        let first = |list: &VecDeque<(Time, ConnId)>| list.front().map(|&(time, _)| time);
        [first(&self.opening), first(&self.closing), self.retry, self.server.deadline()].into_iter().flatten().min()
    }

    /// The stream of `conn` may have bytes, or its end, or an error.
    pub fn readable(&mut self, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        row.readable = true;
        if !row.queued && (row.closing.is_none() || row.ended) {
            row.queued = true;
            self.ready.push_back(conn);
        }
    }

    /// The stream of `conn` may take bytes.
    pub fn writable(&mut self, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        row.writable = true;
        if row.link.pending_bytes() > 0 || row.closing.is_some() {
            self.mark_dirty(conn);
        }
    }

    /// Reads from every connection that is ready, up to its budget, and then writes to each that has something
    /// to be told. Returns whether some have bytes left: then the next round should not wait.
    pub fn round(&mut self, now: Now) -> bool {
        for _ in 0..self.ready.len() {
            let Some(conn) = self.ready.pop_front() else { break };
            match self.conns.get_mut(conn) {
                Some(row) if row.ended => {
                    row.queued = false;
                    self.drain(conn);
                }
                _ => self.read(now, conn),
            }
        }
        // After reading: a process that was stopped for a while finds the answers to its PINGs before it misses them.
        if self.server.deadline().is_some_and(|deadline| deadline <= now.mono) {
            self.handle(now, Event::Timeout);
        }
        if self.retry.take_if(|retry| *retry <= now.mono).is_some() {
            self.dirty.append(&mut self.starved);
        }
        // Writing can give the server more to do: a broken connection, or a transport that answers by itself.
        while !self.dirty.is_empty() || !self.over.is_empty() {
            self.close_over(now);
            for conn in std::mem::take(&mut self.dirty) {
                self.write(now, conn);
            }
        }
        self.expire(now);
        self.dirty.append(&mut self.later);
        !self.ready.is_empty() || !self.dirty.is_empty()
    }

    /// What the server asks of the world around the driver: [`Action::Verify`], to be answered with
    /// [`verified`](Self::verified), or [`Action::Reload`], to be answered with [`reloaded`](Self::reloaded).
    pub fn request(&mut self) -> Option<Action> {
        self.requests.pop_front()
    }

    /// The answer to [`Action::Verify`].
    pub fn verified(&mut self, now: Now, ask: AskId, right: bool) {
        self.handle(now, Event::Verified { ask, right });
        self.read_on();
    }

    /// The answer to [`Action::Reload`]; without `ask` the settings were read anew by the host's will.
    pub fn reloaded(&mut self, now: Now, ask: Option<AskId>, outcome: Result<&Reload, &str>) {
        self.handle(now, Event::Reloaded { ask, outcome });
        self.read_on();
    }

    /// Reads again from those whose answers have come.
    fn read_on(&mut self) {
        for conn in std::mem::take(&mut self.waiting) {
            self.readable(conn);
        }
    }

    /// The connection is to be one more session of the user whose nick is `to`: see [`Event::Attached`].
    #[cfg(feature = "planted")]
    pub fn attach(&mut self, now: Now, conn: ConnId, to: &str, stays: crate::server::Stays) {
        self.handle(now, Event::Attached { conn, to, stays });
    }

    /// Tells everyone that the server stops. [`connections`](Self::connections) is 0 once all have read it.
    pub fn stop(&mut self, now: Now) {
        self.turn_all_away(now);
        self.handle(now, Event::Stop);
    }

    fn read(&mut self, now: Now, conn: ConnId) {
        let mut buffer = std::mem::take(&mut self.read_buffer);
        let mut budget = buffer.len();
        while let Some(row) = self.conns.get_mut(conn) {
            row.queued = false;
            if row.closing.is_some() || !row.readable {
                break;
            }
            if self.server.is_waiting(conn) || self.is_burdened(conn) {
                self.waiting.push(conn);
                break;
            }
            let Some(row) = self.conns.get_mut(conn) else { break };
            if row.link.has_ended() {
                // They said so while the server waited for an answer about them.
                self.ended(now, conn);
                break;
            }
            if budget == 0 {
                self.readable(conn);
                break;
            }
            match row.stream.read(&mut buffer[..budget]) {
                Ok(0) => {
                    row.peer_ended = true;
                    match row.link.ended() {
                        Ok(()) => self.ended(now, conn),
                        Err(error) => self.lost(now, conn, CloseReason::Transport(&error.to_string())),
                    }
                    break;
                }
                Ok(count) => {
                    budget -= count;
                    if self.limits.link.bugs.has(Bug::EdgeLost) {
                        row.readable = false;
                    }
                    self.received(now, conn, &buffer[..count]);
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => row.readable = false,
                    io::ErrorKind::Interrupted => {}
                    _ => {
                        self.lost(now, conn, CloseReason::Reset);
                        break;
                    }
                },
            }
        }
        self.read_buffer = buffer;
    }

    fn received(&mut self, now: Now, conn: ConnId, raw: &[u8]) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        let received = row.link.received(raw);
        if let Ok(Some(bytes)) = received {
            return self.tell(now, conn, bytes);
        }
        let has_ended = row.link.has_ended();
        // A transport answers some of what it is sent by itself, and a peer may leave that unread, too.
        self.bound(conn);
        self.enter(now, conn);
        self.take_irc(now, conn);
        self.mark_dirty(conn);
        match received {
            Err(error) => self.lost(now, conn, CloseReason::Transport(&error.to_string())),
            // An answer that they wait for comes first, and what they said behind the question: then `read` goes on.
            Ok(_) if has_ended && !self.server.is_waiting(conn) => self.ended(now, conn),
            Ok(_) => {}
        }
    }

    /// Gives the server what a transport made of the peer's bytes.
    fn take_irc(&mut self, now: Now, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        let irc = row.link.take_irc();
        self.tell(now, conn, &irc);
    }

    /// Gives the server bytes of one connection, little by little: what follows from a few lines is queued, and
    /// held to the queue's cap, before more is made.
    fn tell(&mut self, now: Now, conn: ConnId, bytes: &[u8]) {
        for bytes in bytes.chunks(self.limits.event_bytes) {
            if self.conns.get(conn).is_none_or(|row| row.closing.is_some()) {
                return;
            }
            self.handle(now, Event::Received { conn, bytes });
            self.close_over(now);
        }
    }

    /// Lets a transport hear what the core said, before the core is told that the peer's bytes have come to their
    /// end: else what a visitor typed, and what waits for the join, would be lost with `echo hi | nc -N HOST PORT`.
    fn settle(&mut self, now: Now, conn: ConnId) {
        for _ in 0..MAX_EXCHANGES {
            match self.conns.get(conn) {
                Some(row) if row.link.is_unheard() && row.writable && row.closing.is_none() => self.write(now, conn),
                _ => break,
            }
        }
    }

    fn handle(&mut self, now: Now, event: Event<'_>) {
        let mut actions = std::mem::take(&mut self.actions);
        self.observer.event(now, &event);
        self.server.handle(now, event, &mut actions);
        self.observer.actions(now, &actions);
        for action in actions.list() {
            match action {
                Action::Send { to, line, after, if_refused } => {
                    for &conn in actions.recipients(*to) {
                        self.push(conn, line, *after, *if_refused);
                    }
                }
                Action::Verify { .. } | Action::Reload { .. } => self.requests.push_back(action.clone()),
                Action::Either { to, after, stored, refused } => self.push_either(*to, *after, stored, refused),
                Action::Append { first, upto, facts } => self.append(*first, *upto, facts),
                Action::Close { conn } => self.begin_closing(now, *conn),
            }
        }
        actions.clear();
        self.actions = actions;
    }

    fn push(&mut self, conn: ConnId, line: &Line, after: Seq, if_refused: IfRefused) {
        let row = self.conns.get_mut(conn).unwrap_or_else(|| panic!("a line for connection {conn}, which is gone"));
        let held = row.link.is_held();
        row.link.queue().push_after(line.clone(), after, if_refused == IfRefused::Keep, self.limits.link.bugs);
        if held || after > 0 {
            return self.held(conn, held);
        }
        if !row.dirty {
            row.dirty = true;
            self.dirty.push(conn);
        }
        if row.link.is_over(&self.limits.link) {
            self.bound(conn);
        }
    }

    /// Holds a connection to the cap of its queue. Writing waits for the end of the round, so what can be written
    /// goes now: only the rest counts against the peer.
    fn bound(&mut self, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        if !row.link.is_over(&self.limits.link) {
            return;
        }
        if row.writable {
            let flushed = flush(&mut row.link, &mut row.stream, &mut self.write_buffer, &self.limits.link);
            row.writable = flushed != Flushed::Blocked;
        }
        if row.link.is_over(&self.limits.link) && self.over.last() != Some(&conn) {
            self.over.push(conn);
        }
    }

    fn close_over(&mut self, now: Now) {
        for conn in std::mem::take(&mut self.over) {
            let Some(row) = self.conns.get(conn) else { continue };
            match row.link.is_over(&self.limits.link) {
                // The last words are too many for somebody who does not read.
                true if row.closing.is_some() => self.drop_conn(conn),
                true => self.lost(now, conn, CloseReason::SendQueueExceeded),
                false => {}
            }
        }
    }

    fn write(&mut self, now: Now, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        row.dirty = false;
        if !row.writable {
            return;
        }
        let flushed = flush(&mut row.link, &mut row.stream, &mut self.write_buffer, &self.limits.link);
        let closing = row.closing.is_some();
        row.writable = flushed != Flushed::Blocked;
        match flushed {
            Flushed::All if closing && !row.link.is_held() => self.say_goodbye(conn),
            Flushed::All | Flushed::Blocked => {}
            Flushed::Budget if self.limits.link.bugs.has(Bug::BudgetForgotten) => {}
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
            Flushed::Broken(Some(error)) => self.lost(now, conn, CloseReason::Transport(&error)),
        }
        // A transport's form of the lines may be longer than the lines were.
        self.bound(conn);
        self.take_irc(now, conn);
    }

    fn mark_dirty(&mut self, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        if !row.dirty {
            row.dirty = true;
            self.dirty.push(conn);
        }
    }
}
