//! Placeholders in a script for what the server generates: times, message ids, batch references.

use verbatim::time::Time;

/// The ids and references seen so far, in order.
#[derive(Default)]
pub struct Names {
    ids: Vec<String>,
    batches: Vec<String>,
}

impl Names {
    /// A received line with placeholders.
    pub fn shown(&mut self, heard: &str) -> String {
        match heard.strip_prefix("< ") {
            Some(line) => ["< ", &self.line(line)].concat(),
            None => heard.into(),
        }
    }

    fn line(&mut self, line: &str) -> String {
        let (tags, rest) = split(line);
        let mut words: Vec<String> = rest.split(' ').map(str::to_owned).collect();
        let verb = usize::from(rest.starts_with(':'));
        if words.get(verb).is_some_and(|word| word == "BATCH") {
            let (sign, reference) = words[verb + 1].split_at(1);
            words[verb + 1] = [sign, &name('B', &mut self.batches, reference)].concat();
        }
        for word in &mut words {
            if let Some(at) = self.ids.iter().position(|id| id == word) {
                *word = format!("#{}", at + 1);
            }
        }
        if tags.is_empty() {
            return words.join(" ");
        }
        let tags: Vec<String> = tags.split(';').map(|tag| self.tag(tag)).collect();
        format!("@{} {}", tags.join(";"), words.join(" "))
    }

    fn tag(&mut self, tag: &str) -> String {
        match tag.split_once('=') {
            Some(("msgid", id)) => ["msgid=", &name('#', &mut self.ids, id)].concat(),
            Some(("batch", reference)) => ["batch=", &name('B', &mut self.batches, reference)].concat(),
            _ => tag.into(),
        }
    }

    /// A line to send, with ids in a REDACT in place of their placeholders.
    pub fn with_ids(&self, text: &str) -> String {
        if !text.to_ascii_uppercase().contains("REDACT ") {
            return text.into();
        }
        let id = |word: &str| -> Option<&String> {
            self.ids.get(word.strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)?)
        };
        let words: Vec<&str> = text.split(' ').map(|word| id(word).map_or(word, String::as_str)).collect();
        words.join(" ")
    }
}

/// The placeholder of `text`, a new one if it has none yet.
fn name(kind: char, known: &mut Vec<String>, text: &str) -> String {
    let at = known.iter().position(|known| known == text).unwrap_or_else(|| {
        known.push(text.into());
        known.len() - 1
    });
    format!("{kind}{}", at + 1)
}

/// A line's tags, empty if it has none, and the rest.
fn split(line: &str) -> (&str, &str) {
    line.strip_prefix('@').and_then(|tagged| tagged.split_once(' ')).unwrap_or(("", line))
}

/// The line with `time=NOW` in place of its time tag, if that is `now`.
///
/// IRCv3 server-time: `YYYY-MM-DDThh:mm:ss.sssZ`.
pub fn timed(line: &str, now: Time) -> String {
    let millis = i64::try_from(now.as_micros() / 1000).expect("a time in range");
    let now = jiff::Timestamp::from_millisecond(millis).expect("a time").strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let (tags, _) = split(line);
    if tags.split(';').any(|tag| tag.strip_prefix("time=") == Some(&now)) {
        line.replacen(&["time=", &now].concat(), "time=NOW", 1)
    } else {
        line.into()
    }
}
