//! Random lines about messages: multiline batches and redaction.

use verbatim::wire::{Line, Message, tags};

use super::{CHANNELS, Dice, NICKS, STATUS, some_tags, text, untagged};

/// A line that refers to an earlier one: a part of a batch, or a REDACT.
pub(super) fn later_line(dice: &mut Dice) -> String {
    let target = dice.pick(&[NICKS, CHANNELS, STATUS].concat());
    let reference =
        dice.pick(&["r", "r", "s", "", "0123456789012345678901234567890123456789012345678901234567890123x"]);
    match dice.below(8) {
        0 => format!(
            "BATCH {}{reference} {}",
            dice.pick(&["+", "-", "", "+"]),
            dice.pick(&["draft/multiline a", "x", ""])
        ),
        1 => format!("BATCH -{reference}"),
        2 => format!("BATCH +{reference} draft/multiline {target}"),
        _ => {
            let at = dice.below(dice.ids.len() + 1);
            let said = dice.ids.get(at).cloned().unwrap_or_else(|| "#a x".to_owned());
            let id = said.split(' ').next_back().unwrap_or("");
            let said = if dice.one_in(3) { format!("{target} {id}") } else { said };
            format!("REDACT {said} {}", text(dice, 2))
        }
    }
}

/// A multiline message, mostly valid, sometimes with other lines in between.
pub(super) fn several_lines(dice: &mut Dice) -> String {
    let target = dice.pick(&["alice", "bob", "carol", "#a", "#b", "@#a", "+#b", "#c", "nobody"]);
    let command = dice.pick(&["PRIVMSG", "PRIVMSG", "NOTICE"]);
    let mut lines = format!("{}BATCH +r draft/multiline {target}\r\n", some_tags(dice).replace("batch=b1", "+z"));
    for _ in 0..if dice.one_in(6) { dice.below(28) } else { dice.below(5) } {
        let concat = if dice.one_in(3) { ";draft/multiline-concat" } else { "" };
        let text = if dice.one_in(4) { ":".to_owned() } else { text(dice, 30) };
        lines += &match dice.below(40) {
            0 => untagged(dice),
            1 => format!("@batch=r {}", untagged(dice)),
            2 => "@label=L1 PING between".to_owned(),
            _ => format!("@batch=r{concat};label=L2;+x=y {command} {target} {text}"),
        };
        lines += "\r\n";
    }
    lines + dice.pick(&["BATCH -r", "@label=L3 BATCH -r", "BATCH -r", "BATCH -s"])
}

/// A message's target and id, as parameters of REDACT.
pub(super) fn said(line: &Line) -> Option<String> {
    let message = Message::parse(&line[..line.len() - 2]).ok()?;
    let id = tags::find(message.tags, "msgid")?;
    let target = message.param(if message.command == "BATCH" { 2 } else { 0 })?;
    (!["JOIN", "MODE", "QUIT"].contains(&message.command)).then(|| format!("{target} {id}"))
}
