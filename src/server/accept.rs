//! ACCEPT and SILENCE: which private messages a user accepts (`docs/protocol/messages.md`).

use std::time::Duration;

use super::config::Limits;
use super::id::UserId;
use super::notes::Note;
use super::outgoing::{Outgoing, Tags};
use super::speech::Saying;
use super::turn::Turn;
use super::user::UserMode;
use super::view::View;
use crate::planted::{Bug, buggy};
use crate::time::Time;
use crate::wire::numeric::*;
use crate::wire::{Message, complete_mask, names_bad_network};

/// The minimum time between two notices to a user about the same sender.
const QUIET: Duration = Duration::from_secs(60);

/// How many senders a user is notified of within that time; messages from further senders are refused without a notice.
const CALLERS: usize = 32;

/// A user's ACCEPT list, and the notices about refused senders.
#[derive(Debug, Default)]
struct Accepted {
    /// The users whose private messages are accepted, with their unique numbers, in the order in which they were added.
    /// Once the user has left, the entry has no effect, even if the `UserId` is reused.
    users: Vec<(UserId, u64)>,
    /// The unique numbers of senders who were refused recently, and when the user was notified of each.
    callers: Vec<(u64, Time)>,
}

impl Note for Accepted {
    fn is_within(&self, limits: &Limits) -> bool {
        self.users.len() <= limits.accept_entries && self.callers.len() <= CALLERS
    }
}

/// Masks in one user's SILENCE list (ISUPPORT `SILENCE`).
pub(super) const SILENCED: usize = 32;

/// Bytes of a mask in a SILENCE list.
const MASK_BYTES: usize = 200;

/// Masks of senders whose private messages a user ignores, in the order in which they were added.
#[derive(Debug, Default)]
struct Silenced(Vec<Box<str>>);

impl Note for Silenced {
    fn is_within(&self, _limits: &Limits) -> bool {
        self.0.len() <= SILENCED && self.0.iter().all(|mask| mask.len() <= MASK_BYTES)
    }
}

pub(super) fn accept(turn: &mut Turn<'_>, message: &Message<'_>) {
    forget_gone(turn);
    match message.first() {
        ["*"] => list(turn),
        [nicks] => nicks.split(',').for_each(|nick| match nick.strip_prefix('-') {
            Some(nick) => remove(turn, nick),
            None => add(turn, nick.strip_prefix('+').unwrap_or(nick)),
        }),
    }
}

/// The caller's ACCEPT list.
fn accepted<'a>(turn: &'a mut Turn<'_>) -> &'a mut Accepted {
    turn.me_mut().rare.notes.get_mut()
}

/// Removes from the caller's list all users who have left the server.
fn forget_gone(turn: &mut Turn<'_>) {
    let mut users = std::mem::take(&mut accepted(turn).users);
    users.retain(|&(id, number)| turn.state.is_there(id, number));
    accepted(turn).users = users;
}

fn list(turn: &mut Turn<'_>) {
    let users = accepted(turn).users.clone();
    let nicks: Vec<String> = users.iter().map(|&(id, _)| turn.state.user(id).shown_nick().to_owned()).collect();
    for nick in &nicks {
        turn.reply(RPL_ACCEPTLIST, &[nick]);
    }
    turn.reply(RPL_ENDOFACCEPT, &[]);
}

fn add(turn: &mut Turn<'_>, nick: &str) {
    let Some(id) = turn.state.find(nick) else { return turn.reply(ERR_NOSUCHNICK, &[nick]) };
    let (entry, nick) = ((id, turn.state.user(id).number), turn.state.user(id).shown_nick().to_owned());
    let most = turn.config.limits.accept_entries;
    let users = &mut accepted(turn).users;
    if users.contains(&entry) {
        return turn.reply(ERR_ACCEPTEXIST, &[&nick]);
    }
    if users.len() >= most {
        return turn.reply(ERR_ACCEPTFULL, &[]);
    }
    users.push(entry);
}

fn remove(turn: &mut Turn<'_>, nick: &str) {
    let Some(id) = turn.state.find(nick) else { return turn.reply(ERR_NOSUCHNICK, &[nick]) };
    let nick = turn.state.user(id).shown_nick().to_owned();
    let users = &mut accepted(turn).users;
    match users.iter().position(|&(other, _)| other == id) {
        Some(at) => drop(users.remove(at)),
        None => turn.reply(ERR_ACCEPTNOT, &[&nick]),
    }
}

/// Why a user does not accept a private message from the caller.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unwanted {
    /// They have mode `g`, and have not accepted the caller.
    NotAccepted(UserId),
    /// They have silenced the caller, who gets neither a reply nor an echo.
    Silenced,
}

/// Why `id` does not accept a private message from the caller; `None` if they do.
pub(super) fn unwanted(view: View<'_>, id: UserId) -> Option<Unwanted> {
    if id == view.actor {
        return None;
    }
    if is_silenced(view, id) {
        return Some(Unwanted::Silenced);
    }
    (!is_accepted(view, id)).then_some(Unwanted::NotAccepted(id))
}

impl Unwanted {
    /// Replies to a message that is refused for this reason.
    pub(super) fn answer(self, turn: &mut Turn<'_>, saying: Saying) {
        match self {
            Self::NotAccepted(id) => refuse(turn, id, saying),
            Self::Silenced => {}
        }
    }
}

/// Whether `id` accepts private messages from the caller, apart from SILENCE. Messages from server operators are always
/// accepted.
fn is_accepted(view: View<'_>, id: UserId) -> bool {
    let (me, user) = (view.me(), view.state.user(id));
    !user.has(UserMode::CallerId)
        || me.is_operator()
        || user.rare.notes.get::<Accepted>().is_some_and(|accepted| {
            accepted
                .users
                .iter()
                .any(|&(id, number)| id == view.actor && (number == me.number || buggy(Bug::AcceptedByNumber)))
        })
}

/// Refuses a private message from a caller who is not on the receiver's ACCEPT list. RFC 2812 §3.3.2, of NOTICE:
/// "automatic replies MUST NEVER be sent in response". A TAGMSG is dropped silently.
fn refuse(turn: &mut Turn<'_>, to: UserId, saying: Saying) {
    if saying == Saying::Tagmsg {
        return;
    }
    let nick = turn.state.user(to).shown_nick().to_owned();
    let answered = saying == Saying::Privmsg || buggy(Bug::NoticeRefusalAnswered);
    if answered {
        turn.reply(ERR_TARGUMODEG, &[&nick]);
    }
    if !is_news(turn, to) {
        return;
    }
    if answered {
        turn.reply(RPL_TARGNOTIFY, &[&nick]);
    }
    let me = turn.me();
    let (caller, place) = (me.shown_nick(), [&*me.name, "@", &me.host].concat());
    let receiver = if buggy(Bug::CallerAddressed) { caller } else { &nick };
    let message =
        turn.serve(RPL_UMODEGMSG.code).param(receiver).param(caller).param(&place).trailing(RPL_UMODEGMSG.text);
    for conn in turn.state.sessions_of(to).to_vec() {
        turn.send_to(conn, &message);
    }
}

/// Whether to notify `to` that the caller is writing to them; if so, records the notice.
fn is_news(turn: &mut Turn<'_>, to: UserId) -> bool {
    let (now, number) = (turn.now.mono, turn.me().number);
    if turn.state.sessions_of(to).is_empty() {
        return false;
    }
    let Accepted { callers, .. } = turn.state.user_mut(to).rare.notes.get_mut();
    callers.retain(|&(_, told)| now.since(told) < QUIET);
    let news = callers.len() < CALLERS && callers.iter().all(|&(other, _)| other != number);
    if news {
        callers.push((number, now));
    }
    news
}

/// Whether `id` has silenced the caller. One matching address of the caller suffices.
fn is_silenced(view: View<'_>, id: UserId) -> bool {
    let Some(Silenced(masks)) = view.state.user(id).rare.notes.get() else { return false };
    let sources = view.state.sources(view.actor);
    masks.iter().any(|mask| sources.iter().any(|source| source.matches(mask)))
}

/// The caller's SILENCE list.
fn silenced<'a>(turn: &'a mut Turn<'_>) -> &'a mut Vec<Box<str>> {
    let Silenced(masks) = turn.me_mut().rare.notes.get_mut();
    masks
}

pub(super) fn silence(turn: &mut Turn<'_>, message: &Message<'_>) {
    let Some(masks) = message.param(0).filter(|masks| !masks.is_empty()) else { return list_silenced(turn) };
    for asked in masks.split(',') {
        let (on, mask) = match asked.strip_prefix('-') {
            Some(mask) => (false, mask),
            None => (true, asked.strip_prefix('+').unwrap_or(asked)),
        };
        // An empty item is treated as a typo: completed, it would match everybody.
        let is_empty = mask.is_empty();
        let mask = complete_mask(mask);
        let is_bad = mask.starts_with(':') || mask.contains(' ') || names_bad_network(&mask);
        if is_empty || is_bad || mask.len() > MASK_BYTES {
            turn.fail("SILENCE", "INVALID_MASK", &["*"], "The mask is too long, or not well-formed");
        } else if change(turn, on, &mask) {
            tell_own_sessions(turn, &[if on { "+" } else { "-" }, &mask].concat());
        }
    }
}

fn list_silenced(turn: &mut Turn<'_>) {
    let nick = turn.me().shown_nick().to_owned();
    for mask in silenced(turn).clone() {
        turn.reply(RPL_SILELIST, &[&nick, &mask]);
    }
    turn.reply(RPL_ENDOFSILELIST, &[]);
}

/// Adds a mask to the caller's list, or removes one. Returns whether the list changed.
fn change(turn: &mut Turn<'_>, on: bool, mask: &str) -> bool {
    let casemapping = turn.state.casemapping();
    let masks = silenced(turn);
    let at = masks.iter().position(|listed| casemapping.same(listed, mask));
    match (on, at) {
        (true, None) if masks.len() >= SILENCED => {
            turn.reply(ERR_SILELISTFULL, &[mask]);
            return false;
        }
        (true, None) => masks.push(mask.into()),
        (false, Some(at)) => drop(masks.remove(at)),
        (true, Some(_)) | (false, None) => return false,
    }
    true
}

/// Notifies all sessions of the caller of a change to the list.
fn tell_own_sessions(turn: &mut Turn<'_>, change: &str) {
    let me = turn.me();
    let message = Outgoing::from_user(&me.source(), Tags::unmarked(me.account.clone(), me.is_bot()), "SILENCE");
    let message = message.param(change);
    for conn in turn.state.sessions_of(turn.actor).to_vec() {
        if conn == turn.conn { turn.send(&message) } else { turn.send_to(conn, &message) }
    }
}
