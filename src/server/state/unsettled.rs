//! Facts that are not settled yet: those to append, the bytes of waiting lines, and what to undo if facts are refused.
//! Empty without a log.

use std::collections::{BTreeSet, VecDeque};

use super::State;
use crate::planted::{Bug, buggy};
use crate::server::channel::Said;
use crate::server::event::ConnId;
use crate::server::fact::{FACT_BYTES, Fact, Of, Seq, To, What};
use crate::server::id::{ChannelId, UserId};
use crate::server::question::AskId;
use crate::time::Time;

#[derive(Debug, Default)]
pub(super) struct Unsettled {
    /// Facts of the current event.
    pub(super) facts: Vec<Fact<'static>>,
    /// The last number that was appended, and the last that was settled.
    pub(super) appended: Seq,
    pub(super) settled: Seq,
    /// Unsettled commits: the last number of each, and the bytes of the lines that wait for it.
    pub(super) commits: VecDeque<(Seq, usize)>,
    /// The sum of these bytes.
    pub(super) bytes: usize,
    /// What to undo if a fact is refused, by its number.
    pub(super) undo: VecDeque<(Seq, Undo)>,
    /// Sessions that wait for room because their next command may become a fact, in order.
    pub(super) full: VecDeque<AskId>,
    /// Sessions whose PING may be queued behind unsettled lines, each with the number of the fact for which these lines
    /// wait.
    pub(super) pings: BTreeSet<(Seq, ConnId)>,
    /// Sessions that were sent a PING in the current event.
    pinged: Vec<ConnId>,
    /// Whether the last outcome was a refusal. If so, operators have already been notified.
    pub(super) refusing: bool,
}

/// What to undo if a fact is refused.
#[derive(Debug)]
pub(in super::super) enum Undo {
    /// A message to a channel. Undone, it can no longer be redacted.
    Unsay { channel: ChannelId },
    /// A private message by `sender`. Undone, it can no longer be redacted.
    UnsayPrivate { sender: UserId },
    /// A redaction in the channel that was created by fact `born`. Undone, the message can be redacted again.
    Unredact { channel: ChannelId, born: Seq, number: Seq, said: Said },
    /// A redaction of a private message by `sender` (whose unique number is `sender_number`) to the user with the
    /// unique number `receiver`. Undone, the message can be redacted again.
    UnredactPrivate { sender: UserId, sender_number: u64, number: Seq, receiver: u64 },
}

impl Unsettled {
    /// What remains when all users are gone: the numbers.
    pub(super) fn emptied(&self) -> Self {
        Self { appended: self.appended, settled: self.settled, ..Self::default() }
    }
}

impl State {
    /// The time of a fact by `actor`, when the wall clock shows `wall`: never before the last fact about the same
    /// target, nor at the same time after the clock was set back. With a log, the times of the facts about one target
    /// always increase by at least a millisecond, so that paging by time misses nothing.
    pub(in super::super) fn stamp(&self, what: &What<'_>, actor: UserId, wall: Time) -> Time {
        let last = self.targets(what, actor).map(|target| self.last_of(target)).max().unwrap_or_default();
        if !self.has_log && wall >= last || buggy(Bug::StampedByClock) {
            return wall;
        }
        Time::from_micros((wall.as_micros() / MILLI * MILLI).max(last.as_micros() + MILLI))
    }

    /// Records the time of a fact.
    pub(in super::super) fn stamped(&mut self, what: &What<'_>, actor: UserId, at: Time) {
        for target in self.targets(what, actor) {
            match target {
                Target::Channel(id) => self.channel_mut(id).last = at,
                Target::User(id) => self.user_mut(id).rare.last = at,
            }
        }
    }

    fn last_of(&self, target: Target) -> Time {
        match target {
            Target::Channel(id) => self.channel(id).last,
            Target::User(id) => self.user(id).rare.last,
        }
    }

    /// The targets under which the log keeps the fact; for a private message, both users.
    fn targets(&self, what: &What<'_>, actor: UserId) -> impl Iterator<Item = Target> + use<> {
        let (channel, others) = match what {
            What::Said { to: To::Channel { id, .. }, .. } | What::Redacted { to: To::Channel { id, .. }, .. } => {
                (Some(*id), [None; 2])
            }
            What::Said { to: To::User { id, .. }, .. } | What::Redacted { to: To::User { id, .. }, .. } => {
                (None, [Some(actor), Some(*id)])
            }
            What::Metadata { of: Of::Channel(channel), .. } => (Some(*channel), [None; 2]),
            What::Joined { channel, .. } => (*channel, [None; 2]),
            What::Parted { channel, .. }
            | What::Kicked { channel, .. }
            | What::Topic { channel, .. }
            | What::Modes { channel, .. }
            | What::Renamed { channel, .. } => (Some(*channel), [None; 2]),
            _ => (None, [None; 2]),
        };
        // A user who leaves, or changes their nick or real name, does so in all their channels.
        let everywhere = matches!(what, What::Quit { .. } | What::Nick { .. } | What::Setname { .. });
        let all = if everywhere { self.user(actor).channels.clone() } else { Vec::new() };
        let channels = channel.into_iter().chain(all).map(Target::Channel);
        channels.chain(others.into_iter().flatten().map(Target::User))
    }

    /// Adds a fact to those that are appended at the end of the event.
    pub(in super::super) fn append(&mut self, fact: Fact<'static>) {
        self.unsettled.facts.push(fact);
    }

    /// Takes the facts to append from the current event, with their first and last number. `bytes` is the size of the
    /// lines that wait for them.
    pub(in super::super) fn take_appended(&mut self, bytes: usize) -> Option<(Seq, Seq, Vec<Fact<'static>>)> {
        let unsettled = &mut self.unsettled;
        if unsettled.facts.is_empty() {
            return None;
        }
        let first = unsettled.appended + 1;
        unsettled.appended = self.last_seq;
        let bytes = bytes + unsettled.facts.len() * FACT_BYTES;
        unsettled.commits.push_back((self.last_seq, bytes));
        unsettled.bytes += bytes;
        Some((first, self.last_seq, std::mem::take(&mut unsettled.facts)))
    }

    /// Whether too much is unsettled for further facts.
    pub(in super::super) fn is_full(&self, most: usize) -> bool {
        self.unsettled.bytes > most
    }

    /// Makes a session wait for room, with the rest of its input.
    pub(in super::super) fn wait_for_room(&mut self, conn: ConnId, now: Time, rest: Box<[u8]>) {
        let ask = self.wait(conn, now, None);
        if let Some(waiting) = &mut self.session_mut(conn).waiting {
            waiting.rest = rest;
        }
        self.unsettled.full.push_back(ask);
    }

    /// Ends the wait of the next session that waits for room, if there is room.
    pub(in super::super) fn has_room(&mut self, most: usize, now: Time) -> Option<ConnId> {
        while !self.is_full(most) && !buggy(Bug::RoomForgotten) {
            let ask = self.unsettled.full.pop_front()?;
            if let Some((conn, _)) = self.answered(ask, now) {
                return Some(conn);
            }
        }
        None
    }

    /// Removes a session that has ended.
    pub(super) fn forget_unsettled(&mut self, conn: ConnId) {
        self.unsettled.pings.retain(|&(_, other)| other != conn);
    }

    /// Notes that a session was sent a PING in the current event.
    pub(in super::super) fn pinged(&mut self, conn: ConnId) {
        self.unsettled.pinged.push(conn);
    }

    /// The driver stopped reading from a session because of unsettled lines. If the session was sent a PING, its PONG
    /// may be unread, so its PING deadline is suspended.
    pub(in super::super) fn unread(&mut self, conn: ConnId) {
        if self.get(conn).is_some_and(|session| session.pinged.is_some()) && !buggy(Bug::UnreadTimedOut) {
            self.pinged(conn);
        }
    }

    /// At the end of the event: suspends the PING deadlines of sessions whose lines may wait. They start when these
    /// lines are settled.
    pub(in super::super) fn hold_pings(&mut self) {
        let pinged = std::mem::take(&mut self.unsettled.pinged);
        if self.unsettled.appended > self.unsettled.settled {
            for conn in pinged {
                if self.get(conn).is_none() {
                    continue;
                }
                self.unping(conn);
                self.nothing_due(conn);
                self.unsettled.pings.insert((self.unsettled.appended, conn));
            }
        }
    }

    /// Forgets that a session's PING deadline is suspended.
    pub(in super::super) fn unping(&mut self, conn: ConnId) {
        self.unsettled.pings.retain(|&(_, other)| other != conn);
    }

    /// Remembers what to undo if the fact is refused.
    pub(in super::super) fn may_undo(&mut self, seq: Seq, undo: Undo) {
        if self.has_log {
            self.unsettled.undo.push_back((seq, undo));
        }
    }

    /// Whether this fact, which must be a message, is unsettled.
    pub(in super::super) fn is_unsettled(&self, seq: Seq) -> bool {
        let unsettled = self.unsettled.undo.front().is_some_and(|&(first, _)| seq >= first);
        unsettled && !buggy(Bug::UnsettledRedacted)
    }

    /// Settles all facts up to `upto`. If they are refused, undoes them, the last first. Returns the sessions whose
    /// PING deadline starts now.
    pub(in super::super) fn settle(&mut self, upto: Seq, refused: bool) -> Vec<ConnId> {
        #[cfg(feature = "planted")]
        if let Some(recorder) = self.recorder_mut() {
            recorder.push(super::Happened::Settled { upto, refused });
        }
        let unsettled = &mut self.unsettled;
        unsettled.settled = upto;
        while let Some((_, bytes)) = unsettled.commits.pop_front_if(|&mut (last, _)| last <= upto) {
            unsettled.bytes -= bytes;
        }
        let settled = unsettled.undo.partition_point(|&(seq, _)| seq <= upto);
        let settled: Vec<(Seq, Undo)> = unsettled.undo.drain(..settled).collect();
        let waiting = unsettled.pings.split_off(&(upto + 1, 0));
        let pings = std::mem::replace(&mut unsettled.pings, waiting);
        let undoes = refused && !buggy(Bug::UndoForgotten);
        for (seq, undo) in settled.into_iter().rev().filter(|_| undoes) {
            self.take_back(seq, undo);
        }
        pings.into_iter().map(|(_, conn)| conn).collect()
    }

    /// Records whether the log refuses facts. Returns whether that changed.
    pub(in super::super) fn refuses(&mut self, refused: bool) -> bool {
        std::mem::replace(&mut self.unsettled.refusing, refused) != refused || buggy(Bug::RefusalToldEachTime)
    }

    fn take_back(&mut self, seq: Seq, undo: Undo) {
        let limits = self.limits;
        match undo {
            Undo::Unsay { channel } => {
                if let Some(channel) = self.channels.get_mut(channel) {
                    channel.said.forget(seq);
                }
            }
            Undo::UnsayPrivate { sender } => {
                if let Some(sender) = self.users.get_mut(sender.0) {
                    sender.rare.said.forget(seq);
                }
            }
            Undo::Unredact { channel, born, number, said } => {
                if let Some(channel) = self.channels.get_mut(channel).filter(|channel| channel.born == born) {
                    channel.said.put_back(number, said, limits.redactable_messages);
                }
            }
            Undo::UnredactPrivate { sender, sender_number, number, receiver } => {
                if let Some(sender) = self.users.get_mut(sender.0).filter(|user| user.number == sender_number) {
                    sender.rare.said.put_back(number, receiver, limits.redactable_private_messages);
                }
            }
        }
    }
}

/// A millisecond in microseconds: the resolution of timestamps.
const MILLI: u64 = 1000;

/// Where the log keeps a fact.
#[derive(Clone, Copy)]
enum Target {
    Channel(ChannelId),
    User(UserId),
}

#[cfg(test)]
mod tests {
    use super::{State, Undo};
    use crate::server::config::Config;
    use crate::server::id::UserId;

    #[test]
    fn a_message_is_unsettled_until_its_own_number_is_settled() {
        let mut state = State::new(&Config { log: true, ..Config::default() });
        for seq in [5, 7] {
            state.may_undo(seq, Undo::UnsayPrivate { sender: UserId(0) });
        }
        assert_eq!([4, 5, 6, 7].map(|seq| state.is_unsettled(seq)), [false, true, true, true]);
        state.settle(5, false);
        assert_eq!([5, 7].map(|seq| state.is_unsettled(seq)), [false, true]);
        state.settle(7, false);
        assert!(!state.is_unsettled(7));
    }
}
