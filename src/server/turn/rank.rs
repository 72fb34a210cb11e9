//! What the actor is in a channel: a member, of which rank.

use super::Turn;
use crate::server::channel::{Channel, ChannelId, Rank};
use crate::server::operator::Privilege;
use crate::server::user::UserId;

impl Turn<'_> {
    /// The channel that `name` names, if the server has it.
    pub(in super::super) fn channel(&self, name: &str) -> Option<(ChannelId, &Channel)> {
        let id = self.state.channel_id(name)?;
        Some((id, self.state.channel(id)))
    }

    /// Whether the actor is in the channel.
    pub(in super::super) fn is_member(&self, id: ChannelId) -> bool {
        self.state.channel(id).member(self.actor).is_some()
    }

    /// The rank in the channel of the actor.
    pub(in super::super) fn rank(&self, id: ChannelId) -> Option<Rank> {
        self.rank_of(id, self.actor)
    }

    /// Somebody's rank in the channel. Some operators of the server act as founders everywhere.
    pub(in super::super) fn rank_of(&self, id: ChannelId, user: UserId) -> Option<Rank> {
        if self.state.user(user).may(Privilege::Channels) {
            return Some(Rank::Founder);
        }
        self.state.channel(id).member(user).and_then(|member| member.rank())
    }

    /// Whether the actor has this rank in the channel, or a higher one.
    pub(in super::super) fn is_at_least(&self, id: ChannelId, rank: Rank) -> bool {
        self.rank(id) >= Some(rank)
    }

    /// Whether the actor may kick somebody from the channel, and take ranks from them.
    pub(in super::super) fn is_over(&self, id: ChannelId, user: UserId) -> bool {
        // The privilege to act everywhere shields nobody: what counts is the rank that members see.
        let theirs = self.state.channel(id).member(user).and_then(|member| member.rank());
        self.rank(id).is_some_and(|rank| rank.is_over(theirs))
    }
}
