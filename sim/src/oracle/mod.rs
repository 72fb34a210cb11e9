//! The oracles: what must hold of every run, checked while it goes on.
//!
//! [`ORACLES`] lists them with their promises. Each has a file of its own (or shares one with those that need the same
//! state) and sees what happens, one [`Observation`] after the other. The first broken promise is the run's failure.
//!
//! There are two kinds. `actions` compares the server with the [reference model](model), action by action. The
//! others judge without the model, from what was sent and shown. Other code also queries two of them: `actions`, which
//! has the model, and `arrivals`, which knows what is in flight.
//!
//! The oracles know nothing of how the world is driven.

mod actions;
mod addressed;
mod arrivals;
mod asked;
mod cleanup;
mod close;
mod coming;
mod commits;
mod heard;
mod observation;
mod own;
mod patience;
mod peer;
mod queue_cap;
mod reader;
mod replay;
mod stamped;
mod strangers;
mod talk;
mod to_model;
mod turns;
mod visit;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use model::Rule;
use verbatim::client;
use verbatim::server::{Action, Actions, CloseReason, Config, ConnId, Event, Outcome, Seq, Server};
use verbatim::time::{Now, Time};

use actions::AgainstModel;
use arrivals::Arrivals;
pub use observation::Observation;
use observation::{Looked, Sent};
use turns::Turns;

/// The n-th connection of the network, from 0: never reused, unlike its number at the server.
pub type LinkId = u32;

/// An oracle's name, its promise, and its constructor. Rows without a constructor are judged by the oracle in the row
/// above, by `actions` or `arrivals`, or by the code that drives the run.
type Row = (&'static str, &'static str, Option<fn(&Setting) -> Box<dyn Oracle>>);

/// Every oracle, in the order in which they see what happens. A new one is a row, and its file.
pub const ORACLES: &[Row] = &[
    (
        "stamped",
        "lines about logged facts are held, and refusals reach the right receivers",
        Some(stamped::Stamped::watch),
    ),
    (
        "addressed",
        "a numeric has the server as its source and its receiver's nick as its first parameter",
        Some(addressed::Addressed::watch),
    ),
    ("peer", "the server sees every peer as it is", Some(peer::Peers::watch)),
    ("ended", "a clean close is distinguished from truncation", Some(close::CloseOracle::watch)),
    ("given-up", "neither end drops an undisturbed connection", None),
    ("heard", "the server receives what its peers sent, all of it and nothing else", Some(heard::Heard::watch)),
    ("stranger", "a visitor who speaks HTTP or TLS says nothing", Some(strangers::Strangers::watch)),
    ("created", "only messages that were sent are shown", Some(talk::Talk::watch)),
    ("doubled", "nothing is shown more often than it was said", None),
    ("leak", "a message is shown only to its receivers", None),
    ("order", "a sender's messages are shown in the order in which they were sent", None),
    ("agreement", "all members see a channel's lines in the server's order", None),
    ("complete", "members who were there throughout are shown everything", None),
    ("own", "a client shows its own message once, and not before the server has sent it back", Some(own::Own::watch)),
    ("unasked", "lines and tags that need a capability go only to clients that enabled it", Some(asked::Asked::watch)),
    ("batches", "a batch is opened before it is used, and closed in the same event", None),
    ("labels", "a label is answered once, in the order of the commands", None),
    ("replay", "a client can rebuild a channel's state from the lines that it receives", Some(replay::Replay::watch)),
    ("in-turn", "the end of a connection is handled before the lines of a newer one", None),
    ("in-time", "no connection times out while its input waits to be read", None),
    ("commits", "what one round appends is one commit, settled whole", Some(commits::Commits::watch)),
    ("patience", "no connection is dropped while lines to it are held for the log", Some(patience::Patience::watch)),
    ("audit", "the server's tables agree with one another, and exceed no limit", None),
    ("cleanup", "users who leave are forgotten", Some(cleanup::Cleanup::watch)),
    ("queue-cap", "no queue exceeds its cap", Some(queue_cap::QueueCap::watch)),
    ("gate", "nothing arrives before what it waits for is settled", None),
    ("refused", "nothing of a refused fact arrives, except lines that replace it or are sent anyway", None),
    ("model", "what arrives at a connection is what was sent to it, and all of it", None),
    ("actions", "the server does what the reference model predicts", None),
    ("pong", "a pong has the payload of its ping", None),
    ("liveness", "once the faults have stopped, every client is connected again and receives every message", None),
    ("drained", "at rest nothing is in flight or queued", None),
    ("leftover", "when all users have left, nothing remains", None),
    ("stuck", "a run makes progress, and ends", None),
    ("panic", "no assert of the core fails", None),
];

/// Judges a promise.
pub trait Oracle: fmt::Debug {
    /// Something happened. Fails if that breaks the promise.
    fn see(&mut self, now: Now, seen: &Observation<'_>) -> Result<(), Failure>;
}

/// What is known before a run.
#[derive(Clone, Debug)]
pub struct Setting {
    config: Config,
    /// The cap of a connection's queue in the server's driver.
    send_queue_bytes: usize,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The oracle.
    pub oracle: &'static str,
    /// What was expected.
    pub expected: String,
    /// What happened instead.
    pub got: String,
    /// The connections concerned.
    pub links: Vec<LinkId>,
    /// The model's rule, if it is one of the model's.
    pub rule: Rule,
    /// The earlier event on which the expectation rests, and its time.
    pub basis: Option<Box<(String, Time)>>,
}

impl Failure {
    /// A promise of [`ORACLES`] is broken.
    pub fn new(oracle: &'static str, expected: impl Into<String>, got: impl Into<String>) -> Self {
        assert!(ORACLES.iter().any(|row| row.0 == oracle), "{oracle} has no row in ORACLES");
        Self { oracle, expected: expected.into(), got: got.into(), links: Vec::new(), rule: Rule(None), basis: None }
    }

    /// Adds a connection concerned.
    pub fn on(mut self, link: LinkId) -> Self {
        self.links.push(link);
        self
    }

    /// Adds the earlier event on which the expectation rests, at `time`.
    fn since(mut self, what: impl Into<String>, time: Time) -> Self {
        self.basis = Some(Box::new((what.into(), time)));
        self
    }

    /// The oracle's promise.
    pub fn promise(&self) -> &'static str {
        ORACLES.iter().find(|row| row.0 == self.oracle).map_or("", |row| row.1)
    }
}

/// How long a handshake may take: longer than any driver allows.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// All oracles of one run.
#[derive(Debug)]
pub struct Oracles {
    table: Vec<Box<dyn Oracle>>,
    arrivals: Arrivals,
    actions: AgainstModel,
    /// What waits at the server's sockets.
    pub turns: Turns,
    send_queue_bytes: usize,
    /// Connections in their handshake, which the server does not know of, and since when.
    opening: BTreeMap<ConnId, Time>,
    /// The connections whose held lines were all settled since the last event.
    pub released: Vec<LinkId>,
    /// The receivers of a line: kept to reuse the allocation.
    recipients: Vec<LinkId>,
    now: Now,
    failure: Option<Failure>,
}

impl Oracles {
    /// Oracles for a server with `config`, whose driver has this cap for each queue.
    pub fn new(config: &Config, send_queue_bytes: usize) -> Self {
        let setting = Setting { config: config.clone(), send_queue_bytes };
        Self {
            table: ORACLES.iter().filter_map(|row| row.2).map(|watch| watch(&setting)).collect(),
            arrivals: Arrivals::default(),
            turns: Turns::default(),
            actions: AgainstModel::new(&setting),
            send_queue_bytes,
            opening: BTreeMap::new(),
            released: Vec::new(),
            recipients: Vec::new(),
            now: Now::default(),
            failure: None,
        }
    }

    /// Shows all oracles an observation.
    pub fn see(&mut self, seen: Observation<'_>) {
        if self.failure.is_some() {
            return;
        }
        let rest: [&mut dyn Oracle; 2] = [&mut self.arrivals, &mut self.actions];
        let mut all = self.table.iter_mut().map(|oracle| &mut **oracle).chain(rest);
        self.failure = all.find_map(|oracle| oracle.see(self.now, &seen).err());
    }

    // Connections.

    /// The server's driver took connection `link` and gave it the number `conn`. The server learns of it when its
    /// handshake is done.
    pub fn taken(&mut self, now: Time, link: LinkId, conn: ConnId) {
        self.opening.insert(conn, now);
        self.actions.taken(link, conn);
    }

    /// The connections in their handshake.
    pub fn handshakes(&self) -> impl Iterator<Item = LinkId> {
        self.opening.keys().filter_map(|&conn| self.link_of(conn))
    }

    /// The connection ended in its handshake: the server never learned of it.
    pub fn turned_away(&mut self, now: Time, conn: ConnId, why: CloseReason<'_>) {
        self.now.mono = now;
        self.opening.remove(&conn);
        if let Some(link) = self.link_of(conn) {
            if let Err(failure) = self.turns.turned_away(link, why) {
                self.fail(failure);
            }
            self.see(Observation::TurnedAway { link, why });
        }
    }

    /// The connection with this number, or the last one that had it.
    pub fn link_of(&self, conn: ConnId) -> Option<LinkId> {
        self.actions.link_of(conn)
    }

    /// Whether a connection's queue exceeds its cap.
    pub fn is_over_cap(&self, link: LinkId) -> bool {
        self.arrivals.coming_bytes(link) > self.send_queue_bytes
    }

    /// Whether lines to a connection are held for the log.
    pub fn is_held(&self, link: LinkId) -> bool {
        self.arrivals.is_held(link)
    }

    // The server.

    /// The server is about to handle `event`.
    pub fn server_event(&mut self, now: Now, event: &Event<'_>) {
        if self.failure.is_some() {
            return;
        }
        self.now = now;
        self.released.clear();
        let conn = match *event {
            Event::Accepted { conn, .. }
            | Event::Received { conn, .. }
            | Event::Closed { conn, .. }
            | Event::Attached { conn, .. }
            | Event::Unread { conn }
            | Event::Drained { conn } => Some(conn),
            Event::Settled { .. } | Event::Answered { .. } | Event::Timeout | Event::Stop => None,
        };
        if let Event::Accepted { conn, .. } = event {
            self.opening.remove(conn);
        }
        if let Event::Settled { upto, outcome } = *event {
            let (dropped, released) = self.arrivals.settle(now.mono, upto, outcome != Outcome::Stored);
            self.released = released;
            dropped.iter().for_each(|line| self.see(Observation::Refused { line }));
        }
        let link = conn.and_then(|conn| self.link_of(conn));
        if let Some(Err(failure)) = link.map(|link| self.turns.event(link, event)) {
            self.fail(failure);
        }
        self.see(Observation::Event { event, link });
    }

    /// The server returned `actions` for the last event.
    pub fn server_actions(&mut self, now: Now, actions: &Actions) {
        if self.failure.is_some() {
            return;
        }
        self.now = now;
        for link in self.actions.begin(actions) {
            self.see(Observation::GoesOn { link });
        }
        for action in actions.list() {
            if let Err(failure) = self.action(actions, action) {
                return self.fail(failure);
            }
        }
        self.actions.model.event_over();
        let waiting: Vec<LinkId> = self.actions.model.waiting().filter_map(|conn| self.link_of(conn)).collect();
        waiting.iter().for_each(|&link| self.turns.paused(link));
        self.see(Observation::Done { waiting: &waiting });
    }

    fn action(&mut self, actions: &Actions, action: &Action) -> Result<(), Failure> {
        match action {
            Action::Send { to, line, after, if_refused } => {
                let mut links = std::mem::take(&mut self.recipients);
                links.clear();
                for &conn in actions.recipients(*to) {
                    links.push(self.known(conn, || line.text())?);
                }
                let message = observation::read(line);
                let (message, to) = (message.as_ref(), &*links);
                self.see(Observation::Sent(Sent { line, message, to, after: *after, if_refused: *if_refused }));
                self.recipients = links;
            }
            Action::Either { to, after, stored, refused } => {
                let link = self.known(*to, || "it is sent lines".into())?;
                self.see(Observation::SentEither { link, after: *after, stored, refused });
            }
            Action::Append { first, upto, .. } => self.see(Observation::Appends { first: *first, upto: *upto }),
            Action::Ask { ask, question } => {
                let link = self.actions.model.asker(*ask).and_then(|conn| self.link_of(conn));
                self.see(Observation::Asks { ask: *ask, question, link });
            }
            Action::Drain { .. } => {}
            Action::Close { conn, reason } => {
                let link = self.known(*conn, || "it is closed".into())?;
                self.turns.closes(link, reason)?;
                self.see(Observation::Closes { link });
            }
        }
        Ok(())
    }

    /// The connection that an action is for.
    fn known(&self, conn: ConnId, does: impl FnOnce() -> String) -> Result<LinkId, Failure> {
        let expected = || format!("no connection has the number {conn} at the server");
        self.link_of(conn).ok_or_else(|| Failure::new("actions", expected(), does()))
    }

    /// The driver hands a commit to the host.
    pub fn commit(&mut self, first: Seq, upto: Seq) {
        self.see(Observation::Commit { first, upto });
    }

    // Clients.

    /// Client number `client` showed `entry`, on connection `link` if it has one.
    pub fn shown(&mut self, client: u32, link: Option<LinkId>, entry: &client::Entry) {
        if let Some(link) = link {
            self.see(Observation::Shown { client, link, entry });
        }
    }

    // The whole run.

    /// Checks sizes between rounds: `connections` of the driver, `sockets` of the server's host, and the bytes in the
    /// largest queue.
    pub fn state(&mut self, now: Time, server: &Server, connections: usize, sockets: usize, largest_queue: usize) {
        self.now.mono = now;
        self.see(Observation::Looked(Looked {
            users: self.actions.model.connections(),
            channels: self.actions.model.channels(),
            opening: self.opening.len(),
            opens_too_long: self.opening.values().any(|&since| now.since(since) > HANDSHAKE),
            held: self.arrivals.are_held(),
            server_connections: server.connections(),
            server_channels: server.channels(),
            connections,
            sockets,
            largest_queue,
        }));
    }

    /// Audits the server's tables, which is slow.
    pub fn audit(&mut self, server: &Server) {
        if let Err(wrong) = server.audit() {
            self.fail(Failure::new("audit", "tables that agree with one another", wrong));
        }
    }

    /// Everything is drained, and nothing is in flight: everything predicted must have arrived.
    pub fn at_rest(&mut self) {
        self.see(Observation::AtRest);
    }

    /// The nick of connection `conn`'s user, if it is registered.
    pub fn nick(&self, conn: ConnId) -> Option<String> {
        self.actions.model.nick_at(conn)
    }

    /// The nicks of all online users, or only of those without a session.
    pub fn online(&self, disconnected: bool) -> Vec<String> {
        self.actions.model.online(disconnected)
    }

    /// The first failure, if any.
    pub fn failure(&mut self) -> Option<Failure> {
        self.failure.clone()
    }

    fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }
}
