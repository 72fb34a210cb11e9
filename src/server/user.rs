//! One user as the server knows them: who they are, whatever connections they have.

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

/// The connections of one user.
#[derive(Debug, Default)]
pub(super) enum Sessions {
    #[default]
    None,
    One(ConnId),
    /// Two or more, in the order of their numbers.
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

/// Who takes part, registered or not.
#[derive(Debug)]
pub(super) struct User {
    /// A number that nobody had before, whatever nick and connection they had.
    pub(super) number: u64,
    /// The address of their first session.
    pub(super) host: Box<str>,
    pub(super) nick: Option<Nick>,
    /// What `USER` gave, with a `~` before it: nobody vouches for it.
    pub(super) name: Box<str>,
    pub(super) realname: Box<str>,
    /// Not while a registration is under way: then the user is a provisional one.
    pub(super) registered: bool,
    modes: UserFlags,
    /// The account that the user is logged in to. There are none yet: nobody is.
    pub(super) account: Option<Rc<str>>,
    /// The text with which others see them away. Follows from what their sessions said.
    pub(super) away: Option<Box<str>>,
    /// In the order in which they were joined.
    pub(super) channels: Vec<ChannelId>,
    pub(super) signed_on: Time,
    /// When the user last said something to somebody (317).
    pub(super) last_spoke: Time,
    /// When they last said something to somebody, or somebody to them, that the log keeps.
    pub(super) last: Time,
    /// What most users have nothing of.
    pub(super) rare: RareBox,
}

/// What most users have nothing of. It has no room of its own while it is all empty.
#[derive(Debug, Default)]
pub(super) struct Rare {
    /// Whether they go on without sessions.
    pub(super) stays: Stays,
    /// Why the last session ended of a user who stays.
    pub(super) left: Option<Box<str>>,
    /// What an operator of the server may do; empty for others.
    pub(super) privileges: Vec<Privilege>,
    /// Channels that the user was invited to, the oldest invitation first. The channels know it too.
    pub(super) invitations: Vec<ChannelId>,
    pub(super) metadata: BTreeMap<Box<str>, Box<str>>,
    /// What commands keep about the user that is theirs alone.
    pub(super) notes: Notes,
    /// What the user said in private, to the users of which numbers.
    pub(super) said: Remembered<u64>,
}

/// A [`Rare`] that is made when it is first changed.
#[derive(Debug, Default)]
pub(super) struct RareBox(Option<Box<Rare>>);

impl std::ops::Deref for RareBox {
    type Target = Rare;

    fn deref(&self) -> &Rare {
        static EMPTY: Rare = Rare {
            stays: Stays::No,
            left: None,
            privileges: Vec::new(),
            invitations: Vec::new(),
            metadata: BTreeMap::new(),
            notes: Notes::NONE,
            said: Remembered::EMPTY,
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
            away: None,
            channels: Vec::new(),
            signed_on: now.wall,
            last_spoke: now.mono,
            last: Time::default(),
            rare: RareBox::default(),
        }
    }

    pub(super) fn is_registered(&self) -> bool {
        self.registered
    }

    /// The nick, or `*` for somebody who has none yet.
    pub(super) fn shown_nick(&self) -> &str {
        self.nick.as_ref().map_or("*", Nick::as_str)
    }

    /// `nick!user@host`, which stands before everything that the user does.
    pub(super) fn source(&self) -> String {
        self.source_at(&self.host)
    }

    /// How many bytes that has.
    pub(super) fn source_bytes(&self) -> usize {
        self.shown_nick().len() + self.name.len() + self.host.len() + "!@".len()
    }

    /// The same as if they came from `host`.
    pub(super) fn source_at(&self, host: &str) -> String {
        [self.shown_nick(), "!", &self.name, "@", host].concat()
    }

    /// `nick (~user@host)`, as server notices and STATS show somebody.
    pub(super) fn described(&self) -> String {
        [self.shown_nick(), " (", &self.name, "@", &self.host, ")"].concat()
    }

    pub(super) fn has(&self, mode: UserMode) -> bool {
        self.modes.has(mode)
    }

    /// Switches a mode, and returns whether that changed anything. To be called by the state alone, which counts.
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

    /// The user modes that are on, as `+i`.
    pub(super) fn modes(&self) -> String {
        let on = USER_MODES.iter().filter(|row| self.has(row.mode)).map(|row| row.letter);
        ['+'].into_iter().chain(on).collect()
    }
}
