//! What the server appended and what has become of it. Oracle `commits`: what is appended in one round is one commit.

use std::collections::VecDeque;

use verbatim::server::{Action, Actions, Config, FACT_BYTES, Seq};

use super::Failure;

/// What is appended, and how much is not settled.
#[derive(Debug, Default)]
pub struct Log {
    /// Bytes of lines that wait, and how many may before commands wait.
    bytes: usize,
    most: usize,
    /// What one event, or one command that had waited, appended: up to which number, and how many bytes wait for it.
    appended: VecDeque<(Seq, usize)>,
    /// What was appended since a commit was handed out last: from which number, and up to which.
    next: Option<(Seq, Seq)>,
    /// The last numbers of the commits that were handed out and are not settled.
    commits: VecDeque<Seq>,
}

/// What an event appended at once.
#[derive(Debug)]
pub struct Portion {
    pub first: Seq,
    pub upto: Seq,
    /// Bytes of the lines that wait for it, and what its facts count for.
    pub bytes: usize,
}

impl Log {
    pub fn new(config: &Config) -> Self {
        Self { most: config.unsettled_bytes, ..Self::default() }
    }

    /// What `actions` append, in order.
    pub fn portions(actions: &Actions) -> Vec<Portion> {
        let (mut portions, mut waiting) = (Vec::new(), 0);
        let bytes = |lines: &[verbatim::wire::Line]| lines.iter().map(|line| line.len()).sum::<usize>();
        for action in actions.list() {
            match action {
                Action::Send { line, after: 1.., .. } => waiting += line.len(),
                Action::Either { stored, refused, .. } => waiting += bytes(stored).max(bytes(refused)),
                Action::Append { first, upto, facts } => {
                    let bytes = std::mem::take(&mut waiting) + facts.len() * FACT_BYTES;
                    portions.push(Portion { first: *first, upto: *upto, bytes });
                }
                _ => {}
            }
        }
        portions
    }

    /// Something was appended.
    pub fn append(&mut self, portion: &Portion) {
        self.bytes += portion.bytes;
        self.appended.push_back((portion.upto, portion.bytes));
        self.next.get_or_insert((portion.first, portion.upto)).1 = portion.upto;
    }

    /// Whether so much is not settled that commands wait.
    pub fn is_full(&self) -> bool {
        self.bytes > self.most
    }

    /// The driver hands a commit out.
    pub fn commit(&mut self, first: Seq, upto: Seq) -> Result<(), Failure> {
        let (next, got) = (self.next.take(), Some((first, upto)));
        self.commits.push_back(upto);
        if next == got {
            return Ok(());
        }
        let facts = |range| format!("the facts {range:?}");
        Err(Failure::new("commits", format!("one commit of {}", facts(next)), format!("one of {}", facts(got))))
    }

    /// All up to `upto` is settled.
    pub fn settle(&mut self, upto: Seq) -> Result<(), Failure> {
        while let Some((_, bytes)) = self.appended.pop_front_if(|&mut (last, _)| last <= upto) {
            self.bytes -= bytes;
        }
        let mut last = None;
        while let Some(commit) = self.commits.pop_front_if(|commit| *commit <= upto) {
            last = Some(commit);
        }
        if last == Some(upto) {
            return Ok(());
        }
        Err(Failure::new("commits", format!("commits that end with {last:?}"), format!("all up to {upto} is settled")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Log {
        let mut log = Log { most: 100, ..Log::default() };
        log.append(&Portion { first: 1, upto: 3, bytes: 60 });
        log.append(&Portion { first: 4, upto: 5, bytes: 60 });
        log
    }

    #[test]
    fn what_is_appended_between_two_commits_is_one() {
        assert!(log().commit(1, 5).is_ok());
        for (first, upto) in [(1, 3), (4, 5), (2, 5)] {
            assert!(log().commit(first, upto).is_err(), "{first} to {upto}");
        }
        let mut log = log();
        assert!(log.commit(1, 5).is_ok() && log.is_full());
        assert!(log.settle(3).is_err(), "a commit is not cut");
        let mut log = self::log();
        assert!(log.commit(1, 5).is_ok() && log.settle(5).is_ok() && !log.is_full());
        assert!(log.settle(5).is_err(), "it is settled once");
    }
}
