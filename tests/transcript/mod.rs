//! How a script writes bytes: as they are, but for what a person could not see or would not count.

use verbatim::wire::{MAX_LINE, Message};

/// IRCv3 message-tags: "The size limit for message tags is 8191 bytes, including the leading @ and trailing space
/// characters".
const MAX_TAGS: usize = 8191;

/// The line without its end, once it is sure that every client can read it.
pub fn checked(line: &[u8]) -> &str {
    let shown = line.escape_ascii();
    let tags = match line {
        [b'@', ..] => line.iter().position(|&b| b == b' ').map_or(line.len(), |space| space + 1),
        _ => 0,
    };
    assert!(tags <= MAX_TAGS, "tags longer than {MAX_TAGS} bytes: {shown}");
    assert!(line.len() - tags <= MAX_LINE, "longer than {MAX_LINE} bytes: {shown}");
    let text = std::str::from_utf8(line).unwrap_or_else(|_| panic!("not UTF-8: {shown}"));
    let text = text.strip_suffix("\r\n").unwrap_or_else(|| panic!("no CRLF at its end: {shown}"));
    assert!(!text.contains(['\r', '\n', '\0']), "more than one line: {shown}");
    assert!(Message::parse(text.as_bytes()).is_ok(), "no message: {shown}");
    text
}

/// The bytes that a script's text stands for.
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

/// What `\x00`, `\r`, `\n`, `\\` or `{x*500}` at the head of `text` stands for, and what is behind it.
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
        text += &if run.len() < 20 { one.repeat(run.len()) } else { format!("{{{one}*{}}}", run.len()) };
    }
    let text = text.replace(concat!("verbatim-", env!("CARGO_PKG_VERSION")), "verbatim-VERSION");
    text.strip_suffix(' ').map_or(text.clone(), |text| [text, "\\x20"].concat())
}

/// Both texts, where they differ: what stands only in the first with `-`, what stands only in the second with `+`.
pub fn difference(first: &[&str], second: &[String]) -> String {
    let second: Vec<&str> = second.iter().map(String::as_str).collect();
    let head = first.iter().zip(&second).take_while(|(a, b)| a == b).count();
    let (first_rest, second_rest) = (&first[head..], &second[head..]);
    let tail = first_rest.iter().rev().zip(second_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (only_first, end) = first_rest.split_at(first_rest.len() - tail);
    let only_second = &second_rest[..second_rest.len() - tail];
    let parts = [(" ", &first[..head]), ("-", only_first), ("+", only_second), (" ", end)];
    parts.iter().flat_map(|(mark, lines)| lines.iter().map(move |line| format!("{mark}{line}\n"))).collect()
}
