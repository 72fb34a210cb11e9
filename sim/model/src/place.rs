//! Where something is kept by the log.

use super::UserId;

/// What happens in one place has times that rise: a channel, by its folded name, or what somebody says and is told.
pub(super) enum Place {
    Channel(String),
    User(UserId),
}
