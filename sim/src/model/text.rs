//! Lines and words, taken apart in the plainest way. Knows nothing of users.

/// What a peer sent, up to a line's end.
pub enum Said {
    /// A command in upper case and its parameters.
    Command(String, Vec<String>),
    /// Longer than a line may be.
    TooLong,
    /// Not UTF-8, or with a NUL, or without a command.
    Garbage,
}

/// Reads one line, which is not empty and has no end any more.
pub fn read(line: &[u8]) -> Said {
    let tags = if line[0] == b'@' { line.split_inclusive(|&b| b == b' ').next().unwrap().len() } else { 0 };
    if tags > 4096 || line.len() - tags + 2 > 512 {
        return Said::TooLong;
    }
    match std::str::from_utf8(line) {
        Ok(line) if !line.contains('\0') => words(line),
        _ => Said::Garbage,
    }
}

fn words(line: &str) -> Said {
    let mut rest = line.trim_start_matches(' ');
    for head in ['@', ':'] {
        if rest.starts_with(head) {
            rest = behind(rest);
        }
    }
    let command = before(rest);
    if command.is_empty() || !command.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Said::Garbage;
    }
    let mut params = Vec::new();
    rest = behind(rest);
    while !rest.is_empty() {
        if let Some(trailing) = rest.strip_prefix(':') {
            params.push(trailing.to_owned());
            break;
        }
        if params.len() == 14 {
            params.push(rest.to_owned());
            break;
        }
        params.push(before(rest).to_owned());
        rest = behind(rest);
    }
    Said::Command(command.to_ascii_uppercase(), params)
}

fn before(text: &str) -> &str {
    text.split(' ').next().unwrap()
}

fn behind(text: &str) -> &str {
    text[before(text).len()..].trim_start_matches(' ')
}

/// Two names that fold to the same text are the same name.
pub fn fold(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Whether two names are the same, whatever their case.
pub fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// `text`, at most 200 bytes of it, if it can stand in the middle of a message, else `*`.
pub fn middle(text: &str) -> &str {
    if text.is_empty() || text.contains(' ') || text.starts_with(':') { "*" } else { cut(text, 200) }
}

/// The beginning of `text`: at most so many bytes, and whole characters.
pub fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether `name` can be a nick of at most `most` bytes.
pub fn is_nick(name: &str, most: usize) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || "[]\\`_^{|}".contains(c);
    name.len() <= most && name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit() || c == '-')
}

/// Whether `name` can be a channel's name of at most `most` bytes.
pub fn is_channel(name: &str, most: usize) -> bool {
    name.len() <= most
        && name.len() > 1
        && name.starts_with('#')
        && !name.contains(|c: char| " ,".contains(c) || c.is_control())
}
