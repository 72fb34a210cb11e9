//! The tables of ranks, channel modes and user modes: which parameter each takes, who may set it and who may see it.
//! Independent of users and channels.

use std::fmt;
use std::str::FromStr;

use super::operator::Privilege;

/// A member's rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Voice,
    HalfOperator,
    Operator,
    Admin,
    Founder,
}

impl Rank {
    /// The prefix before the nick of a member with this rank.
    pub(super) fn prefix(self) -> char {
        RANKS.iter().find(|row| row.rank == self).map_or(' ', |row| row.prefix)
    }

    /// Whether a member of this rank may kick a member of rank `other` and remove their ranks. Founders may do so to
    /// all members, admins and operators to operators and below, half-operators to voices and below, voices to nobody.
    pub(super) fn is_over(self, other: Option<Rank>) -> bool {
        match self {
            Rank::Founder => true,
            Rank::Admin | Rank::Operator => other <= Some(Rank::Operator),
            Rank::HalfOperator => other <= Some(Rank::Voice),
            Rank::Voice => false,
        }
    }
}

/// A channel mode that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    NoCtcp,
    SpeakLoggedIn,
    JoinLoggedIn,
    OperatorModerated,
    NoColours,
    InviteOnly,
    Moderated,
    NoOutside,
    Secret,
    TopicLocked,
    Auditorium,
    TlsOnly,
}

/// A channel's lists of masks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListMode {
    /// `b`: users who may neither join nor speak.
    Ban,
    /// `e`: users who are exempt from bans.
    Exception,
    /// `I`: users who need no invitation.
    InviteException,
}

/// A rank's letter, its prefix, and who may grant and remove it.
#[derive(Debug)]
pub(super) struct RankMode {
    pub(super) letter: char,
    pub(super) prefix: char,
    pub(super) rank: Rank,
    /// The lowest rank that may grant or remove it. Members may always give up their own.
    pub(super) set: Rank,
    pub(super) about: &'static str,
}

/// Every rank, highest first (ISUPPORT `PREFIX`).
pub(super) const RANKS: &[RankMode] = &[
    RankMode { letter: 'q', prefix: '~', rank: Rank::Founder, set: Rank::Founder, about: "founder" },
    RankMode { letter: 'a', prefix: '&', rank: Rank::Admin, set: Rank::Founder, about: "admin" },
    RankMode { letter: 'o', prefix: '@', rank: Rank::Operator, set: Rank::Operator, about: "operator" },
    RankMode { letter: 'h', prefix: '%', rank: Rank::HalfOperator, set: Rank::Operator, about: "half-operator" },
    RankMode {
        letter: 'v',
        prefix: '+',
        rank: Rank::Voice,
        set: Rank::HalfOperator,
        about: "voice: may speak where others may not",
    },
];

/// What kind of parameter a channel mode takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Type A of CHANMODES: a list of masks.
    List(ListMode),
    /// The channel's key: type B, "Always has a parameter".
    Key,
    /// The channel to which users who cannot join are forwarded: type C, with a parameter only when set.
    Forward,
    /// The limit on members: type C.
    Limit,
    /// Type D: no parameter.
    Flag(Flag),
}

/// Who may see the entries of a list, or a mode's parameter. Everybody may see that a flag is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Everybody.
    Everybody,
    /// Members, and server operators with [`Privilege::Channels`].
    Members,
    /// Members of this rank and above, and server operators with [`Privilege::Channels`].
    Rank(Rank),
}

/// A channel mode.
#[derive(Debug)]
pub(super) struct ChannelMode {
    pub(super) letter: char,
    pub(super) kind: Kind,
    /// The lowest rank that may change it.
    pub(super) set: Rank,
    pub(super) see: Sight,
    pub(super) about: &'static str,
}

const fn mode(letter: char, kind: Kind, set: Rank, see: Sight, about: &'static str) -> ChannelMode {
    ChannelMode { letter, kind, set, see, about }
}

const fn flag(letter: char, flag: Flag, about: &'static str) -> ChannelMode {
    mode(letter, Kind::Flag(flag), Rank::Operator, Sight::Everybody, about)
}

/// Every channel mode except the ranks, in the order of CHANMODES.
pub(super) const CHANNEL_MODES: &[ChannelMode] = &[
    mode(
        'b',
        Kind::List(ListMode::Ban),
        Rank::HalfOperator,
        Sight::Everybody,
        "bans from joining and speaking; m:MASK bans only from speaking",
    ),
    mode(
        'e',
        Kind::List(ListMode::Exception),
        Rank::Operator,
        Sight::Rank(Rank::Operator),
        "exempts from bans; m:MASK exempts only from bans on speaking",
    ),
    mode(
        'I',
        Kind::List(ListMode::InviteException),
        Rank::Operator,
        Sight::Rank(Rank::Operator),
        "invite exceptions: matching users need no invitation",
    ),
    mode('k', Kind::Key, Rank::Operator, Sight::Members, "key: required to join"),
    mode('f', Kind::Forward, Rank::Operator, Sight::Members, "forward: users who cannot join are sent to this channel"),
    mode('l', Kind::Limit, Rank::Operator, Sight::Everybody, "limit on the number of members"),
    flag('C', Flag::NoCtcp, "no CTCP except ACTION"),
    flag('M', Flag::SpeakLoggedIn, "users who are not logged in need voice to speak"),
    flag('R', Flag::JoinLoggedIn, "users who are not logged in need an invitation to join and voice to speak"),
    flag('U', Flag::OperatorModerated, "members without voice are heard only by half-operators and above"),
    flag('c', Flag::NoColours, "no colours"),
    flag('i', Flag::InviteOnly, "invite-only: only invited users may join"),
    flag('m', Flag::Moderated, "moderated: members need voice to speak"),
    flag('n', Flag::NoOutside, "no messages from outside"),
    flag('s', Flag::Secret, "secret: hidden from non-members"),
    flag('t', Flag::TopicLocked, "only half-operators and above may set the topic"),
    flag('u', Flag::Auditorium, "auditorium: members without a rank are seen only by members with one"),
    flag('z', Flag::TlsOnly, "only users connected by TLS may join"),
];

/// A user mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UserMode {
    Bot,
    LoggedInOnly,
    NoCtcp,
    CallerId,
    Invisible,
    Operator,
    Notices,
    Wallops,
}

/// The meaning of a letter in a channel's MODE.
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

    /// Whether the letter takes a parameter with this sign.
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

/// Who may set a user mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The user themselves.
    User,
    /// Nobody: OPER sets it. With MODE the user may only remove it.
    Nobody,
    /// Server operators with this privilege.
    Operator(Privilege),
}

/// A row of [`USER_MODES`]. Except for `o` and `B`, which WHOIS and WHO show to everybody, a user's modes are shown
/// only to the user and to server operators with [`Privilege::See`].
#[derive(Debug)]
pub(super) struct UserModeRow {
    pub(super) letter: char,
    pub(super) mode: UserMode,
    pub(super) set: By,
    pub(super) about: &'static str,
}

impl UserModeRow {
    /// Whether the mode is only for server operators. They lose it when they stop being operators.
    pub(super) fn is_for_operators(&self) -> bool {
        self.set != By::User
    }
}

const fn user(letter: char, mode: UserMode, set: By, about: &'static str) -> UserModeRow {
    UserModeRow { letter, mode, set, about }
}

/// Every user mode, in the order in which they are shown.
pub(super) const USER_MODES: &[UserModeRow] = &[
    user('B', UserMode::Bot, By::User, "is a bot"),
    user('R', UserMode::LoggedInOnly, By::User, "accepts private messages only from users who are logged in"),
    user('T', UserMode::NoCtcp, By::User, "accepts no CTCP except ACTION"),
    user('g', UserMode::CallerId, By::User, "accepts private messages only from users on their ACCEPT list"),
    user('i', UserMode::Invisible, By::User, "is visible only to users who share a channel or know the nick"),
    user('o', UserMode::Operator, By::Nobody, "is a server operator: see OPER"),
    user('s', UserMode::Notices, By::Operator(Privilege::Watch), "gets notices when users connect and disconnect"),
    user('w', UserMode::Wallops, By::User, "receives WALLOPS"),
];

/// The channel modes that are on: one bit per `Flag`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelFlags(u16);

impl ChannelFlags {
    /// The set of exactly these flags.
    pub(super) const fn of(flags: &[Flag]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < flags.len() {
            bits |= 1 << flags[at] as u16;
            at += 1;
        }
        Self(bits)
    }

    pub(super) fn has(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u16) != 0
    }

    /// Sets or clears a flag. Returns whether that changed anything.
    pub(super) fn set(&mut self, flag: Flag, on: bool) -> bool {
        let changes = self.has(flag) != on;
        self.0 ^= u16::from(changes) << flag as u16;
        changes
    }
}

/// The user modes that are on: one bit per `UserMode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UserFlags(u8);

impl UserFlags {
    pub(super) fn has(self, mode: UserMode) -> bool {
        self.0 & (1 << mode as u8) != 0
    }

    /// Sets or clears a mode. Returns whether that changed anything.
    pub(super) fn set(&mut self, mode: UserMode, on: bool) -> bool {
        let changes = self.has(mode) != on;
        self.0 ^= u8::from(changes) << mode as u8;
        changes
    }

    /// The modes that are on, in the order of the table.
    pub(super) fn on(self) -> impl Iterator<Item = UserMode> {
        USER_MODES.iter().map(|row| row.mode).filter(move |&mode| self.has(mode))
    }
}

/// For example `+nt`; empty if none is on.
impl fmt::Display for ChannelFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_letters(f, flags().filter(|&(_, flag)| self.has(flag)).map(|(letter, _)| letter))
    }
}

/// For example `+iw`; empty if none is on.
impl fmt::Display for UserFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |mode| USER_MODES.iter().find(|row| row.mode == mode).map_or(' ', |row| row.letter);
        write_letters(f, self.on().map(letter))
    }
}

fn write_letters(f: &mut fmt::Formatter<'_>, letters: impl Iterator<Item = char>) -> fmt::Result {
    let letters: String = letters.collect();
    if letters.is_empty() { Ok(()) } else { write!(f, "+{letters}") }
}

/// The channel modes that are flags, and their letters.
fn flags() -> impl Iterator<Item = (char, Flag)> {
    CHANNEL_MODES.iter().filter_map(|row| match row.kind {
        Kind::Flag(flag) => Some((row.letter, flag)),
        _ => None,
    })
}

/// Parses the initial modes of a channel: letters of modes without a parameter, optionally after a plus.
impl FromStr for ChannelFlags {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut read = Self::default();
        for letter in text.strip_prefix('+').unwrap_or(text).chars() {
            let Some((_, flag)) = flags().find(|row| row.0 == letter) else {
                return Err(no_default(letter, flags().map(|row| row.0).collect()));
            };
            read.set(flag, true);
        }
        Ok(read)
    }
}

/// Parses the initial modes of a user: letters of modes that users may set themselves, optionally after a plus.
impl FromStr for UserFlags {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let own = || USER_MODES.iter().filter(|row| row.set == By::User);
        let mut read = Self::default();
        for letter in text.strip_prefix('+').unwrap_or(text).chars() {
            let Some(row) = own().find(|row| row.letter == letter) else {
                return Err(no_default(letter, own().map(|row| row.letter).collect()));
            };
            read.set(row.mode, true);
        }
        Ok(read)
    }
}

fn no_default(letter: char, letters: String) -> String {
    format!("contains {letter:?}, which cannot be set initially: the modes that can be are {letters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_has_one_meaning() {
        let mut letters: Vec<char> =
            CHANNEL_MODES.iter().map(|row| row.letter).chain(RANKS.iter().map(|row| row.letter)).collect();
        letters.sort_unstable();
        assert!(letters.windows(2).all(|pair| pair[0] < pair[1]), "{letters:?}");
        assert!(USER_MODES.windows(2).all(|pair| pair[0].letter < pair[1].letter));
    }

    #[test]
    fn initial_modes_are_parsed_and_displayed() {
        let channel = |text: &str| text.parse::<ChannelFlags>().map(|flags| flags.to_string());
        assert_eq!(
            [channel("tn"), channel("+stn"), channel("+"), channel("")].map(Result::unwrap),
            ["+nt", "+nst", "", ""]
        );
        let wrong = "the modes that can be are CMRUcimnstuz";
        assert_eq!(channel("+nk"), Err(format!("contains 'k', which cannot be set initially: {wrong}")));
        assert_eq!(channel("n-t"), Err(format!("contains '-', which cannot be set initially: {wrong}")));
        let user = |text: &str| text.parse::<UserFlags>().map(|flags| flags.to_string());
        assert_eq!(user("wi"), Ok("+iw".into()));
        let wrong = "the modes that can be are BRTgiw";
        assert_eq!(user("+io"), Err(format!("contains 'o', which cannot be set initially: {wrong}")));
        assert_eq!(user("s"), Err(format!("contains 's', which cannot be set initially: {wrong}")));
    }

    #[test]
    fn ranks_are_listed_highest_first() {
        assert!(RANKS.windows(2).all(|pair| pair[0].rank > pair[1].rank));
    }
}
