//! Which sessions watch which nicks (MONITOR), whether or not a user has the nick. Refers to sessions only by number.

use std::collections::BTreeMap;

use crate::planted::{Bug, buggy};
use crate::server::event::ConnId;
use crate::wire::{Casemapping, Folded};

/// The watched nicks, by nick and by session.
#[derive(Debug, Default)]
pub(in super::super) struct Watchers {
    casemapping: Casemapping,
    /// By nick: the sessions that watch it, and how each wrote it.
    pub(super) of: BTreeMap<Folded, BTreeMap<ConnId, Box<str>>>,
    /// By session: the nicks that it watches, in the order in which they were added.
    pub(super) by: BTreeMap<ConnId, Vec<Folded>>,
}

impl Watchers {
    pub(super) fn new(casemapping: Casemapping) -> Self {
        Self { casemapping, ..Self::default() }
    }

    /// Makes a session watch a nick. Returns false if it already watches `most` others.
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

    /// Removes a session that has ended.
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

    /// The sessions that watch a nick, in order of number, and how each wrote it.
    pub(in super::super) fn of(&self, nick: &str) -> Vec<(ConnId, Box<str>)> {
        let watchers = self.of.get(&self.casemapping.fold(nick)).into_iter().flatten();
        watchers.map(|(&conn, nick)| (conn, nick.clone())).collect()
    }
}
