//! Decides one change of a channel's modes, on a trial copy to which the command's earlier changes have been applied.

use super::super::channel::{Change, Channel, Effect, Flag, ListMode, MUTE, Rank};
use super::super::id::ChannelId;
use super::super::mode_table::{Kind, Meaning, RankMode};
use super::super::operator::Privilege;
use super::super::view::View;
use crate::wire::numeric::*;
use crate::wire::{complete_mask, names_bad_network};

/// Bytes of a mask in a list.
const MASK_BYTES: usize = 200;

/// The reply to a change that is refused.
pub(super) struct Refusal {
    pub(super) numeric: Numeric,
    pub(super) params: Vec<String>,
    /// The text, if not the numeric's own.
    pub(super) text: Option<&'static str>,
    /// Whether the rest of the command is refused, too.
    pub(super) ends: bool,
}

impl Refusal {
    pub(super) fn of(numeric: Numeric, params: &[&str]) -> Self {
        let params = params.iter().map(|&param| param.to_owned()).collect();
        Self { numeric, params, text: None, ends: false }
    }

    /// The refusal, with the rest of the command refused, too.
    pub(super) fn ending(self) -> Self {
        Self { ends: true, ..self }
    }
}

/// The caller's rank in the trial channel.
pub(super) fn rank(view: View<'_>, trial: &Channel) -> Option<Rank> {
    if view.me().may(Privilege::Channels) {
        return Some(Rank::Founder);
    }
    trial.member(view.actor).and_then(|member| member.rank())
}

/// Whether the caller may make this change. Members may always give up their own rank.
pub(super) fn may_change(view: View<'_>, trial: &Channel, meaning: Meaning, on: bool, param: Option<&str>) -> bool {
    match meaning {
        Meaning::Mode(row) => rank(view, trial) >= Some(row.set),
        Meaning::Rank(row) => {
            let own = !on && param.and_then(|nick| view.state.find(nick)) == Some(view.actor);
            rank(view, trial) >= Some(row.set) || (own && trial.member(view.actor).is_some())
        }
    }
}

/// Decides a change that the caller may make.
///
/// # Errors
/// Why it is refused.
pub(super) fn decide(
    view: View<'_>,
    (id, trial): (ChannelId, &Channel),
    meaning: Meaning,
    on: bool,
    param: Option<&str>,
) -> Result<Change, Refusal> {
    let (letter, kind) = match (meaning, param) {
        (Meaning::Mode(row), _) => (row.letter, row.kind),
        (Meaning::Rank(row), Some(nick)) => return decide_rank(view, trial, row, nick, on),
        (Meaning::Rank(row), None) => return Err(bad_param(trial, row.letter, "*", NO_PARAM)),
    };
    let (effect, param) = match (kind, param) {
        (Kind::Flag(Flag::TlsOnly), _) if on => decide_tls_only(view, trial)?,
        (Kind::Flag(flag), _) => (Effect::Flag(flag), None),
        (Kind::Limit, _) if !on => (Effect::Limit(None), None),
        (Kind::Forward, _) if !on => (Effect::Forward(None), None),
        (Kind::Key, _) if !on => (Effect::Key(None), Some("*".into())),
        (_, None) => return Err(bad_param(trial, letter, "*", NO_PARAM)),
        (Kind::Limit, Some(limit)) => decide_limit(trial, letter, limit)?,
        (Kind::Key, Some(key)) => decide_key(view, trial, key)?,
        (Kind::Forward, Some(to)) => decide_forward(view, (id, trial), letter, to)?,
        (Kind::List(list), Some(mask)) => decide_mask(view, trial, (list, letter), mask, on)?,
    };
    Ok(Change { on, letter, param, effect })
}

/// What a change does, and the parameter that MODE shows.
type Decided = (Effect, Option<Box<str>>);

const NO_PARAM: &str = "You must specify a parameter";

/// 696: the parameter is invalid.
fn bad_param(trial: &Channel, letter: char, param: &str, why: &'static str) -> Refusal {
    let letter = letter.to_string();
    Refusal { text: Some(why), ..Refusal::of(ERR_INVALIDMODEPARAM, &[trial.name.as_str(), &letter, param]) }
}

/// Decides `+z`, which promises the members that nobody among them is without TLS.
fn decide_tls_only(view: View<'_>, trial: &Channel) -> Result<Decided, Refusal> {
    match trial.members().iter().all(|member| view.state.is_all_by_tls(member.user)) {
        true => Ok((Effect::Flag(Flag::TlsOnly), None)),
        false => Err(Refusal::of(ERR_ALLMUSTSSL, &[trial.name.as_str()])),
    }
}

fn decide_limit(trial: &Channel, letter: char, limit: &str) -> Result<Decided, Refusal> {
    // `parse` would also accept a sign before the digits.
    let digits = Some(limit).filter(|limit| limit.bytes().all(|byte| byte.is_ascii_digit()));
    match digits.and_then(|digits| digits.parse::<u16>().ok()).filter(|&number| number > 0) {
        Some(number) => Ok((Effect::Limit(Some(number)), Some(number.to_string().into()))),
        None => Err(bad_param(trial, letter, limit, "Invalid limit")),
    }
}

fn decide_key(view: View<'_>, trial: &Channel, key: &str) -> Result<Decided, Refusal> {
    if key.len() > view.config.limits.key_bytes || key.contains([' ', ',', ':']) {
        return Err(Refusal::of(ERR_INVALIDKEY, &[trial.name.as_str()]));
    }
    Ok((Effect::Key(Some(key.into())), Some(key.into())))
}

/// Decides `+f`. The caller must also be an operator of the target: otherwise forwards could fill other people's
/// channels.
fn decide_forward(
    view: View<'_>,
    (id, trial): (ChannelId, &Channel),
    letter: char,
    to: &str,
) -> Result<Decided, Refusal> {
    let Some((other, channel)) = view.channel(to) else {
        return Err(bad_param(trial, letter, to, ERR_NOSUCHCHANNEL.text));
    };
    if other == id {
        return Err(bad_param(trial, letter, to, "A channel cannot forward to itself"));
    }
    if !view.is_at_least(other, Rank::Operator) {
        return Err(Refusal::of(ERR_CHANOPRIVSNEEDED, &[channel.name.as_str()]).ending());
    }
    Ok((Effect::Forward(Some(channel.name.clone())), Some(channel.name.as_str().into())))
}

fn decide_rank(view: View<'_>, trial: &Channel, row: &RankMode, nick: &str, on: bool) -> Result<Change, Refusal> {
    let Some(user) = view.state.find(nick) else { return Err(Refusal::of(ERR_NOSUCHNICK, &[nick])) };
    let nick = view.state.user(user).shown_nick();
    let Some(member) = trial.member(user) else {
        return Err(Refusal::of(ERR_USERNOTINCHANNEL, &[nick, trial.name.as_str()]));
    };
    // `Privilege::Channels` does not protect its holder: only the rank that members see counts.
    let is_over = rank(view, trial).is_some_and(|rank| rank.is_over(member.rank()));
    if !on && user != view.actor && !is_over {
        return Err(Refusal::of(ERR_CHANOPRIVSNEEDED, &[trial.name.as_str()]).ending());
    }
    Ok(Change { on, letter: row.letter, param: Some(nick.into()), effect: Effect::Rank(row.rank, user) })
}

/// The list entry that a parameter describes: a completed mask, after the prefix `m:` if the parameter has one.
fn entry(list: ListMode, param: &str) -> Result<String, &'static str> {
    let (kind, mask) = param.strip_prefix(MUTE).map_or(("", param), |mask| (MUTE, mask));
    let mask = [kind, &complete_mask(mask)].concat();
    if mask.len() > MASK_BYTES {
        return Err("Mask is too long");
    }
    // `m:` makes no sense in an invite exception, which concerns joining.
    let misplaced = list == ListMode::InviteException && kind == MUTE;
    let is_bad = misplaced || mask.contains(' ') || mask.starts_with(':') || names_bad_network(&mask);
    if is_bad { Err("Mask is not well-formed") } else { Ok(mask) }
}

fn decide_mask(
    view: View<'_>,
    trial: &Channel,
    (list, letter): (ListMode, char),
    param: &str,
    on: bool,
) -> Result<Decided, Refusal> {
    let mask = entry(list, param).map_err(|why| bad_param(trial, letter, "*", why))?;
    let entries = trial.list(list);
    let listed = entries.iter().find(|entry| view.state.casemapping().same(&entry.mask, &mask));
    if on && listed.is_none() && entries.len() >= view.config.limits.list_entries {
        return Err(Refusal::of(ERR_BANLISTFULL, &[trial.name.as_str(), &mask]));
    }
    // An entry is shown as it was set, even if the caller wrote it in another case.
    let shown = listed.map_or(&*mask, |entry| &entry.mask);
    Ok((Effect::List(list), Some(shown.into())))
}
