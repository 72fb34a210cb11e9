//! A connection: its registration, its deadlines, and its user.

use std::collections::BTreeSet;

use super::client_batch::ClientBatch;
use super::id::UserId;
use super::label::Label;
use super::origin::Origin;
use super::question::{AskId, Secret};
use crate::time::{Now, Time};
use crate::wire::{LineBuffer, Peer};

/// A connection, through which its user acts.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) user: UserId,
    /// The peer's address, if it differs from the user's host, which is the address of the user's first session.
    pub(super) address: Option<Box<str>>,
    /// What else the transports know about it.
    pub(super) origin: Option<Box<Origin>>,
    /// The state of registration; `None` once it is complete.
    pub(super) registration: Option<Box<Registration>>,
    /// Whether this session, among its user's sessions, sent the last successful OPER.
    pub(super) opered: bool,
    /// Whether the client sent `CAP LS` with version 302 or higher: it supports values, and lists on several lines.
    pub(super) knows_values: bool,
    /// Its last AWAY. What others see depends on all sessions of the user.
    pub(super) away: Option<Box<Away>>,
    /// The metadata keys that it subscribed to; `None` if it never did.
    #[expect(clippy::box_collection, reason = "few sessions have any, and without them a box takes less memory")]
    subscriptions: Option<Box<BTreeSet<Box<str>>>>,
    /// A multiline message that is not complete.
    pub(super) batch: Option<Box<ClientBatch>>,
    /// When the last bytes arrived.
    pub(super) last_heard: Time,
    /// When the unanswered `PING` was sent.
    pub(super) pinged: Option<Time>,
    /// The connection's deadline; `None` while its PING deadline is suspended. `State::deadlines` contains it unless
    /// the connection waits. It may be too early: input usually postpones it only once it is due.
    pub(super) due: Option<Time>,
    /// An incomplete line.
    pub(super) buffer: LineBuffer,
    /// What the connection waits for before its next line is handled.
    pub(super) waiting: Option<Box<Waiting>>,
}

/// The text of an AWAY, and an increasing number, by which the latest AWAY among a user's sessions is found.
#[derive(Debug)]
pub(super) struct Away {
    pub(super) text: Box<str>,
    pub(super) number: u64,
}

/// What a connection waits for. Replies must come in the order of the commands, so until then none of its lines is
/// handled.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// The answer that it waits for, or the room for its next command.
    pub(super) answer: Option<Pending>,
    /// It has not been sent all of a long reply.
    pub(super) replying: bool,
    /// The label of the command with that reply, whose batch is open.
    pub(super) label: Option<Label>,
    /// The rest of the event in which it began to wait.
    pub(super) rest: Box<[u8]>,
}

/// An answer that a connection waits for.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) ask: AskId,
    /// The label of the command that waits for the answer.
    pub(super) label: Option<Label>,
    /// When it began to wait.
    pub(super) since: Time,
}

/// The state of a registration.
#[derive(Debug, Default)]
pub(super) struct Registration {
    pub(super) user_given: bool,
    /// `CAP LS` or `CAP REQ` was sent, but not yet `CAP END`.
    pub(super) negotiating: bool,
    /// The last `PASS`.
    pub(super) password: Option<Secret>,
    /// The user to whom it will attach, unless it gets a user of its own.
    #[cfg(feature = "planted")]
    pub(super) attach: Option<Attach>,
}

/// The user to whom a connection will attach: their nick, and whether they stay without sessions from then on.
#[cfg(feature = "planted")]
#[derive(Debug)]
pub(super) struct Attach {
    pub(super) to: Box<str>,
    pub(super) stays: super::event::Stays,
}

impl Session {
    /// The session of a new connection, with its provisional user.
    pub(super) fn new(user: UserId, peer: &Peer, now: Now, due: Time) -> Self {
        Self {
            user,
            address: None,
            origin: Origin::of(peer),
            registration: Some(Box::default()),
            opered: false,
            knows_values: false,
            away: None,
            subscriptions: None,
            batch: None,
            last_heard: now.mono,
            pinged: None,
            due: Some(due),
            buffer: LineBuffer::default(),
            waiting: None,
        }
    }

    pub(super) fn is_registered(&self) -> bool {
        self.registration.is_none()
    }

    /// The metadata keys that it subscribed to.
    pub(super) fn subscriptions(&self) -> &BTreeSet<Box<str>> {
        static NONE: BTreeSet<Box<str>> = BTreeSet::new();
        self.subscriptions.as_deref().unwrap_or(&NONE)
    }

    /// The same, mutable.
    pub(super) fn subscriptions_mut(&mut self) -> &mut BTreeSet<Box<str>> {
        self.subscriptions.get_or_insert_default()
    }

    pub(super) fn unsubscribe_all(&mut self) {
        self.subscriptions = None;
    }
}
