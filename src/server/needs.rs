//! What a command needs of whoever gives it: that they are registered, capabilities, a privilege. Knows no commands.

use super::caps::Cap;
use super::operator::Privilege;
use super::session::Session;
use super::turn::Turn;
use crate::wire::numeric::*;

/// What a command needs, besides its parameters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    when: When,
    /// The capabilities that must be on.
    caps: &'static [Cap],
    privilege: Option<Privilege>,
}

/// When a command may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Before registration and after it.
    Always,
    /// Only before it: else 462.
    Unregistered,
    /// Only after it: else 451, also if parameters are missing.
    Registered,
    /// After it, and before it with this capability: else 451.
    RegisteredOr(Cap),
}

/// Nothing.
pub(super) const ALWAYS: Needs = Needs { when: When::Always, caps: &[], privilege: None };

/// A registration that is not complete.
pub(super) const UNREGISTERED: Needs = Needs { when: When::Unregistered, ..ALWAYS };

/// A registration that is complete.
pub(super) const REGISTERED: Needs = Needs { when: When::Registered, ..ALWAYS };

/// A registration that is complete, or this capability.
pub(super) const fn registered_or(cap: Cap) -> Needs {
    Needs { when: When::RegisteredOr(cap), ..ALWAYS }
}

impl Needs {
    /// The same, and these capabilities. Without them the server does not know the command (421).
    pub(super) const fn caps(self, caps: &'static [Cap]) -> Self {
        Self { caps, ..self }
    }

    /// The same, and this privilege, which operators of the server have: else 481, or 723.
    pub(super) const fn privilege(self, privilege: Privilege) -> Self {
        Self { privilege: Some(privilege), ..self }
    }

    /// Whether the command is one for users, and the session's registration is not complete.
    pub(super) fn is_too_early(&self, session: &Session) -> bool {
        self.when == When::Registered && !session.is_registered()
    }

    /// Whether the caller has everything else that the command `word` needs; if not they are told what is missing.
    pub(super) fn are_met(&self, turn: &mut Turn<'_>, word: &str) -> bool {
        let registered = turn.session().is_registered();
        let early = matches!(self.when, When::RegisteredOr(cap) if !registered && !turn.has_cap(cap));
        let unknown = !self.caps.iter().all(|&cap| turn.has_cap(cap));
        if registered && self.when == When::Unregistered {
            turn.reply(ERR_ALREADYREGISTERED, &[]);
            return false;
        }
        if early || unknown && !registered {
            turn.reply(ERR_NOTREGISTERED, &[]);
            return false;
        }
        if unknown {
            turn.reply(ERR_UNKNOWNCOMMAND, &[word]);
            return false;
        }
        self.privilege.is_none_or(|privilege| is_permitted(turn, privilege))
    }
}

/// Whether the caller may do something that operators of the server do; else says that they may not.
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
