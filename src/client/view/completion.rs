//! What Tab completes: commands, channels, and the nicks of those who are there.

use std::collections::VecDeque;

use crate::client::{COMMANDS, Entry};

/// The most nicks that are remembered; those not heard of for the longest time are forgotten.
const MAX_NICKS: usize = 5000;

/// The names that a user may want to write.
#[derive(Debug, Default)]
pub struct Names {
    /// Those who spoke last come first.
    nicks: VecDeque<String>,
    channels: Vec<String>,
}

impl Names {
    /// Learns from what happened.
    pub fn learn(&mut self, entry: &Entry) {
        match entry {
            Entry::Said { from, own: false, .. } => self.first(from),
            Entry::Joined { channel, own: true, .. } => self.enters(channel),
            Entry::Parted { channel, own: true, .. } | Entry::Kicked { channel, own: true, .. } => {
                self.channels.retain(|known| known != channel);
            }
            Entry::Joined { who, .. } => self.last(who),
            Entry::Names { nicks, .. } => nicks.iter().for_each(|nick| self.last(without_prefix(nick))),
            Entry::Renamed { from, to, own: false } => {
                if let Some(nick) = self.nicks.iter_mut().find(|nick| *nick == from) {
                    nick.clone_from(to);
                }
            }
            Entry::Quit { who, .. } => self.nicks.retain(|nick| nick != who),
            _ => {}
        }
    }

    /// The candidates for a word that begins with `word`, behind the text `before`.
    pub fn candidates(&self, before: &str, word: &str) -> Vec<String> {
        let begins = |name: &str| {
            let (name, word) = (name.to_lowercase(), word.to_lowercase());
            !word.is_empty() && name.starts_with(&word)
        };
        let at_start = before.is_empty();
        if at_start && word.starts_with('/') {
            let named = |command: &&str| command.starts_with(&word[1..].to_lowercase());
            let names = COMMANDS.iter().map(|command| command.name).filter(named);
            return names.map(|name| format!("/{name} ")).collect();
        }
        if let Some(word) =
            before.strip_prefix('/').filter(|before| before.eq_ignore_ascii_case("help ")).and(Some(word))
        {
            let names = COMMANDS.iter().map(|command| command.name).filter(|name| name.starts_with(word));
            return names.map(str::to_owned).collect();
        }
        let channels = self.channels.iter().filter(|name| begins(name)).map(|name| format!("{name} "));
        let nicks = self.nicks.iter().filter(|nick| begins(nick));
        nicks.map(|nick| if at_start { format!("{nick}: ") } else { format!("{nick} ") }).chain(channels).collect()
    }

    fn enters(&mut self, channel: &str) {
        if !self.channels.iter().any(|known| known == channel) {
            self.channels.push(channel.to_owned());
        }
    }

    fn first(&mut self, nick: &str) {
        self.nicks.retain(|known| known != nick);
        self.nicks.push_front(nick.to_owned());
        self.nicks.truncate(MAX_NICKS);
    }

    fn last(&mut self, nick: &str) {
        if self.nicks.len() < MAX_NICKS && !self.nicks.iter().any(|known| known == nick) {
            self.nicks.push_back(nick.to_owned());
        }
    }
}

/// A nick from a list of members, where prefixes show ranks.
fn without_prefix(nick: &str) -> &str {
    nick.trim_start_matches(['~', '&', '@', '%', '+', '!'])
}
