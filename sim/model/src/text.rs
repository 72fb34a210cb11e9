//! Parses lines and words in the simplest way. Knows nothing of users.

use super::event::Time;

/// A line from a peer.
pub enum Said {
    /// A command in upper case, with its tags as they are written, and its parameters.
    Command { tags: String, command: String, params: Vec<String> },
    /// Longer than the limit.
    TooLong { tags: String },
    /// Not UTF-8, with its tags and its command as far as they are readable.
    NotUtf8 { tags: String, command: String },
    /// Contains NUL, or lacks a command.
    Garbage { tags: String },
}

/// Parses a line, which is not empty and has no line end.
pub fn read(line: &[u8]) -> Said {
    let tags = if line[0] == b'@' { line.split_inclusive(|&b| b == b' ').next().unwrap().len() } else { 0 };
    if tags > 4096 {
        let end = line[..4096].iter().rposition(|&byte| byte == b';').unwrap_or_default();
        return Said::TooLong { tags: tags_of(&line[..end]).to_owned() };
    }
    if line.len() - tags + 2 > 512 {
        return Said::TooLong { tags: tags_of(&line[..tags]).to_owned() };
    }
    match std::str::from_utf8(line) {
        _ if line.contains(&0) => Said::Garbage { tags: tags_of(line).to_owned() },
        Ok(line) => words(line),
        Err(_) => {
            let tags = tags_of(line).to_owned();
            match words(&String::from_utf8_lossy(line)) {
                Said::Command { command, .. } if !command.contains(char::REPLACEMENT_CHARACTER) => {
                    Said::NotUtf8 { tags, command }
                }
                _ => Said::NotUtf8 { tags, command: "*".to_owned() },
            }
        }
    }
}

/// The tags of a bad line that come whole before anything unreadable.
fn tags_of(line: &[u8]) -> &str {
    let spaces = line.iter().take_while(|&&byte| byte == b' ').count();
    let Some(tagged) = line[spaces..].strip_prefix(b"@") else { return "" };
    let tags = tagged.split(|&byte| byte == b' ').next().unwrap_or_default();
    let clean = tags.split(|&byte| byte == 0).next().unwrap_or_default();
    let clean = match std::str::from_utf8(clean) {
        Ok(_) => clean,
        Err(error) => &clean[..error.valid_up_to()],
    };
    let end = match clean.len() == tags.len() {
        true => clean.len(),
        false => clean.iter().rposition(|&byte| byte == b';').unwrap_or_default(),
    };
    std::str::from_utf8(&clean[..end]).unwrap_or_default()
}

fn words(line: &str) -> Said {
    let mut rest = line.trim_start_matches(' ');
    let tags = rest.strip_prefix('@').map_or("", before).to_owned();
    for head in ['@', ':'] {
        if rest.starts_with(head) {
            rest = behind(rest);
        }
    }
    let command = before(rest);
    if command.is_empty() || command.starts_with([':', '@']) {
        return Said::Garbage { tags: tags_of(line.as_bytes()).to_owned() };
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
    Said::Command { tags, command: command.to_ascii_uppercase(), params }
}

fn before(text: &str) -> &str {
    before_any(text, ' ')
}

fn behind(text: &str) -> &str {
    text[before(text).len()..].trim_start_matches(' ')
}

/// The tags of a client's line that are relayed: the client-only ones, as they are written. If several have the same
/// key, only the last counts.
pub fn client_only(tags: &str) -> String {
    let key = |tag: &str| before_any(tag, '=').to_owned();
    let tags: Vec<&str> = tags.split(';').collect();
    let last = |at: usize| tags[at + 1..].iter().all(|later| key(later) != key(tags[at]));
    let relayed = (0..tags.len()).filter(|&at| tags[at].starts_with('+') && key(tags[at]) != "+" && last(at));
    relayed.map(|at| tags[at]).collect::<Vec<_>>().join(";")
}

/// The unescaped value of a tag, empty if it has none. If several have the same key, the last counts.
pub fn tag(tags: &str, key: &str) -> Option<String> {
    let value = |tag: &str| tag.strip_prefix(key)?.strip_prefix('=').map(str::to_owned);
    let last = tags.split(';').rev().find(|tag| before_any(tag, '=') == key)?;
    let (mut plain, mut escaped) = (String::new(), false);
    for c in value(last).unwrap_or_default().chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            ':' if escaped => plain.push(';'),
            's' if escaped => plain.push(' '),
            'r' if escaped => plain.push('\r'),
            'n' if escaped => plain.push('\n'),
            _ => plain.push(c),
        }
        escaped = false;
    }
    Some(plain)
}

fn before_any(text: &str, end: char) -> &str {
    text.split(end).next().unwrap()
}

/// A time in the format of server-time: `YYYY-MM-DDThh:mm:ss.sssZ`.
pub fn server_time(time: Time) -> String {
    let (mut day, millis) = (time.as_secs() / 86_400, time.as_millis() as u64 % 86_400_000);
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for days in [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let (hour, minute, second) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", day + 1, millis % 1000)
}

/// At most 200 bytes of `text` if it can be a middle parameter, otherwise `*`.
pub fn middle(text: &str) -> &str {
    if text.is_empty() || text.contains(' ') || text.starts_with(':') { "*" } else { cut(text, 200) }
}

/// At most `most` bytes of `text`, cut at a character boundary.
pub fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether `name` is a valid channel name of at most `most` bytes.
pub fn is_channel(name: &str, most: usize) -> bool {
    name.len() <= most
        && name.len() > 1
        && name.starts_with('#')
        && !name.contains(|c: char| " ,".contains(c) || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn the_last_of_two_tags_counts_and_its_escapes_are_undone() {
        let tags = r"a=1;b;c=\:\s\\\r\n\x\;aa=3;a=2;=4";
        for (key, value) in
            [("a", Some("2")), ("b", Some("")), ("c", Some("; \\\r\nx")), ("aa", Some("3")), ("A", None)]
        {
            assert_eq!(tag(tags, key).as_deref(), value, "{key}");
        }
    }
}
