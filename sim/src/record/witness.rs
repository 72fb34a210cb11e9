//! Sees everything that the state machines receive and do, and passes it on: to the digest, the oracles, the trace and
//! the transcript. Changes nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Write as _;
use std::rc::Rc;

use verbatim::client::{self, Entry};
use verbatim::driver::{ClientObserver, DriverLimits, ServerObserver};
use verbatim::server::{self, Actions, CloseReason, ConnId, Server};
use verbatim::time::{Now, Time};
use verbatim::wire::Peer;

use super::digest::Digest;
use super::transcript::Transcript;
use crate::faults::{Fault, Faults};
use crate::oracle::{Failure, LinkId, Observation, Oracles};

/// Where the trace goes: a line for every event and action.
#[derive(Clone, Debug, Default)]
pub enum Trace {
    /// Nowhere.
    #[default]
    Off,
    /// To stdout.
    Print,
    /// Keeps the last lines, for the report of a failure: those that concern one of some connections, or no
    /// connection; or every line.
    Last {
        /// The lines, the oldest first.
        lines: Rc<RefCell<VecDeque<String>>>,
        /// The connections; `None` for all.
        of: Option<Vec<LinkId>>,
    },
}

/// The connections that a line of the trace concerns.
#[derive(Clone, Copy, Debug)]
enum Concerns<'a> {
    /// Not a connection: the host, or the log.
    Host,
    /// These connections. If empty, a connection that is not known.
    Only(&'a [LinkId]),
}

impl<'a> Concerns<'a> {
    fn one(link: Option<&'a LinkId>) -> Self {
        Concerns::Only(link.map_or(&[], std::slice::from_ref))
    }
}

/// How many lines of a trace are kept for a report.
pub const LAST_LINES: usize = 50;

/// The totals of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that state machines received.
    pub events: u64,
    /// Lines that the server sent, counted once for each receiver.
    pub deliveries: u64,
    /// Faults that happened.
    pub faults: u64,
    /// Their kinds.
    pub struck: Faults,
    /// How many of them struck a connection in its handshake.
    pub handshakes: u64,
}

/// The recorder of a run.
#[derive(Debug)]
pub struct Witness {
    /// The oracles of the run.
    pub oracles: Oracles,
    /// The totals so far.
    pub counts: Counts,
    /// What each client showed.
    pub transcript: Transcript,
    /// The reasons why the server's end dropped connections, before the server knew of them or later.
    pub given_up: BTreeSet<String>,
    digest: Digest,
    trace: Trace,
    /// The connections that are being closed, and when that began.
    ending: BTreeMap<LinkId, Time>,
    start: Time,
    failure: Option<Failure>,
}

impl Witness {
    /// A witness of a run that begins at `start`.
    pub fn new(oracles: Oracles, trace: Trace, transcript: Transcript, start: Time) -> Self {
        let (counts, given_up, digest, ending) = Default::default();
        Self { oracles, counts, transcript, given_up, digest, trace, ending, start, failure: None }
    }

    /// The first failure, if any.
    pub fn failure(&mut self) -> Option<&Failure> {
        if self.failure.is_none() {
            self.failure = self.oracles.failure();
        }
        self.failure.as_ref()
    }

    /// The world itself found a failure.
    pub fn fail(&mut self, failure: Failure) {
        if self.failure().is_none() {
            self.failure = Some(failure);
        }
    }

    /// The digest of everything so far.
    pub fn digest(&mut self) -> String {
        self.digest.finish()
    }

    /// A fault happened to a connection, or to an attempt at one.
    pub fn fault(&mut self, now: Time, fault: Fault, link: Option<LinkId>) {
        self.counts.faults += 1;
        self.counts.struck = self.counts.struck.with(fault);
        if self.traces() && !fault.is_frequent() {
            let of = link.map_or(String::new(), |link| format!(" of #{link}"));
            let concerns = link.as_ref().map_or(Concerns::Host, |link| Concerns::one(Some(link)));
            self.note(now, concerns, &format!("fault       {fault:?}{of}"));
        }
    }

    /// The connection is broken before everything arrived, maybe during its handshake.
    pub fn broken(&mut self, link: LinkId) {
        self.oracles.see(Observation::Broken { link });
    }

    /// The connection was disturbed, and what was in flight is lost.
    pub fn harmed(&mut self, link: LinkId) {
        self.oracles.see(Observation::Harmed { link });
        self.oracles.see(Observation::Broken { link });
    }

    /// The server's driver dropped a connection. If its linger had passed, or its queue exceeded the cap, the peer did
    /// not read everything; otherwise everything was written.
    pub fn server_closed(&mut self, now: Time, link: LinkId) {
        let Some(since) = self.ending.remove(&link) else { return };
        if self.oracles.is_held(link) && !self.oracles.is_over_cap(link) {
            self.oracles.see(Observation::GivenUpHeld { link });
        }
        if now >= since + DriverLimits::default().linger || self.oracles.is_over_cap(link) {
            self.broken(link);
        }
    }

    fn ends(&mut self, now: Time, conn: ConnId) {
        if let Some(link) = self.oracles.link_of(conn) {
            self.ending.insert(link, now);
        }
    }

    /// Compares the server's state with what the oracles expect.
    pub fn state(&mut self, now: Time, server: &Server, connections: usize, sockets: usize, largest_queue: usize) {
        self.oracles.state(now, server, connections, sockets, largest_queue);
    }

    fn traces(&self) -> bool {
        !matches!(self.trace, Trace::Off)
    }

    /// A connection's number in the trace, unique in the run: the server's own is reused.
    fn number(&self, conn: ConnId) -> String {
        self.oracles.link_of(conn).map_or_else(|| "#?".to_owned(), |link| format!("#{link}"))
    }

    fn note(&mut self, now: Time, concerns: Concerns<'_>, text: &str) {
        if let (Trace::Last { of: Some(of), .. }, Concerns::Only(links)) = (&self.trace, concerns)
            && !links.iter().any(|link| of.contains(link))
        {
            return;
        }
        let since = now.since(self.start).as_micros();
        let line = format!("{:>5}.{:06} {text}", since / 1_000_000, since % 1_000_000);
        match &self.trace {
            Trace::Off => {}
            // The reader of stdout may be gone.
            Trace::Print => drop(writeln!(std::io::stdout(), "{line}")),
            Trace::Last { lines, .. } => {
                let mut lines = lines.borrow_mut();
                if lines.len() == LAST_LINES {
                    lines.pop_front();
                }
                lines.push_back(line);
            }
        }
    }

    fn server_event(&mut self, now: Now, event: &server::Event<'_>) {
        self.counts.events += 1;
        self.digest.server_event(now, event);
        if self.traces() {
            let (conn, text) = match event {
                server::Event::Accepted { conn, peer } => (Some(conn), format!("accepted from {}", peer.host)),
                server::Event::Received { conn, bytes } => (Some(conn), format!("sent {}", quoted(bytes))),
                server::Event::Closed { conn, reason } => (Some(conn), format!("closed: {}", reason.text())),
                server::Event::Attached { conn, to, stays } => {
                    (Some(conn), format!("becomes a session of {to}: {stays:?}"))
                }
                server::Event::Unread { conn } => (Some(conn), "is not read from".to_owned()),
                server::Event::Drained { conn } => (Some(conn), "has read most of it".to_owned()),
                server::Event::Settled { upto, outcome } => (None, format!("settled up to {upto}: {outcome:?}")),
                server::Event::Timeout => (None, "timeout".to_owned()),
                server::Event::Stop => (None, "stop".to_owned()),
                server::Event::Answered { ask, answer } => {
                    (None, format!("answer {}: {}", ask.unwrap_or_default(), answer))
                }
            };
            match conn {
                Some(&conn) => {
                    let (link, number) = (self.oracles.link_of(conn), self.number(conn));
                    self.note(now.mono, Concerns::one(link.as_ref()), &format!("server    < {number} {text}"));
                }
                None => self.note(now.mono, Concerns::Host, &format!("server    < {text}")),
            }
        }
        if let server::Event::Closed { conn, reason } = event {
            self.ends(now.mono, *conn);
            if let CloseReason::CutShort(why)
            | CloseReason::TooMuch(why)
            | CloseReason::Refused(why)
            | CloseReason::SentAway(why) = reason
            {
                self.given_up.insert((*why).to_owned());
            }
            if *reason != CloseReason::Ended
                && let Some(link) = self.oracles.link_of(*conn)
            {
                self.oracles.see(Observation::Broken { link });
            }
        }
        self.oracles.server_event(now, event);
        // The linger of a closing connection starts when its held lines are released.
        for link in &self.oracles.released {
            self.ending.entry(*link).and_modify(|since| *since = now.mono);
        }
    }

    fn turned_away(&mut self, now: Now, conn: ConnId, peer: &Peer, reason: CloseReason<'_>) {
        self.counts.events += 1;
        self.digest.turned_away(now, conn, peer, reason.text());
        if self.traces() {
            let (link, number) = (self.oracles.link_of(conn), self.number(conn));
            let text = format!("server    < {number} from {} turned away: {}", peer.host, reason.text());
            self.note(now.mono, Concerns::one(link.as_ref()), &text);
        }
        self.given_up.insert(reason.text().to_owned());
        self.ends(now.mono, conn);
        self.oracles.turned_away(now.mono, conn, reason);
    }

    fn server_actions(&mut self, now: Now, actions: &Actions) {
        self.digest.server_actions(now, actions);
        for action in actions.list() {
            match action {
                server::Action::Send { to, .. } => self.counts.deliveries += actions.recipients(*to).len() as u64,
                server::Action::Either { .. }
                | server::Action::Append { .. }
                | server::Action::Ask { .. }
                | server::Action::Drain { .. } => {}
                server::Action::Close { conn, .. } => self.ends(now.mono, *conn),
            }
            if self.traces() {
                self.note_action(now.mono, actions, action);
            }
        }
        self.oracles.server_actions(now, actions);
    }

    fn note_action(&mut self, now: Time, actions: &Actions, action: &server::Action) {
        let conns = match action {
            server::Action::Send { to, .. } => actions.recipients(*to),
            server::Action::Either { to: conn, .. }
            | server::Action::Drain { conn }
            | server::Action::Close { conn, .. } => std::slice::from_ref(conn),
            server::Action::Ask { .. } | server::Action::Append { .. } => &[],
        };
        let numbers = conns.iter().map(|&conn| self.number(conn)).collect::<Vec<_>>().join(" ");
        let text = match action {
            server::Action::Send { line, .. } => format!("to {numbers}: {}", quoted(line)),
            server::Action::Ask { ask, question } => format!("ask {ask}: {question:?}"),
            server::Action::Either { after, stored, refused, .. } => {
                format!("to {numbers} when {after} is settled: {stored:?}, or {refused:?}")
            }
            server::Action::Append { first, upto, facts } => format!("append {} facts, {first} to {upto}", facts.len()),
            server::Action::Drain { .. } => format!("{numbers} gets more once it has read most of it"),
            server::Action::Close { reason, .. } => format!("close {numbers}: {reason}"),
        };
        let links: Vec<LinkId> = conns.iter().filter_map(|&conn| self.oracles.link_of(conn)).collect();
        let concerns = if conns.is_empty() { Concerns::Host } else { Concerns::Only(&links) };
        self.note(now, concerns, &format!("server    > {text}"));
    }

    fn client_event(&mut self, now: Now, client: u32, link: Option<LinkId>, event: &client::Event<'_>) {
        self.counts.events += 1;
        if let (client::Event::Received { bytes }, Some(link)) = (event, link) {
            self.oracles.see(Observation::Arrived { link, bytes });
        }
        self.digest.client_event(now, client, event);
        if self.traces() {
            let text = match event {
                client::Event::Received { bytes } => format!("received {}", quoted(bytes)),
                client::Event::Typed { bytes } => format!("typed {}", quoted(bytes)),
                other => format!("{other:?}"),
            };
            let number = link.map_or(String::new(), |link| format!(" #{link}"));
            self.note(now.mono, Concerns::one(link.as_ref()), &format!("client {client:<2} <{number} {text}"));
        }
    }

    fn client_actions(&mut self, now: Now, client: u32, link: Option<LinkId>, actions: &[client::Action]) {
        self.digest.client_actions(now, client, actions);
        for action in actions {
            if self.traces() {
                let number = link.map_or(String::new(), |link| format!(" #{link}"));
                self.note(now.mono, Concerns::one(link.as_ref()), &format!("client {client:<2} >{number} {action:?}"));
            }
            match action {
                client::Action::Send { line } => {
                    if let Some(link) = link {
                        self.oracles.see(Observation::ClientSent { client, link, line });
                    }
                }
                client::Action::Show(entry) => {
                    self.oracles.shown(client, link, entry);
                    self.transcript.shown(now.mono.since(self.start), client, entry);
                }
                _ => {}
            }
        }
    }
}

fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

/// The observer of the server's driver.
#[derive(Debug)]
pub struct ServerEye(pub Rc<RefCell<Witness>>);

impl ServerObserver for ServerEye {
    fn event(&mut self, now: Now, event: &server::Event<'_>) {
        self.0.borrow_mut().server_event(now, event);
    }

    fn actions(&mut self, now: Now, actions: &Actions) {
        self.0.borrow_mut().server_actions(now, actions);
    }

    fn turned_away(&mut self, now: Now, conn: ConnId, peer: &Peer, reason: CloseReason<'_>) {
        self.0.borrow_mut().turned_away(now, conn, peer, reason);
    }
}

/// The observer of a client's driver.
#[derive(Debug)]
pub struct ClientEye {
    /// Where it reports to.
    pub witness: Rc<RefCell<Witness>>,
    /// The client's number.
    pub client: u32,
    /// Its connection, if it has one. The world sets it before the client learns of the connection.
    pub link: Option<LinkId>,
    /// What the client showed: kept for scripts that wait for a certain line.
    pub entries: Option<Vec<Entry>>,
}

impl ClientObserver for ClientEye {
    fn event(&mut self, now: Now, event: &client::Event<'_>) {
        self.witness.borrow_mut().client_event(now, self.client, self.link, event);
        if matches!(event, client::Event::Closed { .. } | client::Event::Refused { .. })
            && let Some(link) = self.link.take()
        {
            // Its last bytes may not have found space.
            self.witness.borrow_mut().oracles.see(Observation::Harmed { link });
        }
    }

    fn actions(&mut self, now: Now, actions: &[client::Action]) {
        self.witness.borrow_mut().client_actions(now, self.client, self.link, actions);
        if let Some(entries) = &mut self.entries {
            entries.extend(actions.iter().filter_map(|action| match action {
                client::Action::Show(entry) => Some(entry.clone()),
                _ => None,
            }));
        }
    }
}
