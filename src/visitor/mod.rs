//! `plain`: plain lines, for people who connect with `nc HOST PORT`.
//!
//! Owns the text that a visitor types and sees. It is a minimal IRC client in the server's process, in front of the
//! server: it registers the visitor as `guestN`, keeps them in `#lobby`, sends their lines there and shows messages as
//! plain text. It sees only the lines that the server sends to any client, and does not know what carries the visitor's
//! bytes.

use thiserror::Error;

use crate::planted::{Bug, buggy};
use crate::wire::{Casemapping, Encoder, LineBuffer, LineLimits, Message, Split, is_unsafe_to_show};

/// The channel that visitors talk in.
pub const LOBBY: &str = "#lobby";

/// The longest line a visitor can type. A longer one is refused; of an unfinished one, at most the sum of both limits
/// is held in memory. (`tags` is for lines that begin with `@`, which has no special meaning here.)
const TYPED: LineLimits = LineLimits { tags: 4096, rest: 4096 };

/// The most bytes of typed lines that are kept until the visitor has joined [`LOBBY`].
pub const MAX_WAITING_BYTES: usize = 64 << 10;

/// The longest text that one IRC line carries from any sender to everyone: 512 bytes, less the longest
/// `:nick!~user@host PRIVMSG #lobby :` and CRLF. A nick has at most 30 bytes, a user name 18, a host 63 (an address at
/// most 45).
pub const MAX_SAID_BYTES: usize = 512 - ":!@ PRIVMSG #lobby :\r\n".len() - 30 - 18 - 63;

const GREETING: &str = "Welcome! This is a chat for everyone who is here. You will be in #lobby in a moment.\n\
                        Type a line to say it there. Commands: /nick NAME, /who, /quit\n";
const COMMANDS: &str = "-- Unknown command. Commands: /nick NAME, /who, /quit. Begin a line with // to send a /";

/// The visitor's progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The server has not welcomed them yet.
    Registering,
    /// The JOIN of [`LOBBY`] has been sent.
    Joining,
    /// In [`LOBBY`].
    In,
    /// Kicked, or refused: their next line sends JOIN again.
    Out,
    /// They typed `/quit`.
    Leaving,
}

/// The output to the server and to the visitor. Results are appended.
#[derive(Debug, Default)]
pub struct Output {
    /// IRC lines to the server.
    pub irc: Vec<u8>,
    /// Text lines for the visitor, each ending in LF.
    pub shown: Vec<u8>,
}

/// Why a visitor is sent away. The text is their quit message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SentAway {
    /// They typed more than [`MAX_WAITING_BYTES`] before joining [`LOBBY`].
    #[error("Typed too much before joining")]
    TooMuch,
    /// The first line is an HTTP request. A web page can make a browser send one, with anything in its body.
    #[error("This is not a web server")]
    WebRequest,
    /// It is a program that speaks something else, such as TLS.
    #[error("This is not text")]
    NotText,
}

impl SentAway {
    /// What the visitor is told.
    fn words(self) -> &'static str {
        match self {
            Self::TooMuch => "-- You typed too much before you were in #lobby. Goodbye.",
            Self::WebRequest => "-- This is not a web server. Goodbye.",
            Self::NotText => "-- This is a chat in plain text, and that is not text. Goodbye.",
        }
    }
}

/// Speaks IRC for a visitor who types plain lines.
#[derive(Debug)]
pub struct Visitor {
    phase: Phase,
    /// The N of the last `guestN` requested.
    number: u64,
    /// The visitor's nick; empty until the server's welcome.
    nick: String,
    /// Whether they have typed a line of text. Until then they may be a program that takes this for something else.
    is_met: bool,
    /// The unfinished line that the visitor is typing.
    typed: LineBuffer,
    /// The unfinished line from the server.
    heard: LineBuffer,
    /// Typed lines that wait for the join, each with its `\n`.
    waiting: String,
}

impl Visitor {
    /// A visitor on this connection, whose number determines the first nick.
    pub fn new(connection: u32) -> Self {
        Self {
            phase: Phase::Registering,
            number: u64::from(connection) + 1,
            nick: String::new(),
            is_met: false,
            typed: LineBuffer::default(),
            heard: LineBuffer::default(),
            waiting: String::new(),
        }
    }

    /// The connection is established. Called once, first.
    pub fn opened(&mut self, out: &mut Output) {
        out.shown.extend_from_slice(GREETING.as_bytes());
        self.ask_for_nick(out);
        tell(out, Encoder::bare().command("USER").params(["guest", "0", "*"]).trailing("A visitor"));
    }

    /// The visitor typed `raw`.
    ///
    /// # Errors
    /// They are sent away; `out` tells them why. The caller must close the connection.
    pub fn typed(&mut self, mut raw: &[u8], out: &mut Output) -> Result<(), SentAway> {
        let mut lines = std::mem::take(&mut self.typed);
        // A program may send no line end, and wait for an answer; and its bytes may begin like a line of text.
        let is_program = !self.is_met && has_binary_line(&[lines.partial(), raw].concat());
        let mut outcome = if is_program { Err(SentAway::NotText) } else { Ok(()) };
        while outcome.is_ok()
            && let Some(split) = lines.next(&mut raw, &TYPED)
        {
            match split {
                Split::Line(line) => outcome = self.type_line(line, out),
                Split::TooLong(_) => show(out, "-- That line is too long: it was not sent."),
            }
        }
        self.typed = lines;
        outcome.inspect_err(|why| show(out, why.words()))
    }

    /// The visitor has ended their input. An unfinished line is not sent, since the rest of it may be lost.
    pub fn ended(&mut self, out: &mut Output) {
        if std::mem::take(&mut self.typed).is_unfinished() {
            show(out, "-- Your last line had no line end: it was not sent.");
        }
    }

    /// The server sent `irc`.
    pub fn heard(&mut self, mut irc: &[u8], out: &mut Output) {
        let mut lines = std::mem::take(&mut self.heard);
        while let Some(split) = lines.next(&mut irc, &LineLimits::default()) {
            if let Split::Line(line) = split
                && let Ok(message) = Message::parse(line)
            {
                self.hear(&message, out);
            }
        }
        self.heard = lines;
    }

    /// Whether typed lines wait for the join.
    pub fn has_unsaid(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn ask_for_nick(&self, out: &mut Output) {
        tell(out, Encoder::bare().command("NICK").param(&format!("guest{}", self.number)));
    }

    fn join(&mut self, out: &mut Output) {
        self.phase = Phase::Joining;
        tell(out, Encoder::bare().command("JOIN").param(LOBBY));
    }

    /// Handles one typed line.
    fn type_line(&mut self, line: &[u8], out: &mut Output) -> Result<(), SentAway> {
        let line = without_telnet(line);
        if is_binary(&line) {
            show(out, "-- That line is not text: it was not sent.");
            return Ok(());
        }
        let Ok(text) = String::from_utf8(line) else {
            show(out, "-- That line is not UTF-8: it was not sent.");
            return Ok(());
        };
        let text = visible(&text);
        if !self.is_met && is_web_request(&text) && !buggy(Bug::WebRequestSaid) {
            return Err(SentAway::WebRequest);
        }
        self.is_met |= !text.trim().is_empty();
        self.obey(&text, out)
    }

    /// Executes a typed line, now or after the join.
    fn obey(&mut self, line: &str, out: &mut Output) -> Result<(), SentAway> {
        if line.trim().is_empty() {
            return Ok(());
        }
        let command = line.strip_prefix('/').filter(|rest| !rest.starts_with('/'));
        match (self.phase, command) {
            (Phase::Leaving, _) => {}
            (Phase::Registering | Phase::Joining, _) => return self.wait(line),
            (_, Some(command)) => self.command(command, out),
            (Phase::In, None) => say(line.strip_prefix('/').unwrap_or(line), out),
            (Phase::Out, None) => {
                self.join(out);
                return self.wait(line);
            }
        }
        Ok(())
    }

    fn wait(&mut self, line: &str) -> Result<(), SentAway> {
        if self.waiting.len() + line.len() + 1 > MAX_WAITING_BYTES {
            return Err(SentAway::TooMuch);
        }
        self.waiting.push_str(line);
        self.waiting.push('\n');
        Ok(())
    }

    fn command(&mut self, command: &str, out: &mut Output) {
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        let rest = rest.trim();
        match verb.to_ascii_lowercase().as_str() {
            "nick" if rest.is_empty() => show(out, "-- Which nick? /nick NAME"),
            "nick" => match Casemapping::Unicode.nick(rest, MAX_SAID_BYTES) {
                Ok(nick) => tell(out, Encoder::bare().command("NICK").param(nick.as_str())),
                Err(error) => show(out, &format!("-- That nick is not valid: it {error}.")),
            },
            "who" => tell(out, Encoder::bare().command("NAMES").param(LOBBY)),
            "quit" => {
                self.phase = Phase::Leaving;
                let quit = Encoder::bare().command("QUIT");
                tell(out, if rest.is_empty() { quit } else { quit.trailing(split_text(rest).0) });
            }
            _ => show(out, COMMANDS),
        }
    }

    /// Handles a message from the server. Some are answered without showing anything.
    fn hear(&mut self, message: &Message<'_>, out: &mut Output) {
        match message.command {
            "PING" => tell(out, Encoder::bare().command("PONG").trailing(message.param(0).unwrap_or_default())),
            "433" if self.phase == Phase::Registering => {
                self.number += 1;
                self.ask_for_nick(out);
            }
            "ERROR" if self.phase == Phase::Leaving => show(out, "-- Goodbye."),
            _ => self.follow(message, out),
        }
    }

    /// Shows a message as text, and tracks the visitor's nick and membership.
    fn follow(&mut self, message: &Message<'_>, out: &mut Output) {
        let own = self.is_own(message.nick());
        if let Some(text) = self.words(message, own) {
            show(out, &text);
        }
        let first = message.param(0).unwrap_or_default();
        match message.command {
            "001" if self.phase == Phase::Registering => {
                self.nick = first.to_owned();
                self.join(out);
            }
            "NICK" if own => self.nick = first.to_owned(),
            "JOIN" if own && is_lobby(first) => self.arrived(out),
            "PART" if own && is_lobby(first) => self.put_out(out),
            "KICK" if is_lobby(first) && self.is_own(message.param(1).unwrap_or_default()) => self.put_out(out),
            code if self.phase == Phase::Joining && is_refusal(code) && message.param(1).is_some_and(is_lobby) => {
                self.put_out(out);
            }
            _ => {}
        }
    }

    /// The visitor has joined [`LOBBY`]: executes the lines that waited.
    fn arrived(&mut self, out: &mut Output) {
        if matches!(self.phase, Phase::In | Phase::Leaving) {
            return;
        }
        self.phase = Phase::In;
        for line in std::mem::take(&mut self.waiting).lines() {
            self.obey(line, out).expect("typed lines are not held in the lobby");
        }
    }

    /// The visitor could not join [`LOBBY`], or is no longer in it.
    fn put_out(&mut self, out: &mut Output) {
        if self.phase == Phase::Leaving {
            return;
        }
        self.phase = Phase::Out;
        let lost = if std::mem::take(&mut self.waiting).is_empty() { "" } else { " What you typed was not sent." };
        show(out, &format!("-- You are not in {LOBBY}.{lost} Say something to try to get back in."));
    }

    fn is_own(&self, nick: &str) -> bool {
        !nick.is_empty() && nick.eq_ignore_ascii_case(&self.nick)
    }

    /// A message as text, if it matters to a visitor. What people say begins with their nick; everything else begins
    /// with `--`, `*` or `-`, which no nick does, so nobody can imitate the server.
    fn words(&self, message: &Message<'_>, own: bool) -> Option<String> {
        let (nick, params) = (message.nick(), message.params());
        let last = params.last().copied().unwrap_or_default();
        let param = |index: usize| params.get(index).copied().unwrap_or_default();
        let because = |index: usize| match param(index) {
            "" => String::new(),
            reason => format!(" ({reason})"),
        };
        Some(match message.command {
            "PRIVMSG" | "NOTICE" => return self.speech(message),
            "JOIN" if own => format!("-- You are {nick}, in {}.", param(0)),
            "JOIN" => format!("-- {nick} joined"),
            "PART" => format!("-- {nick} left{}", because(1)),
            "QUIT" => format!("-- {nick} quit{}", because(0)),
            "KICK" if self.is_own(param(1)) => format!("-- {nick} kicked you out{}", because(2)),
            "KICK" => format!("-- {nick} kicked {} out{}", param(1), because(2)),
            "NICK" if own => format!("-- You are {} now", param(0)),
            "NICK" => format!("-- {nick} is {} now", param(0)),
            "TOPIC" if param(1).is_empty() => format!("-- {nick} cleared the topic"),
            "TOPIC" => format!("-- {nick} changed the topic: {}", param(1)),
            "MODE" if is_lobby(param(0)) => format!("-- {nick} set {}", params[1..].join(" ")),
            "INVITE" => format!("-- {nick} invites you to {last}, but a visitor stays in {LOBBY}"),
            "ERROR" => format!("-- The server says: {last}"),
            "332" => format!("-- The topic: {last}"),
            "353" => {
                let nicks: Vec<&str> = last.split(' ').map(|nick| nick.trim_start_matches(['@', '+'])).collect();
                format!("-- Here: {}", nicks.join(", "))
            }
            "372" => format!("-- {}", last.strip_prefix("- ").unwrap_or(last)),
            // No message of the day: not worth showing.
            "422" => return None,
            code if is_refusal(code) => {
                let about = params.get(1..params.len().max(2) - 1).unwrap_or_default().join(" ");
                format!("-- The server refused: {last}{}", if about.is_empty() { about } else { format!(" ({about})") })
            }
            _ => return None,
        })
    }

    /// A PRIVMSG or NOTICE as text. CTCP messages are for programs and not shown, except ACTION.
    fn speech(&self, message: &Message<'_>) -> Option<String> {
        let (nick, &[target, text, ..]) = (message.nick(), message.params()) else { return None };
        let to = match target {
            _ if is_lobby(target) => String::new(),
            _ if self.is_own(target) => " (to you)".to_owned(),
            _ => format!(" (to {target})"),
        };
        if let Some(ctcp) = text.strip_prefix('\u{1}') {
            let action = ctcp.strip_prefix("ACTION ")?;
            return Some(format!("* {nick}{to} {action}"));
        }
        Some(if message.command == "NOTICE" { format!("-{nick}{to}- {text}") } else { format!("{nick}{to}: {text}") })
    }
}

/// Sends `text` to [`LOBBY`], split into as many lines as needed.
fn say(mut text: &str, out: &mut Output) {
    while !text.is_empty() {
        let (said, rest) = split_text(text);
        tell(out, Encoder::bare().command("PRIVMSG").param(LOBBY).trailing(said));
        text = rest;
    }
}

/// Splits off as much of `text` as one line carries, at a character boundary.
fn split_text(text: &str) -> (&str, &str) {
    text.split_at(text.floor_char_boundary(MAX_SAID_BYTES))
}

/// Sends the server a message from the visitor.
fn tell(out: &mut Output, message: Encoder) {
    out.irc.extend_from_slice(&message.line());
}

/// Shows the visitor one line.
fn show(out: &mut Output, text: &str) {
    out.shown.extend_from_slice(visible(text).as_bytes());
    out.shown.push(b'\n');
}

/// `text` without the characters that a terminal would obey. A tab becomes a space.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|&c| !is_unsafe_to_show(c)).collect()
}

/// Whether `line` has a control character that no terminal sends in a line, and no text contains. Escape sequences,
/// form feeds and the codes for bold or colours are left out when a line is shown, but they occur.
fn is_binary(line: &[u8]) -> bool {
    line.iter().any(|byte| matches!(byte, 0 | 4..=6 | 14 | 16 | 18..=21 | 23..=25 | 28))
}

/// Whether one of these lines has such a character.
fn has_binary_line(bytes: &[u8]) -> bool {
    bytes.split(|byte| b"\r\n".contains(byte)).any(|line| is_binary(&without_telnet(line)))
}

/// RFC 9112 §3: "request-line = method SP request-target SP HTTP-version".
fn is_web_request(line: &str) -> bool {
    let mut words = line.split(' ');
    words.clone().count() == 3 && words.nth(2).is_some_and(|version| version.starts_with("HTTP/"))
}

/// `line` without a telnet client's commands (RFC 854, "TELNET Command Structure"): IAC and the next byte, one more
/// after WILL, WONT, DO and DONT, and everything up to IAC SE after SB.
fn without_telnet(line: &[u8]) -> Vec<u8> {
    const IAC: u8 = 255;
    const SE: u8 = 240;
    let (mut kept, mut rest) = (Vec::with_capacity(line.len()), line);
    while let [byte, behind @ ..] = rest {
        rest = match (*byte, behind) {
            (IAC, [250, sub @ ..]) => {
                let end = sub.windows(2).position(|pair| pair == [IAC, SE]);
                end.map_or(&[], |end| &sub[end + 2..])
            }
            (IAC, [251..=254, _, behind @ ..]) | (IAC, [240..=249, behind @ ..]) => behind,
            _ => {
                kept.push(*byte);
                behind
            }
        };
    }
    kept
}

fn is_lobby(name: &str) -> bool {
    name.eq_ignore_ascii_case(LOBBY)
}

/// Whether a numeric refuses something (RFC 2812 §5.2: "Error replies are found in the range from 400 to 599"; Modern
/// IRC adds 696).
fn is_refusal(command: &str) -> bool {
    command.len() == 3 && matches!(command.parse(), Ok(400..=599 | 696))
}
