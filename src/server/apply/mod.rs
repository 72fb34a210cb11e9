//! What a fact changes, and which users see it. Nothing else changes memberships.
//!
//! This module reads only the state and the fact, so that the facts of a run, applied to an empty state, give the same
//! state and the same lines. Who sees a user leave is determined before the change; who sees one arrive, after it.

mod channels;
mod messages;
mod users;

use crate::server::fact::{Fact, Of, What};
use crate::server::id::UserId;
use crate::server::outgoing::Outgoing;
use crate::server::pick::Pick;
use crate::server::state::State;

/// Sends a fact's messages to users. The implementation knows their sessions.
pub(super) trait Tell {
    /// Sends `message` to the sessions of `to` that `pick` selects.
    fn tell(&mut self, state: &State, to: impl Iterator<Item = UserId>, pick: Pick<'_>, message: &Outgoing);

    /// Sends `message` to the sessions that `pick` selects from those of `near` and those that monitor `user` and have
    /// extended-monitor.
    fn tell_near(&mut self, state: &State, user: UserId, near: Vec<UserId>, pick: Pick<'_>, message: &Outgoing);

    /// Sends the calling session, after its replies, the message that its user sent to themselves.
    fn tell_speaker(&mut self, state: &State, message: &Outgoing);

    /// Notifies sessions that monitor the user's nick that it is now in use.
    fn appeared(&mut self, state: &State, user: UserId);

    /// Notifies sessions that monitor `nick` that it is no longer in use.
    fn vanished(&mut self, state: &State, nick: &str);

    /// Sends a metadata value to the subscribers of its key among the sessions of `near` and those that monitor `of`.
    fn value(&mut self, state: &State, near: Vec<UserId>, of: Of, key: &str);

    /// Sends a notice to operators who asked for notices, except the user whom it is about.
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
