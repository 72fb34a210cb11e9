//! The server's additions to the dialect of transcripts (`tests/transcript/`): what people do, and what each of them
//! receives.
//!
//! | a line of a script | what it means |
//! |---|---|
//! | `alice connects from 2001:db8::1` | without `from` the host is 10.0.0.N, N counting from 1 |
//! | `alice connects securely showing c0ffee to irc.example.org through 10.9.9.9 as 1000` | over TLS, with a certificate of this fingerprint (or `nothing-proven`), requesting this server name, through a proxy, and with this uid: any of these, also with `registers` |
//! | `alice, bob> NICK alice` | a line, sent with its CRLF by each in turn |
//! | `alice, bob register` | connect, NICK, USER; the replies are skipped |
//! | `alice, bob ask for batch setname` | CAP REQ; the ACK is skipped |
//! | `alice, bob join #a` | JOIN; the replies are skipped |
//! | `phone is to be alice's` | Attached: once registered, the connection becomes a session of alice |
//! | `phone attaches to alice from 10.9.9.9` | connect (as above), Attached, NICK, USER; the session's own replies are skipped |
//! | `…, who stays`, `…, who stays for 60 s` | after one of these two: the user stays without sessions, or for this time |
//! | `90 s pass` | both clocks advance, and every deadline on the way is handled on time |
//! | `the clock is set 90 s forward`, `… back` | the wall clock jumps |
//! | `alice ends`, `alice is cut off`, `alice falls behind` | Closed: Ended, Reset, SendQueueExceeded |
//! | `the server stops` | Stop |
//! | `answers take time` | from now on the host answers only when told to; lines of a connection that waits are passed on after its answer |
//! | `reading takes time` | from now on, a long reply waits after each piece |
//! | `the next piece is read` | the next piece of a long reply is sent |
//! | `the answer comes` | to the oldest open question: a password is right if it is its own hash; there are no new settings |
//! | `new settings come, keeping a and b` | the oldest question's answer: with a message of the day, `new`; `a` and `b` need a restart |
//! | `the host sends new settings` | the same, unasked; if the test has further settings, the next of those |
//! | `the log stores`, `the log refuses` | with `Config::log`: settles everything appended; `… the first`: only what the oldest unsettled event appended |
//! | `alice, bob< :carol!~carol@10.0.0.3 JOIN #a` | output: the next line that both receive |
//! | `alice closed` | output: the server closes the connection |
//! | `alice is welcomed` | output: abbreviates 001 to the end of the message of the day, unless the script has these in full |
//! | `alice< :verbatim.local 005 alice …` | output: abbreviates 004, or all lines of 005; one script has them in full, by `check_whole` |
//!
//! Placeholders: `verbatim-VERSION` for the server's version, `time=NOW` for the time of the event, `#1`, `#2` for
//! message ids and `B1`, `B2` for references of the server's batches, in the order in which they first appear.

use std::collections::VecDeque;
use std::time::Duration;

use verbatim::server::{
    Action, Actions, Answer, AskId, Boot, CloseReason, Config, Event, IfRefused, Outcome, Question, Reload, Server,
    Stays, Usage,
};
use verbatim::time::{Now, Time};
use verbatim::wire::Peer;

use super::log::{Coming, Log};
use super::placeholders::{Names, timed};
use super::text::checked;
use crate::transcript::{self, assert_happened, text_of};

/// Runs a script on a server with the default settings.
#[track_caller]
pub fn check(script: &str) {
    check_with(Config::default(), script);
}

/// Runs a script on a server with these settings.
#[track_caller]
pub fn check_with(config: Config, script: &str) {
    check_through([config], script);
}

/// Runs the script that shows 004 and 005 in full.
#[track_caller]
pub fn check_whole(script: &str) {
    play([Config::default()], script, |heard| heard);
}

/// Runs a script on a server with the first of these settings; each reload brings the next.
#[track_caller]
pub fn check_through(settings: impl IntoIterator<Item = Config>, script: &str) {
    play(settings, script, |heard| if script.contains(WELCOMED) { brief(heard) } else { without_supported(heard) });
}

/// Runs a script, and compares the result, written by `shown`.
#[track_caller]
fn play(settings: impl IntoIterator<Item = Config>, script: &str, shown: impl Fn(Vec<String>) -> Vec<String>) {
    let mut world = World::through(settings);
    let written = transcript::lines(script);
    let mut happened = Vec::new();
    world.server.record_facts();
    for input in written.iter().filter(|line| !is_output(line)) {
        world.act(input);
        // A server that has stopped has no connections to compare.
        let audited = world.server.audit().and_then(|()| if world.stopped { Ok(()) } else { world.server.replay() });
        assert_eq!(audited, Ok(()), "after {input}");
        happened.push((*input).to_owned());
        happened.extend(shown(world.heard()));
    }
    assert_happened(&written, &happened);
}

/// Follows a name; the line abbreviates that user's welcome.
const WELCOMED: &str = " is welcomed";

/// The lines without the content of 004 and 005 after the nick; all lines of 005 become one.
fn without_supported(mut heard: Vec<String>) -> Vec<String> {
    for line in &mut heard {
        let begins = [":verbatim.local 004 ", ":verbatim.local 005 "]
            .iter()
            .find_map(|head| Some(line.find(head)? + head.len()));
        if let Some(nick_end) = begins.and_then(|nick| Some(nick + line[nick..].find(' ')?)) {
            line.replace_range(nick_end.., " …");
        }
    }
    heard.dedup_by(|line, before| line == before && line.contains(" 005 "));
    heard
}

/// The lines, with each welcome abbreviated to one.
fn brief(heard: Vec<String>) -> Vec<String> {
    let (mut lines, mut inside) = (Vec::new(), false);
    for line in heard {
        if let Some((name, _)) = line.split_once("< :verbatim.local 001 ") {
            lines.push([name, WELCOMED].concat());
            inside = true;
        } else if inside {
            inside = !line.contains(" 376 ") && !line.contains(" 422 ");
        } else {
            lines.push(line);
        }
    }
    lines
}

/// A server and its connections.
pub struct World {
    pub server: Server,
    pub now: Now,
    config: Config,
    /// The settings of coming reloads.
    coming: VecDeque<Config>,
    actions: Actions,
    /// By connection number.
    people: Vec<Person>,
    /// The server's unanswered questions.
    asked: VecDeque<(AskId, Question)>,
    answers_take_time: bool,
    /// The connections that get more of a long reply once they have read.
    draining: VecDeque<u32>,
    reading_takes_time: bool,
    log: Log,
    stopped: bool,
    names: Names,
}

struct Person {
    name: String,
    connected: bool,
    /// Lines that the server gets once the answer has come.
    untold: Vec<u8>,
    /// The lines that may be held for the log.
    coming: Coming,
    heard: VecDeque<String>,
}

/// A received line as a transcript shows it.
fn heard(line: &[u8], now: Time) -> String {
    let text = text_of(checked(line)).replace(concat!("verbatim-", env!("CARGO_PKG_VERSION")), "verbatim-VERSION");
    ["< ", &timed(&text, now)].concat()
}

impl World {
    /// The wall clock shows 2001-09-09 01:46:40 UTC, which is easy to recognise: 1000000000.
    pub fn new(config: Config) -> Self {
        let now = Now { mono: Time::from_secs(5000), wall: Time::from_secs(1_000_000_000) };
        Self {
            server: Server::new(config.clone(), Boot::foreseen(now)),
            now,
            config,
            coming: VecDeque::new(),
            actions: Actions::default(),
            people: Vec::new(),
            asked: VecDeque::new(),
            answers_take_time: false,
            draining: VecDeque::new(),
            reading_takes_time: false,
            log: Log::default(),
            stopped: false,
            names: Names::default(),
        }
    }

    /// A server with the first of these settings; each reload brings the next.
    pub fn through(settings: impl IntoIterator<Item = Config>) -> Self {
        let mut settings = settings.into_iter();
        let mut world = Self::new(settings.next().expect("the first settings"));
        world.coming = settings.collect();
        world
    }

    /// Runs one line of a script.
    pub fn act(&mut self, input: &str) {
        if input.starts_with("--") {
            return;
        }
        if let Some((names, text)) = transcript::said(input) {
            let bytes = transcript::sent(&self.names.with_ids(text), "\r\n");
            return names.split(", ").for_each(|name| self.receive(name, &bytes));
        }
        if let Some(time) = transcript::pause(input) {
            return self.pass(time);
        }
        if let Some(way) = input.strip_prefix("the clock is set ") {
            return self.set_clock(way);
        }
        match input {
            "the log stores" => return self.settle(false, false),
            "the log refuses" => return self.settle(true, false),
            "the log stores the first" => return self.settle(false, true),
            "the log refuses the first" => return self.settle(true, true),
            "the server stops" => {
                self.stopped = true;
                return self.handle(Event::Stop);
            }
            "answers take time" => return self.answers_take_time = true,
            "the answer comes" => return self.answer(),
            "reading takes time" => return self.reading_takes_time = true,
            "the next piece is read" => return assert!(self.drain(), "a long reply goes on"),
            "the host sends new settings" => return self.reload(None, ""),
            _ => {}
        }
        if let Some(kept) = input.strip_prefix("new settings come") {
            let Some((ask, Question::Reload)) = self.asked.pop_front() else { panic!("no settings were asked for") };
            return self.reload(Some(ask), kept.strip_prefix(", keeping ").unwrap_or_default());
        }
        let (input, stays) = self.stays(input);
        let names_end = input.rfind(", ").map_or(0, |comma| comma + 2);
        let (last, what) = input[names_end..].split_once(' ').expect("somebody does something");
        for name in input[..names_end].split_terminator(", ").chain([last]) {
            self.participant_does(name, what, stays);
        }
    }

    /// Splits `who stays` off a line, and returns the rest and how long the user stays.
    fn stays<'i>(&self, input: &'i str) -> (&'i str, Stays) {
        match input.split_once(", who stays") {
            None => (input, Stays::No),
            Some((what, "")) => (what, Stays::Always),
            Some((what, how_long)) => {
                let secs =
                    how_long.strip_prefix(" for ").and_then(|secs| secs.strip_suffix(" s")).expect("for how long");
                let time = Duration::from_secs(secs.parse().expect("a number of seconds"));
                (what, Stays::Until(self.now.mono + time))
            }
        }
    }

    /// The server receives these bytes from `name`.
    pub fn receive(&mut self, name: &str, bytes: &[u8]) {
        self.tell(self.conn(name), bytes);
    }

    /// Whether the connection of `name` is open.
    pub fn is_connected(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Lets time pass, like a driver that is never late.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.server.deadline().filter(|&due| due <= end.mono) {
            self.now = self.now + due.since(self.now.mono);
            self.handle(Event::Timeout);
            assert!(self.server.deadline().is_none_or(|next| next > self.now.mono), "the deadline did not change");
        }
        self.now = end;
    }

    /// Sets the wall clock: `90 s forward`, `90 s back`.
    fn set_clock(&mut self, way: &str) {
        let (secs, way) = way.split_once(" s ").expect("how far, and which way");
        let by = Duration::from_secs(secs.parse().expect("a number of seconds"));
        self.now.wall = match way {
            "forward" => self.now.wall + by,
            "back" => Time::default() + self.now.wall.since(Time::default() + by),
            _ => panic!("the clock is set forward or back, not {way}"),
        };
    }

    /// What was received since the last call, in the order of the connections. A line that comes next for several is
    /// written once, with all their names.
    pub fn heard(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = self.people.iter().find_map(|person| person.heard.front().cloned()) {
            let mut names = Vec::new();
            for person in self.people.iter_mut().filter(|person| person.heard.front() == Some(&line)) {
                person.heard.pop_front();
                names.push(person.name.as_str());
            }
            lines.push(names.join(", ") + &self.names.shown(&line));
        }
        lines
    }

    /// Drops what was received since the last call.
    fn pass_over(&mut self) {
        self.people.iter_mut().for_each(|person| person.heard.clear());
    }

    fn participant_does(&mut self, name: &str, what: &str, stays: Stays) {
        if let Some(to) = what.strip_prefix("is to be ") {
            let to = to.strip_suffix("'s").expect("somebody's");
            return self.handle(Event::Attached { conn: self.conn(name), to, stays });
        }
        match what.split_once(' ').unwrap_or((what, "")) {
            ("connects" | "connect", facts) => self.connect(name, facts),
            ("registers" | "register", facts) => {
                self.connect(name, facts);
                self.receive(name, format!("NICK {name}\r\nUSER {name} 0 * :{name}\r\n").as_bytes());
                self.pass_over();
            }
            ("attaches", how) => {
                let how = how.strip_prefix("to ").expect("to whom");
                let (to, facts) = how.split_once(' ').unwrap_or((how, ""));
                self.connect(name, facts);
                let conn = self.conn(name);
                self.handle(Event::Attached { conn, to, stays });
                self.receive(name, format!("NICK {name}\r\nUSER {name} 0 * :{name}\r\n").as_bytes());
                self.people[conn as usize].heard.clear();
            }
            ("asks" | "ask", caps) => {
                let caps = caps.strip_prefix("for ").expect("somebody asks for something");
                self.receive(name, format!("CAP REQ :{caps}\r\n").as_bytes());
                let answer = self.heard();
                assert!(answer.iter().any(|line| line.contains(" ACK :")), "{name} asked for {caps}: {answer:?}");
            }
            ("joins" | "join", channel) => {
                self.receive(name, format!("JOIN {channel}\r\n").as_bytes());
                self.settle(false, false);
                self.pass_over();
            }
            _ => {
                let reason = match what {
                    "ends" | "end" => CloseReason::Ended,
                    "is cut off" => CloseReason::Reset,
                    "falls behind" => CloseReason::SendQueueExceeded,
                    _ => panic!("what is {what:?}?"),
                };
                let conn = self.conn(name);
                self.people[conn as usize].connected = false;
                self.handle(Event::Closed { conn, reason });
            }
        }
    }

    fn connect(&mut self, name: &str, facts: &str) {
        let conn = self.people.iter().position(|person| !person.connected).unwrap_or(self.people.len());
        let (untold, coming, heard) = Default::default();
        let person = Person { name: name.into(), connected: true, untold, coming, heard };
        match self.people.get_mut(conn) {
            Some(place) => *place = person,
            None => self.people.push(person),
        }
        let mut peer = Peer::named(&format!("10.0.0.{}", conn + 1));
        let mut words = facts.split_terminator(' ');
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_else(|| panic!("{name} connects {word} what?"));
            match word {
                "from" => peer.host = value().into(),
                "securely" => peer.secure = true,
                "showing" => match value() {
                    "nothing-proven" => peer.unproven = true,
                    certificate => peer.certificate = Some(certificate.into()),
                },
                "to" => peer.server_name = Some(value().into()),
                "through" => peer.proxy = Some(value().into()),
                "as" => peer.uid = Some(value().parse().expect("a uid is a number")),
                _ => panic!("{name} connects {word:?}?"),
            }
        }
        self.handle(Event::Accepted { conn: conn as u32, peer: &peer });
    }

    fn conn(&self, name: &str) -> u32 {
        self.find(name).unwrap_or_else(|| panic!("{name} is not connected"))
    }

    fn find(&self, name: &str) -> Option<u32> {
        let place = self.people.iter().position(|person| person.connected && person.name == name);
        place.map(|place| place as u32)
    }

    fn handle(&mut self, event: Event<'_>) {
        self.server.handle(self.now, event, &mut self.actions);
        for action in self.actions.list() {
            match action {
                Action::Send { to, line, after, if_refused } => {
                    let heard = heard(line, self.now.wall);
                    for &conn in self.actions.recipients(*to) {
                        let person = &mut self.people[conn as usize];
                        assert!(person.connected, "a line for {}, who is gone: {line:?}", person.name);
                        person.coming.send(*after, heard.clone(), *if_refused);
                    }
                }
                Action::Either { to, after, stored, refused } => {
                    let [stored, refused] = [stored, refused]
                        .map(|lines| lines.iter().map(|line| heard(line, self.now.wall)).collect::<Vec<_>>());
                    self.people[*to as usize].coming.either(*after, stored, refused);
                }
                Action::Append { first, upto, .. } => self.log.append(*first, *upto),
                Action::Ask { ask, question } => self.asked.push_back((*ask, question.clone())),
                Action::Drain { conn } => self.draining.push_back(*conn),
                Action::Close { conn, .. } => {
                    let person = &mut self.people[*conn as usize];
                    person.connected = false;
                    person.coming.send(0, " closed".into(), IfRefused::Keep);
                }
            }
        }
        self.actions.clear();
        for person in &mut self.people {
            person.heard.extend(person.coming.read(&self.log));
        }
        while !self.answers_take_time && !self.asked.is_empty() {
            self.answer();
        }
        while !self.reading_takes_time && self.drain() {}
    }

    /// The log settles everything appended, or only the first of it.
    fn settle(&mut self, refused: bool, first_alone: bool) {
        if let Some(upto) = self.log.settle(refused, first_alone) {
            let outcome = if refused { Outcome::Refused("no space left") } else { Outcome::Stored };
            self.handle(Event::Settled { upto, outcome });
            self.read_on();
        }
    }

    /// The first connection with a long reply has read what it was sent. Returns whether there was one.
    fn drain(&mut self) -> bool {
        let Some(conn) = self.draining.pop_front() else { return false };
        if self.server.is_replying(conn) {
            self.handle(Event::Drained { conn });
            self.read_on();
        }
        true
    }

    /// Answers the server's oldest question.
    fn answer(&mut self) {
        let (ask, question) = self.asked.pop_front().expect("the server asked something");
        let answer = match question {
            Question::Verify { password, hash } => Answer::Verified { right: password.reveal() == &*hash },
            Question::Reload => Answer::Reloaded(Err("there is no file")),
            Question::Usage => {
                let (user, system) = (Duration::from_millis(1234), Duration::from_millis(56));
                Answer::Used(Usage { user, system, memory_kib: 7890 })
            }
        };
        self.answered(Some(ask), answer);
    }

    /// The server gets an answer, and then the lines that waited for it.
    fn answered(&mut self, ask: Option<AskId>, answer: Answer<'_>) {
        self.handle(Event::Answered { ask, answer });
        self.read_on();
    }

    /// The server gets the lines that waited for something.
    fn read_on(&mut self) {
        for conn in 0..self.people.len() as u32 {
            let said = std::mem::take(&mut self.people[conn as usize].untold);
            self.tell(conn, &said);
        }
    }

    /// The server gets a connection's bytes, unless it waits for an answer.
    fn tell(&mut self, conn: u32, bytes: &[u8]) {
        let person = &mut self.people[conn as usize];
        if self.server.is_waiting(conn) {
            person.untold.extend_from_slice(bytes);
        } else if person.connected && !bytes.is_empty() {
            self.handle(Event::Received { conn, bytes });
        }
    }

    /// Reloads the settings, except those that are `kept`: to the next ones, or else to a new message of the day.
    fn reload(&mut self, ask: Option<AskId>, kept: &str) {
        let changed = || Config { motd: vec!["new".into()], ..self.config.clone() };
        let config = self.coming.pop_front().unwrap_or_else(changed);
        let kept = kept.split_terminator(" and ").map(str::to_owned).collect();
        self.answered(ask, Answer::Reloaded(Ok(&Reload { config, kept })));
    }
}

fn is_output(line: &str) -> bool {
    let is_step = transcript::said(line).is_none() && !line.starts_with("--");
    transcript::is_heard(line) || is_step && (line.ends_with(" closed") || line.ends_with(WELCOMED))
}
