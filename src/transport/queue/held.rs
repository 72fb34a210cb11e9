//! The lines of a queue that are held until something is settled.

use std::collections::VecDeque;

use crate::planted::{Bug, buggy};
use crate::wire::Line;

/// Held lines, in order: each gate has the lines that wait for it, and the free ones behind those.
#[derive(Debug, Default)]
pub(super) struct Held {
    lines: VecDeque<Line>,
    gates: VecDeque<Gate>,
    /// Bytes of the lines that wait for nothing, but are behind one that does.
    free_bytes: usize,
}

/// Opens when everything up to a number is settled.
#[derive(Debug)]
struct Gate {
    after: u64,
    /// How many lines are between it and the next gate, and their bytes.
    lines: usize,
    bytes: usize,
    /// Bytes of those lines that wait for nothing.
    free_bytes: usize,
    /// What happens to them if the fact is refused, in runs. The first is inline, since most gates have only one.
    first: Run,
    more: Vec<Run>,
}

/// Consecutive lines with the same fate.
#[derive(Debug)]
enum Run {
    Keep(usize),
    Drop(usize),
    /// If refused, these lines are written instead.
    Instead(Box<[Line]>),
}

impl Gate {
    fn run(&mut self, run: Run) {
        let last = self.more.last_mut().unwrap_or(&mut self.first);
        match (last, run) {
            (Run::Keep(count), Run::Keep(more)) | (Run::Drop(count), Run::Drop(more)) => *count += more,
            (_, run) => self.more.push(run),
        }
    }
}

impl Held {
    /// Appends a line that waits for `after`; 0 if it only waits for those before it.
    pub(super) fn push(&mut self, line: Line, after: u64, keep: bool) {
        let free_bytes = if after == 0 { line.len() } else { 0 };
        let gate = self.gate(after, if keep || after == 0 { Run::Keep(1) } else { Run::Drop(1) });
        gate.lines += 1;
        gate.bytes += line.len();
        gate.free_bytes += free_bytes;
        self.free_bytes += free_bytes;
        self.lines.push_back(line);
    }

    /// Appends the lines to write when `after` is settled, for either outcome.
    pub(super) fn either(&mut self, after: u64, stored: &[Line], refused: &[Line]) {
        let gate = self.gate(after, Run::Drop(stored.len()));
        gate.lines += stored.len();
        gate.bytes += stored.iter().map(|line| line.len()).sum::<usize>();
        gate.run(Run::Instead(refused.into()));
        self.lines.extend(stored.iter().cloned());
    }

    /// The gate for lines that wait for `after`: the last one, or a new one.
    fn gate(&mut self, after: u64, run: Run) -> &mut Gate {
        if self.gates.back().is_none_or(|gate| gate.after < after) {
            self.gates.push_back(Gate { after, lines: 0, bytes: 0, free_bytes: 0, first: run, more: Vec::new() });
        } else if let Some(gate) = self.gates.back_mut() {
            gate.run(run);
        }
        self.gates.back_mut().expect("there is one")
    }

    /// Everything up to `upto` is settled: appends what can be written to `open`, and returns its bytes.
    pub(super) fn settle(&mut self, upto: u64, refused: bool, open: &mut VecDeque<Line>) -> usize {
        let mut bytes = 0;
        let upto = upto + u64::from(buggy(Bug::SettledOneTooMany)) - u64::from(buggy(Bug::SettledOneTooFew));
        let refused = refused && !buggy(Bug::RefusedLineShown);
        while let Some(gate) = self.gates.pop_front_if(|gate| gate.after <= upto) {
            self.free_bytes -= gate.free_bytes;
            if !refused {
                bytes += gate.bytes;
                // Usually there is one gate, and nothing before it.
                match open.is_empty() && self.gates.is_empty() {
                    true => std::mem::swap(open, &mut self.lines),
                    false => open.extend(self.lines.drain(..gate.lines)),
                }
                continue;
            }
            let before = open.len();
            refuse(self.lines.drain(..gate.lines), [gate.first].into_iter().chain(gate.more), open);
            bytes += open.iter().skip(before).map(|line| line.len()).sum::<usize>();
        }
        bytes
    }

    /// Whether nothing is held.
    pub(super) fn is_empty(&self) -> bool {
        self.gates.is_empty()
    }

    /// Bytes of the lines that wait for nothing, but are behind one that does.
    pub(super) fn free_bytes(&self) -> usize {
        self.free_bytes
    }
}

/// Appends to `open` what is written of `lines` if their fact is refused.
fn refuse(mut lines: impl Iterator<Item = Line>, runs: impl Iterator<Item = Run>, open: &mut VecDeque<Line>) {
    for run in runs {
        match run {
            Run::Keep(count) if buggy(Bug::KeptLineDropped) => lines.by_ref().take(count).for_each(drop),
            Run::Instead(_) if buggy(Bug::RefusedHalfMissing) => {}
            Run::Keep(count) => open.extend(lines.by_ref().take(count)),
            Run::Drop(count) => lines.by_ref().take(count).for_each(drop),
            Run::Instead(instead) => open.extend(instead),
        }
    }
}
