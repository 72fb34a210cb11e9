//! Where the log keeps a fact.

use super::UserId;

/// A channel, by its folded name, or a user's private messages. The times of facts in one place increase.
pub(super) enum Place {
    Channel(String),
    User(UserId),
}
