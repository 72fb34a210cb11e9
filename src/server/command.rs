//! The commands, in one table, and the one place that checks registration and the number of parameters.

use super::turn::{Turn, cut};
use super::{channels, info, messages, mode, queries, registration};
use crate::wire::Message;
use crate::wire::numeric::*;

/// A command: its word, the least number of parameters, when it may come, and what it does.
pub(super) struct Command {
    pub(super) name: &'static str,
    pub(super) least_params: usize,
    pub(super) phase: Phase,
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

use Phase::{Always, Registered};

/// Every command. Those with 0 parameters where others would have 1 answer with a numeric of their own.
pub(super) const COMMANDS: &[Command] = &[
    Command { name: "AWAY", least_params: 0, phase: Registered, handler: queries::away },
    Command { name: "CAP", least_params: 1, phase: Always, handler: registration::cap },
    Command { name: "INVITE", least_params: 0, phase: Registered, handler: channels::invite },
    Command { name: "ISON", least_params: 1, phase: Registered, handler: queries::ison },
    Command { name: "JOIN", least_params: 1, phase: Registered, handler: channels::join },
    Command { name: "KICK", least_params: 2, phase: Registered, handler: channels::kick },
    Command { name: "LIST", least_params: 0, phase: Registered, handler: channels::list },
    Command { name: "LUSERS", least_params: 0, phase: Registered, handler: info::lusers },
    Command { name: "MODE", least_params: 1, phase: Registered, handler: mode::mode },
    Command { name: "MOTD", least_params: 0, phase: Registered, handler: info::motd },
    Command { name: "NAMES", least_params: 0, phase: Registered, handler: channels::names },
    Command { name: "NICK", least_params: 0, phase: Always, handler: registration::nick },
    Command { name: "NOTICE", least_params: 0, phase: Registered, handler: messages::notice },
    Command { name: "PART", least_params: 1, phase: Registered, handler: channels::part },
    Command { name: "PASS", least_params: 1, phase: Always, handler: registration::pass },
    Command { name: "PING", least_params: 1, phase: Always, handler: registration::ping },
    Command { name: "PONG", least_params: 0, phase: Always, handler: registration::pong },
    Command { name: "PRIVMSG", least_params: 0, phase: Registered, handler: messages::privmsg },
    Command { name: "QUIT", least_params: 0, phase: Always, handler: registration::quit },
    Command { name: "TIME", least_params: 0, phase: Registered, handler: info::time },
    Command { name: "TOPIC", least_params: 1, phase: Registered, handler: channels::topic },
    Command { name: "USER", least_params: 4, phase: Always, handler: registration::user },
    Command { name: "USERHOST", least_params: 1, phase: Registered, handler: queries::userhost },
    Command { name: "VERSION", least_params: 0, phase: Registered, handler: info::version },
    Command { name: "WHO", least_params: 1, phase: Registered, handler: queries::who },
    Command { name: "WHOIS", least_params: 0, phase: Registered, handler: queries::whois },
    Command { name: "WHOWAS", least_params: 0, phase: Registered, handler: queries::whowas },
];

/// Bytes of an unknown command that 421 repeats.
const SHOWN_COMMAND_BYTES: usize = 32;

/// Does what a message asks for, or says why not.
pub(super) fn dispatch(turn: &mut Turn<'_>, message: &Message<'_>) {
    let word = message.command.to_ascii_uppercase();
    let command = COMMANDS.binary_search_by(|command| command.name.cmp(&word)).ok().map(|at| &COMMANDS[at]);
    let registered = turn.me().is_registered();
    match command {
        Some(command) if command.phase == Registered && !registered => turn.reply(ERR_NOTREGISTERED, &[]),
        None if !registered => turn.reply(ERR_NOTREGISTERED, &[]),
        None => turn.reply(ERR_UNKNOWNCOMMAND, &[cut(&word, SHOWN_COMMAND_BYTES)]),
        Some(command) if message.params().len() < command.least_params => {
            turn.reply(ERR_NEEDMOREPARAMS, &[command.name]);
        }
        Some(command) => (command.handler)(turn, message),
    }
}

#[cfg(test)]
mod tests {
    use super::COMMANDS;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(COMMANDS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
