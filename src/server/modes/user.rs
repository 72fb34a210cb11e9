//! A user's own modes.

use super::super::mode_table::{By, USER_MODES};
use super::super::turn::Turn;
use super::super::user::UserMode;
use crate::planted::Bug;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn mode(turn: &mut Turn<'_>, message: &Message<'_>) {
    let nick = message.params()[0];
    match turn.state.find(nick) {
        None => return turn.reply(ERR_NOSUCHNICK, &[nick]),
        Some(user) if user != turn.actor => return turn.reply(ERR_USERSDONTMATCH, &[]),
        Some(_) => {}
    }
    let Some(changes) = message.param(1).filter(|changes| !changes.is_empty()) else {
        let modes = turn.me().modes();
        return turn.reply(RPL_UMODEIS, &[&modes]);
    };
    let before = switched_on(turn);
    let (mut on, mut unknown) = (true, false);
    for letter in changes.chars() {
        match letter {
            '+' | '-' => on = letter == '+',
            _ => unknown |= !change(turn, letter, on),
        }
    }
    if unknown {
        turn.reply(ERR_UMODEUNKNOWNFLAG, &[]);
    }
    tell(turn, &before);
}

/// Shows a new session the modes of its user, if any are on.
#[cfg(feature = "planted")]
pub(in super::super) fn show_own(turn: &mut Turn<'_>) {
    let modes = turn.me().modes();
    if modes != "+" {
        turn.reply(RPL_UMODEIS, &[&modes]);
    }
}

/// The actor is no operator of the server any more: the session that gave OPER is gone.
pub(in super::super) fn lay_down_office(turn: &mut Turn<'_>) {
    let before = switched_on(turn);
    change(turn, 'o', false);
    tell(turn, &before);
}

/// Of each mode whether it is on.
fn switched_on(turn: &Turn<'_>) -> Vec<bool> {
    USER_MODES.iter().map(|row| turn.me().has(row.mode)).collect()
}

/// Makes a change, if its user may. Returns whether there is such a mode.
fn change(turn: &mut Turn<'_>, letter: char, on: bool) -> bool {
    let Some(row) = USER_MODES.iter().find(|row| row.letter == letter) else { return false };
    // RFC 2812 §3.1.5: "If a user attempts to make themselves an operator using the "+o" … the attempt SHOULD be
    // ignored".
    let may = match row.set {
        _ if !on => true,
        By::User => true,
        By::Nobody => false,
        By::Operator(privilege) => turn.me().may(privilege),
    };
    if may && turn.state.set_user_mode(turn.actor, row.mode, on) && row.mode == UserMode::Operator {
        if !turn.config.bugs.has(Bug::PrivilegesKept) {
            turn.me_mut().privileges.clear();
        }
        turn.me_mut().opered = None;
        turn.state.set_user_mode(turn.actor, UserMode::Notices, false);
    }
    true
}

/// Tells all sessions of the user what is different now.
fn tell(turn: &mut Turn<'_>, before: &[bool]) {
    let (mut told, mut last) = (String::new(), ' ');
    for (row, &before) in USER_MODES.iter().zip(before) {
        let after = turn.me().has(row.mode);
        if before != after {
            let sign = if after { '+' } else { '-' };
            if sign != last {
                told.push(sign);
                last = sign;
            }
            told.push(row.letter);
        }
    }
    if !told.is_empty() {
        let nick = turn.me().shown_nick().to_owned();
        let message = turn.act("MODE").param(&nick).param(&told);
        turn.deliver(&[turn.actor], &message);
    }
}
