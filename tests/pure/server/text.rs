//! Checks every line that the server sends.

use verbatim::wire::{MAX_LINE, Message};

/// IRCv3 message-tags: "The size limit for message tags is 8191 bytes, including the leading @ and trailing space
/// characters".
const MAX_TAGS: usize = 8191;

/// The line without its end, after checking that every client can read it.
pub fn checked(line: &[u8]) -> &str {
    let shown = line.escape_ascii();
    let tags = match line {
        [b'@', ..] => line.iter().position(|&b| b == b' ').map_or(line.len(), |space| space + 1),
        _ => 0,
    };
    assert!(tags <= MAX_TAGS, "tags longer than {MAX_TAGS} bytes: {shown}");
    assert!(line.len() - tags <= MAX_LINE, "longer than {MAX_LINE} bytes: {shown}");
    let text = std::str::from_utf8(line).unwrap_or_else(|_| panic!("not UTF-8: {shown}"));
    let text = text.strip_suffix("\r\n").unwrap_or_else(|| panic!("no CRLF at its end: {shown}"));
    assert!(!text.contains(['\r', '\n', '\0']), "more than one line: {shown}");
    assert!(Message::parse(text.as_bytes()).is_ok(), "no message: {shown}");
    text
}
