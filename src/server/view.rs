//! What may be looked at to decide a command: the state, the settings, and who acts. Nothing can be changed by it, and
//! it does not say by which session somebody acts.

use super::channel::{Channel, Rank};
use super::config::Config;
use super::id::{ChannelId, UserId};
use super::operator::Privilege;
use super::state::State;
use super::user::User;

/// A turn as far as decisions go.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a State,
    pub(super) actor: UserId,
}

impl<'a> View<'a> {
    /// The user who acts.
    pub(super) fn me(self) -> &'a User {
        self.state.user(self.actor)
    }

    /// The channel that `name` names, if the server has it.
    pub(super) fn channel(self, name: &str) -> Option<(ChannelId, &'a Channel)> {
        let id = self.state.channels.id(name)?;
        Some((id, self.state.channel(id)))
    }

    /// Whether the actor is in the channel.
    pub(super) fn is_member(self, id: ChannelId) -> bool {
        self.state.channel(id).member(self.actor).is_some()
    }

    /// The rank of the actor in the channel.
    pub(super) fn rank(self, id: ChannelId) -> Option<Rank> {
        self.state.rank_of(id, self.actor)
    }

    /// Whether the actor has this rank in the channel, or a higher one.
    pub(super) fn is_at_least(self, id: ChannelId, rank: Rank) -> bool {
        self.rank(id) >= Some(rank)
    }

    /// Whether the actor may act in the channel at all: some operators of the server need not be members.
    pub(super) fn may_act(self, id: ChannelId) -> bool {
        self.is_member(id) || self.me().may(Privilege::Channels)
    }

    /// Whether the actor may kick somebody from the channel, and take ranks from them.
    pub(super) fn is_over(self, id: ChannelId, user: UserId) -> bool {
        // The privilege to act everywhere shields nobody: what counts is the rank that members see.
        let theirs = self.state.channel(id).member(user).and_then(|member| member.rank());
        self.rank(id).is_some_and(|rank| rank.is_over(theirs))
    }
}
