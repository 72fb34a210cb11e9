//! Ranks in channels, and who sees whom: "Ranks" and "Visibility" of `docs/protocol/channels.md`.

use std::collections::BTreeSet;

use super::config::Privilege;
use super::event::Time;
use super::{Channel, Model, UserId};

/// The letters of the ranks and their prefixes, highest first.
pub(super) const RANKS: [(char, char); 5] = [('q', '~'), ('a', '&'), ('o', '@'), ('h', '%'), ('v', '+')];

pub(super) const FOUNDER: usize = 5;
pub(super) const OPERATOR: usize = 3;
pub(super) const HALFOP: usize = 2;

/// A member of a channel.
#[derive(Clone, Debug, Default)]
pub(super) struct Member {
    /// The letters among `qaohv` that they have.
    pub(super) letters: BTreeSet<char>,
    /// The number of their JOIN.
    pub(super) joined: u64,
    /// The time of their JOIN.
    pub(super) since: Time,
}

/// Whether a member of rank `rank` may act on one of rank `other`.
pub(super) fn is_over(rank: usize, other: usize) -> bool {
    rank == FOUNDER || rank >= OPERATOR && other <= OPERATOR || rank == HALFOP && other < HALFOP
}

impl Channel {
    pub(super) fn has(&self, who: UserId) -> bool {
        self.members.contains_key(&who)
    }

    /// A member's rank, from 0 (none) and 1 (voice) to 5 (founder).
    pub(super) fn rank(&self, who: UserId) -> usize {
        let Some(member) = self.members.get(&who) else { return 0 };
        RANKS.iter().position(|(letter, _)| member.letters.contains(letter)).map_or(0, |at| FOUNDER - at)
    }

    /// The prefixes of a member's nick: the highest, or all.
    pub(super) fn prefix(&self, who: UserId, all: bool) -> String {
        let member = self.members.get(&who);
        let has = |letter| member.is_some_and(|member| member.letters.contains(letter));
        let prefixes = RANKS.iter().filter(|(letter, _)| has(letter)).map(|(_, prefix)| prefix);
        prefixes.take(if all { 5 } else { 1 }).collect()
    }
}

impl Model {
    /// The rank that a user acts with; it does not affect what they see.
    pub(super) fn rank(&self, who: UserId, channel: &Channel) -> usize {
        if self.may(who, Privilege::Channels) { FOUNDER } else { channel.rank(who) }
    }

    /// Whether a user may see that the channel exists.
    pub(super) fn knows(&self, who: UserId, channel: &Channel) -> bool {
        !channel.flags.contains(&'s') || channel.has(who) || self.may(who, Privilege::See)
    }

    /// Whether `who`, a member or not, sees `other` in the channel. In an auditorium, members without a rank do not see
    /// each other.
    pub(super) fn sees_in(&self, who: UserId, other: UserId, channel: &Channel) -> bool {
        who == other
            || !channel.flags.contains(&'u')
            || channel.rank(other) > 0
            || channel.rank(who) > 0
            || self.may(who, Privilege::See)
    }

    /// The members who see what `who` does as a member, beginning with `who`.
    pub(super) fn witnesses(&self, who: UserId, channel: &Channel) -> Vec<UserId> {
        let others = channel.members.keys().copied().filter(|&other| other != who && self.sees_in(other, who, channel));
        [who].into_iter().chain(others).collect()
    }

    /// The users who see a change of the channel by `who`: `who` first, a member or not, then the members.
    pub(super) fn everyone(&self, who: UserId, channel: &Channel) -> Vec<UserId> {
        [who].into_iter().chain(channel.members.keys().copied().filter(|&other| other != who)).collect()
    }

    /// Everybody else who shares a channel with `who` and sees them there.
    pub(super) fn neighbours(&self, who: UserId) -> BTreeSet<UserId> {
        let shared = self.channels.values().filter(|channel| channel.has(who));
        shared.flat_map(|channel| self.witnesses(who, channel)).filter(|&other| other != who).collect()
    }

    /// Whether queries show `other` to `who`: invisible users only to those who can see them in a channel.
    pub(super) fn sees(&self, who: UserId, other: UserId) -> bool {
        let shared = |channel: &Channel| channel.has(who) && channel.has(other) && self.sees_in(who, other, channel);
        who == other
            || !self.users[&other].modes.contains(&'i')
            || self.may(who, Privilege::See)
            || self.channels.values().any(shared)
    }

    /// Whether an entry of a list matches a user.
    pub(super) fn lists(&self, channel: &Channel, letter: char, who: UserId) -> bool {
        let mut entries = channel.lists.get(&letter).into_iter().flatten();
        entries.any(|entry| self.is_meant(&entry.mask, who))
    }

    /// Whether a mask of a channel's lists matches a user, by their host or by the address of one of their sessions.
    pub(super) fn is_meant(&self, mask: &str, who: UserId) -> bool {
        let (mapping, user) = (self.config.casemapping, &self.users[&who]);
        let name = user.user.as_deref().unwrap_or("");
        let matches = |host: &str| mapping.is_user(mask, [self.nick_of(who), name, host]);
        matches(&user.host) || user.sessions.iter().any(|conn| matches(&self.sessions[conn].peer.host))
    }

    /// Whether a user is banned, and no exception applies. Mutes begin with `m:`, so they match nobody here.
    pub(super) fn is_banned(&self, channel: &Channel, who: UserId) -> bool {
        self.lists(channel, 'b', who) && !self.lists(channel, 'e', who)
    }
}
