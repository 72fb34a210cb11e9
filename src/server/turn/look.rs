//! What handlers read from the state: mostly shortcuts to the methods of [`View`].

use super::Turn;
use crate::server::channel::{Channel, Rank};
use crate::server::id::{ChannelId, UserId};
use crate::server::view::View;

impl Turn<'_> {
    /// The part of the turn that decisions may read.
    pub(in super::super) fn view(&self) -> View<'_> {
        View { config: self.config, state: self.state, actor: self.actor }
    }

    /// The channel with this name, if it exists.
    pub(in super::super) fn channel(&self, name: &str) -> Option<(ChannelId, &Channel)> {
        self.view().channel(name)
    }

    /// Whether the caller is a member.
    pub(in super::super) fn is_member(&self, id: ChannelId) -> bool {
        self.view().is_member(id)
    }

    /// The caller's rank in the channel.
    pub(in super::super) fn rank(&self, id: ChannelId) -> Option<Rank> {
        self.view().rank(id)
    }

    /// Whether the caller has at least this rank in the channel.
    pub(in super::super) fn is_at_least(&self, id: ChannelId, rank: Rank) -> bool {
        self.view().is_at_least(id, rank)
    }

    /// The members for whom `wanted` is true, by number.
    pub(in super::super) fn members(&self, id: ChannelId, wanted: impl Fn(UserId) -> bool) -> Vec<UserId> {
        self.state.channel(id).members().iter().map(|member| member.user).filter(|&user| wanted(user)).collect()
    }
}
