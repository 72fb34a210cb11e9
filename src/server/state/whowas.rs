//! The users that WHOWAS remembers.

use std::collections::VecDeque;

use crate::server::user::User;
use crate::time::Now;
use crate::wire::Casemapping;

/// Users who left or changed their nick, newest last. At most `most` are kept.
#[derive(Debug, Default)]
pub(in super::super) struct Whowas {
    casemapping: Casemapping,
    most: usize,
    pub(super) entries: VecDeque<WhowasEntry>,
}

/// A former user of a nick (314).
#[derive(Debug)]
pub(in super::super) struct WhowasEntry {
    pub(in super::super) nick: Box<str>,
    pub(in super::super) name: Box<str>,
    pub(in super::super) host: Box<str>,
    pub(in super::super) realname: Box<str>,
    pub(in super::super) left: Now,
}

impl Whowas {
    pub(super) fn new(casemapping: Casemapping, most: usize) -> Self {
        Self { casemapping, most, entries: VecDeque::new() }
    }

    /// Remembers a registered user who leaves or changes their nick.
    pub(super) fn remember(&mut self, user: &User, now: Now) {
        if self.entries.len() >= self.most {
            self.entries.pop_front();
        }
        self.entries.push_back(WhowasEntry {
            nick: user.shown_nick().into(),
            name: user.name.clone(),
            host: user.host.clone(),
            realname: user.realname.clone(),
            left: now,
        });
    }

    /// The users who had this nick, newest first.
    pub(in super::super) fn of(&self, nick: &str) -> impl Iterator<Item = &WhowasEntry> {
        self.entries.iter().rev().filter(move |entry| self.casemapping.same(&entry.nick, nick))
    }
}
