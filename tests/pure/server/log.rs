//! The log of a scripted server, and the lines held for it: a queue for each user, as in a driver.

use std::collections::VecDeque;

use verbatim::server::{IfRefused, Seq};

/// What was appended, and its outcome.
#[derive(Default)]
pub struct Log {
    appended: Seq,
    /// The last number of each append that is not settled, in order.
    unsettled: VecDeque<Seq>,
    /// The last number of each append that is settled, in order, and whether it was refused.
    settled: Vec<(Seq, bool)>,
}

impl Log {
    /// The server appends these numbers.
    pub fn append(&mut self, first: Seq, upto: Seq) {
        assert_eq!(first, self.appended + 1, "facts are numbered without gaps");
        assert!(upto >= first, "what is appended is something");
        self.appended = upto;
        self.unsettled.push_back(upto);
    }

    /// Settles everything appended, or only the first append; returns the last number.
    pub fn settle(&mut self, refused: bool, first_alone: bool) -> Option<Seq> {
        let count = if first_alone { 1 } else { self.unsettled.len() };
        let upto = self.unsettled.drain(..count.min(self.unsettled.len())).next_back()?;
        self.settled.push((upto, refused));
        Some(upto)
    }

    /// Whether the fact with this number was refused; `None` while it is not settled.
    fn refused(&self, seq: Seq) -> Option<bool> {
        self.settled.iter().find(|&&(upto, _)| upto >= seq).map(|&(_, refused)| refused)
    }
}

/// The lines to one user, in order.
#[derive(Default)]
pub struct Coming(VecDeque<Item>);

struct Item {
    after: Seq,
    stored: Vec<String>,
    refused: Vec<String>,
}

impl Coming {
    /// A line waits for the fact with this number; for nothing if that is 0.
    pub fn send(&mut self, after: Seq, line: String, if_refused: IfRefused) {
        let refused = if if_refused == IfRefused::Keep { vec![line.clone()] } else { Vec::new() };
        self.0.push_back(Item { after, stored: vec![line], refused });
    }

    /// Sends `stored`, or `refused` in case the fact with the number `after` is refused.
    pub fn either(&mut self, after: Seq, stored: Vec<String>, refused: Vec<String>) {
        self.0.push_back(Item { after, stored, refused });
    }

    /// The lines that can be read now.
    pub fn read(&mut self, log: &Log) -> Vec<String> {
        let mut read = Vec::new();
        while let Some(item) = self.0.front_mut() {
            let refused = if item.after == 0 { Some(false) } else { log.refused(item.after) };
            let Some(refused) = refused else { break };
            read.append(if refused { &mut item.refused } else { &mut item.stored });
            self.0.pop_front();
        }
        read
    }
}
