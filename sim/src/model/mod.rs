//! The reference model: who hears what, in plain sets and lists.
//!
//! Written from `docs/protocol.md`, apart from the server; where the two differ one of them is wrong. It has no
//! queue, no buffer (but the line that a peer has not ended) and no cleverness: to read it is to read the page.
//! It knows nothing of the network, nor of the server's code but its events and its configuration.

mod channel;
mod expect;
mod message;
mod mode;
mod query;
mod registration;
mod text;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use verbatim::server::{Config, ConnId, Event};
use verbatim::time::Time;
use verbatim::wire::Casemapping;

pub use expect::{Expect, Fit};
use text::{Said, cut, fold, same};

/// A connection, and the user behind it once it is registered.
#[derive(Debug, Default)]
struct User {
    host: String,
    nick: Option<String>,
    /// With its `~`.
    user: Option<String>,
    realname: String,
    password: Option<String>,
    negotiating: bool,
    registered: bool,
    caps: BTreeSet<&'static str>,
    away: Option<String>,
    invisible: bool,
    /// The channels that they are invited to, the oldest invitation first.
    invitations: Vec<String>,
    /// The beginning of a line that has not ended.
    unfinished: Vec<u8>,
    connected: Time,
    heard: Time,
    pinged: Option<Time>,
}

#[derive(Debug, Default)]
struct Channel {
    name: String,
    topic: Option<String>,
    members: BTreeMap<ConnId, Member>,
    /// Those of `imnst` that are set.
    flags: BTreeSet<char>,
    key: Option<String>,
    limit: Option<u16>,
    /// The masks of `b`, `e` and `I`.
    lists: BTreeMap<char, Vec<String>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Member {
    operator: bool,
    voice: bool,
}

/// The model of the whole server.
#[derive(Debug)]
pub struct Model {
    config: Config,
    now: Time,
    users: BTreeMap<ConnId, User>,
    /// By their folded names.
    channels: BTreeMap<String, Channel>,
    /// The nicks that were given up, the newest last.
    gone: Vec<String>,
    out: Vec<(ConnId, Expect)>,
}

impl Model {
    /// A server without users.
    pub fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            now: Time::default(),
            users: BTreeMap::new(),
            channels: BTreeMap::new(),
            gone: Vec::new(),
            out: Vec::new(),
        }
    }

    /// What each connection is sent because of `event`: for each of them in order.
    pub fn handle(&mut self, now: Time, event: &Event<'_>) -> std::vec::Drain<'_, (ConnId, Expect)> {
        self.now = now;
        match *event {
            Event::Accepted { conn, host } => {
                let user = User { host: host.to_owned(), connected: now, heard: now, ..User::default() };
                self.users.insert(conn, user);
            }
            Event::Received { conn, bytes } => self.received(conn, bytes),
            Event::Closed { conn, reason } => self.forget(conn, reason.text()),
            Event::Verified { .. } | Event::Reloaded { .. } => {}
            Event::Timeout => self.timeout(),
            Event::Stop => {
                for conn in self.users.keys().copied().collect::<Vec<_>>() {
                    self.error(conn, "Server is shutting down");
                }
                self.users.clear();
                self.channels.clear();
            }
        }
        self.out.drain(..)
    }

    /// How many connections there are, registered or not.
    pub fn connections(&self) -> usize {
        self.users.len()
    }

    /// How many channels there are.
    pub fn channels(&self) -> usize {
        self.channels.len()
    }

    fn received(&mut self, who: ConnId, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|&b| b == b'\r' || b == b'\n') {
            // QUIT in the middle of the bytes: what comes behind it was sent to nobody.
            let Some(user) = self.users.get_mut(&who) else { return };
            user.heard = self.now;
            user.pinged = None;
            user.unfinished.extend_from_slice(piece);
            if let Some((b'\r' | b'\n', line)) = user.unfinished.split_last() {
                let said = if line.is_empty() { None } else { Some(text::read(line)) };
                user.unfinished = Vec::new();
                match said {
                    None => {}
                    Some(Said::TooLong) => self.numeric(who, "417", &[]),
                    Some(Said::Garbage) => self.numeric(who, "400", &["*"]),
                    Some(Said::Command(command, params)) => {
                        self.act(who, &command, &params.iter().map(String::as_str).collect::<Vec<_>>());
                    }
                }
            }
        }
    }

    fn act(&mut self, who: ConnId, command: &str, params: &[&str]) {
        let early = ["CAP", "PASS", "NICK", "USER", "PING", "PONG", "QUIT"].contains(&command);
        if !early && !self.users[&who].registered {
            return self.numeric(who, "451", &[]);
        }
        let least = match command {
            "USER" => 4,
            "KICK" => 2,
            "CAP" | "PASS" | "PING" | "JOIN" | "PART" | "TOPIC" | "MODE" | "WHO" | "ISON" | "USERHOST" => 1,
            "INVITE" if params.len() == 1 => 2,
            _ => 0,
        };
        if params.len() < least {
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
            "JOIN" => self.join(who, params[0], params.get(1).unwrap_or(&"")),
            "PART" => self.part(who, params[0], params.get(1).unwrap_or(&"")),
            "TOPIC" => self.topic(who, params[0], params.get(1).copied()),
            "NAMES" => self.names(who, given),
            "LIST" => self.list(who, given),
            "INVITE" => self.invite(who, params),
            "KICK" => self.kick(who, params[0], params[1], params.get(2).unwrap_or(&"")),
            "MODE" => self.mode(who, params),
            "PRIVMSG" | "NOTICE" => self.message(who, command, params),
            "WHO" => self.who(who, params[0], params.get(1) == Some(&"o")),
            "WHOIS" => self.whois(who, params),
            "WHOWAS" => self.whowas(who, params),
            "ISON" => self.ison(who, params),
            "USERHOST" => self.userhost(who, params),
            "AWAY" => self.away(who, params.first().unwrap_or(&"")),
            "LUSERS" => self.lusers(who),
            "MOTD" | "VERSION" | "TIME" => self.about(who, command, given),
            _ => self.numeric(who, "421", &[cut(command, 32)]),
        }
    }

    /// The same line to all of `to`, cut where it is longer than a line may be.
    fn tell(&mut self, to: impl IntoIterator<Item = ConnId>, line: &str) {
        let line: Rc<[u8]> = format!("{}\r\n", cut(line, 510)).into_bytes().into();
        self.out.extend(to.into_iter().map(|conn| (conn, Expect::Exact(line.clone()))));
    }

    /// A numeric and its first parameters.
    fn numeric(&mut self, to: ConnId, code: &str, params: &[&str]) {
        let head = self.head(to, code, params);
        self.out.push((to, Expect::Numeric(head)));
    }

    /// A numeric that comes as often as it takes.
    fn numerics(&mut self, to: ConnId, code: &str) {
        let head = self.head(to, code, &[]);
        self.out.push((to, Expect::Some(head)));
    }

    fn head(&self, to: ConnId, code: &str, params: &[&str]) -> String {
        let me = self.users[&to].nick.as_deref().unwrap_or("*");
        let mut head = format!(":{} {code} {me}", self.config.name);
        for param in params {
            head = head + " " + param;
        }
        cut(&head, 510).to_owned()
    }

    /// Takes leave of a connection that the server closes.
    fn error(&mut self, who: ConnId, reason: &str) {
        let line = format!("ERROR :Closing link: ({}) [{reason}]", self.users[&who].host);
        self.tell([who], &line);
        self.out.push((who, Expect::Close));
    }

    /// Takes a connection out of everything, and tells those who shared a channel with it.
    fn forget(&mut self, who: ConnId, reason: &str) {
        if self.users[&who].registered {
            let neighbours = self.neighbours(who);
            self.tell(neighbours, &format!(":{} QUIT :{reason}", self.source(who)));
            self.gone.push(self.nick_of(who).to_owned());
        }
        self.users.remove(&who);
        for name in self.channels.keys().cloned().collect::<Vec<_>>() {
            self.leave(who, &name);
        }
    }

    /// Takes a member out of a channel; a channel without members is no more.
    fn leave(&mut self, who: ConnId, folded: &str) {
        let members = &mut self.channels.get_mut(folded).unwrap().members;
        members.remove(&who);
        if members.is_empty() {
            self.channels.remove(folded);
            // With the channel end the invitations to it.
            self.users.values_mut().for_each(|user| user.invitations.retain(|name| fold(name) != folded));
        }
    }

    /// Everyone else who shares a channel with `who`.
    fn neighbours(&self, who: ConnId) -> BTreeSet<ConnId> {
        let shared = self.channels.values().filter(|channel| channel.members.contains_key(&who));
        shared.flat_map(|channel| channel.members.keys().copied()).filter(|&other| other != who).collect()
    }

    fn source(&self, who: ConnId) -> String {
        let user = &self.users[&who];
        format!("{}!{}@{}", self.nick_of(who), user.user.as_deref().unwrap_or(""), user.host)
    }

    fn nick_of(&self, who: ConnId) -> &str {
        self.users[&who].nick.as_deref().unwrap_or("*")
    }

    /// The registered user with this nick.
    fn find(&self, nick: &str) -> Option<ConnId> {
        let mut users = self.users.iter().filter(|(_, user)| user.registered);
        users.find(|(_, user)| user.nick.as_deref().is_some_and(|own| same(own, nick))).map(|(&conn, _)| conn)
    }

    /// The channel with this name.
    fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels.get(&fold(name))
    }
}

impl Channel {
    fn has(&self, who: ConnId) -> bool {
        self.members.contains_key(&who)
    }

    fn is_operator(&self, who: ConnId) -> bool {
        self.members.get(&who).is_some_and(|member| member.operator)
    }

    /// Whether somebody outside may see that it exists.
    fn is_visible_to(&self, who: ConnId) -> bool {
        !self.flags.contains(&'s') || self.has(who)
    }

    /// Whether an entry of a list matches.
    fn lists(&self, letter: char, source: &str) -> bool {
        self.lists.get(&letter).is_some_and(|masks| masks.iter().any(|mask| Casemapping::Ascii.matches(mask, source)))
    }

    fn bans(&self, source: &str) -> bool {
        self.lists('b', source) && !self.lists('e', source)
    }

    /// Everyone in it, `first` first.
    fn everyone(&self, first: ConnId) -> Vec<ConnId> {
        let others = self.members.keys().copied().filter(|&conn| conn != first);
        self.members.contains_key(&first).then_some(first).into_iter().chain(others).collect()
    }
}
