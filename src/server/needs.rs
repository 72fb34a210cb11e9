//! What a command requires of the caller: registration, capabilities, a privilege. Independent of the commands
//! themselves.

use super::caps::Cap;
use super::operator::Privilege;
use super::turn::Turn;
use crate::wire::numeric::*;

/// What a command requires besides its parameters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    when: When,
    /// The capabilities that it requires.
    caps: &'static [Cap],
    privilege: Option<Privilege>,
}

/// When a command is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Before registration and after it.
    Always,
    /// Only before it; otherwise 462.
    Unregistered,
    /// Only after it; otherwise 451, even if parameters are missing.
    Registered,
    /// After it, or before it with this capability; otherwise 451.
    RegisteredOr(Cap),
}

/// No requirements.
pub(super) const ALWAYS: Needs = Needs { when: When::Always, caps: &[], privilege: None };

/// Only before registration.
pub(super) const UNREGISTERED: Needs = Needs { when: When::Unregistered, ..ALWAYS };

/// Only after registration.
pub(super) const REGISTERED: Needs = Needs { when: When::Registered, ..ALWAYS };

/// After registration, or with this capability.
pub(super) const fn registered_or(cap: Cap) -> Needs {
    Needs { when: When::RegisteredOr(cap), ..ALWAYS }
}

impl Needs {
    /// Also requires these capabilities. Without them the command is unknown: 421, or 451 before registration.
    pub(super) const fn caps(self, caps: &'static [Cap]) -> Self {
        Self { caps, ..self }
    }

    /// Also requires this privilege of a server operator; otherwise 481 or 723.
    pub(super) const fn privilege(self, privilege: Privilege) -> Self {
        Self { privilege: Some(privilege), ..self }
    }

    /// Whether the reply is 451: the session is not registered, and the command needs registration or a capability that
    /// is not enabled.
    pub(super) fn is_too_early(&self, turn: &Turn<'_>) -> bool {
        let is_allowed = match self.when {
            When::Registered => false,
            When::RegisteredOr(cap) => turn.has_cap(cap),
            When::Always | When::Unregistered => self.has_caps(turn),
        };
        !is_allowed && !turn.session().is_registered()
    }

    fn has_caps(&self, turn: &Turn<'_>) -> bool {
        self.caps.iter().all(|&cap| turn.has_cap(cap))
    }

    /// Whether the caller meets the other requirements of the command `word`; if not, sends the error reply.
    pub(super) fn are_met(&self, turn: &mut Turn<'_>, word: &str) -> bool {
        if turn.session().is_registered() && self.when == When::Unregistered {
            turn.reply(ERR_ALREADYREGISTERED, &[]);
            return false;
        }
        if !self.has_caps(turn) {
            turn.reply(ERR_UNKNOWNCOMMAND, &[word]);
            return false;
        }
        self.privilege.is_none_or(|privilege| is_permitted(turn, privilege))
    }
}

/// Whether the caller has a privilege; if not, sends the error reply.
pub(super) fn is_permitted(turn: &mut Turn<'_>, privilege: Privilege) -> bool {
    let me = turn.me();
    if me.may(privilege) {
        return true;
    }
    match me.is_operator() {
        true => turn.reply(ERR_NOPRIVS, &[privilege.name()]),
        false => turn.reply(ERR_NOPRIVILEGES, &[]),
    }
    false
}
