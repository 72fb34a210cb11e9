//! Encodes messages: the state machines write ' ', ':' and CRLF only here.

use super::line::{Line, MAX_LINE};

/// Writes one message: source, command, middle parameters, and at most one trailing parameter. Tags are added when it
/// becomes a [`Line`], so one message can be sent with different tags.
///
/// ```
/// use verbatim::wire::Encoder;
/// let line = Encoder::from_source("alice!~a@host").command("PRIVMSG").param("#rust").trailing("hello, all");
/// assert_eq!(&*line.line(), b":alice!~a@host PRIVMSG #rust :hello, all\r\n");
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// A message with a source.
    pub fn from_source(source: &str) -> Self {
        debug_assert!(!source.contains([' ', '\r', '\n', '\0']), "{source:?} cannot be a source");
        let mut bytes = Vec::with_capacity(128);
        bytes.push(b':');
        bytes.extend_from_slice(source.as_bytes());
        Self { bytes }
    }

    /// A message without a source: from a client, or `ERROR` and `PING`.
    pub fn bare() -> Self {
        Self { bytes: Vec::with_capacity(64) }
    }

    /// The command, or a numeric's three digits. Must precede the parameters. A receiver would take a word that begins
    /// with `:` or `@` for a source or tags.
    pub fn command(self, command: &str) -> Self {
        debug_assert!(
            !command.is_empty() && !command.starts_with([':', '@']) && !command.contains([' ', '\r', '\n', '\0']),
            "{command:?} cannot be a command"
        );
        self.word(command)
    }

    /// A middle parameter: not empty, without spaces, not beginning with a colon.
    pub fn param(self, param: &str) -> Self {
        debug_assert!(
            !param.is_empty() && !param.starts_with(':') && !param.contains([' ', '\r', '\n', '\0']),
            "{param:?} cannot be a middle parameter"
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

    /// The length of the line without tags, including CRLF. Tags have their own limit
    /// ([`MAX_TAG_DATA`](super::tags::MAX_TAG_DATA)). message-tags, "Size limit": "The size limit for the rest of the
    /// message remains unchanged at 512 bytes."
    pub fn len(&self) -> usize {
        self.bytes.len() + 2
    }

    /// Whether nothing has been written yet.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether the line without tags is longer than the protocol allows ([`MAX_LINE`]).
    pub fn is_too_long(&self) -> bool {
        self.len() > MAX_LINE
    }

    /// The line without tags, whatever its length.
    pub fn line(mut self) -> Line {
        self.bytes.extend_from_slice(b"\r\n");
        Line::new(&self.bytes)
    }

    /// The line with these tags, as [`TagWriter`](super::TagWriter) wrote them; `tags` may be empty. The same message
    /// can be encoded with different tags for different receivers.
    ///
    /// ```
    /// use verbatim::wire::Encoder;
    /// let ping = Encoder::bare().command("PING").param("x");
    /// assert_eq!(&*ping.tagged("msgid=1"), b"@msgid=1 PING x\r\n");
    /// assert_eq!(&*ping.tagged(""), b"PING x\r\n");
    /// ```
    pub fn tagged(&self, tags: &str) -> Line {
        debug_assert!(!tags.contains([' ', '\r', '\n', '\0']), "{tags:?} would end the tags");
        let mut bytes = Vec::with_capacity(tags.len() + 2 + self.len());
        if !tags.is_empty() {
            bytes.push(b'@');
            bytes.extend_from_slice(tags.as_bytes());
            bytes.push(b' ');
        }
        bytes.extend_from_slice(&self.bytes);
        bytes.extend_from_slice(b"\r\n");
        Line::new(&bytes)
    }

    /// The message, truncated at a character boundary if its line would exceed [`MAX_LINE`]. Only for texts that may be
    /// shortened: a quit reason, the echo of a wrong parameter. A chat message that is too long is refused instead.
    pub fn cut(mut self) -> Self {
        let most = MAX_LINE - 2;
        if self.bytes.len() > most {
            let mut end = most;
            while end > 0 && self.bytes[end] & 0b1100_0000 == 0b1000_0000 {
                end -= 1;
            }
            self.bytes.truncate(end);
        }
        self
    }

    /// The line without tags, [truncated](Self::cut) if it is too long.
    pub fn line_cut(self) -> Line {
        self.cut().line()
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

    #[test]
    fn tags_do_not_count_towards_the_limit_and_are_never_cut() {
        let long = Encoder::from_source("s").command("QUIT").trailing(&"x".repeat(501));
        assert_eq!((long.len(), long.is_too_long()), (512, false));
        assert_eq!(long.tagged("msgid=1").len(), "@msgid=1 ".len() + 512);
        let cut = Encoder::from_source("s").command("QUIT").trailing(&"x".repeat(900)).cut();
        assert_eq!(cut.tagged("msgid=1"), long.tagged("msgid=1"));
    }

    #[test]
    fn one_message_can_be_encoded_with_different_tags() {
        let body = Encoder::from_source("s").command("TAGMSG").param("#a");
        for (tags, head) in [("", ""), ("a", "@a "), ("a=1;+b", "@a=1;+b ")] {
            assert_eq!(body.tagged(tags).text(), format!("{head}:s TAGMSG #a"));
        }
        assert_eq!(body.tagged(""), body.line());
    }
}
