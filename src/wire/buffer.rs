//! Finds the lines in a stream of bytes that arrives in pieces of any size.

use memchr::{memchr, memchr2, memrchr};

use crate::planted::{Bug, buggy};

/// The maximum length of a line, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineLimits {
    /// Bytes for the tags, including `@` and the trailing space. IRCv3 message-tags: "The size limit for message tags
    /// is 8191 bytes, including the leading @ and trailing space characters"; of these, clients may send 4096.
    pub tags: usize,
    /// Bytes for everything else, including CRLF (RFC 2812 §2.3: 512).
    pub rest: usize,
}

impl Default for LineLimits {
    fn default() -> Self {
        Self { tags: 4096, rest: super::line::MAX_LINE }
    }
}

/// A line that a [`LineBuffer`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Split<'a> {
    /// A line, without its end. Never empty.
    Line(&'a [u8]),
    /// A line that was too long: its tags, with the `@`, as far as they are whole and within their limit. It is reported
    /// once, at its end; the rest of its content is dropped.
    TooLong(&'a [u8]),
}

/// Keeps the beginning of a line until the rest of it arrives. Holds no memory while it holds no bytes.
#[derive(Debug, Default)]
pub struct LineBuffer {
    partial: Vec<u8>,
    taken: bool,
    discarding: bool,
}

impl LineBuffer {
    /// The next line in `input`, which advances past the bytes that were used. `None` if `input` has no further line
    /// end; the rest is kept for the next call.
    ///
    /// RFC 1459 §8: "a 'message' … is terminated by any pair of CR and LF, or either alone"; empty lines are
    /// passed over (RFC 2812 §2.3.1: "Empty messages are silently ignored").
    pub fn next<'b, 'i: 'b>(&'b mut self, input: &mut &'i [u8], limits: &LineLimits) -> Option<Split<'b>> {
        if std::mem::take(&mut self.taken) {
            self.partial = Vec::new();
        }
        loop {
            let Some(end) = memchr2(b'\n', b'\r', input) else {
                self.keep(input, limits);
                *input = &[];
                return None;
            };
            let piece = &input[..end];
            *input = &input[end + 1..];
            if buggy(Bug::OneLinePerRead) {
                *input = &[];
            }
            if std::mem::take(&mut self.discarding) {
                self.taken = !buggy(Bug::RefusedWordsKept);
                return Some(Split::TooLong(&self.partial));
            }
            if self.partial.is_empty() {
                if piece.is_empty() {
                    continue;
                }
                return Some(Self::checked(piece, limits));
            }
            self.partial.extend_from_slice(piece);
            self.taken = true;
            return Some(Self::checked(&self.partial, limits));
        }
    }

    /// Whether a line has begun and not ended.
    pub fn is_unfinished(&self) -> bool {
        self.discarding || !self.partial().is_empty()
    }

    /// The bytes of the unfinished line.
    pub fn partial(&self) -> &[u8] {
        if self.taken { &[] } else { &self.partial }
    }

    fn keep(&mut self, rest: &[u8], limits: &LineLimits) {
        if self.discarding || rest.is_empty() || buggy(Bug::PartialLineDropped) {
            return;
        }
        // A partial line that begins with `@` may be all tags until its space arrives.
        if self.partial.len() + rest.len() > limits.tags + limits.rest {
            self.partial.extend_from_slice(&rest[..rest.len().min(limits.tags + 1)]);
            self.partial.truncate(Self::readable_tags(&self.partial, limits));
            self.partial.shrink_to_fit();
            self.discarding = true;
            return;
        }
        self.partial.extend_from_slice(rest);
    }

    fn checked<'a>(line: &'a [u8], limits: &LineLimits) -> Split<'a> {
        match Self::tags(line, limits) {
            Some(tags) if line.len() - tags + 2 <= limits.rest => Split::Line(line),
            _ => Split::TooLong(&line[..Self::readable_tags(line, limits)]),
        }
    }

    /// How many bytes of the line are tags within the limit: all, or as many as are whole.
    fn readable_tags(line: &[u8], limits: &LineLimits) -> usize {
        let whole = || memrchr(b';', &line[..limits.tags]);
        Self::tags(line, limits).or_else(whole).unwrap_or_default()
    }

    /// How many bytes of the line are tags; `None` if too many.
    fn tags(line: &[u8], limits: &LineLimits) -> Option<usize> {
        let tags = match line {
            [b'@', ..] => memchr(b' ', line).map_or(line.len(), |space| space + 1),
            _ => 0,
        };
        (tags <= limits.tags).then_some(tags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> String {
        bytes.escape_ascii().to_string()
    }

    fn split(pieces: &[&[u8]]) -> Vec<String> {
        let (mut buffer, mut found) = (LineBuffer::default(), Vec::new());
        for mut piece in pieces.iter().copied() {
            while let Some(split) = buffer.next(&mut piece, &LineLimits::default()) {
                found.push(match split {
                    Split::Line(line) => shown(line),
                    Split::TooLong(tags) => format!("too long: {}", shown(tags)),
                });
            }
        }
        found
    }

    #[test]
    fn lines_are_found_wherever_the_stream_is_cut() {
        let stream = b"NICK a\r\n\r\nUSER a 0 * :A\nPING x\rQUIT";
        for size in 1..stream.len() {
            let pieces: Vec<&[u8]> = stream.chunks(size).collect();
            assert_eq!(split(&pieces), ["NICK a", "USER a 0 * :A", "PING x"], "in pieces of {size}");
        }
    }

    #[test]
    fn an_over_long_line_is_reported_once_and_the_next_is_whole() {
        let long = vec![b'x'; 1_000_000];
        assert_eq!(split(&[&long, &long, b"xx\nPING a\n"]), ["too long: ", "PING a"]);
        assert_eq!(split(&[&long[..510], b"\r\n", &long[..511], b"\r\nPING a\r\n"])[1..], ["too long: ", "PING a"]);
    }

    #[test]
    fn tags_have_their_own_limit() {
        let line = [b"@".as_slice(), &[b't'; 4094], b" ", &[b'x'; 510], b"\r\n"].concat();
        assert_eq!(split(&[&line])[0].len(), line.len() - 2);
        let line = [b"@".as_slice(), &[b't'; 4095], b" PING x\r\n"].concat();
        assert_eq!(split(&[&line]), ["too long: "]);
    }

    #[test]
    fn the_tags_of_an_over_long_line_are_kept_as_far_as_they_are_whole() {
        let long = vec![b'x'; 1_000_000];
        for (tags, kept) in [(&b"@a=1;b"[..], "@a=1;b "), (b"a", "")] {
            let line = [tags, b" ", &long, b"\n"].concat();
            let expected = [format!("too long: {kept}")];
            assert_eq!(split(&[&line]), expected);
            for at in [1, 3, 8, 600, 4_500, 5_000, 900_000] {
                assert_eq!(split(&[&line[..at], &line[at..]]), expected, "cut at {at}");
                assert_eq!(split(&[&line[..1], &line[1..at], &line[at..]]), expected, "cut at 1 and {at}");
            }
        }
        for filled in [4_095, 4_096, 5_000, 9_000] {
            let line = [b"@a=1;c=", &long[..filled], b" PING x\n"].concat();
            assert_eq!(split(&[&line]), ["too long: @a=1"]);
            assert_eq!(split(&[&line[..filled], &line[filled..]]), ["too long: @a=1"]);
        }
    }
}
