//! Whom the user ignores, and what is for the user: a text with their nick in it.

use super::{Client, MAX_IGNORED};
use crate::wire::{Message, complete_mask};

impl Client {
    /// Whether the user ignores the sender of `message`.
    pub(super) fn is_ignored(&self, message: &Message<'_>) -> bool {
        let source = message.source.unwrap_or_default();
        self.ignored.iter().any(|ignored| match is_mask(ignored) {
            true => self.server.matches(&complete_mask(ignored), source),
            false => self.server.same(ignored, message.nick()),
        })
    }

    /// Ignores `who`, a nick or a mask. `false` if there is no room for more.
    pub(super) fn ignore(&mut self, who: &str) -> bool {
        self.unignore(who);
        let has_room = self.ignored.len() < MAX_IGNORED;
        if has_room {
            self.ignored.push(who.to_owned());
        }
        has_room
    }

    /// No longer ignores `who`. `false` if the user did not.
    pub(super) fn unignore(&mut self, who: &str) -> bool {
        let (before, server) = (self.ignored.len(), &self.server);
        self.ignored.retain(|ignored| !server.same(ignored, who));
        self.ignored.len() < before
    }

    /// Whether the user's nick is a word of `text`.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        let is_inside = |c: char| c.is_alphanumeric() || "_-[]\\`^{|}".contains(c);
        text.split(|c| !is_inside(c)).any(|word| self.is_me(word) || self.is_me(word.trim_matches('-')))
    }
}

fn is_mask(who: &str) -> bool {
    who.contains(['*', '?', '!', '@'])
}
