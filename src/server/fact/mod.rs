//! Facts: what has happened, as values that stand for themselves.
//!
//! A command is done in four steps. It is *decided*, once for each target: a handler looks at the state, and comes to a
//! [`What`] or to a refusal. A [`Fact`] is made of it, with its number, its time and its source. `apply` changes the
//! state, and names who is told: nothing else changes who is where. `render` puts it into words. A fact that the log
//! keeps is told once it is settled.

mod kind;
mod owned;
mod render;

pub use kind::Kind;
pub(super) use render::{apart, extended, render, whole};

use std::borrow::Cow;
use std::rc::Rc;

use super::channel::{Change, ChannelFlags, Rank};
pub use super::id::Seq;
use super::id::{ChannelId, UserId};
use super::message_id::MessageId;
use super::mode_table::UserMode;
use super::operator::Privilege;
use super::speech::{Content, Saying, is_typing};
use crate::time::Time;
use crate::wire::{ChannelName, Nick};

/// What a fact that is not settled counts for against [`Config::unsettled_bytes`](super::Config::unsettled_bytes), besides the
/// lines that wait for it: also one that nobody hears of takes room.
pub const FACT_BYTES: usize = 128;

/// Something that has happened. It is complete in itself: who did it, as what, when, and what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    pub(super) seq: Seq,
    pub(super) id: MessageId,
    /// When it happened: of one target each later than what was before, if there is a log.
    pub(super) at: Time,
    /// What the clock on the wall showed.
    pub(super) wall: Time,
    /// Who did it. The number is good as long as the user is there.
    pub(super) actor: UserId,
    /// `nick!user@host` of whoever did it, as it was before.
    pub(super) source: Cow<'a, str>,
    pub(super) account: Option<Rc<str>>,
    pub(super) bot: bool,
    pub(super) what: What<'a>,
}

/// What it was. A row of the table in `kind` says of each what kind of fact it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// PRIVMSG, NOTICE, TAGMSG, in one line or several.
    Said {
        to: To,
        saying: Saying,
        content: Content<'a>,
        tags: Cow<'a, str>,
    },
    /// A message was taken back: REDACT.
    Redacted {
        to: To,
        number: Seq,
        id: Cow<'a, str>,
        reason: Cow<'a, str>,
    },
    /// Somebody's registration is complete.
    Arrived {
        /// Like no other user's, ever.
        number: u64,
        nick: Nick,
        name: Cow<'a, str>,
        host: Cow<'a, str>,
        realname: Cow<'a, str>,
        away: Option<Cow<'a, str>>,
        metadata: Cow<'a, [(Box<str>, Box<str>)]>,
    },
    /// A channel without a number is created, with these modes.
    Joined {
        channel: Option<ChannelId>,
        name: ChannelName,
        flags: ChannelFlags,
    },
    Parted {
        channel: ChannelId,
        name: ChannelName,
        reason: Cow<'a, str>,
    },
    Kicked {
        channel: ChannelId,
        name: ChannelName,
        user: UserId,
        nick: Nick,
        reason: Cow<'a, str>,
    },
    /// They are gone; they hear of it themselves, too, if they were killed.
    Quit {
        reason: Cow<'a, str>,
        killed: bool,
    },
    Nick {
        nick: Nick,
    },
    Setname {
        realname: Cow<'a, str>,
    },
    /// Others see them away, or present.
    Away {
        text: Option<Cow<'a, str>>,
    },
    /// The same, said again to the members of a channel that they have just joined.
    StillAway {
        channel: ChannelId,
        text: Cow<'a, str>,
    },
    /// The changes of a channel's modes that one line tells.
    Modes {
        channel: ChannelId,
        name: ChannelName,
        changes: Cow<'a, [Change]>,
    },
    /// Their own modes, that were switched on or off.
    UserModes {
        nick: Nick,
        changes: Cow<'a, [(bool, UserMode)]>,
    },
    Topic {
        channel: ChannelId,
        name: ChannelName,
        text: Cow<'a, str>,
    },
    Invited {
        channel: ChannelId,
        name: ChannelName,
        user: UserId,
        nick: Nick,
    },
    Renamed {
        channel: ChannelId,
        old: ChannelName,
        new: ChannelName,
        reason: Cow<'a, str>,
    },
    /// A key of metadata has this value, or none any more.
    Metadata {
        of: Of,
        key: Cow<'a, str>,
        value: Option<Cow<'a, str>>,
    },
    /// They are an operator of the server.
    Oper {
        nick: Nick,
        privileges: Cow<'a, [Privilege]>,
        name: Cow<'a, str>,
    },
    Killed {
        user: UserId,
        nick: Nick,
        reason: Cow<'a, str>,
    },
    Wallops {
        text: Cow<'a, str>,
    },
}

/// To whom something is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// The members of a channel; those alone that stand at least so high, if it was said so (STATUSMSG).
    Channel {
        id: ChannelId,
        name: ChannelName,
        floor: Option<Rank>,
    },
    User {
        id: UserId,
        nick: Nick,
    },
}

/// Whose metadata it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    User(UserId),
    Channel(ChannelId),
}

impl Fact<'_> {
    /// Its number.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// When it happened: of one target each later than what was before, if there is a log.
    pub fn at(&self) -> Time {
        self.at
    }
}

impl What<'_> {
    /// Whether its only tags say that somebody is typing.
    pub(super) fn is_typing(&self) -> bool {
        matches!(self, Self::Said { content, tags, .. } if is_typing(content, tags))
    }
}

impl To {
    /// The target as others read it: as its owner wrote it, with the lowest prefix that was given.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::User { nick, .. } => nick.as_str().into(),
            Self::Channel { name, floor: None, .. } => name.as_str().into(),
            Self::Channel { name, floor: Some(floor), .. } => {
                let mut shown = String::from(floor.prefix());
                shown.push_str(name.as_str());
                shown.into()
            }
        }
    }
}
