//! What was sent to one connection and has not arrived: lines in flight, and behind them lines that are held for the
//! log.
//!
//! The oracles of [`arrivals`](super::arrivals): `gate`: nothing arrives before what it waits for is settled.
//! `refused`: for a refused fact, only lines that replace it or are sent anyway arrive. `model`: everything else
//! arrives as it was sent.

use std::collections::VecDeque;

use verbatim::server::Seq;
use verbatim::time::Time;
use verbatim::wire::Line;

use super::observation::readable;

/// A broken claim.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The oracle's name.
    pub oracle: &'static str,
    /// What was expected, and what arrived; `None` if nothing did.
    pub expected: String,
    pub got: Option<String>,
    /// The earlier event that the claim rests on, and its time.
    pub basis: Option<(String, Time)>,
}

/// What has been sent to one connection, in order.
#[derive(Debug, Default)]
pub struct Coming {
    open: VecDeque<Open>,
    /// How many bytes of the first open line have arrived.
    arrived: usize,
    held: VecDeque<Held>,
    /// Lines that were refused.
    dropped: Vec<(Line, Settled)>,
    /// The last line that has arrived.
    last: Option<Open>,
}

/// A line that may arrive.
#[derive(Clone, Debug)]
struct Open {
    line: Line,
    sent: Time,
    /// The outcome that released it, if it was held or was behind a held line.
    waited: Option<Settled>,
}

/// The outcome of everything up to a number.
#[derive(Clone, Copy, Debug)]
struct Settled {
    upto: Seq,
    refused: bool,
    at: Time,
}

/// A held line, or two sets of lines of which one will be sent.
#[derive(Debug)]
struct Held {
    after: Seq,
    sent: Time,
    stored: Vec<Line>,
    refused: Vec<Line>,
}

impl Open {
    fn is_refused(&self) -> bool {
        self.waited.is_some_and(|settled| settled.refused)
    }

    /// The earlier event that made it due.
    fn basis(&self) -> (String, Time) {
        match self.waited {
            Some(settled) => settled.basis(),
            None => (format!("{} was sent,", readable(&self.line)), self.sent),
        }
    }
}

impl Settled {
    fn basis(&self) -> (String, Time) {
        let outcome = if self.refused { "refused" } else { "stored" };
        (format!("everything up to {} was {outcome},", self.upto), self.at)
    }
}

impl Held {
    fn basis(&self) -> (String, Time) {
        let what = match self.after {
            0 => "it was sent, behind a line that waits,".to_owned(),
            after => format!("it was sent, to wait until {after} is settled,"),
        };
        (what, self.sent)
    }
}

impl Coming {
    /// The server sent `stored`, or `refused` in case fact `after` is refused.
    pub fn sent(&mut self, now: Time, after: Seq, stored: &[Line], refused: &[Line]) {
        if after == 0 && self.held.is_empty() {
            let open = |line: &Line| Open { line: line.clone(), sent: now, waited: None };
            self.open.extend(stored.iter().map(open));
        } else if !stored.is_empty() || !refused.is_empty() {
            self.held.push_back(Held { after, sent: now, stored: stored.into(), refused: refused.into() });
        }
    }

    /// Everything up to `upto` is settled. Returns the lines that are dropped.
    pub fn settle(&mut self, now: Time, upto: Seq, is_refused: bool) -> impl Iterator<Item = &Line> {
        let before = self.dropped.len();
        while let Some(Held { after, sent, stored, refused }) = self.held.pop_front_if(|held| held.after <= upto) {
            let settled = Settled { upto, refused: is_refused && after > 0, at: now };
            let lines = if settled.refused { &refused } else { &stored };
            self.open.extend(lines.iter().map(|line| Open { line: line.clone(), sent, waited: Some(settled) }));
            if settled.refused {
                let dropped = stored.into_iter().filter(|line| !refused.contains(line));
                self.dropped.extend(dropped.map(|line| (line, settled)));
            }
        }
        self.dropped[before..].iter().map(|row| &row.0)
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
                self.last = self.open.pop_front();
            }
        }
        Ok(())
    }

    /// Something unexpected arrived: says which claim that breaks, and the event that it rests on.
    fn wrong(&self, came: &[u8]) -> Wrong {
        let due = self.open.front();
        let expected = due.map_or("nothing more".to_owned(), |open| readable(&open.line[self.arrived..]));
        let is = |line: &Line| self.arrived == 0 && line.starts_with(&came[..line.len().min(came.len())]);
        let held = self.held.iter().find(|held| held.stored.iter().chain(&held.refused).any(is));
        let refused = due.filter(|due| due.is_refused()).and_then(|due| due.waited);
        let refused = refused.or_else(|| self.dropped.iter().find(|row| is(&row.0)).map(|row| row.1));
        // It should have come after the held lines.
        let overtakes = || self.open.iter().skip(1).any(|open| open.waited.is_some() && is(&open.line));
        let (oracle, basis) = match (held, refused) {
            (Some(held), _) => ("gate", Some(held.basis())),
            (None, Some(settled)) => ("refused", Some(settled.basis())),
            (None, None) => (if overtakes() { "gate" } else { "model" }, due.or(self.last.as_ref()).map(Open::basis)),
        };
        Wrong { oracle, expected, got: Some(readable(came)), basis }
    }

    /// The first line that has not arrived, if any.
    pub fn missing(&self) -> Option<Wrong> {
        let wrong = |oracle, line: &[u8], basis| {
            Some(Wrong { oracle, expected: readable(line), got: None, basis: Some(basis) })
        };
        if let Some(open) = self.open.front() {
            let oracle = if open.is_refused() { "refused" } else { "model" };
            return wrong(oracle, &open.line[self.arrived..], open.basis());
        }
        let (held, line) = self.held.iter().find_map(|held| Some((held, held.stored.first()?)))?;
        wrong("model", line, held.basis())
    }

    /// Whether lines are held.
    pub fn is_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Bytes that wait only for the peer, and not for the log; a transport may add `overhead` to each line.
    pub fn bytes(&self, overhead: usize) -> usize {
        let free = self.held.iter().filter(|held| held.after == 0).flat_map(|held| &held.stored);
        let lines = self.open.iter().map(|open| &open.line).chain(free);
        lines.map(|line| line.len() + overhead).sum::<usize>() - self.arrived
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Time = Time::from_secs(1);
    const SETTLED: Time = Time::from_secs(2);

    fn line(text: &str) -> Line {
        Line::new(format!("{text}\r\n").as_bytes())
    }

    /// Three lines: one that is kept, one with two versions, and one behind them that waits for nothing.
    fn coming() -> Coming {
        let mut coming = Coming::default();
        coming.sent(SENT, 3, &[line("kept")], &[line("kept")]);
        coming.sent(SENT, 3, &[line("dropped")], &[]);
        coming.sent(SENT, 4, &[line("echo")], &[line("fail")]);
        coming.sent(SENT, 0, &[line("free")], &[line("free")]);
        coming
    }

    fn wrong(coming: &mut Coming, text: &str) -> Option<Wrong> {
        coming.arrived(format!("{text}\r\n").as_bytes()).err()
    }

    fn oracle(coming: &mut Coming, text: &str) -> Option<&'static str> {
        wrong(coming, text).map(|wrong| wrong.oracle)
    }

    /// The earlier event that `wrong` rests on.
    fn basis(wrong: Option<Wrong>) -> (String, Time) {
        wrong.expect("something is wrong").basis.expect("the earlier event")
    }

    #[test]
    fn no_line_arrives_before_it_is_settled_or_out_of_order() {
        for early in ["kept", "echo", "fail", "free"] {
            assert_eq!(oracle(&mut coming(), early), Some("gate"), "{early}");
        }
        let mut coming = coming();
        drop(coming.settle(SETTLED, 3, false));
        assert_eq!(oracle(&mut coming, "kept"), None);
        assert_eq!(oracle(&mut coming, "free"), Some("gate"));
        drop(coming.settle(SETTLED, 4, false));
        assert_eq!(oracle(&mut coming, "free"), Some("gate"), "it is behind lines that waited");
        for text in ["dropped", "echo", "free"] {
            assert_eq!(oracle(&mut coming, text), None, "{text}");
        }
        assert_eq!((coming.missing(), coming.is_held()), (None, false));
    }

    #[test]
    fn refused_lines_never_arrive_and_their_replacements_do() {
        let refused = || {
            let mut coming = coming();
            let dropped: Vec<Line> = coming.settle(SETTLED, 4, true).cloned().collect();
            assert_eq!(dropped, [line("dropped"), line("echo")]);
            coming
        };
        let mut right = refused();
        assert!(["kept", "fail", "free"].into_iter().all(|text| oracle(&mut right, text).is_none()));
        for wrong in ["dropped", "echo", "fail", "free"] {
            assert_eq!(oracle(&mut refused(), wrong), Some("refused"), "{wrong}");
        }
        let mut short = refused();
        assert_eq!(oracle(&mut short, "kept"), None);
        let missing = short.missing().expect("something is missing");
        assert_eq!((missing.oracle, &*missing.expected), ("refused", "fail\\r\\n"));
        assert_eq!(basis(Some(missing)), ("everything up to 4 was refused,".to_owned(), SETTLED));
    }

    #[test]
    fn a_failure_names_the_earlier_event_it_rests_on() {
        let sent = |what: &str| (what.to_owned(), SENT);
        let settled = |what: &str| (what.to_owned(), SETTLED);
        assert_eq!(basis(wrong(&mut coming(), "echo")), sent("it was sent, to wait until 4 is settled,"));
        assert_eq!(basis(wrong(&mut coming(), "free")), sent("it was sent, behind a line that waits,"));
        let mut coming = coming();
        drop(coming.settle(SETTLED, 4, true));
        assert_eq!(basis(wrong(&mut coming, "dropped")), settled("everything up to 4 was refused,"));
        let mut plain = Coming::default();
        plain.sent(SENT, 0, &[line("first"), line("second")], &[]);
        assert_eq!(basis(wrong(&mut plain, "second")), sent("first\\r\\n was sent,"));
        assert_eq!(basis(plain.missing()), sent("first\\r\\n was sent,"));
        assert!(["first", "second"].into_iter().all(|text| wrong(&mut plain, text).is_none()));
        assert_eq!(basis(wrong(&mut plain, "third")), sent("second\\r\\n was sent,"));
    }
}
