//! Masks: `nick!user@host` with `*` and `?`.

use std::collections::BTreeMap;

use super::casemapping::Casemapping;
use super::unicode;

/// A text, prepared for comparing masks with it.
///
/// Modern IRC, "Wildcard Expressions": `*` matches any characters, or none; `?` exactly one. A mask is read once, from
/// left to right, whatever it is: the part read so far may match several beginnings of the text, and all of these are
/// kept at once, as a set of positions. A set has one bit for each position, so for the longest text, a real name of
/// 300 bytes, a character of the mask takes a handful of operations.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The text's length in characters, which is its last position.
    end: usize,
    /// Words of a set.
    words: usize,
    /// For each ASCII character the positions before it in either case; then those before any character.
    before: Vec<u64>,
    /// The same for other characters.
    before_others: BTreeMap<char, Vec<u64>>,
    /// Whether the text is folded beyond ASCII, as masks must be, too.
    folds: bool,
}

/// The row of `before` for any character.
const ANY: usize = 128;

/// Words of a set that needs no allocation.
const FEW: usize = 5;

impl Subject {
    /// Prepares `text`, which will match without regard to case.
    pub fn new(casemapping: Casemapping, text: &str) -> Self {
        let folds = casemapping == Casemapping::Unicode;
        let text = if folds { unicode::fold(text) } else { text.into() };
        let words = text.len() / 64 + 1;
        let mut before = vec![0; (ANY + 1) * words];
        let mut before_others: BTreeMap<char, Vec<u64>> = BTreeMap::new();
        let mut end = 0;
        for c in text.chars() {
            let (word, bit) = (end / 64, 1 << (end % 64));
            if c.is_ascii() {
                for c in casemapping.both_cases(c) {
                    before[c as usize * words + word] |= bit;
                }
            } else {
                before_others.entry(c).or_insert_with(|| vec![0; words])[word] |= bit;
            }
            before[ANY * words + word] |= bit;
            end += 1;
        }
        Self { end, words, before, before_others, folds }
    }

    /// Whether the whole text matches `mask`. Takes time proportional to the length of the mask.
    pub fn matches(&self, mask: &str) -> bool {
        let mask = if self.folds && !mask.is_ascii() { unicode::fold(mask) } else { mask.into() };
        // Most texts need one word. For these the compiler makes a loop without inner loops.
        match self.words {
            1 => self.reads(&mask, &mut [0]),
            2..=FEW => self.reads(&mask, &mut [0; FEW][..self.words]),
            _ => self.reads(&mask, &mut vec![0; self.words]),
        }
    }

    /// The same, with a set of positions to use.
    #[inline(always)]
    fn reads(&self, mask: &str, at: &mut [u64]) -> bool {
        at[0] = 1;
        for c in mask.chars() {
            let goes_on = match c {
                '*' => spread(at),
                '?' => advance(at, self.row(ANY)),
                c if c.is_ascii() => advance(at, self.row(c as usize)),
                c => self.before_others.get(&c).is_some_and(|before| advance(at, before)),
            };
            if !goes_on {
                return false;
            }
        }
        at[self.end / 64] >> (self.end % 64) & 1 == 1
    }

    fn row(&self, row: usize) -> &[u64] {
        &self.before[row * self.words..][..self.words]
    }
}

/// Adds all positions after the first one.
fn spread(at: &mut [u64]) -> bool {
    let mut is_after = false;
    for word in at {
        // The lowest bit that is set, and all above it.
        *word = if is_after { u64::MAX } else { *word | word.wrapping_neg() };
        is_after |= *word != 0;
    }
    is_after
}

/// Moves the positions that are in `before` by one character, and drops the others. Returns whether any are left.
fn advance(at: &mut [u64], before: &[u64]) -> bool {
    let (mut carried, mut left) = (0, 0);
    for (word, before) in at.iter_mut().zip(before) {
        let moving = *word & before;
        *word = moving << 1 | carried;
        carried = moving >> 63;
        left |= *word;
    }
    left != 0
}

impl Casemapping {
    /// Whether `text` matches `mask`, ignoring case. To compare a text with many masks, prepare a [`Subject`].
    pub fn matches(self, mask: &str, text: &str) -> bool {
        // Everything but a star takes at least as many bytes of the text as it has itself.
        let least = mask.bytes().filter(|&byte| byte != b'*').count();
        least <= text.len() && Subject::new(self, text).matches(mask)
    }
}

/// Completes a shortened mask: `nick` becomes `nick!*@*`, `user@host` becomes `*!user@host`, `nick!user` becomes
/// `nick!user@*`.
pub fn complete_mask(mask: &str) -> String {
    let (nick, rest) = match mask.split_once('!') {
        Some((nick, rest)) => (nick, rest),
        None if mask.contains('@') => ("*", mask),
        None => (mask, "*@*"),
    };
    let (user, host) = rest.split_once('@').unwrap_or((rest, "*"));
    let or_any = |part: &str| if part.is_empty() { "*".to_owned() } else { part.to_owned() };
    format!("{}!{}@{}", or_any(nick), or_any(user), or_any(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(mask: &str, text: &str) -> bool {
        Casemapping::Ascii.matches(mask, text)
    }

    #[test]
    fn stars_and_question_marks_match() {
        for (mask, text) in [
            ("", ""),
            ("*", ""),
            ("a*c", "abbc"),
            ("A?C", "abc"),
            ("*!*@10.*", "x!y@10.0.0.1"),
            ("*a*b", "xaxbab"),
            ("?", "é"),
            ("*é?", "éé!"),
            ("a?b", "a?b"),
        ] {
            assert!(matches(mask, text), "{mask} {text}");
        }
        for (mask, text) in
            [("", "a"), ("?", ""), ("a?", "a"), ("a*b", "abc"), ("*!*@11.*", "x!y@10.0.0.1"), ("é", "É"), ("*a", "ü")]
        {
            assert!(!matches(mask, text), "{mask} {text}");
        }
        assert!(!matches(&"*a".repeat(250), &"a".repeat(200)));
        assert!(Casemapping::Rfc1459.matches("a[*!*@*", "A{x}!u@h") && !matches("a[*", "a{"));
    }

    #[test]
    fn a_text_of_any_length_matches() {
        for length in [1, 62, 63, 64, 65, 127, 128, 129, 319, 320, 321, 1000] {
            let text = "a".repeat(length - 1) + "b";
            for mask in [text.as_str(), "*b", "a*", "*", &"?".repeat(length), &("*".to_owned() + &"?".repeat(length))] {
                assert!(matches(mask, &text) || length == 1 && mask == "a*", "{mask} {length}");
            }
            for mask in ["*a", "", &"?".repeat(length + 1), &"?".repeat(length - 1)] {
                assert!(!matches(mask, &text), "{mask} {length}");
            }
        }
    }

    #[test]
    fn a_short_mask_is_completed() {
        let full = ["al", "al!u", "u@h", "al!u@h", "@h", "!"].map(complete_mask);
        assert_eq!(full, ["al!*@*", "al!u@*", "*!u@h", "al!u@h", "*!*@h", "*!*@*"]);
    }
}
