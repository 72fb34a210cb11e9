//! LIST (RFC 2812 §3.2.6; Modern IRC, "ELIST Parameter").

use super::super::channel::Channel;
use super::super::turn::Turn;
use super::may_see;
use crate::time::Time;
use crate::wire::numeric::*;
use crate::wire::{Casemapping, Message};

pub(in super::super) fn list(turn: &mut Turn<'_>, message: &Message<'_>) {
    let items = message.params().iter().take(2).flat_map(|items| items.split(','));
    let wanted = Wanted::parse(items.filter(|item| !item.is_empty()));
    let rows: Vec<(String, String, String)> = turn
        .state
        .channels
        .by_name()
        .filter(|channel| may_see(turn, channel) && wanted.takes(channel, turn.state.casemapping(), turn.now.wall))
        .map(|channel| {
            let topic = channel.topic.as_ref().map_or("", |topic| &topic.text);
            (channel.name.as_str().into(), channel.members().len().to_string(), topic.into())
        })
        .collect();
    turn.reply(RPL_LISTSTART, &["Channel"]);
    for (name, count, topic) in rows {
        turn.reply_text(RPL_LIST, &[&name, &count], &topic);
    }
    turn.reply(RPL_LISTEND, &[]);
}

/// Which channels LIST asks for: those that match one of the names (if any are given) and no excluded mask, and meet
/// all conditions.
#[derive(Default)]
struct Wanted<'a> {
    /// Names and masks; one must match (ELIST `M`).
    names: Vec<&'a str>,
    /// Masks; none may match (ELIST `N`).
    not: Vec<&'a str>,
    conditions: Vec<Condition>,
}

/// A comparison of a channel's property with a number.
struct Condition {
    of: Of,
    less: bool,
    than: u64,
}

/// What a condition compares.
enum Of {
    /// The number of members (ELIST `U`).
    Members,
    /// Minutes since the channel was created (ELIST `C`).
    Created,
    /// Minutes since its topic was set (ELIST `T`).
    Topic,
}

/// The most digits of a condition's number, so that it does not overflow when converted to seconds.
const CONDITION_DIGITS: usize = 9;

impl Condition {
    /// Parses `<n` or `>n`, optionally after `C` or `T`.
    fn parse(item: &str) -> Option<Self> {
        let (of, item) = match item.split_at_checked(1)? {
            ("C" | "c", rest) => (Of::Created, rest),
            ("T" | "t", rest) => (Of::Topic, rest),
            _ => (Of::Members, item),
        };
        let (sign, number) = item.split_at_checked(1)?;
        let less = match sign {
            "<" => true,
            ">" => false,
            _ => return None,
        };
        // `parse` would also accept a sign before the digits.
        let is_number = number.len() <= CONDITION_DIGITS && number.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self { of, less, than: number.parse().ok().filter(|_| is_number)? })
    }

    fn holds(&self, channel: &Channel, now: Time) -> bool {
        let age = |since: Time| now.since(since).as_secs();
        let (has, than) = match self.of {
            Of::Members => (Some(channel.members().len() as u64), self.than),
            Of::Created => (Some(age(channel.created)), self.than * 60),
            Of::Topic => (channel.topic.as_ref().map(|topic| age(topic.set)), self.than * 60),
        };
        has.is_some_and(|has| if self.less { has < than } else { has > than })
    }
}

impl<'a> Wanted<'a> {
    fn parse(items: impl Iterator<Item = &'a str>) -> Self {
        let mut wanted = Self::default();
        for item in items {
            match (Condition::parse(item), item.strip_prefix('!')) {
                (Some(condition), _) => wanted.conditions.push(condition),
                (None, Some(mask)) => wanted.not.push(mask),
                (None, None) => wanted.names.push(item),
            }
        }
        wanted
    }

    fn takes(&self, channel: &Channel, casemapping: Casemapping, now: Time) -> bool {
        let is = |mask: &&str| casemapping.matches(mask, channel.name.as_str());
        (self.names.is_empty() || self.names.iter().any(is))
            && !self.not.iter().any(is)
            && self.conditions.iter().all(|condition| condition.holds(channel, now))
    }
}
