//! One connection as the server knows it: how far its registration has come, what its client asked for, and whose it is.

use std::collections::BTreeSet;

use super::client_batch::ClientBatch;
use super::event::{AskId, Secret};
use super::id::UserId;
use super::label::Label;
use super::operator::Privilege;
use super::origin::Origin;
use crate::time::{Now, Time};
use crate::wire::{LineBuffer, Peer};

/// A connection. What it does is done by its user.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) user: UserId,
    /// Where it comes from, unless that is its user's host, as it is for a user's first session.
    pub(super) address: Option<Box<str>>,
    /// What else transports found out.
    pub(super) origin: Option<Box<Origin>>,
    /// What is still missing; `None` once the registration is complete.
    pub(super) registration: Option<Box<Registration>>,
    /// It gave OPER last, of its user's sessions.
    pub(super) opered: bool,
    /// `CAP LS 302` came: the client knows of capabilities' values, and of lists on several lines.
    pub(super) knows_values: bool,
    /// What AWAY said last. What others see follows from all sessions of a user.
    pub(super) away: Option<Box<Away>>,
    /// The keys of metadata that it wants to hear of.
    pub(super) subscriptions: BTreeSet<Box<str>>,
    /// A message in several lines whose end has not come.
    pub(super) batch: Option<Box<ClientBatch>>,
    /// When the last bytes arrived.
    pub(super) last_heard: Time,
    /// When a `PING` was sent that nothing has answered.
    pub(super) pinged: Option<Time>,
    /// When the server looks at this connection next, unless it waits then: its entry in the deadlines.
    pub(super) due: Option<Time>,
    /// The beginning of a line whose end has not arrived.
    pub(super) buffer: LineBuffer,
    /// What the connection waits for before its next line is handled.
    pub(super) waiting: Option<Box<Waiting>>,
}

/// The text of an AWAY, and a number that rises with each: of several sessions the last one counts.
#[derive(Debug)]
pub(super) struct Away {
    pub(super) text: Box<str>,
    pub(super) number: u64,
}

/// An answer that a connection waits for. "Replies come in the order of the commands": so no line of it is handled
/// meanwhile.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) ask: AskId,
    pub(super) purpose: Purpose,
    /// The label of the command that waits.
    pub(super) label: Option<Label>,
    /// Since when.
    pub(super) since: Time,
    /// What is left of the event in which it began to wait.
    pub(super) rest: Box<[u8]>,
}

/// What the answer is for.
#[derive(Debug)]
pub(super) enum Purpose {
    /// The registration goes on if the server's password is right.
    Register,
    /// Somebody becomes an operator, by this name and with these privileges, if the password is right.
    Oper { name: Box<str>, privileges: Vec<Privilege> },
    /// An operator asked for the settings to be read anew.
    Rehash,
    /// So much is not settled that the next command waits: it is what is left.
    Room,
}

/// What a connection has said of itself so far.
#[derive(Debug, Default)]
pub(super) struct Registration {
    pub(super) user_given: bool,
    /// `CAP LS` or `CAP REQ` came, and `CAP END` has not.
    pub(super) negotiating: bool,
    /// What `PASS` gave last.
    pub(super) password: Option<Secret>,
    /// Whose session it becomes, in place of a user of its own.
    #[cfg(feature = "planted")]
    pub(super) attach: Option<Attach>,
}

/// Whose session a connection becomes: the user's nick, and whether that user stays from then on.
#[cfg(feature = "planted")]
#[derive(Debug)]
pub(super) struct Attach {
    pub(super) to: Box<str>,
    pub(super) stays: super::event::Stays,
}

impl Session {
    /// The session of a new connection, and of its provisional user.
    pub(super) fn new(user: UserId, peer: &Peer, now: Now, due: Time) -> Self {
        Self {
            user,
            address: None,
            origin: Origin::of(peer),
            registration: Some(Box::default()),
            opered: false,
            knows_values: false,
            away: None,
            subscriptions: BTreeSet::new(),
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
}
