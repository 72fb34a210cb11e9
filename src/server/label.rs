//! A command's label, and the replies that carry it (IRCv3 labeled-response).

use std::rc::Rc;

use super::event::ConnId;
use super::outgoing::Outgoing;

/// A label and the replies so far. They are sent when the command is done, since their number decides whether they form
/// a batch.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) conn: ConnId,
    pub(super) text: Box<str>,
    pub(super) lines: Vec<Reply>,
    /// Lines that the caller gets after the replies, without the label, as any other receiver would.
    pub(super) aside: Vec<Reply>,
    /// The batch of the response, if parts of it were sent.
    pub(super) open: Option<Rc<str>>,
}

/// One line of the replies, and the outcomes for which it is sent.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) face: Face,
    pub(super) line: Outgoing,
}

/// For which outcome of the facts a reply is sent. Until the facts are settled, the replies for both outcomes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Sent for either outcome.
    Both,
    /// Sent if the fact is stored.
    Stored,
    /// Sent if the fact is refused.
    Refused,
}

impl Label {
    pub(super) fn new(conn: ConnId, text: &str) -> Self {
        Self { conn, text: text.into(), lines: Vec::new(), aside: Vec::new(), open: None }
    }

    /// Adds a line to the replies.
    pub(super) fn answer(&mut self, face: Face, line: Outgoing) {
        self.lines.push(Reply { face, line });
    }
}
