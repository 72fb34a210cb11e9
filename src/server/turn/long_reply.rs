//! Replies that grow with the network. They are sent in pieces, the next one once the session has read most of the last:
//! so a reply never overflows the queue of a client that reads it, and one command never takes long.
//!
//! A reply keeps a position in a table (the last name, the last user) and no copy of it. Rows that are there from the
//! beginning to the end are shown once; rows that come or go meanwhile may be shown or not.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use super::Turn;
use crate::server::event::ConnId;

/// A reply that may take several pieces.
pub(in super::super) trait LongReply: fmt::Debug {
    /// Sends the calling session the next rows, and looks at no more than there is `room` for. Returns whether the reply is
    /// complete.
    fn go_on(&mut self, turn: &mut Turn<'_>, room: &mut Room) -> bool;
}

/// How many rows a piece may still look at, shown or not.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Room(usize);

impl Room {
    /// Room for `rows` rows.
    pub(in super::super) fn new(rows: usize) -> Self {
        Self(rows)
    }

    /// Takes the room for one row. Returns whether there was any.
    pub(in super::super) fn take(&mut self) -> bool {
        let left = self.0.checked_sub(1);
        self.0 = left.unwrap_or_default();
        left.is_some()
    }
}

/// What each session has not been sent of its long replies, in order.
pub(in super::super) type Unsent = BTreeMap<ConnId, VecDeque<Box<dyn LongReply>>>;

impl Turn<'_> {
    /// Replies to the calling session, in pieces if the reply is long. Until it is complete, no further line of the session
    /// is handled.
    pub(in super::super) fn reply_long(&mut self, mut reply: impl LongReply + 'static) {
        if !self.state.is_replying(self.conn) {
            let mut room = self.room;
            let done = reply.go_on(self, &mut room);
            self.room = room;
            if done {
                return;
            }
            self.actions.drain(self.conn);
        }
        self.unsent.entry(self.conn).or_default().push_back(Box::new(reply));
        self.wait_for_reading();
    }

    /// Sends the next piece of what the calling session has not been sent.
    pub(in super::super) fn go_on(&mut self) {
        let mut replies = self.unsent.remove(&self.conn).unwrap_or_default();
        self.label = self.state.end_reply(self.conn);
        let mut room = self.room;
        while let Some(reply) = replies.front_mut() {
            if !reply.go_on(self, &mut room) {
                break;
            }
            replies.pop_front();
        }
        if !replies.is_empty() {
            self.unsent.insert(self.conn, replies);
            self.wait_for_reading();
            self.actions.drain(self.conn);
        }
        self.answer_label();
    }

    /// The calling session must read most of what it was sent, within the time in which it would have to answer a PING.
    fn wait_for_reading(&mut self) {
        let patience = self.config.ping_interval + self.config.ping_timeout;
        self.state.begin_reply(self.conn, self.now.mono, patience);
    }
}
