//! The numbers by which the tables know users and channels. No number of a connection is one of them.

/// The number of a channel.
pub(super) type ChannelId = u32;

/// The number of a user: the lowest free one, given back when the user ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UserId(pub(super) u32);
