//! STATS (RFC 2812 §3.4.4).

use super::info;
use super::needs::is_permitted;
use super::operator::Privilege;
use super::queries;
use super::question::{Answer, Question};
use super::turn::Turn;
use crate::wire::Message;
use crate::wire::numeric::*;

pub(super) fn stats(turn: &mut Turn<'_>, message: &Message<'_>) {
    let [asked] = message.first();
    let letter = &asked[..asked.ceil_char_boundary(1)];
    if !info::is_here(turn, message.param(1)) {
        return;
    }
    match letter {
        "u" => uptime(turn),
        "p" => operators_online(turn),
        "m" if is_permitted(turn, Privilege::Watch) => commands(turn),
        "o" if is_permitted(turn, Privilege::Watch) => operators(turn),
        "r" if is_permitted(turn, Privilege::Watch) => return turn.ask(Question::Usage, usage),
        _ => {}
    }
    turn.reply(RPL_ENDOFSTATS, &[letter]);
}

/// Replies with, for example, `Server Up 0 days 1:02:03`.
fn uptime(turn: &mut Turn<'_>) {
    let secs = turn.now.mono.since(turn.started.mono).as_secs();
    let clock = format!("{}:{:02}:{:02}", secs / 3600 % 24, secs / 60 % 60, secs % 60);
    turn.reply_filled(RPL_STATSUPTIME, &[], &[&(secs / 86400).to_string(), &clock]);
}

/// The operators whom the caller may see.
fn operators_online(turn: &mut Turn<'_>) {
    let operators = turn.state.users().filter(|(_, user)| user.is_operator());
    let seen = operators.filter(|&(id, _)| queries::may_see_user(turn, id));
    let lines: Vec<String> = seen
        .map(|(_, user)| {
            let idle = turn.now.mono.since(user.last_spoke).as_secs();
            format!("{} idle {idle}", user.described())
        })
        .collect();
    for line in lines {
        turn.reply_filled(RPL_STATSDEBUG, &["p"], &[&line]);
    }
}

/// How often each command was used.
fn commands(turn: &mut Turn<'_>) {
    let counts = turn.state.command_counts().to_vec();
    for (name, count) in counts.into_iter().filter(|&(_, count)| count > 0) {
        turn.reply(RPL_STATSCOMMANDS, &[name, &count.to_string()]);
    }
}

/// The resources that the server's process has used.
fn usage(turn: &mut Turn<'_>, answer: Answer<'_>) {
    let Answer::Used(usage) = answer else { unreachable!("the question was the usage") };
    turn.reply_filled(RPL_STATSDEBUG, &["r"], &[&usage.to_string()]);
    turn.reply(RPL_ENDOFSTATS, &["r"]);
}

/// Who may become an operator, and from which addresses.
fn operators(turn: &mut Turn<'_>) {
    let anywhere = ["*@*".to_owned()];
    for operator in &turn.config.operators {
        let hosts = if operator.hosts.is_empty() { &anywhere[..] } else { &operator.hosts };
        for host in hosts {
            turn.reply(RPL_STATSOLINE, &["O", host, "*", &operator.name]);
        }
    }
}
