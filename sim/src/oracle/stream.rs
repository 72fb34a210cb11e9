//! One connection: what the model says it must be sent, what the server sent, and what arrived.

use std::collections::VecDeque;

use verbatim::wire::Line;

use crate::model::{Expect, Fit};

/// One connection from its acceptance to its end.
#[derive(Debug, Default)]
pub struct Stream {
    /// What the model expects of the server's actions for the event at hand.
    due: VecDeque<Expect>,
    /// What the server sent, as the model said, and has not arrived. A numeric's text is the server's own.
    coming: VecDeque<Line>,
    /// How much of the first line of `coming` has arrived.
    arrived: usize,
    /// The far end speaks another protocol: what arrives is not compared.
    plain: bool,
    /// What is still coming may never arrive.
    gone: bool,
}

impl Stream {
    /// The model's next step for this connection.
    pub fn expect(&mut self, expect: Expect) {
        self.due.push_back(expect);
    }

    /// The server sent `line`. Returns what should have come if it is the wrong one.
    pub fn sent(&mut self, line: &Line) -> Result<(), String> {
        loop {
            let Some(next) = self.due.front_mut() else { return Err("nothing more".to_owned()) };
            match next.fit(line) {
                Fit::No => return Err(next.to_string()),
                Fit::More => break,
                Fit::Passed => drop(self.due.pop_front()),
                Fit::Done => {
                    self.due.pop_front();
                    break;
                }
            }
        }
        if !self.plain {
            self.coming.push_back(line.clone());
        }
        Ok(())
    }

    /// The server closed the connection.
    pub fn closed(&mut self) -> Result<(), String> {
        while self.due.front().is_some_and(Expect::is_content) {
            self.due.pop_front();
        }
        match self.due.pop_front() {
            Some(Expect::Close) => Ok(()),
            Some(other) => Err(other.to_string()),
            None => Err("it stays open".to_owned()),
        }
    }

    /// Ends an event: what the server should have sent for it and did not.
    pub fn missing(&mut self) -> Option<String> {
        let missing = self.due.iter().find(|expect| !expect.is_content()).map(Expect::to_string);
        self.due.clear();
        missing
    }

    /// Bytes arrived at the far end. Returns what should have come and what came, if they differ.
    pub fn arrived(&mut self, mut bytes: &[u8]) -> Result<(), (String, String)> {
        while !self.plain && !bytes.is_empty() {
            let Some(line) = self.coming.front() else { return Err(("nothing more".to_owned(), readable(bytes))) };
            let rest = &line[self.arrived..];
            let count = rest.len().min(bytes.len());
            if rest[..count] != bytes[..count] {
                return Err((readable(rest), readable(bytes)));
            }
            bytes = &bytes[count..];
            self.arrived += count;
            if self.arrived == line.len() {
                self.arrived = 0;
                self.coming.pop_front();
            }
        }
        Ok(())
    }

    /// What has not arrived, and should have.
    pub fn waiting(&self) -> Option<String> {
        self.coming.front().filter(|_| !self.gone).map(|line| readable(&line[self.arrived..]))
    }

    /// What is still coming may never arrive.
    pub fn peer_is_gone(&mut self) {
        self.gone = true;
    }

    /// The far end speaks another protocol.
    pub fn is_plain(&mut self) {
        self.plain = true;
        self.coming.clear();
    }
}

/// The first line of `bytes`, for people.
fn readable(bytes: &[u8]) -> String {
    let line = bytes.split_inclusive(|&b| b == b'\n').next().unwrap_or(bytes);
    line.escape_ascii().to_string()
}
