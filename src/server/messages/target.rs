//! Finds the target of a message, and decides whether the message is refused.

use super::super::accept::{Unwanted, unwanted};
use super::super::channel::{Flag, Rank};
use super::super::fact::{To, What};
use super::super::id::ChannelId;
use super::super::mode_table::RANKS;
use super::super::speech::Speech;
use super::super::turn::Turn;
use super::super::user::UserMode;
use super::super::view::View;
use crate::planted::{Bug, buggy};
use crate::wire::MAX_LINE;
use crate::wire::numeric::*;

/// The reply to a message that is refused.
pub(super) enum Refusal {
    Numeric {
        numeric: Numeric,
        param: Option<String>,
        fill: Option<&'static str>,
    },
    /// The receiver has no session, and there is no log that could store the message.
    NotStored {
        nick: String,
    },
    /// The receiver does not accept messages from the caller.
    Unwanted(Unwanted),
    /// No reply.
    Silence,
}

impl Refusal {
    fn of(numeric: Numeric, param: &str) -> Self {
        Self::Numeric { numeric, param: Some(param.into()), fill: None }
    }

    fn filled(numeric: Numeric, param: &str, fill: &'static str) -> Self {
        Self::Numeric { numeric, param: Some(param.into()), fill: Some(fill) }
    }

    /// Replies to the refused message. RFC 2812 §3.3.2, of NOTICE: "automatic replies MUST NEVER be sent in response".
    /// `NotStored` is an exception: a lost message must not look as if it had been delivered.
    pub(super) fn answer(&self, turn: &mut Turn<'_>, speech: &Speech<'_>) {
        match self {
            Self::Numeric { numeric, param, fill } if speech.saying.is_answered() => {
                turn.reply_filled(*numeric, param.as_deref().as_slice(), fill.as_slice());
            }
            Self::NotStored { nick } => {
                let message = turn.not_stored(speech.saying.word(), nick);
                turn.send(&message);
            }
            Self::Unwanted(unwanted) => unwanted.answer(turn, speech.saying),
            Self::Numeric { .. } | Self::Silence => {}
        }
    }
}

/// The prefixes before a channel name, and the name; `None` if `target` is not a channel.
///
/// Modern IRC, "STATUSMSG": "The presence of this token indicates that clients can send a message … only to channel
/// members with the given status or higher".
pub(super) fn split(target: &str) -> Option<(&str, &str)> {
    let name = target.trim_start_matches(|c| RANKS.iter().any(|row| row.prefix == c));
    name.starts_with('#').then(|| target.split_at(target.len() - name.len()))
}

/// The user or channel that `asked` names.
pub(super) fn find(view: View<'_>, asked: &str) -> Result<To, Refusal> {
    let Some((prefixes, name)) = split(asked) else {
        let found =
            view.state.find(asked).and_then(|id| Some(To::User { id, nick: view.state.user(id).nick.clone()? }));
        return found.ok_or_else(|| Refusal::of(ERR_NOSUCHNICK, asked));
    };
    let (id, channel) = view.channel(name).ok_or_else(|| Refusal::of(ERR_NOSUCHCHANNEL, asked))?;
    let floor = RANKS.iter().rfind(|row| prefixes.contains(row.prefix)).map(|row| row.rank);
    Ok(To::Channel { id, name: channel.name.clone(), floor })
}

/// Decides whether the message may be sent to `asked`.
///
/// # Errors
/// Why it is refused.
pub(super) fn decide<'a>(view: View<'_>, asked: &str, speech: &'a Speech<'a>) -> Result<What<'a>, Refusal> {
    let mut to = find(view, asked)?;
    match &mut to {
        To::Channel { id, name, floor } => {
            if let Some(letter) = silenced(view, *id).or_else(|| unsuitable(view, *id, speech)) {
                return Err(Refusal::filled(ERR_CANNOTSENDTOCHAN, name.as_str(), letter));
            }
            *floor = raised(view, *id, *floor);
        }
        To::User { id, nick } => {
            let user = view.state.user(*id);
            if *id != view.actor && user.has(UserMode::LoggedInOnly) && view.me().account.is_none() {
                let fill = "You must be logged in to write to this user";
                return Err(Refusal::filled(ERR_NEEDREGGEDNICK, nick.as_str(), fill));
            }
            let unwanted = unwanted(view, *id);
            let ctcp = || *id != view.actor && user.has(UserMode::NoCtcp) && speech.has_ctcp();
            // A silenced sender learns nothing. A CTCP is no reason to notify a user with mode `g`.
            if !matches!(unwanted, Some(Unwanted::Silenced)) && ctcp() {
                return Err(Refusal::of(ERR_CANTSENDTOUSER, nick.as_str()));
            }
            if let Some(unwanted) = unwanted {
                return Err(Refusal::Unwanted(unwanted));
            }
        }
    }
    if speech.has_line(|text| relayed_bytes(view, speech.saying.word(), &to.shown(), text) > MAX_LINE) {
        return Err(Refusal::Numeric { numeric: ERR_INPUTTOOLONG, param: None, fill: None });
    }
    match &to {
        To::User { id, .. } if view.state.sessions_of(*id).is_empty() && speech.is_typing() => Err(Refusal::Silence),
        To::User { id, .. } if view.state.sessions_of(*id).is_empty() && buggy(Bug::LossUntold) => {
            Err(Refusal::Silence)
        }
        To::User { id, nick } if view.state.sessions_of(*id).is_empty() && !view.state.has_log() => {
            Err(Refusal::NotStored { nick: nick.as_str().into() })
        }
        _ => {
            let (saying, content) = (speech.saying, speech.content.clone());
            Ok(What::Said { to, saying, content, tags: speech.tags.into() })
        }
    }
}

/// Bytes of the line that receivers get, which is never truncated.
pub(super) fn relayed_bytes(view: View<'_>, word: &str, target: &str, text: &str) -> usize {
    ":".len()
        + view.me().source_bytes()
        + [" ", word, " ", target, " :", text, "\r\n"].iter().map(|s| s.len()).sum::<usize>()
}

/// The letter of the channel mode that refuses this text, whoever sends it.
fn unsuitable(view: View<'_>, id: ChannelId, speech: &Speech<'_>) -> Option<&'static str> {
    let modes = &view.state.channel(id).modes;
    if modes.has(Flag::NoCtcp) && speech.has_ctcp() {
        return Some("C");
    }
    (modes.has(Flag::NoColours) && speech.has_colours()).then_some("c")
}

/// The lowest rank that receives the caller's messages to the channel, of which `floor` was asked for: with `U`, only
/// half-operators and above hear members without voice. It becomes a STATUSMSG, so that everybody who sees the message,
/// its sender included, sees who receives it.
pub(super) fn raised(view: View<'_>, id: ChannelId, floor: Option<Rank>) -> Option<Rank> {
    let heard = !view.state.channel(id).modes.has(Flag::OperatorModerated) || view.is_at_least(id, Rank::Voice);
    if heard || buggy(Bug::OpModeratedToAll) { floor } else { floor.max(Some(Rank::HalfOperator)) }
}

/// The letter of the mode that keeps the caller from speaking in the channel, if any.
pub(super) fn silenced(view: View<'_>, id: ChannelId) -> Option<&'static str> {
    let channel = view.state.channel(id);
    if view.is_at_least(id, Rank::Voice) {
        return None;
    }
    let logged_in = view.me().account.is_some();
    let outside = !view.is_member(id);
    let sources = view.state.sources(view.actor);
    let muted = match buggy(Bug::MuteUnheeded) {
        true => channel.bans(&sources),
        false => channel.silences(&sources),
    };
    let reasons = [
        (outside && channel.modes.has(Flag::NoOutside), "n"),
        (muted, "b"),
        (channel.modes.has(Flag::Moderated) && !channel.modes.has(Flag::OperatorModerated), "m"),
        (!logged_in && channel.modes.has(Flag::SpeakLoggedIn), "M"),
        (!logged_in && channel.modes.has(Flag::JoinLoggedIn), "R"),
    ];
    reasons.into_iter().find(|(holds, _)| *holds).map(|(_, letter)| letter)
}
