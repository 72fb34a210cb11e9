//! The table of the kinds of facts.

use super::{Fact, Of, To, What};

/// What happens to a fact if the log refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is dropped, and nobody ever sees it.
    Said,
    /// It is shown anyway, since the state has already changed.
    Presence,
    /// It cannot be refused, since it is not appended: it results from an answer of the host.
    Right,
}

impl Fact<'_> {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.what.row().0
    }

    /// Whether the log keeps the fact.
    pub fn is_kept(&self) -> bool {
        self.what.row().1
    }
}

impl What<'_> {
    /// In this table, *witnesses* share a channel with the actor and see the actor there; *monitors* are sessions that
    /// monitor the nick.
    ///
    /// | fact | kind | kept | who sees it |
    /// |---|---|---|---|
    /// | Said | said | unless typing | members at or above the floor, or the receiver; the sender's other sessions |
    /// | Redacted | said | yes | the actor, and members at or above the floor, or the receiver, with the capability |
    /// | Arrived | presence | no | monitors |
    /// | Joined, Parted | presence | yes | members who see the actor, and the actor |
    /// | Kicked, Topic, Modes | presence | yes | members, and the actor |
    /// | Quit | presence | yes | witnesses, monitors, and the actor if killed |
    /// | Nick | presence | yes | witnesses, monitors, and the actor |
    /// | Setname | presence | yes | witnesses, monitors, and the actor, with the capability |
    /// | Away | presence | no | witnesses and monitors, with the capability |
    /// | StillAway | presence | no | members who see the actor, with the capability |
    /// | UserModes | presence | no | the actor |
    /// | Invited | presence | no | the invited user, and members who may invite, with the capability |
    /// | Renamed | presence | yes | members, and the actor, with the capability |
    /// | Metadata | presence | of channels | subscribers of the key |
    /// | Killed | presence | no | the killed user |
    /// | Wallops | presence | no | users with mode w |
    /// | Oper | right | no | the actor |
    fn row(&self) -> (Kind, bool) {
        match self {
            Self::Said { .. } => (Kind::Said, !self.is_typing()),
            Self::Redacted { .. } => (Kind::Said, true),
            Self::Joined { .. }
            | Self::Parted { .. }
            | Self::Kicked { .. }
            | Self::Topic { .. }
            | Self::Modes { .. } => (Kind::Presence, true),
            Self::Quit { .. } | Self::Nick { .. } | Self::Setname { .. } | Self::Renamed { .. } => {
                (Kind::Presence, true)
            }
            Self::Metadata { of, .. } => (Kind::Presence, matches!(of, Of::Channel(_))),
            Self::Arrived { .. } | Self::Away { .. } | Self::StillAway { .. } | Self::UserModes { .. } => {
                (Kind::Presence, false)
            }
            Self::Invited { .. } | Self::Killed { .. } | Self::Wallops { .. } => (Kind::Presence, false),
            Self::Oper { .. } => (Kind::Right, false),
        }
    }

    /// The command and the target that FAIL names if the fact is refused.
    pub(in super::super) fn refused_as(&self) -> Option<(&'static str, &To)> {
        match self {
            Self::Said { saying, to, .. } => Some((saying.word(), to)),
            Self::Redacted { to, .. } => Some(("REDACT", to)),
            _ => None,
        }
    }
}
