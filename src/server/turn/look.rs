//! What the actor may look at, and what they are in a channel: the questions of a [`View`], asked by a turn.

use super::Turn;
use crate::server::channel::{Channel, Rank};
use crate::server::id::{ChannelId, UserId};
use crate::server::view::View;

impl Turn<'_> {
    /// What may be looked at to decide.
    pub(in super::super) fn view(&self) -> View<'_> {
        View { config: self.config, state: self.state, actor: self.actor }
    }

    /// The channel that `name` names, if the server has it.
    pub(in super::super) fn channel(&self, name: &str) -> Option<(ChannelId, &Channel)> {
        self.view().channel(name)
    }

    /// Whether the actor is in the channel.
    pub(in super::super) fn is_member(&self, id: ChannelId) -> bool {
        self.view().is_member(id)
    }

    /// The rank of the actor in the channel.
    pub(in super::super) fn rank(&self, id: ChannelId) -> Option<Rank> {
        self.view().rank(id)
    }

    /// Whether the actor has this rank in the channel, or a higher one.
    pub(in super::super) fn is_at_least(&self, id: ChannelId, rank: Rank) -> bool {
        self.view().is_at_least(id, rank)
    }

    /// The members of a channel that are `wanted`, in the order of the users' numbers.
    pub(in super::super) fn members(&self, id: ChannelId, wanted: impl Fn(UserId) -> bool) -> Vec<UserId> {
        self.state.channel(id).members().iter().map(|member| member.user).filter(|&user| wanted(user)).collect()
    }
}
