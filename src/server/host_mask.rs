//! Whether a mask `user@host` of an operator's entry can match anybody.

use std::collections::BTreeSet;

use crate::wire::{Casemapping, Network};

/// What may come next in a text that masks are compared with, and whether the text may end: an automaton.
trait Texts: Copy + Ord {
    /// The characters that occur.
    const LETTERS: &'static str;
    fn next(self, c: char) -> Option<Self>;
    fn may_end(self) -> bool;
}

/// User names: registration puts `~` in front, and keeps only these characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum UserName {
    Begins,
    Marked,
    GoesOn,
}

impl Texts for UserName {
    const LETTERS: &'static str = "~abcdefghijklmnopqrstuvwxyz0123456789-._";

    fn next(self, c: char) -> Option<Self> {
        match (self, c) {
            (Self::Begins, '~') => Some(Self::Marked),
            (Self::Begins, _) | (_, '~') => None,
            _ => Some(Self::GoesOn),
        }
    }

    fn may_end(self) -> bool {
        self == Self::GoesOn
    }
}

/// IPv4 addresses.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct V4 {
    dots: u8,
    /// The number after the last dot.
    number: Option<u16>,
}

impl Texts for V4 {
    const LETTERS: &'static str = "0123456789.";

    fn next(self, c: char) -> Option<Self> {
        match (c.to_digit(10), self.number) {
            (None, Some(_)) => (self.dots < 3).then_some(Self { dots: self.dots + 1, number: None }),
            (None, None) | (Some(_), Some(0)) => None,
            (Some(digit), number) => {
                let number = number.unwrap_or(0) * 10 + digit as u16;
                (number < 256).then_some(Self { number: Some(number), ..self })
            }
        }
    }

    fn may_end(self) -> bool {
        self.dots == 3 && self.number.is_some()
    }
}

/// IPv6 addresses, in all spellings that masks are compared with.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct V6 {
    /// Groups of digits, with the one that has begun.
    groups: u8,
    /// Digits of the last group; 5 if it is a zero, which is complete.
    digits: u8,
    /// Colons since then.
    colons: u8,
    /// Whether `::` stands for some groups.
    shortened: bool,
}

impl Texts for V6 {
    const LETTERS: &'static str = "0123456789abcdef:";

    fn next(self, c: char) -> Option<Self> {
        if c == ':' {
            let shortens = self.colons == 1;
            let fits = self.colons < 2 && !(shortens && self.shortened) && self.groups < 8;
            return fits.then_some(Self { colons: self.colons + 1, shortened: self.shortened || shortens, ..self });
        }
        let begins = self.groups == 0 || self.colons > 0;
        // One colon alone cannot begin an address.
        let fits = if begins { self.groups < 8 && !(self.groups == 0 && self.colons == 1) } else { self.digits < 4 };
        let digits = match (begins, c) {
            (true, '0') => 5,
            (true, _) => 1,
            (false, _) => self.digits + 1,
        };
        fits.then_some(Self { groups: self.groups + u8::from(begins), digits, colons: 0, ..self })
    }

    fn may_end(self) -> bool {
        self.colons != 1 && if self.shortened { self.groups < 8 } else { self.groups == 8 }
    }
}

/// Whether the mask matches one of the texts.
fn matches_one<T: Texts>(mask: &str, begin: T) -> bool {
    let mask: Vec<char> = mask.chars().collect();
    let (mut seen, mut open) = (BTreeSet::new(), vec![(0, begin)]);
    while let Some((at, text)) = open.pop() {
        if !seen.insert((at, text)) {
            continue;
        }
        let after = |wanted: Option<char>, at: usize| {
            // Of all casemappings this one has the most equal pairs.
            let fits = move |c: &char| {
                wanted.is_none_or(|wanted| Casemapping::Rfc1459.same(&wanted.to_string(), &c.to_string()))
            };
            T::LETTERS.chars().filter(fits).filter_map(move |c| text.next(c)).map(move |text| (at, text))
        };
        match mask.get(at) {
            None if text.may_end() => return true,
            None => {}
            Some('*') => {
                open.push((at + 1, text));
                open.extend(after(None, at));
            }
            Some('?') => open.extend(after(None, at + 1)),
            Some(&wanted) => open.extend(after(Some(wanted), at + 1)),
        }
    }
    false
}

/// Why a mask `user@host` matches nobody, whatever their name and address; `None` if it can match somebody.
pub fn matches_nobody(user: &str, host: &str) -> Option<&'static str> {
    if !matches_one(user, UserName::Begins) {
        return Some(
            "matches nobody: a user name is ~ and then letters, digits and -._, so that \"*\" and \"~alice\" match some",
        );
    }
    let is_host = host.parse::<Network>().is_ok()
        || Casemapping::Ascii.matches(host, "localhost")
        || matches_one(host, V4::default())
        || matches_one(host, V6::default());
    (!is_host).then_some(
        "matches nobody: hosts are addresses, so that \"192.0.2.7\", \"10.*\" and \"2001:db8::/32\" match some, or \
         localhost on Unix sockets",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Peer;

    fn is_user(mask: &str) -> bool {
        matches_nobody(mask, "*").is_none()
    }

    fn is_host(mask: &str) -> bool {
        matches_nobody("*", mask).is_none()
    }

    #[test]
    fn a_user_name_begins_with_a_tilde_and_has_few_characters() {
        for mask in ["*", "~*", "?*", "~alice", "~ALICE", "?alice", "*alice*", "*~a", "~a.b-c_9", "^alice", "~?"] {
            assert!(is_user(mask), "{mask}");
        }
        for mask in ["alice", "a*", "~", "?", "~~a", "*a~", "~a!b", "~é", "~a+b", "", "~al ice"] {
            assert!(!is_user(mask), "{mask}");
        }
    }

    #[test]
    fn a_host_is_an_address_a_network_or_localhost() {
        for mask in [
            "*",
            "10.0.0.1",
            "10.*",
            "*.1",
            "10.0.0.?",
            "1?.*",
            "*.*.*.*",
            "255.255.255.255",
            "10.0.0.0/8",
            "localhost",
            "LOCAL*",
            "::1",
            "0::1",
            "::",
            "2001:DB8::*",
            "*:1",
            "0:0:0:0:0:0:0:1",
            "0:0:0:0:0:0:0:*",
            "fe80::/10",
            "::ffff:10.0.0.1",
            "?::1",
            "1:2:3:4:5:6:7:8",
            "1:*:8",
            "*::*",
            "1::8",
        ] {
            assert!(is_host(mask), "{mask}");
        }
        for mask in [
            "*.example.org",
            "irc.example.org",
            "256.*",
            "10.0.0",
            "10.0.0.0.1",
            "10.0.0.1.*",
            "01.*",
            "10.0.0.0/33",
            "10.*/8",
            "::1%eth0",
            "[::1]",
            ":::",
            "12345::*",
            "g::*",
            "1::2::*",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8:*",
            "00::*",
            ":1*",
            "*:1:",
            "10.0.0.1@*",
            "::/129",
            "::ffff:10.0.*",
            "",
        ] {
            assert!(!is_host(mask), "{mask}");
        }
    }

    #[test]
    fn every_address_in_every_spelling_is_a_host() {
        for address in ["0.0.0.0", "10.20.30.40", "::1", "2001:db8::1:0:0:1", "fe80::1", "::8:0:0:0", "1:0:3:4:5:6:7:8"]
        {
            let shown = Peer::at(address.parse().expect("an address")).host;
            assert!(is_host(&format!("{shown}*")) && is_host(&format!("{address}*")), "{address}");
        }
    }
}
