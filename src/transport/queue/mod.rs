//! A connection's queued lines, counted in bytes and bounded.
//!
//! First in, first out. A line may wait until a fact is settled: stored, or refused. Until then it and all lines behind
//! it are *held*; those before it are *open*. Only this module sees held lines. It refers to facts only by number.

mod held;

use std::collections::VecDeque;

use held::Held;

use crate::planted::{Bug, buggy};
use crate::wire::Line;

/// A connection's queue. The first line may be partly written.
#[derive(Debug, Default)]
pub struct SendQueue {
    /// The open lines, and behind them the held ones.
    lines: VecDeque<Line>,
    /// How many bytes of the first line have been written.
    written: usize,
    /// How many bytes of open lines are queued.
    bytes: usize,
    /// What the held lines wait for, if there are any.
    held: Option<Box<Held>>,
}

/// How many lines of capacity an empty queue keeps; more is freed.
const KEPT_LINES: usize = 4;

impl SendQueue {
    /// Appends `line`.
    #[inline]
    pub fn push(&mut self, line: Line) {
        match &mut self.held {
            Some(held) if !buggy(Bug::FreeLineOvertakes) => {
                held.push(line.len(), 0, true);
                self.lines.push_back(line);
            }
            _ => self.push_open(line),
        }
    }

    /// Appends `line`, to be written when everything up to `after` is settled; an `after` of 0 waits for no fact. If
    /// the fact is refused, the line is written only if `keep` is set.
    pub fn push_after(&mut self, line: Line, after: u64, keep: bool) {
        if after == 0 || buggy(Bug::GateIgnored) {
            return self.push(line);
        }
        self.held.get_or_insert_with(|| Box::new(Held::new(after))).push(line.len(), after, keep);
        self.lines.push_back(line);
    }

    #[inline]
    fn push_open(&mut self, line: Line) {
        self.bytes += line.len();
        if buggy(Bug::WriteOvertakesQueue) && self.bytes > line.len() && self.written == 0 {
            return self.lines.push_front(line);
        }
        if buggy(Bug::FreeLineOvertakes) && self.held.is_some() {
            return self.lines.insert(self.open(), line);
        }
        self.lines.push_back(line);
    }

    /// Appends lines to be written when everything up to `after` is settled: either `stored` or `refused`.
    pub fn push_either(&mut self, after: u64, stored: Box<[Line]>, refused: Box<[Line]>) {
        if buggy(Bug::GateIgnored) {
            return stored.into_iter().for_each(|line| self.push(line));
        }
        self.held.get_or_insert_with(|| Box::new(Held::new(after))).either(after, &stored, refused);
        self.lines.extend(stored);
    }

    /// Everything up to `upto` is settled: the lines that waited for it become open, or are dropped.
    pub fn settle(&mut self, upto: u64, refused: bool) {
        let Some(held) = &mut self.held else { return };
        let (bytes, all) = held.settle(upto, refused, &mut self.lines);
        self.bytes += bytes;
        if all {
            self.held = None;
        }
        self.give_back();
    }

    /// How many of the lines are open.
    fn open(&self) -> usize {
        self.lines.len() - self.held.as_ref().map_or(0, |held| held.lines())
    }

    /// How many bytes wait for the peer: those of open lines, and of lines behind held ones that wait for no fact
    /// themselves.
    pub fn bytes(&self) -> usize {
        self.bytes + self.held.as_ref().map_or(0, |held| held.free_bytes())
    }

    /// Whether no line is open.
    pub fn is_written(&self) -> bool {
        self.bytes == 0
    }

    /// Whether lines are held.
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// The next bytes to write: at most `most`, unless the first line alone is longer. Several lines are copied into
    /// `scratch`, so that they can be written at once; a single line is not copied.
    pub fn gather<'a>(&'a self, scratch: &'a mut Vec<u8>, most: usize) -> &'a [u8] {
        let open = self.open();
        let Some(first) = self.lines.front().filter(|_| open > 0) else { return &[] };
        let first = &first[self.written..];
        if open == 1 || first.len() >= most {
            return first;
        }
        scratch.clear();
        scratch.extend_from_slice(first);
        for line in self.lines.range(1..open) {
            if scratch.len() + line.len() > most {
                break;
            }
            scratch.extend_from_slice(line);
        }
        scratch
    }

    /// Removes the first `count` bytes, which have been written.
    pub fn consume(&mut self, mut count: usize) {
        assert!(count <= self.bytes, "{count} bytes written of {}", self.bytes);
        self.bytes -= count;
        while count > 0 {
            let left = self.lines[0].len() - self.written;
            if count < left {
                self.written += count;
                if buggy(Bug::ShortWriteTailLost) {
                    self.bytes -= left - count;
                    self.written = 0;
                    self.lines.pop_front();
                }
                return;
            }
            count -= left;
            self.written = 0;
            self.lines.pop_front();
        }
        self.give_back();
    }

    /// Removes whole lines, and appends them to `out`, for transports that encode them: at most `most` bytes, unless
    /// the first line alone is longer.
    pub fn take_lines(&mut self, out: &mut Vec<u8>, most: usize) {
        debug_assert_eq!(self.written, 0, "a queue is either written from or taken from");
        while self.bytes > 0 {
            let line = &self.lines[0];
            if !out.is_empty() && out.len() + line.len() > most {
                break;
            }
            out.extend_from_slice(line);
            self.bytes -= line.len();
            self.lines.pop_front();
        }
        self.give_back();
    }

    /// Frees capacity beyond [`KEPT_LINES`] if the queue is empty.
    fn give_back(&mut self) {
        if self.lines.is_empty() && self.lines.capacity() > KEPT_LINES {
            self.lines = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_at_most_three_words_larger_than_its_deque() {
        assert!(size_of::<SendQueue>() <= size_of::<VecDeque<Line>>() + 3 * size_of::<usize>());
    }

    #[test]
    fn an_emptied_queue_frees_its_capacity() {
        let line = Line::new(b"PING x\r\n");
        type Empty = fn(&mut SendQueue, usize);
        let empty: [(u64, Empty); 3] = [
            (0, |queue, bytes| queue.consume(bytes)),
            (0, |queue, _| queue.take_lines(&mut Vec::new(), usize::MAX)),
            (1, |queue, _| queue.settle(1, true)),
        ];
        for (after, empty) in empty {
            let mut queue = SendQueue::default();
            (0..1000).for_each(|_| queue.push_after(line.clone(), after, false));
            empty(&mut queue, 1000 * line.len());
            assert!(queue.lines.capacity() <= KEPT_LINES, "{}", queue.lines.capacity());
        }
    }

    #[test]
    fn a_write_takes_as_many_whole_lines_as_fit() {
        let (mut queue, mut scratch) = (SendQueue::default(), Vec::new());
        (0..9).for_each(|_| queue.push(Line::new(b"PING x\r\n")));
        for (most, fits) in [(1, 8), (8, 8), (15, 8), (16, 16), (17, 16), (99, 72)] {
            assert_eq!(queue.gather(&mut scratch, most).len(), fits, "of {most}");
        }
        for (most, fits) in [(1, 8), (16, 16), (31, 24), (99, 24)] {
            let mut out = Vec::new();
            queue.take_lines(&mut out, most);
            assert_eq!(out.len(), fits, "of {most}");
        }
    }

    #[test]
    fn bytes_come_out_in_order_whatever_the_size_of_the_writes() {
        let lines: Vec<Line> = (0..20).map(|n| Line::new(format!("PING {n}\r\n").as_bytes())).collect();
        let whole: Vec<u8> = lines.iter().flat_map(|line| line.to_vec()).collect();
        for size in 1..whole.len() {
            let (mut queue, mut scratch, mut out) = (SendQueue::default(), Vec::new(), Vec::new());
            lines.iter().for_each(|line| queue.push(line.clone()));
            while !queue.is_written() {
                let bytes = queue.gather(&mut scratch, 50);
                let count = bytes.len().min(size);
                out.extend_from_slice(&bytes[..count]);
                queue.consume(count);
            }
            assert_eq!(out, whole, "in writes of {size}");
        }
    }
}
