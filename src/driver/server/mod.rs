//! Drives a [`Server`] over many streams.

mod ends;
mod front;
mod reading;
mod settling;
mod writing;

use std::collections::VecDeque;
use std::time::Duration;

use super::{Endpoint, Stream};
use crate::planted::{Bug, buggy};
use crate::server::{Action, Actions, Answer, AskId, CloseReason, ConnId, Event, Question, Server};
use crate::slots::Slots;
use crate::time::{Now, Time};
use crate::transport::{Link, LinkLimits, SendQueue};
use crate::wire::Peer;
use front::Front;
pub use settling::Commit;
use settling::Log;

/// The limits of a driver.
#[derive(Clone, Copy, Debug)]
pub struct DriverLimits {
    /// The limits of each connection.
    pub link: LinkLimits,
    /// Bytes passed to the server in one event. A few bytes can request many lines.
    pub event_bytes: usize,
    /// How long a handshake may take.
    pub handshake: Duration,
    /// How long a closing connection may take to read its last lines.
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

/// What a server requests from its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerRequest {
    /// A question, to answer with [`ServerDriver::answered`].
    Ask {
        /// The number that the answer must carry.
        ask: AskId,
        /// The question.
        question: Question,
    },
}

/// Receives every event and every action, in order: for logs, recordings and digests.
pub trait ServerObserver {
    /// The server is about to get `event`.
    fn event(&mut self, now: Now, event: &Event<'_>);
    /// The server replied with `actions`.
    fn actions(&mut self, now: Now, actions: &Actions);
    /// A connection ended before its transport was open: the server never knew of it.
    fn turned_away(&mut self, _now: Now, _conn: ConnId, _peer: &Peer, _reason: CloseReason<'_>) {}
}

impl ServerObserver for () {
    fn event(&mut self, _now: Now, _event: &Event<'_>) {}
    fn actions(&mut self, _now: Now, _actions: &Actions) {}
}

/// The state of a connection. It only moves forward; a connection that breaks skips states.
#[derive(Debug)]
enum Lifecycle {
    /// Its transport is not open, and the server does not know of it.
    Opening(Box<Opening>),
    /// The server knows of it.
    Open,
    /// The server has removed it. Its queue is written until `until`, and its input is ignored.
    Closing { until: Time },
    /// Everything is written and our direction is shut down. Incoming bytes are discarded until `until`.
    Draining { until: Time },
}

/// A connection in its handshake.
#[derive(Debug)]
struct Opening {
    peer: Peer,
    deadline: Time,
}

impl Lifecycle {
    /// Whether the server has removed it, or will never know of it.
    fn is_closing(&self) -> bool {
        matches!(self, Self::Closing { .. } | Self::Draining { .. })
    }

    /// When a closing connection is dropped.
    fn until(&mut self) -> Option<&mut Time> {
        match self {
            Self::Closing { until } | Self::Draining { until } => Some(until),
            Self::Opening(_) | Self::Open => None,
        }
    }
}

#[derive(Debug)]
struct Conn<S> {
    end: Endpoint<S>,
    /// Speaks IRC for a visitor.
    front: Option<Box<Front>>,
    life: Lifecycle,
    /// It is in `ready`.
    queued: bool,
    /// It is in `dirty`.
    dirty: bool,
    /// It is in `waiting`.
    waits: bool,
    /// The rest of one read, which is passed to the server when reading resumes.
    untold: Vec<u8>,
    /// The peer's stream has ended.
    peer_ended: bool,
}

impl<S> Conn<S> {
    fn new(end: Endpoint<S>, front: Option<Box<Front>>, opening: Opening) -> Self {
        Self {
            end,
            front,
            life: Lifecycle::Opening(Box::new(opening)),
            queued: false,
            dirty: false,
            waits: false,
            untold: Vec::new(),
            peer_ended: false,
        }
    }

    /// Whether the peer will send nothing more: the stream has ended, or its transport said goodbye.
    fn has_ended(&self) -> bool {
        self.peer_ended || self.end.link.has_ended()
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
    /// Connections whose write budget is used up: writing continues in the next round.
    later: Vec<ConnId>,
    /// Connections for which the kernel had no memory, and when to try again.
    starved: Vec<ConnId>,
    retry: Option<Time>,
    /// Connections whose queue is over its cap.
    over: Vec<ConnId>,
    /// Connections in their handshake, by deadline; some may have completed it.
    opening: VecDeque<(Time, ConnId)>,
    /// Closing connections, by deadline.
    closing: VecDeque<(Time, ConnId)>,
    /// Connections with input that is not read while the server waits for an answer or sends a long reply, or too much is
    /// held.
    waiting: Vec<ConnId>,
    /// Connections whose long replies continue once most of their queue is written.
    draining: Vec<ConnId>,
    /// Connections with held lines; some may have none left.
    held: Vec<ConnId>,
    /// The facts that the server has appended, and the unsettled commits.
    log: Log,
    /// The server's requests to its host.
    requests: VecDeque<ServerRequest>,
    /// The links of closed connections; only a planted bug fills it.
    leftover: Vec<(ConnId, Link)>,
    actions: Actions,
    read_buffer: Vec<u8>,
    write_buffer: Vec<u8>,
    /// The observer of every event and action.
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
            draining: Vec::new(),
            held: Vec::new(),
            log: Log::default(),
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

    /// How many connections are open, including closing ones.
    pub fn connections(&self) -> usize {
        self.conns.len()
    }

    /// The stream of a connection.
    pub fn stream(&self, conn: ConnId) -> Option<&S> {
        self.conns.get(conn).map(|conn| &conn.end.stream)
    }

    /// Bytes queued for a connection.
    pub fn pending_bytes(&self, conn: ConnId) -> usize {
        self.conns.get(conn).map_or(0, Conn::pending_bytes)
    }

    /// When [`round`](Self::round) must be called again even if no stream is ready.
    pub fn deadline(&self) -> Option<Time> {
        let first = |list: &VecDeque<(Time, ConnId)>| list.front().map(|&(time, _)| time);
        [first(&self.opening), first(&self.closing), self.retry, self.server.deadline()].into_iter().flatten().min()
    }

    /// The stream of `conn` may have bytes, its end, or an error.
    pub fn readable(&mut self, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        row.end.readable = true;
        if !row.queued && !matches!(row.life, Lifecycle::Closing { .. }) {
            row.queued = true;
            self.ready.push_back(conn);
        }
    }

    /// The stream of `conn` may accept bytes.
    pub fn writable(&mut self, conn: ConnId) {
        let Some(row) = self.conns.get_mut(conn) else { return };
        row.end.writable = true;
        if row.pending_bytes() > 0 || row.life.is_closing() {
            self.mark_dirty(conn);
        }
    }

    /// Reads from every ready connection, up to its budget, and then writes to each that has lines queued. Returns
    /// whether there is more to do: then the next round should not wait.
    pub fn round(&mut self, now: Now) -> bool {
        if buggy(Bug::DeadlinesFirst) {
            self.time_out(now);
        }
        for _ in 0..self.ready.len() {
            let Some(conn) = self.ready.pop_front() else { break };
            match self.conns.get_mut(conn) {
                Some(row) if matches!(row.life, Lifecycle::Draining { .. }) => {
                    row.queued = false;
                    self.drain(conn);
                }
                _ => self.read(now, conn),
            }
        }
        // After reading: a process that was suspended must read the PONGs that have arrived before it checks deadlines.
        self.time_out(now);
        if self.retry.take_if(|retry| *retry <= now.mono).is_some() {
            self.dirty.append(&mut self.starved);
        }
        // Writing may give the server more to do: a connection breaks, or a front replies.
        while !self.dirty.is_empty() || !self.over.is_empty() {
            self.close_over(now);
            for conn in std::mem::take(&mut self.dirty) {
                if let Some(row) = self.conns.get_mut(conn) {
                    row.dirty = false;
                }
                self.write(now, conn);
                self.answer(now, conn);
            }
        }
        self.expire(now);
        let more = self.go_on(now);
        self.dirty.append(&mut self.later);
        more || !self.ready.is_empty() || !self.dirty.is_empty()
    }

    /// Handles the server's deadlines.
    fn time_out(&mut self, now: Now) {
        if self.server.deadline().is_some_and(|deadline| deadline <= now.mono) {
            self.handle(now, Event::Timeout);
        }
    }

    /// The server's next request to its host. Call it after every other call until it returns `None`.
    pub fn request(&mut self) -> Option<ServerRequest> {
        self.requests.pop_front()
    }

    /// Answers [`ServerRequest::Ask`]; without `ask`, reports a reload that the host started by itself.
    pub fn answered(&mut self, now: Now, ask: Option<AskId>, answer: Answer<'_>) {
        self.handle(now, Event::Answered { ask, answer });
        self.read_on();
    }

    /// When it registers, the connection becomes another session of the user with the nick `to`: see
    /// [`Event::Attached`].
    #[cfg(feature = "planted")]
    pub fn attach(&mut self, now: Now, conn: ConnId, to: &str, stays: crate::server::Stays) {
        self.handle(now, Event::Attached { conn, to, stays });
    }

    /// Closes all connections, because the server stops. [`connections`](Self::connections) is 0 once all peers have
    /// read the reason.
    pub fn stop(&mut self, now: Now) {
        self.turn_all_away(now);
        if buggy(Bug::StopForgetsHeld) {
            for &conn in &self.held {
                self.conns.get_mut(conn).into_iter().for_each(|row| *row.queue() = SendQueue::default());
            }
        }
        self.handle(now, Event::Stop);
    }

    pub(super) fn handle(&mut self, now: Now, event: Event<'_>) {
        let mut actions = std::mem::take(&mut self.actions);
        self.observer.event(now, &event);
        self.server.handle(now, event, &mut actions);
        self.observer.actions(now, &actions);
        let mut list = actions.take_list();
        for action in list.drain(..) {
            match action {
                Action::Send { to, line, after: 0, .. } => {
                    for &conn in actions.recipients(to) {
                        self.push(conn, &line);
                    }
                }
                Action::Send { to, line, if_refused, .. } => {
                    for &conn in actions.recipients(to) {
                        self.hold(conn, &line, if_refused);
                    }
                }
                Action::Either { to, stored, refused, .. } => self.hold_either(to, stored, refused),
                Action::Append { first, upto, facts } => self.log.append(first, upto, facts),
                Action::Ask { ask, question } => self.requests.push_back(ServerRequest::Ask { ask, question }),
                Action::Drain { conn } => self.draining.push(conn),
                Action::Close { conn, .. } => self.begin_closing(now, conn),
            }
        }
        actions.give_back(list);
        self.actions = actions;
    }
}
