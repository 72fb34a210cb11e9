//! A client's batch while it is open: its lines, and what is allowed among them. Knows nobody who might read them.

use super::speech::{Saying, TextLine};

/// What is known of a client's batch.
#[derive(Debug)]
pub(super) enum ClientBatch {
    Open(OpenBatch),
    /// It failed, and its client was told: what still comes of it is passed over.
    Failed(Box<str>),
}

/// A batch whose end has not come.
#[derive(Debug)]
pub(super) struct OpenBatch {
    pub(super) reference: Box<str>,
    pub(super) target: Box<str>,
    /// The client-only tags of its beginning.
    pub(super) tags: String,
    /// The label of its beginning: what is answered at its end carries it.
    pub(super) label: Option<Box<str>>,
    /// What its lines are, once there is one.
    pub(super) saying: Option<Saying>,
    pub(super) lines: Vec<TextLine>,
    /// Bytes of all texts, and of the line feeds between those that are lines of their own.
    pub(super) bytes: usize,
}

impl OpenBatch {
    /// The bytes that the batch has with this line at its end. "No line feed is appended to the final line message of a
    /// batch."
    pub(super) fn bytes_with(&self, text: &str, concat: bool) -> usize {
        self.bytes + text.len() + usize::from(!concat && !self.lines.is_empty())
    }

    /// Whether nothing in it could be read.
    pub(super) fn is_blank(&self) -> bool {
        self.lines.iter().all(|line| line.text.is_empty())
    }
}
