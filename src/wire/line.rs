//! An encoded line, shared by all of its receivers.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

/// The most bytes of a line, without tags but including CRLF.
///
/// RFC 2812 §2.3: "IRC messages are always lines of characters terminated with a CR-LF (Carriage Return - Line
/// Feed) pair, and these messages SHALL NOT exceed 512 characters in length, counting all characters including
/// the trailing CR-LF."
pub const MAX_LINE: usize = 512;

/// A line as sent: tags if any, the message and CRLF. Cloning copies a pointer, so a line to 10,000 members is encoded
/// once for each set of tags among them.
#[derive(Clone, PartialEq, Eq)]
pub struct Line(Rc<[u8]>);

impl Line {
    /// A line from bytes that end in CRLF, as the encoder writes them.
    pub fn new(bytes: &[u8]) -> Self {
        debug_assert!(bytes.ends_with(b"\r\n"), "a line ends in CRLF: {:?}", bytes.escape_ascii().to_string());
        Self(bytes.into())
    }

    /// Text for a visitor without a client: lines, each ending in LF.
    pub fn shown(text: &[u8]) -> Self {
        debug_assert!(text.ends_with(b"\n"), "a line of text ends in LF: {:?}", text.escape_ascii().to_string());
        Self(text.into())
    }

    /// The line for people to read: with its tags, without its CRLF.
    pub fn text(&self) -> String {
        let line = self.0.strip_suffix(b"\n").unwrap_or(&self.0);
        String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
    }
}

impl Deref for Line {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}
