//! Where the log keeps a fact.

use super::UserId;

/// Facts in one place have increasing times: a channel, by folded name, or a user's private messages.
pub(super) enum Place {
    Channel(String),
    User(UserId),
}
