//! Which characters are equal when names are compared: ISUPPORT `CASEMAPPING`.

use super::names::{Folded, NameError, Nick};
use super::unicode;

/// How names are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Casemapping {
    /// `A`–`Z` equal `a`–`z`.
    #[default]
    Ascii,
    /// Also, `[]\~` equal `{}|^`: RFC 1459 §2.2, with the fourth pair that RFC 2812 added.
    Rfc1459,
    /// The same without the fourth pair.
    StrictRfc1459,
    /// As PRECIS compares nicks (RFC 8266): letters beyond ASCII have a lower case, too.
    Unicode,
}

/// Every casemapping and its name in ISUPPORT.
const NAMES: [(&str, Casemapping); 4] = [
    ("ascii", Casemapping::Ascii),
    ("rfc1459", Casemapping::Rfc1459),
    ("rfc1459-strict", Casemapping::StrictRfc1459),
    ("unicode", Casemapping::Unicode),
];

impl Casemapping {
    /// Every casemapping.
    pub const ALL: [Self; 4] = [Self::Ascii, Self::Rfc1459, Self::StrictRfc1459, Self::Unicode];

    /// The casemapping that ISUPPORT calls `name`; `None` if it is unknown.
    pub fn named(name: &str) -> Option<Self> {
        let name = if name == "strict-rfc1459" { "rfc1459-strict" } else { name };
        NAMES.iter().find(|(known, _)| *known == name).map(|row| row.1)
    }

    /// Its name in ISUPPORT.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|row| row.1 == self).map_or("", |row| row.0)
    }

    /// `name`, folded for comparison.
    pub fn fold(self, name: &str) -> Folded {
        Folded::new(match self {
            Self::Unicode if !name.is_ascii() => unicode::fold(name).into(),
            Self::Ascii | Self::Unicode => name.to_ascii_lowercase().into(),
            Self::Rfc1459 | Self::StrictRfc1459 => name.chars().map(|c| self.fold_char(c)).collect(),
        })
    }

    /// Whether two names are equal.
    pub fn same(self, a: &str, b: &str) -> bool {
        if self == Self::Unicode && !(a.is_ascii() && b.is_ascii()) {
            return unicode::fold(a) == unicode::fold(b);
        }
        a.len() == b.len() && a.chars().map(|c| self.fold_char(c)).eq(b.chars().map(|c| self.fold_char(c)))
    }

    /// The two characters that are equal to `c`; twice the same if there is only one.
    pub(super) fn both_cases(self, c: char) -> [char; 2] {
        let small = self.fold_char(c);
        let large = match (small, self) {
            ('a'..='z', _) => small.to_ascii_uppercase(),
            (_, Self::Ascii | Self::Unicode) => small,
            ('{', _) => '[',
            ('}', _) => ']',
            ('|', _) => '\\',
            ('^', Self::Rfc1459) => '~',
            _ => small,
        };
        [small, large]
    }

    /// Parses a nick of at most `most` bytes. With `unicode` it may have letters and digits beyond ASCII, and is
    /// normalized.
    ///
    /// # Errors
    /// [`NameError`], as for [`Nick::parse`].
    pub fn nick(self, text: &str, most: usize) -> Result<Nick, NameError> {
        match self {
            Self::Unicode if !text.is_ascii() => Nick::parse_unicode(text, most),
            _ => Nick::parse(text, most),
        }
    }

    pub(super) fn fold_char(self, c: char) -> char {
        match (c, self) {
            ('A'..='Z', _) => c.to_ascii_lowercase(),
            (_, Self::Ascii | Self::Unicode) => c,
            ('[', _) => '{',
            (']', _) => '}',
            ('\\', _) => '|',
            ('~', Self::Rfc1459) => '^',
            _ => c,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Casemapping::{self, *};

    #[test]
    fn both_cases_are_all_characters_that_fold_alike() {
        for mapping in [Ascii, Rfc1459, StrictRfc1459] {
            for c in (0..=u8::MAX).map(char::from) {
                let alike =
                    (0..=u8::MAX).map(char::from).filter(|&other| mapping.fold_char(other) == mapping.fold_char(c));
                let mut both = mapping.both_cases(c).to_vec();
                both.sort_unstable();
                both.dedup();
                assert_eq!(both, alike.collect::<Vec<_>>(), "{mapping:?} {c:?}");
            }
        }
    }

    #[test]
    fn each_casemapping_folds_its_own_pairs() {
        let same = |a, b| [Ascii, Rfc1459, StrictRfc1459, Unicode].map(|mapping| mapping.same(a, b));
        assert_eq!(same("Alice", "aLICE"), [true; 4]);
        assert_eq!(same("a[]\\", "A{}|"), [false, true, true, false]);
        assert_eq!(same("a~", "a^"), [false, true, false, false]);
        assert_eq!(same("é", "É"), [false, false, false, true]);
        assert_eq!(same("zoe\u{308}", "ZOË"), [false, false, false, true]);
        assert_eq!(Unicode.fold("#Zoë[~]").as_str(), "#zoë[~]");
        assert_eq!(Rfc1459.fold("#Zoë[~]").as_str(), "#zoë{^}");
        assert_eq!(
            ["ascii", "rfc1459", "rfc1459-strict", "unicode"]
                .map(|name| Casemapping::named(name).map(Casemapping::name)),
            [Some("ascii"), Some("rfc1459"), Some("rfc1459-strict"), Some("unicode")]
        );
        assert_eq!(Casemapping::named("precis"), None);
    }
}
