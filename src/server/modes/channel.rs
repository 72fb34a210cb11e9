//! MODE for a channel: the replies, and a command's changes in order. `change` decides each change.

use super::super::channel::{Change, Channel, Effect, ListMode};
use super::super::fact::What;
use super::super::id::ChannelId;
use super::super::mode_table::{CHANNEL_MODES, ChannelMode, Kind, Meaning, Sight};
use super::super::turn::Turn;
use super::super::view::View;
use super::change::{Refusal, decide, may_change, rank};
use crate::planted::{Bug, buggy};
use crate::wire::numeric::*;
use crate::wire::{MAX_LINE, Message};

pub(super) fn mode(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [target] = message.first();
    let Some(id) = turn.state.channels.id(target) else { return turn.reply(ERR_NOSUCHCHANNEL, &[target]) };
    match &message.params()[1..] {
        [] | [""] => show(turn, id),
        [changes, params @ ..] => Changes::new(turn, id, params).make(turn, changes),
    }
}

/// Sends 324 and 329.
fn show(turn: &mut Turn<'_>, id: ChannelId) {
    let channel = turn.state.channel(id);
    let (name, created) = (channel.name.clone(), turn.now.date(channel.created).as_secs().to_string());
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
        params.extend(param.map(|param| if may_see(turn.view(), channel, row.see) { param } else { "*".into() }));
    }
    let mut all = vec![name.as_str(), &letters];
    all.extend(params.iter().map(String::as_str));
    turn.reply(RPL_CHANNELMODEIS, &all);
    turn.reply(RPL_CREATIONTIME, &[name.as_str(), &created]);
}

/// Whether the caller may see what `sight` protects in the channel, which may be a trial copy.
fn may_see(view: View<'_>, channel: &Channel, sight: Sight) -> bool {
    match sight {
        Sight::Everybody => true,
        Sight::Members => channel.member(view.actor).is_some() || rank(view, channel).is_some(),
        Sight::Rank(least) => rank(view, channel) >= Some(least),
    }
}

/// The changes of one MODE command. Each is decided with the earlier ones applied, since the caller may have given up a
/// rank with one of those. So all are made on a copy first, and then become facts, one for each line.
struct Changes<'a> {
    id: ChannelId,
    params: std::slice::Iter<'a, &'a str>,
    /// Changes with a parameter so far.
    with_param: usize,
    /// The lists that were shown. Each is shown only once; otherwise a single line of `b`s could request megabytes.
    shown: Vec<ListMode>,
    trial: Channel,
    made: Vec<Change>,
}

impl<'a> Changes<'a> {
    fn new(turn: &Turn<'_>, id: ChannelId, params: &'a [&'a str]) -> Self {
        let trial = turn.state.channel(id).trial();
        Self { id, params: params.iter(), with_param: 0, shown: Vec::new(), trial, made: Vec::new() }
    }

    fn make(mut self, turn: &mut Turn<'_>, changes: &str) {
        let mut on = true;
        for letter in changes.chars() {
            match letter {
                '+' | '-' => on = letter == '+',
                _ => match self.one(turn, on, letter) {
                    Ok(Some(change)) => self.try_out(turn, change),
                    Ok(None) => {}
                    Err(refusal) => {
                        answer(turn, &refusal);
                        if refusal.ends {
                            break;
                        }
                    }
                },
            }
        }
        self.tell(turn);
    }

    /// Decides the change that one letter requests; `None` if there is none.
    fn one(&mut self, turn: &mut Turn<'_>, on: bool, letter: char) -> Result<Option<Change>, Refusal> {
        let Some(meaning) = Meaning::of(letter) else {
            return Err(Refusal::of(ERR_UNKNOWNMODE, &[letter.encode_utf8(&mut [0; 4])]));
        };
        let param = if meaning.takes_param(on) { self.params.next().copied() } else { None };
        let param = param.filter(|param| !param.is_empty());
        if let (Meaning::Mode(ChannelMode { kind: Kind::List(list), see, .. }), None) = (meaning, param) {
            return self.show_list(turn, *list, *see).map(|()| None);
        }
        if !may_change(turn.view(), &self.trial, meaning, on, param) {
            return Err(self.not_permitted(turn));
        }
        self.with_param += usize::from(param.is_some());
        if param.is_some() && self.with_param > turn.config.limits.mode_changes {
            return Ok(None);
        }
        decide(turn.view(), (self.id, &self.trial), meaning, on, param).map(Some)
    }

    /// Refuses with 442 or 482, once for the whole command.
    fn not_permitted(&self, turn: &Turn<'_>) -> Refusal {
        let numeric = if turn.is_member(self.id) { ERR_CHANOPRIVSNEEDED } else { ERR_NOTONCHANNEL };
        Refusal::of(numeric, &[self.trial.name.as_str()]).ending()
    }

    /// Makes a change on the copy, and keeps it if it has an effect.
    fn try_out(&mut self, turn: &Turn<'_>, change: Change) {
        let (casemapping, source) = (turn.state.casemapping(), turn.me().source());
        let rank_kept = buggy(Bug::RankKept) && !change.on && matches!(change.effect, Effect::Rank(..));
        if rank_kept || self.trial.change(&change, casemapping, &source, turn.now) {
            self.made.push(change);
        }
    }

    fn show_list(&mut self, turn: &mut Turn<'_>, list: ListMode, see: Sight) -> Result<(), Refusal> {
        if !may_see(turn.view(), &self.trial, see) {
            return Err(self.not_permitted(turn));
        }
        if !self.shown.contains(&list) {
            self.shown.push(list);
            show_list(turn, &self.trial, list);
        }
        Ok(())
    }

    /// Turns the changes into facts, each with as many changes as fit on one line.
    fn tell(self, turn: &mut Turn<'_>) {
        let head = [":", &turn.me().source(), " MODE ", self.trial.name.as_str(), " "].concat().len();
        let mut rest = &self.made[..];
        while !rest.is_empty() {
            let fits = |&count: &usize| head + bytes(&rest[..count]) <= MAX_LINE;
            let count = (2..=rest.len()).rev().find(fits).unwrap_or(1);
            let (channel, name) = (self.id, self.trial.name.clone());
            turn.happen(What::Modes { channel, name, changes: rest[..count].into() });
            rest = &rest[count..];
        }
    }
}

/// Bytes of the letters, signs and parameters of changes, and of the line end.
fn bytes(changes: &[Change]) -> usize {
    let signs = 1 + changes.windows(2).filter(|pair| pair[0].on != pair[1].on).count();
    let params: usize = changes.iter().filter_map(|change| change.param.as_ref()).map(|param| 1 + param.len()).sum();
    signs + changes.len() + params + "\r\n".len()
}

fn answer(turn: &mut Turn<'_>, refusal: &Refusal) {
    let params: Vec<&str> = refusal.params.iter().map(String::as_str).collect();
    match refusal.text {
        Some(text) => turn.reply_text(refusal.numeric, &params, text),
        None => turn.reply(refusal.numeric, &params),
    }
}

fn show_list(turn: &mut Turn<'_>, channel: &Channel, list: ListMode) {
    let (entry_numeric, end) = match list {
        ListMode::Ban => (RPL_BANLIST, RPL_ENDOFBANLIST),
        ListMode::Exception => (RPL_EXCEPTLIST, RPL_ENDOFEXCEPTLIST),
        ListMode::InviteException => (RPL_INVEXLIST, RPL_ENDOFINVEXLIST),
    };
    let name = channel.name.clone();
    let rows: Vec<[String; 3]> = channel
        .list(list)
        .iter()
        .map(|entry| [entry.mask.to_string(), entry.setter.to_string(), turn.now.date(entry.set).as_secs().to_string()])
        .collect();
    for [mask, setter, set] in &rows {
        turn.reply(entry_numeric, &[name.as_str(), mask, setter, set]);
    }
    turn.reply(end, &[name.as_str()]);
}
