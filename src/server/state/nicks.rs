//! Which user, registered or not, has which nick, and the skeletons of the nicks. Refers to users only by number.

use std::collections::{BTreeMap, BTreeSet};

use crate::planted::{Bug, buggy};
use crate::server::id::UserId;
use crate::wire::{Casemapping, Folded, Nick};

/// The nicks in use.
#[derive(Debug, Default)]
pub(in super::super) struct Nicks {
    casemapping: Casemapping,
    pub(super) holders: BTreeMap<Folded, UserId>,
    /// The skeletons of these nicks: see [`Nick::skeleton`].
    pub(super) looks: BTreeSet<(Box<str>, UserId)>,
}

impl Nicks {
    pub(super) fn new(casemapping: Casemapping) -> Self {
        Self { casemapping, ..Self::default() }
    }

    /// The user with this nick, registered or not.
    pub(in super::super) fn holder(&self, nick: &str) -> Option<UserId> {
        let casemapping = if buggy(Bug::NickFoldedAscii) { Casemapping::Ascii } else { self.casemapping };
        self.holders.get(&casemapping.fold(nick)).copied()
    }

    /// Whether another user's nick looks like this one.
    pub(in super::super) fn has_lookalike(&self, nick: &Nick, id: UserId) -> bool {
        let look = nick.skeleton();
        self.looks.range((look.clone(), UserId(0))..=(look, UserId(u32::MAX))).any(|&(_, other)| other != id)
    }

    /// Gives a user a nick, which must be free.
    pub(in super::super) fn take(&mut self, nick: &Nick, id: UserId) {
        let before = self.holders.insert(self.casemapping.fold(nick.as_str()), id);
        assert!(before.is_none_or(|holder| holder == id), "a nick has one holder");
        self.looks.insert((nick.skeleton(), id));
    }

    /// Frees a user's nick.
    pub(super) fn free(&mut self, nick: &Nick, id: UserId) {
        self.holders.remove(&self.casemapping.fold(nick.as_str()));
        self.looks.remove(&(nick.skeleton(), id));
    }
}
