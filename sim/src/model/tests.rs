//! Transcripts: `alice> LINE` is what she sends, `alice< LINE` what the model says she hears because of it. `…`
//! stands for what the server words as it likes. Whoever is named is connected and registered first, in the order
//! in which they are named; `-- 90 s` lets time pass; `alice! reset` breaks a connection.

use std::collections::BTreeMap;
use std::time::Duration;

use verbatim::server::{CloseReason, Config, ConnId, Event};
use verbatim::time::Time;

use super::Model;

struct Stage {
    model: Model,
    now: Time,
    conns: BTreeMap<String, ConnId>,
}

impl Stage {
    fn new() -> Self {
        let config = Config { name: "srv".into(), ..Config::default() };
        Self { model: Model::new(&config), now: Time::from_secs(1000), conns: BTreeMap::new() }
    }

    fn conn(&mut self, name: &str) -> ConnId {
        let next = self.conns.len() as ConnId;
        let conn = *self.conns.entry(name.to_owned()).or_insert(next);
        if conn == next {
            self.heard(&Event::Accepted { conn, host: "h" });
            if !name.starts_with("guest") {
                let bytes = format!("NICK {name}\r\nUSER {name} 0 * :{name}\r\n");
                self.heard(&Event::Received { conn, bytes: bytes.as_bytes() });
            }
        }
        conn
    }

    fn heard(&mut self, event: &Event<'_>) -> Vec<String> {
        let heard: Vec<_> = self.model.handle(self.now, event).collect();
        let name = |conn| self.conns.iter().find(|(_, own)| **own == conn).map_or("?", |(name, _)| name);
        heard.iter().map(|(conn, expect)| format!("{}< {expect}", name(*conn))).collect()
    }

    fn step(&mut self, line: &str) -> Vec<String> {
        if let Some(seconds) = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" s")) {
            self.now = self.now + Duration::from_secs(seconds.parse().unwrap());
            return self.heard(&Event::Timeout);
        }
        if let Some(name) = line.strip_suffix("! reset") {
            let conn = self.conn(name);
            return self.heard(&Event::Closed { conn, reason: CloseReason::Reset });
        }
        let (name, said) = line.split_once("> ").unwrap_or_else(|| panic!("{line:?} is no line of a transcript"));
        let conn = self.conn(name);
        self.heard(&Event::Received { conn, bytes: format!("{said}\r\n").as_bytes() })
    }
}

/// Plays what is said in `script`, and compares what is heard.
fn check(script: &str) {
    let script: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (mut stage, mut played) = (Stage::new(), Vec::new());
    for line in script.iter().filter(|line| !line.contains("< ")) {
        played.push((*line).to_owned());
        played.extend(stage.step(line));
    }
    assert_eq!(played.join("\n"), script.join("\n"));
}

#[test]
fn a_line_to_a_channel_goes_to_every_other_member() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         bob> JOIN #A
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob> PRIVMSG #A,alice :two words
         alice< :bob!~bob@h PRIVMSG #a :two words
         alice< :bob!~bob@h PRIVMSG alice :two words
         carol> PRIVMSG #a :from outside
         carol< :srv 404 carol #a …
         carol> NOTICE #a :from outside",
    );
}

#[test]
fn who_leaves_is_told_once_to_those_who_share_a_channel() {
    check(
        "alice> JOIN #a,#b
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice< :alice!~alice@h JOIN #b
         alice< :srv 353 alice = #b :@alice
         alice< :srv 366 alice #b …
         bob> JOIN #b,#a
         bob< :bob!~bob@h JOIN #b
         alice< :bob!~bob@h JOIN #b
         bob< :srv 353 bob = #b :@alice bob
         bob< :srv 366 bob #b …
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob! reset
         alice< :bob!~bob@h QUIT :Connection reset by peer
         alice> QUIT :bye
         alice< ERROR :Closing link: (h) [Quit: bye]
         alice< (closed)",
    );
}

#[test]
fn modes_topics_and_kicks_are_told_to_all_members_and_refused_to_others() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob> MODE #a +x-o alice
         bob< :srv 472 bob x …
         bob< :srv 482 bob #a …
         alice> MODE #a +vb-t+n bob carol
         alice< :alice!~alice@h MODE #a +vb-t bob carol!*@*
         bob< :alice!~alice@h MODE #a +vb-t bob carol!*@*
         bob> TOPIC #a :hi
         bob< :bob!~bob@h TOPIC #a :hi
         alice< :bob!~bob@h TOPIC #a :hi
         carol> JOIN #a
         carol< :srv 474 carol #a …
         alice> INVITE carol #a
         carol< :alice!~alice@h INVITE carol #a
         alice< :srv 341 alice carol #a …
         carol> JOIN #a
         carol< :carol!~carol@h JOIN #a
         alice< :carol!~carol@h JOIN #a
         bob< :carol!~carol@h JOIN #a
         carol< :srv 332 carol #a :hi …
         carol< :srv 333 carol #a …
         carol< :srv 353 carol = #a :+bob @alice carol
         carol< :srv 366 carol #a …
         alice> KICK #a bob,nobody :out
         alice< :alice!~alice@h KICK #a bob :out
         bob< :alice!~alice@h KICK #a bob :out
         carol< :alice!~alice@h KICK #a bob :out
         alice< :srv 401 alice nobody …",
    );
}

#[test]
fn a_nick_is_taken_until_it_is_given_up() {
    check(
        "guest> NICK bob
         alice> NICK BOB
         alice< :srv 433 alice BOB …
         guest> NICK carol
         alice> NICK Bob
         alice< :alice!~alice@h NICK Bob
         alice> NICK bob!
         alice< :srv 432 Bob bob! …
         alice> WHOWAS alice
         alice< :srv 314 Bob alice …
         alice< :srv 312 Bob alice srv …
         alice< :srv 369 Bob alice …",
    );
}

#[test]
fn a_registration_waits_for_the_end_of_the_negotiation() {
    check(
        "guest> CAP LS 302
         guest< :srv CAP * LS …
         guest> JOIN #a
         guest< :srv 451 * …
         guest> NICK g
         guest> USER g 0 * :G
         guest> CAP REQ :multi-prefix nonsense
         guest< :srv CAP g NAK :multi-prefix nonsense
         guest> CAP REQ :multi-prefix
         guest< :srv CAP g ACK :multi-prefix
         guest> CAP END
         guest< :srv 001 g …
         guest< :srv 002 g …
         guest< :srv 003 g …
         guest< :srv 004 g …
         guest< :srv 005 g …
         guest< :srv 005 g … (any number)
         guest< :srv 251 g …
         guest< :srv 255 g …
         guest< :srv 265 g …
         guest< :srv 266 g …
         guest< :srv 422 g …
         guest> PING :a b
         guest< :srv PONG srv :a b",
    );
}

#[test]
fn the_silent_are_asked_and_then_closed() {
    check(
        "alice> PONG
         -- 89 s
         -- 1 s
         alice< PING :srv
         alice> PONG srv
         -- 90 s
         alice< PING :srv
         guest> NICK late
         -- 30 s
         guest< ERROR :Closing link: (h) [Registration timeout]
         guest< (closed)
         -- 30 s
         alice< ERROR :Closing link: (h) [Ping timeout: 150 seconds]
         alice< (closed)",
    );
}

#[test]
fn a_line_is_a_line_wherever_it_is_cut() {
    let mut stage = Stage::new();
    let conn = stage.conn("alice");
    let stream = b"PING a\rPING :b c\n\r\nPING\r\n\0\r\n";
    for size in 1..stream.len() {
        let heard: Vec<String> =
            stream.chunks(size).flat_map(|bytes| stage.heard(&Event::Received { conn, bytes })).collect();
        let all = ["PONG srv :a", "PONG srv :b c", "461 alice PING …", "400 alice * …"];
        assert_eq!(heard, all.map(|line| format!("alice< :srv {line}")), "in pieces of {size}");
    }
}
