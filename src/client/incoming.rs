//! Turns the server's messages into entries for the user and changes to the session.
//!
//! Knows the commands that a server sends, and the numerics that drive the session; [`replies`] words the other
//! numerics. Unknown messages are shown as they are.

use super::replies::{self, reply, rest};
use super::session::ECHO_MESSAGE;
use super::{Action, Client, Entry, Phase, Speech, send};
use crate::wire::{Encoder, Message};

type Handle = fn(&mut Client, &Message<'_>, &mut Vec<Action>);

/// The command, its minimum number of parameters, and its handler. A message with fewer parameters is ignored.
#[rustfmt::skip]
const COMMANDS: &[(&str, usize, Handle)] = &[
    ("PRIVMSG", 2, said), ("NOTICE", 2, said), ("PONG", 1, pong), ("PING", 1, ping),
    ("JOIN", 1, joined), ("PART", 1, parted), ("QUIT", 0, quit), ("KICK", 2, kicked), ("NICK", 1, renamed),
    ("TOPIC", 2, topic), ("MODE", 2, mode), ("INVITE", 2, invited), ("ERROR", 0, error),
    ("001", 1, welcome), ("005", 1, isupport), ("376", 0, motd_ended), ("422", 0, motd_ended),
    ("432", 0, nick_refused), ("433", 0, nick_refused), ("437", 0, nick_refused),
    ("438", 0, nick_refused),
    ("332", 3, topic_is), ("352", 8, who_is), ("353", 4, names_are), ("396", 0, host_changed), ("CAP", 3, capabilities),
    ("470", 3, forwarded),
    ("364", 4, linked), ("FAIL", 1, failed), ("WARN", 1, noted), ("NOTE", 1, noted), ("WALLOPS", 1, to_all),
];

impl Client {
    /// Handles a message from the server.
    pub(super) fn incoming(&mut self, message: &Message<'_>, actions: &mut Vec<Action>) {
        let found = COMMANDS.iter().find(|(command, ..)| command.eq_ignore_ascii_case(message.command));
        match found {
            Some((_, least, handle)) if message.params().len() >= *least => handle(self, message, actions),
            Some(_) => {}
            None => self.numeric(message, actions),
        }
    }

    fn numeric(&mut self, message: &Message<'_>, actions: &mut Vec<Action>) {
        match message.command.as_bytes() {
            [b'4' | b'5', _, _] => self.refused(message, actions),
            [b'0'..=b'9', _, _] if replies::is_refusal(message.command) => self.refused(message, actions),
            [b'0'..=b'9', _, _] if matches!(self.phase, Phase::Welcomed { .. }) => {
                let text = replies::words(message);
                actions.extend((!text.is_empty()).then_some(Action::Show(Entry::Greeting { text })));
            }
            [b'0'..=b'9', _, _] => reply(replies::words(message), actions),
            // Commands of capabilities that the client has not requested.
            _ => {}
        }
    }

    /// An error numeric: RFC 2812 §5.2, 400 to 599, and a few above.
    fn refused(&mut self, message: &Message<'_>, actions: &mut Vec<Action>) {
        if let Some(name) = message.param(1).filter(|name| self.is_joining(name)) {
            let reason = message.params().last().copied().unwrap_or_default();
            return self.join_failed(name, reason, actions);
        }
        // A server without capabilities does not know CAP; before the welcome some do not say what they do not know.
        if matches!(self.phase, Phase::Registering { .. }) && matches!(message.command, "421" | "451") {
            return;
        }
        if self.phase == Phase::Online {
            self.refusals += 1;
        }
        if message.command == "464" && matches!(self.phase, Phase::Registering { .. }) && self.config.password.is_none()
        {
            super::trouble("the server requires a password: --help lists the ways to give it", actions);
        }
        let text = match message.params() {
            [_, about @ .., reason] if !about.is_empty() => format!("{}: {reason}", about.join(" ")),
            _ => rest(message),
        };
        self.show_refusal(text, message, actions);
    }
}

fn said(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let (to, text) = (message.params()[0], message.params()[1]);
    let notice = message.command.eq_ignore_ascii_case("NOTICE");
    let plain = if notice { Speech::Notice } else { Speech::Message };
    // CTCP: a text between two U+0001, the second of which may be missing.
    let ctcp = text.strip_prefix('\u{1}').map(|ctcp| ctcp.strip_suffix('\u{1}').unwrap_or(ctcp));
    let (text, kind) = match ctcp {
        Some(ctcp) => match ctcp.strip_prefix("ACTION ") {
            Some(action) if !notice => (action.to_owned(), Speech::Action),
            _ => (format!("CTCP {ctcp}"), plain),
        },
        None => (text.to_owned(), plain),
    };
    let own = client.is_me(message.nick());
    if own && !client.is_new(to, &text) || !own && client.is_ignored(message) {
        return;
    }
    let rings = !own && (client.is_me(to) || client.is_named_in(&text)) && message.source.is_some_and(is_user);
    let to = client.server.channel_of(to).to_owned();
    actions.push(Action::Show(Entry::Said { from: message.nick().to_owned(), to, text, kind, own, rings }));
}

/// Whether a source is a user's: a server has no `user@host`.
fn is_user(source: &str) -> bool {
    source.contains('!')
}

/// `:SRV CAP ME ACK :echo-message`
fn capabilities(client: &mut Client, message: &Message<'_>, _actions: &mut Vec<Action>) {
    let (verb, names) = (message.params()[1], message.params()[2]);
    if names.split(' ').any(|name| name == ECHO_MESSAGE) && matches!(verb, "ACK" | "DEL") {
        client.echoes = verb == "ACK";
    }
}

fn ping(_client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    send(Encoder::bare().command("PONG").trailing(message.params()[0]).line_cut(), actions);
}

fn pong(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    if let Some(token) = message.params().last() {
        client.confirmed(token, actions);
    }
}

fn joined(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let (who, channel) = (message.nick(), message.params()[0]);
    let own = client.is_me(who);
    if own {
        client.user_host_len = message.source.and_then(|source| source.split_once('!')).map(|(_, behind)| behind.len());
    }
    actions.push(Action::Show(Entry::Joined { who: who.to_owned(), channel: channel.to_owned(), own }));
    if own {
        client.joined(channel, actions);
    }
}

fn parted(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let (who, channel) = (message.nick().to_owned(), message.params()[0].to_owned());
    let own = client.is_me(&who);
    let reason = message.param(1).unwrap_or_default().to_owned();
    actions.push(Action::Show(Entry::Parted { who, channel, reason, own }));
    match own {
        true if client.is_parting() => client.left(message.params()[0], actions),
        true => client.taken_out(message.params()[0], actions),
        false => {}
    }
}

fn quit(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let reason = message.param(0).unwrap_or_default().to_owned();
    actions.push(Action::Show(Entry::Quit { who: message.nick().to_owned(), reason }));
    client.nick_freed(message.nick(), actions);
}

fn kicked(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let (channel, who) = (message.params()[0].to_owned(), message.params()[1].to_owned());
    let own = client.is_me(&who);
    let reason = message.param(2).unwrap_or_default().to_owned();
    let by = message.nick().to_owned();
    actions.push(Action::Show(Entry::Kicked { who, channel, by, reason, own }));
    if own {
        client.left(message.params()[0], actions);
    }
}

fn renamed(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let (from, to) = (message.nick().to_owned(), message.params()[0].to_owned());
    let own = client.is_me(&from);
    if own {
        client.nick.clone_from(&to);
        client.wanted.clone_from(&to);
        client.reclaim = None;
    }
    // A private conversation goes on under the new nick.
    if client.is_target(&from) {
        client.target = Some(to.clone());
    }
    let freed = from.clone();
    actions.push(Action::Show(Entry::Renamed { from, to, own }));
    client.nick_freed(&freed, actions);
}

fn topic(_client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let (channel, topic) = (message.params()[0].to_owned(), message.params()[1].to_owned());
    actions.push(Action::Show(Entry::Topic { channel, by: message.nick().to_owned(), topic }));
}

fn topic_is(_client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let (channel, topic) = (message.params()[1].to_owned(), message.params()[2].to_owned());
    actions.push(Action::Show(Entry::Topic { channel, by: String::new(), topic }));
}

fn mode(_client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let (target, by) = (message.params()[0].to_owned(), message.nick().to_owned());
    actions.push(Action::Show(Entry::Mode { target, by, changes: rest(message) }));
}

fn invited(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    if client.is_ignored(message) {
        return;
    }
    let (by, channel) = (message.nick().to_owned(), message.params()[1].to_owned());
    actions.push(Action::Show(Entry::Invited { by, channel }));
}

/// RFC 2812 §3.7.4: the server's reason for closing the connection. After a QUIT it is expected, and not shown.
fn error(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    if !matches!(client.phase, Phase::Leaving { .. }) {
        super::trouble(format!("the server says: {}", message.params().join(" ")), actions);
    }
}

fn welcome(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    client.welcomed(message.params()[0], message.source.unwrap_or("the server"), actions);
}

fn isupport(client: &mut Client, message: &Message<'_>, _actions: &mut Vec<Action>) {
    client.server.take(message);
}

fn motd_ended(client: &mut Client, _message: &Message<'_>, actions: &mut Vec<Action>) {
    client.come_online(actions);
}

fn nick_refused(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    if matches!(client.phase, Phase::Registering { .. }) {
        client.nick_refused(message.command == "432", actions);
    } else if !client.is_of_reclaim(message) {
        client.refused(message, actions);
    }
}

/// `:SRV 470 ME #from #to :Forwarding to another channel`, before the JOIN of the other channel.
fn forwarded(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    match client.is_joining(message.params()[1]) {
        true => client.forwarded(message.params()[1], message.params()[2], actions),
        false => client.refused(message, actions),
    }
}

/// `:SRV 352 ME #chan ~user host SRV nick H@ :0 real name`
fn who_is(_client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let [_, channel, user, host, _, nick, flags, hops_and_name, ..] = message.params() else { return };
    let name = hops_and_name.split_once(' ').map_or("", |(_hops, name)| name);
    // RFC 2812 §5.1: `<H|G>[*][@|+]`: here or gone, an operator, and the prefix in the channel.
    let away = if flags.starts_with('G') { ", away" } else { "" };
    let operator = if flags.contains('*') { ", operator of the server" } else { "" };
    let prefix = flags.trim_start_matches(['H', 'G', '*']);
    let place = if *channel == "*" { String::new() } else { format!(" in {prefix}{channel}") };
    reply(format!("{nick} is {user}@{host}{place}{away}{operator}: {name}"), actions);
}

/// `:SRV 364 ME mask server :0 what it is`
fn linked(_client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let [_, _, server, hops_and_info, ..] = message.params() else { return };
    let info = hops_and_info.split_once(' ').map_or("", |(_hops, info)| info);
    reply(format!("server {server}: {info}"), actions);
}

/// `:SRV 353 ME = #chan :@alice bob`
fn names_are(_client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    let channel = message.params()[2].to_owned();
    let nicks = message.params()[3].split(' ').filter(|nick| !nick.is_empty()).map(str::to_owned).collect();
    actions.push(Action::Show(Entry::Names { channel, nicks }));
}

/// 396: the host shown to others changed, so its length is unknown until the next JOIN.
fn host_changed(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    client.user_host_len = None;
    reply(rest(message), actions);
}

/// IRCv3 standard replies: `FAIL <command> <code> [<context>...] <description>`. The code is for programs.
fn failed(client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    client.refusals += 1;
    client.show_refusal(replies::standard(message), message, actions);
}

/// `WARN` and `NOTE`, which have the syntax of `FAIL`.
fn noted(_client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    reply(replies::standard(message), actions);
}

/// RFC 2812 §3.4.7: `WALLOPS <text>` goes to operators, and to users with mode `w`.
fn to_all(_client: &mut Client, message: &Message<'_>, actions: &mut Vec<Action>) {
    reply(format!("{} to everybody: {}", message.nick(), message.params().join(" ")), actions);
}
