//! One connection as the server knows it: who it is, and how far its registration has come.

use super::caps::Caps;
use super::channel::ChannelId;
use super::event::{AskId, Secret};
use crate::time::Time;
use crate::wire::{LineBuffer, Nick};

/// A connection, registered or not.
#[derive(Debug)]
pub(super) struct User {
    pub(super) host: Box<str>,
    pub(super) nick: Option<Nick>,
    /// What `USER` gave, with a `~` before it: nobody vouches for it.
    pub(super) name: Box<str>,
    pub(super) realname: Box<str>,
    /// What is still missing; `None` once the user is registered.
    pub(super) registration: Option<Registration>,
    pub(super) caps: Caps,
    pub(super) invisible: bool,
    pub(super) operator: bool,
    pub(super) away: Option<Box<str>>,
    /// In the order in which they were joined.
    pub(super) channels: Vec<ChannelId>,
    /// Channels that the user was invited to, the oldest invitation first. The channels know it too.
    pub(super) invitations: Vec<ChannelId>,
    pub(super) signed_on: Time,
    /// When the last bytes arrived.
    pub(super) last_heard: Time,
    /// When the user last said something to somebody (317).
    pub(super) last_spoke: Time,
    /// When a `PING` was sent that nothing has answered.
    pub(super) pinged: Option<Time>,
    /// When the server looks at this connection next: its entry in the deadlines.
    pub(super) due: Time,
    /// The beginning of a line whose end has not arrived.
    pub(super) buffer: LineBuffer,
    /// What the connection waits for before its next line is handled.
    pub(super) waiting: Option<Box<Waiting>>,
}

/// An answer that a connection waits for. "Replies come in the order of the commands": so no line of it is handled
/// meanwhile.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) ask: AskId,
    pub(super) purpose: Purpose,
    /// What it has sent meanwhile.
    pub(super) held: Vec<u8>,
}

/// What the answer is for.
#[derive(Debug)]
pub(super) enum Purpose {
    /// The registration goes on if the server's password is right.
    Register,
}

/// What a connection has said of itself so far.
#[derive(Debug, Default)]
pub(super) struct Registration {
    pub(super) user_given: bool,
    /// `CAP LS` or `CAP REQ` came, and `CAP END` has not.
    pub(super) negotiating: bool,
    /// What `PASS` gave last.
    pub(super) password: Option<Secret>,
}

impl User {
    pub(super) fn new(host: &str, now: Time, due: Time) -> Self {
        Self {
            host: host.into(),
            nick: None,
            name: "".into(),
            realname: "".into(),
            registration: Some(Registration::default()),
            caps: Caps::default(),
            invisible: false,
            operator: false,
            away: None,
            channels: Vec::new(),
            invitations: Vec::new(),
            signed_on: now,
            last_heard: now,
            last_spoke: now,
            pinged: None,
            due,
            buffer: LineBuffer::default(),
            waiting: None,
        }
    }

    pub(super) fn is_registered(&self) -> bool {
        self.registration.is_none()
    }

    /// The nick, or `*` for somebody who has none yet.
    pub(super) fn shown_nick(&self) -> &str {
        self.nick.as_ref().map_or("*", Nick::as_str)
    }

    /// `nick!user@host`, which stands before everything that the user does.
    pub(super) fn source(&self) -> String {
        [self.shown_nick(), "!", &self.name, "@", &self.host].concat()
    }

    /// The user modes that are on, as `+i`.
    pub(super) fn modes(&self) -> String {
        let mut modes = String::from("+");
        if self.invisible {
            modes.push('i');
        }
        if self.operator {
            modes.push('o');
        }
        modes
    }
}
