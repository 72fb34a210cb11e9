//! The digest of a run: 256 bits over every event and every action, with their times.
//!
//! Everything is written in one canonical binary form (numbers little-endian, texts with their lengths), so two runs
//! have the same digest only if every state machine received and did the same at the same time.

use verbatim::client::{self, Entry};
use verbatim::server::{self, Actions, CloseReason, ConnId, IfRefused, Outcome, Stays};
use verbatim::time::{Now, Time};
use verbatim::wire::Peer;

/// Hashing is fastest in pieces of this size.
const PIECE: usize = 64 << 10;

/// The digest so far.
#[derive(Debug, Default)]
pub struct Digest {
    hasher: blake3::Hasher,
    buffer: Vec<u8>,
}

impl Digest {
    /// The digest of everything, as 64 hexadecimal digits.
    pub fn finish(&mut self) -> String {
        self.hasher.update(&self.buffer);
        self.buffer.clear();
        self.hasher.finalize().to_hex().to_string()
    }

    /// The server receives `event`.
    pub fn server_event(&mut self, now: Now, event: &server::Event<'_>) {
        self.head(1, now);
        match event {
            server::Event::Accepted { conn, peer } => self.tag(1).number(*conn).bytes(peer.host.as_bytes()),
            server::Event::Received { conn, bytes } => self.tag(2).number(*conn).bytes(bytes),
            server::Event::Closed { conn, reason } => {
                let kind = match reason {
                    CloseReason::Ended => 0,
                    CloseReason::Reset => 1,
                    CloseReason::SendQueueExceeded => 2,
                    _ => 3,
                };
                self.tag(3).number(*conn).tag(kind).bytes(reason.text().as_bytes())
            }
            server::Event::Attached { conn, to, stays } => {
                let (kind, until) = match stays {
                    Stays::No => (0, Time::default()),
                    Stays::Until(time) => (1, *time),
                    Stays::Always => (2, Time::default()),
                };
                self.tag(8).number(*conn).bytes(to.as_bytes()).tag(kind).long(until.as_micros())
            }
            server::Event::Settled { upto, outcome } => {
                self.tag(9).long(*upto).tag(u8::from(*outcome == Outcome::Stored))
            }
            server::Event::Unread { conn } => self.tag(10).number(*conn),
            server::Event::Drained { conn } => self.tag(11).number(*conn),
            server::Event::Timeout => self.tag(4),
            server::Event::Stop => self.tag(5),
            server::Event::Answered { ask, answer } => self.tag(6).long(ask.unwrap_or_default()).texts(&answer.words()),
        };
    }

    /// A connection ended in its handshake.
    pub fn turned_away(&mut self, now: Now, conn: ConnId, peer: &Peer, reason: &str) {
        self.head(5, now).number(conn).bytes(peer.host.as_bytes()).bytes(reason.as_bytes());
    }

    /// The server did `actions`. A line is hashed once, however many receivers it has.
    pub fn server_actions(&mut self, now: Now, actions: &Actions) {
        self.head(2, now);
        for action in actions.list() {
            match action {
                server::Action::Send { to, line, after, if_refused } => {
                    self.long(*after).tag(u8::from(*if_refused == IfRefused::Drop));
                    let recipients = actions.recipients(*to);
                    self.tag(1).bytes(line).number(recipients.len() as u32);
                    recipients.iter().for_each(|&conn| self.buffer.extend_from_slice(&conn.to_le_bytes()));
                }
                server::Action::Ask { ask, question } => {
                    self.tag(3).long(*ask).texts(&question.words());
                }
                server::Action::Either { to, after, stored, refused } => {
                    self.tag(5).number(*to).long(*after).number(stored.len() as u32);
                    stored.iter().chain(refused).for_each(|line| {
                        self.bytes(line);
                    });
                }
                server::Action::Append { first, upto, facts } => {
                    self.tag(6).long(*first).long(*upto);
                    facts.iter().for_each(|fact| {
                        self.long(fact.seq()).long(fact.at().as_micros());
                    });
                }
                server::Action::Drain { conn } => {
                    self.tag(7).number(*conn);
                }
                server::Action::Close { conn, .. } => {
                    self.tag(2).number(*conn);
                }
            }
        }
    }

    /// A client receives `event`.
    pub fn client_event(&mut self, now: Now, client: u32, event: &client::Event<'_>) {
        self.head(3, now).number(client);
        match event {
            client::Event::Started => self.tag(1),
            client::Event::Connected => self.tag(2),
            client::Event::Refused { reason } => self.tag(3).bytes(reason.as_bytes()),
            client::Event::Received { bytes } => self.tag(4).bytes(bytes),
            client::Event::Closed { reason } => self.tag(5).bytes(reason.as_bytes()),
            client::Event::Typed { bytes } => self.tag(6).bytes(bytes),
            client::Event::InputEnded => self.tag(7),
            client::Event::InputFailed { reason } => self.tag(10).bytes(reason.as_bytes()),
            client::Event::Interrupted => self.tag(8),
            client::Event::Timeout => self.tag(9),
        };
    }

    /// A client did `actions`.
    pub fn client_actions(&mut self, now: Now, client: u32, actions: &[client::Action]) {
        self.head(4, now).number(client);
        for action in actions {
            match action {
                client::Action::Connect => self.tag(1),
                client::Action::Send { line } => self.tag(2).bytes(line),
                client::Action::Close => self.tag(3),
                client::Action::Show(entry) => self.tag(4).entry(entry),
                client::Action::Exit { code } => self.tag(5).tag(*code),
                client::Action::Clear => self.tag(6),
            };
        }
    }

    fn entry(&mut self, entry: &Entry) -> &mut Self {
        match entry {
            Entry::Said { from, to, text, kind, own, rings } => {
                self.tag(1).tag(*kind as u8).tag(u8::from(*own)).tag(u8::from(*rings)).texts([from, to, text])
            }
            Entry::Joined { who, channel, own } => self.tag(2).tag(u8::from(*own)).texts([who, channel]),
            Entry::Parted { who, channel, reason, own } => {
                self.tag(3).tag(u8::from(*own)).texts([who, channel, reason])
            }
            Entry::Quit { who, reason } => self.tag(4).texts([who, reason]),
            Entry::Kicked { who, channel, by, reason, own } => {
                self.tag(5).tag(u8::from(*own)).texts([who, channel, by, reason])
            }
            Entry::Renamed { from, to, own } => self.tag(6).tag(u8::from(*own)).texts([from, to]),
            Entry::Topic { channel, by, topic } => self.tag(7).texts([channel, by, topic]),
            Entry::Mode { target, by, changes } => self.tag(8).texts([target, by, changes]),
            Entry::Invited { by, channel } => self.tag(9).texts([by, channel]),
            Entry::Names { channel, nicks } => self.tag(10).texts([channel]).number(nicks.len() as u32).texts(nicks),
            Entry::Reply { text } => self.tag(11).texts([text]),
            Entry::Refused { text } => self.tag(12).texts([text]),
            Entry::Status { text } => self.tag(13).texts([text]),
            Entry::Trouble { text } => self.tag(14).texts([text]),
            Entry::Greeting { text } => self.tag(15).texts([text]),
            Entry::Help { usage, .. } => self.tag(16).texts([usage]),
        }
    }

    fn head(&mut self, kind: u8, now: Now) -> &mut Self {
        if self.buffer.len() >= PIECE {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
        self.tag(kind);
        self.long(now.mono.as_micros()).long(now.wall.as_micros())
    }

    fn tag(&mut self, tag: u8) -> &mut Self {
        self.buffer.push(tag);
        self
    }

    fn number(&mut self, number: u32) -> &mut Self {
        self.buffer.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn long(&mut self, number: u64) -> &mut Self {
        self.buffer.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u32);
        self.buffer.extend_from_slice(bytes);
        self
    }

    fn texts<'a>(&mut self, texts: impl IntoIterator<Item = &'a String>) -> &mut Self {
        texts.into_iter().for_each(|text| {
            self.bytes(text.as_bytes());
        });
        self
    }
}
