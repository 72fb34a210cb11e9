//! The kinds of facts, in one table.

use super::{Fact, Of, To, What};

/// What becomes of a fact that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It disappears, before anybody saw it.
    Said,
    /// It is shown all the same, since it is true: who is where, and as what.
    Presence,
    /// It was written by the question that it answers, and is not appended.
    Right,
}

impl Fact<'_> {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.what.row().0
    }

    /// Whether the log keeps it.
    pub fn is_kept(&self) -> bool {
        self.what.row().1
    }
}

impl What<'_> {
    /// | fact | kind | kept | who sees it |
    /// |---|---|---|---|
    /// | Said | said | unless typing | the members at or above the floor, or the receiver; the speaker's other sessions |
    /// | Redacted | said | yes | those who heard what is taken back |
    /// | Arrived | presence | no | those who watch the nick |
    /// | Joined, Parted | presence | yes | the members who see the actor, and the actor |
    /// | Kicked, Topic, Modes | presence | yes | the members, and the actor |
    /// | Quit | presence | yes | those who share a channel with the actor and see them there |
    /// | Nick | presence | yes | the same, and the actor |
    /// | Setname | presence | yes | the same, who asked for it, and those who watch |
    /// | Away | presence | no | those who share a channel, and those who watch, who asked for it |
    /// | StillAway | presence | no | the members who see the actor, who asked for it |
    /// | UserModes | presence | no | the actor |
    /// | Invited | presence | no | the invited, and the members who may invite and asked for it |
    /// | Renamed | presence | yes | the members, and the actor |
    /// | Metadata | presence | of channels | who subscribed to the key |
    /// | Killed | presence | no | the killed |
    /// | Wallops | presence | no | users with the mode w |
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

    /// The command and the target that a refusal names.
    pub(in super::super) fn refused_as(&self) -> Option<(&'static str, &To)> {
        match self {
            Self::Said { saying, to, .. } => Some((saying.word(), to)),
            Self::Redacted { to, .. } => Some(("REDACT", to)),
            _ => None,
        }
    }
}
