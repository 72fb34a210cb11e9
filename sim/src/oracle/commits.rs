//! Oracle `commits`: what one round appends is one commit; commits are settled whole, and in order.

use std::collections::VecDeque;

use verbatim::server::{Event, Seq};
use verbatim::time::Now;

use super::{Failure, Observation, Oracle, Setting};

/// What is appended but not settled.
#[derive(Debug, Default)]
pub struct Commits {
    /// The numbers appended since the last commit: the first and the last.
    next: Option<(Seq, Seq)>,
    /// The last numbers of the unsettled commits.
    commits: VecDeque<Seq>,
}

impl Oracle for Commits {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Appends { first, upto } => self.append(first, upto),
            Observation::Commit { first, upto } => return self.commit(first, upto),
            Observation::Event { event: Event::Settled { upto, .. }, .. } => return self.settle(*upto),
            _ => {}
        }
        Ok(())
    }
}

impl Commits {
    pub fn watch(_: &Setting) -> Box<dyn Oracle> {
        Box::new(Self::default())
    }

    fn append(&mut self, first: Seq, upto: Seq) {
        self.next.get_or_insert((first, upto)).1 = upto;
    }

    /// The driver hands a commit to the host.
    fn commit(&mut self, first: Seq, upto: Seq) -> Result<(), Failure> {
        let (next, got) = (self.next.take(), Some((first, upto)));
        self.commits.push_back(upto);
        if next == got {
            return Ok(());
        }
        let facts = |range| format!("the facts {range:?}");
        Err(Failure::new("commits", format!("one commit of {}", facts(next)), format!("one of {}", facts(got))))
    }

    /// Everything up to `upto` is settled.
    fn settle(&mut self, upto: Seq) -> Result<(), Failure> {
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

    fn appended() -> Commits {
        let mut commits = Commits::default();
        commits.append(1, 3);
        commits.append(4, 5);
        commits
    }

    #[test]
    fn facts_appended_since_the_last_commit_are_one_commit() {
        assert!(appended().commit(1, 5).is_ok());
        for (first, upto) in [(1, 3), (4, 5), (2, 5)] {
            assert!(appended().commit(first, upto).is_err(), "{first} to {upto}");
        }
        let mut commits = appended();
        assert!(commits.commit(1, 5).is_ok());
        assert!(commits.settle(3).is_err(), "a commit is not cut");
        let mut commits = appended();
        assert!(commits.commit(1, 5).is_ok() && commits.settle(5).is_ok());
        assert!(commits.settle(5).is_err(), "it is settled once");
    }
}
