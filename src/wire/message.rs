//! A parsed message. It borrows the line; parsing copies nothing.

use memchr::memchr;
use thiserror::Error;

/// The most parameters a message can have.
///
/// RFC 2812 §2.3: "All … command parameters (maximum of fifteen (15))".
pub const MAX_PARAMS: usize = 15;

/// A message: `[@tags] [:source] command [params]`, as in Modern IRC, "Message Format".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The text between `@` and the first space, still escaped; empty without tags. [`tags`](super::tags) reads it.
    pub tags: &'a str,
    /// The source without its colon, if there is one.
    pub source: Option<&'a str>,
    /// The command as written: compare it without regard to ASCII case.
    pub command: &'a str,
    params: [&'a str; MAX_PARAMS],
    count: usize,
}

/// Why a line is not a valid message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseError {
    /// The line is not UTF-8. IRCv3 UTF8ONLY: "Servers … MUST NOT relay content … containing non-UTF-8 data".
    #[error("Message is not valid UTF-8")]
    NotUtf8,
    /// RFC 2812 §2.3.1: "The NUL (%x00) character is not special in message framing … (and) is not allowed within
    /// messages."
    #[error("Message contains a NUL character")]
    Nul,
    /// There is no command. A word that begins with `:` or `@` is none: it would be read as a source or as tags.
    #[error("Message has no command")]
    NoCommand,
}

impl<'a> Message<'a> {
    /// The tags of a line that may be malformed: those before the first byte that cannot be read.
    pub fn tags_of(line: &[u8]) -> &str {
        let start = line.iter().position(|&byte| byte != b' ').unwrap_or(line.len());
        let Some(tagged) = line[start..].strip_prefix(b"@") else { return "" };
        let tags = &tagged[..memchr(b' ', tagged).unwrap_or(tagged.len())];
        let chunk = tags.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let readable = chunk.split('\0').next().unwrap_or_default();
        if readable.len() == tags.len() { readable } else { readable.rsplit_once(';').map_or("", |(whole, _)| whole) }
    }

    /// Parses a line without its end.
    ///
    /// # Errors
    /// [`ParseError`] if the line is not UTF-8, contains a NUL or has no command.
    pub fn parse(line: &'a [u8]) -> Result<Self, ParseError> {
        if memchr(0, line).is_some() {
            return Err(ParseError::Nul);
        }
        let line = std::str::from_utf8(line).map_err(|_| ParseError::NotUtf8)?;
        let mut rest = line.trim_start_matches(' ');
        let (mut tags, mut source) = ("", None);
        if let Some(tagged) = rest.strip_prefix('@') {
            (tags, rest) = word(tagged);
        }
        if let Some(sourced) = rest.strip_prefix(':') {
            let (found, behind) = word(sourced);
            (source, rest) = (Some(found), behind);
        }
        let (command, mut rest) = word(rest);
        if command.is_empty() || command.starts_with([':', '@']) {
            return Err(ParseError::NoCommand);
        }
        let (mut params, mut count) = ([""; MAX_PARAMS], 0);
        while !rest.is_empty() {
            if let Some(trailing) = rest.strip_prefix(':') {
                (params[count], rest) = (trailing, "");
            } else if count == MAX_PARAMS - 1 {
                // RFC 2812 §2.3.1: params = … 14( SPACE middle ) [ SPACE [ ":" ] trailing ]
                (params[count], rest) = (rest, "");
            } else {
                (params[count], rest) = word(rest);
            }
            count += 1;
        }
        Ok(Self { tags, source, command, params, count })
    }

    /// The parameters, including the trailing one.
    pub fn params(&self) -> &[&'a str] {
        &self.params[..self.count]
    }

    /// The first `N` parameters of a message that is known to have that many.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn first<const N: usize>(&self) -> [&'a str; N] {
        *self.params().first_chunk().expect("the caller knows how many parameters there are")
    }

    /// The parameter at `index`, or `None` if there are fewer.
    pub fn param(&self, index: usize) -> Option<&'a str> {
        self.params().get(index).copied()
    }

    /// The nick in the source: the part before `!` or `@`, or all of it. Empty without a source.
    pub fn nick(&self) -> &'a str {
        self.source.map_or("", |source| source.split(['!', '@']).next().unwrap_or(source))
    }
}

/// Splits off the first word, and the spaces after it.
fn word(text: &str) -> (&str, &str) {
    match memchr(b' ', text.as_bytes()) {
        Some(end) => (&text[..end], text[end..].trim_start_matches(' ')),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        match Message::parse(line.as_bytes()) {
            Ok(m) => format!("{:?} {:?} {} {:?}", m.tags, m.source.unwrap_or("-"), m.command, m.params()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn messages_are_parsed_as_modern_irc_specifies() {
        assert_eq!(shown("PING"), r#""" "-" PING []"#);
        assert_eq!(shown(":a!b@c PRIVMSG #x  :hi  you "), r##""" "a!b@c" PRIVMSG ["#x", "hi  you "]"##);
        assert_eq!(shown("@a=b;c :s  CAP  LS   302 "), r#""a=b;c" "s" CAP ["LS", "302"]"#);
        assert_eq!(shown("TOPIC #x :"), r##""" "-" TOPIC ["#x", ""]"##);
        assert_eq!(shown("X 1 2 3 4 5 6 7 8 9 a b c d e f").matches(", ").count(), 14);
        assert!(shown("X 1 2 3 4 5 6 7 8 9 a b c d e f g").ends_with(r#""e", "f g"]"#));
        assert_eq!(shown(":only"), "Message has no command");
        assert_eq!(shown("PRIV\0MSG"), "Message contains a NUL character");
        assert_eq!(shown("é x"), "\"\" \"-\" é [\"x\"]");
        assert_eq!(Message::parse(b"A \xff"), Err(ParseError::NotUtf8));
        assert_eq!(Message::tags_of(b"@a=b;c \xff\0"), "a=b;c");
        assert_eq!(Message::tags_of(b"@only"), "only");
        assert_eq!(Message::tags_of(b" @a A"), "a");
        assert_eq!(Message::tags_of(b"@a;b;c=d\xff;e A"), "a;b");
        assert_eq!(Message::tags_of(b"@a;b\0;e A"), "a");
        for none in [&b"A"[..], b"", b" ", b"@\xff A", b"@\0 A", b"@a\xff A"] {
            assert_eq!(Message::tags_of(none), "");
        }
    }

    #[test]
    fn first_returns_the_leading_parameters() {
        let message = Message::parse(b"KICK #a b :c d").expect("a message");
        let [channel, nick] = message.first();
        assert_eq!((channel, nick), ("#a", "b"));
    }
}
