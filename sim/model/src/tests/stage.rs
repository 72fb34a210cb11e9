//! Plays the transcripts.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::{
    Answer, AskId, Config, ConnId, Event, Expect, Limits, Model, Now, Operator, Peer, Privilege::*, Stays, Tags,
};
use super::transcript;

/// The limits, with the defaults of `docs/configuration.md`.
const LIMITS: Limits = Limits {
    nick_bytes: 30,
    user_bytes: 18,
    channel_bytes: 64,
    topic_bytes: 300,
    kick_bytes: 300,
    away_bytes: 200,
    realname_bytes: 150,
    key_bytes: 32,
    channels_per_user: 100,
    targets: 4,
    mode_changes: 4,
    list_entries: 100,
    invitations: 32,
    whowas_entries: 1000,
    monitor_entries: 100,
    accept_entries: 20,
    multiline_bytes: 4096,
    multiline_lines: 24,
    redactable_messages: 200,
    redactable_private_messages: 100,
    metadata_keys: 20,
    metadata_key_bytes: 40,
    metadata_value_bytes: 300,
    metadata_subscriptions: 50,
    metadata_sync_lines: 500,
};

/// A peer at `host`.
fn peer(host: &str) -> Peer {
    Peer { host: host.into(), ..Peer::default() }
}

pub struct Stage {
    pub model: Model,
    now: Now,
    conns: BTreeMap<String, ConnId>,
    /// The actions whose ids were sent to a receiver.
    ids: Vec<u64>,
    asks: AskId,
    /// What was sent because of the last step.
    pub last: Vec<Expect>,
}

impl Stage {
    pub fn new(password: Option<&str>) -> Self {
        let privileges = [Kill, Rehash, Wallops, Channels, See, Watch].into();
        let root = Operator { name: "root".into(), password: "hash".into(), hosts: Vec::new(), privileges };
        let (name, password) = ("srv".into(), password.map(str::to_owned));
        let config = Config {
            name,
            password,
            operators: vec![root],
            refuse_lookalikes: true,
            reply_rows: 1000,
            channel_modes: "+nt".into(),
            user_modes: String::new(),
            ping_interval: Duration::from_secs(90),
            ping_timeout: Duration::from_secs(60),
            registration_timeout: Duration::from_secs(30),
            limits: LIMITS,
            ..Config::default()
        };
        let now = Duration::from_secs(1000);
        let (model, now, conns) = (Model::new(config), Now { mono: now, wall: now }, BTreeMap::new());
        Self { model, now, conns, ids: Vec::new(), asks: 0, last: Vec::new() }
    }

    /// The connection of `name`. Connects and registers it first if necessary.
    pub fn conn(&mut self, name: &str) -> ConnId {
        self.conn_with(name, "")
    }

    /// The same, with these capabilities if it is new.
    fn conn_with(&mut self, name: &str, caps: &str) -> ConnId {
        let next = self.conns.len() as ConnId;
        let conn = *self.conns.entry(name.to_owned()).or_insert(next);
        if conn == next {
            self.heard(Event::Accepted { conn, peer: peer("h") });
            if !caps.is_empty() {
                let bytes = format!("CAP REQ :{caps}\r\nCAP END\r\n");
                self.heard(Event::Received { conn, bytes: bytes.as_bytes() });
            }
            if !name.starts_with("guest") {
                let bytes = format!("NICK {name}\r\nUSER {name} 0 * :{name}\r\n");
                self.heard(Event::Received { conn, bytes: bytes.as_bytes() });
            }
        }
        conn
    }

    /// Attaches a new session: from `h2` if its name contains 2, over TLS with a certificate if its name ends with
    /// `tls`.
    fn session(&mut self, name: &str, to: &str) -> Vec<String> {
        let (to, stays) = to.split_once(", who stays").map_or((to, None), |(to, stays)| (to, Some(stays)));
        let (to, caps) = to.split_once(" with ").unwrap_or((to, ""));
        let stays = match stays {
            None => Stays::No,
            Some("") => Stays::Always,
            Some(time) => {
                let secs = time.strip_prefix(" for ").and_then(|time| time.strip_suffix(" s")).expect("for how long");
                Stays::Until(self.now.mono + Duration::from_secs(secs.parse().expect("a number of seconds")))
            }
        };
        let conn = self.conns.len() as ConnId;
        self.conns.insert(name.to_owned(), conn);
        let secure = name.ends_with("tls");
        let host = format!("h{}", name.chars().filter(char::is_ascii_digit).collect::<String>());
        let peer = Peer { secure, certificate: secure.then(|| "ab".into()), ..peer(&host) };
        self.heard(Event::Accepted { conn, peer });
        self.heard(Event::Attached { conn, to, stays });
        let caps = format!("CAP REQ :{caps}\r\nNICK {name}\r\nUSER {name} 0 * :{name}\r\n");
        self.heard(Event::Received { conn, bytes: caps.as_bytes() });
        let mut heard = self.heard(Event::Received { conn, bytes: b"CAP END\r\n" });
        let end = heard.iter().position(|line| line.contains(" 422 ")).expect("the session is welcomed");
        heard.drain(..=end);
        heard
    }

    pub fn heard(&mut self, event: Event<'_>) -> Vec<String> {
        let heard: Vec<_> = self.model.handle(self.now, event).collect();
        heard.iter().for_each(|(_, expect)| self.ids_in(expect));
        self.asks += self.model.asked().len() as AskId;
        let name = |conn| self.conns.iter().find(|(_, own)| **own == conn).map_or("?", |(name, _)| name);
        let lines = heard.iter().map(|(conn, expect)| format!("{}< {expect}", name(*conn))).collect();
        self.last = heard.into_iter().map(|row| row.1).collect();
        lines
    }

    fn ids_in(&mut self, expect: &Expect) {
        let mut seen = |tags: &Tags| {
            if let Some(msgid) = tags.msgid.filter(|msgid| tags.all && !self.ids.contains(msgid)) {
                self.ids.push(msgid);
                self.model.msgid_is(msgid, &format!("m{}", self.ids.len()));
            }
        };
        match expect {
            Expect::Line(_, tags) => seen(tags),
            Expect::Batch { tags, .. } => seen(tags),
            Expect::Labeled { inside, .. } => inside.iter().for_each(|expect| self.ids_in(expect)),
            Expect::Waits(_, _, step) => self.ids_in(step),
            Expect::Close => {}
        }
    }

    pub fn step(&mut self, line: &str) -> Vec<String> {
        if let Some((name, text)) = transcript::said(line) {
            let conn = self.conn(name);
            return self.heard(Event::Received { conn, bytes: &transcript::sent(text, "\r\n") });
        }
        if let Some(time) = transcript::pause(line) {
            self.now = Now { mono: self.now.mono + time, wall: self.now.wall + time };
            return self.heard(Event::Timeout);
        }
        if let Some(answer) = line.strip_prefix("the answer is ") {
            let answer = Answer { words: vec![answer.to_owned()], config: None };
            return self.heard(Event::Answered { ask: Some(self.asks), answer });
        }
        let (name, what) = line.split_once(' ').unwrap_or_else(|| panic!("{line:?} is no line of a transcript"));
        if let Some(caps) = what.strip_prefix("asks for ") {
            assert!(!self.conns.contains_key(name), "{name} is there already");
            self.conn_with(name, caps);
            return Vec::new();
        }
        if let Some(to) = what.strip_prefix("attaches to ") {
            return self.session(name, to);
        }
        let conn = self.conn(name);
        match what.strip_prefix("is to be ").and_then(|to| to.strip_suffix("'s")) {
            Some(to) => self.heard(Event::Attached { conn, to, stays: Stays::No }),
            None if what == "is cut off" => self.heard(Event::Closed { conn, reason: "Connection reset by peer" }),
            None => panic!("what is {what:?}?"),
        }
    }
}

/// Plays `script`, and compares what is sent.
pub fn check(script: &str) {
    check_with(None, script);
}

/// Like [`check`], for a server with a password.
pub fn check_with(password: Option<&str>, script: &str) {
    let (script, mut stage, mut played) = (transcript::lines(script), Stage::new(password), Vec::new());
    for line in script.iter().filter(|line| !transcript::is_heard(line)) {
        played.push((*line).to_owned());
        played.extend(stage.step(line));
    }
    transcript::assert_happened(&script, &played);
}
