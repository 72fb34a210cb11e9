//! A command's label, and what is to be said to its sender because of it (IRCv3 labeled-response).

use super::event::ConnId;
use super::outgoing::Outgoing;

/// A label, and the answers so far: they go out when the command is done, since their number decides their form.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) conn: ConnId,
    pub(super) text: Box<str>,
    pub(super) lines: Vec<Outgoing>,
    /// What its sender hears behind the answer as anybody else would, without the label.
    pub(super) aside: Vec<Outgoing>,
}

impl Label {
    pub(super) fn new(conn: ConnId, text: &str) -> Self {
        Self { conn, text: text.into(), lines: Vec::new(), aside: Vec::new() }
    }
}
