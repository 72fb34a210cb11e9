//! The TLS libraries' names for errors, as words for people.

/// A CamelCase name as words: `NoCipherSuitesInCommon` becomes "no cipher suites in common".
pub fn spaced(name: &str) -> String {
    let mut words = String::new();
    let mut last_is_small = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && last_is_small {
            words.push(' ');
        }
        last_is_small = c.is_ascii_lowercase();
        words.push(c.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_taken_apart_where_a_capital_begins_a_word() {
        for (name, words) in [
            ("NoCipherSuitesInCommon", "no cipher suites in common"),
            ("UnknownCA", "unknown ca"),
            ("BadRecordMac", "bad record mac"),
            ("", ""),
        ] {
            assert_eq!(super::spaced(name), words);
        }
    }
}
