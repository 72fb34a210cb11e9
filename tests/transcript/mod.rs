//! The dialect of all transcripts: who sends what, and who receives what.
//!
//! | a line | what it means |
//! |---|---|
//! | `alice> JOIN #a` | input: a line that alice sends or types |
//! | `alice>\| JO` | input: bytes without a line end |
//! | `alice< :bob!~b@h JOIN #a` | output: the next line that alice receives or is shown |
//! | `-- why` | a comment |
//! | `90 s pass` | input: time |
//!
//! Servers have names, too: `server>` is sent by a server, `server<` to it. Each kind of transcript adds a few lines
//! without `>` and `<`, for other events. A test runs the inputs, records them with the outputs, and compares
//! the whole.
//!
//! Text is written as it is, including spaces, except that `\xNN`, `\r`, `\n` and `\\` are bytes, and `{x*500}` is 500
//! times `x`.
#![allow(dead_code, reason = "each test binary uses its part of it")]

use std::time::Duration;

/// The lines of a script.
pub fn lines(script: &str) -> Vec<&str> {
    script.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// The speaker and the text of an input line; `None` for other lines.
pub fn said(line: &str) -> Option<(&str, &str)> {
    mark(line).filter(|&at| line[at..].starts_with('>')).map(|at| (&line[..at], &line[at + 1..]))
}

/// Whether a line is an output.
pub fn is_heard(line: &str) -> bool {
    mark(line).is_some_and(|at| line[at..].starts_with('<'))
}

/// The pause, if the line lets time pass.
pub fn pause(line: &str) -> Option<Duration> {
    let secs = line.split_once(" s pass")?.0;
    Some(Duration::from_secs(secs.parse().expect("a number of seconds")))
}

fn mark(line: &str) -> Option<usize> {
    line.find(['<', '>']).filter(|_| !line.starts_with("--"))
}

/// The bytes of an input, as written after the `>`.
pub fn sent(text: &str, line_end: &str) -> Vec<u8> {
    match text.strip_prefix('|') {
        Some(piece) => bytes_of(piece.trim_start()),
        None => [bytes_of(text.trim_start()), line_end.into()].concat(),
    }
}

/// The bytes of a script's text.
pub fn bytes_of(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let (piece, behind) = special(rest).unwrap_or_else(|| {
            let (plain, behind) = rest.split_at(first.len_utf8());
            (plain.into(), behind)
        });
        bytes.extend(piece);
        rest = behind;
    }
    bytes
}

/// The bytes of `\x00`, `\r`, `\n`, `\\` or `{x*500}` at the beginning of `text`, and the rest.
fn special(text: &str) -> Option<(Vec<u8>, &str)> {
    if let Some(run) = text.strip_prefix('{') {
        let (run, behind) = run.split_once('}')?;
        let (piece, count) = run.rsplit_once('*')?;
        return Some((piece.repeat(count.parse().ok()?).into_bytes(), behind));
    }
    let escape = text.strip_prefix('\\')?;
    match escape.as_bytes().first()? {
        b'x' => Some((vec![u8::from_str_radix(escape.get(1..3)?, 16).ok()?], &escape[3..])),
        b'r' => Some((b"\r".to_vec(), &escape[1..])),
        b'n' => Some((b"\n".to_vec(), &escape[1..])),
        b'\\' => Some((b"\\".to_vec(), &escape[1..])),
        _ => None,
    }
}

/// A line as a script writes it: the inverse of [`bytes_of`].
pub fn text_of(line: &str) -> String {
    let mut text = String::new();
    for run in line.chars().collect::<Vec<_>>().chunk_by(|a, b| a == b) {
        let one = match run[0] {
            '\\' => "\\\\".to_owned(),
            c if c.is_ascii_control() => format!("\\x{:02x}", c as u32),
            c => c.to_string(),
        };
        text +=
            &if run.len() < 20 || run[0] == ' ' { one.repeat(run.len()) } else { format!("{{{one}*{}}}", run.len()) };
    }
    text.strip_suffix(' ').map_or(text.clone(), |text| [text, "\\x20"].concat())
}

/// Compares a script with the transcript of its inputs.
#[track_caller]
pub fn assert_happened(written: &[&str], happened: &[String]) {
    assert!(happened == written, "lines of the script have -, lines of the run +\n{}", difference(written, happened));
}

/// A diff of both texts: lines only in the first with `-`, lines only in the second with `+`.
fn difference(first: &[&str], second: &[String]) -> String {
    let second: Vec<&str> = second.iter().map(String::as_str).collect();
    let head = first.iter().zip(&second).take_while(|(a, b)| a == b).count();
    let (first_rest, second_rest) = (&first[head..], &second[head..]);
    let tail = first_rest.iter().rev().zip(second_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (only_first, end) = first_rest.split_at(first_rest.len() - tail);
    let only_second = &second_rest[..second_rest.len() - tail];
    let parts = [(" ", &first[..head]), ("-", only_first), ("+", only_second), (" ", end)];
    parts.iter().flat_map(|(mark, lines)| lines.iter().map(move |line| format!("{mark}{line}\n"))).collect()
}
