//! Turns the TLS libraries' error names into words for people.

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
    fn a_camel_case_name_is_split_into_words() {
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
