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
//! The oracles know nothing of how the world is driven; they are told, and remember the first thing that is wrong.

mod asked;
mod replay;
mod stream;
mod talk;

#[cfg(test)]
mod tests;

use std::time::Duration;

use verbatim::client;
use verbatim::server::{Action, Actions, Config, ConnId, Event, Server};
use verbatim::time::Time;
use verbatim::wire::Line;

use crate::model::{Model, server_time};
use asked::Asked;
use replay::Replay;
use stream::{Known, Stream};
use talk::Talk;

/// The n-th connection that the server accepted, from 0: never reused, unlike its number.
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

/// All oracles over one run.
#[derive(Debug)]
pub struct Oracles {
    model: Model,
    send_queue_bytes: usize,
    /// By the connection's number: the last life that had it.
    lives: Vec<Option<Life>>,
    /// By life.
    streams: Vec<Stream>,
    known: Known,
    talk: Talk,
    asked: Asked,
    replay: Replay,
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
            send_queue_bytes,
            lives: Vec::new(),
            streams: Vec::new(),
            known: Known::default(),
            talk: Talk::default(),
            asked: Asked::default(),
            replay: Replay::new(config.casemapping),
            touched: Vec::new(),
            last_end: Time::default(),
            failure: None,
        }
    }

    /// The server is about to be given `event`.
    pub fn server_event(&mut self, now: Time, event: &Event<'_>) {
        if self.failure.is_some() {
            return;
        }
        self.asked.other_event();
        match *event {
            Event::Accepted { conn, .. } => {
                let at = conn as usize;
                self.lives.resize(self.lives.len().max(at + 1), None);
                self.lives[at] = Some(self.streams.len() as Life);
                self.streams.push(Stream::default());
            }
            Event::Received { conn, bytes } => {
                if let Some(life) = self.life_of(conn) {
                    self.talk.server_heard(life, bytes);
                    self.asked.heard(life, bytes);
                }
            }
            Event::Closed { conn, .. } => {
                self.last_end = now;
                if let Some(life) = self.life_of(conn) {
                    self.streams[life as usize].peer_is_gone();
                    self.talk.over(life);
                    self.asked.over(life);
                }
            }
            Event::Verified { ask, .. } | Event::Reloaded { ask: Some(ask), .. } => self.asked.answered(ask),
            Event::Reloaded { ask: None, .. } | Event::Timeout | Event::Stop => {}
        }
        self.touched.clear();
        for (conn, expect) in self.model.handle(now, event) {
            let life = self.lives[conn as usize].expect("the model speaks to connections that were accepted");
            self.streams[life as usize].expect(expect);
            self.touched.push(conn);
        }
    }

    /// The server gave `actions` for the last event.
    pub fn server_actions(&mut self, now: Time, actions: &Actions) {
        if self.failure.is_some() {
            return;
        }
        let mut asked = self.model.asked().to_vec().into_iter();
        for action in actions.list() {
            let done = match action {
                Action::Send { to, line } => self.sent(actions.recipients(*to), line),
                Action::Verify { ask, .. } | Action::Reload { ask } => {
                    self.asked.asks(*ask);
                    is_asked(asked.next(), Some(action))
                }
                Action::Close { conn } => self.closed(now, *conn),
            };
            if let Err(failure) = done {
                return self.fail(failure);
            }
        }
        if let Err(failure) =
            self.asked.done().and_then(|()| is_asked(asked.next(), None)).and_then(|()| self.judge(now))
        {
            self.fail(failure);
        }
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

    fn closed(&mut self, now: Time, conn: ConnId) -> Result<(), Failure> {
        self.last_end = now;
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
    fn judge(&mut self, now: Time) -> Result<(), Failure> {
        let mut touched = std::mem::take(&mut self.touched);
        let time = server_time(now.as_micros());
        touched.sort_unstable();
        touched.dedup();
        for conn in touched {
            let Some(life) = self.life_of(conn) else { continue };
            self.streams[life as usize].judge(&time, &mut self.known).map_err(|(expected, got)| {
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
        // After a failure nothing is followed any more, new connections included.
        if let Some(stream) = self.streams.get_mut(life as usize) {
            stream.is_plain();
        }
    }

    /// Raw bytes arrived at the far end of a connection.
    pub fn arrived(&mut self, _now: Time, life: Life, bytes: &[u8]) {
        if self.failure.is_some() {
            return;
        }
        if let Err((expected, got)) = self.streams[life as usize].arrived(bytes) {
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

    /// The connection was broken before everything arrived: by a fault, or since one end gave up waiting for the
    /// other. From now on a prefix is enough.
    pub fn broken(&mut self, life: Life) {
        self.streams[life as usize].peer_is_gone();
        self.talk.over(life);
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
        self.talk.client_sent(client, life, line);
    }

    /// Looks at what must not grow: `connections` of the driver's, `sockets` of the world's server, and the bytes
    /// in the largest queue. Between rounds.
    pub fn state(&mut self, now: Time, server: &Server, connections: usize, sockets: usize, largest_queue: usize) {
        let (users, channels) = (self.model.connections(), self.model.channels());
        let expected = format!("{users} connections, {channels} channels, as many open sockets");
        let got = format!(
            "{} connections and {} channels of the server, {connections} connections of the driver, {sockets} sockets",
            server.connections(),
            server.channels()
        );
        let lingering = connections.checked_sub(users);
        let lingers_too_long = lingering != Some(0) && now.since(self.last_end) > LINGER;
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
            if let Some(waiting) = self.streams[life].waiting() {
                let expected = format!("at connection {life}: {waiting}");
                self.fail(Failure::new("model", expected, "it never arrived"));
                return;
            }
        }
        if let Err(failure) = self.talk.at_rest() {
            self.fail(failure);
        }
    }

    /// The first thing that went wrong, if any.
    pub fn failure(&mut self) -> Option<Failure> {
        self.failure.clone()
    }

    fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }
}

/// Whether the server asks of the world what it must, and nothing else.
fn is_asked(expected: Option<Action>, got: Option<&Action>) -> Result<(), Failure> {
    if expected.as_ref() == got {
        return Ok(());
    }
    Err(Failure::new("actions", format!("it asks {expected:?}"), format!("it asks {got:?}")))
}
