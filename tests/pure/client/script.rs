//! The client's additions to the dialect of transcripts (`tests/transcript/`).
//!
//! alice has the client: `alice> hello` is typed, `alice< 12:00 …` is shown to her, `server> :srv 001 …` is sent by the
//! server, and `server< NICK alice` is sent to it. Other events: `start`, `connected`, `refused: why`, `closed: why`,
//! `end of input`, `input failed: why`, `interrupt`. Other actions: `connect`, `close`, `clear`, `exits with 0`. `check` and its variants run the
//! events and compare the whole.

use std::time::Duration;

use verbatim::client::view::plain::{self, Style};
use verbatim::client::{Action, Client, Config, Event, Input};
use verbatim::time::{Now, Time};

use crate::transcript::{self, assert_happened, text_of};

/// alice's settings.
pub fn config(interactive: bool, channels: &[&str]) -> Config {
    let channels = channels.iter().map(|&name| name.to_owned()).collect();
    let input = if interactive { Input::Terminal } else { Input::Pipe };
    Config { nick: "alice".into(), channels, input, seed: 1, ..Config::default() }
}

/// A client, the time, and the transcript so far.
pub struct World {
    pub client: Client,
    pub now: Now,
    pub transcript: Vec<String>,
}

impl World {
    pub fn new(config: Config) -> Self {
        Self {
            client: Client::new(config),
            now: Now { mono: Time::from_secs(5000), wall: Time::from_secs(12 * 3600) },
            transcript: Vec::new(),
        }
    }

    /// Runs the event in `line`; an action is skipped.
    pub fn happen(&mut self, line: &str) {
        if transcript::is_heard(line)
            || matches!(line, "connect" | "close" | "clear")
            || line.starts_with("exits with ")
        {
            return;
        }
        self.transcript.push(line.to_owned());
        match transcript::said(line) {
            Some(("server", text)) => return self.tell(Event::Received { bytes: &transcript::sent(text, "\r\n") }),
            Some(("alice", text)) => return self.tell(Event::Typed { bytes: &transcript::sent(text, "\n") }),
            _ => {}
        }
        match line.split_once(": ").unwrap_or((line, "")) {
            ("start", _) => self.tell(Event::Started),
            ("connected", _) => self.tell(Event::Connected),
            ("refused", reason) => self.tell(Event::Refused { reason }),
            ("closed", reason) => self.tell(Event::Closed { reason }),
            ("end of input", _) => self.tell(Event::InputEnded),
            ("input failed", reason) => self.tell(Event::InputFailed { reason }),
            ("interrupt", _) => self.tell(Event::Interrupted),
            _ => self.later(transcript::pause(line).unwrap_or_else(|| panic!("no such step: {line}"))),
        }
    }

    /// Lets time pass; the client gets each deadline on time.
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
            self.transcript.push(match action {
                Action::Connect => "connect".into(),
                Action::Send { line } => format!("server< {}", text_of(&line.text())),
                Action::Show(entry) => {
                    format!("alice< {}", text_of(&plain::line(self.now.wall, &entry, Style::default())))
                }
                Action::Clear => "clear".into(),
                Action::Close => "close".into(),
                Action::Exit { code } => format!("exits with {code}"),
            });
        }
    }
}

/// The client's actions for `event`.
pub fn actions(client: &mut Client, now: Now, event: Event<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    client.handle(now, event, &mut actions);
    actions
}

/// The beginning of most scripts, which is not compared.
const INTO_LOBBY: &str = "
    start
    connected
    server> :srv 001 alice :Welcome
    server> :srv 005 alice NICKLEN=30 CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii :are supported by this server
    server> :srv 422 alice :MOTD File is missing
    server> :alice!~alice@host JOIN #lobby
";

/// A client in #lobby.
pub fn in_lobby(interactive: bool) -> World {
    let mut world = World::new(config(interactive, &["#lobby"]));
    transcript::lines(INTO_LOBBY).into_iter().for_each(|line| world.happen(line));
    world
}

/// Runs `script` in `world` and compares.
pub fn check_in(mut world: World, script: &str) {
    world.transcript.clear();
    let written = transcript::lines(script);
    written.iter().for_each(|line| world.happen(line));
    assert_happened(&written, &world.transcript);
}

/// An interactive client, from its start.
pub fn check(script: &str) {
    check_in(World::new(config(true, &["#lobby"])), script);
}

/// An interactive client in #lobby.
pub fn check_in_lobby(script: &str) {
    check_in(in_lobby(true), script);
}

/// `… | verbatim chat`, from its start.
pub fn check_pipe(script: &str) {
    check_in(World::new(config(false, &["#lobby"])), script);
}

/// `… | verbatim chat`, in #lobby.
pub fn check_pipe_in_lobby(script: &str) {
    check_in(in_lobby(false), script);
}

/// A client in #lobby of a server that sends its messages back.
fn echoed(interactive: bool) -> World {
    let mut world = in_lobby(interactive);
    world.happen("server> :srv CAP alice ACK :echo-message");
    world
}

/// An interactive client in #lobby, whose messages are sent back.
pub fn check_echoed(script: &str) {
    check_in(echoed(true), script);
}

/// `… | verbatim chat` in #lobby, whose messages are sent back.
pub fn check_pipe_echoed(script: &str) {
    check_in(echoed(false), script);
}
