//! The oracles: what must hold of every run, checked while it goes on.
//!
//! [`ORACLES`] lists them: what each promises, and who judges it. Each is in a file of its own (or with those that rest on
//! the same memory) and is shown what happens, one [`Observation`] after the other. The first that is broken is the run's
//! failure.
//!
//! Two kinds stand beside each other. The server's side is held against the [reference model](model), action by
//! action (`actions`). What each client was promised is judged without the model, from what was said and shown. Two are
//! also asked by others: `actions`, which has the model, and `arrivals`, which knows what is under way.
//!
//! The oracles know nothing of how the world is driven.

mod actions;
mod arrivals;
mod asked;
mod cleanup;
mod close;
mod coming;
mod commits;
mod heard;
mod observation;
mod patience;
mod peer;
mod queue_cap;
mod reader;
mod replay;
mod stamped;
mod talk;
mod to_model;
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

/// The n-th connection of the network, from 0: never reused, unlike its number at the server.
pub type LinkId = u32;

/// An oracle's name, what it promises, and how the one who judges it begins. Those without that are judged by the one above
/// them, by `actions` or `arrivals`, or by who drives the run.
type Row = (&'static str, &'static str, Option<fn(&Setting) -> Box<dyn Oracle>>);

/// Every oracle. They see what happens in this order. A new one is a row, and its file.
pub const ORACLES: [Row; 29] = [
    (
        "stamped",
        "what the log keeps waits for it, and what is refused goes where it must",
        Some(stamped::Stamped::watch),
    ),
    ("peer", "the server is told of everybody as they are", Some(peer::Peers::watch)),
    ("ended", "who said goodbye ended the connection, who did not was cut short", Some(close::CloseOracle::watch)),
    ("given-up", "neither end gives up a connection that nothing befell", None),
    ("heard", "the server is told what its peers said, all of it and nothing else", Some(heard::Heard::watch)),
    ("created", "nothing is shown that nobody said", Some(talk::Talk::watch)),
    ("doubled", "nothing is shown more often than it was said", None),
    ("leak", "what is said is shown to those alone for whom it is", None),
    ("order", "what one says is shown in the order in which they said it", None),
    ("agreement", "all members see a channel's lines in the server's order", None),
    ("complete", "who was there throughout is shown everything", None),
    ("unasked", "nobody is sent what they have not asked for", Some(asked::Asked::watch)),
    ("batches", "a batch is opened before it is used, and closed in the same event", None),
    ("labels", "a label is answered once, in the order of the commands", None),
    ("replay", "who is told of every change of a channel knows its state", Some(replay::Replay::watch)),
    ("commits", "what one round appends is one commit, settled whole", Some(commits::Commits::watch)),
    ("patience", "nobody is given up while lines to them wait for the log", Some(patience::Patience::watch)),
    ("cleanup", "whoever leaves is forgotten", Some(cleanup::Cleanup::watch)),
    ("queue-cap", "no queue is longer than it may be", Some(queue_cap::QueueCap::watch)),
    ("gate", "nothing arrives before what it waits for is settled", None),
    ("refused", "of what is refused nobody hears, but for what comes in its place", None),
    ("model", "what arrives at a connection is what was sent to it, and all of it", None),
    ("actions", "what the server does is what the reference model says", None),
    ("pong", "a ping is answered with what it carried", None),
    ("liveness", "once nothing goes wrong any more, everybody is back and hears everybody", None),
    ("drained", "at rest nothing is under way, and nothing waits", None),
    ("leftover", "when all have left, nothing is left", None),
    ("stuck", "a run goes on, and ends", None),
    ("panic", "no assert of the core fails", None),
];

/// Judges what is promised of a run.
pub trait Oracle: fmt::Debug {
    /// Something happened. Says what is broken by it, if anything is.
    fn see(&mut self, now: Now, seen: &Observation<'_>) -> Result<(), Failure>;
}

/// What is known before a run.
#[derive(Clone, Debug)]
pub struct Setting {
    config: Config,
    /// Bytes that the server's driver lets wait for one connection.
    send_queue_bytes: usize,
}

/// Something that must hold and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The name of what was broken.
    pub oracle: &'static str,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub got: String,
    /// The connections that it concerns.
    pub links: Vec<LinkId>,
    /// The rule of the model that says so, if it is one of the model's.
    pub rule: Rule,
    /// The earlier event that it rests on, and when that was.
    pub basis: Option<Box<(String, Time)>>,
}

impl Failure {
    /// An oracle of [`ORACLES`] is broken.
    pub fn new(oracle: &'static str, expected: impl Into<String>, got: impl Into<String>) -> Self {
        assert!(ORACLES.iter().any(|row| row.0 == oracle), "{oracle} has no row in ORACLES");
        Self { oracle, expected: expected.into(), got: got.into(), links: Vec::new(), rule: Rule(None), basis: None }
    }

    /// It concerns this connection.
    pub fn on(mut self, link: LinkId) -> Self {
        self.links.push(link);
        self
    }

    /// It rests on something that happened at `time`.
    fn since(mut self, what: impl Into<String>, time: Time) -> Self {
        self.basis = Some(Box::new((what.into(), time)));
        self
    }

    /// What was promised.
    pub fn promise(&self) -> &'static str {
        ORACLES.iter().find(|row| row.0 == self.oracle).map_or("", |row| row.1)
    }
}

/// How long a handshake may go on: longer than any driver lets it.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// All oracles over one run.
#[derive(Debug)]
pub struct Oracles {
    table: Vec<Box<dyn Oracle>>,
    arrivals: Arrivals,
    actions: AgainstModel,
    send_queue_bytes: usize,
    /// Connections that the server has not been told of, and since when: their handshake goes on.
    opening: BTreeMap<ConnId, Time>,
    /// The connections to which nothing waits any more since the last event.
    pub released: Vec<LinkId>,
    /// Those to whom a line is sent: kept, so that its space is used again.
    recipients: Vec<LinkId>,
    now: Now,
    failure: Option<Failure>,
}

impl Oracles {
    /// Oracles over a server with `config`, whose driver lets so many bytes wait for one connection.
    pub fn new(config: &Config, send_queue_bytes: usize) -> Self {
        let setting = Setting { config: config.clone(), send_queue_bytes };
        Self {
            table: ORACLES.iter().filter_map(|row| row.2).map(|watch| watch(&setting)).collect(),
            arrivals: Arrivals::default(),
            actions: AgainstModel::new(&setting),
            send_queue_bytes,
            opening: BTreeMap::new(),
            released: Vec::new(),
            recipients: Vec::new(),
            now: Now::default(),
            failure: None,
        }
    }

    /// Shows all oracles what happened.
    pub fn see(&mut self, seen: Observation<'_>) {
        if self.failure.is_some() {
            return;
        }
        let rest: [&mut dyn Oracle; 2] = [&mut self.arrivals, &mut self.actions];
        let mut all = self.table.iter_mut().map(|oracle| &mut **oracle).chain(rest);
        self.failure = all.find_map(|oracle| oracle.see(self.now, &seen).err());
    }

    // Connections.

    /// The server's driver has taken connection `link`, and gave it the number `conn`. The server is told of it when its
    /// handshake is done.
    pub fn taken(&mut self, now: Time, link: LinkId, conn: ConnId) {
        self.opening.insert(conn, now);
        self.actions.taken(link, conn);
    }

    /// The connections whose handshake goes on.
    pub fn handshakes(&self) -> impl Iterator<Item = LinkId> {
        self.opening.keys().filter_map(|&conn| self.link_of(conn))
    }

    /// The connection ended in its handshake: the server never heard of it.
    pub fn turned_away(&mut self, now: Time, conn: ConnId, why: CloseReason<'_>) {
        self.now.mono = now;
        self.opening.remove(&conn);
        if let Some(link) = self.link_of(conn) {
            self.see(Observation::TurnedAway { link, why });
        }
    }

    /// The connection that is open under that number, or was until its end if none is.
    pub fn link_of(&self, conn: ConnId) -> Option<LinkId> {
        self.actions.link_of(conn)
    }

    /// Whether more is on its way to a connection than may wait for it.
    pub fn is_over_cap(&self, link: LinkId) -> bool {
        self.arrivals.coming_bytes(link) > self.send_queue_bytes
    }

    /// Whether lines to a connection wait for the log.
    pub fn is_held(&self, link: LinkId) -> bool {
        self.arrivals.is_held(link)
    }

    // The server.

    /// The server is about to be given `event`.
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
            | Event::Unread { conn } => Some(conn),
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
        self.see(Observation::Event { event, link: conn.and_then(|conn| self.link_of(conn)) });
    }

    /// The server gave `actions` for the last event.
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
            Action::Ask { ask, .. } => {
                let link = self.actions.model.asker(*ask).and_then(|conn| self.link_of(conn));
                self.see(Observation::Asks { action, link });
            }
            Action::Close { conn, .. } => {
                let link = self.known(*conn, || "it is closed".into())?;
                self.see(Observation::Closes { link });
            }
        }
        Ok(())
    }

    /// The connection to which the server does something.
    fn known(&self, conn: ConnId, does: impl FnOnce() -> String) -> Result<LinkId, Failure> {
        let expected = || format!("no connection has the number {conn} at the server");
        self.link_of(conn).ok_or_else(|| Failure::new("actions", expected(), does()))
    }

    /// The driver hands a commit out.
    pub fn commit(&mut self, first: Seq, upto: Seq) {
        self.see(Observation::Commit { first, upto });
    }

    // Clients.

    /// Client number `client` was shown `entry`, on connection `link` if it has one.
    pub fn shown(&mut self, client: u32, link: Option<LinkId>, entry: &client::Entry) {
        if let Some(link) = link {
            self.see(Observation::Shown { client, link, entry });
        }
    }

    // The whole.

    /// Looks at what must not grow: `connections` of the driver's, `sockets` of the world's server, and the bytes
    /// in the largest queue. Between rounds.
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

    /// Everything drained, and nothing more is on its way: what arrived must be all that was predicted.
    pub fn at_rest(&mut self) {
        self.see(Observation::AtRest);
    }

    /// The nick of the user whose session connection number `conn` is, if it is registered.
    pub fn nick(&self, conn: ConnId) -> Option<String> {
        self.actions.model.nick_at(conn)
    }

    /// The nicks of all users who are online, or of those alone who have no session.
    pub fn online(&self, disconnected: bool) -> Vec<String> {
        self.actions.model.online(disconnected)
    }

    /// The first thing that went wrong, if any.
    pub fn failure(&mut self) -> Option<Failure> {
        self.failure.clone()
    }

    fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }
}
