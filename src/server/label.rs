//! A command's label, and what is to be said to its sender because of it (IRCv3 labeled-response).

use super::event::ConnId;
use super::outgoing::Outgoing;

/// A label, and the answers so far: they go out when the command is done, since their number decides their form.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) conn: ConnId,
    pub(super) text: Box<str>,
    pub(super) lines: Vec<Reply>,
    /// What its sender hears behind the answer as anybody else would, without the label.
    pub(super) aside: Vec<Reply>,
}

/// A line of an answer, and whether it depends on what the log says.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) face: Face,
    pub(super) line: Outgoing,
}

/// An answer has two faces while it is not known what the log says: one of them is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// It is heard in any case.
    Both,
    /// It is heard if what was said is stored.
    Stored,
    /// It is heard if what was said is refused.
    Refused,
}

impl Label {
    pub(super) fn new(conn: ConnId, text: &str) -> Self {
        Self { conn, text: text.into(), lines: Vec::new(), aside: Vec::new() }
    }

    /// Adds a line to the answers.
    pub(super) fn answer(&mut self, face: Face, line: Outgoing) {
        self.lines.push(Reply { face, line });
    }
}
