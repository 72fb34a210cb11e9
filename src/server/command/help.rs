//! HELP (Modern IRC, "HELP message").

use super::{COMMANDS, Command};
use crate::server::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::{ERR_HELPNOTFOUND, Numeric, RPL_ENDOFHELP, RPL_HELPSTART, RPL_HELPTXT};

pub(super) fn help(turn: &mut Turn<'_>, message: &Message<'_>) {
    let subject = message.param(0).filter(|subject| !subject.is_empty()).unwrap_or("*");
    if subject == "*" {
        return answer(turn, subject, "Commands", &names(), "HELP COMMAND shows how to use it");
    }
    match Command::find(&subject.to_ascii_uppercase()) {
        Some((_, row)) => answer(turn, subject, row.name, &[row.usage], row.about),
        None => turn.reply(ERR_HELPNOTFOUND, &[subject]),
    }
}

fn answer<L: AsRef<str>>(turn: &mut Turn<'_>, subject: &str, first: &str, lines: &[L], last: &str) {
    let mut line = |numeric: Numeric, text: &str| turn.reply_text(numeric, &[subject], text);
    line(RPL_HELPSTART, first);
    lines.iter().for_each(|text| line(RPL_HELPTXT, text.as_ref()));
    line(RPL_ENDOFHELP, last);
}

/// The most bytes of command names on one line. The line's other parameters always fit beside them.
const NAMES_BYTES: usize = 400;

/// The names of all commands, as many on each line as fit.
fn names() -> Vec<String> {
    let mut lines = vec![String::new()];
    for row in COMMANDS {
        let line = lines.last_mut().expect("at least one line");
        if line.is_empty() {
            line.push_str(row.name);
        } else if line.len() + 1 + row.name.len() <= NAMES_BYTES {
            line.push(' ');
            line.push_str(row.name);
        } else {
            lines.push(row.name.to_owned());
        }
    }
    lines
}
