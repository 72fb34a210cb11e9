//! One change of a channel's modes, by somebody whose rank allows it.

use super::super::channel::{ChannelId, Entry, ListMode, MUTE, Rank};
use super::super::mode_table::{Kind, Meaning, RankMode};
use super::super::turn::Turn;
use crate::planted::Bug;
use crate::wire::complete_mask;
use crate::wire::numeric::*;

/// Bytes of a mask in a list.
const MASK_BYTES: usize = 200;

/// What has become of a change.
pub(super) enum Outcome {
    /// It was made, and is told with this parameter.
    Made(Option<String>),
    /// It was refused, or there was nothing to change: on with the next.
    Nothing,
    /// It was refused, and with it what follows.
    End,
}

impl Outcome {
    /// Made, if anything is different now.
    fn if_different(different: bool, param: Option<String>) -> Self {
        if different { Self::Made(param) } else { Self::Nothing }
    }
}

pub(super) fn change(turn: &mut Turn<'_>, id: ChannelId, meaning: Meaning, on: bool, param: Option<&str>) -> Outcome {
    let modes = &mut turn.state.channel_mut(id).modes;
    let (letter, kind) = match (meaning, param) {
        (Meaning::Mode(row), _) => (row.letter, row.kind),
        (Meaning::Rank(row), Some(nick)) => return set_rank(turn, id, row, nick, on),
        (Meaning::Rank(row), None) => return refuse_param(turn, id, row.letter, "*", NO_PARAM),
    };
    match (kind, param) {
        (Kind::Flag(flag), _) => Outcome::if_different(modes.set(flag, on), None),
        (Kind::Limit, _) if !on => Outcome::if_different(modes.limit.take().is_some(), None),
        (Kind::Forward, _) if !on => Outcome::if_different(modes.forward.take().is_some(), None),
        (Kind::Key, _) if !on => Outcome::if_different(modes.key.take().is_some(), Some("*".into())),
        (_, None) => refuse_param(turn, id, letter, "*", NO_PARAM),
        (Kind::Limit, Some(limit)) => set_limit(turn, id, letter, limit),
        (Kind::Key, Some(key)) => set_key(turn, id, key),
        (Kind::Forward, Some(to)) => set_forward(turn, id, letter, to),
        (Kind::List(list), Some(mask)) => set_mask(turn, id, list, letter, mask, on),
    }
}

const NO_PARAM: &str = "You must specify a parameter";

/// 696
fn refuse_param(turn: &mut Turn<'_>, id: ChannelId, letter: char, param: &str, why: &str) -> Outcome {
    let name = turn.state.channel(id).name.clone();
    turn.reply_text(ERR_INVALIDMODEPARAM, &[name.as_str(), letter.encode_utf8(&mut [0; 4]), param], why);
    Outcome::Nothing
}

fn set_limit(turn: &mut Turn<'_>, id: ChannelId, letter: char, limit: &str) -> Outcome {
    // Rust would take a sign before the digits, too.
    let digits = Some(limit).filter(|limit| limit.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(number) = digits.and_then(|digits| digits.parse::<u16>().ok()).filter(|&number| number > 0) else {
        return refuse_param(turn, id, letter, limit, "Invalid limit");
    };
    let before = turn.state.channel_mut(id).modes.limit.replace(number);
    Outcome::if_different(before != Some(number), Some(number.to_string()))
}

fn set_key(turn: &mut Turn<'_>, id: ChannelId, key: &str) -> Outcome {
    if key.len() > turn.config.limits.key_bytes || key.contains([' ', ',', ':']) {
        let name = turn.state.channel(id).name.clone();
        turn.reply(ERR_INVALIDKEY, &[name.as_str()]);
        return Outcome::Nothing;
    }
    let before = turn.state.channel_mut(id).modes.key.replace(key.into());
    Outcome::if_different(before.as_deref() != Some(key), Some(key.to_owned()))
}

/// Where those go who cannot join. Whoever sets it must be an operator there too, or it would be a way to fill somebody
/// else's channel.
fn set_forward(turn: &mut Turn<'_>, id: ChannelId, letter: char, to: &str) -> Outcome {
    let Some(other) = turn.state.channel_id(to) else {
        return refuse_param(turn, id, letter, to, ERR_NOSUCHCHANNEL.text);
    };
    if other == id {
        return refuse_param(turn, id, letter, to, "A channel cannot forward to itself");
    }
    let name = turn.state.channel(other).name.clone();
    if !turn.is_at_least(other, Rank::Operator) {
        turn.reply(ERR_CHANOPRIVSNEEDED, &[name.as_str()]);
        return Outcome::End;
    }
    let before = turn.state.channel_mut(id).modes.forward.replace(name.clone());
    Outcome::if_different(before.as_ref() != Some(&name), Some(name.to_string()))
}

fn set_rank(turn: &mut Turn<'_>, id: ChannelId, row: &RankMode, nick: &str, on: bool) -> Outcome {
    let Some(user) = turn.state.find(nick) else {
        turn.reply(ERR_NOSUCHNICK, &[nick]);
        return Outcome::Nothing;
    };
    let nick = turn.state.user(user).shown_nick().to_owned();
    let channel = turn.state.channel(id);
    let name = channel.name.clone();
    if channel.member(user).is_none() {
        turn.reply(ERR_USERNOTINCHANNEL, &[&nick, name.as_str()]);
        return Outcome::Nothing;
    }
    if !on && user != turn.actor && !turn.is_over(id, user) {
        turn.reply(ERR_CHANOPRIVSNEEDED, &[name.as_str()]);
        return Outcome::End;
    }
    if !on && turn.config.bugs.has(Bug::RankKept) {
        return Outcome::Made(Some(nick));
    }
    let member = turn.state.channel_mut(id).member_mut(user);
    Outcome::if_different(member.is_some_and(|member| member.set(row.rank, on)), Some(nick))
}

/// The entry that a parameter of a list stands for: a full mask, behind `m:` if that is what it begins with.
fn entry(list: ListMode, param: &str) -> Result<String, &'static str> {
    let (kind, mask) = param.strip_prefix(MUTE).map_or(("", param), |mask| (MUTE, mask));
    let mask = [kind, &complete_mask(mask)].concat();
    if mask.len() > MASK_BYTES {
        return Err("Mask is too long");
    }
    // Nobody who was invited comes to speak alone.
    let misplaced = list == ListMode::InviteException && kind == MUTE;
    if misplaced || mask.contains(' ') || mask.starts_with(':') { Err("Mask is not well-formed") } else { Ok(mask) }
}

fn set_mask(turn: &mut Turn<'_>, id: ChannelId, list: ListMode, letter: char, param: &str, on: bool) -> Outcome {
    let mask = match entry(list, param) {
        Ok(mask) => mask,
        Err(why) => return refuse_param(turn, id, letter, "*", why),
    };
    let (setter, now, most) = (turn.me().source(), turn.now, turn.config.limits.list_entries);
    let casemapping = turn.state.casemapping();
    let channel = turn.state.channel_mut(id);
    let name = channel.name.clone();
    let entries = channel.list_mut(list);
    let at = entries.iter().position(|entry| casemapping.same(&entry.mask, &mask));
    match (on, at) {
        (true, Some(_)) | (false, None) => Outcome::Nothing,
        (false, Some(at)) => Outcome::Made(Some(entries.remove(at).mask.into())),
        (true, None) if entries.len() >= most => {
            turn.reply(ERR_BANLISTFULL, &[name.as_str(), &mask]);
            Outcome::Nothing
        }
        (true, None) => {
            entries.push(Entry { mask: mask.as_str().into(), setter: setter.into(), set: now });
            Outcome::Made(Some(mask))
        }
    }
}
