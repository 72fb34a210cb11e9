//! MODE for a user.

use super::super::fact::What;
use super::super::mode_table::{By, USER_MODES, UserModeRow};
use super::super::turn::Turn;
use super::super::user::UserMode;
use super::super::view::View;
use crate::planted::{Bug, buggy};
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn mode(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [nick] = message.first();
    match turn.state.find(nick) {
        None => return turn.reply(ERR_NOSUCHNICK, &[nick]),
        Some(user) if user != turn.actor => return turn.reply(ERR_USERSDONTMATCH, &[]),
        Some(_) => {}
    }
    let Some(changes) = message.param(1).filter(|changes| !changes.is_empty()) else {
        let modes = turn.me().modes();
        return turn.reply(RPL_UMODEIS, &[&modes]);
    };
    let (mut on, mut unknown, mut asked) = (true, false, Vec::new());
    for letter in changes.chars() {
        match (letter, USER_MODES.iter().find(|row| row.letter == letter)) {
            ('+' | '-', _) => on = letter == '+',
            (_, Some(row)) => asked.push((on, row)),
            (_, None) => unknown = true,
        }
    }
    let changes = decide(turn.view(), &asked);
    if unknown {
        turn.reply(ERR_UMODEUNKNOWNFLAG, &[]);
    }
    switch(turn, &changes);
}

/// The changes that the permitted requests amount to, in the order of the table.
fn decide(view: View<'_>, asked: &[(bool, &UserModeRow)]) -> Vec<(bool, UserMode)> {
    let me = view.me();
    let mut after: Vec<bool> = USER_MODES.iter().map(|row| me.has(row.mode)).collect();
    let at = |mode| USER_MODES.iter().position(|row| row.mode == mode).expect("every mode is in the table");
    let mut privileged = true;
    for &(on, row) in asked {
        // RFC 2812 §3.1.5: "If a user attempts to make themselves an operator using the "+o" … the attempt SHOULD be
        // ignored".
        let may = match row.set {
            _ if !on => true,
            By::User => true,
            By::Nobody => false,
            By::Operator(privilege) => privileged && me.may(privilege),
        };
        if may && std::mem::replace(&mut after[at(row.mode)], on) != on && row.mode == UserMode::Operator {
            // Removing `o` also removes its privileges and the other modes for operators.
            privileged = buggy(Bug::PrivilegesKept);
            for row in USER_MODES.iter().filter(|row| row.is_for_operators()) {
                after[at(row.mode)] = false;
            }
        }
    }
    let changed = USER_MODES.iter().zip(after).filter(|(row, after)| me.has(row.mode) != *after);
    changed.map(|(row, after)| (after, row.mode)).collect()
}

fn switch(turn: &mut Turn<'_>, changes: &[(bool, UserMode)]) {
    if let Some(nick) = turn.me().nick.clone().filter(|_| !changes.is_empty()) {
        turn.happen(What::UserModes { nick, changes: changes.into() });
    }
}

/// Shows a new session its user's modes, if any are on.
#[cfg(feature = "planted")]
pub(in super::super) fn show_own(turn: &mut Turn<'_>) {
    let modes = turn.me().modes();
    if modes != "+" {
        turn.reply(RPL_UMODEIS, &[&modes]);
    }
}
