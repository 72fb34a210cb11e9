//! Abbreviates long texts, and replaces what differs from run to run.

use std::fmt::Write as _;

/// Runs of one character of at least this length are written as `{x*600}`.
const LONG: usize = 30;

/// `script` with its `{x*600}` expanded.
pub fn expanded(script: &str) -> String {
    let mut parts = script.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (run, behind) = part.split_once('}').expect("a brace that closes");
        let (repeated, count) = run.rsplit_once('*').expect("what to repeat");
        out += &repeated.repeat(count.parse().expect("how often"));
        out += behind;
    }
    out
}

/// A transcript without dates and times, which differ between two worlds that do the same. Long runs of a character are
/// abbreviated as for [`expanded`], and control characters are escaped as in scripts. Unless `whole` is set, a welcome
/// is one line.
pub fn readable(transcript: &str, whole: bool) -> String {
    let mut out = String::new();
    let mut welcome: Option<String> = None;
    for line in transcript.lines() {
        let line = contracted(&visible(&timeless(line)));
        if let Some((who, numeric)) = numeric(&line).filter(|_| !whole) {
            let begins = numeric == "001";
            if begins {
                welcome = Some(format!("    {who}<"));
            }
            if let Some(numerics) = &mut welcome {
                // A numeric that comes on several lines is shown once.
                if !numerics.ends_with(numeric) {
                    let _ = write!(numerics, " {numeric}");
                }
                if matches!(numeric, "376" | "422") {
                    let _ = writeln!(out, "{}", welcome.take().expect("it is there"));
                }
                continue;
            }
        }
        assert_eq!(welcome, None, "a welcome comes in one piece, and before {line}");
        let _ = writeln!(out, "{line}");
    }
    out
}

/// A transcript without the content of 004 and 005 after the nick, and with all lines of 005 as one: no script tests
/// them.
pub fn without_supported(transcript: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    for line in transcript.lines() {
        let shown = match numeric(line) {
            Some((_, "004" | "005")) => line.split(' ').take(8).chain(["…"]).collect::<Vec<_>>().join(" "),
            _ => line.to_owned(),
        };
        if !shown.contains(" 005 ") || out.last() != Some(&shown) {
            out.push(shown);
        }
    }
    out.join("\n") + "\n"
}

/// Compares two transcripts without dates and times, and shows what is before the first difference.
#[track_caller]
pub fn assert_same(transcript: &str, expected: &str, what: &str) {
    let (transcript, expected) = (readable(transcript, true), readable(expected, true));
    let (lines, others) = (transcript.lines(), expected.lines());
    let same = lines.clone().zip(others.clone()).take_while(|(line, other)| line == other).count();
    if transcript != expected {
        let part = |lines: std::str::Lines<'_>, from, to| -> String {
            lines.skip(from).take(to - from).map(|line| format!("{line}\n")).collect()
        };
        let before = part(lines.clone(), same.saturating_sub(20), same);
        let (line, other) = (part(lines, same, same + 5), part(others, same, same + 5));
        panic!("{what}:\n{before}-- here it goes on with\n{line}-- and there with\n{other}");
    }
}

/// The receiver of a numeric, and the numeric.
fn numeric(line: &str) -> Option<(&str, &str)> {
    let (who, rest) = line.strip_prefix("    ")?.split_once("< :")?;
    let numeric = rest.split(' ').nth(1)?;
    (numeric.len() == 3 && numeric.bytes().all(|b| b.is_ascii_digit())).then_some((who, numeric))
}

/// `line` with its times replaced by `DATE`, `SECONDS` and `IDLE`.
fn timeless(line: &str) -> String {
    let Some((_, numeric)) = numeric(line) else {
        // `    bob< = alice has been idle for 12 s`
        let is_idle = line.contains(" has been idle for ");
        return if is_idle { idle(line.split(' ').take(11), line) } else { line.to_owned() };
    };
    let head = |marks: &str| line.rfind(marks).map(|at| &line[..at + marks.len()]);
    match numeric {
        "003" => format!("{}DATE", head("created ").expect("RFC 2812 §5.1: This server was created <date>")),
        // `:SRV 312 ME nick SRV :date` after a 314, `:SRV 391 ME SRV :date`
        "391" => format!("{}DATE", head(" :").expect("a date")),
        "312" if !line.ends_with(" :verbatim") => format!("{}DATE", head(" :").expect("a date")),
        // `:SRV 317 ME nick IDLE SIGNON :seconds idle, signon time`
        "317" => idle(line.split(' ').take(9), &seconds(line)),
        _ => seconds(line),
    }
}

/// `line` with the word after `head` replaced by `IDLE`, if it begins with `head`.
fn idle<'a>(head: impl Iterator<Item = &'a str>, line: &str) -> String {
    let head = head.collect::<Vec<_>>().join(" ") + " ";
    let rest = line.strip_prefix(&head).and_then(|rest| rest.split_once(' '));
    rest.map_or_else(|| line.to_owned(), |(_, rest)| format!("{head}IDLE {rest}"))
}

/// `line` with a time since 1970 replaced by `SECONDS`.
fn seconds(line: &str) -> String {
    let is_time = |word: &str| word.len() == 10 && word.bytes().all(|b| b.is_ascii_digit());
    let words = line.split(' ').map(|word| if is_time(word) { "SECONDS" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn visible(line: &str) -> String {
    let shown = |c: char| if c.is_ascii_control() { format!("\\x{:02x}", c as u32) } else { c.into() };
    line.chars().map(shown).collect()
}

fn contracted(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(c).len();
        let count = run / c.len_utf8();
        if count < LONG {
            out.push_str(&rest[..run]);
        } else {
            let _ = write!(out, "{{{c}*{count}}}");
        }
        rest = &rest[run..];
    }
    out
}

#[test]
fn long_runs_are_abbreviated_and_expanded_again() {
    let long = format!("a {} b", "x".repeat(600));
    assert_eq!((contracted(&long).as_str(), expanded("a {x*600} b")), ("a {x*600} b", long));
}

#[test]
fn transcripts_omit_what_differs_between_worlds() {
    let line = "    bob< :verbatim.local 333 bob #a alice 1767225600";
    assert_eq!(timeless(line), "    bob< :verbatim.local 333 bob #a alice SECONDS");
    let line = "    bob< :verbatim.local 317 bob alice 12 1767225600 :seconds idle, signon time";
    assert_eq!(timeless(line), "    bob< :verbatim.local 317 bob alice IDLE SECONDS :seconds idle, signon time");
    assert_eq!(timeless("    bob< = alice has been idle for 12 s"), "    bob< = alice has been idle for IDLE s");
    let line = "    bob< :verbatim.local 003 bob :This server was created 2026-01-01";
    assert_eq!(timeless(line), "    bob< :verbatim.local 003 bob :This server was created DATE");
}
