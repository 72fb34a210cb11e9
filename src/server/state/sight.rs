//! Who sees whom in a channel: everybody sees everybody, except in an auditorium (`+u`), where members without a rank
//! see only themselves and members with one. Ignores user mode `+i`, which hides users only from those outside their
//! channels.

use super::super::channel::{Channel, Flag};
use super::super::id::UserId;
use super::super::operator::Privilege;
use super::State;

impl State {
    /// Whether `viewer`, who need not be a member, sees `member` in the channel. `Privilege::Channels` makes no
    /// difference.
    pub(in super::super) fn sees(&self, channel: &Channel, viewer: UserId, member: UserId) -> bool {
        let has_rank = |user| channel.member(user).is_some_and(|member| member.rank().is_some());
        !channel.modes.has(Flag::Auditorium)
            || viewer == member
            || has_rank(member)
            || has_rank(viewer)
            || self.user(viewer).may(Privilege::See)
    }

    /// The members who see `member` in the channel, including `member`, in order of number.
    pub(in super::super) fn witnesses_in(&self, channel: &Channel, member: UserId) -> Vec<UserId> {
        let all = channel.members().iter().map(|other| other.user);
        match channel.modes.has(Flag::Auditorium) {
            true => all.filter(|&other| self.sees(channel, other, member)).collect(),
            false => all.collect(),
        }
    }

    /// The users, except `user`, who share a channel with `user` and see them there. Without duplicates, in order of
    /// number.
    pub(in super::super) fn witnesses(&self, user: UserId) -> Vec<UserId> {
        let channels = self.user(user).channels.iter().map(|&id| self.channel(id));
        let mut all: Vec<UserId> = channels.flat_map(|channel| self.witnesses_in(channel, user)).collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|&other| other != user);
        all
    }

    /// Whether the two users share a channel in which `viewer` sees `other`.
    pub(in super::super) fn shares_channel(&self, viewer: UserId, other: UserId) -> bool {
        let joined = &self.user(other).channels;
        self.user(viewer).channels.iter().any(|id| joined.contains(id) && self.sees(self.channel(*id), viewer, other))
    }
}
