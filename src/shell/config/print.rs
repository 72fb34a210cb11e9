//! Writes `--print-config`: a configuration with all keys, their defaults and comments.

use std::fmt::Write;

use super::Settings;
use super::key::Key;
use super::keys::{CERTIFICATE_KEYS, KEYS, OPERATOR_KEYS, SECTIONS};
use crate::server::{Operator, PRIVILEGES};
use crate::shell::certificate::Certificate;

const HEAD: &str = "\
# The configuration of verbatim: every key with its default.
# A key after a # is commented out; its value is an example.
# SIGHUP, or REHASH by an operator, reloads the file. A change to a key marked (restart) takes effect at the next start.

";

const CERTIFICATES: &str = "
# TLS certificates, one table for each. A client gets the first one that has the name it asked for, or else the first
# one in the file. If there is none, the server generates one.
#[[certificate]]
";

const OPERATORS: &str = "
# Operators, who log in with OPER NAME PASSWORD. One table for each.
#[[operator]]
";

/// All keys with their defaults. It is a valid configuration.
pub fn print() -> String {
    let mut text = HEAD.to_owned();
    let defaults = Settings::default();
    for (section, about) in SECTIONS {
        if !section.is_empty() {
            let _ = write!(text, "\n# {about}\n[{section}]\n");
        }
        KEYS.iter().filter(|key| key.section == *section).for_each(|key| print_key(&mut text, key, &defaults));
    }
    text.push_str(CERTIFICATES);
    CERTIFICATE_KEYS.iter().for_each(|key| print_key(&mut text, key, &Certificate::default()));
    text.push_str(OPERATORS);
    let nobody = Operator { name: String::new(), password: String::new(), hosts: Vec::new(), privileges: Vec::new() };
    OPERATOR_KEYS.iter().for_each(|key| print_key(&mut text, key, &nobody));
    text
}

fn print_key<T: Clone>(text: &mut String, key: &Key<T>, defaults: &T) {
    let restart = if key.restart { " (restart)" } else { "" };
    let _ = writeln!(text, "# {}{restart}", key.about);
    if key.path() == "operator.privileges" {
        PRIVILEGES.iter().for_each(|(name, _, about)| {
            let _ = writeln!(text, "#   {name:<9} {about}");
        });
    }
    let _ = match key.show(defaults) {
        Some(value) => writeln!(text, "{} = {value}", key.name),
        None => writeln!(text, "#{} = {}", key.name, key.example()),
    };
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;

    #[test]
    fn the_printed_configuration_has_the_defaults() {
        let (defaults, mut settings) = (Settings::default(), Settings::default());
        for key in KEYS {
            assert!(print().contains(&format!("{} = ", key.name)), "{}", key.path());
        }
        let found = read(&print(), &mut settings);
        assert_eq!(found.faults, []);
        for key in KEYS {
            assert_eq!(key.show(&settings), key.show(&defaults), "{}", key.path());
        }
        // The printed text sets exactly the keys that have a default.
        let set = KEYS.iter().filter(|key| key.show(&defaults).is_some()).map(Key::path);
        assert!(set.eq(KEYS.iter().map(Key::path).filter(|path| found.places.contains_key(path))));
    }
}
