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
        Some(conn) if conn != turn.conn => return turn.reply(ERR_USERSDONTMATCH, &[]),
        Some(_) => {}
    }
    let Some(changes) = message.param(1).filter(|changes| !changes.is_empty()) else {
        let modes = turn.me().modes();
        return turn.reply(RPL_UMODEIS, &[&modes]);
    };
    let before: Vec<bool> = USER_MODES.iter().map(|row| turn.me().has(row.mode)).collect();
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
    if may && turn.state.set_user_mode(turn.conn, row.mode, on) && row.mode == UserMode::Operator {
        if !turn.config.bugs.has(Bug::PrivilegesKept) {
            turn.me_mut().privileges.clear();
        }
        turn.state.set_user_mode(turn.conn, UserMode::Notices, false);
    }
    true
}

/// Tells the user what is different now.
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
        turn.send(&message);
    }
}
