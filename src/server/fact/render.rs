//! Renders facts as lines. They are the same whether a fact has just happened or was read from the log.

use std::rc::Rc;

use super::{Fact, What};
use crate::planted::{Bug, buggy};
use crate::server::mode_table::USER_MODES;
use crate::server::outgoing::{Outgoing, Tags};
use crate::server::speech::Content;
use crate::server::speech::TextLine;

/// The beginning of a line about a user's action: `:nick!user@host COMMAND`.
fn begin(fact: &Fact<'_>, command: &str) -> Outgoing {
    Outgoing::from_user(&fact.source, Tags::of_user(fact.id, fact.at, fact.account.clone(), fact.bot), command)
}

/// A fact as the single line that most receivers get. Multiline messages use [`whole`] and [`apart`] instead, and a
/// JOIN also has the form [`extended`]. Facts that are shown only in numerics (a metadata value, an arrival) have no
/// such line.
pub(in super::super) fn render(fact: &Fact<'_>) -> Outgoing {
    let begin = |command| begin(fact, command);
    match &fact.what {
        What::Said { to, saying, content, tags } => {
            let message = begin(saying.word()).param(&to.shown());
            let message = match content {
                Content::Line(text) => message.trailing(text),
                Content::Nothing | Content::Lines(_) => message,
            };
            message.with_client_tags(tags)
        }
        What::Redacted { to, id, reason, .. } => with_reason(begin("REDACT").param(&to.shown()).param(id), reason),
        What::Joined { name, .. } => begin("JOIN").param(name.as_str()),
        What::Parted { name, reason, .. } => with_reason(begin("PART").param(name.as_str()), reason),
        What::Kicked { name, nick, reason, .. } => {
            begin("KICK").param(name.as_str()).param(nick.as_str()).trailing(reason).cut()
        }
        What::Quit { reason, .. } => begin("QUIT").trailing(reason).cut(),
        What::Nick { nick } => begin("NICK").param(nick.as_str()),
        What::Setname { realname } => begin("SETNAME").trailing(realname).cut(),
        What::Away { text: Some(text) } | What::StillAway { text, .. } => begin("AWAY").trailing(text).cut(),
        What::Away { text: None } => begin("AWAY"),
        What::Modes { name, changes, .. } => {
            let letters = letters(changes.iter().map(|change| (change.on, change.letter)));
            let params = changes.iter().filter_map(|change| change.param.as_deref());
            begin("MODE").param(name.as_str()).param(&letters).params(params).cut()
        }
        What::UserModes { nick, changes } => {
            let letter = |mode| USER_MODES.iter().find(|row| row.mode == mode).map(|row| row.letter);
            let changes = changes.iter().filter_map(|&(on, mode)| Some((on, letter(mode)?)));
            begin("MODE").param(nick.as_str()).param(&letters(changes))
        }
        What::Topic { name, text, .. } => begin("TOPIC").param(name.as_str()).trailing(text),
        What::Invited { name, nick, .. } => begin("INVITE").param(nick.as_str()).param(name.as_str()),
        // "The server to client command MUST always include the third parameter, an empty string MAY be used".
        What::Renamed { old, new, reason, .. } => {
            begin("RENAME").param(old.as_str()).param(new.as_str()).trailing(reason).cut().without_id()
        }
        What::Oper { nick, .. } => begin("MODE").param(nick.as_str()).param("+o"),
        What::Killed { nick, reason, .. } => begin("KILL").param(nick.as_str()).trailing(reason).cut(),
        What::Wallops { text } => begin("WALLOPS").trailing(text),
        What::Arrived { .. } | What::Metadata { .. } => unreachable!("it is shown only in numerics"),
    }
}

/// A JOIN for extended-join: with account and real name.
pub(in super::super) fn extended(fact: &Fact<'_>, brief: &Outgoing, realname: &str) -> Outgoing {
    brief.clone().param(fact.account.as_deref().unwrap_or("*")).trailing(realname).cut()
}

/// A multiline message for clients that support it. Its tags are on the opening `BATCH`. The batch's reference is
/// `prefix` and the fact's number, so it is unique.
pub(in super::super) fn whole(fact: &Fact<'_>, lines: &[TextLine], prefix: char) -> Vec<Outgoing> {
    let What::Said { to, saying, tags, .. } = &fact.what else { unreachable!("only a message has lines") };
    let (batch, target): (Rc<str>, _) = (format!("{prefix}{:x}", fact.seq()).into(), to.shown());
    let start = begin(fact, "BATCH").opening(&batch, "draft/multiline").param(&target).with_client_tags(tags);
    let bare = |command| Outgoing::from_user(&fact.source, Tags::at(fact.at), command);
    let inside = lines
        .iter()
        .map(|line| bare(saying.word()).param(&target).trailing(&line.text).concat(line.concat).or_in_batch(&batch));
    [start].into_iter().chain(inside).chain([bare("BATCH").closing(&batch)]).collect()
}

/// A multiline message for other clients, as separate messages.
///
/// draft/multiline: "Servers MUST NOT send blank lines to clients that have not negotiated the multiline capability."
pub(in super::super) fn apart(fact: &Fact<'_>, lines: &[TextLine]) -> Vec<Outgoing> {
    let What::Said { to, saying, tags, .. } = &fact.what else { unreachable!("only a message has lines") };
    let written = lines.iter().filter(|line| !line.text.is_empty());
    let line =
        |line: &TextLine| begin(fact, saying.word()).param(&to.shown()).trailing(&line.text).with_client_tags(tags);
    let mut messages: Vec<Outgoing> = written.map(line).collect();
    if buggy(Bug::FallbackCutShort) {
        messages.truncate(1);
    }
    messages.iter_mut().skip(1).for_each(Outgoing::continues);
    messages
}

/// Appends the reason to the line, if there is one.
fn with_reason(message: Outgoing, reason: &str) -> Outgoing {
    if reason.is_empty() { message } else { message.trailing(reason).cut() }
}

/// Mode letters, with a sign before each group.
fn letters(changes: impl Iterator<Item = (bool, char)>) -> String {
    let (mut letters, mut last) = (String::new(), None);
    for (on, letter) in changes {
        if last != Some(on) && (last.is_none() || !buggy(Bug::SignLost)) {
            letters.push(if on { '+' } else { '-' });
            last = Some(on);
        }
        letters.push(letter);
    }
    letters
}
