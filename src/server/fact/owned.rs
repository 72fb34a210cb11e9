//! A fact that outlives the command that caused it.

use std::borrow::Cow;

use super::{Fact, What};
use crate::server::messages::speech::Content;

impl Fact<'_> {
    /// The fact with texts of its own.
    pub(in super::super) fn to_owned(&self) -> Fact<'static> {
        Fact {
            seq: self.seq,
            id: self.id,
            at: self.at,
            actor: self.actor,
            source: text(&self.source),
            account: self.account.clone(),
            bot: self.bot,
            what: self.what.to_owned(),
        }
    }
}

fn text(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

fn optional(value: Option<&Cow<'_, str>>) -> Option<Cow<'static, str>> {
    value.map(|value| text(value))
}

impl Content<'_> {
    fn to_owned(&self) -> Content<'static> {
        match self {
            Self::Nothing => Content::Nothing,
            Self::Line(line) => Content::Line(text(line)),
            Self::Lines(lines) => Content::Lines(Cow::Owned(lines.to_vec())),
        }
    }
}

impl What<'_> {
    fn to_owned(&self) -> What<'static> {
        match self {
            Self::Said { to, saying, content, tags } => {
                What::Said { to: to.clone(), saying: *saying, content: content.to_owned(), tags: text(tags) }
            }
            Self::Redacted { to, number, id, reason } => {
                What::Redacted { to: to.clone(), number: *number, id: text(id), reason: text(reason) }
            }
            Self::Arrived { number, nick, name, host, realname, away, metadata } => What::Arrived {
                number: *number,
                nick: nick.clone(),
                name: text(name),
                host: text(host),
                realname: text(realname),
                away: optional(away.as_ref()),
                metadata: Cow::Owned(metadata.to_vec()),
            },
            Self::Joined { channel, name } => What::Joined { channel: *channel, name: name.clone() },
            Self::Parted { channel, name, reason } => {
                What::Parted { channel: *channel, name: name.clone(), reason: text(reason) }
            }
            Self::Kicked { channel, name, user, nick, reason } => What::Kicked {
                channel: *channel,
                name: name.clone(),
                user: *user,
                nick: nick.clone(),
                reason: text(reason),
            },
            Self::Quit { reason, killed } => What::Quit { reason: text(reason), killed: *killed },
            Self::Nick { nick } => What::Nick { nick: nick.clone() },
            Self::Setname { realname } => What::Setname { realname: text(realname) },
            Self::Away { text } => What::Away { text: optional(text.as_ref()) },
            Self::StillAway { channel, text: away } => What::StillAway { channel: *channel, text: text(away) },
            Self::Modes { channel, name, changes } => {
                What::Modes { channel: *channel, name: name.clone(), changes: Cow::Owned(changes.to_vec()) }
            }
            Self::UserModes { nick, changes } => {
                What::UserModes { nick: nick.clone(), changes: Cow::Owned(changes.to_vec()) }
            }
            Self::Topic { channel, name, text: topic } => {
                What::Topic { channel: *channel, name: name.clone(), text: text(topic) }
            }
            Self::Invited { channel, name, user, nick } => {
                What::Invited { channel: *channel, name: name.clone(), user: *user, nick: nick.clone() }
            }
            Self::Renamed { channel, old, new, reason } => {
                What::Renamed { channel: *channel, old: old.clone(), new: new.clone(), reason: text(reason) }
            }
            Self::Metadata { of, key, value } => {
                What::Metadata { of: *of, key: text(key), value: optional(value.as_ref()) }
            }
            Self::Oper { nick, privileges, name } => {
                What::Oper { nick: nick.clone(), privileges: Cow::Owned(privileges.to_vec()), name: text(name) }
            }
            Self::Killed { user, nick, reason } => {
                What::Killed { user: *user, nick: nick.clone(), reason: text(reason) }
            }
            Self::Wallops { text: said } => What::Wallops { text: text(said) },
        }
    }
}
