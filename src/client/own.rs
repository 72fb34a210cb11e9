//! The user's own messages: shown once the server has them, never before.
//!
//! A server with `echo-message` sends them back. From any other, a message counts as said once the server has confirmed
//! everything up to it, and has not refused it.

use super::{Action, Client, Entry, Speech};
use crate::wire::{Line, Message};

/// A message on its way.
#[derive(Debug)]
pub(super) struct Own {
    /// The targets, as the user wrote them, for which it was neither shown nor refused.
    targets: Vec<String>,
    text: String,
    kind: Speech,
}

/// Numerics that refuse messages, and nothing else.
const MESSAGES_ONLY: &[&str] = &["404", "407", "408", "412", "413", "414", "415", "486", "492", "531", "716"];
/// Numerics that refuse messages, among others.
const MESSAGES_TOO: &[&str] = &["401", "403", "477"];

impl Own {
    pub(super) fn new(targets: &str, text: &str, kind: Speech) -> Self {
        let targets = targets.split(',').filter(|target| !target.is_empty()).map(str::to_owned).collect();
        Self { targets, text: text.to_owned(), kind }
    }

    /// How it is shown, for each target, as said by `from`.
    pub(super) fn entries<'a>(&'a self, from: &'a str) -> impl Iterator<Item = Entry> + 'a {
        self.targets.iter().map(|to| {
            let (from, to, text) = (from.to_owned(), to.clone(), self.text.clone());
            Entry::Said { from, to, text, kind: self.kind, own: true, rings: false }
        })
    }

    /// The message in a line that the user wrote in the protocol's syntax, if it is one.
    pub(super) fn of(line: &Line) -> Option<Self> {
        let text = line.text();
        let message = Message::parse(text.as_bytes()).ok().filter(|message| is_message_command(message.command))?;
        let kind = if message.command.eq_ignore_ascii_case("NOTICE") { Speech::Notice } else { Speech::Message };
        Some(Self::new(message.param(0)?, message.param(1)?, kind))
    }
}

impl Client {
    /// The server sent the user's own message to `to`. `false` if it was shown already.
    pub(super) fn is_new(&mut self, to: &str, text: &str) -> bool {
        let (server, to_myself) = (&self.server, self.server.same(to, &self.nick));
        // With `echo-message` a message to oneself comes twice.
        if to_myself && self.told_myself.take_if(|told| told == text).is_some() {
            return false;
        }
        let is_to = |own: &Own| own.targets.iter().position(|target| server.same(target, to));
        let mut pending: Vec<&mut Option<Own>> = self.outbox.sent_lines().map(|sent| &mut sent.own).collect();
        let by_target = pending.iter().position(|own| own.as_ref().is_some_and(|own| is_to(own).is_some()));
        // The server may spell a target in another way: then the text decides.
        let found = by_target
            .or_else(|| pending.iter().position(|own| own.as_ref().is_some_and(|own| own.text == text)))
            .and_then(|at| pending.get_mut(at));
        if let Some(slot) = found
            && let Some(own) = slot.as_mut()
        {
            own.targets.remove(is_to(own).unwrap_or(0));
            if own.targets.is_empty() {
                **slot = None;
            }
            if to_myself && self.echoes {
                self.told_myself = Some(text.to_owned());
            }
        }
        true
    }

    /// The server confirmed everything before the PING with `token`.
    pub(super) fn confirmed(&mut self, token: &str, actions: &mut Vec<Action>) {
        for own in self.outbox.confirm(token) {
            if !self.echoes {
                actions.extend(own.entries(&self.nick).map(Action::Show));
                continue;
            }
            for target in &own.targets {
                self.refusals += 1;
                let text = format!("not delivered to {target}: {}", own.text);
                actions.push(Action::Show(Entry::Refused { text }));
            }
        }
    }

    /// Shows a refusal, in words, and the message that it refuses.
    pub(super) fn show_refusal(&mut self, mut text: String, message: &Message<'_>, actions: &mut Vec<Action>) {
        if let Some(own) = self.refused_message(message) {
            text = format!("{text} (not said: {own})");
        }
        actions.push(Action::Show(Entry::Refused { text }));
    }

    /// The text of the message that the server refused, if it did. A server handles lines in order, so it is the first
    /// that is neither shown nor refused and that fits.
    fn refused_message(&mut self, refusal: &Message<'_>) -> Option<String> {
        let numeric = refusal.command;
        let is_fail = numeric.eq_ignore_ascii_case("FAIL");
        let names: Vec<&str> = match refusal.params() {
            [command, _, context @ .., _] if is_fail && is_message_command(command) => context.to_vec(),
            [_, name, _, ..] if !is_fail => vec![name],
            _ => return None,
        };
        let only_messages = is_fail || MESSAGES_ONLY.contains(&numeric);
        // Without echoes, earlier messages may have been said: a refusal of something else is not theirs.
        let of_messages = only_messages || self.echoes || MESSAGES_TOO.contains(&numeric);
        let server = &self.server;
        let is_named = |word: &str| word.split(',').any(|part| names.iter().any(|name| server.same(part, name)));
        for sent in self.outbox.sent_lines().filter(|sent| !sent.is_refused) {
            let Some(own) = sent.own.as_mut().filter(|_| of_messages) else {
                let text = sent.line.text();
                let is_other = !only_messages && !is_message(&sent.line);
                let line = Message::parse(text.as_bytes());
                if is_other && line.is_ok_and(|line| line.params().iter().any(|param| is_named(param))) {
                    sent.is_refused = true;
                    return None;
                }
                continue;
            };
            if (is_fail && names.is_empty()) || own.targets.iter().any(|target| is_named(target)) {
                own.targets.retain(|target| !names.is_empty() && !is_named(target));
                let text = own.text.clone();
                if own.targets.is_empty() {
                    (sent.own, sent.is_refused) = (None, true);
                }
                return Some(text);
            }
        }
        None
    }
}

/// Whether a line that the client sent is a message.
pub(super) fn is_message(line: &Line) -> bool {
    Message::parse(line.text().as_bytes()).is_ok_and(|message| is_message_command(message.command))
}

fn is_message_command(command: &str) -> bool {
    ["PRIVMSG", "NOTICE"].iter().any(|name| command.eq_ignore_ascii_case(name))
}
