//! From users to their sessions: who of them is sent a line, and in which form.

use super::caps::Cap;
use super::event::{Actions, ConnId};
use super::id::UserId;
use super::outgoing::{Form, Outgoing};
use super::state::State;
use crate::planted::{Bug, buggy};
use crate::time::Time;

/// Which sessions of its receivers a message is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pick<'a> {
    pub(super) rule: Rule<'a>,
    /// What the asking session has to do with it.
    pub(super) asking: Asking,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Rule<'a> {
    All,
    With(Cap),
    Without(Cap),
    /// Those that read messages in several lines, or those that do not.
    Multiline(bool),
    /// Those that want to hear of this key of metadata.
    Subscribed(&'a str),
}

/// Whether the asking session hears what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    Hears,
    /// It speaks: it hears itself if it asked for echo-message.
    HearsEcho,
    /// It is answered otherwise.
    Not,
}

impl<'a> Pick<'a> {
    pub(super) const ALL: Self = Self::by(Rule::All);

    const fn by(rule: Rule<'a>) -> Self {
        Self { rule, asking: Asking::Hears }
    }

    /// Those that switched `cap` on.
    pub(super) fn with(cap: Cap) -> Self {
        Self::by(Rule::With(cap))
    }

    /// Those that did not switch `cap` on.
    pub(super) fn without(cap: Cap) -> Self {
        Self::by(Rule::Without(cap))
    }

    /// Those that read messages in several lines, or those that do not.
    pub(super) fn multiline(on: bool) -> Self {
        Self::by(Rule::Multiline(on))
    }

    /// Those that want to hear of this key of metadata.
    pub(super) fn subscribed(key: &'a str) -> Self {
        Self::by(Rule::Subscribed(key))
    }

    /// The same for what is said: the speaking session hears itself only with echo-message.
    pub(super) fn spoken(self) -> Self {
        Self { asking: Asking::HearsEcho, ..self }
    }

    /// The same without the asking session.
    pub(super) fn not_asking(self) -> Self {
        Self { asking: Asking::Not, ..self }
    }

    /// Whether it is for this session.
    #[inline]
    pub(super) fn takes(&self, state: &State, conn: ConnId) -> bool {
        matches!(self.rule, Rule::All) || self.takes_some(state, conn)
    }

    fn takes_some(&self, state: &State, conn: ConnId) -> bool {
        match self.rule {
            Rule::All => true,
            Rule::With(cap) => state.has_cap(conn, cap),
            Rule::Without(cap) => !state.has_cap(conn, cap),
            Rule::Multiline(on) => on == (state.has_cap(conn, Cap::Multiline) && state.has_cap(conn, Cap::Batch)),
            Rule::Subscribed(key) => {
                let session = state.session(conn);
                let any = |&conn: &ConnId| state.session(conn).subscriptions.contains(key);
                let shared = buggy(Bug::SubscriptionsShared) && state.sessions_of(session.user).iter().any(any);
                session.is_registered() && state.is_aware(conn) && (session.subscriptions.contains(key) || shared)
            }
        }
    }
}

/// Sends a message to those of `to` that `pick` takes, encoded once for each form among them.
///
/// The sessions go straight into the tray's list of recipients. Only where they asked for different forms is that part of
/// the list gone through again.
pub(super) fn deliver(
    state: &State,
    actions: &mut Actions,
    now: Time,
    to: impl Iterator<Item = ConnId>,
    pick: Pick<'_>,
    message: &Outgoing,
) {
    let mut forms = 0;
    let conns = to.filter(|&conn| pick.takes(state, conn));
    let all = actions.list_recipients(conns.inspect(|&conn| forms |= state.form(conn).bit()));
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
