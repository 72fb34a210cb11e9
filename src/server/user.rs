//! A user, independent of their connections.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::event::{ConnId, Stays};
use super::id::ChannelId;
pub(super) use super::mode_table::UserMode;
use super::mode_table::{USER_MODES, UserFlags};
use super::notes::Notes;
use super::operator::Privilege;
use super::remembered::Remembered;
use crate::time::{Now, Time};
use crate::wire::{Nick, Peer};

/// The connections of a user.
#[derive(Debug, Default)]
pub(super) enum Sessions {
    #[default]
    None,
    One(ConnId),
    /// Two or more, sorted by number.
    Many(Box<[ConnId]>),
}

impl Sessions {
    pub(super) fn as_slice(&self) -> &[ConnId] {
        match self {
            Self::None => &[],
            Self::One(conn) => std::slice::from_ref(conn),
            Self::Many(conns) => conns,
        }
    }

    pub(super) fn add(&mut self, conn: ConnId) {
        let mut all = self.as_slice().to_vec();
        let at = all.binary_search(&conn).expect_err("a session is added once");
        all.insert(at, conn);
        *self = Self::from(all);
    }

    pub(super) fn remove(&mut self, conn: ConnId) {
        let mut all = self.as_slice().to_vec();
        all.retain(|&other| other != conn);
        *self = Self::from(all);
    }
}

impl From<Vec<ConnId>> for Sessions {
    fn from(conns: Vec<ConnId>) -> Self {
        match conns[..] {
            [] => Self::None,
            [conn] => Self::One(conn),
            _ => Self::Many(conns.into()),
        }
    }
}

/// A participant, registered or not.
#[derive(Debug)]
pub(super) struct User {
    /// A unique number, never reused.
    pub(super) number: u64,
    /// The address of the user's first session.
    pub(super) host: Box<str>,
    pub(super) nick: Option<Nick>,
    /// The user name from `USER`, with a `~` because it is not verified.
    pub(super) name: Box<str>,
    pub(super) realname: Box<str>,
    /// False during registration: the user is provisional.
    pub(super) registered: bool,
    modes: UserFlags,
    /// The account that the user is logged in to. There are no accounts yet.
    pub(super) account: Option<Rc<str>>,
    /// In the order in which the user joined them.
    pub(super) channels: Vec<ChannelId>,
    pub(super) signed_on: Now,
    /// When the user last sent a message (317).
    pub(super) last_spoke: Time,
    /// The fields that most users do not need.
    pub(super) rare: RareBox,
}

/// The fields that most users do not need. They are allocated on first use.
#[derive(Debug, Default)]
pub(super) struct Rare {
    /// The away message that others see. It depends on the user's sessions.
    pub(super) away: Option<Box<str>>,
    /// Whether the user stays without sessions.
    pub(super) stays: Stays,
    /// For a user who stays without sessions: why their last session ended.
    pub(super) left: Option<Box<str>>,
    /// The privileges of a server operator; empty for others.
    pub(super) privileges: Vec<Privilege>,
    /// Channels that the user was invited to, the oldest invitation first. The channels also list the user.
    pub(super) invitations: Vec<ChannelId>,
    pub(super) metadata: BTreeMap<Box<str>, Box<str>>,
    /// What individual commands remember about the user.
    pub(super) notes: Notes,
    /// Private messages that the user sent, each with the receiver's number.
    pub(super) said: Remembered<u64>,
    /// The time of the last logged fact about a private message from or to the user.
    pub(super) last: Time,
}

/// A [`Rare`] that is allocated when it is first changed.
#[derive(Debug, Default)]
pub(super) struct RareBox(Option<Box<Rare>>);

impl std::ops::Deref for RareBox {
    type Target = Rare;

    fn deref(&self) -> &Rare {
        static EMPTY: Rare = Rare {
            away: None,
            stays: Stays::No,
            left: None,
            privileges: Vec::new(),
            invitations: Vec::new(),
            metadata: BTreeMap::new(),
            notes: Notes::NONE,
            said: Remembered::EMPTY,
            last: Time::from_micros(0),
        };
        self.0.as_deref().unwrap_or(&EMPTY)
    }
}

impl std::ops::DerefMut for RareBox {
    fn deref_mut(&mut self) -> &mut Rare {
        self.0.get_or_insert_default()
    }
}

impl User {
    /// The provisional user of a new connection.
    pub(super) fn new(peer: &Peer, now: Now) -> Self {
        Self {
            number: 0,
            host: peer.host.clone(),
            nick: None,
            name: "".into(),
            realname: "".into(),
            registered: false,
            modes: UserFlags::default(),
            account: None,
            channels: Vec::new(),
            signed_on: now,
            last_spoke: now.mono,
            rare: RareBox::default(),
        }
    }

    pub(super) fn is_registered(&self) -> bool {
        self.registered
    }

    /// The nick, or `*` if there is none yet.
    pub(super) fn shown_nick(&self) -> &str {
        self.nick.as_ref().map_or("*", Nick::as_str)
    }

    /// `nick!user@host`, the source of the user's lines.
    pub(super) fn source(&self) -> String {
        [self.shown_nick(), "!", &self.name, "@", &self.host].concat()
    }

    /// The length of the source in bytes.
    pub(super) fn source_bytes(&self) -> usize {
        self.shown_nick().len() + self.name.len() + self.host.len() + "!@".len()
    }

    /// `nick (~user@host)`, for server notices and STATS.
    pub(super) fn described(&self) -> String {
        [self.shown_nick(), " (", &self.name, "@", &self.host, ")"].concat()
    }

    pub(super) fn has(&self, mode: UserMode) -> bool {
        self.modes.has(mode)
    }

    /// Sets or clears a mode. Returns whether that changed anything. Only `state` may call it, since it counts the
    /// users with certain modes.
    pub(super) fn set(&mut self, mode: UserMode, on: bool) -> bool {
        self.modes.set(mode, on)
    }

    pub(super) fn is_operator(&self) -> bool {
        self.has(UserMode::Operator)
    }

    pub(super) fn is_invisible(&self) -> bool {
        self.has(UserMode::Invisible)
    }

    pub(super) fn is_bot(&self) -> bool {
        self.has(UserMode::Bot)
    }

    pub(super) fn may(&self, privilege: Privilege) -> bool {
        self.rare.privileges.contains(&privilege)
    }

    /// The user modes that are on, for example `+i`; `+` if there are none.
    pub(super) fn modes(&self) -> String {
        let on = USER_MODES.iter().filter(|row| self.has(row.mode)).map(|row| row.letter);
        ['+'].into_iter().chain(on).collect()
    }
}
