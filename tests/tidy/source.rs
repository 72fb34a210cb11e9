//! Sources as rules see them: with comments and strings blanked, and paths expanded.

use std::fs;
use std::path::Path;

/// A file's path, a line number, and what is wrong or how to fix it.
pub type Fault = (String, usize, String);

/// One file.
pub struct Source {
    /// Its path from the project's root.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The text with comments and the insides of strings replaced by spaces, line for line.
    pub code: String,
}

impl Source {
    /// A source from a file, or for testing a rule.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into(), code: blank(text) }
    }

    /// Every Rust source of the project.
    pub fn all() -> Vec<Source> {
        let sources: Vec<Source> = ["src", "sim", "tests"].iter().flat_map(|dir| read(dir, &["rs"])).collect();
        assert!(sources.len() > 20, "the sources have moved");
        sources
    }

    /// Every manifest of the project.
    pub fn manifests() -> Vec<Source> {
        [file("Cargo.toml"), file("sim/Cargo.toml"), file("sim/model/Cargo.toml")].into_iter().flatten().collect()
    }

    /// Every file that people read.
    pub fn everything() -> Vec<Source> {
        let roots = ["README.md", "CHANGELOG.md", "justfile", ".ci/run", "clippy.toml"].into_iter().filter_map(file);
        Self::all().into_iter().chain(Self::manifests()).chain(read("docs", &["md"])).chain(roots).collect()
    }

    /// A fault in the line at byte `at` of the code.
    pub fn fault(&self, at: usize, what: impl Into<String>) -> Fault {
        let line = self.code[..at].matches('\n').count() + 1;
        (self.path.clone(), line, what.into())
    }

    /// The code before the tests at its end.
    pub fn untested(&self) -> &str {
        self.code.split("#[cfg(test)]").next().unwrap_or_default()
    }
}

fn file(path: &str) -> Option<Source> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()?;
    Some(Source::new(path, &text))
}

fn read(dir: &str, extensions: &[&str]) -> Vec<Source> {
    let Ok(entries) = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(dir)) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut found = Vec::new();
    for path in names.iter().map(|name| format!("{dir}/{name}")) {
        match path.rsplit_once('.') {
            Some((_, extension)) if extensions.contains(&extension) => found.extend(file(&path)),
            _ if path.ends_with("/target") => {}
            _ => found.extend(read(&path, extensions)),
        }
    }
    found
}

/// Every place in `code` with `word` as a whole word.
pub fn find_word<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        !code[..at].ends_with(inside) && (word.ends_with(':') || !code[at + word.len()..].starts_with(inside))
    })
}

/// The paths in `code` that begin with `root::`, as names, with their positions. The braces of a `use` are expanded.
pub fn paths(code: &str, root: &str) -> Vec<(usize, Vec<String>)> {
    let prefix = format!("{root}::");
    let mut found = Vec::new();
    for at in find_word(code, &prefix).filter(|&at| !code[..at].ends_with("::")) {
        let mut trees = Vec::new();
        tree(&code[at + prefix.len()..], &mut Vec::new(), &mut trees);
        found.extend(trees.into_iter().map(|path| (at, path)));
    }
    found
}

/// Removes the tree of a `use`, or a path, from the beginning of `text`; returns the rest.
fn tree<'a>(text: &'a str, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if !rest.starts_with('}') {
                rest = tree(rest, before, found).trim_start();
            }
            rest = match rest.chars().next() {
                Some(',') => &rest[1..],
                Some('}') => return &rest[1..],
                // `as name`, and whatever else this simple parser does not know.
                Some(_) => rest.trim_start_matches(|c| !matches!(c, ',' | '}')),
                None => return rest,
            };
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.is_empty() {
        before.push(name.to_owned());
    }
    let rest = match rest.strip_prefix("::") {
        Some(rest) if !name.is_empty() => tree(rest, before, found),
        _ => {
            if !before.is_empty() {
                found.push(before.clone());
            }
            rest.strip_prefix('*').unwrap_or(rest)
        }
    };
    if !name.is_empty() {
        before.pop();
    }
    rest
}

/// `text` with its comments, and the insides of its strings and character literals, replaced by spaces.
fn blank(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => quoted(rest, '"'),
            '\'' if rest[1..].starts_with('\\') || rest.chars().nth(2) == Some('\'') => quoted(rest, '\''),
            'r' if !code.ends_with(|c: char| c.is_alphanumeric() || c == '_') => raw(rest),
            _ => 0,
        };
        let taken = skipped.max(c.len_utf8());
        let kept = |c: char| if skipped == 0 || c == '\n' { c } else { ' ' };
        code.extend(rest[..taken].chars().map(kept));
        rest = &rest[taken..];
    }
    code
}

/// The length of the literal at the beginning of `text`, including its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

/// The length of the raw string at the beginning of `text`; 0 if there is none.
fn raw(text: &str) -> usize {
    let hashes = text[1..].len() - text[1..].trim_start_matches('#').len();
    if !text[1 + hashes..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    text[2 + hashes..].find(&end).map_or(text.len(), |at| 2 + hashes + at + end.len())
}

#[test]
fn comments_and_strings_are_blanked() {
    let text = "a /* b */ \"c\\\"d\" 'e' &'f g // h\nr#\"i\"j\"# k";
    assert_eq!(blank(text).split_whitespace().collect::<Vec<_>>(), ["a", "&'f", "g", "k"]);
}

#[test]
fn the_braces_of_paths_are_expanded() {
    let shown = |code| paths(code, "crate").into_iter().map(|(_, path)| path.join(" ")).collect::<Vec<_>>();
    assert_eq!(shown("use crate::{a::{B, c::D as E}, f::*};"), ["a B", "a c D", "f"]);
    assert_eq!(shown("x(crate::a::B::new(crate::c), other_crate::d)"), ["a B new", "c"]);
}
