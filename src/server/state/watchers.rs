//! Which sessions watch which nicks (MONITOR), whoever holds these. Knows no sessions but by their numbers.

use std::collections::BTreeMap;

use crate::planted::{Bug, buggy};
use crate::server::event::ConnId;
use crate::wire::{Casemapping, Folded};

/// The nicks that are watched, from both sides.
#[derive(Debug, Default)]
pub(in super::super) struct Watchers {
    casemapping: Casemapping,
    /// By the nick: who watches it, and how each wrote it.
    pub(super) of: BTreeMap<Folded, BTreeMap<ConnId, Box<str>>>,
    /// By the session: what it watches, in the order in which it was added.
    pub(super) by: BTreeMap<ConnId, Vec<Folded>>,
}

impl Watchers {
    pub(super) fn new(casemapping: Casemapping) -> Self {
        Self { casemapping, ..Self::default() }
    }

    /// Lets a session watch a nick, and returns whether it does: not if it watches `most` others already.
    pub(in super::super) fn watch(&mut self, conn: ConnId, nick: &str, most: usize) -> bool {
        let folded = self.casemapping.fold(nick);
        let watched = self.by.get(&conn).map_or(&[][..], Vec::as_slice);
        if watched.contains(&folded) {
            return true;
        }
        if watched.len() >= most {
            return false;
        }
        self.by.entry(conn).or_default().push(folded.clone());
        self.of.entry(folded).or_default().insert(conn, nick.into());
        true
    }

    pub(in super::super) fn unwatch(&mut self, conn: ConnId, nick: &str) {
        let folded = self.casemapping.fold(nick);
        if let Some(watched) = self.by.get_mut(&conn) {
            watched.retain(|watched| *watched != folded);
        }
        self.remove(&folded, conn);
    }

    pub(in super::super) fn unwatch_all(&mut self, conn: ConnId) {
        for nick in self.by.remove(&conn).unwrap_or_default() {
            self.remove(&nick, conn);
        }
    }

    /// A session is gone, and watches nothing.
    pub(super) fn forget(&mut self, conn: ConnId) {
        match buggy(Bug::WatcherLeftBehind) {
            true => drop(self.by.remove(&conn)),
            false => self.unwatch_all(conn),
        }
    }

    fn remove(&mut self, nick: &Folded, conn: ConnId) {
        if let Some(watchers) = self.of.get_mut(nick) {
            watchers.remove(&conn);
            if watchers.is_empty() {
                self.of.remove(nick);
            }
        }
    }

    /// The nicks that a session watches, as it wrote them, in the order in which they were added.
    pub(in super::super) fn watched_by(&self, conn: ConnId) -> Vec<String> {
        self.by.get(&conn).into_iter().flatten().map(|nick| self.of[nick][&conn].to_string()).collect()
    }

    /// Who watches a nick, in the order of their numbers, and how each wrote it.
    pub(in super::super) fn of(&self, nick: &str) -> Vec<(ConnId, Box<str>)> {
        let watchers = self.of.get(&self.casemapping.fold(nick)).into_iter().flatten();
        watchers.map(|(&conn, nick)| (conn, nick.clone())).collect()
    }
}
