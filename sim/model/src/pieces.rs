//! `docs/protocol/queries.md`, "Long replies": LIST, WHO and NAMES, which are sent in pieces.

use std::collections::VecDeque;
use std::ops::Bound;

use super::event::ConnId;
use super::text::middle;
use super::{Model, UserId};

/// A reply of several pieces, and how far it has come. Channels are known by when they were born; users come in the order of
/// their places.
#[derive(Clone, Debug)]
pub(super) enum Long {
    /// LIST: its parameters, and the last folded name.
    List(Vec<String>, Option<String>),
    /// WHO: its parameters, the channel if it is about one, and the last user.
    Who(Vec<String>, Option<u64>, Option<u64>),
    /// NAMES of one channel.
    Names(Named),
    /// NAMES of a channel that the session cannot see.
    Absent(String),
    /// NAMES of all channels: the last folded name, and the channel that it is at.
    AllNames(Option<String>, Option<Named>),
}

/// A channel whose names are shown: when it was born, its name when some were last sent, and the last user's place.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) born: u64,
    pub(super) name: String,
    pub(super) last: Option<u64>,
}

/// What a session has not been sent in full.
#[derive(Debug, Default)]
pub(super) struct Unsent {
    replies: VecDeque<Long>,
    /// The label of the command, and the number of its batch.
    pub(super) label: Option<(String, u64)>,
}

impl Unsent {
    pub(super) fn is_empty(&self) -> bool {
        self.replies.is_empty()
    }
}

impl Model {
    /// Sends a session a reply, or the first piece of it.
    pub(super) fn reply_long(&mut self, who: ConnId, mut reply: Long) {
        if self.sessions[&who].unsent.is_empty() {
            // The pieces of a command share their room, but another session's does not count against it.
            let own = self.room;
            if self.caller != Some(who) {
                self.room = self.config.reply_rows;
            }
            let done = self.go_on_with(who, &mut reply);
            if self.caller != Some(who) {
                self.room = own;
            }
            if done {
                return;
            }
        }
        self.session_mut(who).unsent.replies.push_back(reply);
        self.has_read(who);
    }

    /// Reading counts as a PONG: none can be read while a reply is not complete.
    fn has_read(&mut self, who: ConnId) {
        let now = self.now.mono;
        let session = self.session_mut(who);
        (session.heard, session.pinged, session.ping_waits) = (now, None, None);
        if let Some(waiting) = &mut session.waiting {
            waiting.since = now;
        }
    }

    /// A session has read most of what it was sent, and gets the next piece.
    pub(super) fn drained(&mut self, who: ConnId) {
        self.begin();
        self.caller = Some(who);
        self.has_read(who);
        let label = self.session_mut(who).unsent.label.take();
        self.answer_part(who, label, |model| {
            while let Some(mut reply) = model.session_mut(who).unsent.replies.pop_front() {
                if !model.go_on_with(who, &mut reply) {
                    model.session_mut(who).unsent.replies.push_front(reply);
                    break;
                }
            }
        });
        self.resume(who);
    }

    /// Takes the room for one row.
    fn has_room_for_a_row(&mut self) -> bool {
        let room = self.room;
        self.room = room.saturating_sub(1);
        room > 0
    }

    fn go_on_with(&mut self, who: ConnId, reply: &mut Long) -> bool {
        match reply {
            Long::List(params, last) => self.list_on(who, params, last),
            Long::Who(params, place, last) => self.who_on(who, params, *place, last),
            Long::Names(named) => {
                let done = self.names_on(who, named);
                if done {
                    self.numeric(who, "366", &[&named.name]);
                }
                done
            }
            Long::Absent(name) => {
                self.numeric(who, "366", &[middle(name)]);
                true
            }
            Long::AllNames(last, current) => self.all_names_on(who, last, current),
        }
    }

    fn all_names_on(&mut self, who: ConnId, last: &mut Option<String>, current: &mut Option<Named>) -> bool {
        loop {
            if let Some(named) = current {
                if !self.names_on(who, named) {
                    return false;
                }
                *current = None;
            }
            let Some((folded, named)) = self.channel_after(last) else { break };
            if !self.has_room_for_a_row() {
                return false;
            }
            (*last, *current) = (Some(folded), Some(named));
        }
        self.numeric(who, "366", &["*"]);
        true
    }

    /// The channel after this folded name.
    fn channel_after(&self, last: &Option<String>) -> Option<(String, Named)> {
        let from = last.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        let (folded, channel) = self.channels.range::<String, _>((from, Bound::Unbounded)).next()?;
        Some((folded.clone(), Named { born: channel.born, name: channel.name.clone(), last: None }))
    }

    /// The next channels that there is room for, by folded name, and whether no more are left.
    pub(super) fn next_channels(&mut self, last: &mut Option<String>) -> (Vec<String>, bool) {
        let mut found = Vec::new();
        while let Some((folded, _)) = self.channel_after(last) {
            if !self.has_room_for_a_row() {
                return (found, false);
            }
            found.push(folded.clone());
            *last = Some(folded);
        }
        (found, true)
    }

    /// Those of the users that there is room for, in the order of their places, after `last`, and whether no more are left.
    pub(super) fn next_users(&mut self, mut users: Vec<UserId>, last: &mut Option<u64>) -> (Vec<UserId>, bool) {
        users.sort_by_key(|user| self.users[user].place);
        users.retain(|user| last.is_none_or(|last| self.users[user].place > last));
        let count = users.len().min(self.room);
        self.room -= count;
        let done = count == users.len();
        users.truncate(count);
        *last = users.last().map_or(*last, |user| Some(self.users[user].place));
        (users, done)
    }
}
