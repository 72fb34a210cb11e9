//! The commands, in one table, and the one place that checks registration and the number of parameters.

use super::caps::Cap;
use super::event::EndReason;
use super::label::Label;
use super::turn::{Turn, cut};
use super::{
    channels, help, info, isupport, messages, metadata, modes, monitor, negotiation, oper, presence, queries,
    registration, stats,
};
use crate::wire::numeric::*;
use crate::wire::{Message, ParseError, tags};

/// A command: its word, the least number of parameters, when it may come, whether it changes something, and what it does.
pub(super) struct Command {
    pub(super) name: &'static str,
    pub(super) least_params: usize,
    pub(super) phase: Phase,
    pub(super) effect: Effect,
    pub(super) handler: fn(&mut Turn<'_>, &Message<'_>),
}

/// When a command may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Before registration and after it.
    Always,
    /// Only after registration: else 451.
    Registered,
}

/// Whether a user's command can change something that others see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It answers its session alone, or changes what is that session's alone.
    Reads,
    /// It may become a fact.
    Changes,
}

use Effect::{Changes, Reads};
use Phase::{Always, Registered};

/// Every command. Those with 0 parameters where others would have 1 answer with a numeric of their own.
pub(super) const COMMANDS: &[Command] = &[
    Command { name: "ADMIN", least_params: 0, phase: Registered, effect: Reads, handler: info::admin },
    Command { name: "AWAY", least_params: 0, phase: Always, effect: Changes, handler: presence::away },
    Command { name: "BATCH", least_params: 1, phase: Registered, effect: Changes, handler: messages::batch },
    Command { name: "CAP", least_params: 1, phase: Always, effect: Reads, handler: negotiation::cap },
    Command { name: "HELP", least_params: 0, phase: Registered, effect: Reads, handler: help::help },
    Command { name: "HELPOP", least_params: 0, phase: Registered, effect: Reads, handler: help::help },
    Command { name: "INFO", least_params: 0, phase: Registered, effect: Reads, handler: info::info },
    Command { name: "INVITE", least_params: 0, phase: Registered, effect: Changes, handler: channels::invite },
    Command { name: "ISON", least_params: 1, phase: Registered, effect: Reads, handler: queries::ison },
    Command { name: "ISUPPORT", least_params: 0, phase: Always, effect: Reads, handler: isupport::isupport },
    Command { name: "JOIN", least_params: 1, phase: Registered, effect: Changes, handler: channels::join },
    Command { name: "KICK", least_params: 2, phase: Registered, effect: Changes, handler: channels::kick },
    Command { name: "KILL", least_params: 2, phase: Registered, effect: Changes, handler: oper::kill },
    Command { name: "LINKS", least_params: 0, phase: Registered, effect: Reads, handler: info::links },
    Command { name: "LIST", least_params: 0, phase: Registered, effect: Reads, handler: channels::list },
    Command { name: "LUSERS", least_params: 0, phase: Registered, effect: Reads, handler: info::lusers },
    Command { name: "METADATA", least_params: 0, phase: Always, effect: Changes, handler: metadata::metadata },
    Command { name: "MODE", least_params: 1, phase: Registered, effect: Changes, handler: modes::mode },
    Command { name: "MONITOR", least_params: 1, phase: Registered, effect: Reads, handler: monitor::monitor },
    Command { name: "MOTD", least_params: 0, phase: Registered, effect: Reads, handler: info::motd },
    Command { name: "NAMES", least_params: 0, phase: Registered, effect: Reads, handler: channels::names },
    Command { name: "NICK", least_params: 0, phase: Always, effect: Changes, handler: registration::nick },
    Command { name: "NOTICE", least_params: 0, phase: Registered, effect: Changes, handler: messages::notice },
    Command { name: "OPER", least_params: 2, phase: Registered, effect: Changes, handler: oper::oper },
    Command { name: "PART", least_params: 1, phase: Registered, effect: Changes, handler: channels::part },
    Command { name: "PASS", least_params: 1, phase: Always, effect: Reads, handler: registration::pass },
    Command { name: "PING", least_params: 1, phase: Always, effect: Reads, handler: registration::ping },
    Command { name: "PONG", least_params: 0, phase: Always, effect: Reads, handler: registration::pong },
    Command { name: "PRIVMSG", least_params: 0, phase: Registered, effect: Changes, handler: messages::privmsg },
    Command { name: "QUIT", least_params: 0, phase: Always, effect: Changes, handler: registration::quit },
    Command { name: "REDACT", least_params: 2, phase: Registered, effect: Changes, handler: messages::redact },
    Command { name: "REHASH", least_params: 0, phase: Registered, effect: Reads, handler: oper::rehash },
    Command { name: "RENAME", least_params: 2, phase: Registered, effect: Changes, handler: channels::rename },
    Command { name: "SETNAME", least_params: 1, phase: Registered, effect: Changes, handler: presence::setname },
    Command { name: "STATS", least_params: 0, phase: Registered, effect: Reads, handler: stats::stats },
    Command { name: "TAGMSG", least_params: 0, phase: Registered, effect: Changes, handler: messages::tagmsg },
    Command { name: "TIME", least_params: 0, phase: Registered, effect: Reads, handler: info::time },
    Command { name: "TOPIC", least_params: 1, phase: Registered, effect: Changes, handler: channels::topic },
    Command { name: "USER", least_params: 4, phase: Always, effect: Reads, handler: registration::user },
    Command { name: "USERHOST", least_params: 1, phase: Registered, effect: Reads, handler: queries::userhost },
    Command { name: "USERIP", least_params: 1, phase: Registered, effect: Reads, handler: queries::userip },
    Command { name: "VERSION", least_params: 0, phase: Registered, effect: Reads, handler: info::version },
    Command { name: "WALLOPS", least_params: 1, phase: Registered, effect: Changes, handler: oper::wallops },
    Command { name: "WHO", least_params: 0, phase: Registered, effect: Reads, handler: queries::who },
    Command { name: "WHOIS", least_params: 0, phase: Registered, effect: Reads, handler: queries::whois },
    Command { name: "WHOWAS", least_params: 0, phase: Registered, effect: Reads, handler: queries::whowas },
];

/// Bytes of an unknown command that 421 repeats.
const SHOWN_COMMAND_BYTES: usize = 32;

/// Does what a message asks for, or says why not.
pub(super) fn dispatch(turn: &mut Turn<'_>, message: &Message<'_>) {
    let word = message.command.to_ascii_uppercase();
    turn.label = label(turn, message);
    let row = COMMANDS.binary_search_by(|command| command.name.cmp(&word)).ok();
    if let Some(row) = row {
        turn.state.count_command(row);
    }
    let command = row.map(|row| &COMMANDS[row]);
    let registered = turn.session().is_registered();
    if registered && messages::collect(turn, message, &word) {
        return;
    }
    match command {
        _ if !registered && command.is_none_or(|command| command.phase == Registered) => too_early(turn, message),
        None => turn.reply(ERR_UNKNOWNCOMMAND, &[cut(&word, SHOWN_COMMAND_BYTES)]),
        Some(command) if message.params().len() < command.least_params => {
            turn.reply(ERR_NEEDMOREPARAMS, &[command.name]);
        }
        Some(command) => (command.handler)(turn, message),
    }
}

/// Whether a line holds a command that may change something.
pub(super) fn may_change(line: &[u8]) -> bool {
    let Ok(message) = Message::parse(line) else { return false };
    let word = message.command.to_ascii_uppercase();
    let row = COMMANDS.binary_search_by(|command| command.name.cmp(&word));
    row.is_ok_and(|row| COMMANDS[row].effect == Changes)
}

/// Refuses what is for users. Who asks for a web page is not heard any further (RFC 9112 §3: "request-line = method SP
/// request-target SP HTTP-version"): a page can have a browser send such a request to any port, with commands in its body.
fn too_early(turn: &mut Turn<'_>, message: &Message<'_>) {
    match message.params() {
        [_, version] if version.starts_with("HTTP/") => turn.disconnect(EndReason::WebRequest),
        _ => turn.reply(ERR_NOTREGISTERED, &[]),
    }
}

/// Answers a line that is no message. Of one that is not UTF-8 as much is read as can be: IRCv3 UTF8ONLY wants a `FAIL`
/// that names the command.
pub(super) fn refuse(turn: &mut Turn<'_>, line: &[u8], error: ParseError) {
    if error != ParseError::NotUtf8 {
        return turn.reply_filled(ERR_UNKNOWNERROR, &["*"], &[&error.to_string()]);
    }
    let readable = String::from_utf8_lossy(line);
    let word = match Message::parse(readable.as_bytes()) {
        Ok(message) => {
            turn.label = label(turn, &message);
            cut(message.command, SHOWN_COMMAND_BYTES).to_ascii_uppercase()
        }
        Err(_) => "*".into(),
    };
    turn.fail(&word, "INVALID_UTF8", &[], "Your message was not UTF-8");
}

/// Bytes of a label. IRCv3 labeled-response: "The value MUST NOT exceed 64 bytes."
const LABEL_BYTES: usize = 64;

/// The label that the answers to a message are to carry, if its sender asked for labels and for batches.
fn label(turn: &Turn<'_>, message: &Message<'_>) -> Option<Label> {
    if !turn.has_cap(Cap::LabeledResponse) || !turn.has_cap(Cap::Batch) {
        return None;
    }
    let text = tags::find(message.tags, "label").filter(|text| !text.is_empty() && text.len() <= LABEL_BYTES)?;
    Some(Label::new(turn.conn, &text))
}

#[cfg(test)]
mod tests {
    use super::super::words::WORDS;
    use super::COMMANDS;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(COMMANDS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn every_command_is_put_into_words() {
        let names: Vec<&str> = WORDS.iter().map(|words| words.name).collect();
        assert_eq!(names, COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>());
        for words in WORDS {
            assert_eq!(words.usage.split(' ').next(), Some(words.name));
            assert!(words.about.ends_with('.') && words.about.len() <= 100, "{words:?}");
        }
    }
}
