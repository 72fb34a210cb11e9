//! The channels: their names, who is in them, who is invited.

use super::super::channel::{Channel, Member, Rank};
use super::super::fact::Seq;
use super::super::id::{ChannelId, UserId};
use super::super::operator::Privilege;
use super::State;
use crate::planted::{Bug, buggy};
use crate::time::Time;
use crate::wire::{ChannelName, Folded};

impl State {
    pub(in super::super) fn channel_id(&self, name: &str) -> Option<ChannelId> {
        self.channel_names.get(&self.casemapping.fold(name)).copied()
    }

    pub(in super::super) fn channel(&self, id: ChannelId) -> &Channel {
        self.channels.get(id).expect("the channel is there")
    }

    pub(in super::super) fn channel_mut(&mut self, id: ChannelId) -> &mut Channel {
        self.channels.get_mut(id).expect("the channel is there")
    }

    /// The channels in the order of their folded names.
    pub(in super::super) fn channels(&self) -> impl Iterator<Item = (&Folded, &Channel)> {
        self.channel_names.iter().map(|(name, &id)| (name, self.channel(id)))
    }

    pub(in super::super) fn channel_count(&self) -> usize {
        self.channels.len()
    }

    pub(in super::super) fn create_channel(&mut self, born: Seq, name: ChannelName, now: Time) -> ChannelId {
        let folded = self.casemapping.fold(name.as_str());
        let id = self.channels.insert(Channel::new(born, name, now));
        let before = self.channel_names.insert(folded, id);
        assert!(before.is_none(), "a channel is created once");
        id
    }

    /// Gives a channel another name, which no other channel has. All else stays as it is.
    pub(in super::super) fn rename_channel(&mut self, id: ChannelId, name: ChannelName) {
        let folded = self.casemapping.fold(name.as_str());
        let before = std::mem::replace(&mut self.channel_mut(id).name, name);
        self.channel_names.remove(&self.casemapping.fold(before.as_str()));
        let taken = self.channel_names.insert(folded, id);
        assert!(taken.is_none(), "a channel's new name is free");
    }

    pub(in super::super) fn enter(&mut self, id: ChannelId, member: Member) {
        self.channel_mut(id).add(member);
        self.user_mut(member.user).channels.push(id);
    }

    /// Somebody's rank in the channel. Some operators of the server act as founders everywhere.
    pub(in super::super) fn rank_of(&self, id: ChannelId, user: UserId) -> Option<Rank> {
        if self.user(user).may(Privilege::Channels) {
            return Some(Rank::Founder);
        }
        self.channel(id).member(user).and_then(|member| member.rank())
    }

    /// Remembers an invitation, as the newest of `user`; of more than `most` the oldest is forgotten.
    pub(in super::super) fn invite(&mut self, id: ChannelId, user: UserId, most: usize) {
        self.uninvite(id, user);
        let invitations = &self.user(user).rare.invitations;
        if let Some(&oldest) = invitations.first().filter(|_| invitations.len() >= most) {
            self.uninvite(oldest, user);
        }
        self.user_mut(user).rare.invitations.push(id);
        self.channel_mut(id).invited.push(user);
    }

    pub(in super::super) fn uninvite(&mut self, id: ChannelId, user: UserId) {
        if self.user(user).rare.invitations.contains(&id) {
            self.user_mut(user).rare.invitations.retain(|&to| to != id);
        }
        self.channel_mut(id).invited.retain(|&invited| invited != user);
    }

    /// Takes a member out of a channel, and the channel away with its last member. Its invitations go with it.
    pub(in super::super) fn leave(&mut self, id: ChannelId, user: UserId) {
        let channel = self.channel_mut(id);
        channel.remove(user);
        if channel.members().is_empty() && !buggy(Bug::EmptyChannelKept) {
            let channel = self.channels.remove(id).expect("the channel is there");
            self.channel_names.remove(&self.casemapping.fold(channel.name.as_str()));
            for invited in channel.invited.into_iter().filter(|_| !buggy(Bug::InvitationOneSided)).collect::<Vec<_>>() {
                self.user_mut(invited).rare.invitations.retain(|&to| to != id);
            }
        }
        self.user_mut(user).channels.retain(|&joined| joined != id);
    }
}
