//! What was sent to one connection and has not arrived: lines that may be on their way, and behind them those that wait
//! until the log has said what has become of something.
//!
//! The oracles of [`arrivals`](super::arrivals): `gate`: nothing arrives before what it waits for is settled. `refused`: of what is refused nothing
//! arrives that depends on it, and all that comes in its place, or in any case, does. `model`: what else arrives is what
//! was sent.

use std::collections::VecDeque;

use verbatim::server::Seq;
use verbatim::wire::Line;

use super::observation::readable;

/// The oracle's name, what should have come, and what came.
pub type Wrong = (&'static str, String, String);

/// What is coming to one connection, in order.
#[derive(Debug, Default)]
pub struct Coming {
    open: VecDeque<Open>,
    /// How much of the first of them has arrived.
    arrived: usize,
    held: VecDeque<Held>,
    /// Lines that were refused.
    dropped: Vec<Line>,
}

/// A line that may arrive.
#[derive(Debug)]
struct Open {
    line: Line,
    /// It waited, or stood behind one that did.
    waited: bool,
    /// What it waited for was refused.
    refused: bool,
}

/// A line that waits, or some of several.
#[derive(Debug)]
struct Held {
    after: Seq,
    stored: Vec<Line>,
    refused: Vec<Line>,
}

impl Coming {
    /// The server sent lines of which some come, or others if what they wait for is refused.
    pub fn sent(&mut self, after: Seq, stored: &[Line], refused: &[Line]) {
        if after == 0 && self.held.is_empty() {
            let open = |line: &Line| Open { line: line.clone(), waited: false, refused: false };
            self.open.extend(stored.iter().map(open));
        } else if !stored.is_empty() || !refused.is_empty() {
            self.held.push_back(Held { after, stored: stored.into(), refused: refused.into() });
        }
    }

    /// Everything up to `upto` is settled. Returns the lines that will never come.
    pub fn settle(&mut self, upto: Seq, is_refused: bool) -> &[Line] {
        let before = self.dropped.len();
        while let Some(Held { after, stored, refused }) = self.held.pop_front_if(|held| held.after <= upto) {
            let is_refused = is_refused && after > 0;
            let lines = if is_refused { &refused } else { &stored };
            let open = |line: &Line| Open { line: line.clone(), waited: true, refused: is_refused };
            self.open.extend(lines.iter().map(open));
            if is_refused {
                self.dropped.extend(stored.into_iter().filter(|line| !refused.contains(line)));
            }
        }
        &self.dropped[before..]
    }

    /// Bytes arrived.
    pub fn arrived(&mut self, mut bytes: &[u8]) -> Result<(), Wrong> {
        while !bytes.is_empty() {
            let Some(Open { line, .. }) = self.open.front() else { return Err(self.wrong(bytes)) };
            let rest = &line[self.arrived..];
            let count = rest.len().min(bytes.len());
            if rest[..count] != bytes[..count] {
                return Err(self.wrong(bytes));
            }
            bytes = &bytes[count..];
            self.arrived += count;
            if self.arrived == line.len() {
                self.arrived = 0;
                self.open.pop_front();
            }
        }
        Ok(())
    }

    /// What came is not what is due: says which claim that breaks.
    fn wrong(&self, came: &[u8]) -> Wrong {
        let due = self.open.front();
        let expected = due.map_or("nothing more".to_owned(), |open| readable(&open.line[self.arrived..]));
        let is = |line: &Line| self.arrived == 0 && line.starts_with(&came[..line.len().min(came.len())]);
        let mut held = self.held.iter().flat_map(|held| held.stored.iter().chain(&held.refused));
        let oracle = if held.any(is) {
            "gate"
        } else if due.is_some_and(|due| due.refused) || self.dropped.iter().any(is) {
            "refused"
        } else if self.open.iter().skip(1).any(|open| open.waited && is(&open.line)) {
            // It should have stood behind those that wait.
            "gate"
        } else {
            "model"
        };
        (oracle, expected, readable(came))
    }

    /// What has not arrived, and the oracle that says so.
    pub fn missing(&self) -> Option<(&'static str, String)> {
        let open = self.open.front().map(|open| (open.refused, readable(&open.line[self.arrived..])));
        let held = || self.held.iter().flat_map(|held| &held.stored).next().map(|line| (false, readable(line)));
        let (refused, line) = open.or_else(held)?;
        Some((if refused { "refused" } else { "model" }, line))
    }

    /// Whether lines wait.
    pub fn is_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Bytes that may wait for the peer alone; each line may be carried with an `overhead`.
    pub fn bytes(&self, overhead: usize) -> usize {
        let free = self.held.iter().filter(|held| held.after == 0).flat_map(|held| &held.stored);
        let lines = self.open.iter().map(|open| &open.line).chain(free);
        lines.map(|line| line.len() + overhead).sum::<usize>() - self.arrived
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line::new(format!("{text}\r\n").as_bytes())
    }

    /// Three lines: one that is kept, one with two faces, and one behind them that waits for nothing.
    fn coming() -> Coming {
        let mut coming = Coming::default();
        coming.sent(3, &[line("kept")], &[line("kept")]);
        coming.sent(3, &[line("dropped")], &[]);
        coming.sent(4, &[line("echo")], &[line("fail")]);
        coming.sent(0, &[line("free")], &[line("free")]);
        coming
    }

    fn oracle(coming: &mut Coming, text: &str) -> Option<&'static str> {
        coming.arrived(format!("{text}\r\n").as_bytes()).err().map(|wrong| wrong.0)
    }

    #[test]
    fn nothing_comes_before_it_is_settled_and_nothing_overtakes() {
        for early in ["kept", "echo", "fail", "free"] {
            assert_eq!(oracle(&mut coming(), early), Some("gate"), "{early}");
        }
        let mut coming = coming();
        coming.settle(3, false);
        assert_eq!(oracle(&mut coming, "kept"), None);
        assert_eq!(oracle(&mut coming, "free"), Some("gate"));
        coming.settle(4, false);
        assert_eq!(oracle(&mut coming, "free"), Some("gate"), "it stands behind those that waited");
        for text in ["dropped", "echo", "free"] {
            assert_eq!(oracle(&mut coming, text), None, "{text}");
        }
        assert_eq!((coming.missing(), coming.is_held()), (None, false));
    }

    #[test]
    fn what_is_refused_never_comes_and_what_stands_for_it_does() {
        let refused = || {
            let mut coming = coming();
            assert_eq!(coming.settle(4, true), [line("dropped"), line("echo")]);
            coming
        };
        let mut right = refused();
        assert!(["kept", "fail", "free"].into_iter().all(|text| oracle(&mut right, text).is_none()));
        for wrong in ["dropped", "echo", "fail", "free"] {
            assert_eq!(oracle(&mut refused(), wrong), Some("refused"), "{wrong}");
        }
        let mut short = refused();
        assert_eq!(oracle(&mut short, "kept"), None);
        assert_eq!(short.missing(), Some(("refused", "fail\\r\\n".to_owned())));
    }
}
