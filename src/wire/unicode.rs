//! Names beyond ASCII: PRECIS' profile for nicks (RFC 8266), and Unicode's skeletons (UTS #39).

use std::borrow::Cow;

use precis_core::profile::{Profile, Rules};
use precis_core::{IdentifierClass, StringClass};
use precis_profiles::Nickname;
use unicode_security::confusable_detection;

/// How often the rules are applied until nothing changes. RFC 8266 §2.3: "no more than three (3) times".
const TIMES: usize = 3;

/// A nick as the profile writes it; `None` if it refuses the nick. Beyond ASCII, of the characters that the profile
/// allows only letters, digits and their marks remain: symbols could imitate what programs write around nicks.
pub(super) fn nick(text: &str) -> Option<Cow<'_, str>> {
    let nick = Nickname::new().enforce(text).ok()?;
    IdentifierClass::default().allows(&nick).ok()?;
    let first = nick.chars().next()?;
    (first.is_ascii() || first.is_alphabetic()).then_some(nick)
}

/// A name in the form for comparisons: in lower case, and normalized (NFKC), as the profile compares. Of a name that
/// the profile would refuse, for example a channel's, too.
pub(super) fn fold(name: &str) -> Cow<'_, str> {
    let profile = Nickname::new();
    let mut folded = Cow::Borrowed(name);
    for _ in 0..TIMES {
        let lower = profile.case_mapping_rule(folded.clone());
        let Ok(next) = lower.and_then(|lower| profile.normalization_rule(lower)) else { return folded };
        if next == folded {
            break;
        }
        folded = next;
    }
    folded
}

/// What a name beyond ASCII looks like, in ASCII if that looks the same.
pub(super) fn skeleton(name: &str) -> String {
    confusable_detection::skeleton(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nick_is_normalized_and_symbols_are_refused() {
        for (text, written) in [
            ("zo\u{eb}", "zo\u{eb}"),
            ("zoe\u{308}", "zo\u{eb}"),
            ("\u{ff5a}\u{ff4f}\u{ff45}", "zoe"),
            ("\u{416}\u{443}\u{43a}", "\u{416}\u{443}\u{43a}"),
            ("\u{6771}\u{4eac}", "\u{6771}\u{4eac}"),
            ("a\u{661}", "a\u{661}"),
        ] {
            assert_eq!(nick(text).as_deref(), Some(written), "{text}");
        }
        // A crab, a zero width space, a right-to-left override, a control, an arrow, a private character, a digit first.
        for text in ["", "\u{1f980}", "a\u{200b}b", "a\u{202e}b", "a\u{9b}", "\u{2192}", "a\u{e000}", "\u{661}a"] {
            assert_eq!(nick(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_are_folded_as_far_as_they_change() {
        for (name, folded) in [
            ("Zo\u{cb}", "zo\u{eb}"),
            ("ZOE\u{308}", "zo\u{eb}"),
            ("\u{416}\u{423}\u{41a}", "\u{436}\u{443}\u{43a}"),
            ("#\u{ff21}", "#a"),
            ("\u{3a3}", "\u{3c3}"),
            ("a[b", "a[b"),
        ] {
            assert_eq!(fold(name), folded, "{name}");
            assert_eq!(fold(folded), folded, "{name}");
        }
    }

    #[test]
    fn letters_of_other_scripts_look_like_those_of_ascii() {
        assert_eq!(skeleton("\u{440}\u{430}ul"), "paul");
        assert_ne!(skeleton("\u{436}uk"), skeleton("xuk"));
    }
}
