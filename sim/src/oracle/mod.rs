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
//! The oracles know nothing of how the world is driven; they are told, and remember the first thing that is wrong.

mod asked;
mod farewell;
mod replay;
mod stamped;
mod stream;
mod talk;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use verbatim::client;
use verbatim::server::{Action, Actions, CloseReason, Config, ConnId, Event, Server};
use verbatim::time::{Now, Time};
use verbatim::wire::{Line, Peer};

use crate::model::{Model, server_time};
use asked::Asked;
use farewell::Farewells;
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
    pub fn turned_away(&mut self, now: Time, conn: ConnId, why: &str) {
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

    /// The server is about to be given `event`.
    pub fn server_event(&mut self, now: Now, event: &Event<'_>) {
        if self.failure.is_some() {
            return;
        }
        self.asked.other_event();
        match *event {
            Event::Accepted { conn, peer } => {
                self.opening.remove(&conn);
                if let Err(failure) = self.introduced(conn, peer) {
                    return self.fail(failure);
                }
            }
            Event::Received { conn, bytes } => {
                if let Some(life) = self.life_of(conn) {
                    if let Err(differs) = self.streams[life as usize].words.told(bytes) {
                        return self.fail(heard(life, differs));
                    }
                    self.talk.server_heard(life, bytes);
                    self.asked.heard(life, bytes);
                }
            }
            Event::Closed { conn, reason } => {
                self.last_end = now.mono;
                if let Some(life) = self.life_of(conn) {
                    if let Err(failure) = self.farewells.closed(life, reason) {
                        return self.fail(failure);
                    }
                    if let (CloseReason::Ended, Err(differs)) = (reason, self.streams[life as usize].words.ended()) {
                        return self.fail(heard(life, differs));
                    }
                    self.streams[life as usize].peer_is_gone();
                    self.talk.over(life);
                    self.asked.over(life);
                }
            }
            Event::Answered { ask: Some(ask), .. } => self.asked.answered(ask),
            Event::Answered { ask: None, .. }
            | Event::Attached { .. }
            | Event::Settled { .. }
            | Event::Timeout
            | Event::Stop => {}
        }
        self.touched.clear();
        for (conn, expect) in self.model.handle(now, event) {
            let life = self.lives[conn as usize].expect("the model speaks to connections that were accepted");
            self.streams[life as usize].expect(expect);
            self.touched.push(conn);
        }
    }

    /// The server is told who has come.
    fn introduced(&self, conn: ConnId, peer: &Peer) -> Result<(), Failure> {
        let Some(known) = self.life_of(conn).and_then(|life| self.peers.get(&life)) else { return Ok(()) };
        match known {
            Some(known) if known == peer => Ok(()),
            Some(known) => Err(Failure::new("peer", format!("{known:?}"), format!("{peer:?}"))),
            None => Err(Failure::new("peer", "nobody whom the server may hear of", format!("{peer:?}"))),
        }
    }

    /// The server gave `actions` for the last event.
    pub fn server_actions(&mut self, now: Now, actions: &Actions) {
        if self.failure.is_some() {
            return;
        }
        let mut asked = self.model.asked().to_vec().into_iter();
        for action in actions.list() {
            if let (true, Action::Send { to, line, after, if_refused }) = (self.has_log, action)
                && let Err(failure) = stamped::see(line, actions.recipients(*to).len(), *after, *if_refused)
            {
                return self.fail(failure);
            }
            let done = match action {
                Action::Send { to, line, .. } => self.sent(actions.recipients(*to), line),
                Action::Ask { ask, .. } => {
                    self.asked.asks(*ask);
                    is_asked(asked.next(), Some(action))
                }
                Action::Either { to, stored, refused, .. } => self.either(*to, stored, refused),
                Action::Append { upto, .. } => {
                    self.model.appended(*upto);
                    Ok(())
                }
                Action::Close { conn } => self.closed(now, *conn),
            };
            if let Err(failure) = done {
                return self.fail(failure);
            }
        }
        self.model.event_over();
        if let Err(failure) =
            self.asked.done().and_then(|()| is_asked(asked.next(), None)).and_then(|()| self.judge(now))
        {
            self.fail(failure);
        }
    }

    fn either(&mut self, to: ConnId, stored: &[Line], refused: &[Line]) -> Result<(), Failure> {
        let life = self
            .life_of(to)
            .ok_or_else(|| Failure::new("actions", format!("nobody has connection number {to}"), "an answer"))?;
        self.streams[life as usize].either(stored, refused);
        self.touched.push(to);
        stored.iter().try_for_each(|line| self.asked.said(line, [life].into_iter()))
    }

    fn sent(&mut self, to: &[ConnId], line: &Line) -> Result<(), Failure> {
        for &conn in to {
            let life = self
                .life_of(conn)
                .ok_or_else(|| Failure::new("actions", format!("nobody has connection number {conn}"), line.text()))?;
            self.streams[life as usize].sent(line);
        }
        self.touched.extend(to);
        let lives = &self.lives;
        let to = || to.iter().filter_map(|&conn| lives[conn as usize]);
        self.talk.server_said(line, to());
        self.asked.said(line, to())?;
        self.replay.said(line, to())?;
        Ok(())
    }

    fn closed(&mut self, now: Now, conn: ConnId) -> Result<(), Failure> {
        self.last_end = now.mono;
        let life = self
            .life_of(conn)
            .ok_or_else(|| Failure::new("actions", format!("nobody has connection number {conn}"), "it is closed"))?;
        self.talk.over(life);
        self.asked.over(life);
        self.streams[life as usize].closed();
        self.touched.push(conn);
        Ok(())
    }

    /// Whether what each connection was sent is what the model says.
    fn judge(&mut self, now: Now) -> Result<(), Failure> {
        let mut touched = std::mem::take(&mut self.touched);
        let time = server_time(now.wall.as_micros());
        touched.sort_unstable();
        touched.dedup();
        for conn in touched {
            let Some(life) = self.life_of(conn) else { continue };
            self.streams[life as usize].judge(&time, self.has_log, &mut self.known).map_err(|(expected, got)| {
                let to = |what| format!("to connection {life}: {what}");
                Failure::new("actions", to(expected), to(got))
            })?;
        }
        self.known.batches.fresh.clear();
        for (deed, id) in self.known.deeds.fresh.drain(..) {
            self.model.is_called(deed, &id);
        }
        Ok(())
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
        if let Err((expected, got)) = self.stream(life).arrived(bytes) {
            let failure = Failure::new(
                "model",
                format!("at connection {life}: {expected}"),
                format!("at connection {life}: {got}"),
            );
            self.fail(failure);
        }
    }

    /// Whether more is on its way to a connection than may wait for it.
    pub fn is_over_cap(&self, life: Life) -> bool {
        self.streams.get(life as usize).is_some_and(|stream| stream.coming_bytes() > self.send_queue_bytes)
    }

    /// The peer on connection `life` said `bytes`, to whatever carries them.
    pub fn says(&mut self, life: Life, bytes: &[u8]) {
        self.stream(life).words.says(bytes);
    }

    /// The peer's end of a connection gives it up, for what came.
    pub fn peer_gives_up(&mut self, life: Life, why: &str) {
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
        let lingers_too_long = lingering != Some(0) && now.since(self.last_end) > LINGER
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
            if let Some(waiting) = self.streams[life].waiting(self.farewells.is_complete(life as Life)) {
                let expected = format!("at connection {life}: {waiting}");
                self.fail(Failure::new("model", expected, "it never arrived"));
                return;
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

/// Whether the server asks of the world what it must, and nothing else.
fn is_asked(expected: Option<Action>, got: Option<&Action>) -> Result<(), Failure> {
    if expected.as_ref() == got {
        return Ok(());
    }
    Err(Failure::new("actions", format!("it asks {expected:?}"), format!("it asks {got:?}")))
}
