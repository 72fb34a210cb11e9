//! Sending messages (RFC 2812 §3.3).

mod multiline;
mod redaction;

pub(super) use multiline::batch;
pub(super) use redaction::redact;

use super::caps::Cap;
use super::channel::{ChannelId, Flag, Rank};
use super::outgoing::Outgoing;
use super::turn::Turn;
use crate::planted::Bug;
use crate::wire::Message;
use crate::wire::numeric::*;

/// The two commands that say something; they differ in their word and in whether anything is ever answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Saying {
    Privmsg,
    /// RFC 2812 §3.3.2: "automatic replies MUST NEVER be sent in response to a NOTICE message. This rule applies
    /// to servers too".
    Notice,
}

pub(super) fn privmsg(turn: &mut Turn<'_>, message: &Message<'_>) {
    say(turn, message, Saying::Privmsg);
}

pub(super) fn notice(turn: &mut Turn<'_>, message: &Message<'_>) {
    say(turn, message, Saying::Notice);
}

fn say(turn: &mut Turn<'_>, message: &Message<'_>, saying: Saying) {
    let refuse = |turn: &mut Turn<'_>, numeric, params: &[&str]| {
        if saying == Saying::Privmsg {
            turn.reply(numeric, params);
        }
    };
    let Some(targets) = message.param(0) else {
        if saying == Saying::Privmsg {
            turn.reply_filled(ERR_NORECIPIENT, &[], &["PRIVMSG"]);
        }
        return;
    };
    let Some(text) = message.param(1).filter(|text| !text.is_empty()) else {
        return refuse(turn, ERR_NOTEXTTOSEND, &[]);
    };
    if let Some(beyond) = targets.split(',').nth(turn.config.limits.targets) {
        return refuse(turn, ERR_TOOMANYTARGETS, &[beyond]);
    }
    let now = turn.now;
    turn.me_mut().last_spoke = now;
    for target in targets.split(',') {
        if target.starts_with('#') {
            match say_to_channel(turn, target, text, saying) {
                Ok(()) => {}
                Err(ERR_INPUTTOOLONG) => refuse(turn, ERR_INPUTTOOLONG, &[]),
                Err(numeric) => {
                    let name = turn.channel(target).map(|(_, channel)| channel.name.clone());
                    refuse(turn, numeric, &[name.as_ref().map_or(target, |name| name.as_str())]);
                }
            }
        } else {
            say_to_user(turn, target, text, saying);
        }
    }
}

fn say_to_channel(turn: &mut Turn<'_>, target: &str, text: &str, saying: Saying) -> Result<(), Numeric> {
    let (id, channel) = turn.channel(target).ok_or(ERR_NOSUCHCHANNEL)?;
    if !may_speak(turn, id) {
        return Err(ERR_CANNOTSENDTOCHAN);
    }
    let name = channel.name.clone();
    let message = relayed(turn, saying, name.as_str(), text).ok_or(ERR_INPUTTOOLONG)?;
    let echo = turn.has_cap(Cap::EchoMessage) || turn.config.bugs.has(Bug::EchoToSender);
    turn.tell_channel(id, (!echo).then_some(turn.conn), &message);
    Ok(())
}

fn may_speak(turn: &Turn<'_>, id: ChannelId) -> bool {
    let channel = turn.state.channel(id);
    match channel.member(turn.conn) {
        Some(member) if member.rank() >= Some(Rank::Voice) => true,
        None if channel.modes.has(Flag::NoOutside) => false,
        _ => !channel.modes.has(Flag::Moderated) && !channel.bans(turn.state.casemapping(), &turn.me().source()),
    }
}

fn say_to_user(turn: &mut Turn<'_>, target: &str, text: &str, saying: Saying) {
    let answers = saying == Saying::Privmsg;
    let Some(conn) = turn.state.find(target) else {
        if answers {
            turn.reply(ERR_NOSUCHNICK, &[target]);
        }
        return;
    };
    let user = turn.state.user(conn);
    let (nick, away) = (user.shown_nick().to_owned(), user.away.clone());
    let Some(message) = relayed(turn, saying, &nick, text) else {
        if answers {
            turn.reply(ERR_INPUTTOOLONG, &[]);
        }
        return;
    };
    if turn.config.bugs.has(Bug::PrivateMessageLeaked)
        && let Some(&other) = turn.state.witnesses(conn).iter().find(|&&other| other != turn.conn)
    {
        turn.deliver(&[other], &message);
    }
    turn.deliver(&[conn], &message);
    if turn.has_cap(Cap::EchoMessage) {
        turn.send(&message);
    }
    if let Some(away) = away.filter(|_| answers) {
        turn.reply_text(RPL_AWAY, &[&nick], &away);
    }
}

/// The message as others will read it; `None` if it would have to be cut.
fn relayed(turn: &mut Turn<'_>, saying: Saying, target: &str, text: &str) -> Option<Outgoing> {
    let command = if saying == Saying::Privmsg { "PRIVMSG" } else { "NOTICE" };
    let message = turn.act(command).param(target).trailing(text);
    (!message.is_too_long()).then_some(message)
}

pub(super) fn tagmsg(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.reply(ERR_UNKNOWNCOMMAND, &["TAGMSG"]);
}
