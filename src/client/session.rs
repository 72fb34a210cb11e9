//! The phases of a session: connecting, registering, joining, reconnecting, leaving.
//!
//! Knows only the commands and numerics that drive the session.

use std::time::Duration;

use rand::Rng;

use super::outbox::Ready;
use super::{
    Action, Channel, Client, Entry, FINISH_TIMEOUT, FIRST_PAUSE, JOIN_TIMEOUT, Joining, LONGEST_PAUSE, MAX_CHANNELS,
    MAX_NICK_ATTEMPTS, Phase, QUIT_TIMEOUT, REGISTRATION_TIMEOUT, SILENCE_AFTER_PING, SILENCE_BEFORE_PING, is_middle,
    lines, send, status, trouble,
};
use crate::time::Time;
use crate::wire::{Encoder, Line, LineBuffer, Message};

/// The default reason of QUIT.
pub(super) const QUIT_REASON: &str = "leaving";
/// The length of a nick that every server accepts. RFC 2812 §1.2.1: "a maximum length of nine (9) characters".
const SAFE_NICK_LEN: usize = 9;

impl Client {
    pub(super) fn connect(&mut self, actions: &mut Vec<Action>) {
        self.phase = Phase::Connecting;
        actions.push(Action::Connect);
    }

    pub(super) fn register(&mut self, actions: &mut Vec<Action>) {
        self.phase = Phase::Registering { until: self.now + REGISTRATION_TIMEOUT };
        (self.heard, self.asked) = (self.now, false);
        (self.user_host_len, self.nick_attempts) = (None, 0);
        // An earlier connection may have announced NICKLEN.
        self.nick_most = self.server.nick_len.unwrap_or(self.wanted.len().max(SAFE_NICK_LEN));
        self.nick = if is_middle(&self.wanted) { self.wanted.clone() } else { self.nick_stem(SAFE_NICK_LEN) };
        send(Encoder::bare().command("NICK").param(&self.nick).line_cut(), actions);
        // RFC 2812 §3.1.3: USER <user> <mode> <unused> <realname>
        let user = self.nick_stem(SAFE_NICK_LEN);
        let real_name = self.wanted.replace(['\r', '\n', '\0'], "");
        send(Encoder::bare().command("USER").params([&user, "0", "*"]).trailing(&real_name).line_cut(), actions);
    }

    /// The wanted nick, reduced to the characters of RFC 2812, and to `most` bytes; `guest` if nothing is left.
    fn nick_stem(&self, most: usize) -> String {
        let allowed = |c: &char| c.is_ascii_alphanumeric() || "[]\\`_^{|}-".contains(*c);
        let stem: String = self.wanted.chars().filter(allowed).collect();
        let stem = stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        // Only ASCII is left, so a byte is a character.
        let stem = &stem[..stem.len().min(most)];
        if stem.is_empty() { "guest".to_owned() } else { stem.to_owned() }
    }

    /// The server refused the nick: 432 (`erroneous`), 433, 437.
    pub(super) fn nick_refused(&mut self, erroneous: bool, actions: &mut Vec<Action>) {
        self.nick_attempts += 1;
        if self.nick_attempts > MAX_NICK_ATTEMPTS {
            actions.push(Action::Close);
            return self.lost("the server refused every nick that was tried", actions);
        }
        if erroneous {
            self.nick_most = self.nick_most.min(SAFE_NICK_LEN);
        }
        let as_is = self.nick_stem(self.nick_most);
        if erroneous && self.nick_attempts == 1 && as_is != self.nick {
            self.nick = as_is;
        } else {
            let suffix = match self.nick_attempts {
                1 => "_".to_owned(),
                n @ 2..=9 => n.to_string(),
                // Once so many variants are taken, do not try every number in turn.
                _ => (1000 + self.rng.next_u64() % 9000).to_string(),
            };
            self.nick = self.nick_stem(self.nick_most.saturating_sub(suffix.len()).max(1)) + &suffix;
        }
        send(Encoder::bare().command("NICK").param(&self.nick).line_cut(), actions);
    }

    /// 001: the server confirmed the client's nick.
    pub(super) fn welcomed(&mut self, nick: &str, server: &str, actions: &mut Vec<Action>) {
        if !matches!(self.phase, Phase::Registering { .. }) {
            return;
        }
        if is_middle(nick) && nick != "*" {
            self.nick = nick.to_owned();
        }
        self.phase = Phase::Welcomed { until: self.now + REGISTRATION_TIMEOUT };
        let again = if self.was_welcomed { " again" } else { "" };
        let taken = if self.is_me(&self.wanted) { String::new() } else { format!(" ({} was refused)", self.wanted) };
        let hint = if self.config.interactive && !self.was_welcomed { "; /help lists the commands" } else { "" };
        status(format!("connected{again} to {server} as {}{taken}{hint}", self.nick), actions);
        (self.was_welcomed, self.attempts) = (true, 0);
    }

    /// The end of the MOTD: the server has announced everything, and accepts commands.
    pub(super) fn come_online(&mut self, actions: &mut Vec<Action>) {
        if !matches!(self.phase, Phase::Welcomed { .. }) {
            return;
        }
        self.phase = Phase::Online;
        // The first time, the configured channels; later, those that the client was in.
        let again: Vec<Channel> = std::mem::take(&mut self.channels);
        let first = std::mem::take(&mut self.config.channels);
        for channel in again {
            let focus = self.is_target(&channel.name);
            self.ask_to_join(channel, focus, actions);
        }
        for name in first.iter().flat_map(|names| names.split(',')) {
            let name = self.channel_name(name);
            if is_middle(&name) {
                self.ask_to_join(Channel { name, key: None }, true, actions);
            } else {
                self.join_failed(&name, "not a valid channel name", actions);
            }
        }
    }

    fn ask_to_join(&mut self, channel: Channel, focus: bool, actions: &mut Vec<Action>) {
        send(self.join_line(&channel), actions);
        self.await_join(channel, focus);
    }

    /// A JOIN that the user typed can be lost like their other lines, so it is confirmed like those.
    pub(super) fn join(&mut self, channel: Channel, actions: &mut Vec<Action>) {
        let line = self.join_line(&channel);
        self.transmit(Ready { line, shown: None }, actions);
        self.await_join(channel, true);
    }

    fn join_line(&self, channel: &Channel) -> Line {
        Encoder::bare().command("JOIN").param(&channel.name).params(channel.key.as_deref()).line_cut()
    }

    fn await_join(&mut self, channel: Channel, focus: bool) {
        self.joining_until = self.now + JOIN_TIMEOUT;
        self.joining.push(Joining { channel, focus });
    }

    /// The full channel name for `name`, which the user may write without its `#`.
    pub(super) fn channel_name(&self, name: &str) -> String {
        if self.server.is_channel(name) { name.to_owned() } else { format!("{}{name}", self.server.first_chan_type()) }
    }

    /// The client has joined `name`.
    pub(super) fn joined(&mut self, name: &str, actions: &mut Vec<Action>) {
        let server = &self.server;
        // A channel requested twice is joined once.
        let awaited = self.joining.extract_if(.., |joining| server.same(&joining.channel.name, name)).last();
        let moved = self.moved.take_if(|_| awaited.is_none());
        let from = awaited.as_ref().or(moved.as_ref());
        let key = from.and_then(|joining| joining.channel.key.clone());
        let known = self.channels.iter().any(|channel| self.server.same(&channel.name, name));
        if !is_middle(name) || self.channels.len() >= MAX_CHANNELS || known {
            return;
        }
        self.channels.push(Channel { name: name.to_owned(), key });
        if self.target.is_none() || awaited.is_some_and(|joining| joining.focus) {
            self.target = Some(name.to_owned());
        } else if moved.is_some_and(|joining| joining.focus) {
            self.aim(name.to_owned(), actions);
        }
    }

    /// The server forwards the client from a requested channel to another. A user at a terminal follows, but lines
    /// typed for the first channel are not sent to the other; input from a pipe was meant for the first only.
    pub(super) fn forwarded(&mut self, from: &str, to: &str, actions: &mut Vec<Action>) {
        if !self.config.interactive {
            return self.join_failed(from, &format!("it forwards to {to}"), actions);
        }
        status(format!("{from} forwards to {to}"), actions);
        self.give_up_typed(actions);
        let known = self.channels.iter().find(|channel| self.server.same(&channel.name, to));
        let known = known.map(|channel| channel.name.clone());
        let server = &self.server;
        let asked: Vec<Joining> =
            self.joining.extract_if(.., |joining| server.same(&joining.channel.name, from)).collect();
        let focus = asked.iter().any(|joining| joining.focus);
        match known {
            Some(name) if focus => self.aim(name, actions),
            Some(_) => {}
            None => self.await_join(Channel { name: to.to_owned(), key: None }, focus),
        }
    }

    /// Typed text goes to `name` from now on.
    pub(super) fn aim(&mut self, name: String, actions: &mut Vec<Action>) {
        status(format!("what you type goes to {name}"), actions);
        self.target = Some(name);
    }

    /// Drops the lines typed for a channel that the client cannot join.
    fn give_up_typed(&mut self, actions: &mut Vec<Action>) {
        while let Some(line) = self.outbox.pop_typed() {
            trouble(format!("not sent: {line}"), actions);
        }
    }

    /// The client left `name`, but not by a PART of its own. If the channel was renamed, a JOIN of the renamed channel
    /// follows (draft/channel-rename: the server sends PART and JOIN to clients without the capability).
    pub(super) fn taken_out(&mut self, name: &str, actions: &mut Vec<Action>) {
        let focus = self.is_target(name);
        let channel = self.channels.iter().find(|channel| self.server.same(&channel.name, name)).cloned();
        self.left(name, actions);
        self.moved = channel.map(|channel| Joining { channel, focus });
    }

    /// The client is no longer in `name`.
    pub(super) fn left(&mut self, name: &str, actions: &mut Vec<Action>) {
        let server = &self.server;
        self.channels.retain(|channel| !server.same(&channel.name, name));
        if !self.is_target(name) {
            return;
        }
        // A user at a terminal is shown where text goes now. A program that writes to a pipe would not see that.
        self.target = None;
        if let Some(channel) = self.channels.last().filter(|_| self.config.interactive) {
            self.aim(channel.name.clone(), actions);
        }
    }

    /// Whether a PART is not yet confirmed.
    pub(super) fn is_parting(&self) -> bool {
        self.parting && self.outbox.unconfirmed() > 0
    }

    fn is_target(&self, name: &str) -> bool {
        self.target.as_deref().is_some_and(|target| self.server.same(target, name))
    }

    /// Whether a refusal that names `name` answers a JOIN.
    pub(super) fn is_joining(&self, name: &str) -> bool {
        self.joining.iter().any(|joining| self.server.same(&joining.channel.name, name))
    }

    /// The client cannot join `name`. Lines meant for it must not go elsewhere: they are dropped, and a client that is
    /// not interactive quits.
    pub(super) fn join_failed(&mut self, name: &str, reason: &str, actions: &mut Vec<Action>) {
        let server = &self.server;
        self.joining.retain(|joining| !server.same(&joining.channel.name, name));
        if self.is_target(name) {
            self.target = None;
        }
        let text = format!("cannot join {name}: {reason}");
        if self.config.interactive {
            actions.push(Action::Show(Entry::Refused { text }));
            return self.give_up_typed(actions);
        }
        trouble(text, actions);
        self.refusals += 1;
        self.leave(actions);
    }

    pub(super) fn silent_at(&self) -> Time {
        let asked = if self.asked { SILENCE_AFTER_PING } else { Duration::ZERO };
        self.heard + SILENCE_BEFORE_PING + asked
    }

    pub(super) fn timeout(&mut self, actions: &mut Vec<Action>) {
        let now = self.now;
        match self.phase {
            Phase::Registering { until } if until <= now => {
                actions.push(Action::Close);
                let reason = format!("no welcome within {} s", REGISTRATION_TIMEOUT.as_secs());
                self.lost(&reason, actions);
            }
            // Some servers have no MOTD and do not say so.
            Phase::Welcomed { until } if until <= now => self.come_online(actions),
            Phase::Pausing { until } if until <= now => self.connect(actions),
            Phase::Leaving { until, code } if until <= now => {
                actions.push(Action::Close);
                self.exit(code, actions);
            }
            Phase::Online => self.online_timeout(actions),
            _ => {}
        }
    }

    fn online_timeout(&mut self, actions: &mut Vec<Action>) {
        if self.finish_by.is_some_and(|by| by <= self.now) {
            return self.leave(actions);
        }
        if !self.joining.is_empty() && self.joining_until <= self.now {
            let reason = format!("no answer within {} s", JOIN_TIMEOUT.as_secs());
            for name in self.joining.iter().map(|joining| joining.channel.name.clone()).collect::<Vec<_>>() {
                self.join_failed(&name, &reason, actions);
                if self.phase != Phase::Online {
                    return;
                }
            }
        }
        if self.silent_at() <= self.now {
            if self.asked {
                actions.push(Action::Close);
                let silence = SILENCE_BEFORE_PING + SILENCE_AFTER_PING;
                return self.lost(&format!("the server was silent for {} s", silence.as_secs()), actions);
            }
            self.asked = true;
            send(Encoder::bare().command("PING").trailing("verbatim").line(), actions);
        }
    }

    /// The connection ended, broke, was given up, or was never established.
    pub(super) fn lost(&mut self, reason: &str, actions: &mut Vec<Action>) {
        self.received = LineBuffer::default();
        self.moved = None;
        let unconfirmed = self.outbox.take_unconfirmed();
        if let Phase::Leaving { code, .. } = self.phase {
            return self.exit(code, actions);
        }
        if !self.was_welcomed {
            trouble(format!("cannot connect: {reason}"), actions);
            return self.exit(1, actions);
        }
        if !self.config.interactive {
            let count = unconfirmed.len() + self.outbox.unfinished();
            trouble(format!("connection lost: {reason}; {} not confirmed", were(count)), actions);
            return self.exit(1, actions);
        }
        for line in &unconfirmed {
            may_not_have_arrived(line, actions);
        }
        if self.quit.is_some() {
            return self.exit(u8::from(!unconfirmed.is_empty() || self.outbox.unfinished() > 0), actions);
        }
        for Joining { channel, focus } in self.joining.drain(..) {
            if focus {
                self.target = Some(channel.name.clone());
            }
            self.channels.push(channel);
        }
        let pause = self.pause();
        let secs = pause.as_secs_f64();
        let what = if self.phase == Phase::Connecting { "cannot connect" } else { "connection lost" };
        status(format!("{what}: {reason}; trying again in {secs:.1} s"), actions);
        self.phase = Phase::Pausing { until: self.now + pause };
    }

    /// The pause before the next attempt: doubles each time, less a random part of up to a half, so that the clients of
    /// a restarted server do not reconnect all at once.
    fn pause(&mut self) -> Duration {
        let longest = FIRST_PAUSE.saturating_mul(1 << self.attempts.min(16)).min(LONGEST_PAUSE);
        self.attempts += 1;
        let micros = longest.as_micros() as u64;
        Duration::from_micros(micros - self.rng.next_u64() % (micros / 2 + 1))
    }

    /// The user wants to quit once everything they typed is confirmed.
    pub(super) fn quit_when_done(&mut self, reason: &str) {
        self.quit = Some(reason.to_owned());
        if self.config.interactive {
            self.finish_by = Some(self.now + FINISH_TIMEOUT);
        }
    }

    /// The user's input has ended.
    pub(super) fn input_ended(&mut self, actions: &mut Vec<Action>) {
        if self.quit.is_some() {
            return;
        }
        // A last line without a line end counts, too.
        self.take_typed(b"\n", actions);
        if self.quit.is_none() {
            self.quit_when_done(QUIT_REASON);
        }
        if self.config.interactive && self.phase != Phase::Online {
            self.interrupted(actions);
        }
    }

    /// The client must exit soon, even if lines are unconfirmed.
    pub(super) fn interrupted(&mut self, actions: &mut Vec<Action>) {
        match self.phase {
            Phase::Online | Phase::Welcomed { .. } => self.leave(actions),
            Phase::Registering { .. } | Phase::Connecting | Phase::Pausing { .. } | Phase::New => {
                let code = self.exit_code(actions);
                if self.is_connected() {
                    actions.push(Action::Close);
                }
                self.exit(code, actions);
            }
            // At the second interrupt it exits at once.
            Phase::Leaving { code, .. } => {
                actions.push(Action::Close);
                self.exit(code, actions);
            }
            Phase::Over => {}
        }
    }

    /// Sends QUIT; the server closes the connection, or the client does after [`QUIT_TIMEOUT`].
    pub(super) fn leave(&mut self, actions: &mut Vec<Action>) {
        let code = self.exit_code(actions);
        let reason = self.quit.as_deref().unwrap_or(QUIT_REASON);
        send(Encoder::bare().command("QUIT").trailing(reason).line_cut(), actions);
        self.phase = Phase::Leaving { until: self.now + QUIT_TIMEOUT, code };
    }

    /// The exit code. Shows the user what was not done.
    fn exit_code(&mut self, actions: &mut Vec<Action>) -> u8 {
        let (unfinished, sent) = (self.outbox.unfinished(), self.outbox.unconfirmed());
        if sent > 0 {
            trouble(format!("{} not confirmed", were(sent)), actions);
        }
        if unfinished > sent {
            trouble(format!("{} not sent", were(unfinished - sent)), actions);
        }
        if self.refusals > 0 && !self.config.interactive {
            let plural = if self.refusals == 1 { "" } else { "s" };
            trouble(format!("not everything was done: {} refusal{plural}", self.refusals), actions);
        }
        u8::from(!self.config.interactive && (unfinished > 0 || self.refusals > 0))
    }

    fn exit(&mut self, code: u8, actions: &mut Vec<Action>) {
        self.phase = Phase::Over;
        actions.push(Action::Exit { code });
    }

    /// Does everything that can be done now: sends lines, asks for confirmation, quits when nothing is left.
    pub(super) fn settle(&mut self, actions: &mut Vec<Action>) {
        while self.is_settled() && self.outbox.has_room() {
            if let Some(ready) = self.outbox.pop_ready() {
                self.transmit(ready, actions);
            } else if self.is_parting() {
                break;
            } else if let Some(line) = self.outbox.pop_typed() {
                (self.parting, self.moved) = (false, None);
                self.obey(&line, actions);
            } else {
                break;
            }
        }
        if self.phase == Phase::Online
            && let Some(ping) = self.outbox.barrier()
        {
            send(ping, actions);
        }
        if self.quit.is_some() && self.is_settled() && self.outbox.unfinished() == 0 {
            self.leave(actions);
        }
    }

    fn transmit(&mut self, Ready { line, shown }: Ready, actions: &mut Vec<Action>) {
        if let Some(shown) = shown {
            actions.push(Action::Show(shown.entry(&self.nick)));
        }
        send(line.clone(), actions);
        self.outbox.sent(line);
    }
}

/// Tells the user about a line that was sent but not confirmed. A JOIN is repeated anyway.
fn may_not_have_arrived(line: &Line, actions: &mut Vec<Action>) {
    let text = line.text();
    let words = match Message::parse(text.as_bytes()) {
        Ok(Message { command: "JOIN", .. }) => return,
        Ok(ref message @ Message { command: "PRIVMSG", .. }) => message.params().join(": "),
        _ => text,
    };
    trouble(format!("may not have arrived: {words}"), actions);
}

/// "1 line was", "2 lines were".
fn were(count: usize) -> String {
    format!("{} {}", lines(count), if count == 1 { "was" } else { "were" })
}
