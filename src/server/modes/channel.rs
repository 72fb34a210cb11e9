//! A channel's modes, and its members' ranks.

use super::super::channel::{ChannelId, Entry, ListMode, Rank};
use super::super::mode_table::{CHANNEL_MODES, ChannelMode, Kind, RANKS, RankMode, Sight};
use super::super::outgoing::Outgoing;
use super::super::turn::Turn;
use crate::wire::numeric::*;
use crate::wire::{Message, complete_mask};

/// Bytes of a mask in a list.
const MASK_BYTES: usize = 200;

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
    let mut rows: Vec<&ChannelMode> = CHANNEL_MODES.iter().collect();
    rows.sort_by_key(|row| row.letter);
    let (mut letters, mut params) = (String::from("+"), Vec::new());
    for row in rows {
        let param = match row.kind {
            Kind::Flag(flag) if channel.modes.has(flag) => None,
            Kind::Key if channel.modes.key.is_some() => channel.modes.key.as_deref().map(str::to_owned),
            Kind::Limit if channel.modes.limit.is_some() => channel.modes.limit.map(|limit| limit.to_string()),
            Kind::Forward if channel.modes.forward.is_some() => {
                channel.modes.forward.as_ref().map(|forward| forward.as_str().to_owned())
            }
            _ => continue,
        };
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

/// What a letter means.
#[derive(Clone, Copy)]
enum Meaning {
    Mode(&'static ChannelMode),
    Rank(&'static RankMode),
}

fn meaning(letter: char) -> Option<Meaning> {
    let mode = CHANNEL_MODES.iter().find(|row| row.letter == letter).map(Meaning::Mode);
    mode.or_else(|| RANKS.iter().find(|row| row.letter == letter).map(Meaning::Rank))
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
            if matches!(letter, '+' | '-') {
                sign = letter;
                continue;
            }
            let Some(meaning) = meaning(letter) else {
                turn.reply(ERR_UNKNOWNMODE, &[letter.encode_utf8(&mut [0; 4])]);
                continue;
            };
            let param = match meaning {
                Meaning::Mode(ChannelMode { kind: Kind::Flag(_), .. }) => None,
                Meaning::Mode(ChannelMode { kind: Kind::Limit | Kind::Forward, .. }) if sign == '-' => None,
                _ => self.params.next().copied().filter(|param| !param.is_empty()),
            };
            if let (Meaning::Mode(row @ ChannelMode { kind: Kind::List(list), .. }), None) = (meaning, param) {
                if !may_see(turn, self.id, row.see) {
                    self.refuse_operation(turn);
                    break;
                }
                if !self.shown.contains(list) {
                    self.shown.push(*list);
                    show_list(turn, self.id, *list);
                }
                continue;
            }
            if !may_change(turn, self.id, meaning, sign, param) {
                self.refuse_operation(turn);
                break;
            }
            if param.is_some() {
                self.with_param += 1;
                if self.with_param > turn.config.limits.mode_changes {
                    continue;
                }
            }
            self.change(turn, sign, letter, meaning, param);
        }
        self.tell(turn);
    }

    /// 442 or 482.
    fn refuse_operation(&self, turn: &mut Turn<'_>) {
        let name = turn.state.channel(self.id).name.clone();
        let numeric = if turn.is_member(self.id) { ERR_CHANOPRIVSNEEDED } else { ERR_NOTONCHANNEL };
        turn.reply(numeric, &[name.as_str()]);
    }

    fn change(&mut self, turn: &mut Turn<'_>, sign: char, letter: char, meaning: Meaning, param: Option<&str>) {
        let on = sign == '+';
        let kind = match meaning {
            Meaning::Mode(row) => row.kind,
            Meaning::Rank(row) => return self.change_rank(turn, sign, row, param),
        };
        let modes = &mut turn.state.channel_mut(self.id).modes;
        let made = match (kind, param) {
            (Kind::Flag(flag), _) => modes.set(flag, on).then_some(None),
            (Kind::Limit, _) if !on => modes.limit.take().map(|_| None),
            (Kind::Forward, _) if !on => modes.forward.take().map(|_| None),
            (Kind::Key, _) if !on => modes.key.take().map(|_| Some("*".to_owned())),
            (_, None) => {
                self.refuse_param(turn, letter, "*", "You must specify a parameter");
                None
            }
            (Kind::Limit, Some(limit)) => self.set_limit(turn, limit).map(Some),
            (Kind::Key, Some(key)) => self.set_key(turn, key).map(Some),
            (Kind::Forward, Some(to)) => self.set_forward(turn, to).map(Some),
            (Kind::List(list), Some(mask)) => self.set_mask(turn, list, letter, mask, on).map(Some),
        };
        if let Some(param) = made {
            self.made.push((sign, letter, param));
        }
    }

    fn change_rank(&mut self, turn: &mut Turn<'_>, sign: char, row: &RankMode, param: Option<&str>) {
        let made = match param {
            Some(nick) => self.set_rank(turn, row.rank, nick, sign == '+'),
            None => {
                self.refuse_param(turn, row.letter, "*", "You must specify a parameter");
                None
            }
        };
        if let Some(nick) = made {
            self.made.push((sign, row.letter, Some(nick)));
        }
    }

    fn refuse_param(&self, turn: &mut Turn<'_>, letter: char, param: &str, why: &str) {
        let name = turn.state.channel(self.id).name.clone();
        turn.reply_text(ERR_INVALIDMODEPARAM, &[name.as_str(), letter.encode_utf8(&mut [0; 4]), param], why);
    }

    fn set_limit(&self, turn: &mut Turn<'_>, limit: &str) -> Option<String> {
        let Some(number) = limit.parse::<u16>().ok().filter(|&number| number > 0) else {
            self.refuse_param(turn, 'l', limit, "Invalid limit");
            return None;
        };
        let before = turn.state.channel_mut(self.id).modes.limit.replace(number);
        (before != Some(number)).then(|| number.to_string())
    }

    fn set_key(&self, turn: &mut Turn<'_>, key: &str) -> Option<String> {
        if key.len() > turn.config.limits.key_bytes || key.contains([' ', ',', ':']) {
            let name = turn.state.channel(self.id).name.clone();
            turn.reply(ERR_INVALIDKEY, &[name.as_str()]);
            return None;
        }
        let before = turn.state.channel_mut(self.id).modes.key.replace(key.into());
        (before.as_deref() != Some(key)).then(|| key.to_owned())
    }

    /// Where those go who cannot join. Whoever sets it must be an operator there too, or it would be a way to fill
    /// somebody else's channel.
    fn set_forward(&self, turn: &mut Turn<'_>, to: &str) -> Option<String> {
        let Some(other) = turn.state.channel_id(to).filter(|&other| other != self.id) else {
            self.refuse_param(turn, 'f', to, "No such channel");
            return None;
        };
        if !turn.is_at_least(other, Rank::Operator) {
            let name = turn.state.channel(other).name.clone();
            turn.reply(ERR_CHANOPRIVSNEEDED, &[name.as_str()]);
            return None;
        }
        let name = turn.state.channel(other).name.clone();
        let before = turn.state.channel_mut(self.id).modes.forward.replace(name.clone());
        (before.as_ref() != Some(&name)).then(|| name.as_str().to_owned())
    }

    fn set_rank(&self, turn: &mut Turn<'_>, rank: Rank, nick: &str, on: bool) -> Option<String> {
        let Some(conn) = turn.state.find(nick) else {
            turn.reply(ERR_NOSUCHNICK, &[nick]);
            return None;
        };
        let nick = turn.state.user(conn).shown_nick().to_owned();
        let channel = turn.state.channel_mut(self.id);
        let name = channel.name.clone();
        let Some(member) = channel.member_mut(conn) else {
            turn.reply(ERR_USERNOTINCHANNEL, &[&nick, name.as_str()]);
            return None;
        };
        member.set(rank, on).then_some(nick)
    }

    fn set_mask(&self, turn: &mut Turn<'_>, list: ListMode, letter: char, mask: &str, on: bool) -> Option<String> {
        let mask = complete_mask(mask);
        if mask.len() > MASK_BYTES || mask.contains(' ') || mask.starts_with(':') {
            self.refuse_param(
                turn,
                letter,
                "*",
                if mask.len() > MASK_BYTES { "Mask is too long" } else { "Mask is not well-formed" },
            );
            return None;
        }
        let (setter, now, most) = (turn.me().source(), turn.now, turn.config.limits.list_entries);
        let casemapping = turn.state.casemapping();
        let channel = turn.state.channel_mut(self.id);
        let name = channel.name.clone();
        let entries = channel.list_mut(list);
        let at = entries.iter().position(|entry| casemapping.same(&entry.mask, &mask));
        match (on, at) {
            (true, Some(_)) | (false, None) => None,
            (false, Some(at)) => Some(entries.remove(at).mask.into()),
            (true, None) if entries.len() >= most => {
                turn.reply(ERR_BANLISTFULL, &[name.as_str(), &mask]);
                None
            }
            (true, None) => {
                entries.push(Entry { mask: mask.as_str().into(), setter: setter.into(), set: now });
                Some(mask)
            }
        }
    }

    /// Tells all members what changed: on one line, or on several where one could not hold it.
    fn tell(self, turn: &mut Turn<'_>) {
        let mut rest = &self.made[..];
        while !rest.is_empty() {
            let count =
                (1..=rest.len()).rev().find(|&count| !self.line(turn, &rest[..count]).is_too_long()).unwrap_or(1);
            let message = self.line(turn, &rest[..count]).cut();
            turn.tell_channel(self.id, None, &message);
            rest = &rest[count..];
        }
    }

    fn line(&self, turn: &mut Turn<'_>, made: &[Made]) -> Outgoing {
        let (mut letters, mut last) = (String::new(), ' ');
        for &(sign, letter, _) in made {
            if sign != last {
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

/// Whether the one whose turn it is may make this change. What one has oneself, one may always lay down.
fn may_change(turn: &Turn<'_>, id: ChannelId, meaning: Meaning, sign: char, param: Option<&str>) -> bool {
    match meaning {
        Meaning::Mode(row) => turn.is_at_least(id, row.set),
        Meaning::Rank(row) => {
            let own = sign == '-' && param.and_then(|nick| turn.state.find(nick)) == Some(turn.conn);
            turn.is_at_least(id, row.set) || (own && turn.is_member(id))
        }
    }
}
