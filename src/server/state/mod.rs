//! The tables of sessions, users, nicks and channels. Independent of commands.
//!
//! Independent tables have types of their own: `nicks`, `channels`, `watchers` (of nicks), `whowas`. The other files
//! are about rows and their relations: `sessions`, and the answers for which they are `waiting`; `users`; the `members`
//! of channels, and who sees them (`sight`). `unsettled` is about facts that the log has not settled yet.

#[cfg(feature = "planted")]
mod audit;
mod channels;
mod members;
mod nicks;
mod sessions;
mod sight;
mod unsettled;
mod users;
mod waiting;
mod watchers;
mod whowas;

#[cfg(feature = "planted")]
pub(super) use audit::Happened;
use channels::Channels;
use nicks::Nicks;
pub(super) use unsettled::Undo;
use unsettled::Unsettled;
use watchers::Watchers;
use whowas::Whowas;

use std::collections::{BTreeMap, BTreeSet};

use super::caps::Caps;
use super::config::{Config, Limits};
use super::event::ConnId;
use super::fact::Seq;
use super::id::UserId;
use super::outgoing::Form;
use super::question::AskId;
use super::session::Session;
use super::user::{Sessions, User};
use crate::slots::Slots;
use crate::time::Time;
use crate::wire::Casemapping;

/// The server's state.
#[derive(Debug, Default)]
pub(super) struct State {
    casemapping: Casemapping,
    limits: Limits,
    unsettled: Unsettled,
    has_log: bool,
    last_seq: Seq,
    /// By connection number. Boxed, because growing the table would otherwise copy whole rows.
    sessions: Vec<Option<Box<Session>>>,
    /// By connection number, in arrays of their own, since every broadcast reads them for all receivers.
    caps: Vec<Caps>,
    forms: Vec<Form>,
    connections: usize,
    /// Connections that are not registered.
    unregistered: usize,
    /// The deadlines of connections. They may be too early, but never too late: see [`Session::due`].
    deadlines: BTreeSet<(Time, ConnId)>,
    pub(super) watchers: Watchers,
    /// The connection that waits for each answer.
    asks: BTreeMap<AskId, ConnId>,
    last_ask: AskId,
    /// By [`UserId`].
    users: Slots<Box<User>>,
    /// The sessions of each user, by [`UserId`], in an array of their own like `forms`.
    sessions_of: Vec<Sessions>,
    /// The users who stay for a limited time, and when each of them ends.
    ends: BTreeSet<(Time, UserId)>,
    registered: usize,
    most_registered: usize,
    invisible: usize,
    operators: usize,
    /// Users who get server notices (`+s`).
    notified: BTreeSet<UserId>,
    pub(super) nicks: Nicks,
    pub(super) whowas: Whowas,
    pub(super) channels: Channels,
    /// How often each command was used, by the index of its row.
    commands: Vec<(&'static str, u64)>,
    last_number: u64,
    /// The record of what happened, if a test asked for one.
    #[cfg(feature = "planted")]
    recorder: Option<Vec<Happened>>,
}

impl State {
    /// An empty state. It keeps only settings that do not change while the server runs.
    pub(super) fn new(config: &Config) -> Self {
        let Config { casemapping, limits, log, .. } = *config;
        Self {
            casemapping,
            limits,
            has_log: log,
            channels: Channels::new(casemapping),
            nicks: Nicks::new(casemapping),
            watchers: Watchers::new(casemapping),
            whowas: Whowas::new(casemapping, limits.whowas_entries),
            ..Self::default()
        }
    }

    /// Removes all users and channels. Even then, no number of a question or a fact is reused, and what was appended may
    /// still be settled.
    pub(super) fn empty(&mut self, config: &Config) {
        let (last_ask, last_seq, unsettled) = (self.last_ask, self.last_seq, self.unsettled.emptied());
        *self = Self { last_ask, last_seq, unsettled, ..Self::new(config) };
    }

    /// The server's limits.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether facts are appended to a log.
    pub(super) fn has_log(&self) -> bool {
        self.has_log
    }

    /// The number of the next fact.
    pub(super) fn next_seq(&mut self) -> Seq {
        self.last_seq += 1;
        self.last_seq
    }

    /// How names are compared.
    pub(super) fn casemapping(&self) -> Casemapping {
        self.casemapping
    }

    /// Counts a command, by the index of its row.
    pub(super) fn count_command(&mut self, row: usize, name: &'static str) {
        if self.commands.len() <= row {
            self.commands.resize(row + 1, ("", 0));
        }
        self.commands[row] = (name, self.commands[row].1 + 1);
    }

    /// How often each command was used, in the order of the table, up to the last command that was used.
    pub(super) fn command_counts(&self) -> &[(&'static str, u64)] {
        &self.commands
    }

    /// A number that was never used before: for users, batches and the order of AWAY commands.
    pub(super) fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}
