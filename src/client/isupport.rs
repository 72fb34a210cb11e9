//! What the server announces in 005.
//!
//! Owns the values that the client uses. The defaults, which also replace invalid values, are those of RFC 2812.

use crate::wire::{Casemapping, Message};

/// The highest ISUPPORT `LINELEN` that is accepted.
const LONGEST_LINE: usize = 16 << 10;

/// The values of ISUPPORT that the client uses.
#[derive(Debug)]
pub(super) struct Isupport {
    /// `NICKLEN` in bytes, if announced.
    pub(super) nick_len: Option<usize>,
    /// `LINELEN` in bytes, CRLF included.
    pub(super) line_len: usize,
    /// `CHANTYPES`: the characters that begin a channel's name.
    chan_types: String,
    /// `PREFIX` without its modes: the prefixes of members' nicks, and of a channel's name in a STATUSMSG.
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
    /// Handles one 005. Its first parameter is the client's nick, its last a text.
    pub(super) fn take(&mut self, message: &Message<'_>) {
        let [_, tokens @ .., _] = message.params() else { return };
        for token in tokens {
            let (key, value) = token.split_once('=').unwrap_or((token, ""));
            let number = value.parse::<usize>().ok();
            match key {
                "NICKLEN" => self.nick_len = number.filter(|&len| len > 0),
                "LINELEN" => self.line_len = number.unwrap_or(512).clamp(512, LONGEST_LINE),
                // A name that begins with a colon or a comma could not be a parameter.
                "CHANTYPES" if !value.is_empty() && !value.contains([':', ',']) => self.chan_types = value.into(),
                "PREFIX" => self.prefixes = value.split_once(')').map_or("", |(_, prefixes)| prefixes).into(),
                // Unknown casemappings agree with ASCII where it matters, since the client uses names as the server
                // wrote them.
                "CASEMAPPING" => self.casemapping = Casemapping::named(value).unwrap_or(Casemapping::Ascii),
                _ => {}
            }
        }
    }

    /// Whether the server considers two names equal.
    pub(super) fn same(&self, a: &str, b: &str) -> bool {
        self.casemapping.same(a, b)
    }

    /// Whether `text` matches a mask.
    pub(super) fn matches(&self, mask: &str, text: &str) -> bool {
        self.casemapping.matches(mask, text)
    }

    /// Whether `name` is a channel name.
    pub(super) fn is_channel(&self, name: &str) -> bool {
        name.starts_with(|first| self.chan_types.contains(first))
    }

    /// The channel of a message to `target`: `@#chan` goes to the operators of `#chan`.
    pub(super) fn channel_of<'a>(&self, target: &'a str) -> &'a str {
        let name = target.trim_start_matches(|first| self.prefixes.contains(first));
        if self.is_channel(name) { name } else { target }
    }

    /// The prefix for a channel name that the user wrote without one.
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
    fn names_are_compared_with_the_servers_casemapping() {
        assert!(told("").same("A[~", "a{^"));
        assert!(told("CASEMAPPING=strict-rfc1459").same("A[~", "a{~"));
        assert!(!told("CASEMAPPING=ascii").same("a[", "a{"));
        assert!(told("CASEMAPPING=unicode").same("zo\u{eb}", "ZOE\u{308}"));
        assert!(!told("CASEMAPPING=unheard-of").same("a[", "A{") && told("CASEMAPPING=unheard-of").same("a[", "A["));
    }

    #[test]
    fn invalid_values_are_ignored_or_clamped() {
        let isupport =
            told("NICKLEN=-1 NICKLEN= CHANTYPES= CHANTYPES=: LINELEN=99999999 = == PREFIX PREFIX=( CASEMAPPING");
        assert_eq!((isupport.nick_len, isupport.line_len), (None, LONGEST_LINE));
        assert!(isupport.is_channel("#a") && !isupport.is_channel("a") && !isupport.is_channel(""));
        assert_eq!(told("PREFIX=(ov)@+").channel_of("@#a"), "#a");
    }
}
