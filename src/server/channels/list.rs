//! LIST (RFC 2812 §3.2.6; Modern IRC, "ELIST Parameter").

use super::super::channel::Channel;
use super::super::turn::{LongReply, Room, Turn};
use super::may_see;
use crate::time::Now;
use crate::wire::numeric::*;
use crate::wire::{Casemapping, Folded, Message, Subject};

pub(in super::super) fn list(turn: &mut Turn<'_>, message: &Message<'_>) {
    let items = message.params().iter().take(2).flat_map(|items| items.split(','));
    let wanted = Wanted::parse(items.filter(|item| !item.is_empty()));
    turn.reply(RPL_LISTSTART, &["Channel"]);
    turn.reply_long(List { wanted, last: None });
}

/// The reply to LIST, in the order of the folded names.
#[derive(Debug)]
struct List {
    wanted: Wanted,
    last: Option<Folded>,
}

impl LongReply for List {
    fn go_on(&mut self, turn: &mut Turn<'_>, room: &mut Room) -> bool {
        let (mut rows, mut done, casemapping) = (Vec::new(), true, turn.state.casemapping());
        let mut last = self.last.take();
        for (name, _, channel) in turn.state.channels.after(last.clone().as_ref()) {
            if !room.take() {
                done = false;
                break;
            }
            last = Some(name.clone());
            if may_see(turn, channel) && self.wanted.takes(channel, casemapping, turn.now) {
                let topic = channel.topic.as_ref().map_or("", |topic| &topic.text);
                rows.push((channel.name.clone(), channel.members().len().to_string(), topic.to_owned()));
            }
        }
        self.last = last;
        for (name, count, topic) in rows {
            turn.reply_text(RPL_LIST, &[name.as_str(), &count], &topic);
        }
        if done {
            turn.reply(RPL_LISTEND, &[]);
        }
        done
    }
}

/// Which channels LIST asks for: those that match one of the names (if any are given) and no excluded mask, and meet
/// all conditions.
#[derive(Debug, Default)]
struct Wanted {
    /// Names and masks; one must match (ELIST `M`).
    names: Vec<Box<str>>,
    /// Masks; none may match (ELIST `N`).
    not: Vec<Box<str>>,
    conditions: Vec<Condition>,
}

/// A comparison of a channel's property with a number.
#[derive(Debug)]
struct Condition {
    of: Of,
    less: bool,
    than: u64,
}

/// What a condition compares.
#[derive(Debug)]
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

    fn holds(&self, channel: &Channel, now: Now) -> bool {
        let age = |then: Now| now.mono.since(then.mono).as_secs();
        let (has, than) = match self.of {
            Of::Members => (Some(channel.members().len() as u64), self.than),
            Of::Created => (Some(age(channel.created)), self.than * 60),
            Of::Topic => (channel.topic.as_ref().map(|topic| age(topic.set)), self.than * 60),
        };
        has.is_some_and(|has| if self.less { has < than } else { has > than })
    }
}

impl Wanted {
    fn parse<'a>(items: impl Iterator<Item = &'a str>) -> Self {
        let mut wanted = Self::default();
        for item in items {
            match (Condition::parse(item), item.strip_prefix('!')) {
                (Some(condition), _) => wanted.conditions.push(condition),
                (None, Some(mask)) => wanted.not.push(mask.into()),
                (None, None) => wanted.names.push(item.into()),
            }
        }
        wanted
    }

    fn takes(&self, channel: &Channel, casemapping: Casemapping, now: Now) -> bool {
        self.conditions.iter().all(|condition| condition.holds(channel, now))
            && self.names_fit(casemapping, channel.name.as_str())
    }

    fn names_fit(&self, casemapping: Casemapping, name: &str) -> bool {
        if self.names.is_empty() && self.not.is_empty() {
            return true;
        }
        let name = Subject::new(casemapping, name);
        let is = |mask: &str| name.matches(mask);
        (self.names.is_empty() || self.names.iter().any(|mask| is(mask))) && !self.not.iter().any(|mask| is(mask))
    }
}
