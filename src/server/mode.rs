//! Modes of channels and users (RFC 2812 §3.1.5, §3.2.3; Modern IRC, "Modes").

use super::channel::{ChannelId, Entry, ListMode, Modes};
use super::turn::Turn;
use crate::wire::numeric::*;
use crate::wire::{Encoder, Message, complete_mask};

/// What kind of parameter a channel mode takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Type A of CHANMODES: a list of masks.
    List(ListMode),
    /// The channel's key: type B, "Always has a parameter".
    Key,
    /// The limit on members: type C, a parameter only when set.
    Limit,
    /// Type D: no parameter.
    Flag(fn(&mut Modes) -> &mut bool),
    /// A prefix of a member.
    Member(Prefix),
}

/// What a member may have before their nick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    /// `@`
    Operator,
    /// `+`
    Voice,
}

/// Every channel mode: its letter and its kind, in the order in which CHANMODES shows them.
pub(super) const CHANNEL_MODES: &[(char, Kind)] = &[
    ('b', Kind::List(ListMode::Ban)),
    ('e', Kind::List(ListMode::Exception)),
    ('I', Kind::List(ListMode::InviteException)),
    ('k', Kind::Key),
    ('l', Kind::Limit),
    ('i', Kind::Flag(|modes| &mut modes.invite_only)),
    ('m', Kind::Flag(|modes| &mut modes.moderated)),
    ('n', Kind::Flag(|modes| &mut modes.no_outside)),
    ('s', Kind::Flag(|modes| &mut modes.secret)),
    ('t', Kind::Flag(|modes| &mut modes.topic_locked)),
    ('o', Kind::Member(Prefix::Operator)),
    ('v', Kind::Member(Prefix::Voice)),
];

/// Bytes of a mask in a list.
const MASK_BYTES: usize = 200;

pub(super) fn mode(turn: &mut Turn<'_>, message: &Message<'_>) {
    let target = message.params()[0];
    if target.starts_with('#') {
        let Some(id) = turn.state.channel_id(target) else { return turn.reply(ERR_NOSUCHCHANNEL, &[target]) };
        match &message.params()[1..] {
            [] | [""] => show(turn, id),
            [changes, params @ ..] => Changes::new(id, params).make(turn, changes),
        }
    } else {
        user_mode(turn, target, message.param(1).unwrap_or_default());
    }
}

/// 324 and 329.
fn show(turn: &mut Turn<'_>, id: ChannelId) {
    let inside = turn.is_member(id);
    let channel = turn.state.channel(id);
    let (name, created, modes) = (channel.name.clone(), channel.created.as_secs().to_string(), &channel.modes);
    let limit = modes.limit.map(|limit| limit.to_string());
    let mut params: Vec<String> = Vec::new();
    let mut letters = String::from("+");
    for (letter, on) in [
        ('i', modes.invite_only),
        ('k', modes.key.is_some()),
        ('l', modes.limit.is_some()),
        ('m', modes.moderated),
        ('n', modes.no_outside),
        ('s', modes.secret),
        ('t', modes.topic_locked),
    ] {
        if on {
            letters.push(letter);
        }
    }
    params.extend(modes.key.as_deref().map(|key| if inside { key.into() } else { "*".into() }));
    params.extend(limit);
    let mut all = vec![name.as_str(), &letters];
    all.extend(params.iter().map(String::as_str));
    turn.reply(RPL_CHANNELMODEIS, &all);
    turn.reply(RPL_CREATIONTIME, &[name.as_str(), &created]);
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
            let Some((_, kind)) = CHANNEL_MODES.iter().find(|(known, _)| *known == letter) else {
                turn.reply(ERR_UNKNOWNMODE, &[letter.encode_utf8(&mut [0; 4])]);
                continue;
            };
            let param = match kind {
                Kind::Flag(_) => None,
                Kind::Limit if sign == '-' => None,
                _ => self.params.next().copied().filter(|param| !param.is_empty()),
            };
            if let (Kind::List(list), None) = (kind, param) {
                if *list != ListMode::Ban && !turn.is_operator(self.id) {
                    self.refuse_operation(turn);
                    break;
                }
                if !self.shown.contains(list) {
                    self.shown.push(*list);
                    show_list(turn, self.id, *list);
                }
                continue;
            }
            if !turn.is_operator(self.id) {
                self.refuse_operation(turn);
                break;
            }
            if param.is_some() {
                self.with_param += 1;
                if self.with_param > turn.config.limits.mode_changes {
                    continue;
                }
            }
            self.change(turn, sign, letter, *kind, param);
        }
        self.tell(turn);
    }

    /// 442 or 482.
    fn refuse_operation(&self, turn: &mut Turn<'_>) {
        let name = turn.state.channel(self.id).name.clone();
        let numeric = if turn.is_member(self.id) { ERR_CHANOPRIVSNEEDED } else { ERR_NOTONCHANNEL };
        turn.reply(numeric, &[name.as_str()]);
    }

    fn change(&mut self, turn: &mut Turn<'_>, sign: char, letter: char, kind: Kind, param: Option<&str>) {
        let on = sign == '+';
        let made = match (kind, param) {
            (Kind::Flag(flag), _) => {
                let flag = flag(&mut turn.state.channel_mut(self.id).modes);
                (std::mem::replace(flag, on) != on).then_some(None)
            }
            (Kind::Limit, _) if !on => turn.state.channel_mut(self.id).modes.limit.take().map(|_| None),
            (Kind::Key, _) if !on => turn.state.channel_mut(self.id).modes.key.take().map(|_| Some("*".to_owned())),
            (_, None) => {
                self.refuse_param(turn, letter, "*", "You must specify a parameter");
                None
            }
            (Kind::Limit, Some(limit)) => self.set_limit(turn, limit).map(Some),
            (Kind::Key, Some(key)) => self.set_key(turn, key).map(Some),
            (Kind::Member(prefix), Some(nick)) => self.set_prefix(turn, prefix, nick, on).map(Some),
            (Kind::List(list), Some(mask)) => self.set_mask(turn, list, letter, mask, on).map(Some),
        };
        if let Some(param) = made {
            self.made.push((sign, letter, param));
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

    fn set_prefix(&self, turn: &mut Turn<'_>, prefix: Prefix, nick: &str, on: bool) -> Option<String> {
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
        let has = match prefix {
            Prefix::Operator => &mut member.operator,
            Prefix::Voice => &mut member.voice,
        };
        (std::mem::replace(has, on) != on).then_some(nick)
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
            let fits = |count: &usize| !self.line(turn, &rest[..*count]).is_too_long();
            let count = (1..=rest.len()).rev().find(fits).unwrap_or(1);
            let line = self.line(turn, &rest[..count]).line_cut();
            turn.tell_channel(self.id, None, line);
            rest = &rest[count..];
        }
    }

    fn line(&self, turn: &Turn<'_>, made: &[Made]) -> Encoder {
        let (mut letters, mut last) = (String::new(), ' ');
        for &(sign, letter, _) in made {
            if sign != last {
                letters.push(sign);
                last = sign;
            }
            letters.push(letter);
        }
        let params = made.iter().filter_map(|(_, _, param)| param.as_deref());
        turn.act("MODE").param(turn.state.channel(self.id).name.as_str()).param(&letters).params(params)
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

fn user_mode(turn: &mut Turn<'_>, nick: &str, changes: &str) {
    match turn.state.find(nick) {
        None => return turn.reply(ERR_NOSUCHNICK, &[nick]),
        Some(conn) if conn != turn.conn => return turn.reply(ERR_USERSDONTMATCH, &[]),
        Some(_) => {}
    }
    if changes.is_empty() {
        let modes = turn.me().modes();
        return turn.reply(RPL_UMODEIS, &[&modes]);
    }
    let before = (turn.me().invisible, turn.me().operator);
    let (mut after, mut sign, mut unknown) = (before, '+', false);
    for letter in changes.chars() {
        match letter {
            '+' | '-' => sign = letter,
            'i' => after.0 = sign == '+',
            // RFC 2812 §3.1.5: "If a user attempts to make themselves an operator using the "+o" … the attempt
            // SHOULD be ignored".
            'o' => after.1 &= sign == '+',
            _ => unknown = true,
        }
    }
    turn.state.set_user_modes(turn.conn, after.0, after.1);
    if unknown {
        turn.reply(ERR_UMODEUNKNOWNFLAG, &[]);
    }
    let (mut told, mut last) = (String::new(), ' ');
    for (letter, before, after) in [('i', before.0, after.0), ('o', before.1, after.1)] {
        if before != after {
            let sign = if after { '+' } else { '-' };
            if sign != last {
                told.push(sign);
                last = sign;
            }
            told.push(letter);
        }
    }
    if !told.is_empty() {
        let line = turn.act("MODE").param(turn.me().shown_nick()).param(&told).line();
        turn.send(line);
    }
}
