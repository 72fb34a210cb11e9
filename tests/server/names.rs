//! What stands in a script for what the server makes up: the time, ids of messages, references of batches.

use verbatim::time::Time;

/// The ids and references that were heard so far, in this order.
#[derive(Default)]
pub struct Names {
    ids: Vec<String>,
    batches: Vec<String>,
}

impl Names {
    /// A line as a script shows it that was sent at `now`.
    pub fn shown(&mut self, line: &str, now: Time) -> String {
        let (tags, rest) = match line.strip_prefix('@').and_then(|tagged| tagged.split_once(' ')) {
            Some((tags, rest)) => (tags, rest),
            None => ("", line),
        };
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
        let tags: Vec<String> = tags.split(';').map(|tag| self.tag(tag, now)).collect();
        format!("@{} {}", tags.join(";"), words.join(" "))
    }

    fn tag(&mut self, tag: &str, now: Time) -> String {
        match tag.split_once('=') {
            Some(("time", time)) if time == written(now) => "time=NOW".into(),
            Some(("msgid", id)) => ["msgid=", &name('#', &mut self.ids, id)].concat(),
            Some(("batch", reference)) => ["batch=", &name('B', &mut self.batches, reference)].concat(),
            _ => tag.into(),
        }
    }

    /// What somebody sends, with the ids that a REDACT names as the server wrote them.
    pub fn with_ids(&self, text: &str) -> String {
        if !text.contains("REDACT ") {
            return text.into();
        }
        let id = |word: &str| -> Option<&String> {
            self.ids.get(word.strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)?)
        };
        let words: Vec<&str> = text.split(' ').map(|word| id(word).map_or(word, String::as_str)).collect();
        words.join(" ")
    }
}

/// The name of something, a new one if it has none yet.
fn name(kind: char, known: &mut Vec<String>, text: &str) -> String {
    let at = known.iter().position(|known| known == text).unwrap_or_else(|| {
        known.push(text.into());
        known.len() - 1
    });
    format!("{kind}{}", at + 1)
}

/// IRCv3 server-time: `YYYY-MM-DDThh:mm:ss.sssZ`.
fn written(time: Time) -> String {
    let millis = i64::try_from(time.as_micros() / 1000).expect("a time of these tests");
    jiff::Timestamp::from_millisecond(millis).expect("a time").strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
