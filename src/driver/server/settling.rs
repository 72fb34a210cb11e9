//! What the server appends, and the lines that wait until it is settled.

use std::collections::VecDeque;

use super::{ServerDriver, ServerObserver};
use crate::driver::Stream;
use crate::server::{ConnId, Event, Fact, Outcome, Seq};
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

/// What was appended and is not settled.
#[derive(Debug, Default)]
pub(super) struct Appended {
    /// What was not handed out yet.
    next: Option<Commit>,
    /// The last numbers of those commits that were.
    commits: VecDeque<Seq>,
}

impl<S: Stream, O: ServerObserver> ServerDriver<S, O> {
    /// What the server has appended since the last call, to be stored as one commit. To be asked once after each round:
    /// what was appended in one round has one outcome. To be answered with [`settled`](Self::settled), in order.
    pub fn commit(&mut self) -> Option<Commit> {
        let commit = self.log.next.take()?;
        self.log.commits.push_back(commit.upto);
        Some(commit)
    }

    /// Whether lines may wait for what is not settled.
    pub fn is_unsettled(&self) -> bool {
        self.log.next.is_some() || !self.log.commits.is_empty()
    }

    /// All commits up to the one that ends with `upto` are stored, or refused. Lines that waited for it are written, or will
    /// never be; then the server hears of it.
    pub fn settled(&mut self, now: Now, upto: Seq, outcome: Outcome<'_>) {
        let count = self.log.commits.partition_point(|&last| last <= upto);
        assert_eq!(
            count.checked_sub(1).map(|at| self.log.commits[at]),
            Some(upto),
            "a commit is settled as a whole, and once"
        );
        self.log.commits.drain(..count);
        for conn in std::mem::take(&mut self.held) {
            let Some(row) = self.conns.get_mut(conn) else { continue };
            row.link.queue().settle(upto, outcome != Outcome::Stored);
            match row.link.is_held() {
                true => self.held.push(conn),
                false => self.let_linger(now, conn),
            }
            self.mark_dirty(conn);
            self.bound(conn);
        }
        self.handle(now, Event::Settled { upto, outcome });
        self.read_on();
    }

    pub(super) fn append(&mut self, first: Seq, upto: Seq, facts: &[Fact<'static>]) {
        let next = self.log.next.get_or_insert_with(|| Commit { first, upto, facts: Vec::new() });
        debug_assert!(first == next.first || first == next.upto + 1, "what is appended leaves no gap");
        next.upto = upto;
        next.facts.extend_from_slice(facts);
    }

    pub(super) fn push_either(&mut self, conn: ConnId, after: Seq, stored: &[Line], refused: &[Line]) {
        let row = self.conns.get_mut(conn).unwrap_or_else(|| panic!("a line for connection {conn}, which is gone"));
        let held = row.link.is_held();
        row.link.queue().push_either(after, stored, refused);
        self.held(conn, held);
    }

    /// A connection has a line more that is held; `before` says whether there were others.
    pub(super) fn held(&mut self, conn: ConnId, before: bool) {
        if !before {
            self.held.push(conn);
        }
        self.bound(conn);
    }

    /// Whether so much is behind what is not settled that nothing more should be asked for: it would count against the peer
    /// at once.
    pub(super) fn is_burdened(&self, conn: ConnId) -> bool {
        let most = self.limits.link.send_queue_bytes / 2;
        self.conns.get(conn).is_some_and(|row| row.link.is_held() && row.link.pending_bytes() > most)
    }
}
