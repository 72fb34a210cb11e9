//! What the server says of itself in 005.
//!
//! Owns the values that the client goes by. A server that says nothing, or nonsense, is taken for one of RFC 2812.

use crate::wire::{Casemapping, Message};

/// The longest line that a server can make the client send (ISUPPORT `LINELEN`).
const LONGEST_LINE: usize = 16 << 10;

/// The values of ISUPPORT that the client uses.
#[derive(Debug)]
pub(super) struct Isupport {
    /// `NICKLEN` in bytes, if it was told.
    pub(super) nick_len: Option<usize>,
    /// `LINELEN` in bytes, CRLF included.
    pub(super) line_len: usize,
    /// `CHANTYPES`: what a channel's name begins with.
    chan_types: String,
    /// `PREFIX` without its modes: what stands before a member's nick, or a channel's name in a message to only
    /// its operators.
    prefixes: String,
    casemapping: Casemapping,
}

impl Default for Isupport {
    fn default() -> Self {
        Self {
            nick_len: None,
            line_len: 512,
            chan_types: "#&".into(),
            prefixes: "@+".into(),
            casemapping: Casemapping::Rfc1459,
        }
    }
}

impl Isupport {
    /// Takes one 005. Its first parameter is the client's nick and its last a text.
    pub(super) fn take(&mut self, message: &Message<'_>) {
        let [_, tokens @ .., _] = message.params() else { return };
        for token in tokens {
            let (key, value) = token.split_once('=').unwrap_or((token, ""));
            let number = value.parse::<usize>().ok();
            match key {
                "NICKLEN" => self.nick_len = number.filter(|&len| len > 0),
                "LINELEN" => self.line_len = number.unwrap_or(512).clamp(512, LONGEST_LINE),
                // What begins with a colon or a comma could not be named in a message.
                "CHANTYPES" if !value.is_empty() && !value.contains([':', ',']) => self.chan_types = value.into(),
                "PREFIX" => self.prefixes = value.split_once(')').map_or("", |(_, prefixes)| prefixes).into(),
                // Mappings of all of Unicode agree with this one where it matters: their servers' names are echoed.
                "CASEMAPPING" => self.casemapping = Casemapping::named(value).unwrap_or(Casemapping::Ascii),
                _ => {}
            }
        }
    }

    /// Whether two names are the same to the server.
    pub(super) fn same(&self, a: &str, b: &str) -> bool {
        self.casemapping.same(a, b)
    }

    /// Whether `name` is a channel's.
    pub(super) fn is_channel(&self, name: &str) -> bool {
        name.starts_with(|first| self.chan_types.contains(first))
    }

    /// The channel that a message to `target` belongs to: `@#chan` goes to the operators of `#chan`.
    pub(super) fn channel_of<'a>(&self, target: &'a str) -> &'a str {
        let name = target.trim_start_matches(|first| self.prefixes.contains(first));
        if self.is_channel(name) { name } else { target }
    }

    /// What to put before a channel's name that a person wrote without it.
    pub(super) fn first_chan_type(&self) -> char {
        self.chan_types.chars().next().unwrap_or('#')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(tokens: &str) -> Isupport {
        let mut isupport = Isupport::default();
        isupport.take(&Message::parse(format!(":s 005 me {tokens} :are supported").as_bytes()).unwrap());
        isupport
    }

    #[test]
    fn names_are_compared_as_the_server_does() {
        assert!(told("").same("A[~", "a{^"));
        assert!(told("CASEMAPPING=strict-rfc1459").same("A[~", "a{~"));
        assert!(!told("CASEMAPPING=ascii").same("a[", "a{"));
    }

    #[test]
    fn nonsense_is_passed_over() {
        let isupport =
            told("NICKLEN=-1 NICKLEN= CHANTYPES= CHANTYPES=: LINELEN=99999999 = == PREFIX PREFIX=( CASEMAPPING");
        assert_eq!((isupport.nick_len, isupport.line_len), (None, LONGEST_LINE));
        assert!(isupport.is_channel("#a") && !isupport.is_channel("a") && !isupport.is_channel(""));
        assert_eq!(told("PREFIX=(ov)@+").channel_of("@#a"), "#a");
    }
}
