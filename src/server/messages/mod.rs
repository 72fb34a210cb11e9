//! Sending messages (RFC 2812 §3.3; IRCv3 message-tags, echo-message).
//!
//! `target` finds the target of a message, and decides whether the message is refused. `multiline` collects the lines
//! of a multiline message; `redaction` handles REDACT. The types of a message are in `speech`.

mod client_tags;
mod multiline;
mod redaction;
mod target;

pub(super) use multiline::{batch, collect, line_refused};
pub(super) use redaction::redact;

use super::fact::{To, What};
use super::speech::{Content, Saying, Speech};
use super::turn::Turn;
use crate::planted::{Bug, buggy};
use crate::wire::Message;
use crate::wire::numeric::*;
use client_tags::client_only;

pub(super) fn privmsg(turn: &mut Turn<'_>, message: &Message<'_>) {
    say(turn, message, Saying::Privmsg);
}

pub(super) fn notice(turn: &mut Turn<'_>, message: &Message<'_>) {
    say(turn, message, Saying::Notice);
}

pub(super) fn tagmsg(turn: &mut Turn<'_>, message: &Message<'_>) {
    say(turn, message, Saying::Tagmsg);
}

fn say(turn: &mut Turn<'_>, message: &Message<'_>, saying: Saying) {
    let answered = saying.is_answered();
    let Some(targets) = message.param(0) else {
        if answered {
            turn.reply_filled(ERR_NORECIPIENT, &[], &[saying.word()]);
        }
        return;
    };
    let content = match message.param(1).filter(|text| !text.is_empty()) {
        _ if saying == Saying::Tagmsg => Content::Nothing,
        Some(text) => Content::Line(text.into()),
        None if answered => return turn.reply(ERR_NOTEXTTOSEND, &[]),
        None => return,
    };
    if let Some(beyond) = targets.split(',').nth(turn.config.limits.targets) {
        if answered {
            turn.reply(ERR_TOOMANYTARGETS, &[beyond]);
        }
        return;
    }
    let targets: Vec<&str> = targets.split(',').collect();
    say_to(turn, &targets, &Speech { saying, content, tags: &client_only(message.tags) });
}

/// Sends a message to each of `targets`. If it is refused, replies to the caller instead.
fn say_to(turn: &mut Turn<'_>, targets: &[&str], speech: &Speech<'_>) {
    let leaves_idle = speech.saying == Saying::Notice && buggy(Bug::NoticeLeavesIdle);
    if speech.saying != Saying::Tagmsg && !leaves_idle {
        let now = turn.now;
        turn.me_mut().last_spoke = now.mono;
    }
    for target in targets {
        match target::decide(turn.view(), target, speech) {
            Ok(said) => {
                let away = away(turn, &said);
                turn.happen(said);
                if let Some((nick, text)) = away {
                    turn.reply_text(RPL_AWAY, &[&nick], &text);
                }
            }
            Err(refusal) => refusal.answer(turn, speech),
        }
    }
}

/// The nick and the away message of a PRIVMSG's receiver, if they are away.
fn away(turn: &Turn<'_>, said: &What<'_>) -> Option<(String, Box<str>)> {
    let What::Said { to: To::User { id, nick }, saying: Saying::Privmsg, .. } = said else { return None };
    Some((nick.as_str().to_owned(), turn.state.user(*id).rare.away.clone()?))
}
