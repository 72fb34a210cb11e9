//! The facts that the server appends, and the lines that wait until they are settled.

use std::collections::VecDeque;

use super::{ServerDriver, ServerObserver};
use crate::driver::Stream;
use crate::planted::{Bug, buggy};
use crate::server::{ConnId, Event, Fact, IfRefused, Outcome, Seq};
use crate::time::Now;
use crate::wire::Line;

/// Facts that must be stored all together, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The first number that the commit covers: it continues where the previous one ended.
    pub first: Seq,
    /// The number of the last fact.
    pub upto: Seq,
    /// The facts to keep, in order.
    pub facts: Vec<Fact<'static>>,
}

/// The facts that are appended but not settled. Lines wait for the numbers of commits, not for single facts.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// The commit that has not been handed out.
    next: Option<Commit>,
    /// How many commits were handed out.
    count: u64,
    /// The last numbers of unsettled commits.
    commits: VecDeque<Seq>,
}

impl Log {
    /// The number of the next commit to be handed out.
    fn next_commit(&self) -> u64 {
        self.count + 1
    }

    pub(super) fn append(&mut self, first: Seq, upto: Seq, mut facts: Vec<Fact<'static>>) {
        let next = self.next.get_or_insert_with(|| Commit { first, upto: first - 1, facts: Vec::new() });
        assert_eq!(first, next.upto + 1, "facts are numbered without gaps");
        next.upto = upto;
        match next.facts.is_empty() {
            true => next.facts = facts,
            false => next.facts.append(&mut facts),
        }
    }

    /// Settles all commits up to the one that ends with `upto`. Returns its number.
    fn settle(&mut self, upto: Seq) -> u64 {
        let settled = self.commits.partition_point(|&last| last <= upto);
        let last = settled.checked_sub(1).map(|at| self.commits[at]);
        assert_eq!(last, Some(upto), "a commit is settled as a whole, and once");
        self.commits.drain(..settled);
        self.count - self.commits.len() as u64
    }
}

impl<S: Stream, O: ServerObserver> ServerDriver<S, O> {
    /// The facts that the server has appended since the last call, to be stored as one commit. Call it after each
    /// round: all facts of a round have the same outcome. Reply with [`settled`](Self::settled), in order.
    pub fn commit(&mut self) -> Option<Commit> {
        let mut commit = self.log.next.take()?;
        if buggy(Bug::CommitCut) && commit.facts.len() > 1 {
            let (facts, cut) = (commit.facts.split_off(1), commit.facts[0].seq());
            self.log.next = Some(Commit { first: cut + 1, upto: std::mem::replace(&mut commit.upto, cut), facts });
        }
        self.log.count += 1;
        self.log.commits.push_back(commit.upto);
        Some(commit)
    }

    /// Whether lines may be held.
    pub fn is_unsettled(&self) -> bool {
        self.log.next.is_some() || !self.log.commits.is_empty()
    }

    /// Reports that all commits up to the one that ends with `upto` are stored, or refused. Lines that waited for them
    /// can be written, or are dropped; then the server is notified.
    pub fn settled(&mut self, now: Now, upto: Seq, outcome: Outcome<'_>) {
        let commit = self.log.settle(upto);
        for conn in std::mem::take(&mut self.held) {
            let Some(row) = self.conns.get_mut(conn) else { continue };
            row.queue().settle(commit, outcome != Outcome::Stored);
            match row.is_held() {
                true => self.held.push(conn),
                false => self.let_linger(now, conn),
            }
            self.mark_dirty(conn);
            self.bound(conn);
        }
        self.handle(now, Event::Settled { upto, outcome });
        if !buggy(Bug::ReadPauseKept) {
            self.read_on();
        }
    }

    /// Queues a line that is held until the next commit is settled.
    pub(super) fn hold(&mut self, conn: ConnId, line: &Line, if_refused: IfRefused) {
        let row = self.conns.get_mut(conn).unwrap_or_else(|| panic!("a line for connection {conn}, which is gone"));
        if !row.is_held() {
            self.held.push(conn);
        }
        let (commit, keep) = (self.log.next_commit(), if_refused == IfRefused::Keep);
        row.queue().push_after(line.clone(), commit, keep);
    }

    /// Queues two sets of held lines, of which one will be written.
    pub(super) fn hold_either(&mut self, conn: ConnId, stored: Box<[Line]>, refused: Box<[Line]>) {
        let row = self.conns.get_mut(conn).unwrap_or_else(|| panic!("a line for connection {conn}, which is gone"));
        if !row.is_held() {
            self.held.push(conn);
        }
        row.queue().push_either(self.log.next_commit(), stored, refused);
    }

    /// Whether so much is queued behind held lines that reading must stop: once these are settled, all of it would
    /// count against the peer.
    pub(super) fn is_burdened(&self, conn: ConnId) -> bool {
        let most = self.limits.link.send_queue_bytes / 2;
        self.conns.get(conn).is_some_and(|row| row.is_held() && row.pending_bytes() > most)
    }
}
