//! The user's lines: text for the current target, or [commands](super::commands).
//!
//! Knows how to write them for the server; the session decides when they are sent.

use super::commands::Command;
use super::outbox::Ready;
use super::own::Own;
use super::split::{pieces, word};
use super::{Action, Client, Entry, Input, Phase, Speech, is_middle, status};
use crate::wire::{Encoder, LineLimits, Split};

/// The length of `user@host` that is assumed in the source of the client's lines until it is known: a user name of 19
/// bytes, and RFC 2812 §2.3.1: "Hostname has a maximum length of 63 characters".
const LONGEST_USER_HOST: usize = 19 + 1 + 63;
/// The least room for text in a line, in bytes. If there is less, the target cannot be a real name, and the text is
/// refused.
const LEAST_ROOM: usize = 32;

impl Client {
    /// The user typed `bytes`. What stands behind a `/quit` is not sent.
    pub(super) fn take_typed(&mut self, mut bytes: &[u8], actions: &mut Vec<Action>) {
        let most = self.config.longest_line;
        // A typed line has no tags, but may begin with an `@`.
        let limits = LineLimits { tags: most, rest: most + 2 };
        let mut buffer = std::mem::take(&mut self.typed);
        while self.phase != Phase::Over {
            match buffer.next(&mut bytes, &limits) {
                Some(_) if self.quit.is_some() => self.behind_quit += usize::from(self.config.input == Input::Pipe),
                Some(_) if matches!(self.phase, Phase::Leaving { code: Some(_), .. }) => {}
                Some(Split::Line(line)) if line.len() <= most => self.take_line(line, actions),
                Some(Split::Line(_) | Split::TooLong(_)) => {
                    self.refuse(&format!("not sent: a line of more than {most} bytes"), actions)
                }
                None => break,
            }
        }
        self.typed = buffer;
    }

    fn take_line(&mut self, line: &[u8], actions: &mut Vec<Action>) {
        let Ok(text) = std::str::from_utf8(line) else {
            let text = String::from_utf8_lossy(line);
            return self.refuse(&format!("not sent, since it is not UTF-8: {text}"), actions);
        };
        // A terminal sends control characters for keys, which nobody wants to say; a program may mean them.
        if text.contains('\0') || (self.is_interactive() && text.contains(|c: char| c.is_control() && c != '\t')) {
            return self.refuse(&format!("not sent, since it has control characters: {text}"), actions);
        }
        // These need not wait for a connection.
        let waits = !matches!(self.phase, Phase::Online | Phase::Welcomed { .. });
        let command = self.command_word(text).map(|(name, _)| name.to_ascii_lowercase());
        match command.as_deref().filter(|_| waits && self.is_interactive()) {
            Some("quit") => return self.interrupted(actions),
            Some("reconnect") if matches!(self.phase, Phase::Pausing { .. }) => return self.connect(actions),
            _ => {}
        }
        if waits && self.is_interactive() && self.was_welcomed && self.outbox.unfinished() == 0 {
            status("what you type is kept until the connection is back", actions);
        }
        if !self.outbox.push_typed(text.to_owned()) {
            self.refuse("not sent: too much is waiting", actions);
            if !self.is_interactive() {
                self.interrupted(actions);
            }
        }
    }

    /// Executes a line. Everything it sends goes through the outbox.
    pub(super) fn obey(&mut self, line: &str, actions: &mut Vec<Action>) {
        let Some((name, rest)) = self.command_word(line) else {
            let is_escaped = self.config.commands && line.starts_with("//");
            return self.say_here(if is_escaped { &line[1..] } else { line }, Speech::Message, actions);
        };
        match Command::named(name) {
            Some(command) if rest.split(' ').filter(|word| !word.is_empty()).count() < command.least => {
                self.refuse(&format!("usage: /{} {}", command.name, command.usage), actions);
            }
            Some(command) => (command.handle)(self, rest, actions),
            None => {
                let hint = format!("/help lists them, /raw sends others to the server, //{name} sends it as text");
                self.refuse(&format!("no such command: /{name} ({hint})"), actions);
            }
        }
    }

    /// The command's name, and the text after it. `//` begins a text instead.
    fn command_word<'a>(&self, line: &'a str) -> Option<(&'a str, &'a str)> {
        line.strip_prefix('/').filter(|rest| self.config.commands && !rest.starts_with('/')).map(word)
    }

    /// The client itself refuses a command.
    pub(super) fn refuse(&mut self, text: &str, actions: &mut Vec<Action>) {
        self.refusals += 1;
        actions.push(Action::Show(Entry::Refused { text: text.to_owned() }));
    }

    pub(super) fn say_here(&mut self, text: &str, kind: Speech, actions: &mut Vec<Action>) {
        match self.target.clone() {
            Some(target) => self.say(&target, text, kind, actions),
            None => self.refuse(&format!("not sent, since you are in no channel: {text}"), actions),
        }
    }

    pub(super) fn say(&mut self, target: &str, text: &str, kind: Speech, actions: &mut Vec<Action>) {
        let user_host = self.user_host_len.unwrap_or(LONGEST_USER_HOST);
        let command = if kind == Speech::Notice { "NOTICE" } else { "PRIVMSG" };
        let framing = ":!".len() + "  ".len() + command.len() + " :".len() + "\r\n".len();
        let action = if kind == Speech::Action { "\u{1}ACTION \u{1}".len() } else { 0 };
        let taken = framing + self.nick.len() + user_host + target.len() + action;
        let room = self.server.line_len.saturating_sub(taken);
        if room < LEAST_ROOM || !is_middle(target) {
            return self.refuse("not sent: that is not a valid name", actions);
        }
        for piece in pieces(text, room) {
            let message = Encoder::bare().command(command).param(target);
            let message = match kind {
                Speech::Action => message.trailing(&format!("\u{1}ACTION {piece}\u{1}")),
                Speech::Message | Speech::Notice => message.trailing(piece),
            };
            let own = Own::new(target, piece, kind);
            self.outbox.push_ready(Ready { line: message.line(), own: Some(own) });
        }
    }

    /// Queues a command, unless it is too long: a server would truncate or refuse it.
    pub(super) fn ask(&mut self, message: Encoder, actions: &mut Vec<Action>) {
        if message.len() > self.server.line_len {
            return self.refuse("not sent: it is too long for one line", actions);
        }
        let line = message.line();
        let own = Own::of(&line);
        self.outbox.push_ready(Ready { line, own });
    }

    /// Queues `command` with one parameter that the user wrote.
    pub(super) fn ask_of(&mut self, command: &str, param: &str, actions: &mut Vec<Action>) {
        match is_middle(param) {
            true => self.ask(Encoder::bare().command(command).param(param), actions),
            false => self.refuse(&format!("not sent: {param} is not a valid name"), actions),
        }
    }

    /// Queues `command` with words that the user wrote, and an optional text.
    pub(super) fn ask_with(&mut self, command: &str, words: &[&str], text: Option<&str>, actions: &mut Vec<Action>) {
        if let Some(word) = words.iter().find(|word| !is_middle(word)) {
            return self.refuse(&format!("not sent: {word} is not a valid name"), actions);
        }
        let message = Encoder::bare().command(command).params(words.iter().copied());
        self.ask(text.iter().fold(message, |message, text| message.trailing(text)), actions);
    }

    /// The channel at the beginning of `rest`, or else the current one; and the remainder of `rest`.
    pub(super) fn channel_or_here<'a>(&self, rest: &'a str) -> (Option<String>, &'a str) {
        let (first, behind) = word(rest);
        if self.server.is_channel(first) { (Some(first.to_owned()), behind) } else { (self.here(), rest) }
    }

    /// The current channel. The target of typed text may also be a user.
    pub(super) fn here(&self) -> Option<String> {
        self.target.clone().filter(|target| self.server.is_channel(target))
    }
}
