//! Commands of server operators: OPER, KILL, REHASH, WALLOPS (RFC 2812 §3.1.4, §3.7.1, §4.2, §4.7).

use super::caps::Cap;
use super::fact::What;
use super::operator::Privilege;
use super::question::{Answer, Question, Secret};
use super::turn::{Turn, cut};
use crate::planted::{Bug, buggy};
use crate::wire::numeric::*;
use crate::wire::{MAX_LINE, Message, Source, complete_mask};

pub(super) fn oper(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [name, password] = message.first();
    let config = turn.config;
    let Some(operator) = config.operators.iter().find(|operator| operator.name == name) else {
        return refuse(turn, ERR_PASSWDMISMATCH);
    };
    // Modern IRC: "If the client is not connecting from a valid host for the given name … ERR_NOOPERHOST".
    let (me, address) = (turn.me(), turn.state.address(turn.conn));
    let from = Source::new(turn.state.casemapping(), me.shown_nick(), &me.name, address);
    if !operator.hosts.is_empty() && !operator.hosts.iter().any(|mask| from.matches(&complete_mask(mask))) {
        return refuse(turn, ERR_NOOPERHOST);
    }
    // Verifying the hash is deliberately slow, so the host does it. The privileges are those that the entry has now: a
    // reload in the meantime does not change them.
    let (name, privileges) = (name.to_owned(), operator.privileges.clone());
    let (password, hash) = (Secret::new(password), operator.password.as_str().into());
    turn.ask(Question::Verify { password, hash }, move |turn, answer| {
        password_verified(turn, &name, privileges, answer)
    });
}

fn refuse(turn: &mut Turn<'_>, numeric: Numeric) {
    turn.reply(numeric, &[]);
    let who = turn.me().described();
    turn.notify(turn.actor, &[&who, " failed to become an operator"].concat());
}

/// Continues an OPER when its password has been checked.
fn password_verified(turn: &mut Turn<'_>, name: &str, privileges: Vec<Privilege>, answer: Answer<'_>) {
    let Answer::Verified { right } = answer else { unreachable!("the question was a password") };
    if !right {
        return refuse(turn, ERR_PASSWDMISMATCH);
    }
    turn.reply(RPL_YOUREOPER, &[]);
    // The user stops being an operator when the session that last sent a successful OPER ends.
    for conn in turn.state.sessions_of(turn.actor).to_vec() {
        turn.state.session_mut(conn).opered = conn == turn.conn;
    }
    if let Some(nick) = turn.me().nick.clone() {
        turn.happen(What::Oper { nick, privileges: privileges.into(), name: name.into() });
    }
}

/// The reason of a KILL that gives none.
const NO_REASON: &str = "No reason given";

pub(super) fn kill(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [nick] = message.first();
    let reason = message.param(1).filter(|reason| !reason.is_empty()).unwrap_or(NO_REASON);
    if nick.eq_ignore_ascii_case(&turn.config.name) {
        return turn.reply(ERR_CANTKILLSERVER, &[]);
    }
    let Some(victim) = turn.state.find(nick) else { return turn.reply(ERR_NOSUCHNICK, &[nick]) };
    let reason = cut(reason, turn.config.limits.kick_bytes);
    let Some(nick) = turn.state.user(victim).nick.clone() else { return };
    turn.happen(What::Killed { user: victim, nick, reason: reason.into() });
    // Modern IRC: "Killed (<killer> (<reason>))".
    let text = ["Killed (", turn.me().shown_nick(), " (", reason, "))"].concat();
    if buggy(Bug::KilledStaysMember) {
        turn.state.user_mut(victim).channels.clear();
    }
    turn.as_user(victim, |turn| turn.kill(&text));
}

/// 382 shows `*` in place of the configuration file, whose name only the shell knows.
pub(super) fn rehash(turn: &mut Turn<'_>, _message: &Message<'_>) {
    turn.ask(Question::Reload, settings_read);
}

/// Replies with the result of a REHASH: the keys that need a restart, or the reason for keeping the old settings.
fn settings_read(turn: &mut Turn<'_>, answer: Answer<'_>) {
    let Answer::Reloaded(outcome) = answer else { unreachable!("the question was a reload") };
    turn.reply(RPL_REHASHING, &["*"]);
    match outcome {
        Ok(reload) => {
            for key in &reload.kept {
                if turn.has_cap(Cap::StandardReplies) {
                    turn.note("REHASH", "NEEDS_RESTART", &[key], "Takes effect only after a restart");
                    continue;
                }
                let text = [key, " needs a restart"].concat();
                let message = turn.serve("NOTICE").param(turn.me().shown_nick()).trailing(&text).cut();
                turn.send(&message);
            }
        }
        Err(reason) => turn.reply_filled(ERR_UNKNOWNERROR, &["REHASH"], &[reason]),
    }
}

pub(super) fn wallops(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [text] = message.first();
    let line = [":", &turn.me().source(), " WALLOPS :", text, "\r\n"];
    if line.iter().map(|part| part.len()).sum::<usize>() > MAX_LINE {
        return turn.reply(ERR_INPUTTOOLONG, &[]);
    }
    turn.happen(What::Wallops { text: text.into() });
}
