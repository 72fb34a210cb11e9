//! Converts a fact so that it can outlive its command.

use std::borrow::Cow;

use super::{Fact, What};
use crate::server::speech::Content;

impl Fact<'_> {
    /// The fact, with owned texts.
    pub(in super::super) fn into_owned(self) -> Fact<'static> {
        Fact {
            seq: self.seq,
            id: self.id,
            at: self.at,
            when: self.when,
            actor: self.actor,
            source: owned(self.source),
            account: self.account,
            bot: self.bot,
            what: self.what.into_owned(),
        }
    }
}

fn owned<T: ToOwned + ?Sized>(value: Cow<'_, T>) -> Cow<'static, T> {
    Cow::Owned(value.into_owned())
}

impl Content<'_> {
    fn into_owned(self) -> Content<'static> {
        match self {
            Self::Nothing => Content::Nothing,
            Self::Line(line) => Content::Line(owned(line)),
            Self::Lines(lines) => Content::Lines(owned(lines)),
        }
    }
}

impl What<'_> {
    fn into_owned(self) -> What<'static> {
        match self {
            Self::Said { to, saying, content, tags } => {
                What::Said { to, saying, content: content.into_owned(), tags: owned(tags) }
            }
            Self::Redacted { to, number, id, reason } => {
                What::Redacted { to, number, id: owned(id), reason: owned(reason) }
            }
            Self::Arrived { number, nick, name, host, realname, away, metadata } => What::Arrived {
                number,
                nick,
                name: owned(name),
                host: owned(host),
                realname: owned(realname),
                away: away.map(owned),
                metadata: owned(metadata),
            },
            Self::Joined { channel, name, flags } => What::Joined { channel, name, flags },
            Self::Parted { channel, name, reason } => What::Parted { channel, name, reason: owned(reason) },
            Self::Kicked { channel, name, user, nick, reason } => {
                What::Kicked { channel, name, user, nick, reason: owned(reason) }
            }
            Self::Quit { reason, killed } => What::Quit { reason: owned(reason), killed },
            Self::Nick { nick } => What::Nick { nick },
            Self::Setname { realname } => What::Setname { realname: owned(realname) },
            Self::Away { text } => What::Away { text: text.map(owned) },
            Self::StillAway { channel, text } => What::StillAway { channel, text: owned(text) },
            Self::Modes { channel, name, changes } => What::Modes { channel, name, changes: owned(changes) },
            Self::UserModes { nick, changes } => What::UserModes { nick, changes: owned(changes) },
            Self::Topic { channel, name, text } => What::Topic { channel, name, text: owned(text) },
            Self::Invited { channel, name, user, nick } => What::Invited { channel, name, user, nick },
            Self::Renamed { channel, old, new, reason } => What::Renamed { channel, old, new, reason: owned(reason) },
            Self::Metadata { of, key, value } => What::Metadata { of, key: owned(key), value: value.map(owned) },
            Self::Oper { nick, privileges, name } => {
                What::Oper { nick, privileges: owned(privileges), name: owned(name) }
            }
            Self::Killed { user, nick, reason } => What::Killed { user, nick, reason: owned(reason) },
            Self::Wallops { text } => What::Wallops { text: owned(text) },
        }
    }
}
