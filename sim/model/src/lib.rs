//! The reference model: who receives what, in plain sets and lists.
//!
//! Written from `docs/protocol.md` and the pages below it, independently of the server; where the two differ, one of
//! them is wrong. It buffers only incomplete lines, waiting input and what is unsettled, and does nothing clever: it
//! reads like the pages. Where a full prediction would only copy the handler (rows of WHO, lines of HELP), it predicts
//! a property. It knows nothing of the network. The crate depends on nothing, so that it shares no code with the
//! server; the program that runs the two side by side translates events into [`Event`], and settings into [`Config`].

mod about;
mod accept;
mod address;
mod asking;
mod channel;
mod config;
mod event;
mod expect;
mod listing;
mod message;
mod metadata;
mod mode;
mod monitor;
mod multiline;
mod names;
mod oper;
mod pieces;
mod place;
mod presence;
mod query;
mod rank;
mod redaction;
mod registration;
mod rename;
mod security;
mod session;
mod storing;
mod telling;
mod text;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use asking::Waiting;
pub use config::{Config, Limits, Operator, Privilege, Sts};
pub use event::{Answer, AskId, ConnId, Event, Now, Peer, Question, Seq, Stays, Time};
pub use expect::{Body, Expect, Face, Fit, Part, Rule, Tags};
use metadata::Metadata;
use mode::Entry;
use multiline::Multiline;
pub use names::Casemapping;
use pieces::Unsent;
use query::WhowasEntry;
use rank::Member;
use redaction::Remembered;
pub use registration::CAPS;
use storing::Log;
use text::cut;
pub use text::server_time;

/// Letters of modes.
type Modes = BTreeSet<char>;

/// The modes in a text such as `+nt`.
fn letters(modes: &str) -> Modes {
    modes.chars().filter(|&letter| letter != '+').collect()
}

/// A user's number, never reused, unlike nicks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct UserId(u64);

/// A connection, which is a session of its user.
#[derive(Debug, Default)]
struct Session {
    user: UserId,
    /// What its transports know about the peer.
    peer: Peer,
    password: Option<String>,
    negotiating: bool,
    caps: BTreeSet<&'static str>,
    /// Whether it sent `CAP LS 302`.
    knows_302: bool,
    /// The nick of the user whose session it will become, and whether that user stays.
    attached: Option<(String, Stays)>,
    /// The text of its AWAY, and the number of that AWAY.
    away: Option<(u64, String)>,
    waiting: Option<Waiting>,
    unsent: Unsent,
    /// The input that came while it waited.
    held: Vec<u8>,
    multiline: Multiline,
    /// The nicks that it monitors, as they were sent.
    watched: Vec<String>,
    /// The metadata keys that it subscribed to.
    subscriptions: BTreeSet<String>,
    /// An incomplete line.
    unfinished: Vec<u8>,
    connected: Time,
    heard: Time,
    pinged: Option<Time>,
    /// The commit that the PING may have to wait for, behind other lines.
    ping_waits: Option<u64>,
}

/// A participant; provisional until registered.
#[derive(Debug, Default)]
struct User {
    /// The lowest number that was free when they connected.
    place: u64,
    sessions: BTreeSet<ConnId>,
    nick: Option<String>,
    /// With its `~`.
    user: Option<String>,
    realname: String,
    /// The address of their first session.
    host: String,
    registered: bool,
    /// The modes among `BRTgiosw` that are set.
    modes: Modes,
    /// The privileges of an operator, and the session that last sent OPER.
    privileges: Vec<Privilege>,
    opered: Option<ConnId>,
    /// Which users' private messages they accept.
    takes: accept::Takes,
    /// Events that must not be repeated within a minute: the command, its subject, and the time.
    lately: BTreeMap<(&'static str, u64), Time>,
    /// Their private messages that can be redacted, the oldest first.
    said: Vec<Remembered>,
    /// The channels that they are invited to, the oldest invitation first.
    invitations: Vec<String>,
    metadata: Metadata,
    stays: Stays,
    /// When they registered, and when they last spoke.
    since: Now,
    spoke: Time,
    /// Why their last session ended, if they have none.
    left: String,
    /// The time of their last private message, sent or received.
    last: Time,
}

#[derive(Debug, Default)]
struct Channel {
    name: String,
    created: Now,
    /// The number of the JOIN that created it, and the time of the last fact in it.
    born: u64,
    last: Time,
    topic: Option<String>,
    /// Who last set the topic, and when.
    topic_set: (String, Now),
    members: BTreeMap<UserId, Member>,
    /// The flags among `CMRUcimnstuz` that are set.
    flags: Modes,
    key: Option<String>,
    limit: Option<u16>,
    /// Where users who cannot join are forwarded (`f`).
    forward: Option<String>,
    metadata: Metadata,
    /// Its messages that can be redacted, the oldest first.
    said: Vec<Remembered>,
    /// `b`, `e` and `I`.
    lists: BTreeMap<char, Vec<Entry>>,
}

/// A command: its name, its minimum of parameters, and its handler.
type Row = (&'static str, usize, fn(&mut Model, ConnId, &[&str]));

/// The commands that have a row, in the file of their group. All others are in [`Model::act`].
const ROWS: [&[Row]; 2] = [accept::ROWS, channel::ROWS];

/// The model of the server.
#[derive(Debug)]
pub struct Model {
    config: Config,
    now: Now,
    sessions: BTreeMap<ConnId, Session>,
    users: BTreeMap<UserId, User>,
    /// By folded name.
    channels: BTreeMap<String, Channel>,
    /// Former nicks, newest last.
    gone: Vec<WhowasEntry>,
    out: Vec<(ConnId, Expect)>,
    /// The connection whose line is handled, and how many rows of long replies it may still be sent.
    caller: Option<ConnId>,
    room: usize,
    /// Whether the current command has a label, and the steps that follow the labelled response.
    labeled: bool,
    after: Vec<(ConnId, Expect)>,
    /// The questions of the current event.
    asked: Vec<(AskId, Question)>,
    asks: AskId,
    /// Counters: message ids, batches, users, JOINs, AWAYs.
    msgids: u64,
    batches: u64,
    numbers: u64,
    joins: u64,
    aways: u64,
    /// The server's message ids, and the model's numbers for them.
    ids: BTreeMap<String, u64>,
    log: Log,
}

impl Model {
    /// A server without users.
    pub fn new(config: Config) -> Self {
        Self {
            now: Now::default(),
            sessions: BTreeMap::new(),
            users: BTreeMap::new(),
            channels: BTreeMap::new(),
            caller: None,
            room: 0,
            gone: Vec::new(),
            out: Vec::new(),
            labeled: false,
            after: Vec::new(),
            asked: Vec::new(),
            asks: 0,
            msgids: 0,
            batches: 0,
            numbers: 0,
            joins: 0,
            aways: 0,
            ids: BTreeMap::new(),
            log: Log::new(config.log),
            config,
        }
    }

    /// The steps that each connection must be sent because of `event`, in order.
    pub fn handle(&mut self, now: Now, event: Event<'_>) -> std::vec::Drain<'_, (ConnId, Expect)> {
        self.now = now;
        self.asked.clear();
        match event {
            Event::Accepted { conn, peer } => self.accepted(conn, peer),
            Event::Received { conn, bytes } => self.received(conn, bytes),
            Event::Closed { conn, reason } => self.end_session(conn, reason),
            Event::Attached { conn, to, stays } => self.attached(conn, to, stays),
            Event::Settled { upto, refused } => self.settled(upto, refused),
            Event::Answered { ask, answer } => self.answer_came(ask, answer),
            Event::Unread { conn } => self.unread(conn),
            Event::Drained { conn } => self.drained(conn),
            Event::Timeout => self.timeout(),
            Event::Stop => {
                for conn in self.sessions.keys().copied().collect::<Vec<_>>() {
                    self.error(conn, "Server is shutting down");
                }
                self.sessions.clear();
                self.users.clear();
                self.channels.clear();
                self.forget_log();
            }
        }
        self.out.drain(..)
    }

    fn answer_came(&mut self, ask: Option<AskId>, answer: Answer) {
        if let Some(config) = answer.config {
            let before = std::mem::replace(&mut self.config, *config);
            self.tell_policy(before.sts.as_ref());
        }
        if let Some(ask) = ask {
            self.answered(ask, &answer.words);
        }
    }

    /// The steps that were added since the last call.
    pub fn more(&mut self) -> std::vec::Drain<'_, (ConnId, Expect)> {
        self.out.drain(..)
    }

    /// The questions that the server must ask because of the last event, in order.
    pub fn asked(&self) -> &[(AskId, Question)] {
        &self.asked
    }

    /// The number of connections, registered or not.
    pub fn connections(&self) -> usize {
        self.sessions.len()
    }

    /// The number of channels.
    pub fn channels(&self) -> usize {
        self.channels.len()
    }

    fn received(&mut self, who: ConnId, bytes: &[u8]) {
        let now = self.now.mono;
        let session = self.session_mut(who);
        (session.heard, session.pinged, session.ping_waits) = (now, None, None);
        self.read(who, bytes);
    }

    fn read(&mut self, who: ConnId, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|&b| b == b'\r' || b == b'\n') {
            // A QUIT ends the connection; the bytes after it are ignored.
            let Some(session) = self.sessions.get_mut(&who) else { return };
            if session.waiting.is_some() || !session.unsent.is_empty() {
                session.held.extend_from_slice(piece);
                continue;
            }
            session.unfinished.extend_from_slice(piece);
            if let Some((b'\r' | b'\n', line)) = session.unfinished.split_last() {
                let line = line.to_owned();
                session.unfinished = Vec::new();
                let said = if line.is_empty() { None } else { Some(text::read(&line)) };
                if let Some(said) = said.filter(|said| !self.waits_for_room(who, said, &line)) {
                    self.line(who, &said);
                }
            }
        }
    }

    fn act(&mut self, who: ConnId, command: &str, params: &[&str], tags: &str) {
        let early = match command {
            "CAP" | "PASS" | "NICK" | "USER" | "PING" | "PONG" | "QUIT" => true,
            "AWAY" => self.has(who, "draft/pre-away"),
            "ISUPPORT" => self.has(who, "draft/extended-isupport"),
            "METADATA" => self.is_aware(who),
            _ => false,
        };
        if !early && !self.is_registered(who) {
            return self.too_early(who, params);
        }
        let row = ROWS.iter().copied().flatten().find(|row| row.0 == command);
        let least = match command {
            "USER" => 4,
            "KICK" | "OPER" | "REDACT" | "RENAME" => 2,
            "BATCH" | "CAP" | "PASS" | "PING" | "JOIN" | "PART" | "TOPIC" | "MODE" | "ISON" | "USERHOST" | "USERIP"
            | "SETNAME" | "MONITOR" | "WALLOPS" | "KILL" => 1,
            _ => row.map_or(0, |row| row.1),
        };
        if params.len() < least || command == "USER" && params[3].is_empty() {
            return self.numeric(who, "461", &[command]);
        }
        let given = params.first().copied().filter(|param| !param.is_empty());
        match command {
            "CAP" => self.cap(who, params),
            "PASS" => self.pass(who, params[0]),
            "NICK" => self.nick(who, params.first().unwrap_or(&"")),
            "USER" => self.user(who, params[0], params[3]),
            "PING" => self.ping(who, params[0]),
            "PONG" => {}
            "QUIT" => self.quit(who, params.first().unwrap_or(&"")),
            "ISUPPORT" => self.isupport(who),
            "AWAY" => self.away(who, params.first().unwrap_or(&"")),
            "SETNAME" => self.setname(who, params[0]),
            "JOIN" => self.join(who, params[0], params.get(1).unwrap_or(&"")),
            "PART" => self.part(who, params[0], params.get(1).unwrap_or(&"")),
            "TOPIC" => self.topic(who, params[0], params.get(1).copied()),
            "NAMES" => self.names(who, given),
            "LIST" => self.list(who, params),
            "KICK" => self.kick(who, params[0], params[1], params.get(2).unwrap_or(&"")),
            "MODE" => self.mode(who, params),
            "PRIVMSG" | "NOTICE" => self.message(who, command, params, tags),
            "TAGMSG" if self.has(who, "message-tags") => self.message(who, command, params, tags),
            "REDACT" if self.has(who, "draft/message-redaction") => {
                self.redact(who, params[0], params[1], params.get(2).unwrap_or(&""));
            }
            "METADATA" if self.is_aware(who) => self.metadata(who, params),
            "MONITOR" => self.monitor(who, params),
            "RENAME" => self.rename(who, params[0], params[1], params.get(2).unwrap_or(&"")),
            "OPER" => self.oper(who, params[0], params[1]),
            "KILL" => self.kill(who, params[0], params.get(1).unwrap_or(&"")),
            "REHASH" => self.rehash(who),
            "WALLOPS" => self.wallops(who, params[0]),
            "STATS" => self.stats(who, params),
            "HELP" | "HELPOP" => self.help(who, params),
            "WHO" => self.who(who, params),
            "WHOIS" => self.whois(who, params),
            "WHOWAS" => self.whowas(who, params),
            "ISON" => self.ison(who, params),
            "USERHOST" => self.userhost(who, "302", params),
            "USERIP" => self.userhost(who, "340", params),
            "ADMIN" | "INFO" | "LINKS" | "LUSERS" | "MOTD" | "VERSION" | "TIME" => self.about(who, command, params),
            _ => match row {
                Some((_, _, act)) => act(self, who, params),
                None => self.numeric(who, "421", &[cut(command, 32)]),
            },
        }
    }

    /// Whether neither this nor `most` others of the same command happened within the last minute. If so, records this.
    fn is_news(&mut self, user: UserId, (command, about): (&'static str, u64), most: usize) -> bool {
        let now = self.now.mono;
        let lately = &mut self.user_mut(user).lately;
        lately.retain(|_, came| now.saturating_sub(*came) < Duration::from_secs(60));
        let of_command = lately.keys().filter(|(other, _)| *other == command).count();
        let news = of_command < most && !lately.contains_key(&(command, about));
        if news {
            lately.insert((command, about), now);
        }
        news
    }

    /// Refuses a command before registration. An HTTP request ends the connection.
    fn too_early(&mut self, who: ConnId, params: &[&str]) {
        match params {
            [_, version] if version.starts_with("HTTP/") => {
                self.error(who, "This is not a web server");
                self.end_session(who, "");
            }
            _ => self.numeric(who, "451", &[]),
        }
    }

    /// Removes a member from a channel, and the channel with the last member.
    fn leave(&mut self, me: UserId, folded: &str) {
        let members = &mut self.channels.get_mut(folded).unwrap().members;
        members.remove(&me);
        if members.is_empty() {
            let mapping = self.config.casemapping;
            let name = self.channels.remove(folded).unwrap().name;
            // The invitations end with the channel.
            self.users.values_mut().for_each(|user| user.invitations.retain(|other| !mapping.same(other, &name)));
        }
    }

    fn session_mut(&mut self, who: ConnId) -> &mut Session {
        self.sessions.get_mut(&who).unwrap()
    }

    fn user_mut(&mut self, me: UserId) -> &mut User {
        self.users.get_mut(&me).unwrap()
    }

    /// The user of a session.
    fn user_of(&self, who: ConnId) -> UserId {
        self.sessions[&who].user
    }

    /// Whether a session is registered.
    fn is_registered(&self, who: ConnId) -> bool {
        self.users[&self.user_of(who)].registered
    }

    /// `nick!~user@host`
    fn source(&self, me: UserId) -> String {
        format!("{}!{}", self.nick_of(me), self.place_of(me))
    }

    /// `~user@host`
    fn place_of(&self, me: UserId) -> String {
        format!("{}@{}", self.users[&me].user.as_deref().unwrap_or(""), self.users[&me].host)
    }

    fn nick_of(&self, me: UserId) -> &str {
        self.users[&me].nick.as_deref().unwrap_or("*")
    }

    /// The nick of a session's user.
    fn own_nick(&self, who: ConnId) -> &str {
        self.nick_of(self.user_of(who))
    }

    /// Whether a session has a capability.
    fn has(&self, who: ConnId, cap: &str) -> bool {
        self.sessions[&who].caps.contains(cap)
    }

    /// Whether a user is an operator with this privilege.
    fn may(&self, me: UserId, privilege: Privilege) -> bool {
        self.users[&me].privileges.contains(&privilege)
    }

    /// The registered user with this nick.
    fn find(&self, nick: &str) -> Option<UserId> {
        let is_called = |own: &str| self.same(own, nick);
        let called = |user: &User| user.registered && user.nick.as_deref().is_some_and(is_called);
        self.users.iter().find(|(_, user)| called(user)).map(|(&number, _)| number)
    }

    fn registered(&self) -> impl Iterator<Item = UserId> + '_ {
        self.users.iter().filter(|(_, user)| user.registered).map(|(&number, _)| number)
    }

    /// The channel with this name.
    fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels.get(&self.fold(name))
    }

    /// The folded name, which is equal for names that are the same.
    fn fold(&self, name: &str) -> String {
        self.config.casemapping.fold(name)
    }

    /// Whether two names are the same under the casemapping.
    fn same(&self, a: &str, b: &str) -> bool {
        self.config.casemapping.same(a, b)
    }
}
