//! Who plays the transcripts.

use std::collections::BTreeMap;
use std::time::Duration;

use verbatim::server::{Answer, AskId, CloseReason, Config, ConnId, Event, Operator, Privilege::*, Stays};
use verbatim::time::{Now, Time};
use verbatim::wire::Peer;

use super::super::{Expect, Model, Tags};

pub struct Stage {
    pub model: Model,
    now: Now,
    conns: BTreeMap<String, ConnId>,
    /// The deeds that somebody saw an id of.
    ids: Vec<u64>,
    asks: AskId,
    /// What was heard of the last step.
    pub last: Vec<Expect>,
}

impl Stage {
    pub fn new(password: Option<&str>) -> Self {
        let privileges = [Kill, Rehash, Wallops, Channels, See, Watch].into();
        let root = Operator { name: "root".into(), password: "hash".into(), hosts: Vec::new(), privileges };
        let (name, password) = ("srv".into(), password.map(str::to_owned));
        let config = Config { name, password, operators: vec![root], ..Config::default() };
        let (model, now, conns) = (Model::new(&config), Now::both(Time::from_secs(1000)), BTreeMap::new());
        Self { model, now, conns, ids: Vec::new(), asks: 0, last: Vec::new() }
    }

    /// The connection of `name`, or of `name (capabilities)`.
    pub fn conn(&mut self, name: &str) -> ConnId {
        let (name, caps) = name.strip_suffix(')').and_then(|name| name.split_once(" (")).unwrap_or((name, ""));
        let next = self.conns.len() as ConnId;
        let conn = *self.conns.entry(name.to_owned()).or_insert(next);
        if conn == next {
            self.heard(&Event::Accepted { conn, peer: &Peer::named("h") });
            if !caps.is_empty() {
                let bytes = format!("CAP REQ :{caps}\r\nCAP END\r\n");
                self.heard(&Event::Received { conn, bytes: bytes.as_bytes() });
            }
            if !name.starts_with("guest") {
                let bytes = format!("NICK {name}\r\nUSER {name} 0 * :{name}\r\n");
                self.heard(&Event::Received { conn, bytes: bytes.as_bytes() });
            }
        }
        conn
    }

    /// A connection that is to be one more session: from `h2` if its name has the number 2, with a certificate if it ends
    /// so.
    fn session(&mut self, name: &str, to: &str) -> Vec<String> {
        let (name, caps) = name.strip_suffix(')').and_then(|name| name.split_once(" (")).unwrap_or((name, ""));
        let (to, stays) = to.split_once(", ").unwrap_or((to, ""));
        let stays = match stays.strip_prefix("for ").and_then(|rest| rest.strip_suffix(" s")) {
            Some(seconds) => Stays::Until(self.now.mono + Duration::from_secs(seconds.parse().unwrap())),
            None if stays == "always" => Stays::Always,
            None => Stays::No,
        };
        let conn = self.conns.len() as ConnId;
        self.conns.insert(name.to_owned(), conn);
        let secure = name.ends_with("tls");
        let host = format!("h{}", name.chars().filter(char::is_ascii_digit).collect::<String>());
        let peer = Peer { secure, certificate: secure.then(|| "ab".into()), ..Peer::named(&host) };
        self.heard(&Event::Accepted { conn, peer: &peer });
        self.heard(&Event::Attached { conn, to, stays });
        let caps = format!("CAP REQ :{caps}\r\nNICK {name}\r\nUSER {name} 0 * :{name}\r\n");
        self.heard(&Event::Received { conn, bytes: caps.as_bytes() });
        let mut heard = self.heard(&Event::Received { conn, bytes: b"CAP END\r\n" });
        let end = heard.iter().position(|line| line.contains(" 422 ")).expect("somebody is welcomed");
        heard.drain(..=end);
        heard
    }

    pub fn heard(&mut self, event: &Event<'_>) -> Vec<String> {
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
            if let Some(deed) = tags.deed.filter(|deed| tags.all && !self.ids.contains(deed)) {
                self.ids.push(deed);
                self.model.is_called(deed, &format!("m{}", self.ids.len()));
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
        if let Some(right) = line.strip_prefix("-- ").filter(|word| ["right", "wrong"].contains(word)) {
            let answer = Answer::Verified { right: right == "right" };
            return self.heard(&Event::Answered { ask: Some(self.asks), answer });
        }
        if let Some(seconds) = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" s")) {
            self.now = self.now + Duration::from_secs(seconds.parse().unwrap());
            return self.heard(&Event::Timeout);
        }
        if let Some(name) = line.strip_suffix("! reset") {
            let conn = self.conn(name);
            return self.heard(&Event::Closed { conn, reason: CloseReason::Reset });
        }
        if let Some((name, to)) = line.split_once("! is a session of ") {
            return self.session(name, to);
        }
        if let Some((name, to)) = line.split_once("! is to be a session of ") {
            let conn = self.conn(name);
            return self.heard(&Event::Attached { conn, to, stays: Stays::No });
        }
        let (name, said) = line.split_once("> ").unwrap_or_else(|| panic!("{line:?} is no line of a transcript"));
        let conn = self.conn(name);
        self.heard(&Event::Received { conn, bytes: format!("{said}\r\n").as_bytes() })
    }
}

/// Plays what is said in `script`, and compares what is heard.
pub fn check(script: &str) {
    check_with(None, script);
}

/// The same of a server with a password.
pub fn check_with(password: Option<&str>, script: &str) {
    let script: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (mut stage, mut played) = (Stage::new(password), Vec::new());
    for line in script.iter().filter(|line| !line.contains("< ")) {
        played.push((*line).to_owned());
        played.extend(stage.step(line));
    }
    assert_eq!(played.join("\n"), script.join("\n"));
}
