//! What decisions may read: the state, the settings and the caller. A view is read-only, and does not include the
//! calling session.

use super::channel::{Channel, Rank};
use super::config::Config;
use super::id::{ChannelId, UserId};
use super::operator::Privilege;
use super::state::State;
use super::user::User;

/// The part of a turn that decisions may read.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a State,
    pub(super) actor: UserId,
}

impl<'a> View<'a> {
    /// The caller.
    pub(super) fn me(self) -> &'a User {
        self.state.user(self.actor)
    }

    /// The channel with this name, if it exists.
    pub(super) fn channel(self, name: &str) -> Option<(ChannelId, &'a Channel)> {
        let id = self.state.channels.id(name)?;
        Some((id, self.state.channel(id)))
    }

    /// Whether the caller is a member.
    pub(super) fn is_member(self, id: ChannelId) -> bool {
        self.state.channel(id).member(self.actor).is_some()
    }

    /// The caller's rank in the channel.
    pub(super) fn rank(self, id: ChannelId) -> Option<Rank> {
        self.state.rank_of(id, self.actor)
    }

    /// Whether the caller has at least this rank in the channel.
    pub(super) fn is_at_least(self, id: ChannelId, rank: Rank) -> bool {
        self.rank(id) >= Some(rank)
    }

    /// Whether the caller may act in the channel: as a member, or as a server operator with [`Privilege::Channels`].
    pub(super) fn may_act(self, id: ChannelId) -> bool {
        self.is_member(id) || self.me().may(Privilege::Channels)
    }

    /// Whether the caller may kick a user from the channel and remove their ranks.
    pub(super) fn is_over(self, id: ChannelId, user: UserId) -> bool {
        // `Privilege::Channels` does not protect its holder: only the rank that members see counts.
        let theirs = self.state.channel(id).member(user).and_then(|member| member.rank());
        self.rank(id).is_some_and(|rank| rank.is_over(theirs))
    }
}
