//! Nicks and channel names as types that are always valid, and their folded form.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use thiserror::Error;

use super::unicode;
use crate::planted::{Bug, buggy};

/// A folded name, for comparison; made by a [`Casemapping`](super::Casemapping).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folded(Box<str>);

impl Folded {
    pub(super) fn new(text: Box<str>) -> Self {
        Self(text)
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is not a valid name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NameError {
    /// It is empty.
    #[error("is empty")]
    Empty,
    /// It has more bytes than the server allows.
    #[error("is too long")]
    TooLong,
    /// It has a character that is not allowed.
    #[error("has a character that is not allowed")]
    BadCharacter,
}

/// A nick.
///
/// RFC 2812 §2.3.1: nickname = ( letter / special ) *8( letter / digit / special / "-" ),
/// special = `[ ] \ ` _ ^ { | }`. The server chooses the length (ISUPPORT `NICKLEN`).
#[derive(Clone, PartialEq, Eq)]
pub struct Nick(Rc<str>);

impl Nick {
    /// Parses `text` as a nick of at most `most` bytes.
    ///
    /// # Errors
    /// [`NameError`] if it is empty, too long, or has a character that is not allowed.
    pub fn parse(text: &str, most: usize) -> Result<Self, NameError> {
        Self::checked(text, most, |_| false)
    }

    /// The same for a nick that may have letters and digits beyond ASCII. It is normalized.
    pub(super) fn parse_unicode(text: &str, most: usize) -> Result<Self, NameError> {
        let nick = unicode::nick(text).ok_or(NameError::BadCharacter)?;
        Self::checked(&nick, most, |b| !b.is_ascii())
    }

    /// Parses `text`, in which bytes that are `good` are allowed, too.
    fn checked(text: &str, most: usize, good: impl Fn(u8) -> bool) -> Result<Self, NameError> {
        let special = |b: u8| {
            good(b)
                || b.is_ascii_alphabetic()
                || matches!(b, b'[' | b']' | b'\\' | b'`' | b'_' | b'^' | b'{' | b'|' | b'}')
        };
        let (&first, rest) = text.as_bytes().split_first().ok_or(NameError::Empty)?;
        if !special(first) || !rest.iter().all(|&b| special(b) || b.is_ascii_digit() || b == b'-') {
            return Err(NameError::BadCharacter);
        }
        if text.len() > most { Err(NameError::TooLong) } else { Ok(Self(text.into())) }
    }

    /// The nick as its owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nick with lookalike characters unified: nicks with equal skeletons are easily mistaken for each other.
    /// Follows Unicode's UTS #39 §4, for the characters that nicks can have.
    pub fn skeleton(&self) -> Box<str> {
        let seen = if self.0.is_ascii() { Cow::Borrowed(&*self.0) } else { unicode::skeleton(&self.0).into() };
        seen.replace('m', "rn").chars().map(look).collect()
    }
}

/// The character that represents all characters that look like `c`.
fn look(c: char) -> char {
    match c {
        '1' | 'I' | '|' => 'l',
        '0' => 'o',
        _ => c.to_ascii_lowercase(),
    }
}

/// A channel's name: `#` and at least one more character.
///
/// Modern IRC, "Channels": names "MUST NOT contain any spaces, ASCII BEL characters, or commas". Other control
/// characters are refused too, since nobody could type or see them.
#[derive(Clone, PartialEq, Eq)]
pub struct ChannelName(Rc<str>);

impl ChannelName {
    /// Parses `text` as a channel name of at most `most` bytes.
    ///
    /// # Errors
    /// [`NameError`] if it is empty, too long, does not begin with `#`, or has a character that is not allowed.
    pub fn parse(text: &str, most: usize) -> Result<Self, NameError> {
        let name =
            text.strip_prefix('#').ok_or(if text.is_empty() { NameError::Empty } else { NameError::BadCharacter })?;
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        let is_control = |c: char| if buggy(Bug::ControlsAccepted) { c.is_ascii_control() } else { c.is_control() };
        if name.contains(|c: char| c == ' ' || c == ',' || is_control(c)) {
            return Err(NameError::BadCharacter);
        }
        if text.len() > most { Err(NameError::TooLong) } else { Ok(Self(text.into())) }
    }

    /// The name as the channel's first member wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Nick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Nick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nicks_have_the_characters_of_rfc_2812() {
        for good in ["a", "A1-", "[x]", "_`^{|}\\"] {
            assert!(Nick::parse(good, 30).is_ok(), "{good}");
        }
        for bad in ["", "1a", "-a", "a b", "a!b", "a@b", "#a", "é", "a.b", "a*", "a,b", ":a"] {
            assert!(Nick::parse(bad, 30).is_err(), "{bad}");
        }
        assert_eq!(Nick::parse("abcd", 3), Err(NameError::TooLong));
    }

    #[test]
    fn nicks_that_look_alike_share_a_skeleton() {
        let alike = |a: &str, b: &str| [a, b].map(|nick| Nick::parse(nick, 30).map(|nick| nick.skeleton()));
        for (a, b) in [("paul", "pau1"), ("Ian", "lan"), ("bob", "b0b"), ("tim", "tirn"), ("a|", "al")] {
            let [a, b] = alike(a, b);
            assert_eq!(a, b);
        }
        for (a, b) in [("ian", "lan"), ("bob", "bobo"), ("a[", "a{"), ("mia", "nia")] {
            let [a, b] = alike(a, b);
            assert_ne!(a, b);
        }
    }

    #[test]
    fn channels_begin_with_a_hash_and_may_hold_any_letter() {
        for good in ["#a", "#Köln", "##", "#a:b", "#1"] {
            assert!(ChannelName::parse(good, 64).is_ok(), "{good}");
        }
        for bad in ["", "#", "a", "&a", "#a b", "#a,b", "#\u{7}", "#a\u{1b}b"] {
            assert!(ChannelName::parse(bad, 64).is_err(), "{bad}");
        }
    }
}
