//! The client: a pure state machine, events in, actions out.
//!
//! Owns one session with one server: registration, the channels, typed lines, and how many of them the server has
//! confirmed. It knows nothing of sockets, clocks or terminals; a [`view`] formats each [`Entry`].

mod attention;
mod channels;
mod commands;
mod event;
mod incoming;
mod input;
mod isupport;
mod nick;
mod outbox;
mod own;
mod replies;
mod session;
mod split;
pub mod view;

use std::fmt;
use std::time::Duration;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub use commands::{COMMANDS, Command};
pub use event::{Action, Entry, Event, Speech};

use crate::time::{Now, Time};
use crate::wire::{Line, LineBuffer, LineLimits, Message, ParseError, Split};
use isupport::Isupport;
use nick::Reclaim;
use outbox::Outbox;

/// How long the server may take to send its welcome, and then the end of its MOTD.
pub const REGISTRATION_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the server may take to answer a JOIN.
pub const JOIN_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the server may be silent before it is sent a PING.
pub const SILENCE_BEFORE_PING: Duration = Duration::from_secs(120);
/// How long it may be silent after that PING before the connection is given up.
pub const SILENCE_AFTER_PING: Duration = Duration::from_secs(60);
/// How long `/quit` waits for the server to confirm the last lines.
pub const FINISH_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the client waits after QUIT for the server to close the connection.
pub const QUIT_TIMEOUT: Duration = Duration::from_secs(1);
/// The longest pause before the first reconnect. It doubles with each attempt.
pub const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause before any reconnect.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Bytes that may wait to be sent. Further input is refused with an error.
pub const MAX_WAITING_BYTES: usize = 4 << 20;
/// Bytes that may be sent but not yet confirmed. This avoids the flood limits of servers, and bounds what is lost with
/// a connection.
pub const SEND_WINDOW_BYTES: usize = 4096;
/// The longest line a user may type, in bytes.
pub const MAX_TYPED_LINE: usize = 64 << 10;
/// The most nicks and masks that a user ignores.
pub const MAX_IGNORED: usize = 100;
/// The most channels the client remembers.
pub const MAX_CHANNELS: usize = 1000;
/// How long the client waits before it asks again for a nick that is taken, unless it sees it become free.
pub const NICK_PAUSE: Duration = Duration::from_secs(60);
/// How many nicks are tried in one registration.
pub const MAX_NICK_ATTEMPTS: u32 = 100;

/// The longest line from a server. IRCv3 message-tags allows 8191 bytes of tags; the rest is 512 bytes by RFC 2812
/// §2.3, but servers with a larger `LINELEN` exist.
const SERVER_LINE: LineLimits = LineLimits { tags: 8191, rest: 16 << 10 };
/// The client's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The preferred nick.
    pub nick: String,
    /// The channels to join.
    pub channels: Vec<String>,
    /// Whether another nick will not do: then a refused one is an error.
    pub exact_nick: bool,
    /// The password that the server requires.
    pub password: Option<Password>,
    /// Where the user's lines come from.
    pub input: Input,
    /// Whether lines that begin with a slash are commands. Otherwise every line is text.
    pub commands: bool,
    /// The longest line that the input can deliver whole, in bytes.
    pub longest_line: usize,
    /// The seed for the jitter of pauses between attempts.
    pub seed: u64,
}

impl Default for Config {
    /// A user at a terminal, who joins nothing.
    fn default() -> Self {
        Self {
            nick: "guest".into(),
            channels: Vec::new(),
            exact_nick: false,
            password: None,
            input: Input::Terminal,
            commands: true,
            longest_line: MAX_TYPED_LINE,
            seed: 0,
        }
    }
}

/// Where the user's lines come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A terminal: the client reconnects, and what fails can be tried again.
    Terminal,
    /// A file or a program. What cannot be done is an error, since nobody would type it again.
    Pipe,
    /// Nowhere: the client only listens, and reconnects. That it is in no channel is an error.
    Nothing,
}

/// A password, which is not shown by mistake.
#[derive(Clone)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// The progress of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Before [`Event::Started`].
    New,
    /// [`Action::Connect`] has no result yet.
    Connecting,
    /// NICK and USER have been sent.
    Registering { until: Time },
    /// 001 has come, but not the end of the MOTD.
    Welcomed { until: Time },
    /// The user's lines can be sent.
    Online,
    /// The connection was lost; the next attempt comes at `until`.
    Pausing { until: Time },
    /// QUIT has been sent; `code` is the exit code, `None` if the client connects again.
    Leaving { until: Time, code: Option<u8> },
    /// [`Action::Exit`] has been returned.
    Over,
}

/// A channel that the client is in, or wants to be in.
#[derive(Clone, Debug)]
struct Channel {
    name: String,
    /// The key, for joining again.
    key: Option<String>,
}

/// An unanswered JOIN.
#[derive(Debug)]
struct Joining {
    channel: Channel,
    /// Whether typed text goes there once it is joined.
    focus: bool,
}

/// An IRC client without a socket, a clock or a terminal.
#[derive(Debug)]
pub struct Client {
    config: Config,
    /// The monotonic time: the client does not use the wall clock.
    now: Time,
    phase: Phase,
    rng: ChaCha8Rng,
    /// The unfinished line from the server.
    received: LineBuffer,
    /// The unfinished typed line.
    typed: LineBuffer,
    server: Isupport,
    /// The client's nick; during registration the one last tried.
    nick: String,
    /// The nick that the user wants.
    wanted: String,
    nick_attempts: u32,
    /// Whether the server refused the wanted nick because somebody has it.
    nick_is_taken: bool,
    reclaim: Option<Reclaim>,
    /// The longest nick to try, in bytes.
    nick_most: usize,
    /// The length of `user@host` in lines that the server relays, once known.
    user_host_len: Option<usize>,
    /// The channels that the client has joined.
    channels: Vec<Channel>,
    joining: Vec<Joining>,
    joining_until: Time,
    /// The last channel that the server removed the client from, until the next typed line is handled.
    moved: Option<Joining>,
    /// Where typed text goes.
    target: Option<String>,
    outbox: Outbox,
    /// Whether the server sends the client's own messages back (`echo-message`).
    echoes: bool,
    /// The text of the last message that the user sent to themselves and that was shown: another copy follows.
    told_myself: Option<String>,
    /// Whether a PART is unconfirmed: until it is confirmed, the target of typed text is unknown.
    parting: bool,
    /// Whom the user ignores: nicks and masks.
    ignored: Vec<String>,
    /// Whether to connect again once everything is confirmed.
    renews: bool,
    /// The reason of the QUIT to send when everything is confirmed.
    quit: Option<String>,
    /// How many lines of a pipe stood behind that QUIT.
    behind_quit: usize,
    /// When that QUIT is sent even if not everything is confirmed.
    finish_by: Option<Time>,
    was_welcomed: bool,
    /// The last reason why there is no connection, as the user was told.
    told_reason: Option<String>,
    /// Attempts to connect since the last welcome.
    attempts: u32,
    /// How many commands the server or the client refused.
    refusals: usize,
    /// When the server last sent something, and whether it was sent a PING since.
    heard: Time,
    asked: bool,
}

impl Client {
    /// A client that has not been started.
    pub fn new(config: Config) -> Self {
        Self {
            now: Time::default(),
            phase: Phase::New,
            rng: ChaCha8Rng::seed_from_u64(config.seed),
            received: LineBuffer::default(),
            typed: LineBuffer::default(),
            server: Isupport::default(),
            nick: String::new(),
            wanted: config.nick.clone(),
            nick_attempts: 0,
            nick_is_taken: false,
            reclaim: None,
            nick_most: 0,
            user_host_len: None,
            channels: Vec::new(),
            joining: Vec::new(),
            joining_until: Time::default(),
            moved: None,
            target: None,
            outbox: Outbox::default(),
            echoes: false,
            told_myself: None,
            parting: false,
            ignored: Vec::new(),
            renews: false,
            quit: None,
            behind_quit: 0,
            finish_by: None,
            was_welcomed: false,
            told_reason: None,
            attempts: 0,
            refusals: 0,
            heard: Time::default(),
            asked: false,
            config,
        }
    }

    /// Handles one event, and appends the resulting actions to `actions`.
    pub fn handle(&mut self, now: Now, event: Event<'_>, actions: &mut Vec<Action>) {
        self.now = now.mono;
        if self.phase == Phase::Over {
            return;
        }
        match event {
            Event::Started if self.phase == Phase::New => self.connect(actions),
            Event::Connected if self.phase == Phase::Connecting => self.register(actions),
            Event::Refused { reason } if self.phase == Phase::Connecting => self.lost(reason, actions),
            Event::Closed { reason } if self.is_connected() => self.lost(reason, actions),
            // Events of a connection that the client has abandoned.
            Event::Started | Event::Connected | Event::Refused { .. } | Event::Closed { .. } => {}
            Event::Received { bytes } => self.receive(bytes, actions),
            Event::Typed { bytes } => self.take_typed(bytes, actions),
            Event::InputEnded => self.input_ended(actions),
            Event::InputFailed { reason } => self.input_failed(reason, actions),
            Event::Interrupted => self.interrupted(actions),
            Event::Timeout => self.timeout(actions),
        }
        self.settle(actions);
    }

    /// When the driver must send [`Event::Timeout`]; `None` if there is no deadline.
    pub fn deadline(&self) -> Option<Time> {
        match self.phase {
            Phase::New | Phase::Connecting | Phase::Over => None,
            Phase::Registering { until }
            | Phase::Welcomed { until }
            | Phase::Pausing { until }
            | Phase::Leaving { until, .. } => Some(until),
            Phase::Online => {
                let joining = (!self.joining.is_empty()).then_some(self.joining_until);
                [Some(self.silent_at()), joining, self.finish_by, self.nick_at()].into_iter().flatten().min()
            }
        }
    }

    /// Whether there is room for more input. A driver that can pause a pipe asks this before each read. Input beyond
    /// [`MAX_WAITING_BYTES`] is refused, and a client that is not interactive then quits.
    pub fn takes_input(&self) -> bool {
        self.outbox.waiting_bytes() < MAX_WAITING_BYTES / 2
    }

    /// Where typed text goes, if anywhere.
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// The client's nick, or the one last tried.
    pub fn nick(&self) -> &str {
        &self.nick
    }

    /// Whether the client is registered and every JOIN is answered.
    pub fn is_settled(&self) -> bool {
        self.phase == Phase::Online && self.joining.is_empty()
    }

    fn receive(&mut self, mut bytes: &[u8], actions: &mut Vec<Action>) {
        (self.heard, self.asked) = (self.now, false);
        let mut buffer = std::mem::take(&mut self.received);
        while self.is_connected() {
            match buffer.next(&mut bytes, &SERVER_LINE) {
                Some(Split::Line(line)) => self.receive_line(line, actions),
                Some(Split::TooLong(_)) => {}
                None => break,
            }
        }
        if self.is_connected() {
            self.received = buffer;
        }
    }

    /// Handles a line. Malformed lines are ignored: nothing from the server may end the client. In a line that is not
    /// UTF-8 the bad bytes are replaced, since old servers relay Latin-1.
    fn receive_line(&mut self, line: &[u8], actions: &mut Vec<Action>) {
        // A web server's response: saying so helps more than showing it.
        if line.starts_with(b"HTTP/1.") && matches!(self.phase, Phase::Registering { .. }) {
            actions.push(Action::Close);
            return self.lost("the server speaks HTTP there: try ws:// or wss://", actions);
        }
        match Message::parse(line) {
            Ok(message) => self.incoming(&message, actions),
            Err(ParseError::NotUtf8) => {
                if let Ok(message) = Message::parse(String::from_utf8_lossy(line).as_bytes()) {
                    self.incoming(&message, actions);
                }
            }
            Err(ParseError::Nul | ParseError::NoCommand) => {}
        }
    }

    /// Whether the client believes that it is connected.
    fn is_connected(&self) -> bool {
        use Phase::{Leaving, Online, Registering, Welcomed};
        matches!(self.phase, Registering { .. } | Welcomed { .. } | Online | Leaving { .. })
    }

    /// Whether the user is at a terminal.
    fn is_interactive(&self) -> bool {
        self.config.input == Input::Terminal
    }

    fn is_me(&self, nick: &str) -> bool {
        self.server.same(nick, &self.nick)
    }
}

fn send(line: Line, actions: &mut Vec<Action>) {
    actions.push(Action::Send { line });
}

fn status(text: impl Into<String>, actions: &mut Vec<Action>) {
    actions.push(Action::Show(Entry::Status { text: text.into() }));
}

fn trouble(text: impl Into<String>, actions: &mut Vec<Action>) {
    actions.push(Action::Show(Entry::Trouble { text: text.into() }));
}

/// Whether `word` can be a middle parameter: RFC 2812 §2.3.1, `middle`.
fn is_middle(word: &str) -> bool {
    !word.is_empty() && !word.starts_with(':') && !word.contains([' ', '\r', '\n', '\0'])
}

/// "1 line", "2 lines".
fn lines(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}
