//! A configuration's mistakes, reported with the position, the problem, and the line itself.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its position in the text, in bytes; `None` if it concerns the whole file.
    pub span: Option<Range<usize>>,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// All mistakes of one file. Displayed in full it has several lines; [`brief`](Self::brief) is one line.
#[derive(Debug)]
pub struct ConfigError {
    file: PathBuf,
    text: String,
    faults: Vec<Fault>,
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    /// The mistakes in `text`, the content of `file`. There is at least one.
    pub fn new(file: &Path, text: &str, mut faults: Vec<Fault>) -> Self {
        assert!(!faults.is_empty(), "an error has a reason");
        faults.sort_by_key(|fault| fault.span.as_ref().map(|span| span.start));
        Self { file: file.into(), text: text.into(), faults }
    }

    /// The first mistake and the number of others, in one line: for a log, or for an operator.
    pub fn brief(&self) -> String {
        let place = Place::of(&self.text, &self.faults[0]);
        let at = place.map_or(String::new(), |place| format!(" line {}", place.line));
        let more = match self.faults.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more; see verbatim check)"),
        };
        format!("{}{at}: {}{more}", self.file.display(), self.faults[0].what)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        let count = self.faults.len();
        write!(f, "{count} mistake{} in {file}", if count == 1 { "" } else { "s" })?;
        for fault in &self.faults {
            let Some(place) = Place::of(&self.text, fault) else {
                write!(f, "\n{file}: {}", fault.what)?;
                continue;
            };
            let Place { line, column, shown, marks } = place;
            write!(f, "\n{file}:{line}:{column}: {}\n{line:>4} | {shown}", fault.what)?;
            write!(f, "\n     | {:>width$}", "^".repeat(marks), width = column - 1 + marks)?;
        }
        Ok(())
    }
}

/// The position of a mistake, as editors count: from 1, in characters.
struct Place {
    line: usize,
    column: usize,
    shown: String,
    /// How many characters to mark: as many as the mistake covers in this line.
    marks: usize,
}

impl Place {
    fn of(text: &str, fault: &Fault) -> Option<Self> {
        let span = fault.span.as_ref()?;
        let start = text.floor_char_boundary(span.start);
        let begin = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[begin..].lines().next().unwrap_or_default();
        let before = text[begin..start].chars().count();
        let end = text.floor_char_boundary(span.end).clamp(start, begin + line.len().max(start - begin));
        let shown: String = without_secret(line).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let room = shown.chars().count().saturating_sub(before);
        let marks = text[start..end].chars().count().min(room).max(1);
        Some(Self { line: text[..begin].matches('\n').count() + 1, column: before + 1, shown, marks })
    }
}

/// A line as it is shown to people and logs, without any possible password: the user may have written the password
/// itself in place of its hash, and misspelt the key.
fn without_secret(line: &str) -> String {
    for (at, _) in line.match_indices('=') {
        let key = line[..at].trim_end().trim_end_matches(['"', '\'']);
        let key = key.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        let key = key.to_lowercase();
        let is_secret = ["pass", "pw", "secret", "hash"].iter().any(|word| key.contains(word));
        if is_secret || strsim::osa_distance(&key, "password") <= 3 {
            return format!("{}= (hidden)", &line[..at]);
        }
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, at: &str) -> String {
        let start = text.find(at).expect("it is in there");
        let fault = Fault { span: Some(start..start + at.len()), what: "it is wrong".into() };
        ConfigError::new(Path::new("x.toml"), text, vec![fault]).to_string()
    }

    #[test]
    fn a_mistake_is_shown_with_its_line_and_marked_there() {
        let text = "a = 1\nnetz = \"Käse\"  # ü\n";
        assert_eq!(
            shown(text, "\"Käse\""),
            "1 mistake in x.toml\nx.toml:2:8: it is wrong\n   2 | netz = \"Käse\"  # ü\n     |        ^^^^^^"
        );
        assert!(shown("a = [\n1,\n", "[\n1").ends_with("   1 | a = [\n     |     ^"));
    }

    #[test]
    fn a_password_is_never_shown_however_its_key_is_spelt() {
        for line in [
            "password = hunter2",
            "pasword='hunter2'",
            "Passwort = \"hunter2\"",
            "operator = [{ name = \"a\", \"password\" = \"hunter2\" }]",
            "server.pass = \"hunter2\"",
            "pwd = \"hunter2\"",
        ] {
            let said = shown(line, line);
            assert!(said.contains("(hidden)") && !said.contains("hunter2"), "{said}");
        }
        assert_eq!(without_secret("motd = \"password.txt\""), "motd = \"password.txt\"");
    }
}
