//! Message tags: the part of a line between `@` and the first space (IRCv3 message-tags).
//!
//! Reads, finds and writes them. Knows nothing of their meaning, nor of who may send or see them.

use std::borrow::Cow;

/// The most bytes of tag data that one side may put on a message, without the `@` and the space.
///
/// message-tags, "Size limit": "Clients MUST NOT send messages with tag data exceeding 4094 bytes, this includes tags
/// with or without the client-only prefix. Servers MUST NOT add tag data exceeding 4094 bytes to messages." So a line
/// carries at most twice that, and the `;` between the two parts.
pub const MAX_TAG_DATA: usize = 4094;

/// The tags in `text` ([`Message::tags`](super::Message::tags)), in order, with their values unescaped. A repeated key
/// is yielded each time; the last one counts. Tags without a key are skipped.
///
/// message-tags, "Format": "Implementations MUST treat tag key names as case-sensitive opaque identifiers and MUST NOT
/// perform any validation that would reject the message if an invalid tag key name is used." So a key may be one that
/// [`is_valid_key`] refuses.
///
/// ```
/// use verbatim::wire::tags;
/// let read: Vec<_> = tags::parse(r"+typing=active;bot;note=a\sb").collect();
/// assert_eq!(read, [("+typing", "active".into()), ("bot", "".into()), ("note", "a b".into())]);
/// ```
pub fn parse(text: &str) -> impl DoubleEndedIterator<Item = (&str, Cow<'_, str>)> {
    escaped(text).map(|(key, value)| (key, unescape(value)))
}

/// The value of the tag `key`, empty if it has none; `None` if there is no such tag.
///
/// message-tags, "Format": "Implementations receiving messages with more than one occurrence of a tag key name SHOULD
/// disregard all but the final occurrence."
pub fn find<'a>(text: &'a str, key: &str) -> Option<Cow<'a, str>> {
    escaped(text).rfind(|&(found, _)| found == key).map(|(_, value)| unescape(value))
}

/// Whether `key` has the specified form: `[+][vendor/]name`, where the name is ASCII letters, digits and
/// `-`, and the vendor may also contain dots, like a host name.
pub fn is_valid_key(key: &str) -> bool {
    let key = key.strip_prefix('+').unwrap_or(key);
    let (vendor, name) = key.split_once('/').map_or((None, key), |(vendor, name)| (Some(vendor), name));
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    !name.is_empty()
        && name.bytes().all(letter)
        && vendor.is_none_or(|host| !host.is_empty() && host.bytes().all(|b| letter(b) || b == b'.'))
}

/// The tags, values still escaped. message-tags, "Format": "Implementations MUST interpret empty tag values (e.g.
/// `foo=`) as equivalent to missing tag values (e.g. `foo`)."
fn escaped(text: &str) -> impl DoubleEndedIterator<Item = (&str, &str)> {
    text.split(';').map(|tag| tag.split_once('=').unwrap_or((tag, ""))).filter(|(key, _)| !key.is_empty())
}

/// Unescapes a value. message-tags, "Escaping values": "If a lone `\` exists at the end of an escaped value (with no
/// escape character following it), then there SHOULD be no output character. … If a `\` exists with no valid escape
/// character (for example, `\b`), then the invalid backslash SHOULD be dropped."
fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return value.into();
    }
    let (mut plain, mut chars) = (String::with_capacity(value.len()), value.chars());
    while let Some(char) = chars.next() {
        if char != '\\' {
            plain.push(char);
            continue;
        }
        plain.extend(chars.next().map(|escaped| match escaped {
            ':' => ';',
            's' => ' ',
            'r' => '\r',
            'n' => '\n',
            other => other,
        }));
    }
    plain.into()
}

/// Writes tags for [`Encoder::tagged`](super::Encoder::tagged). An empty writer makes a line without tags.
///
/// ```
/// use verbatim::wire::{Encoder, TagWriter};
/// let mut tags = TagWriter::default();
/// tags.add("bot", "");
/// tags.add("+note", "a; b");
/// let line = Encoder::bare().command("PING").param("x").tagged(tags.as_str());
/// assert_eq!(&*line, b"@bot;+note=a\\:\\sb PING x\r\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct TagWriter {
    text: String,
}

impl TagWriter {
    /// Adds a tag, without a value if `value` is empty. Accepts any key that [`parse`] reads, so that tags can be
    /// relayed; a relayed tag does not become longer. The value may contain anything but NUL, which has no escape.
    pub fn add(&mut self, key: &str, value: &str) {
        debug_assert!(
            !key.is_empty() && !key.contains([';', '=', ' ', '\r', '\n', '\0']),
            "{key:?} cannot be the key of a tag"
        );
        debug_assert!(!value.contains('\0'), "{value:?} cannot be the value of a tag");
        if !self.text.is_empty() {
            self.text.push(';');
        }
        self.text.push_str(key);
        if !value.is_empty() {
            self.text.push('=');
            self.escape(value);
        }
    }

    /// The tags written so far, without the `@` and the space.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The number of bytes written; see [`MAX_TAG_DATA`].
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no tag.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn escape(&mut self, value: &str) {
        for char in value.chars() {
            match char {
                ';' => self.text.push_str("\\:"),
                ' ' => self.text.push_str("\\s"),
                '\\' => self.text.push_str("\\\\"),
                '\r' => self.text.push_str("\\r"),
                '\n' => self.text.push_str("\\n"),
                other => self.text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        parse(text).map(|(key, value)| format!("{key} {value:?}")).collect()
    }

    #[test]
    fn tags_are_parsed_in_order_with_repeated_keys() {
        assert_eq!(shown("a=b;c;d="), [r#"a "b""#, r#"c """#, r#"d """#]);
        assert_eq!(shown("+x/y=1=2;ü=é"), [r#"+x/y "1=2""#, r#"ü "é""#]);
        assert_eq!(shown("a=1;b;a=2"), [r#"a "1""#, r#"b """#, r#"a "2""#]);
        assert!(shown("").is_empty());
        assert_eq!(shown(";;a;;=x;"), [r#"a """#]);
    }

    #[test]
    fn values_are_unescaped_and_a_lone_backslash_is_dropped() {
        assert_eq!(shown(r"a=\:\s\\\r\n"), [r#"a "; \\\r\n""#]);
        assert_eq!(shown(r"a=\b\=\é"), [r#"a "b=é""#]);
        assert_eq!(shown(r"a=b\;c=\;d=\\"), [r#"a "b""#, r#"c """#, r#"d "\\""#]);
        assert!(matches!(find("a=plain", "a"), Some(Cow::Borrowed("plain"))), "nothing to unescape, nothing copied");
    }

    #[test]
    fn the_last_tag_with_a_key_is_found() {
        assert_eq!(find("a=1;b;a=2", "a").as_deref(), Some("2"));
        assert_eq!(find("a=1;b;a=2", "b").as_deref(), Some(""));
        assert_eq!(find("a=1;a", "a").as_deref(), Some(""));
        assert_eq!(find("a=1;A=2", "A").as_deref(), Some("2"));
        assert_eq!(find("a=1", "").as_deref(), None);
        assert_eq!(find("", "a").as_deref(), None);
    }

    #[test]
    fn a_valid_key_is_letters_digits_and_hyphens_after_an_optional_vendor() {
        for good in ["a", "+a", "msgid", "account-tag", "1", "+draft/react", "example.com/a-b", "+x-y.example/9", "-"] {
            assert!(is_valid_key(good), "{good}");
        }
        for bad in ["", "+", "++a", "a+", "/a", "+/a", "a/", "a/b/c", "a_b", "é", "a.b", "a_b/c", "a b", "a=", "a;"] {
            assert!(!is_valid_key(bad), "{bad}");
        }
    }

    #[test]
    fn written_values_are_escaped_and_hold_no_space() {
        let mut tags = TagWriter::default();
        assert!(tags.is_empty());
        tags.add("a", "");
        tags.add("+b", "; \\\r\n:=");
        assert_eq!((tags.as_str(), tags.len()), (r"a;+b=\:\s\\\r\n:=", 17));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "cannot be the value of a tag")]
    fn a_nul_is_not_written() {
        TagWriter::default().add("a", "x\0");
    }
}
