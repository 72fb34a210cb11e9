//! The phases of a session: connecting, registering, joining, reconnecting, leaving.
//!
//! Knows only the commands and numerics that drive the session.

use std::time::Duration;

use rand::Rng;

use super::nick::SAFE_NICK_LEN;
use super::outbox::{Ready, Sent};
use super::own;
use super::{
    Action, Channel, Client, FINISH_TIMEOUT, FIRST_PAUSE, Input, JOIN_TIMEOUT, Joining, LONGEST_PAUSE, Password, Phase,
    QUIT_TIMEOUT, REGISTRATION_TIMEOUT, SILENCE_AFTER_PING, SILENCE_BEFORE_PING, is_middle, lines, send, status,
    trouble,
};
use crate::planted::{Bug, buggy};
use crate::time::Time;
use crate::wire::{Encoder, Line, LineBuffer, Message};

/// The default reason of QUIT.
pub(super) const QUIT_REASON: &str = "leaving";
/// The capability with which a server sends the client's own messages back to it.
pub(super) const ECHO_MESSAGE: &str = "echo-message";

impl Client {
    pub(super) fn connect(&mut self, actions: &mut Vec<Action>) {
        self.phase = Phase::Connecting;
        actions.push(Action::Connect);
    }

    pub(super) fn register(&mut self, actions: &mut Vec<Action>) {
        self.phase = Phase::Registering { until: self.now + REGISTRATION_TIMEOUT };
        (self.heard, self.asked) = (self.now, false);
        (self.user_host_len, self.nick_attempts, self.echoes) = (None, 0, false);
        (self.nick_is_taken, self.reclaim) = (false, None);
        // An earlier connection may have announced NICKLEN.
        self.nick_most = self.server.nick_len.unwrap_or(self.wanted.len().max(SAFE_NICK_LEN));
        self.nick = if is_middle(&self.wanted) { self.wanted.clone() } else { self.nick_stem(SAFE_NICK_LEN) };
        if let Some(Password(password)) = &self.config.password {
            send(Encoder::bare().command("PASS").trailing(password).line_cut(), actions);
        }
        // Requested without asking what there is: an older server refuses it, and registration goes on.
        send(Encoder::bare().command("CAP").param("REQ").trailing(ECHO_MESSAGE).line(), actions);
        send(Encoder::bare().command("NICK").param(&self.nick).line_cut(), actions);
        // RFC 2812 §3.1.3: USER <user> <mode> <unused> <realname>
        let user = self.nick_stem(SAFE_NICK_LEN);
        let real_name = self.wanted.replace(['\r', '\n', '\0'], "");
        send(Encoder::bare().command("USER").params([&user, "0", "*"]).trailing(&real_name).line_cut(), actions);
        send(Encoder::bare().command("CAP").param("END").line(), actions);
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
        let hint = if self.is_interactive() && self.config.commands && !self.was_welcomed {
            "; /help lists the commands"
        } else {
            ""
        };
        status(format!("connected{again} to {server} as {}{taken}{hint}", self.nick), actions);
        (self.was_welcomed, self.attempts, self.told_reason) = (true, 0, None);
    }

    /// The end of the MOTD: the server has announced everything, and accepts commands.
    pub(super) fn come_online(&mut self, actions: &mut Vec<Action>) {
        if !matches!(self.phase, Phase::Welcomed { .. }) {
            return;
        }
        self.phase = Phase::Online;
        self.await_nick();
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
            Phase::Leaving { until, .. } if until <= now => {
                actions.push(Action::Close);
                self.lost("the server did not close the connection", actions);
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
        if self.nick_at().is_some_and(|at| at <= self.now) {
            self.take_nick(actions);
        }
    }

    /// The connection ended, broke, was given up, or was never established.
    pub(super) fn lost(&mut self, reason: &str, actions: &mut Vec<Action>) {
        self.received = LineBuffer::default();
        self.moved = None;
        let unconfirmed = self.outbox.take_unconfirmed();
        if let Phase::Leaving { code: Some(code), .. } = self.phase {
            return self.exit(code, actions);
        }
        if !self.was_welcomed {
            trouble(format!("cannot connect: {reason}"), actions);
            return self.exit(1, actions);
        }
        if self.config.input == Input::Pipe {
            let count = unconfirmed.len() + self.outbox.unfinished();
            trouble(format!("connection lost: {reason}; {} not confirmed", were(count)), actions);
            return self.exit(1, actions);
        }
        for Sent { line, own, is_refused } in &unconfirmed {
            // What was shown or refused has arrived.
            if own.is_some() || !(*is_refused || own::is_message(line)) {
                may_not_have_arrived(line, actions);
            }
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
        if matches!(self.phase, Phase::Leaving { .. }) {
            return self.connect(actions);
        }
        self.pause(reason, actions);
    }

    /// Waits before the next attempt to connect. The user is told once why, not at every attempt.
    fn pause(&mut self, reason: &str, actions: &mut Vec<Action>) {
        let pause = self.next_pause();
        let reason = match self.phase {
            Phase::Connecting | Phase::Registering { .. } => format!("cannot connect: {reason}; still trying"),
            _ => format!("connection lost: {reason}; trying again in {:.1} s", pause.as_secs_f64()),
        };
        if self.told_reason.as_ref() != Some(&reason) {
            status(reason.clone(), actions);
            self.told_reason = Some(reason);
        }
        self.phase = Phase::Pausing { until: self.now + pause };
    }

    /// The pause before the next attempt: doubles each time, less a random part of up to a half, so that the clients of
    /// a restarted server do not reconnect all at once.
    fn next_pause(&mut self) -> Duration {
        let longest = FIRST_PAUSE.saturating_mul(1 << self.attempts.min(16)).min(LONGEST_PAUSE);
        self.attempts += 1;
        let micros = longest.as_micros() as u64;
        Duration::from_micros(micros - self.rng.next_u64() % (micros / 2 + 1))
    }

    /// The user wants to quit once everything they typed is confirmed.
    pub(super) fn quit_when_done(&mut self, reason: &str) {
        self.quit = Some(reason.to_owned());
        if self.is_interactive() {
            self.finish_by = Some(self.now + FINISH_TIMEOUT);
        }
    }

    /// The user's input has ended.
    pub(super) fn input_ended(&mut self, actions: &mut Vec<Action>) {
        // The last line of a file counts even without an end; what a person has not finished is not said.
        match self.is_interactive() {
            true => self.typed = LineBuffer::default(),
            false => self.take_typed(b"\n", actions),
        }
        if self.quit.is_some() {
            return;
        }
        self.quit_when_done(QUIT_REASON);
        if self.is_interactive() && self.phase != Phase::Online {
            self.interrupted(actions);
        }
    }

    /// The user's input cannot be read any further.
    pub(super) fn input_failed(&mut self, reason: &str, actions: &mut Vec<Action>) {
        trouble(format!("cannot read the input: {reason}"), actions);
        self.refusals += 1;
        self.input_ended(actions);
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
                self.exit(code.unwrap_or_default(), actions);
            }
            Phase::Over => {}
        }
    }

    /// Sends QUIT; the server closes the connection, or the client does after [`QUIT_TIMEOUT`].
    pub(super) fn leave(&mut self, actions: &mut Vec<Action>) {
        let code = Some(self.exit_code(actions));
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
        if self.refusals > 0 && !self.is_interactive() {
            let plural = if self.refusals == 1 { "" } else { "s" };
            trouble(format!("not everything was done: {} refusal{plural}", self.refusals), actions);
        }
        u8::from(!self.is_interactive() && (unfinished > 0 || self.refusals > 0))
    }

    fn exit(&mut self, mut code: u8, actions: &mut Vec<Action>) {
        if self.behind_quit > 0 {
            trouble(format!("{} not sent: behind /quit", were(self.behind_quit)), actions);
            code = 1;
        }
        self.phase = Phase::Over;
        actions.push(Action::Exit { code });
    }

    /// Does everything that can be done now: sends lines, asks for confirmation, quits when nothing is left.
    pub(super) fn settle(&mut self, actions: &mut Vec<Action>) {
        while self.is_settled() && self.outbox.has_room() && !self.renews {
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
        if self.renews && self.is_settled() && self.outbox.unconfirmed() == 0 {
            self.renews = false;
            send(Encoder::bare().command("QUIT").trailing("reconnecting").line(), actions);
            self.phase = Phase::Leaving { until: self.now + QUIT_TIMEOUT, code: None };
        }
    }

    pub(super) fn transmit(&mut self, ready: Ready, actions: &mut Vec<Action>) {
        if buggy(Bug::OwnShownAtOnce)
            && let Some(own) = &ready.own
        {
            actions.extend(own.entries(&self.nick).map(Action::Show));
        }
        send(ready.line.clone(), actions);
        self.outbox.sent(ready);
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
