//! What a letter of MODE means to a channel.

use super::table::{CHANNEL_MODES, ChannelMode, Kind, RANKS, RankMode};

/// A channel's mode, or a member's rank.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    Mode(&'static ChannelMode),
    Rank(&'static RankMode),
}

impl Meaning {
    pub(super) fn of(letter: char) -> Option<Self> {
        let mode = CHANNEL_MODES.iter().find(|row| row.letter == letter).map(Self::Mode);
        mode.or_else(|| RANKS.iter().find(|row| row.letter == letter).map(Self::Rank))
    }

    /// Whether the letter has a parameter when it comes with this sign.
    pub(super) fn takes_param(self, on: bool) -> bool {
        match self {
            Self::Mode(row) => match row.kind {
                Kind::Flag(_) => false,
                Kind::Limit | Kind::Forward => on,
                Kind::List(_) | Kind::Key => true,
            },
            Self::Rank(_) => true,
        }
    }
}
