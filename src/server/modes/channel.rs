//! MODE for a channel: what is shown, and one change after the other as it was asked for. What each change does stands
//! in `change.rs`.

use super::super::channel::{ChannelId, ListMode};
use super::super::mode_table::{CHANNEL_MODES, ChannelMode, Kind, Meaning, Sight};
use super::super::outgoing::Outgoing;
use super::super::turn::Turn;
use super::change::{Outcome, change};
use crate::planted::Bug;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn mode(turn: &mut Turn<'_>, message: &Message<'_>) {
    let target = message.params()[0];
    let Some(id) = turn.state.channel_id(target) else { return turn.reply(ERR_NOSUCHCHANNEL, &[target]) };
    match &message.params()[1..] {
        [] | [""] => show(turn, id),
        [changes, params @ ..] => Changes::new(id, params).make(turn, changes),
    }
}

/// 324 and 329.
fn show(turn: &mut Turn<'_>, id: ChannelId) {
    let channel = turn.state.channel(id);
    let (name, created) = (channel.name.clone(), channel.created.as_secs().to_string());
    let modes = &channel.modes;
    let mut rows: Vec<&ChannelMode> = CHANNEL_MODES.iter().collect();
    rows.sort_by_key(|row| row.letter);
    let (mut letters, mut params) = (String::from("+"), Vec::new());
    for row in rows {
        let param = match row.kind {
            Kind::List(_) => continue,
            Kind::Flag(flag) => modes.has(flag).then_some(None),
            Kind::Key => modes.key.as_ref().map(|key| Some(key.to_string())),
            Kind::Limit => modes.limit.map(|limit| Some(limit.to_string())),
            Kind::Forward => modes.forward.as_ref().map(|forward| Some(forward.to_string())),
        };
        let Some(param) = param else { continue };
        letters.push(row.letter);
        params.extend(param.map(|param| if may_see(turn, id, row.see) { param } else { "*".into() }));
    }
    let mut all = vec![name.as_str(), &letters];
    all.extend(params.iter().map(String::as_str));
    turn.reply(RPL_CHANNELMODEIS, &all);
    turn.reply(RPL_CREATIONTIME, &[name.as_str(), &created]);
}

fn may_see(turn: &Turn<'_>, id: ChannelId, sight: Sight) -> bool {
    match sight {
        Sight::Everybody => true,
        Sight::Members => turn.is_member(id) || turn.rank(id).is_some(),
        Sight::Rank(rank) => turn.is_at_least(id, rank),
    }
}

/// The changes of one MODE command: those asked for, and those made.
struct Changes<'a> {
    id: ChannelId,
    params: std::slice::Iter<'a, &'a str>,
    /// Changes with a parameter so far.
    with_param: usize,
    /// The lists that were shown: each is shown once, or one line of `b`s would ask for megabytes.
    shown: Vec<ListMode>,
    made: Vec<Made>,
}

/// The sign, letter and parameter of a change that was made.
type Made = (char, char, Option<String>);

impl<'a> Changes<'a> {
    fn new(id: ChannelId, params: &'a [&'a str]) -> Self {
        Self { id, params: params.iter(), with_param: 0, shown: Vec::new(), made: Vec::new() }
    }

    fn make(mut self, turn: &mut Turn<'_>, changes: &str) {
        let mut sign = '+';
        for letter in changes.chars() {
            match letter {
                '+' | '-' => sign = letter,
                _ => match self.one(turn, sign, letter) {
                    Outcome::Made(_) if sign == '-' && turn.config.bugs.has(Bug::ModeOffUntold) => {}
                    Outcome::Made(param) => self.made.push((sign, letter, param)),
                    Outcome::Nothing => {}
                    Outcome::End => break,
                },
            }
        }
        self.tell(turn);
    }

    fn one(&mut self, turn: &mut Turn<'_>, sign: char, letter: char) -> Outcome {
        let Some(meaning) = Meaning::of(letter) else {
            turn.reply(ERR_UNKNOWNMODE, &[letter.encode_utf8(&mut [0; 4])]);
            return Outcome::Nothing;
        };
        let on = sign == '+';
        let param = if meaning.takes_param(on) { self.params.next().copied() } else { None };
        let param = param.filter(|param| !param.is_empty());
        if let (Meaning::Mode(ChannelMode { kind: Kind::List(list), see, .. }), None) = (meaning, param) {
            return self.show_list(turn, *list, *see);
        }
        // The rank is looked up afresh for each change: one may have laid it down with the last.
        if !may_change(turn, self.id, meaning, on, param) {
            return refuse(turn, self.id);
        }
        self.with_param += usize::from(param.is_some());
        if param.is_some() && self.with_param > turn.config.limits.mode_changes {
            return Outcome::Nothing;
        }
        change(turn, self.id, meaning, on, param)
    }

    fn show_list(&mut self, turn: &mut Turn<'_>, list: ListMode, see: Sight) -> Outcome {
        if !may_see(turn, self.id, see) {
            return refuse(turn, self.id);
        }
        if !self.shown.contains(&list) {
            self.shown.push(list);
            show_list(turn, self.id, list);
        }
        Outcome::Nothing
    }

    /// Tells all members what changed: on one line, or on several where one could not hold it.
    fn tell(self, turn: &mut Turn<'_>) {
        let mut rest = &self.made[..];
        while !rest.is_empty() {
            let mut lines = (1..=rest.len()).rev().map(|count| (count, self.line(turn, &rest[..count])));
            let fits = |(count, line): &(usize, Outgoing)| *count == 1 || !line.is_too_long();
            let Some((count, line)) = lines.find(fits) else { break };
            turn.announce(self.id, &line.cut());
            rest = &rest[count..];
        }
    }

    fn line(&self, turn: &mut Turn<'_>, made: &[Made]) -> Outgoing {
        let (mut letters, mut last) = (String::new(), ' ');
        for &(sign, letter, _) in made {
            if sign != last && (last == ' ' || !turn.config.bugs.has(Bug::SignLost)) {
                letters.push(sign);
                last = sign;
            }
            letters.push(letter);
        }
        let params = made.iter().filter_map(|(_, _, param)| param.as_deref());
        let name = turn.state.channel(self.id).name.clone();
        turn.act("MODE").param(name.as_str()).param(&letters).params(params)
    }
}

/// Whether the actor may make this change. What one has oneself, one may always lay down.
fn may_change(turn: &Turn<'_>, id: ChannelId, meaning: Meaning, on: bool, param: Option<&str>) -> bool {
    match meaning {
        Meaning::Mode(row) => turn.is_at_least(id, row.set),
        Meaning::Rank(row) => {
            let own = !on && param.and_then(|nick| turn.state.find(nick)) == Some(turn.actor);
            turn.is_at_least(id, row.set) || (own && turn.is_member(id))
        }
    }
}

/// 442 or 482, once, for all that a command asked for.
fn refuse(turn: &mut Turn<'_>, id: ChannelId) -> Outcome {
    let name = turn.state.channel(id).name.clone();
    let numeric = if turn.is_member(id) { ERR_CHANOPRIVSNEEDED } else { ERR_NOTONCHANNEL };
    turn.reply(numeric, &[name.as_str()]);
    Outcome::End
}

fn show_list(turn: &mut Turn<'_>, id: ChannelId, list: ListMode) {
    let (entry_numeric, end) = match list {
        ListMode::Ban => (RPL_BANLIST, RPL_ENDOFBANLIST),
        ListMode::Exception => (RPL_EXCEPTLIST, RPL_ENDOFEXCEPTLIST),
        ListMode::InviteException => (RPL_INVEXLIST, RPL_ENDOFINVEXLIST),
    };
    let channel = turn.state.channel(id);
    let name = channel.name.clone();
    let rows: Vec<[String; 3]> = channel
        .list(list)
        .iter()
        .map(|entry| [entry.mask.to_string(), entry.setter.to_string(), entry.set.as_secs().to_string()])
        .collect();
    for [mask, setter, set] in &rows {
        turn.reply(entry_numeric, &[name.as_str(), mask, setter, set]);
    }
    turn.reply(end, &[name.as_str()]);
}
