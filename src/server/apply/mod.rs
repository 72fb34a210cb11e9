//! Applies facts to the state, and determines which users see them. No other code changes memberships.
//!
//! This module reads only the state and the fact, so that replaying the facts of a run on an empty state gives the same
//! state and the same lines. The users who see somebody leave are determined before the change, those who see somebody
//! arrive after it.

mod channels;
mod messages;
mod users;

use crate::server::fact::{Fact, Of, What};
use crate::server::id::UserId;
use crate::server::outgoing::Outgoing;
use crate::server::pick::Pick;
use crate::server::state::State;

/// Sends a fact's messages to users. Implementations find the users' sessions.
pub(super) trait Tell {
    /// Sends `message` to the sessions of `to` that `pick` selects.
    fn tell(&mut self, state: &State, to: impl Iterator<Item = UserId>, pick: Pick<'_>, message: &Outgoing);

    /// Sends `message` to two groups of sessions, as far as `pick` selects them: those of the users `near`, and those
    /// with extended-monitor that monitor `user`.
    fn tell_near(&mut self, state: &State, user: UserId, near: Vec<UserId>, pick: Pick<'_>, message: &Outgoing);

    /// Sends the calling session a message that its user sent to themselves, after the replies.
    fn tell_speaker(&mut self, state: &State, message: &Outgoing);

    /// Notifies sessions that monitor the user's nick that it is now in use.
    fn appeared(&mut self, state: &State, user: UserId);

    /// Notifies sessions that monitor `nick` that it is no longer in use.
    fn vanished(&mut self, state: &State, nick: &str);

    /// Sends a metadata value to those sessions that subscribed to its key and either belong to the users `near` or
    /// monitor `of`.
    fn value(&mut self, state: &State, near: Vec<UserId>, of: Of, key: &str);

    /// Sends a notice to users with mode `s`, except to the user `about`.
    fn notice(&mut self, state: &State, about: UserId, text: &str);
}

/// Applies the fact to the state, and sends it to the users who see it.
pub(super) fn apply(state: &mut State, fact: &Fact<'_>, tell: &mut impl Tell) {
    state.stamped(&fact.what, fact.actor, fact.at);
    match &fact.what {
        What::Said { to, content, .. } => messages::said(state, fact, to, content, tell),
        What::Redacted { to, number, .. } => messages::redacted(state, fact, to, *number, tell),
        What::Wallops { .. } => messages::wallops(state, fact, tell),
        What::Joined { channel, name, flags } => channels::joined(state, fact, *channel, (name, *flags), tell),
        What::Parted { channel, .. } => channels::parted(state, fact, *channel, tell),
        What::Kicked { channel, user, .. } => channels::kicked(state, fact, *channel, *user, tell),
        What::Topic { channel, text, .. } => channels::topic(state, fact, *channel, text, tell),
        What::Invited { channel, user, .. } => channels::invited(state, fact, *channel, *user, tell),
        What::Renamed { channel, new, .. } => channels::renamed(state, fact, *channel, new, tell),
        What::Modes { channel, changes, .. } => channels::modes(state, fact, *channel, changes, tell),
        What::Metadata { of, key, value } => channels::metadata(state, *of, key, value.as_deref(), tell),
        What::Arrived { .. } => users::arrived(state, fact, tell),
        What::Quit { reason, killed } => users::quit(state, fact, reason, *killed, tell),
        What::Nick { nick } => users::nick(state, fact, nick, tell),
        What::Setname { realname } => users::setname(state, fact, realname, tell),
        What::Away { text } => users::away(state, fact, text.as_deref(), tell),
        What::StillAway { channel, .. } => users::still_away(state, fact, *channel, tell),
        What::UserModes { changes, .. } => users::modes(state, fact, changes, tell),
        What::Oper { privileges, name, .. } => users::oper(state, fact, privileges, name, tell),
        What::Killed { user, .. } => users::killed(state, fact, *user, tell),
    }
}
