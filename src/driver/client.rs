//! Drives a [`Client`] over one stream.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Arrived, Endpoint, Flushed, STARVED_PAUSE, Stream};
use crate::client::{Action, Client, Entry, Event};
use crate::time::{Now, Time};
use crate::transport::{Link, LinkLimits, Transport};

/// What a client requests from its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Connect to the server, and reply with [`ClientDriver::connected`] or [`ClientDriver::refused`].
    Connect,
    /// Show this to the user.
    Show(Entry),
    /// Clear the screen.
    Clear,
    /// End the process with this code.
    Exit(u8),
}

/// Receives every event and every action, in order.
pub trait ClientObserver {
    /// The client is about to get `event`.
    fn event(&mut self, now: Now, event: &Event<'_>);
    /// The client replied with `actions`.
    fn actions(&mut self, now: Now, actions: &[Action]);
}

impl ClientObserver for () {
    fn event(&mut self, _now: Now, _event: &Event<'_>) {}
    fn actions(&mut self, _now: Now, _actions: &[Action]) {}
}

#[derive(Debug)]
struct Conn<S> {
    end: Endpoint<S>,
    closing: bool,
    /// The deadline of the handshake; `None` once the transport is open, and the client has been notified.
    opening: Option<Time>,
}

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(15);

/// A client, its connection if it has one, and its requests.
#[derive(Debug)]
pub struct ClientDriver<S, O = ()> {
    client: Client,
    conn: Option<Conn<S>>,
    /// When to retry a write for which the kernel had no memory.
    retry: Option<Time>,
    limits: LinkLimits,
    requests: VecDeque<Request>,
    actions: Vec<Action>,
    /// The server as the user wrote it; empty if it is not to be shown.
    server: String,
    read_buffer: Vec<u8>,
    write_buffer: Vec<u8>,
    /// The observer of every event and action.
    pub observer: O,
}

impl<S: Stream, O: ClientObserver> ClientDriver<S, O> {
    /// A driver whose client has not started.
    pub fn new(client: Client, limits: LinkLimits, observer: O) -> Self {
        Self {
            client,
            conn: None,
            retry: None,
            read_buffer: vec![0; limits.read_budget_bytes],
            write_buffer: Vec::new(),
            limits,
            requests: VecDeque::new(),
            actions: Vec::new(),
            server: String::new(),
            observer,
        }
    }

    /// If connecting fails, prefixes the reason with `server`, as the user wrote it.
    pub fn naming(mut self, server: String) -> Self {
        self.server = server;
        self
    }

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The stream, if there is a connection.
    pub fn stream(&self) -> Option<&S> {
        self.conn.as_ref().map(|conn| &conn.end.stream)
    }

    /// Bytes that wait to be written.
    pub fn pending_bytes(&self) -> usize {
        self.conn.as_ref().map_or(0, |conn| conn.end.link.pending_bytes())
    }

    /// When [`round`](Self::round) must be called again even if nothing is ready.
    pub fn deadline(&self) -> Option<Time> {
        let opening = self.conn.as_ref().and_then(|conn| conn.opening);
        [self.retry, opening, self.client.deadline()].into_iter().flatten().min()
    }

    /// The client's next request. Call it after every other call until it returns `None`.
    pub fn request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }

    /// Passes the client an event that needs no connection: the start, typed bytes, an interrupt.
    pub fn tell(&mut self, now: Now, event: Event<'_>) {
        self.handle(now, event);
    }

    /// The requested connection is established. The client gets [`Event::Connected`] once `transport` is open.
    pub fn connected(&mut self, now: Now, stream: S, transport: Option<Box<dyn Transport>>) {
        let mut link = Link::new(transport);
        let opened = link.opened();
        let opening = Some(now.mono + HANDSHAKE);
        self.conn = Some(Conn { end: Endpoint::new(stream, link), closing: false, opening });
        match opened {
            Ok(()) => self.take_irc(now),
            Err(error) => self.lost(now, &error.to_string()),
        }
    }

    /// The requested connection failed.
    pub fn refused(&mut self, now: Now, reason: &str) {
        match self.server.as_str() {
            "" => self.handle(now, Event::Refused { reason }),
            server => {
                let reason = format!("{server}: {reason}");
                self.handle(now, Event::Refused { reason: &reason });
            }
        }
    }

    /// The stream may have bytes, its end, or an error.
    pub fn readable(&mut self) {
        if let Some(conn) = &mut self.conn {
            conn.end.readable = true;
        }
    }

    /// The stream may accept bytes.
    pub fn writable(&mut self) {
        if let Some(conn) = &mut self.conn {
            conn.end.writable = true;
        }
    }

    /// Reads up to the budget, and writes what is queued. Returns whether there may be more to do: then the next round
    /// should not wait.
    pub fn round(&mut self, now: Now) -> bool {
        let more_to_read = self.read(now);
        // After reading: a process that was suspended must read what has arrived before it checks deadlines.
        if self.client.deadline().is_some_and(|deadline| deadline <= now.mono) {
            self.handle(now, Event::Timeout);
        }
        if self.conn.as_ref().and_then(|conn| conn.opening).is_some_and(|deadline| deadline <= now.mono) {
            self.lost(now, "the server did not finish the handshake");
        }
        let more_to_write = self.write(now);
        more_to_read || more_to_write
    }

    fn read(&mut self, now: Now) -> bool {
        let mut buffer = std::mem::take(&mut self.read_buffer);
        let mut budget = buffer.len();
        let mut more = false;
        while let Some(conn) = self.conn.as_mut().filter(|conn| conn.end.readable && !conn.closing) {
            if budget == 0 {
                more = true;
                break;
            }
            match conn.end.read(&mut buffer[..budget]) {
                Arrived::End => match conn.end.link.ended() {
                    Ok(()) => self.ended(now),
                    Err(error) => self.lost(now, &error.to_string()),
                },
                Arrived::Bytes(count) => {
                    budget -= count;
                    self.received(now, &buffer[..count]);
                }
                Arrived::Nothing => {}
                // The kind's text, without the kernel's error number.
                Arrived::Broken(kind) => self.lost(now, &kind.to_string()),
            }
        }
        self.read_buffer = buffer;
        more
    }

    fn received(&mut self, now: Now, raw: &[u8]) {
        let Some(conn) = &mut self.conn else { return };
        let received = conn.end.link.received(raw);
        if let Ok(Some(bytes)) = received {
            self.enter(now);
            return self.handle(now, Event::Received { bytes });
        }
        let has_ended = conn.end.link.has_ended();
        self.take_irc(now);
        match received {
            Err(error) => self.lost(now, &error.to_string()),
            Ok(_) if has_ended => self.ended(now),
            Ok(_) => {}
        }
    }

    /// Tells the client that it is connected, once the transport is open.
    fn enter(&mut self, now: Now) {
        let conn = self.conn.as_mut().filter(|conn| conn.end.link.is_open() && !conn.closing);
        if conn.is_some_and(|conn| conn.opening.take().is_some()) {
            self.handle(now, Event::Connected);
        }
    }

    fn take_irc(&mut self, now: Now) {
        self.enter(now);
        let Some(conn) = self.conn.as_mut().filter(|conn| !conn.closing) else { return };
        let irc = conn.end.link.take_irc();
        if !irc.is_empty() {
            self.handle(now, Event::Received { bytes: &irc });
        }
    }

    fn ended(&mut self, now: Now) {
        self.take_irc(now);
        self.lost(now, "the server closed the connection");
    }

    fn write(&mut self, now: Now) -> bool {
        if self.retry.is_some_and(|retry| retry > now.mono) {
            return false;
        }
        self.retry = None;
        let Some(conn) = self.conn.as_mut().filter(|conn| conn.end.writable) else { return false };
        match conn.end.flush(&mut self.write_buffer, &self.limits) {
            Flushed::All | Flushed::Broken(_) if conn.closing => self.conn = None,
            Flushed::All | Flushed::Blocked => {}
            Flushed::Budget => return true,
            Flushed::Starved => self.retry = Some(now.mono + STARVED_PAUSE),
            Flushed::Broken(None) => self.lost(now, "the connection broke"),
            Flushed::Broken(Some(error)) => self.lost(now, &error.to_string()),
        }
        false
    }

    fn lost(&mut self, now: Now, reason: &str) {
        let Some(mut conn) = self.conn.take() else { return };
        // Lets the transport send its reason for giving up, if the stream accepts it at once.
        if !conn.end.link.is_bare() {
            conn.end.link.finish();
            let _ = conn.end.flush(&mut self.write_buffer, &self.limits);
        }
        match (conn.opening, conn.closing) {
            (Some(_), false) => self.refused(now, reason),
            _ => self.handle(now, Event::Closed { reason }),
        }
    }

    fn handle(&mut self, now: Now, event: Event<'_>) {
        let mut actions = std::mem::take(&mut self.actions);
        self.observer.event(now, &event);
        self.client.handle(now, event, &mut actions);
        self.observer.actions(now, &actions);
        let mut over = false;
        for action in actions.drain(..) {
            match action {
                Action::Connect => self.requests.push_back(Request::Connect),
                Action::Show(entry) => self.requests.push_back(Request::Show(entry)),
                Action::Clear => self.requests.push_back(Request::Clear),
                Action::Exit { code } => self.requests.push_back(Request::Exit(code)),
                Action::Close => {
                    if let Some(conn) = &mut self.conn {
                        conn.closing = true;
                        conn.end.link.finish();
                    }
                }
                Action::Send { line } => {
                    if let Some(conn) = &mut self.conn {
                        conn.end.link.push(line);
                        over = self.limits.is_over(conn.end.link.pending_bytes());
                    }
                }
            }
        }
        self.actions = actions;
        if over {
            self.lost(now, "the server does not read its input");
        }
    }
}
