//! Facts: what has happened, as self-contained values.
//!
//! A command is handled in four steps. A handler *decides*, once for each target: it reads the state, and returns a
//! [`What`] or a refusal. The `What` becomes a [`Fact`], with a number, a time and a source. `apply` changes the state
//! and determines the users who see the fact; no other code changes memberships. `render` turns the fact into lines. If
//! the log keeps a fact, it is shown once it is settled.

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
use crate::time::{Now, Time};
use crate::wire::{ChannelName, Nick};

/// How many bytes an unsettled fact adds to what [`Config::unsettled_bytes`](super::Config::unsettled_bytes) limits, in
/// addition to the lines that wait for it: even a fact that nobody sees takes memory.
pub const FACT_BYTES: usize = 128;

/// Something that has happened, with everything needed to describe it: what it was, who did it, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    pub(super) seq: Seq,
    pub(super) id: MessageId,
    /// When it happened. With a log, later than all earlier facts about the same target.
    pub(super) at: Time,
    /// What both clocks showed.
    pub(super) when: Now,
    /// Who did it. Valid only while the user exists.
    pub(super) actor: UserId,
    /// The actor's `nick!user@host` before the fact.
    pub(super) source: Cow<'a, str>,
    pub(super) account: Option<Rc<str>>,
    pub(super) bot: bool,
    pub(super) what: What<'a>,
}

/// What happened. The table in `kind` lists the kind of each variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// PRIVMSG, NOTICE, TAGMSG, in one line or several.
    Said {
        to: To,
        saying: Saying,
        content: Content<'a>,
        tags: Cow<'a, str>,
    },
    /// REDACT.
    Redacted {
        to: To,
        number: Seq,
        id: Cow<'a, str>,
        reason: Cow<'a, str>,
    },
    /// A user completed registration.
    Arrived {
        /// Unique, never reused.
        number: u64,
        nick: Nick,
        name: Cow<'a, str>,
        host: Cow<'a, str>,
        realname: Cow<'a, str>,
        away: Option<Cow<'a, str>>,
        metadata: Cow<'a, [(Box<str>, Box<str>)]>,
    },
    /// If `channel` is `None`, the channel is created, with these modes.
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
    /// The user left. The user's own sessions see it only if the user was killed.
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
    /// The user is now shown to others as away, or as back.
    Away {
        text: Option<Cow<'a, str>>,
    },
    /// The user is away, and has just joined a channel: shown to its members.
    StillAway {
        channel: ChannelId,
        text: Cow<'a, str>,
    },
    /// The mode changes of a channel that are shown on one line.
    Modes {
        channel: ChannelId,
        name: ChannelName,
        changes: Cow<'a, [Change]>,
    },
    /// Changes of the user's own modes.
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
    /// A metadata key was set, or cleared.
    Metadata {
        of: Of,
        key: Cow<'a, str>,
        value: Option<Cow<'a, str>>,
    },
    /// The user became a server operator.
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

/// The target of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// The members of a channel, or only those at or above `floor` (STATUSMSG).
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

/// What a metadata value belongs to.
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

    /// When it happened. With a log, later than all earlier facts about the same target.
    pub fn at(&self) -> Time {
        self.at
    }
}

impl What<'_> {
    /// Whether it is only a typing notification.
    pub(super) fn is_typing(&self) -> bool {
        matches!(self, Self::Said { content, tags, .. } if is_typing(content, tags))
    }
}

impl To {
    /// The target as receivers see it: the name in its original spelling, after the lowest of the prefixes that the
    /// sender gave.
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
