//! The only place that writes ' ', ':' and CRLF.

use super::line::{Line, MAX_LINE};

/// Writes one message: source, command, middle parameters, and at most one trailing parameter.
///
/// ```
/// use verbatim::wire::Encoder;
/// let line = Encoder::from_source("alice!~a@host").command("PRIVMSG").param("#rust").trailing("hello, all");
/// assert_eq!(&*line.line(), b":alice!~a@host PRIVMSG #rust :hello, all\r\n");
/// ```
#[derive(Debug)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// A message that says who it is from.
    pub fn from_source(source: &str) -> Self {
        let mut bytes = Vec::with_capacity(128);
        bytes.push(b':');
        bytes.extend_from_slice(source.as_bytes());
        Self { bytes }
    }

    /// A message without a source, as clients send and as `ERROR` and `PING` are.
    pub fn bare() -> Self {
        Self { bytes: Vec::with_capacity(64) }
    }

    /// The command, or a numeric's three digits. Comes before every parameter.
    pub fn command(self, command: &str) -> Self {
        debug_assert!(!command.is_empty());
        self.word(command)
    }

    /// A middle parameter: not empty, no space in it, no colon at its head.
    pub fn param(self, param: &str) -> Self {
        debug_assert!(
            !param.is_empty() && !param.starts_with(':') && !param.contains([' ', '\r', '\n', '\0']),
            "{param:?} cannot stand in the middle of a message"
        );
        self.word(param)
    }

    /// Several middle parameters.
    pub fn params<'a>(self, params: impl IntoIterator<Item = &'a str>) -> Self {
        params.into_iter().fold(self, Self::param)
    }

    /// The last parameter, which may hold spaces or be empty. It is always written with its colon.
    pub fn trailing(mut self, text: &str) -> Self {
        debug_assert!(!text.contains(['\r', '\n', '\0']), "{text:?} would end the line");
        self.bytes.extend_from_slice(b" :");
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// How many bytes the line will have, its CRLF included.
    pub fn len(&self) -> usize {
        self.bytes.len() + 2
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether the line is longer than the protocol allows ([`MAX_LINE`]).
    pub fn is_too_long(&self) -> bool {
        self.len() > MAX_LINE
    }

    /// The line as it is, however long.
    pub fn line(mut self) -> Line {
        self.bytes.extend_from_slice(b"\r\n");
        Line::new(&self.bytes)
    }

    /// The line, cut at a character's border where it would exceed [`MAX_LINE`]. Only for texts that nobody
    /// wrote to be read word for word: a quit reason, the echo of a wrong parameter. What people say to each
    /// other is refused instead of cut.
    pub fn line_cut(mut self) -> Line {
        let most = MAX_LINE - 2;
        if self.bytes.len() > most {
            let mut end = most;
            while end > 0 && self.bytes[end] & 0b1100_0000 == 0b1000_0000 {
                end -= 1;
            }
            self.bytes.truncate(end);
        }
        self.line()
    }

    fn word(mut self, word: &str) -> Self {
        if !self.bytes.is_empty() {
            self.bytes.push(b' ');
        }
        self.bytes.extend_from_slice(word.as_bytes());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Encoder;

    #[test]
    fn a_long_line_is_cut_at_a_character() {
        let line = Encoder::from_source("s").command("QUIT").trailing(&"é".repeat(400)).line_cut();
        assert!(line.len() <= 512 && line.len() > 508, "{}", line.len());
        assert!(std::str::from_utf8(&line).is_ok());
    }

    #[test]
    fn an_empty_text_keeps_its_colon() {
        assert_eq!(&*Encoder::bare().command("TOPIC").param("#a").trailing("").line(), b"TOPIC #a :\r\n");
    }
}
