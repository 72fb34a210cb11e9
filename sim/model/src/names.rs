//! When names are equal, match a mask, or look alike: "Incoming lines" of `docs/protocol.md`, and NICK.

/// How names are compared (ISUPPORT `CASEMAPPING`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Casemapping {
    /// `A`–`Z` equal `a`–`z`.
    #[default]
    Ascii,
    /// Also `[]\~` equal `{}|^`.
    Rfc1459,
    /// Also `[]\` equal `{}|`.
    StrictRfc1459,
    /// `A`–`Z` equal `a`–`z`, and so do other letters, however they are composed.
    Unicode,
}

impl Casemapping {
    /// A name in the form in which names that are the same are equal.
    pub(super) fn fold(self, name: &str) -> String {
        match self {
            Self::Unicode => composed(name).chars().flat_map(char::to_lowercase).collect(),
            _ => name.chars().map(|c| self.small(c)).collect(),
        }
    }

    /// A nick of at most `most` bytes as it will be shown; `None` if it is not valid.
    pub(super) fn nick(self, name: &str, most: usize) -> Option<String> {
        let nick = if self == Self::Unicode { composed(name) } else { name.to_owned() };
        let is_letter = |c: char| c.is_ascii_alphabetic() || "[]\\`_^{|}".contains(c) || self.is_beyond(c);
        let begins_well = nick.starts_with(|c: char| is_letter(c) && (c.is_ascii() || c.is_alphabetic()));
        let is_well = nick.chars().all(|c| is_letter(c) || c.is_ascii_digit() || c == '-');
        (begins_well && is_well && nick.len() <= most).then_some(nick)
    }

    /// Whether this is a letter or digit beyond ASCII that nicks may have.
    fn is_beyond(self, c: char) -> bool {
        self == Self::Unicode && !c.is_ascii() && c.is_alphanumeric()
    }

    /// Whether two names are the same.
    pub(super) fn same(self, a: &str, b: &str) -> bool {
        if self == Self::Unicode {
            return self.fold(a) == self.fold(b);
        }
        a.len() == b.len() && a.chars().map(|c| self.small(c)).eq(b.chars().map(|c| self.small(c)))
    }

    fn small(self, c: char) -> char {
        let pairs: &[(char, char)] = match self {
            Self::Ascii | Self::Unicode => &[],
            Self::Rfc1459 => &[('[', '{'), (']', '}'), ('\\', '|'), ('~', '^')],
            Self::StrictRfc1459 => &[('[', '{'), (']', '}'), ('\\', '|')],
        };
        pairs.iter().find(|pair| pair.0 == c).map_or(c.to_ascii_lowercase(), |pair| pair.1)
    }

    /// Whether a text matches a mask: `*` matches any number of characters, `?` one, all others only themselves.
    pub(super) fn matches(self, mask: &str, text: &str) -> bool {
        let text: Vec<char> = self.fold(text).chars().collect();
        // For each length, whether that prefix of the text matches the mask so far.
        let mut matching = vec![false; text.len() + 1];
        matching[0] = true;
        for wanted in self.fold(mask).chars() {
            if wanted == '*' {
                let first = matching.iter().position(|&is_one| is_one).unwrap_or(matching.len());
                matching[first..].fill(true);
            } else {
                let goes_on = |at: usize| matching[at] && (wanted == '?' || wanted == text[at]);
                matching = [false].into_iter().chain((0..text.len()).map(goes_on)).collect();
            }
        }
        matching[text.len()]
    }
}

/// What a nick looks like. Of letters beyond ASCII, those that the people use.
pub fn look(nick: &str) -> String {
    let strange = [
        ("\u{430}", "a"),
        ("\u{435}", "e"),
        ("\u{43e}", "o"),
        ("\u{440}", "p"),
        ("\u{441}", "c"),
        ("\u{410}", "A"),
        ("\u{661}", "l"),
    ];
    let alike = [("m", "rn"), ("1", "l"), ("I", "l"), ("|", "l"), ("0", "o")];
    let all = strange.iter().chain(&alike);
    all.fold(nick.to_owned(), |nick, (one, other)| nick.replace(one, other)).to_lowercase()
}

/// A name in which each letter is one character, in the usual width. Of all letters, those that the people use.
fn composed(name: &str) -> String {
    let marks = [("e\u{301}", "\u{e9}"), ("E\u{301}", "\u{c9}"), ("e\u{308}", "\u{eb}"), ("E\u{308}", "\u{cb}")];
    let name = marks.iter().fold(name.to_owned(), |name, (apart, whole)| name.replace(apart, whole));
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap(),
        '\u{a0}' => ' ',
        _ => c,
    };
    name.chars().map(narrow).collect()
}

/// A mask completed to `nick!user@host`.
pub fn complete_mask(mask: &str) -> String {
    let (nick, place) = match mask.find('!') {
        Some(at) => (&mask[..at], &mask[at + 1..]),
        None if mask.contains('@') => ("", mask),
        None => (mask, ""),
    };
    let (user, host) = place.split_once('@').unwrap_or((place, ""));
    let [nick, user, host] = [nick, user, host].map(|part| if part.is_empty() { "*" } else { part });
    format!("{nick}!{user}@{host}")
}

#[cfg(test)]
mod tests {
    use super::Casemapping::{Ascii, Rfc1459, StrictRfc1459, Unicode};
    use super::*;

    #[test]
    fn each_casemapping_has_its_pairs() {
        let same = |a, b| [Ascii, Rfc1459, StrictRfc1459].map(|mapping| mapping.same(a, b));
        assert_eq!(same("Zoë", "zOë"), [true; 3]);
        assert_eq!(same("É", "é"), [false; 3]);
        assert_eq!(same("a[]\\", "A{}|"), [false, true, true]);
        assert_eq!(same("a~", "a^"), [false, true, false]);
        assert!(Unicode.same("Zoe\u{308}", "zO\u{cb}") && Unicode.same("\u{ff21}", "a") && !Unicode.same("[", "{"));
    }

    #[test]
    fn a_mask_matches_the_whole_text() {
        for (mask, text) in
            [("*", ""), ("*", "a"), ("a*c", "AC"), ("a*c", "abbc"), ("?", "é"), ("*a*b", "xaxbab"), ("", "")]
        {
            assert!(Ascii.matches(mask, text), "{mask} {text}");
        }
        for (mask, text) in [("", "a"), ("?", ""), ("a?", "a"), ("a*b", "abc"), ("a", "ab"), ("*b", "ba")] {
            assert!(!Ascii.matches(mask, text), "{mask} {text}");
        }
        assert!(Rfc1459.matches("a[*", "A{x") && !Ascii.matches("a[*", "a{x"));
    }

    #[test]
    fn a_mask_is_completed_and_lookalikes_look_alike() {
        let full = ["al", "al!u", "u@h", "al!u@h", "@h", "!"].map(complete_mask);
        assert_eq!(full, ["al!*@*", "al!u@*", "*!u@h", "al!u@h", "*!*@h", "*!*@*"]);
        assert!(
            [("paul", "pau1"), ("Ian", "lan"), ("tim", "tirn"), ("a|", "al")].iter().all(|(a, b)| look(a) == look(b))
        );
        assert!([("ian", "lan"), ("a[", "a{"), ("mia", "nia")].iter().all(|(a, b)| look(a) != look(b)));
    }
}
