//! The numbers of users, channels and facts. They have nothing to do with the numbers of connections.

/// The number of a fact: facts are numbered from 1 without gaps, in the order in which they happen.
pub type Seq = u64;

/// The number of a channel.
pub(super) type ChannelId = u32;

/// The number of a user: the lowest free one, reused after the user ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UserId(pub(super) u32);
