//! The nick: another one if the wanted one is refused, and the wanted one as soon as it is free.

use rand::Rng;

use super::{Action, Client, MAX_NICK_ATTEMPTS, NICK_PAUSE, is_middle, send};
use crate::time::Time;
use crate::wire::{Encoder, Message};

/// The length of a nick that every server accepts. RFC 2812 §1.2.1: "a maximum length of nine (9) characters".
pub(super) const SAFE_NICK_LEN: usize = 9;

/// The wanted nick is somebody else's: often the client's own old connection, which the server has not missed yet.
#[derive(Debug)]
pub(super) struct Reclaim {
    /// When to ask for it again.
    at: Time,
    /// Whether a NICK of the client's own is unanswered: its refusal is not shown.
    asked: bool,
}

impl Client {
    /// The wanted nick, reduced to the characters of RFC 2812, and to `most` bytes; `guest` if nothing is left.
    pub(super) fn nick_stem(&self, most: usize) -> String {
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
        if self.config.exact_nick {
            actions.push(Action::Close);
            return self.lost(&format!("the server refused the nick {}", self.wanted), actions);
        }
        if self.nick_attempts > MAX_NICK_ATTEMPTS {
            actions.push(Action::Close);
            return self.lost("the server refused every nick that was tried", actions);
        }
        if !erroneous && self.is_me(&self.wanted) {
            self.nick_is_taken = true;
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

    /// From now on the client takes the wanted nick once it is free.
    pub(super) fn await_nick(&mut self) {
        if self.nick_is_taken && is_middle(&self.wanted) && !self.is_me(&self.wanted) {
            self.reclaim = Some(Reclaim { at: self.now + NICK_PAUSE, asked: false });
        }
    }

    /// When to ask for the wanted nick again.
    pub(super) fn nick_at(&self) -> Option<Time> {
        self.reclaim.as_ref().map(|reclaim| reclaim.at)
    }

    /// `nick` is free: its owner left the network, or changed nick.
    pub(super) fn nick_freed(&mut self, nick: &str, actions: &mut Vec<Action>) {
        if self.reclaim.is_some() && self.server.same(nick, &self.wanted) {
            self.take_nick(actions);
        }
    }

    /// Asks for the wanted nick.
    pub(super) fn take_nick(&mut self, actions: &mut Vec<Action>) {
        let Some(reclaim) = &mut self.reclaim else { return };
        *reclaim = Reclaim { at: self.now + NICK_PAUSE, asked: true };
        send(Encoder::bare().command("NICK").param(&self.wanted).line_cut(), actions);
    }

    /// Whether `refusal` answers a NICK that the user has not typed.
    pub(super) fn is_of_reclaim(&mut self, refusal: &Message<'_>) -> bool {
        let is_wanted = refusal.param(1).is_some_and(|nick| self.server.same(nick, &self.wanted));
        let reclaim = self.reclaim.as_mut().filter(|_| is_wanted);
        reclaim.is_some_and(|reclaim| std::mem::take(&mut reclaim.asked))
    }
}
