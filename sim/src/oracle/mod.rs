//! The oracles: what must hold of every run, checked while it goes on.
//!
//! Two kinds stand beside each other. The server's side is held against the [reference model](crate::model): its
//! actions as it gives them (`actions`: words, tags, labels, batches, and what it asks of the world), and what arrives
//! at the far ends after the network had its way with it (`model`). What each client was promised is judged without the
//! model: that it is sent nothing it has not asked for (`unasked`), that batches are closed (`batches`), that labels are
//! answered (`labels`), and that who is told of every change knows the state (`replay`). So is the clients' side, from
//! what was said and what was shown (`created`, `doubled`, `order`, `agreement`, `leak`, `complete`). `cleanup` and
//! `queue-cap` watch what must not grow.
//!
//! What carries the bytes is judged by what goes in and comes out: the server is told who comes (`peer`) and what they
//! said (`heard`), who left in good order and who did not (`ended`), and what nothing befell goes on (`given-up`). That
//! pings are answered with what they carried (`pong`) is seen by who sent them.
//!
//! What waits for the log is judged as it arrives: not before it is settled (`gate`), and as that came out (`refused`). What
//! is appended in one round is one commit (`commits`), and nobody is given up while lines to them wait (`patience`).
//!
//! The oracles know nothing of how the world is driven; they are told, and remember the first thing that is wrong.

mod asked;
mod events;
mod farewell;
mod log;
mod replay;
mod stamped;
mod stream;
mod talk;
mod unsettled;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use verbatim::client;
use verbatim::server::{CloseReason, Config, ConnId, Server};
use verbatim::time::Time;
use verbatim::transport::TransportError;
use verbatim::wire::Peer;

use crate::model::Model;
use asked::Asked;
use farewell::Farewells;
use log::Log;
use replay::Replay;
use stream::{Known, Stream};
use talk::Talk;
use words::Differs;

/// The n-th connection of the network, from 0: never reused, unlike its number at the server.
pub type Life = u32;

/// Something that must hold and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The name of what was broken.
    pub oracle: &'static str,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub got: String,
}

impl Failure {
    fn new(oracle: &'static str, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { oracle, expected: expected.into(), got: got.into() }
    }
}

/// How long a connection may be open after the server forgot it: longer than any driver waits for a last line to
/// be read.
const LINGER: Duration = Duration::from_secs(5);

/// How long a handshake may go on: longer than any driver lets it.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// All oracles over one run.
#[derive(Debug)]
pub struct Oracles {
    model: Model,
    has_log: bool,
    send_queue_bytes: usize,
    /// By the connection's number: the last life that had it.
    lives: Vec<Option<Life>>,
    /// Connections that the server has not been told of, and since when: their handshake goes on.
    opening: BTreeMap<ConnId, Time>,
    /// By life.
    streams: Vec<Stream>,
    known: Known,
    talk: Talk,
    asked: Asked,
    replay: Replay,
    /// Who each connection's peer is. What the server is told of others is not judged.
    peers: BTreeMap<Life, Option<Peer>>,
    /// Who said goodbye, and heard one.
    pub farewells: Farewells,
    /// What is appended, and what of it is not settled.
    log: Log,
    /// The event at hand says that something is settled.
    settles: bool,
    /// The connections to which nothing waits any more since the last event.
    pub released: Vec<Life>,
    /// The connections that the model, or the server, said something to in this event.
    touched: Vec<ConnId>,
    /// The last time at which the server lost a connection or closed one.
    last_end: Time,
    failure: Option<Failure>,
}

impl Oracles {
    /// Oracles over a server with `config`, whose driver lets so many bytes wait for one connection.
    pub fn new(config: &Config, send_queue_bytes: usize) -> Self {
        Self {
            model: Model::new(config),
            has_log: config.log,
            send_queue_bytes,
            lives: Vec::new(),
            opening: BTreeMap::new(),
            streams: Vec::new(),
            known: Known::default(),
            talk: Talk::default(),
            asked: Asked::default(),
            replay: Replay::new(config.casemapping),
            peers: BTreeMap::new(),
            farewells: Farewells::default(),
            log: Log::new(config),
            settles: false,
            released: Vec::new(),
            touched: Vec::new(),
            last_end: Time::default(),
            failure: None,
        }
    }

    /// The server's driver has taken connection `life`, and gave it the number `conn`. The server is told of it when its
    /// handshake is done.
    pub fn taken(&mut self, now: Time, life: Life, conn: ConnId) {
        let at = conn as usize;
        self.lives.resize(self.lives.len().max(at + 1), None);
        self.lives[at] = Some(life);
        self.opening.insert(conn, now);
        self.stream(life);
    }

    /// The connections whose handshake goes on.
    pub fn handshakes(&self) -> impl Iterator<Item = Life> {
        self.opening.keys().filter_map(|&conn| self.life_of(conn))
    }

    /// The connection ended in its handshake: the server never heard of it.
    pub fn turned_away(&mut self, now: Time, conn: ConnId, why: CloseReason<'_>) {
        self.last_end = now;
        self.opening.remove(&conn);
        if let Some(life) = self.life_of(conn) {
            self.stream(life).words.is_deaf();
            if let Err(failure) = self.farewells.turned_away(life, why) {
                self.fail(failure);
            }
        }
    }

    /// The server must be told that the peer on connection `life` is `peer`; or nothing at all, if it is `None`.
    pub fn is_told(&mut self, life: Life, peer: Option<Peer>) {
        self.peers.insert(life, peer);
    }

    /// The connection that is open under that number, or was until its end if none is.
    pub fn life_of(&self, conn: ConnId) -> Option<Life> {
        self.lives.get(conn as usize).copied().flatten()
    }

    /// The plain visitor's transport rewrites lines: what arrives at the far end of `life` is not compared. (What
    /// the server sends to it is.)
    pub fn is_plain(&mut self, life: Life) {
        self.stream(life).is_plain();
    }

    /// What the server sends to `life` stands in frames or records.
    pub fn is_carried(&mut self, life: Life) {
        self.stream(life).is_carried();
    }

    /// It is known what is said on `life`; it travels byte for byte, or line by line.
    pub fn follow(&mut self, life: Life, by_line: bool) {
        self.stream(life).words.follow(by_line);
    }

    /// IRC's bytes arrived at the far end of a connection.
    pub fn arrived(&mut self, _now: Time, life: Life, bytes: &[u8]) {
        if self.failure.is_some() {
            return;
        }
        if let Err((oracle, expected, got)) = self.stream(life).arrived(bytes) {
            let at = |what| format!("at connection {life}: {what}");
            self.fail(Failure::new(oracle, at(expected), at(got)));
        }
    }

    /// Whether more is on its way to a connection than may wait for it.
    pub fn is_over_cap(&self, life: Life) -> bool {
        self.streams.get(life as usize).is_some_and(|stream| stream.coming_bytes() > self.send_queue_bytes)
    }

    /// Whether lines to a connection wait for the log.
    pub fn is_held(&self, life: Life) -> bool {
        self.streams.get(life as usize).is_some_and(Stream::is_held)
    }

    /// The server's driver gave up a connection while lines to it waited.
    pub fn is_impatient(&mut self, life: Life) {
        let expected = format!("connection {life} to be kept while lines to it wait");
        self.fail(Failure::new("patience", expected, "it is given up"));
    }

    /// The peer on connection `life` said `bytes`, to whatever carries them.
    pub fn says(&mut self, life: Life, bytes: &[u8]) {
        self.stream(life).words.says(bytes);
    }

    /// The peer's end of a connection gives it up, for what came.
    pub fn peer_gives_up(&mut self, life: Life, why: &TransportError) {
        if let Err(failure) = self.farewells.peer_gives_up(life, why) {
            self.fail(failure);
        }
        self.harmed(life);
    }

    /// Something befell the connection: what is under way may be lost.
    pub fn harmed(&mut self, life: Life) {
        self.farewells.harmed(life);
        self.stream(life).words.is_harmed();
    }

    /// The connection was broken before everything arrived: by a fault, or since one end gave up waiting for the
    /// other. From now on a prefix is enough.
    pub fn broken(&mut self, life: Life) {
        self.stream(life).peer_is_gone();
        self.talk.over(life);
    }

    fn stream(&mut self, life: Life) -> &mut Stream {
        let at = life as usize;
        if self.streams.len() <= at {
            self.streams.resize_with(at + 1, Stream::default);
        }
        &mut self.streams[at]
    }

    /// Client number `client` was shown `entry`, on connection `life` if it has one.
    pub fn shown(&mut self, _now: Time, client: u32, life: Option<Life>, entry: &client::Entry) {
        if self.failure.is_some() {
            return;
        }
        if let (Some(life), client::Entry::Said { from, to, text, .. }) = (life, entry)
            && let Err(failure) = self.talk.shown(client, life, from, to, text)
        {
            self.fail(failure);
        }
    }

    /// Client number `client` sent `line` on connection `life`.
    pub fn client_sent(&mut self, _now: Time, client: u32, life: Life, line: &[u8]) {
        self.says(life, line);
        self.talk.client_sent(client, life, line);
    }

    /// Looks at what must not grow: `connections` of the driver's, `sockets` of the world's server, and the bytes
    /// in the largest queue. Between rounds.
    pub fn state(&mut self, now: Time, server: &Server, connections: usize, sockets: usize, largest_queue: usize) {
        let (users, channels) = (self.model.connections(), self.model.channels());
        let opening = self.opening.len();
        let expected = format!("{users} connections, {opening} handshakes, {channels} channels, as many open sockets");
        let got = format!(
            "{} connections and {} channels of the server, {connections} connections of the driver, {sockets} sockets",
            server.connections(),
            server.channels()
        );
        let lingering = connections.checked_sub(users + opening);
        let held = self.streams.iter().any(|stream| stream.coming.is_held());
        let lingers_too_long = !held && lingering != Some(0) && now.since(self.last_end) > LINGER
            || self.opening.values().any(|&since| now.since(since) > HANDSHAKE);
        if (server.connections(), server.channels()) != (users, channels)
            || lingering.is_none()
            || lingers_too_long
            || connections != sockets
        {
            self.fail(Failure::new("cleanup", expected, got));
        }
        let most = self.send_queue_bytes;
        if largest_queue > most {
            let got = format!("{largest_queue} bytes wait for one connection");
            self.fail(Failure::new("queue-cap", format!("at most {most} bytes"), got));
        }
    }

    /// Everything drained, and nothing more is on its way: what arrived must be all that was predicted.
    pub fn at_rest(&mut self, _now: Time) {
        for life in 0..self.streams.len() {
            if let Some((oracle, waiting)) = self.streams[life].waiting(self.farewells.is_complete(life as Life)) {
                let expected = format!("at connection {life}: {waiting}");
                return self.fail(Failure::new(oracle, expected, "it never arrived"));
            }
        }
        for life in 0..self.streams.len() {
            if let Some(said) = self.streams[life].untold() {
                let got = "the server was never told".to_owned();
                return self.fail(heard(life as Life, (said, got)));
            }
        }
        if let Err(failure) = self.talk.at_rest() {
            self.fail(failure);
        }
    }

    /// The nick of the user whose session connection number `conn` is, if it is registered.
    pub fn nick(&self, conn: ConnId) -> Option<String> {
        self.model.nick_at(conn)
    }

    /// The nicks of all users who are online, or of those alone who have no session.
    pub fn online(&self, disconnected: bool) -> Vec<String> {
        self.model.online(disconnected)
    }

    /// The first thing that went wrong, if any.
    pub fn failure(&mut self) -> Option<Failure> {
        self.failure.clone()
    }

    fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }
}

/// What the server is told differs from what somebody said.
fn heard(life: Life, (said, told): Differs) -> Failure {
    let of = |what| format!("of connection {life}: {what}");
    Failure::new("heard", of(said), of(told))
}
