//! A client's open batch: its lines and their size. Independent of the receivers.

use super::speech::{Saying, TextLine};
use crate::planted::{Bug, buggy};

/// The state of a client's batch.
#[derive(Debug)]
pub(super) enum ClientBatch {
    Open(OpenBatch),
    /// The batch has failed and the client has been told. Further lines of the batch are ignored.
    Failed(Box<str>),
}

/// A batch that has not been closed.
#[derive(Debug)]
pub(super) struct OpenBatch {
    pub(super) reference: Box<str>,
    pub(super) target: Box<str>,
    /// The client-only tags of the opening BATCH.
    pub(super) tags: String,
    /// The label of the opening BATCH, which the replies to the closing BATCH carry.
    pub(super) label: Option<Box<str>>,
    /// The command of all its lines; `None` before the first line.
    pub(super) saying: Option<Saying>,
    pub(super) lines: Vec<TextLine>,
    /// Bytes of all texts, and of the line feeds between them.
    pub(super) bytes: usize,
}

impl OpenBatch {
    /// The size of the batch in bytes if this line were added. "No line feed is appended to the final line message of a
    /// batch."
    pub(super) fn bytes_with(&self, text: &str, concat: bool) -> usize {
        let before = if buggy(Bug::LastLineMeasured) { 0 } else { self.bytes };
        before + text.len() + usize::from(!concat && !self.lines.is_empty())
    }

    /// Whether all its lines are empty.
    pub(super) fn is_blank(&self) -> bool {
        self.lines.iter().all(|line| line.text.is_empty())
    }
}
