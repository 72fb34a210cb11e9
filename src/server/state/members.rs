//! Memberships and invitations. They are listed both by the user and by the channel.

use super::super::channel::{Channel, Member, Rank};
use super::super::id::{ChannelId, UserId};
use super::super::operator::Privilege;
use super::State;
use crate::planted::{Bug, buggy};

impl State {
    /// The channel with this number, which must exist.
    pub(in super::super) fn channel(&self, id: ChannelId) -> &Channel {
        self.channels.get(id).expect("the channel is there")
    }

    /// The channel with this number, unless that is another one than the one that was `born` then.
    pub(in super::super) fn channel_born(&self, id: ChannelId, born: u64) -> Option<&Channel> {
        self.channels.get(id).filter(|channel| channel.born == born)
    }

    /// The channel with this number, which must exist.
    pub(in super::super) fn channel_mut(&mut self, id: ChannelId) -> &mut Channel {
        self.channels.get_mut(id).expect("the channel is there")
    }

    pub(in super::super) fn enter(&mut self, id: ChannelId, member: Member) {
        self.channel_mut(id).add(member);
        self.user_mut(member.user).channels.push(id);
    }

    /// A user's rank in the channel. Server operators with [`Privilege::Channels`] act as founders everywhere.
    pub(in super::super) fn rank_of(&self, id: ChannelId, user: UserId) -> Option<Rank> {
        if self.user(user).may(Privilege::Channels) {
            return Some(Rank::Founder);
        }
        self.channel(id).member(user).and_then(|member| member.rank())
    }

    /// Adds an invitation of `user`. If the user already has `most`, removes the oldest.
    pub(in super::super) fn invite(&mut self, id: ChannelId, user: UserId, most: usize) {
        self.uninvite(id, user);
        let invitations = &self.user(user).rare.invitations;
        if let Some(&oldest) = invitations.first().filter(|_| invitations.len() >= most) {
            match buggy(Bug::OldestInvitationOneSided) {
                true => self.user_mut(user).rare.invitations.retain(|&to| to != oldest),
                false => self.uninvite(oldest, user),
            }
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

    /// Removes a member. With the last member, also removes the channel and the invitations to it.
    pub(in super::super) fn leave(&mut self, id: ChannelId, user: UserId) {
        let channel = self.channel_mut(id);
        channel.remove(user);
        if channel.members().is_empty() && !buggy(Bug::EmptyChannelKept) {
            let channel = self.channels.remove(id);
            for invited in channel.invited.into_iter().filter(|_| !buggy(Bug::InvitationOneSided)).collect::<Vec<_>>() {
                self.user_mut(invited).rare.invitations.retain(|&to| to != id);
            }
        }
        self.user_mut(user).channels.retain(|&joined| joined != id);
    }
}
