//! The reference model: who hears what, in plain sets and lists.
//!
//! Written from `docs/protocol.md`, apart from the server; where the two differ one of them is wrong. It has no
//! queue, no buffer (but the line that a peer has not ended) and no cleverness: to read it is to read the page.
//! It knows nothing of the network, nor of the server's code but its events and its configuration.

mod channel;
mod expect;
mod message;
mod mode;
mod multiline;
mod presence;
mod query;
mod redaction;
mod registration;
mod text;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use verbatim::server::{Action, AskId, Config, ConnId, Event, Privilege, Secret};
use verbatim::time::Time;
use verbatim::wire::{Casemapping, tags};

pub use expect::{Body, Expect, Fit, Tags};
use multiline::Multiline;
use redaction::Remembered;
pub use text::server_time;
use text::{Said, cut, fold, same};

/// A connection, and the user behind it once it is registered.
#[derive(Debug, Default)]
struct User {
    /// Like no other's, ever: nicks come back.
    number: u64,
    host: String,
    nick: Option<String>,
    /// With its `~`.
    user: Option<String>,
    realname: String,
    password: Option<String>,
    negotiating: bool,
    registered: bool,
    caps: BTreeSet<&'static str>,
    /// Asked for capabilities as version 302 has them.
    knows_302: bool,
    away: Option<String>,
    /// Those of `BRiosw` that are set.
    modes: BTreeSet<char>,
    /// What an operator may do.
    privileges: Vec<Privilege>,
    waiting: Option<Waiting>,
    multiline: Multiline,
    /// Their private messages that can be taken back, the oldest first.
    said: Vec<Remembered>,
    /// The channels that they are invited to, the oldest invitation first.
    invitations: Vec<String>,
    /// The nicks that they watch, as they were sent.
    watched: Vec<String>,
    /// The beginning of a line that has not ended.
    unfinished: Vec<u8>,
    connected: Time,
    heard: Time,
    pinged: Option<Time>,
}

/// A command that goes on when an answer has come. Nothing of its connection is handled before.
#[derive(Debug)]
struct Waiting {
    ask: AskId,
    purpose: Purpose,
    /// The command's label, and what its sender would have heard already if it had none.
    label: Option<String>,
    said: Vec<Expect>,
    /// What came meanwhile.
    held: Vec<u8>,
}

/// What an answer is for.
#[derive(Debug)]
enum Purpose {
    Register,
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
    /// What was said in it and can be taken back, the oldest first.
    said: Vec<Remembered>,
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
    /// Whether what happens now is the answer to a label, and what comes behind that answer.
    labeled: bool,
    after: Vec<(ConnId, Expect)>,
    /// What is asked of the world because of this event.
    asked: Vec<Action>,
    asks: AskId,
    /// How many deeds, and how many batches, have been told, and users been there.
    deeds: u64,
    batches: u64,
    numbers: u64,
    /// What the server calls the deeds.
    ids: BTreeMap<String, u64>,
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
            labeled: false,
            after: Vec::new(),
            asked: Vec::new(),
            asks: 0,
            deeds: 0,
            batches: 0,
            numbers: 0,
            ids: BTreeMap::new(),
        }
    }

    /// What each connection is sent because of `event`: for each of them in order.
    pub fn handle(&mut self, now: Time, event: &Event<'_>) -> std::vec::Drain<'_, (ConnId, Expect)> {
        self.now = now;
        self.asked.clear();
        match *event {
            Event::Accepted { conn, host } => {
                self.numbers += 1;
                let (number, host) = (self.numbers, host.to_owned());
                let user = User { number, host, connected: now, heard: now, ..User::default() };
                self.users.insert(conn, user);
            }
            Event::Received { conn, bytes } => self.received(conn, bytes),
            Event::Closed { conn, reason } => self.forget(conn, reason.text()),
            Event::Verified { ask, right } => self.answered(ask, |model, who, purpose| match purpose {
                Purpose::Register => model.password_verified(who, right),
            }),
            Event::Reloaded { outcome, .. } => {
                if let Ok(reload) = outcome {
                    self.config = reload.config.clone();
                }
            }
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

    /// What the server must ask of the world because of the last event, in order.
    pub fn asked(&self) -> &[Action] {
        &self.asked
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
        let user = self.users.get_mut(&who).unwrap();
        (user.heard, user.pinged) = (self.now, None);
        self.read(who, bytes);
        let held = self.users.get(&who).and_then(|user| user.waiting.as_ref()).map_or(0, |waiting| waiting.held.len());
        if held > self.config.limits.held_bytes {
            self.error(who, "Input queue exceeded");
            self.forget(who, "Input queue exceeded");
        }
    }

    fn read(&mut self, who: ConnId, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|&b| b == b'\r' || b == b'\n') {
            // QUIT in the middle of the bytes: what comes behind it was sent to nobody.
            let Some(user) = self.users.get_mut(&who) else { return };
            if let Some(waiting) = &mut user.waiting {
                waiting.held.extend_from_slice(piece);
                continue;
            }
            user.unfinished.extend_from_slice(piece);
            if let Some((b'\r' | b'\n', line)) = user.unfinished.split_last() {
                let said = if line.is_empty() { None } else { Some(text::read(line)) };
                user.unfinished = Vec::new();
                if let Some(said) = said {
                    self.line(who, &said);
                }
            }
        }
    }

    fn line(&mut self, who: ConnId, said: &Said) {
        match said {
            Said::Command { tags, command, params } => {
                let params: Vec<&str> = params.iter().map(String::as_str).collect();
                let label = self.label(who, tags);
                if !self.is_in_batch(who, &label, command, &params, tags) {
                    self.answer_to(who, label, Vec::new(), |model| model.act(who, command, &params, tags));
                }
                return;
            }
            Said::TooLong => self.numeric(who, "417", &[]),
            Said::NotUtf8 if self.has(who, "standard-replies") => self.fail(who, "*", "INVALID_UTF8", &[]),
            Said::NotUtf8 | Said::Garbage => self.numeric(who, "400", &["*"]),
        }
        self.spoil_batch(who);
    }

    /// The label that the answers to a line must carry.
    fn label(&self, who: ConnId, tags: &str) -> Option<String> {
        let label = tags::find(tags, "label").filter(|label| (1..=64).contains(&label.len()))?;
        (self.has(who, "labeled-response") && self.has(who, "batch")).then(|| label.into_owned())
    }

    /// Does something, and makes of what `who` hears because of it (and has `said` before) the answer to a label. If it
    /// waits for something, the answer waits too.
    fn answer_to(&mut self, who: ConnId, label: Option<String>, said: Vec<Expect>, act: impl FnOnce(&mut Self)) {
        let before = self.out.len();
        self.labeled = label.is_some();
        act(self);
        if let Some(label) = label {
            let (theirs, others): (Vec<_>, Vec<_>) = self.out.drain(before..).partition(|(conn, _)| *conn == who);
            self.out.extend(others);
            let mut inside: Vec<Expect> = said.into_iter().chain(theirs.into_iter().map(|row| row.1)).collect();
            if let Some(waiting) = self.users.get_mut(&who).and_then(|user| user.waiting.as_mut()) {
                (waiting.label, waiting.said) = (Some(label), inside);
                return;
            }
            let close = inside.pop_if(|last| *last == Expect::Close);
            self.out.push((who, Expect::Labeled { label, inside }));
            self.out.extend(close.map(|close| (who, close)));
        }
        self.out.append(&mut self.after);
    }

    /// Lets a connection wait for the answer to a question.
    fn wait(&mut self, who: ConnId, purpose: Purpose) -> AskId {
        self.asks += 1;
        let (ask, label, said, held) = (self.asks, None, Vec::new(), Vec::new());
        self.users.get_mut(&who).unwrap().waiting = Some(Waiting { ask, purpose, label, said, held });
        ask
    }

    /// Lets a connection wait until it is known whether its password is right.
    fn verify(&mut self, who: ConnId, purpose: Purpose, password: &str, hash: &str) {
        let ask = self.wait(who, purpose);
        self.asked.push(Action::Verify { ask, password: Secret::new(password), hash: hash.into() });
    }

    /// An answer came: whoever waits for it goes on, and then with what they sent meanwhile.
    fn answered(&mut self, ask: AskId, act: impl FnOnce(&mut Self, ConnId, Purpose)) {
        let waits = |user: &User| user.waiting.as_ref().is_some_and(|waiting| waiting.ask == ask);
        let Some((&who, user)) = self.users.iter_mut().find(|(_, user)| waits(user)) else { return };
        let Waiting { purpose, label, said, held, .. } = user.waiting.take().unwrap();
        self.answer_to(who, label, said, |model| act(model, who, purpose));
        self.read(who, &held);
    }

    fn act(&mut self, who: ConnId, command: &str, params: &[&str], tags: &str) {
        let early = match command {
            "CAP" | "PASS" | "NICK" | "USER" | "PING" | "PONG" | "QUIT" => true,
            "AWAY" => self.has(who, "draft/pre-away"),
            "ISUPPORT" => self.has(who, "draft/extended-isupport"),
            _ => false,
        };
        if !early && !self.users[&who].registered {
            return self.numeric(who, "451", &[]);
        }
        let least = match command {
            "USER" => 4,
            "KICK" | "REDACT" => 2,
            "BATCH" | "CAP" | "PASS" | "PING" | "JOIN" | "PART" | "TOPIC" | "MODE" | "ISON" | "USERHOST"
            | "SETNAME" => 1,
            "WHO" => 1,
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
            "ISUPPORT" => self.isupport(who),
            "AWAY" => self.away(who, params.first().unwrap_or(&"")),
            "SETNAME" => self.setname(who, params[0]),
            "JOIN" => self.join(who, params[0], params.get(1).unwrap_or(&"")),
            "PART" => self.part(who, params[0], params.get(1).unwrap_or(&"")),
            "TOPIC" => self.topic(who, params[0], params.get(1).copied()),
            "NAMES" => self.names(who, given),
            "LIST" => self.list(who, given),
            "INVITE" => self.invite(who, params),
            "KICK" => self.kick(who, params[0], params[1], params.get(2).unwrap_or(&"")),
            "MODE" => self.mode(who, params),
            "PRIVMSG" | "NOTICE" => self.message(who, command, params, tags),
            "TAGMSG" if self.has(who, "message-tags") => self.message(who, command, params, tags),
            "REDACT" if self.has(who, "draft/message-redaction") => {
                self.redact(who, params[0], params[1], params.get(2).unwrap_or(&""));
            }
            "WHO" => self.who(who, params[0], params.get(1) == Some(&"o")),
            "WHOIS" => self.whois(who, params),
            "WHOWAS" => self.whowas(who, params),
            "ISON" => self.ison(who, params),
            "USERHOST" => self.userhost(who, params),
            "LUSERS" => self.lusers(who),
            "MOTD" | "VERSION" | "TIME" => self.about(who, command, given),
            _ => self.numeric(who, "421", &[cut(command, 32)]),
        }
    }

    /// The same line to all of `to`, cut where it is longer than a line may be. If its source is a user it is a deed of
    /// theirs, and has an id that no other line has.
    fn tell(&mut self, to: impl IntoIterator<Item = ConnId>, line: &str) {
        self.deeds += 1;
        self.also(to, line);
    }

    /// Another form of the line that was told last, or the same to others: it is the same deed, and has the same id.
    fn also(&mut self, to: impl IntoIterator<Item = ConnId>, line: &str) {
        let tags = self.tags(line);
        self.told(to, line, &tags);
    }

    /// By which rule a line of the last deed is tagged.
    fn tags(&self, line: &str) -> Tags {
        let source = line.split(' ').next().and_then(|source| source.strip_prefix(':')?.split_once('!'));
        let source = source.map(|(nick, _)| nick);
        let bot = source.and_then(|nick| self.find(nick)).is_some_and(|user| self.users[&user].modes.contains(&'B'));
        Tags { deed: source.map(|_| self.deeds), bot, ..Tags::default() }
    }

    /// The same line to all of `to`, with those of `tags` that each of them asked for.
    fn told(&mut self, to: impl IntoIterator<Item = ConnId>, line: &str, tags: &Tags) {
        let line: Rc<str> = cut(line, 510).into();
        for conn in to {
            self.hear(conn, Body::Exact(line.clone()), tags);
        }
    }

    fn hear(&mut self, to: ConnId, body: Body, tags: &Tags) {
        let tags = self.seen_by(to, tags);
        self.out.push((to, Expect::Line(body, tags)));
    }

    /// What a receiver sees of tags is what they asked for.
    fn seen_by(&self, to: ConnId, tags: &Tags) -> Tags {
        Tags { time: self.has(to, "server-time"), all: self.has(to, "message-tags"), ..tags.clone() }
    }

    /// Makes a batch of what `act` lets `to` hear.
    fn batch(&mut self, to: ConnId, kind: &str, act: impl FnOnce(&mut Self)) {
        self.batches += 1;
        let (before, number, from) = (self.out.len(), self.batches, format!(":{}", self.config.name));
        act(self);
        let inside = self.out.drain(before..).map(|row| row.1).collect();
        let tags = Tags { time: self.has(to, "server-time"), ..Tags::default() };
        self.out.push((to, Expect::Batch { from, number, kind: kind.to_owned(), tags, inside }));
    }

    /// A numeric and its first parameters.
    fn numeric(&mut self, to: ConnId, code: &str, params: &[&str]) {
        let head = self.head(to, code, params);
        self.hear(to, Body::Numeric(head), &Tags::default());
    }

    /// A numeric that comes as often as it takes.
    fn numerics(&mut self, to: ConnId, code: &str) {
        let head = self.head(to, code, &[]);
        self.hear(to, Body::Some(head), &Tags::default());
    }

    /// Any number of numerics with one of `codes`, then one with the code `end`.
    fn answer(&mut self, to: ConnId, codes: &[&str], end: &str) {
        let heads = codes.iter().map(|code| self.head(to, code, &[])).collect();
        let ends = vec![self.head(to, end, &[])];
        self.hear(to, Body::Answer { heads, ends }, &Tags::default());
    }

    /// `FAIL command code context…`, whatever its text.
    fn fail(&mut self, to: ConnId, command: &str, code: &str, context: &[&str]) {
        self.standard(to, "FAIL", command, code, context);
    }

    /// A standard reply: `FAIL`, `WARN` or `NOTE`.
    fn standard(&mut self, to: ConnId, kind: &str, command: &str, code: &str, context: &[&str]) {
        let context: String = context.iter().map(|param| format!(" {}", text::middle(param))).collect();
        let head = format!(":{} {kind} {command} {code}{context}", self.config.name);
        self.hear(to, Body::Numeric(cut(&head, 510).to_owned()), &Tags::default());
    }

    fn head(&self, to: ConnId, code: &str, params: &[&str]) -> String {
        let mut head = format!(":{} {code} {}", self.config.name, self.nick_of(to));
        for param in params {
            head = head + " " + param;
        }
        cut(&head, 510).to_owned()
    }

    /// Takes leave of a connection that the server closes.
    fn error(&mut self, who: ConnId, reason: &str) {
        let line = format!("ERROR :Closing link: ({}) [{reason}]", self.users[&who].host);
        self.also([who], &line);
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

    /// Whether they switched a capability on.
    fn has(&self, who: ConnId, cap: &str) -> bool {
        self.users[&who].caps.contains(cap)
    }

    /// Whether they are an operator with this privilege.
    fn may(&self, who: ConnId, privilege: Privilege) -> bool {
        self.users[&who].privileges.contains(&privilege)
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

    /// From 0 for none over 1 for voice to 5 for founder.
    fn rank(&self, who: ConnId) -> usize {
        self.members.get(&who).map_or(0, |member| if member.operator { 3 } else { usize::from(member.voice) })
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
