//! One channel: its members, modes, lists and topic.

use std::collections::BTreeMap;

use super::id::UserId;
use super::mode_table::RANKS;
pub(super) use super::mode_table::{ChannelFlags, Flag, ListMode, Rank};
use super::remembered::Remembered;
use crate::time::{Now, Time};
use crate::wire::{Casemapping, ChannelName, Source};

/// A channel. It exists as long as it has members.
#[derive(Debug)]
pub(super) struct Channel {
    /// The number of the fact that created it; unique.
    pub(super) born: u64,
    /// The time of the last logged fact about the channel.
    pub(super) last: Time,
    pub(super) name: ChannelName,
    pub(super) created: Now,
    pub(super) topic: Option<Topic>,
    /// Sorted by user.
    members: Vec<Member>,
    /// Users who were invited and have not joined yet. Their `User` rows list the channel, too.
    pub(super) invited: Vec<UserId>,
    pub(super) modes: Modes,
    pub(super) metadata: BTreeMap<Box<str>, Box<str>>,
    bans: Vec<Entry>,
    exceptions: Vec<Entry>,
    invite_exceptions: Vec<Entry>,
    /// The messages that can still be redacted.
    pub(super) said: Remembered<Said>,
}

/// A topic, who set it and when (332, 333).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Topic {
    pub(super) text: Box<str>,
    pub(super) setter: Box<str>,
    pub(super) set: Now,
}

/// A user in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) user: UserId,
    /// One bit per rank.
    ranks: u8,
}

/// The modes of a channel that are not lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Modes {
    pub(super) flags: ChannelFlags,
    pub(super) key: Option<Box<str>>,
    pub(super) limit: Option<u16>,
    pub(super) forward: Option<ChannelName>,
}

/// Prefix of a mask in a ban or exception list that applies only to speaking (ISUPPORT `EXTBAN`).
pub(super) const MUTE: &str = "m:";

/// What is remembered about a message that can be redacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// The number of the user who sent it.
    pub(super) sender: u64,
    /// The lowest rank that received it (STATUSMSG); `None` if all members did.
    pub(super) floor: Option<Rank>,
}

/// An entry of a channel's list of masks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) mask: Box<str>,
    pub(super) setter: Box<str>,
    pub(super) set: Now,
}

/// One change of a channel's modes, with the letter and the parameter that MODE shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) on: bool,
    pub(super) letter: char,
    pub(super) param: Option<Box<str>>,
    pub(super) effect: Effect,
}

/// What a change does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Flag(Flag),
    Key(Option<Box<str>>),
    Limit(Option<u16>),
    Forward(Option<ChannelName>),
    Rank(Rank, UserId),
    /// The mask is the parameter.
    List(ListMode),
}

impl Entry {
    /// The mask without [`MUTE`], to match against users who want to speak.
    fn spoken(&self) -> &str {
        self.mask.strip_prefix(MUTE).unwrap_or(&self.mask)
    }
}

impl Modes {
    pub(super) fn has(&self, flag: Flag) -> bool {
        self.flags.has(flag)
    }

    /// Sets or clears a flag. Returns whether that changed anything.
    pub(super) fn set(&mut self, flag: Flag, on: bool) -> bool {
        self.flags.set(flag, on)
    }
}

impl Member {
    /// A member without a rank.
    pub(super) fn new(user: UserId) -> Self {
        Self { user, ranks: 0 }
    }

    pub(super) fn has(&self, rank: Rank) -> bool {
        self.ranks & (1 << rank as u8) != 0
    }

    /// Grants or removes a rank. Returns whether that changed anything.
    pub(super) fn set(&mut self, rank: Rank, on: bool) -> bool {
        let changes = self.has(rank) != on;
        self.ranks ^= u8::from(changes) << rank as u8;
        changes
    }

    /// The member's highest rank. `None` (no rank) compares lower than any rank.
    pub(super) fn rank(&self) -> Option<Rank> {
        RANKS.iter().find(|row| self.has(row.rank)).map(|row| row.rank)
    }

    /// The prefix of the member's nick: one for each rank, or only the highest.
    pub(super) fn prefix(&self, all: bool) -> String {
        RANKS
            .iter()
            .filter(|row| self.has(row.rank))
            .map(|row| row.prefix)
            .take(if all { RANKS.len() } else { 1 })
            .collect()
    }
}

impl Channel {
    pub(super) fn new(born: u64, name: ChannelName, now: Now) -> Self {
        Self {
            born,
            last: Time::default(),
            name,
            created: now,
            topic: None,
            members: Vec::new(),
            invited: Vec::new(),
            modes: Modes::default(),
            metadata: BTreeMap::new(),
            bans: Vec::new(),
            exceptions: Vec::new(),
            invite_exceptions: Vec::new(),
            said: Remembered::default(),
        }
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The members whose users' numbers come after `last`, in that order.
    pub(super) fn members_after(&self, last: Option<UserId>) -> &[Member] {
        &self.members[last.map_or(0, |last| self.members.partition_point(|member| member.user <= last))..]
    }

    pub(super) fn member(&self, user: UserId) -> Option<&Member> {
        self.position(user).ok().map(|at| &self.members[at])
    }

    pub(super) fn member_mut(&mut self, user: UserId) -> Option<&mut Member> {
        self.position(user).ok().map(|at| &mut self.members[at])
    }

    pub(super) fn add(&mut self, member: Member) {
        let at = self.position(member.user).expect_err("nobody is in a channel twice");
        self.members.insert(at, member);
    }

    pub(super) fn remove(&mut self, user: UserId) {
        let at = self.position(user).expect("only members leave");
        self.members.remove(at);
    }

    fn position(&self, user: UserId) -> Result<usize, usize> {
        self.members.binary_search_by_key(&user, |member| member.user)
    }

    pub(super) fn list(&self, list: ListMode) -> &Vec<Entry> {
        match list {
            ListMode::Ban => &self.bans,
            ListMode::Exception => &self.exceptions,
            ListMode::InviteException => &self.invite_exceptions,
        }
    }

    pub(super) fn list_mut(&mut self, list: ListMode) -> &mut Vec<Entry> {
        match list {
            ListMode::Ban => &mut self.bans,
            ListMode::Exception => &mut self.exceptions,
            ListMode::InviteException => &mut self.invite_exceptions,
        }
    }

    /// Applies a change that `setter` made. Returns whether anything changed.
    pub(super) fn change(&mut self, change: &Change, casemapping: Casemapping, setter: &str, now: Now) -> bool {
        let modes = &mut self.modes;
        match &change.effect {
            Effect::Flag(flag) => modes.set(*flag, change.on),
            Effect::Key(key) => std::mem::replace(&mut modes.key, key.clone()) != *key,
            Effect::Limit(limit) => std::mem::replace(&mut modes.limit, *limit) != *limit,
            Effect::Forward(forward) => std::mem::replace(&mut modes.forward, forward.clone()) != *forward,
            Effect::Rank(rank, user) => self.member_mut(*user).is_some_and(|member| member.set(*rank, change.on)),
            Effect::List(list) => {
                let mask = change.param.as_deref().unwrap_or_default();
                let entries = self.list_mut(*list);
                let at = entries.iter().position(|entry| casemapping.same(&entry.mask, mask));
                match (change.on, at) {
                    (true, None) => entries.push(Entry { mask: mask.into(), setter: setter.into(), set: now }),
                    (false, Some(at)) => drop(entries.remove(at)),
                    (true, Some(_)) | (false, None) => return false,
                }
                true
            }
        }
    }

    /// A copy of the members, modes and lists, on which changes can be tried.
    pub(super) fn trial(&self) -> Self {
        Self {
            members: self.members.clone(),
            modes: self.modes.clone(),
            bans: self.bans.clone(),
            exceptions: self.exceptions.clone(),
            invite_exceptions: self.invite_exceptions.clone(),
            ..Self::new(self.born, self.name.clone(), self.created)
        }
    }

    /// Whether a mask of the list matches one of `sources`, which all belong to one user. A mask with [`MUTE`] never
    /// matches: no nick contains a colon.
    pub(super) fn lists(&self, list: ListMode, sources: &[Source]) -> bool {
        self.list(list).iter().any(|entry| sources.iter().any(|source| source.matches(&entry.mask)))
    }

    /// Whether a ban keeps the user with these sources from joining, and no exception applies.
    pub(super) fn bans(&self, sources: &[Source]) -> bool {
        self.lists(ListMode::Ban, sources) && !self.lists(ListMode::Exception, sources)
    }

    /// Whether a ban keeps the user with these sources from speaking, and no exception applies. Includes the entries of
    /// both lists that apply only to speaking.
    pub(super) fn silences(&self, sources: &[Source]) -> bool {
        let matches = |mask: &str| sources.iter().any(|source| source.matches(mask));
        let lists = |list| self.list(list).iter().any(|entry| matches(entry.spoken()));
        lists(ListMode::Ban) && !lists(ListMode::Exception)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(entries: &[(ListMode, &str)]) -> Channel {
        let mut channel = Channel::new(1, ChannelName::parse("#a", 9).expect("a name"), Now::default());
        for &(list, mask) in entries {
            channel.list_mut(list).push(Entry { mask: mask.into(), setter: "x".into(), set: Now::default() });
        }
        channel
    }

    /// Whether bob is banned from joining, and whether he is banned from speaking.
    fn banned(entries: &[(ListMode, &str)]) -> (bool, bool) {
        let channel = channel(entries);
        let sources = ["elsewhere", "h"].map(|host| Source::new(Casemapping::Ascii, "bob", "~b", host));
        (channel.bans(&sources), channel.silences(&sources))
    }

    #[test]
    fn voices_are_over_nobody_operators_over_operators_founders_over_all() {
        use Rank::{Admin, Founder, HalfOperator, Operator, Voice};
        let all = [None, Some(Voice), Some(HalfOperator), Some(Operator), Some(Admin), Some(Founder)];
        let over = |rank: Rank| all.iter().take_while(|&&other| rank.is_over(other)).count();
        assert_eq!([Voice, HalfOperator, Operator, Admin, Founder].map(over), [0, 2, 4, 4, 6]);
    }

    #[test]
    fn a_mute_forbids_speaking_and_a_ban_forbids_joining_and_speaking() {
        use ListMode::{Ban, Exception, InviteException};
        assert_eq!(banned(&[]), (false, false));
        assert_eq!(banned(&[(Ban, "carol!*@*"), (Ban, "BOB!*@*")]), (true, true));
        assert_eq!(banned(&[(Ban, "m:bob!*@*")]), (false, true));
        assert_eq!(banned(&[(Ban, "m:carol!*@*")]), (false, false));
        assert_eq!(banned(&[(Ban, "m:*!*@*"), (Exception, "*!*@h")]), (false, false));
        assert_eq!(banned(&[(Ban, "bob!*@*"), (Ban, "m:bob!*@*"), (Exception, "m:bob!*@*")]), (true, false));
        assert_eq!(banned(&[(Ban, "bob!*@*"), (InviteException, "bob!*@*")]), (true, true));
    }
}
