//! LIST of `docs/protocol/channels.md`.

use super::event::{ConnId, Now};
use super::pieces::Long;
use super::{Channel, Model};

impl Model {
    pub(super) fn list(&mut self, who: ConnId, params: &[&str]) {
        self.numeric(who, "321", &[]);
        let params = params.iter().take(2).map(|&param| param.to_owned()).collect();
        self.reply_long(who, Long::List(params, None));
    }

    /// Sends the next channels of LIST. Returns whether these were the last.
    pub(super) fn list_on(&mut self, who: ConnId, params: &[String], last: &mut Option<String>) -> bool {
        let (next, done) = self.next_channels(last);
        let asked: Vec<&str> = params.iter().flat_map(|param| param.split(',')).collect();
        let (conditions, names): (Vec<&str>, Vec<&str>) =
            asked.into_iter().filter(|item| !item.is_empty()).partition(|item| self.is_condition(item));
        let matches = |mask: &str, channel: &Channel| {
            self.same(mask, &channel.name) || self.config.casemapping.matches(mask, &channel.name)
        };
        let shown = next.iter().map(|folded| &self.channels[folded]).filter(|channel| {
            self.knows(self.user_of(who), channel)
                && (names.is_empty() || names.iter().any(|mask| matches(mask, channel)))
                && conditions.iter().all(|condition| match condition.strip_prefix('!') {
                    Some(mask) => !matches(mask, channel),
                    None => self.meets(condition, channel),
                })
        });
        let rows = shown.map(|channel| {
            let topic = channel.topic.as_deref().unwrap_or("");
            [channel.name.clone(), channel.members.len().to_string(), format!(":{topic}")]
        });
        let rows: Vec<_> = rows.collect();
        for row in rows {
            self.numeric(who, "322", &row.each_ref().map(String::as_str));
        }
        if done {
            self.numeric(who, "323", &[]);
        }
        done
    }

    /// Whether an item is a condition: `!mask`, `<n`, `>n`, `C<n` and so on.
    fn is_condition(&self, item: &str) -> bool {
        item.starts_with('!') || split(item).is_some()
    }

    fn meets(&self, condition: &str, channel: &Channel) -> bool {
        let (kind, sign, number) = split(condition).unwrap();
        let age = |then: Now| self.now.mono.saturating_sub(then.mono).as_secs();
        let (value, bound) = match kind {
            "" => (channel.members.len() as u64, number),
            "C" | "c" => (age(channel.created), number * 60),
            _ if channel.topic.is_none() => return false,
            _ => (age(channel.topic_set.1), number * 60),
        };
        if sign == '<' { value < bound } else { value > bound }
    }
}

/// Splits `C<5` into `C`, `<` and 5.
fn split(item: &str) -> Option<(&str, char, u64)> {
    let at = item.find(['<', '>'])?;
    let (kind, digits) = (&item[..at], &item[at + 1..]);
    let is_known = ["", "C", "c", "T", "t"].contains(&kind);
    let is_number = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (is_known && is_number).then(|| (kind, item.as_bytes()[at].into(), digits.parse().unwrap()))
}
