//! Masks: `nick!user@host` with `*` and `?`.

use super::casemapping::Casemapping;

impl Casemapping {
    /// Whether `text` matches `mask`, ignoring case. `*` matches any characters, or none; `?` exactly one.
    ///
    /// Modern IRC, "Wildcard Expressions". The time is at most proportional to the product of the lengths: a mask with
    /// many stars cannot stall the server.
    pub fn matches(self, mask: &str, text: &str) -> bool {
        let folded = |text: &str| -> Vec<char> { text.chars().map(|c| self.fold_char(c)).collect() };
        wild(&folded(mask), &folded(text))
    }
}

fn wild(mask: &[char], text: &[char]) -> bool {
    let (mut m, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match mask.get(m) {
            Some('*') => {
                star = Some((m, t));
                m += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                m += 1;
                t += 1;
            }
            _ => {
                let Some((star_m, star_t)) = star else { return false };
                (m, t) = (star_m + 1, star_t + 1);
                star = Some((star_m, star_t + 1));
            }
        }
    }
    mask[m..].iter().all(|&c| c == '*')
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
        for (mask, text) in
            [("*", ""), ("a*c", "abbc"), ("A?C", "abc"), ("*!*@10.*", "x!y@10.0.0.1"), ("*a*b", "xaxbab"), ("?", "é")]
        {
            assert!(matches(mask, text), "{mask} {text}");
        }
        for (mask, text) in [("", "a"), ("a?", "a"), ("a*b", "abc"), ("*!*@11.*", "x!y@10.0.0.1")] {
            assert!(!matches(mask, text), "{mask} {text}");
        }
        assert!(!matches(&"*a".repeat(250), &"a".repeat(200)));
        assert!(Casemapping::Rfc1459.matches("a[*!*@*", "A{x}!u@h") && !matches("a[*", "a{"));
    }

    #[test]
    fn a_short_mask_is_completed() {
        let full = ["al", "al!u", "u@h", "al!u@h", "@h", "!"].map(complete_mask);
        assert_eq!(full, ["al!*@*", "al!u@*", "*!u@h", "al!u@h", "*!*@h", "*!*@*"]);
    }
}
