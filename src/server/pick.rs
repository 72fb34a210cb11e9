//! Determines which of the receivers' sessions get a line, and in which form.

use super::caps::Cap;
use super::event::{Actions, ConnId};
use super::id::UserId;
use super::outgoing::{Form, Outgoing};
use super::state::State;
use crate::planted::{Bug, buggy};
use crate::time::Time;

/// Which of the receivers' sessions get a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pick<'a> {
    pub(super) rule: Rule<'a>,
    /// Whether the calling session receives it.
    pub(super) asking: Asking,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Rule<'a> {
    All,
    With(Cap),
    Without(Cap),
    /// Sessions that support multiline messages, or those that do not.
    Multiline(bool),
    /// Sessions that subscribed to this metadata key.
    Subscribed(&'a str),
}

/// Whether the calling session receives the result of its own command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    Hears,
    /// Only with echo-message, since it is the caller's own message.
    HearsEcho,
    /// Never: it gets another reply.
    Not,
}

impl<'a> Pick<'a> {
    pub(super) const ALL: Self = Self::by(Rule::All);

    const fn by(rule: Rule<'a>) -> Self {
        Self { rule, asking: Asking::Hears }
    }

    /// Sessions with `cap`.
    pub(super) fn with(cap: Cap) -> Self {
        Self::by(Rule::With(cap))
    }

    /// Sessions without `cap`.
    pub(super) fn without(cap: Cap) -> Self {
        Self::by(Rule::Without(cap))
    }

    /// Sessions that support multiline messages, or those that do not.
    pub(super) fn multiline(on: bool) -> Self {
        Self::by(Rule::Multiline(on))
    }

    /// Sessions that subscribed to this metadata key.
    pub(super) fn subscribed(key: &'a str) -> Self {
        Self::by(Rule::Subscribed(key))
    }

    /// For messages of users: the calling session receives its own only with echo-message.
    pub(super) fn spoken(self) -> Self {
        Self { asking: Asking::HearsEcho, ..self }
    }

    /// The same selection without the calling session.
    pub(super) fn not_asking(self) -> Self {
        Self { asking: Asking::Not, ..self }
    }

    /// Whether it selects this session, apart from [`Asking`].
    #[inline]
    pub(super) fn takes(&self, state: &State, conn: ConnId) -> bool {
        match self.rule {
            Rule::All => true,
            Rule::With(cap) => state.has_cap(conn, cap),
            Rule::Without(cap) => !state.has_cap(conn, cap),
            Rule::Multiline(on) => on == (state.has_cap(conn, Cap::Multiline) && state.has_cap(conn, Cap::Batch)),
            Rule::Subscribed(key) => subscribes(state, conn, key),
        }
    }
}

fn subscribes(state: &State, conn: ConnId, key: &str) -> bool {
    let session = state.session(conn);
    let any = |&conn: &ConnId| state.session(conn).subscriptions().contains(key);
    let shared = buggy(Bug::SubscriptionsShared) && state.sessions_of(session.user).iter().any(any);
    session.is_registered() && state.is_aware(conn) && (session.subscriptions().contains(key) || shared)
}

/// Sends a message to those of `to` that `pick` selects, encoded once for each form among them.
///
/// The recipients are listed directly in `actions`. They are read again only if their forms differ.
pub(super) fn deliver(
    state: &State,
    actions: &mut Actions,
    now: Time,
    to: impl Iterator<Item = ConnId>,
    pick: Pick<'_>,
    message: &Outgoing,
) {
    let mut forms = 0;
    let note = |&conn: &ConnId| forms |= state.form(conn).bit();
    let all = match pick.rule {
        Rule::All => actions.list_recipients(to.inspect(note)),
        _ => actions.list_recipients(to.filter(|&conn| pick.takes(state, conn)).inspect(note)),
    };
    for form in Form::all().filter(|form| forms & form.bit() != 0) {
        let some = match forms == form.bit() {
            true => all,
            false => actions.narrow_recipients(all, |conn| state.form(conn) == form),
        };
        actions.send_all(some, message.line(form, now, None));
    }
}

/// The sessions of users.
pub(super) fn sessions<'s>(
    state: &'s State,
    users: impl Iterator<Item = UserId> + 's,
) -> impl Iterator<Item = ConnId> + 's {
    users.flat_map(|user| state.sessions_of(user)).copied()
}
