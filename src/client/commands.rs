//! The commands that a user can type, and what each sends.

use super::replies::reply;
use super::split::word;
use super::{Action, Channel, Client, Entry, Input, Speech, is_middle};
use crate::wire::{Encoder, Message};

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
    pub(super) least: usize,
    pub(super) handle: fn(&mut Client, &str, &mut Vec<Action>),
}

impl Command {
    /// The command with this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|command| command.name.eq_ignore_ascii_case(name))
    }
}

/// Every command, in the order of `/help`.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    Command { name: "join", usage: "#channel [key]", help: "go into a channel, or back to one", least: 1, handle: join },
    Command { name: "j", usage: "#channel [key]", help: "the same as /join", least: 1, handle: join },
    Command { name: "part", usage: "[#channel] [reason]", help: "leave a channel", least: 0, handle: part },
    Command { name: "msg", usage: "nick text", help: "say something in private", least: 2, handle: msg },
    Command { name: "query", usage: "nick [text]", help: "talk to somebody in private", least: 1, handle: query },
    Command { name: "me", usage: "text", help: "say what you do", least: 1, handle: me },
    Command { name: "notice", usage: "target text", help: "say what no program answers", least: 2, handle: notice },
    Command { name: "nick", usage: "nick", help: "take another nick", least: 1, handle: nick },
    Command { name: "topic", usage: "[#channel] [topic]", help: "ask for the topic, or set it", least: 0, handle: topic },
    Command { name: "names", usage: "[#channel]", help: "list who is in a channel", least: 0, handle: names },
    Command { name: "who", usage: "[#channel or mask]", help: "list users, with their addresses", least: 0, handle: who },
    Command { name: "whois", usage: "nick", help: "ask who somebody is", least: 1, handle: whois },
    Command { name: "list", usage: "[mask]", help: "list the channels", least: 0, handle: list },
    Command { name: "invite", usage: "nick [#channel]", help: "invite somebody into a channel", least: 1, handle: invite },
    Command { name: "kick", usage: "[#channel] nick [reason]", help: "make somebody leave a channel", least: 1, handle: kick },
    Command { name: "mode", usage: "[#channel or nick] [changes]", help: "ask for modes, or change them", least: 0, handle: mode },
    Command { name: "away", usage: "[text]", help: "be away; without a text, be back", least: 0, handle: away },
    Command { name: "ignore", usage: "[nick or mask]", help: "hide what somebody says", least: 0, handle: ignore },
    Command { name: "unignore", usage: "nick or mask", help: "show it again", least: 1, handle: unignore },
    Command { name: "raw", usage: "command", help: "send a command as you write it", least: 1, handle: raw },
    Command { name: "clear", usage: "", help: "clear the screen", least: 0, handle: clear },
    Command { name: "reconnect", usage: "", help: "connect again", least: 0, handle: reconnect },
    Command { name: "quit", usage: "[reason]", help: "leave, once all you said has arrived", least: 0, handle: quit },
    Command { name: "help", usage: "[command]", help: "show this, or what a command does", least: 0, handle: help },
];

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
    match client.here().filter(|_| here) {
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
    let behind = client.outbox.forget_typed();
    client.behind_quit += if client.config.input == Input::Pipe { behind } else { 0 };
    client.quit_when_done(if rest.is_empty() { super::session::QUIT_REASON } else { rest });
}

fn query(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let (nick, text) = word(rest.trim_start_matches(' '));
    if client.server.is_channel(nick) || !is_middle(nick) {
        return client.refuse(&format!("{nick} is not a nick"), actions);
    }
    client.aim(nick.to_owned(), actions);
    if !text.is_empty() {
        client.say(nick, text, Speech::Message, actions);
    }
}

fn notice(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let (to, text) = word(rest.trim_start_matches(' '));
    client.say(to, text, Speech::Notice, actions);
}

fn ignore(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let text = match rest.trim_matches(' ') {
        "" if client.ignored.is_empty() => "you ignore nobody".to_owned(),
        "" => format!("you ignore {}", client.ignored.join(" ")),
        who if client.ignore(who) => format!("you ignore {who}"),
        _ => return client.refuse("you ignore too many already", actions),
    };
    reply(text, actions);
}

fn unignore(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let who = rest.trim_matches(' ');
    match client.unignore(who) {
        true => reply(format!("you no longer ignore {who}"), actions),
        false => client.refuse(&format!("you do not ignore {who}"), actions),
    }
}

fn clear(_client: &mut Client, _rest: &str, actions: &mut Vec<Action>) {
    actions.push(Action::Clear);
}

/// Connects again, once everything before it is confirmed.
fn reconnect(client: &mut Client, _rest: &str, actions: &mut Vec<Action>) {
    match client.config.input {
        Input::Terminal => client.renews = true,
        Input::Pipe | Input::Nothing => client.refuse("only a person can /reconnect", actions),
    }
}

fn help(client: &mut Client, rest: &str, actions: &mut Vec<Action>) {
    let usage = |command: &Command| format!("/{} {}", command.name, command.usage).trim_end().to_owned();
    let row =
        |command: &Command, widest| Action::Show(Entry::Help { usage: usage(command), about: command.help, widest });
    let name = rest.trim_matches(' ').trim_start_matches('/');
    match Command::named(name) {
        _ if name.is_empty() => {
            let usages = COMMANDS.iter().map(|command| usage(command).len()).max();
            let widest = (
                usages.unwrap_or_default(),
                COMMANDS.iter().map(|command| command.help.len()).max().unwrap_or_default(),
            );
            actions.extend(COMMANDS.iter().map(|command| row(command, widest)));
            reply("anything else is sent to the channel; //text sends \"/text\"".to_owned(), actions);
        }
        Some(command) => actions.push(row(command, (0, 0))),
        None => client.refuse(&format!("no such command: /{name}"), actions),
    }
}
