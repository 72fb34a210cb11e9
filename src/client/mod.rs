//! The client: a pure state machine, events in, actions out.
//!
//! It owns one session with one server: registration, the channels it is in, what the person typed and what of it
//! the server is known to have processed. It knows no socket, no clock and no terminal; how an [`Entry`] looks is
//! for a [`view`] to say.

mod event;
mod incoming;
mod input;
mod isupport;
mod outbox;
mod replies;
mod session;
mod split;
pub mod view;

use std::time::Duration;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub use event::{Action, Entry, Event, Speech};
pub use input::{COMMANDS, Command};

use crate::time::{Now, Time};
use crate::wire::{Line, LineBuffer, LineLimits, Message, ParseError, Split};
use isupport::Isupport;
use outbox::Outbox;

/// How long the server may take from the connection to its welcome, and then to the end of its MOTD.
pub const REGISTRATION_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the server may take to answer a JOIN.
pub const JOIN_TIMEOUT: Duration = Duration::from_secs(30);
/// A server that was silent for so long is asked whether it is there.
pub const SILENCE_BEFORE_PING: Duration = Duration::from_secs(120);
/// A server that says nothing for so long after that question is lost.
pub const SILENCE_AFTER_PING: Duration = Duration::from_secs(60);
/// How long a person who wants to leave waits for the server to confirm their last lines.
pub const FINISH_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the client waits after QUIT for the server to close the connection.
pub const QUIT_TIMEOUT: Duration = Duration::from_secs(1);
/// The longest pause before the first new attempt to connect. It doubles with each attempt.
pub const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause there is.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Bytes that may wait to be sent. Past it the input is too much, and the client says so.
pub const MAX_WAITING_BYTES: usize = 4 << 20;
/// Bytes that may be on their way to the server, sent and not confirmed. It keeps the client clear of the flood
/// limits of servers, and the loss of a connection small.
pub const SEND_WINDOW_BYTES: usize = 4096;
/// The longest line a person may type, in bytes.
pub const MAX_TYPED_LINE: usize = 64 << 10;
/// The most channels the client remembers to be in.
pub const MAX_CHANNELS: usize = 1000;
/// How many nicks are tried in one registration.
pub const MAX_NICK_ATTEMPTS: u32 = 100;

/// What a server may send in one line. IRCv3 message-tags allows 8191 bytes of tags; the rest is 512 bytes by RFC
/// 2812 §2.3, but servers with a larger `LINELEN` exist.
const SERVER_LINE: LineLimits = LineLimits { tags: 8191, rest: 16 << 10 };
/// A person's line has no tags, but may begin with an `@` like one.
const TYPED_LINE: LineLimits = LineLimits { tags: MAX_TYPED_LINE, rest: MAX_TYPED_LINE };

/// The client's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The nick to ask for first.
    pub nick: String,
    /// The channels to join.
    pub channels: Vec<String>,
    /// Whether a person sits at a terminal: then a lost connection is made anew. Else it is an error, since the
    /// input that was lost with it will not come again.
    pub interactive: bool,
    /// Where the jitter of the pauses between attempts comes from.
    pub seed: u64,
}

/// How far the session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Before [`Event::Started`].
    New,
    /// [`Action::Connect`] is not answered yet.
    Connecting,
    /// NICK and USER are sent.
    Registering { until: Time },
    /// 001 came, the end of the MOTD did not.
    Welcomed { until: Time },
    /// The person's lines are sent.
    Online,
    /// The connection was lost; the next attempt comes at `until`.
    Pausing { until: Time },
    /// QUIT is sent.
    Leaving { until: Time, code: u8 },
    /// [`Action::Exit`] was given.
    Over,
}

/// A channel that the client is in, or wants to be in.
#[derive(Clone, Debug)]
struct Channel {
    name: String,
    /// The key that was given with JOIN, for joining again.
    key: Option<String>,
}

/// A JOIN that the server has not answered.
#[derive(Debug)]
struct Joining {
    channel: Channel,
    /// Whether what is typed goes there as soon as it is joined.
    focus: bool,
}

/// An IRC client without a socket, a clock or a terminal.
#[derive(Debug)]
pub struct Client {
    config: Config,
    /// What the clock shows that only goes forward: nothing that the client does depends on the other one.
    now: Time,
    phase: Phase,
    rng: ChaCha8Rng,
    /// What arrived of a line of the server's.
    received: LineBuffer,
    /// What arrived of a line of the person's.
    typed: LineBuffer,
    server: Isupport,
    /// The client's nick; while it registers, the one it asked for last.
    nick: String,
    /// The nick that the person wants to have.
    wanted: String,
    nick_attempts: u32,
    /// The longest nick that is tried, in bytes.
    nick_most: usize,
    /// How long `user@host` is in what the server relays, once that is known.
    user_host_len: Option<usize>,
    /// The channels that the client is in.
    channels: Vec<Channel>,
    joining: Vec<Joining>,
    joining_until: Time,
    /// The channel that the server took the client out of last, until the person types the next line.
    moved: Option<Joining>,
    /// Where typed text goes.
    target: Option<String>,
    outbox: Outbox,
    /// Whether a PART is not confirmed: until it is, nobody knows where text is to go.
    parting: bool,
    /// The reason of the QUIT that ends the session when everything is confirmed.
    quit: Option<String>,
    /// When that QUIT is sent whatever is confirmed.
    finish_by: Option<Time>,
    was_welcomed: bool,
    /// Attempts to connect since the last welcome.
    attempts: u32,
    /// What was refused, by the server or by the client.
    refusals: usize,
    /// When the server was heard last, and whether it was asked since.
    heard: Time,
    asked: bool,
}

impl Client {
    /// A client that has not started.
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
            nick_most: 0,
            user_host_len: None,
            channels: Vec::new(),
            joining: Vec::new(),
            joining_until: Time::default(),
            moved: None,
            target: None,
            outbox: Outbox::default(),
            parting: false,
            quit: None,
            finish_by: None,
            was_welcomed: false,
            attempts: 0,
            refusals: 0,
            heard: Time::default(),
            asked: false,
            config,
        }
    }

    /// Takes one event and puts what follows from it on `actions`, behind what lies there already.
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
            // They come from a connection that the client has given up.
            Event::Started | Event::Connected | Event::Refused { .. } | Event::Closed { .. } => {}
            Event::Received { bytes } => self.receive(bytes, actions),
            Event::Typed { bytes } => self.take_typed(bytes, actions),
            Event::InputEnded => self.input_ended(actions),
            Event::Interrupted => self.interrupted(actions),
            Event::Timeout => self.timeout(actions),
        }
        self.settle(actions);
    }

    /// When the driver must send [`Event::Timeout`]; `None` while nothing is due.
    pub fn deadline(&self) -> Option<Time> {
        match self.phase {
            Phase::New | Phase::Connecting | Phase::Over => None,
            Phase::Registering { until }
            | Phase::Welcomed { until }
            | Phase::Pausing { until }
            | Phase::Leaving { until, .. } => Some(until),
            Phase::Online => {
                let joining = (!self.joining.is_empty()).then_some(self.joining_until);
                [Some(self.silent_at()), joining, self.finish_by].into_iter().flatten().min()
            }
        }
    }

    /// Whether the client has room for more of the person's input. A driver that can let a pipe wait asks this
    /// before it reads on; one that cannot risks that the client gives up at [`MAX_WAITING_BYTES`].
    pub fn takes_input(&self) -> bool {
        self.outbox.waiting_bytes() < MAX_WAITING_BYTES / 2
    }

    /// The client's nick: the last one that it had or asked for.
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
                Some(Split::TooLong) => {}
                None => break,
            }
        }
        if self.is_connected() {
            self.received = buffer;
        }
    }

    /// What is no message is passed over: nothing the server sends may end the client. A line that is not UTF-8
    /// is taken with its bad bytes replaced, since old servers relay Latin-1.
    fn receive_line(&mut self, line: &[u8], actions: &mut Vec<Action>) {
        // A web server's answer: it would say no more than that it did not understand, in its own words.
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

    /// Whether there is a connection, as far as the client knows.
    fn is_connected(&self) -> bool {
        use Phase::{Leaving, Online, Registering, Welcomed};
        matches!(self.phase, Registering { .. } | Welcomed { .. } | Online | Leaving { .. })
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

/// Whether `word` can be a parameter in the middle of a message: RFC 2812 §2.3.1, `middle`.
fn is_middle(word: &str) -> bool {
    !word.is_empty() && !word.starts_with(':') && !word.contains([' ', '\r', '\n', '\0'])
}

/// "1 line", "2 lines".
fn lines(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}
