//! The lines that wait for one connection, counted in bytes and bounded.

use std::collections::VecDeque;

use crate::planted::{Bug, Bugs};
use crate::wire::Line;

/// A connection's queue of lines, whose first one may be partly written.
#[derive(Debug, Default)]
pub struct SendQueue {
    lines: VecDeque<Line>,
    /// How many bytes of the first line are written.
    written: usize,
    /// How many bytes wait in all.
    bytes: usize,
}

/// An empty queue keeps room for so many lines; more is given back.
const KEPT_LINES: usize = 4;

impl SendQueue {
    /// Puts `line` at the end.
    pub fn push(&mut self, line: Line, bugs: Bugs) {
        let overtakes = bugs.has(Bug::WriteOvertakesQueue) && self.bytes > 0 && self.written == 0;
        self.bytes += line.len();
        if overtakes {
            return self.lines.push_front(line);
        }
        self.lines.push_back(line);
    }

    /// How many bytes wait.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// The bytes that wait, in order, at most about `most` of them (a line is never passed over: it is cut).
    /// Several lines are gathered in `scratch`, so that one write carries them; a single one is not copied.
    pub fn gather<'a>(&'a self, scratch: &'a mut Vec<u8>, most: usize) -> &'a [u8] {
        let Some(first) = self.lines.front() else { return &[] };
        let first = &first[self.written..];
        if self.lines.len() == 1 || first.len() >= most {
            return first;
        }
        scratch.clear();
        scratch.extend_from_slice(first);
        for line in self.lines.iter().skip(1) {
            if scratch.len() + line.len() > most {
                break;
            }
            scratch.extend_from_slice(line);
        }
        scratch
    }

    /// Takes the first `count` bytes out: they were written.
    pub fn consume(&mut self, mut count: usize, bugs: Bugs) {
        assert!(count <= self.bytes, "{count} bytes written of {}", self.bytes);
        self.bytes -= count;
        while count > 0 {
            let left = self.lines[0].len() - self.written;
            if count < left {
                self.written += count;
                if bugs.has(Bug::ShortWriteTailLost) {
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

    /// Takes whole lines out, up to about `most` bytes, and appends them to `out`: for transports that write them
    /// in a form of their own.
    pub fn take_lines(&mut self, out: &mut Vec<u8>, most: usize) {
        debug_assert_eq!(self.written, 0, "a queue is either written from or taken from");
        while let Some(line) = self.lines.front() {
            if !out.is_empty() && out.len() + line.len() > most {
                break;
            }
            out.extend_from_slice(line);
            self.bytes -= line.len();
            self.lines.pop_front();
        }
        self.give_back();
    }

    /// Gives the room of many lines back when it is empty.
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
    fn bytes_come_out_in_order_whatever_the_size_of_the_writes() {
        let lines: Vec<Line> = (0..20).map(|n| Line::new(format!("PING {n}\r\n").as_bytes())).collect();
        let whole: Vec<u8> = lines.iter().flat_map(|line| line.to_vec()).collect();
        for size in 1..whole.len() {
            let (mut queue, mut scratch, mut out) = (SendQueue::default(), Vec::new(), Vec::new());
            lines.iter().for_each(|line| queue.push(line.clone(), Bugs::NONE));
            while !queue.is_empty() {
                let bytes = queue.gather(&mut scratch, 50);
                let count = bytes.len().min(size);
                out.extend_from_slice(&bytes[..count]);
                queue.consume(count, Bugs::NONE);
            }
            assert_eq!(out, whole, "in writes of {size}");
        }
    }
}
