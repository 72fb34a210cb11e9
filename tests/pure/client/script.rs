//! The script language of the client's transcripts.
//!
//! A script holds what happens to the client and what it does about it, in order. What happens: `start`,
//! `connected`, `refused> why`, `closed> why`, `server< line`, `typed> line`, `input> bytes` (without a line end),
//! `end of input`, `interrupt`, `later> seconds`. What it does: `connect`, `sent> line`, `shown> line`, `close`,
//! `exit> code`. `\x0a` is the byte 10. `check` and its kin let the former happen and compare the whole.

use std::fmt::Write;
use std::time::Duration;

use verbatim::client::view::plain::{self, Style};
use verbatim::client::{Action, Client, Config, Event};
use verbatim::time::{Now, Time};

/// alice's settings.
pub fn config(interactive: bool, channels: &[&str]) -> Config {
    let channels = channels.iter().map(|&name| name.to_owned()).collect();
    Config { nick: "alice".into(), channels, interactive, seed: 1 }
}

/// A client, the time, and what happened so far.
pub struct World {
    pub client: Client,
    pub now: Now,
    pub transcript: String,
}

impl World {
    pub fn new(config: Config) -> Self {
        Self {
            client: Client::new(config),
            now: Now { mono: Time::from_secs(5000), wall: Time::from_secs(12 * 3600) },
            transcript: String::new(),
        }
    }

    /// Lets what `line` tells happen; a line of what the client does is passed over.
    pub fn happen(&mut self, line: &str) {
        let (what, rest) = line
            .split_once(['>', '<'])
            .map_or((line, ""), |(what, rest)| (what, rest.strip_prefix(' ').unwrap_or(rest)));
        if matches!(what, "connect" | "sent" | "shown" | "close" | "exit") {
            return;
        }
        writeln!(self.transcript, "{line}").unwrap();
        match what {
            "start" => self.tell(Event::Started),
            "connected" => self.tell(Event::Connected),
            "refused" => self.tell(Event::Refused { reason: rest }),
            "closed" => self.tell(Event::Closed { reason: rest }),
            "server" => self.tell(Event::Received { bytes: &[&unescaped(rest), b"\r\n".as_slice()].concat() }),
            "typed" => self.tell(Event::Typed { bytes: &[&unescaped(rest), b"\n".as_slice()].concat() }),
            "input" => self.tell(Event::Typed { bytes: &unescaped(rest) }),
            "end of input" => self.tell(Event::InputEnded),
            "interrupt" => self.tell(Event::Interrupted),
            "later" => self.later(Duration::from_secs(rest.parse().unwrap())),
            _ => panic!("no such step: {line}"),
        }
    }

    /// Lets time pass; the client is told of each deadline at its time.
    pub fn later(&mut self, pause: Duration) {
        let end = self.now + pause;
        while let Some(deadline) = self.client.deadline().filter(|&deadline| deadline <= end.mono) {
            self.now = self.now + deadline.since(self.now.mono);
            self.tell(Event::Timeout);
        }
        self.now = end;
    }

    pub fn tell(&mut self, event: Event<'_>) {
        for action in actions(&mut self.client, self.now, event) {
            let _ = match action {
                Action::Connect => writeln!(self.transcript, "connect"),
                Action::Send { line } => writeln!(self.transcript, "sent> {}", escaped(&line.text())),
                Action::Show(entry) => {
                    writeln!(self.transcript, "shown> {}", plain::line(self.now.wall, &entry, Style::default()))
                }
                Action::Close => writeln!(self.transcript, "close"),
                Action::Exit { code } => writeln!(self.transcript, "exit> {code}"),
            };
        }
    }
}

/// What the client does about `event`.
pub fn actions(client: &mut Client, now: Now, event: Event<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    client.handle(now, event, &mut actions);
    actions
}

/// `\x01` in a script is that byte.
fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

fn escaped(text: &str) -> String {
    text.replace('\u{1}', "\\x01")
}

/// What happens before most scripts, and is not compared.
const INTO_LOBBY: &str = "
    start
    connected
    server< :srv 001 alice :Welcome
    server< :srv 005 alice NICKLEN=30 CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii :are supported by this server
    server< :srv 422 alice :MOTD File is missing
    server< :alice!~alice@host JOIN #lobby
";

fn steps(script: &str) -> impl Iterator<Item = &str> {
    script.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// A client in #lobby.
pub fn in_lobby(interactive: bool) -> World {
    let mut world = World::new(config(interactive, &["#lobby"]));
    steps(INTO_LOBBY).for_each(|line| world.happen(line));
    world
}

/// Plays `script` in `world` and compares.
pub fn check_in(mut world: World, script: &str) {
    world.transcript.clear();
    steps(script).for_each(|line| world.happen(line));
    let expected: String = steps(script).map(|line| format!("{line}\n")).collect();
    assert!(world.transcript == expected, "the script:\n{expected}\nwhat happened:\n{}", world.transcript);
}

/// A person's client from its start on.
pub fn check(script: &str) {
    check_in(World::new(config(true, &["#lobby"])), script);
}

/// A person's client in #lobby.
pub fn check_in_lobby(script: &str) {
    check_in(in_lobby(true), script);
}

/// `… | verbatim chat`, from its start on.
pub fn check_pipe(script: &str) {
    check_in(World::new(config(false, &["#lobby"])), script);
}

/// `… | verbatim chat`, in #lobby.
pub fn check_pipe_in_lobby(script: &str) {
    check_in(in_lobby(false), script);
}
