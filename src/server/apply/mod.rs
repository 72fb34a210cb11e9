//! What a fact changes, and who is told of it. Nothing else changes who is where.
//!
//! It reads the state and the fact alone, so that the facts of a run, applied to an empty state, give the same state and the
//! same tellings. Who is told of somebody's going is named before the change, of their coming after it.

mod channels;
mod messages;
mod users;

use crate::server::fact::{Fact, Of, What};
use crate::server::id::UserId;
use crate::server::outgoing::Outgoing;
use crate::server::pick::Pick;
use crate::server::state::State;

/// Who hears of facts. It knows the sessions: a fact is told to users.
pub(super) trait Tell {
    /// The sessions of each of `to` that `pick` picks hear `message`.
    fn tell(&mut self, state: &State, to: impl Iterator<Item = UserId>, pick: Pick<'_>, message: &Outgoing);

    /// So do the sessions that watch `user`, whose nick this is, and asked for extended-monitor, but for those of `near`.
    fn tell_near(&mut self, state: &State, user: UserId, near: Vec<UserId>, pick: Pick<'_>, message: &Outgoing);

    /// The speaking session hears, behind the answer, what was said to its own user.
    fn tell_speaker(&mut self, state: &State, message: &Outgoing);

    /// Who watches the user's nick hears that somebody has it now.
    fn appeared(&mut self, state: &State, user: UserId);

    /// Who watches `nick` hears that nobody has it any more.
    fn vanished(&mut self, state: &State, nick: &str);

    /// The sessions of `near`, and those that watch `of`, hear a value of metadata, if they subscribed to its key.
    fn value(&mut self, state: &State, near: Vec<UserId>, of: Of, key: &str);

    /// Operators who want to know hear what happened, but for the one whom it is about.
    fn notice(&mut self, state: &State, about: UserId, text: &str);
}

/// Changes the state as the fact says, and tells those who see it.
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
