//! Which lines of a queue are held until a fact is settled, and what happens to them if the fact is refused.
//!
//! The lines themselves stay at the end of the queue. They are only counted here.

use std::collections::VecDeque;

use crate::planted::{Bug, buggy};
use crate::wire::Line;

/// The gates that hold the last lines of a queue. There is at least one gate.
#[derive(Debug)]
pub(super) struct Held {
    /// How many lines are held.
    lines: usize,
    /// Bytes of the lines that wait for no fact themselves, but are behind one that does.
    free_bytes: usize,
    /// The gate that opens next. Most queues have only this one.
    first: Gate,
    later: VecDeque<Gate>,
}

/// Opens when everything up to the number `after` is settled.
#[derive(Debug, Default)]
struct Gate {
    after: u64,
    /// How many lines it holds, up to the next gate, and their bytes.
    lines: usize,
    bytes: usize,
    /// Bytes of those lines that wait for no fact themselves, but are behind one that does.
    free_bytes: usize,
    /// What happens to those lines if the fact is refused, as runs of lines. The last run is not in the `Vec`, since
    /// most gates have only one.
    runs: Vec<Run>,
    last: Run,
}

/// Consecutive lines that are treated alike if the fact is refused.
#[derive(Debug)]
enum Run {
    Keep(usize),
    Drop(usize),
    /// If refused, these lines are written instead.
    Instead(Box<[Line]>),
}

impl Default for Run {
    fn default() -> Self {
        Self::Keep(0)
    }
}

impl Gate {
    fn add(&mut self, lines: usize, bytes: usize, keep: bool) {
        self.lines += lines;
        self.bytes += bytes;
        match (&mut self.last, keep) {
            (Run::Keep(count), true) | (Run::Drop(count), false) => *count += lines,
            _ => self.run(if keep { Run::Keep(lines) } else { Run::Drop(lines) }),
        }
    }

    fn run(&mut self, run: Run) {
        match self.last {
            Run::Keep(0) => self.last = run,
            _ => self.runs.push(std::mem::replace(&mut self.last, run)),
        }
    }

    /// The fact is refused: replaces the gate's lines, which begin at `at` in `queue`, with those that are written
    /// anyway or instead. Returns the size of these in bytes.
    fn refuse(self, queue: &mut VecDeque<Line>, at: usize) -> usize {
        let mut lines = queue.split_off(at).into_iter();
        for run in self.runs.into_iter().chain([self.last]) {
            match run {
                Run::Keep(count) if buggy(Bug::KeptLineDropped) => lines.by_ref().take(count).for_each(drop),
                Run::Instead(_) if buggy(Bug::RefusedHalfMissing) => {}
                Run::Keep(count) => queue.extend(lines.by_ref().take(count)),
                Run::Drop(count) => lines.by_ref().take(count).for_each(drop),
                Run::Instead(instead) => queue.extend(instead),
            }
        }
        let bytes = queue.iter().skip(at).map(|line| line.len()).sum();
        queue.extend(lines);
        bytes
    }
}

impl Held {
    /// With one gate, for `after`, and no lines.
    pub(super) fn new(after: u64) -> Self {
        Self { lines: 0, free_bytes: 0, first: Gate { after, ..Gate::default() }, later: VecDeque::new() }
    }

    /// Counts a line of `bytes` bytes that is appended. It waits for `after`; if that is 0, only for the lines before
    /// it.
    pub(super) fn push(&mut self, bytes: usize, after: u64, keep: bool) {
        self.lines += 1;
        let free_bytes = if after == 0 { bytes } else { 0 };
        self.free_bytes += free_bytes;
        let gate = self.gate(after);
        gate.free_bytes += free_bytes;
        gate.add(1, bytes, keep || after == 0);
    }

    /// Counts the lines `stored`, which are appended and wait for `after`. If that is refused, `refused` are written
    /// instead.
    pub(super) fn either(&mut self, after: u64, stored: &[Line], refused: Box<[Line]>) {
        self.lines += stored.len();
        let gate = self.gate(after);
        gate.add(stored.len(), stored.iter().map(|line| line.len()).sum(), false);
        gate.run(Run::Instead(refused));
    }

    /// The gate for lines that wait for `after`: the last one, or a new one.
    fn gate(&mut self, after: u64) -> &mut Gate {
        if self.later.back().unwrap_or(&self.first).after < after {
            self.later.push_back(Gate { after, ..Gate::default() });
        }
        self.later.back_mut().unwrap_or(&mut self.first)
    }

    /// Everything up to `upto` is settled: opens the gates that waited for it. Returns how many bytes in `queue` became
    /// open, and whether no gate is left.
    pub(super) fn settle(&mut self, upto: u64, refused: bool, queue: &mut VecDeque<Line>) -> (usize, bool) {
        let upto = upto + u64::from(buggy(Bug::SettledOneTooMany)) - u64::from(buggy(Bug::SettledOneTooFew));
        let refused = refused && !buggy(Bug::RefusedLineShown);
        let mut bytes = 0;
        while self.first.after <= upto {
            let next = self.later.pop_front();
            let is_last = next.is_none();
            let gate = std::mem::replace(&mut self.first, next.unwrap_or_default());
            let at = queue.len() - self.lines;
            self.lines -= gate.lines;
            self.free_bytes -= gate.free_bytes;
            bytes += if refused { gate.refuse(queue, at) } else { gate.bytes };
            if is_last {
                return (bytes, true);
            }
        }
        (bytes, false)
    }

    /// How many lines are held.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    /// Bytes of the lines that wait for no fact themselves, but are behind one that does.
    pub(super) fn free_bytes(&self) -> usize {
        self.free_bytes
    }
}
