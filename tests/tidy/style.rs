//! Lengths, file headers, reasons for dependencies, and forbidden words.

use super::source::{Fault, Source};

/// The most lines in a file.
const MAX_FILE_LINES: usize = 500;

/// The most lines in a function, including its signature and its last brace.
const MAX_FUNCTION_LINES: usize = 70;

/// Markers of unfinished work, in two halves so that this file passes, too.
const UNDONE: &[(&str, &str)] = &[("TO", "DO"), ("FIX", "ME"), ("to", "do!"), ("unimple", "mented!"), ("db", "g!")];

/// Home directories of people and machines.
const MACHINES: &[(&str, &str)] = &[("/ho", "me/"), ("/ro", "ot/"), ("/Us", "ers/"), ("/wo", "rk/")];

fn fault(source: &Source, line: usize, what: String) -> Fault {
    (source.path.clone(), line, what)
}

/// A file or a function that is too long. Functions are recognised as rustfmt formats them: the last brace is indented
/// like the first word.
pub fn lengths(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    let lines: Vec<&str> = source.code.lines().collect();
    if lines.len() > MAX_FILE_LINES {
        let what = format!("{} lines are more than {MAX_FILE_LINES}: split the file by what it owns", lines.len());
        faults.push(fault(source, lines.len(), what));
    }
    for (number, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        if !is_function(line) || line.ends_with([';', '}']) {
            continue;
        }
        let (end, no_body) = (format!("{indent}}}"), format!("{indent})"));
        let closes = |line: &&&str| ***line == end || (line.starts_with(&no_body) && line.ends_with(';'));
        let length = lines[number..].iter().take_while(|line| !closes(line)).count() + 1;
        if length > MAX_FUNCTION_LINES {
            let what = format!(
                "a function of {length} lines is longer than {MAX_FUNCTION_LINES}: split it into named functions"
            );
            faults.push(fault(source, number + 1, what));
        }
    }
    faults
}

fn is_function(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let before = |word: &str| {
        word.starts_with("pub") || matches!(word, "const" | "unsafe" | "async" | "extern") || word.starts_with('"')
    };
    words.find(|word| !before(word)) == Some("fn")
}

/// A file without a header comment.
pub fn head(source: &Source) -> Vec<Fault> {
    if source.text.starts_with("//! ") {
        return Vec::new();
    }
    vec![fault(source, 1, "open the file with `//!`: what it owns, and what it must not know".into())]
}

/// A dependency without a comment above it.
pub fn reasons(source: &Source) -> Vec<Fault> {
    let (mut faults, mut section, mut before) = (Vec::new(), "", "");
    for (number, line) in source.text.lines().enumerate() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if section.ends_with("dependencies")
            && line.contains('=')
            && !line.starts_with('#')
            && !before.starts_with('#')
        {
            faults.push(fault(source, number + 1, "say in a comment above what this dependency is for".into()));
        }
        before = line;
    }
    faults
}

/// A word that marks unfinished work, or names a machine.
pub fn words(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        let has = |words: &[(&str, &str)]| words.iter().any(|(a, b)| line.contains(&format!("{a}{b}")));
        if has(UNDONE) {
            faults.push(fault(source, number + 1, "do it now, or open an issue".into()));
        }
        if has(MACHINES) {
            let what = "a path of one machine: write it relative to the project's root";
            faults.push(fault(source, number + 1, what.into()));
        }
    }
    faults
}
