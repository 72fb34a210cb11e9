//! The user's lines: text for the current channel, and commands.
//!
//! Knows the commands and how to write them for the server; the session decides when they are sent.

use super::outbox::Ready;
use super::own::Own;
use super::split::pieces;
use super::{Action, Channel, Client, Entry, Phase, Speech, TYPED_LINE, is_middle, status, trouble};
use crate::wire::{Encoder, Message, Split};

/// A command that the user can type.
#[derive(Debug)]
pub struct Command {
    /// Its name, without the slash.
    pub name: &'static str,
    /// Its parameters; optional ones in square brackets.
    pub usage: &'static str,
    /// What it does.
    pub help: &'static str,
    /// How many words it needs.
    least: usize,
    handle: fn(&mut Client, &str, &mut Vec<Action>),
}

/// Every command, in the order of `/help`.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    Command { name: "join", usage: "#channel [key]", help: "go into a channel, or back to one", least: 1, handle: join },
    Command { name: "part", usage: "[#channel] [reason]", help: "leave a channel", least: 0, handle: part },
    Command { name: "msg", usage: "nick text", help: "say something in private", least: 2, handle: msg },
    Command { name: "me", usage: "text", help: "say what you do", least: 1, handle: me },
    Command { name: "nick", usage: "nick", help: "take another nick", least: 1, handle: nick },
    Command { name: "topic", usage: "[#channel] [topic]", help: "ask for the topic, or set it", least: 0, handle: topic },
    Command { name: "names", usage: "[#channel]", help: "list who is in a channel", least: 0, handle: names },
    Command { name: "who", usage: "[#channel or mask]", help: "list users, with their addresses", least: 0, handle: who },
    Command { name: "whois", usage: "nick", help: "ask who somebody is", least: 1, handle: whois },
    Command { name: "list", usage: "[mask]", help: "list the channels, with how many are there", least: 0, handle: list },
    Command { name: "invite", usage: "nick [#channel]", help: "invite somebody into a channel", least: 1, handle: invite },
    Command { name: "kick", usage: "[#channel] nick [reason]", help: "make somebody leave a channel", least: 1, handle: kick },
    Command { name: "mode", usage: "[#channel or nick] [changes]", help: "ask for modes, or change them", least: 0, handle: mode },
    Command { name: "away", usage: "[text]", help: "say that you are away; without a text, that you are back", least: 0, handle: away },
    Command { name: "raw", usage: "command", help: "send a command to the server as you write it", least: 1, handle: raw },
    Command { name: "quit", usage: "[reason]", help: "leave, once all you said has arrived", least: 0, handle: quit },
    Command { name: "help", usage: "", help: "show this", least: 0, handle: help },
];

/// The length of `user@host` that is assumed in the source of the client's lines until it is known: a user name of 19
/// bytes, and RFC 2812 §2.3.1: "Hostname has a maximum length of 63 characters".
const LONGEST_USER_HOST: usize = 19 + 1 + 63;
/// The least room for text in a line, in bytes. If there is less, the target cannot be a real name, and the text is
/// refused.
const LEAST_ROOM: usize = 32;

impl Client {
    /// The user typed `bytes`. Input after a `/quit` is ignored.
    pub(super) fn take_typed(&mut self, mut bytes: &[u8], actions: &mut Vec<Action>) {
        let mut buffer = std::mem::take(&mut self.typed);
        while self.quit.is_none() && !matches!(self.phase, Phase::Leaving { .. } | Phase::Over) {
            match buffer.next(&mut bytes, &TYPED_LINE) {
                Some(Split::Line(line)) => self.take_line(line, actions),
                Some(Split::TooLong(_)) => self.refuse("not sent: a line of more than 64 KiB", actions),
                None => break,
            }
        }
        self.typed = buffer;
    }

    fn take_line(&mut self, line: &[u8], actions: &mut Vec<Action>) {
        let text = match std::str::from_utf8(line) {
            Ok(text) if !text.contains('\0') => text.to_owned(),
            _ => {
                trouble("a line was not UTF-8 text: its bad bytes are sent as \u{fffd}", actions);
                String::from_utf8_lossy(line).replace('\0', "\u{fffd}")
            }
        };
        // `/quit` need not wait for a connection.
        let waits = !matches!(self.phase, Phase::Online | Phase::Welcomed { .. });
        if waits
            && self.config.interactive
            && command_word(&text).is_some_and(|(name, _)| name.eq_ignore_ascii_case("quit"))
        {
            return self.interrupted(actions);
        }
        if waits && self.config.interactive && self.was_welcomed && self.outbox.unfinished() == 0 {
            status("what you type is kept until the connection is back", actions);
        }
        if !self.outbox.push_typed(text) {
            self.refuse("not sent: too much is waiting", actions);
            if !self.config.interactive {
                self.interrupted(actions);
            }
        }
    }

    /// Executes a line. Everything it sends goes through the outbox.
    pub(super) fn obey(&mut self, line: &str, actions: &mut Vec<Action>) {
        let Some((name, rest)) = command_word(line) else {
            let text = line.strip_prefix('/').filter(|_| line.starts_with("//")).unwrap_or(line);
            return self.say_here(text, Speech::Message, actions);
        };
        match COMMANDS.iter().find(|command| command.name.eq_ignore_ascii_case(name)) {
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

    /// The client itself refuses a command.
    fn refuse(&mut self, text: &str, actions: &mut Vec<Action>) {
        self.refusals += 1;
        actions.push(Action::Show(Entry::Refused { text: text.to_owned() }));
    }

    fn say_here(&mut self, text: &str, kind: Speech, actions: &mut Vec<Action>) {
        match self.target.clone() {
            Some(target) => self.say(&target, text, kind, actions),
            None => self.refuse("not sent: you are in no channel (/join #channel)", actions),
        }
    }

    fn say(&mut self, target: &str, text: &str, kind: Speech, actions: &mut Vec<Action>) {
        let user_host = self.user_host_len.unwrap_or(LONGEST_USER_HOST);
        let framing = ":!".len() + " PRIVMSG ".len() + " :".len() + "\r\n".len();
        let action = if kind == Speech::Action { "\u{1}ACTION \u{1}".len() } else { 0 };
        let taken = framing + self.nick.len() + user_host + target.len() + action;
        let room = self.server.line_len.saturating_sub(taken);
        if room < LEAST_ROOM || !is_middle(target) {
            return self.refuse("not sent: that is not a valid name", actions);
        }
        for piece in pieces(text, room) {
            let message = Encoder::bare().command("PRIVMSG").param(target);
            let message = match kind {
                Speech::Action => message.trailing(&format!("\u{1}ACTION {piece}\u{1}")),
                Speech::Message | Speech::Notice => message.trailing(piece),
            };
            let own = Own::new(target, piece, kind);
            self.outbox.push_ready(Ready { line: message.line(), own: Some(own) });
        }
    }

    /// Queues a command, unless it is too long: a server would truncate or refuse it.
    fn ask(&mut self, message: Encoder, actions: &mut Vec<Action>) {
        if message.len() > self.server.line_len {
            return self.refuse("not sent: it is too long for one line", actions);
        }
        let line = message.line();
        let own = Own::of(&line);
        self.outbox.push_ready(Ready { line, own });
    }

    /// Queues `command` with one parameter that the user wrote.
    fn ask_of(&mut self, command: &str, param: &str, actions: &mut Vec<Action>) {
        match is_middle(param) {
            true => self.ask(Encoder::bare().command(command).param(param), actions),
            false => self.refuse(&format!("not sent: {param} is not a valid name"), actions),
        }
    }

    /// Queues `command` with words that the user wrote, and an optional text.
    fn ask_with(&mut self, command: &str, words: &[&str], text: Option<&str>, actions: &mut Vec<Action>) {
        if let Some(word) = words.iter().find(|word| !is_middle(word)) {
            return self.refuse(&format!("not sent: {word} is not a valid name"), actions);
        }
        let message = Encoder::bare().command(command).params(words.iter().copied());
        self.ask(text.iter().fold(message, |message, text| message.trailing(text)), actions);
    }

    /// The channel at the beginning of `rest`, or else the current one; and the remainder of `rest`.
    fn channel_or_here<'a>(&self, rest: &'a str) -> (Option<String>, &'a str) {
        let (first, behind) = word(rest);
        if self.server.is_channel(first) { (Some(first.to_owned()), behind) } else { (self.target.clone(), rest) }
    }
}

/// The command's name, and the text after it. `//` begins a text instead.
fn command_word(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix('/').filter(|rest| !rest.starts_with('/')).map(word)
}

/// The first word, and the text after the space that follows it.
fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (word, rest)
}

fn join(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let mut words = rest.split(' ').filter(|word| !word.is_empty());
    let names = words.next().unwrap_or_default();
    let mut keys = words.next().unwrap_or_default().split(',');
    for name in names.split(',').filter(|name| !name.is_empty()) {
        let key = keys.next().filter(|key| is_middle(key)).map(str::to_owned);
        let name = client.channel_name(name);
        let known = client.channels.iter().find(|channel| client.server.same(&channel.name, &name));
        if let Some(channel) = known {
            let name = channel.name.clone();
            client.aim(name, actions);
        } else if name.len() > client.server.line_len / 2 {
            client.refuse("not sent: it is too long for one line", actions);
        } else {
            client.join(Channel { name, key }, actions);
        }
    }
}

fn part(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let (Some(channel), reason) = client.channel_or_here(rest) else {
        return client.refuse("you are in no channel", actions);
    };
    client.parting = true;
    let message = Encoder::bare().command("PART").param(&channel);
    client.ask(if reason.is_empty() { message } else { message.trailing(reason) }, actions);
}

fn msg(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let (to, text) = word(rest.trim_start_matches(' '));
    client.say(to, text, Speech::Message, actions);
}

fn me(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    client.say_here(rest, Speech::Action, actions);
}

fn nick(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    client.ask_of("NICK", rest.trim_matches(' '), actions);
}

fn topic(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let (Some(channel), topic) = client.channel_or_here(rest) else {
        return client.refuse("you are in no channel", actions);
    };
    let message = Encoder::bare().command("TOPIC").param(&channel);
    client.ask(if topic.is_empty() { message } else { message.trailing(topic) }, actions);
}

fn names(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    match client.channel_or_here(rest).0 {
        Some(channel) => client.ask_of("NAMES", &channel, actions),
        None => client.refuse("you are in no channel", actions),
    }
}

fn who(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let mask = rest.trim_matches(' ');
    match client.target.clone().filter(|_| mask.is_empty()) {
        Some(channel) => client.ask_of("WHO", &channel, actions),
        None => client.ask_of("WHO", if mask.is_empty() { "*" } else { mask }, actions),
    }
}

fn whois(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    client.ask_of("WHOIS", rest.trim_matches(' '), actions);
}

fn list(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    match rest.trim_matches(' ') {
        "" => client.ask(Encoder::bare().command("LIST"), actions),
        mask => client.ask_of("LIST", mask, actions),
    }
}

fn invite(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let (nick, rest) = word(rest.trim_matches(' '));
    let (Some(channel), _) = client.channel_or_here(rest) else {
        return client.refuse("you are in no channel", actions);
    };
    client.ask_with("INVITE", &[nick, &channel], None, actions);
}

fn kick(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let (Some(channel), rest) = client.channel_or_here(rest.trim_start_matches(' ')) else {
        return client.refuse("you are in no channel", actions);
    };
    let (nick, reason) = word(rest.trim_start_matches(' '));
    if nick.is_empty() {
        return client.refuse("usage: /kick [#channel] nick [reason]", actions);
    }
    client.ask_with("KICK", &[&channel, nick], Some(reason).filter(|reason| !reason.is_empty()), actions);
}

fn mode(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let words: Vec<&str> = rest.split(' ').filter(|word| !word.is_empty()).collect();
    // A sign cannot begin a name: these are modes of the current channel.
    let here = words.first().is_none_or(|word| word.starts_with(['+', '-']));
    match client.target.clone().filter(|_| here) {
        Some(channel) => client.ask_with("MODE", &[&[channel.as_str()], words.as_slice()].concat(), None, actions),
        None if here => client.refuse("you are in no channel", actions),
        None => client.ask_with("MODE", &words, None, actions),
    }
}

/// Sends the user's line as it is, in the protocol's syntax.
fn raw(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let message = match Message::parse(rest.as_bytes()) {
        Ok(message) if message.tags.is_empty() && message.source.is_none() => message,
        _ => return client.refuse("not sent: not a valid command", actions),
    };
    // A QUIT sent by hand means to leave, not to reconnect.
    if message.command.eq_ignore_ascii_case("QUIT") {
        return quit(client, message.param(0).unwrap_or_default(), actions);
    }
    let (text, words) = match message.params() {
        [words @ .., text] if !is_middle(text) => (Some(*text), words),
        words => (None, words),
    };
    client.ask_with(message.command, words, text, actions);
}

fn away(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let message = Encoder::bare().command("AWAY");
    client.ask(if rest.is_empty() { message } else { message.trailing(rest) }, actions);
}

fn quit(client: &mut Client, rest: &str, _actions: &mut Vec<Action>) {
    client.outbox.forget_typed();
    client.quit_when_done(if rest.is_empty() { super::session::QUIT_REASON } else { rest });
}

fn help(_client: &mut Client, _rest: &str, actions: &mut Vec<Action>) {
    let widest = COMMANDS.iter().map(|command| command.name.len() + command.usage.len()).max().unwrap_or_default();
    for Command { name, usage, help, .. } in COMMANDS {
        status(format!("/{name} {usage:0$}  {help}", widest - name.len()), actions);
    }
    status("anything else is sent to the channel; //text sends \"/text\"", actions);
}
