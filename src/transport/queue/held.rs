//! The lines of a queue that wait for something to be settled.

use std::collections::VecDeque;

use crate::planted::{Bug, buggy};
use crate::wire::Line;

/// Lines that cannot be written yet, in order: behind each gate those that wait for it, and those that stand behind them.
#[derive(Debug, Default)]
pub(super) struct Held {
    lines: VecDeque<Line>,
    gates: VecDeque<Gate>,
    /// Bytes of the lines that wait for nothing, but stand behind one that does.
    free_bytes: usize,
}

/// Opens when everything up to a number is settled.
#[derive(Debug)]
struct Gate {
    after: u64,
    /// How many of the lines are behind it, and before the next, and their bytes.
    lines: usize,
    bytes: usize,
    /// Bytes of those among them that wait for nothing.
    free_bytes: usize,
    /// What becomes of them if that is refused, in runs. The first is here, since most gates have one.
    first: Run,
    more: Vec<Run>,
}

/// Lines beside each other with the same fate.
#[derive(Debug)]
enum Run {
    Keep(usize),
    Drop(usize),
    /// These are written, at this place.
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
    /// Puts a line at the end, that waits for `after`; 0 if it waits for nothing but those before it.
    pub(super) fn push(&mut self, line: Line, after: u64, keep: bool) {
        let free_bytes = if after == 0 { line.len() } else { 0 };
        let gate = self.gate(after, if keep || after == 0 { Run::Keep(1) } else { Run::Drop(1) });
        gate.lines += 1;
        gate.bytes += line.len();
        gate.free_bytes += free_bytes;
        self.free_bytes += free_bytes;
        self.lines.push_back(line);
    }

    /// Puts lines at the end of which some are written, when `after` is settled.
    pub(super) fn either(&mut self, after: u64, stored: &[Line], refused: &[Line]) {
        let gate = self.gate(after, Run::Drop(stored.len()));
        gate.lines += stored.len();
        gate.bytes += stored.iter().map(|line| line.len()).sum::<usize>();
        gate.run(Run::Instead(refused.into()));
        self.lines.extend(stored.iter().cloned());
    }

    /// The gate behind which something stands that waits for `after`: the last, or a new one.
    fn gate(&mut self, after: u64, run: Run) -> &mut Gate {
        if self.gates.back().is_none_or(|gate| gate.after < after) {
            self.gates.push_back(Gate { after, lines: 0, bytes: 0, free_bytes: 0, first: run, more: Vec::new() });
        } else if let Some(gate) = self.gates.back_mut() {
            gate.run(run);
        }
        self.gates.back_mut().expect("there is one")
    }

    /// Everything up to `upto` is settled: puts what can be written at the end of `open`, and returns how many bytes that is.
    pub(super) fn settle(&mut self, upto: u64, refused: bool, open: &mut VecDeque<Line>) -> usize {
        let mut bytes = 0;
        let upto = upto + u64::from(buggy(Bug::SettledOneTooMany)) - u64::from(buggy(Bug::SettledOneTooFew));
        let refused = refused && !buggy(Bug::RefusedLineShown);
        while let Some(gate) = self.gates.pop_front_if(|gate| gate.after <= upto) {
            self.free_bytes -= gate.free_bytes;
            if !refused {
                bytes += gate.bytes;
                // Mostly there is one gate, and nothing before it.
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

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.gates.is_empty()
    }

    /// Bytes of the lines that wait for nothing, but stand behind one that does.
    pub(super) fn free_bytes(&self) -> usize {
        self.free_bytes
    }
}

/// What is written of lines when what they wait for is refused.
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
