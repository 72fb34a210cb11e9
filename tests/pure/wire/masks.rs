//! Masks match what their definition says: compared with a reference that follows it word for word.

use proptest::prelude::*;
use verbatim::wire::{Casemapping, Subject};

/// Whether the text matches by the definition: `*` is any characters or none, `?` is one, others are themselves. Slow:
/// it keeps the result for each beginning of the mask and each beginning of the text.
fn by_definition(mask: &str, text: &str, is_same: impl Fn(char, char) -> bool) -> bool {
    let (mask, text): (Vec<char>, Vec<char>) = (mask.chars().collect(), text.chars().collect());
    let mut matches = vec![vec![false; text.len() + 1]; mask.len() + 1];
    matches[0][0] = true;
    for m in 1..=mask.len() {
        for t in 0..=text.len() {
            matches[m][t] = match mask[m - 1] {
                '*' => matches[m - 1][t] || t > 0 && matches[m][t - 1],
                c => t > 0 && matches[m - 1][t - 1] && (c == '?' || is_same(c, text[t - 1])),
            };
        }
    }
    matches[mask.len()][text.len()]
}

/// A text, and a mask that was made of it by putting wildcards in place of some of its parts, and then perhaps changed.
fn similar() -> impl Strategy<Value = (String, String)> {
    let part = ("[aAbéÉ~^{\\[*?]{0,40}", prop_oneof!["[*]{1,2}", "[?]{1,3}", Just(String::new())]);
    (proptest::collection::vec(part, 0..8), "[aAb*?~^é]{0,3}", any::<bool>()).prop_map(|(parts, tail, is_changed)| {
        let text: String = parts.iter().map(|(text, _)| text.as_str()).collect();
        let cut = |text: &str, wild: &str| match wild.chars().next() {
            Some('*') => wild.to_owned(),
            Some(_) => text.chars().skip(wild.len()).collect::<String>() + wild,
            None => text.to_owned(),
        };
        let mask: String = parts.iter().map(|(text, wild)| cut(text, wild)).collect();
        (text, if is_changed { mask + &tail } else { mask })
    })
}

fn check(mask: &str, text: &str) {
    for casemapping in [Casemapping::Ascii, Casemapping::Rfc1459, Casemapping::StrictRfc1459] {
        let expected = by_definition(mask, text, |a, b| casemapping.same(&a.to_string(), &b.to_string()));
        let subject = Subject::new(casemapping, text);
        assert_eq!((subject.matches(mask), subject.matches(mask)), (expected, expected), "{mask:?} {text:?}");
        assert_eq!(casemapping.matches(mask, text), expected, "{mask:?} {text:?}");
    }
}

proptest! {
    #[test]
    fn a_short_mask_matches_as_defined(mask in "[ab*?]{0,10}", text in "[ab*?]{0,14}") {
        check(&mask, &text);
    }

    #[test]
    fn a_long_mask_matches_as_defined((text, mask) in similar()) {
        check(&mask, &text);
    }

    #[test]
    fn any_mask_matches_as_defined(mask in "(.|[*?]){0,30}", text in ".{0,100}") {
        check(&mask, &text);
    }
}
