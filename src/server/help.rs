//! HELP: what the commands are for (Modern IRC, "HELP message").

use super::turn::Turn;
use super::words::WORDS;
use crate::wire::Message;
use crate::wire::numeric::{ERR_HELPNOTFOUND, Numeric, RPL_ENDOFHELP, RPL_HELPSTART, RPL_HELPTXT};

pub(super) fn help(turn: &mut Turn<'_>, message: &Message<'_>) {
    let subject = message.param(0).filter(|subject| !subject.is_empty()).unwrap_or("*");
    if subject == "*" {
        return answer(turn, subject, "Commands", &names(), "HELP command says more");
    }
    match WORDS.iter().find(|words| words.name.eq_ignore_ascii_case(subject)) {
        Some(words) => answer(turn, subject, words.name, &[words.usage], words.about),
        None => turn.reply(ERR_HELPNOTFOUND, &[subject]),
    }
}

fn answer<L: AsRef<str>>(turn: &mut Turn<'_>, subject: &str, first: &str, lines: &[L], last: &str) {
    let mut line = |numeric: Numeric, text: &str| turn.reply_text(numeric, &[subject], text);
    line(RPL_HELPSTART, first);
    lines.iter().for_each(|text| line(RPL_HELPTXT, text.as_ref()));
    line(RPL_ENDOFHELP, last);
}

/// Bytes of commands' names on one line, so that there is always room for what stands before them.
const NAMES_BYTES: usize = 400;

/// The names of all commands, as many on a line as fit.
fn names() -> Vec<String> {
    let mut lines = vec![String::new()];
    for words in WORDS {
        let line = lines.last_mut().expect("there is one");
        if line.is_empty() {
            line.push_str(words.name);
        } else if line.len() + 1 + words.name.len() <= NAMES_BYTES {
            line.push(' ');
            line.push_str(words.name);
        } else {
            lines.push(words.name.to_owned());
        }
    }
    lines
}
