//! What the server appends, and the lines that wait until it is settled.

use std::collections::VecDeque;

use super::{ServerDriver, ServerObserver};
use crate::driver::Stream;
use crate::planted::{Bug, buggy};
use crate::server::{ConnId, Event, Fact, IfRefused, Outcome, Seq};
use crate::time::Now;
use crate::wire::Line;

/// What is to be stored as a whole, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The number behind that of the last commit.
    pub first: Seq,
    /// The number of the last fact.
    pub upto: Seq,
    /// Those that are kept, in order.
    pub facts: Vec<Fact<'static>>,
}

/// What was appended and is not settled. Lines wait for commits, by their numbers: not each for its fact.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// What was not handed out yet.
    next: Option<Commit>,
    /// How many commits were handed out.
    count: u64,
    /// The last numbers of those that are not settled.
    commits: VecDeque<Seq>,
}

impl Log {
    /// The number of the commit that is not handed out yet, or will be the next.
    fn next_commit(&self) -> u64 {
        self.count + 1
    }

    pub(super) fn append(&mut self, first: Seq, upto: Seq, mut facts: Vec<Fact<'static>>) {
        let next = self.next.get_or_insert_with(|| Commit { first, upto: first - 1, facts: Vec::new() });
        assert_eq!(first, next.upto + 1, "what is appended leaves no gap");
        next.upto = upto;
        match next.facts.is_empty() {
            true => next.facts = facts,
            false => next.facts.append(&mut facts),
        }
    }

    /// All commits up to the one that ends with `upto` are settled: its number.
    fn settle(&mut self, upto: Seq) -> u64 {
        let settled = self.commits.partition_point(|&last| last <= upto);
        let last = settled.checked_sub(1).map(|at| self.commits[at]);
        assert_eq!(last, Some(upto), "a commit is settled as a whole, and once");
        self.commits.drain(..settled);
        self.count - self.commits.len() as u64
    }
}

impl<S: Stream, O: ServerObserver> ServerDriver<S, O> {
    /// What the server has appended since the last call, to be stored as one commit. To be asked after each round: what was
    /// appended in one round has one outcome. To be answered with [`settled`](Self::settled), in order.
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

    /// Whether lines may wait for what is not settled.
    pub fn is_unsettled(&self) -> bool {
        self.log.next.is_some() || !self.log.commits.is_empty()
    }

    /// All commits up to the one that ends with `upto` are stored, or refused. Lines that waited for them are written, or
    /// will never be; then the server hears of it.
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

    /// Puts a line into a queue that waits for what is appended next.
    pub(super) fn hold(&mut self, conn: ConnId, line: &Line, if_refused: IfRefused) {
        let row = self.conns.get_mut(conn).unwrap_or_else(|| panic!("a line for connection {conn}, which is gone"));
        if !row.is_held() {
            self.held.push(conn);
        }
        let (commit, keep) = (self.log.next_commit(), if_refused == IfRefused::Keep);
        row.queue().push_after(line.clone(), commit, keep);
    }

    /// The same of lines of which some are written.
    pub(super) fn hold_either(&mut self, conn: ConnId, stored: Box<[Line]>, refused: Box<[Line]>) {
        let row = self.conns.get_mut(conn).unwrap_or_else(|| panic!("a line for connection {conn}, which is gone"));
        if !row.is_held() {
            self.held.push(conn);
        }
        row.queue().push_either(self.log.next_commit(), stored, refused);
    }

    /// Whether so much is behind what is not settled that nothing more should be asked for: it would count against the peer
    /// at once.
    pub(super) fn is_burdened(&self, conn: ConnId) -> bool {
        let most = self.limits.link.send_queue_bytes / 2;
        self.conns.get(conn).is_some_and(|row| row.is_held() && row.pending_bytes() > most)
    }
}
