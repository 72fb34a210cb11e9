//! From users to their sessions: who of them is sent a line, and in which form.

use crate::server::caps::Cap;
use crate::server::event::{Actions, ConnId};
use crate::server::metadata;
use crate::server::outgoing::{Form, Outgoing};
use crate::server::state::State;
use crate::server::user::UserId;
use crate::time::Time;

/// Which sessions of its receivers a message is for.
#[derive(Clone, Copy)]
pub(in super::super) struct Pick<'a> {
    rule: Rule<'a>,
    /// A session that is not sent it, whatever the rule says.
    but: Option<ConnId>,
    /// The session that hears it later, as a part of its answer.
    pub(super) asker: Option<ConnId>,
}

#[derive(Clone, Copy)]
enum Rule<'a> {
    All,
    With(Cap),
    Without(Cap),
    /// Those that read messages in several lines, or those that do not.
    Multiline(bool),
    /// Those that want to hear of this key of metadata.
    Subscribed(&'a str),
}

impl<'a> Pick<'a> {
    pub(in super::super) const ALL: Self = Self::by(Rule::All);

    const fn by(rule: Rule<'a>) -> Self {
        Self { rule, but: None, asker: None }
    }

    /// Those that switched `cap` on.
    pub(in super::super) fn with(cap: Cap) -> Self {
        Self::by(Rule::With(cap))
    }

    /// Those that did not switch `cap` on.
    pub(in super::super) fn without(cap: Cap) -> Self {
        Self::by(Rule::Without(cap))
    }

    /// Those that read messages in several lines, or those that do not.
    pub(in super::super) fn multiline(on: bool) -> Self {
        Self::by(Rule::Multiline(on))
    }

    /// Those that want to hear of this key of metadata.
    pub(in super::super) fn subscribed(key: &'a str) -> Self {
        Self::by(Rule::Subscribed(key))
    }

    /// The same without this session.
    pub(in super::super) fn but(self, but: Option<ConnId>) -> Self {
        Self { but, ..self }
    }

    pub(in super::super) fn takes(&self, state: &State, conn: ConnId) -> bool {
        if self.but == Some(conn) || self.asker == Some(conn) {
            return false;
        }
        match self.rule {
            Rule::All => true,
            Rule::With(cap) => state.has_cap(conn, cap),
            Rule::Without(cap) => !state.has_cap(conn, cap),
            Rule::Multiline(on) => on == (state.has_cap(conn, Cap::Multiline) && state.has_cap(conn, Cap::Batch)),
            Rule::Subscribed(key) => {
                let session = state.session(conn);
                session.is_registered() && metadata::is_aware(state, conn) && session.subscriptions.contains(key)
            }
        }
    }
}

/// Sends a message to those sessions of each of `to`, and of `also`, that `pick` picks, encoded once for each form among them.
///
/// The sessions go straight into the tray's list of recipients. Only where they asked for different forms is that part of
/// the list gone through again.
pub(in super::super) fn deliver(
    state: &State,
    actions: &mut Actions,
    now: Time,
    to: impl Iterator<Item = UserId>,
    also: &[ConnId],
    pick: Pick<'_>,
    message: &Outgoing,
) {
    let mut forms = 0;
    let conns = to.flat_map(|user| state.sessions_of(user)).chain(also).copied();
    let conns = conns.filter(|&conn| pick.takes(state, conn));
    let all = actions.list_recipients(conns.inspect(|&conn| forms |= state.form(conn).bit()));
    for form in Form::all().filter(|form| forms & form.bit() != 0) {
        let some = match forms == form.bit() {
            true => all,
            false => actions.narrow_recipients(all, |conn| state.form(conn) == form),
        };
        actions.send_all(some, message.line(form, now, None));
    }
}
