//! Who sees whom in a channel. Everybody sees everybody, but in an auditorium (`+u`): there the audience sees those
//! who have a rank, and themselves. Knows nothing of invisible users (`+i`), who are hidden from those outside.

use super::super::channel::{Channel, Flag};
use super::super::event::ConnId;
use super::super::operator::Privilege;
use super::super::state::State;

impl State {
    /// Whether `viewer`, who need not be a member, sees `member` in the channel. Acting as a founder shows nothing more.
    pub(in super::super) fn sees(&self, channel: &Channel, viewer: ConnId, member: ConnId) -> bool {
        let has_rank = |conn| channel.member(conn).is_some_and(|member| member.rank().is_some());
        !channel.modes.has(Flag::Auditorium)
            || viewer == member
            || has_rank(member)
            || has_rank(viewer)
            || self.user(viewer).may(Privilege::See)
    }

    /// The members of the channel who see `member` in it, in the order of the numbers; `member` is among them.
    pub(in super::super) fn witnesses_in(&self, channel: &Channel, member: ConnId) -> Vec<ConnId> {
        channel.members().iter().map(|other| other.conn).filter(|&other| self.sees(channel, other, member)).collect()
    }

    /// Everyone who shares a channel with `conn` in which they see them, once each, in the order of the numbers; not
    /// `conn` itself.
    pub(in super::super) fn witnesses(&self, conn: ConnId) -> Vec<ConnId> {
        let channels = self.user(conn).channels.iter().map(|&id| self.channel(id));
        let mut all: Vec<ConnId> = channels.flat_map(|channel| self.witnesses_in(channel, conn)).collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|&other| other != conn);
        all
    }

    /// Whether the two share a channel in which `viewer` sees `other`.
    pub(in super::super) fn shares_channel(&self, viewer: ConnId, other: ConnId) -> bool {
        let joined = &self.user(other).channels;
        self.user(viewer).channels.iter().any(|id| joined.contains(id) && self.sees(self.channel(*id), viewer, other))
    }
}
