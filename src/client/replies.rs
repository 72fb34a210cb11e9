//! How numerics and standard replies are worded for the user.
//!
//! Knows the numerics and their parameters, but not their effect on the session.

use super::{Action, Entry};
use crate::wire::Message;

/// The wording of replies: `{2}` is the third parameter (the first is the client's nick), and `{2..}` is that one and
/// all after it. An empty wording hides the reply; a numeric that is not in the table is shown with all its parameters.
#[rustfmt::skip]
const REPLIES: &[(&str, &str)] = &[
    ("212", "{1} was used {2} times"),
    ("221", "your modes are {1..}"),
    ("243", "{4} may become an operator from {2}"),
    ("256", "who runs {1}:"),
    ("301", "{1} is away: {2}"),
    ("311", "{1} is {2}@{3}: {5}"),
    ("312", "{1} is on {2}: {3}"),
    ("314", "{1} was {2}@{3}: {5}"),
    ("317", "{1} has been idle for {2} s"),
    ("319", "{1} is in {2}"),
    ("322", "{1} ({2}): {3}"),
    ("324", "{1} has the modes {2..}"),
    ("330", "{1} is logged in as {2}"),
    ("331", "{1} has no topic"),
    ("336", "you are invited to {1}"),
    ("338", "{1} connects from {2}"),
    ("341", "{1} is invited to {2}"),
    ("351", "{2} runs {1}: {3}"),
    ("372", "{1}"),
    ("382", "{2..}"),
    ("391", "{1}: {2..}"),
    ("704", "{2..}"), ("705", "{2..}"), ("706", "{2..}"),
    ("730", "online: {1}"),
    ("731", "not online: {1}"),
    ("732", "watched: {1}"),
    ("760", "{1} has {2}: {4..}"), ("761", "{1} has {2}: {4..}"),
    ("766", "{1} has no {2}"),
    ("770", "subscribed to {1..}"), ("771", "no longer subscribed to {1..}"), ("772", "subscribed to {1..}"),
    // Hidden: the greeting, and the ends of lists that are never empty, are only for programs.
    ("002", ""), ("003", ""), ("004", ""), ("042", ""), ("250", ""), ("251", ""), ("252", ""), ("253", ""), ("254", ""),
    ("255", ""), ("265", ""), ("266", ""), ("315", ""), ("318", ""), ("321", ""), ("329", ""), ("333", ""), ("365", ""),
    ("366", ""), ("369", ""), ("374", ""), ("375", ""), ("733", ""), ("774", ""),
    // These say that a list is empty, or has ended.
    ("219", "that is all"), ("323", "that is all"), ("337", "that is all"), ("347", "that is all for {1}"),
    ("349", "that is all for {1}"), ("368", "that is all for {1}"),
];

/// Entries of a channel's lists: `<channel> <mask> [<who set it> <when>]`, and the words that come before the mask.
const ENTRIES: &[(&str, &str)] =
    &[("346", "needs no invitation from"), ("348", "makes an exception for"), ("367", "bans")];

/// Numerics above 599 that refuse something: a mode's parameter, a private message, a missing privilege, a full list.
const REFUSALS: &[&str] = &["696", "716", "723", "734"];

/// Whether a numeric outside RFC 2812's range of errors is an error.
pub(super) fn is_refusal(numeric: &str) -> bool {
    REFUSALS.contains(&numeric)
}

/// A numeric in words; empty if the user need not see it.
pub(super) fn words(message: &Message<'_>) -> String {
    let row = |table: &[(&str, &'static str)]| {
        table.iter().find(|(code, _)| *code == message.command).map(|(_, words)| *words)
    };
    match (row(REPLIES), row(ENTRIES), message.params()) {
        (Some(words), ..) => filled(words, message),
        (_, Some(does), [_, channel, mask, who, ..]) => format!("{channel} {does} {mask} (set by {who})"),
        (_, Some(does), [_, channel, mask]) => format!("{channel} {does} {mask}"),
        _ => rest(message),
    }
}

/// A standard reply in words: `<command> <code> [<context>...] <description>`, where the command may be `*`.
pub(super) fn standard(message: &Message<'_>) -> String {
    let [command, _code, context @ .., description] = message.params() else { return message.params().join(" ") };
    let about: Vec<&str> =
        std::iter::once(*command).filter(|&command| command != "*").chain(context.iter().copied()).collect();
    if about.is_empty() { (*description).to_owned() } else { format!("{}: {description}", about.join(" ")) }
}

/// Shows a reply, unless it is empty.
pub(super) fn reply(text: String, actions: &mut Vec<Action>) {
    if !text.is_empty() {
        actions.push(Action::Show(Entry::Reply { text }));
    }
}

/// All parameters but the client's nick.
pub(super) fn rest(message: &Message<'_>) -> String {
    from(1, message)
}

fn from(index: usize, message: &Message<'_>) -> String {
    message.params().get(index..).unwrap_or_default().join(" ")
}

/// `words` with the parameters filled in.
fn filled(words: &str, message: &Message<'_>) -> String {
    // If the last parameter is empty, as an empty topic is, the colon before it is dropped.
    let empty = words.rsplit_once(": {").filter(|_| message.params().last().is_some_and(|last| last.is_empty()));
    let words = empty.map_or(words, |(before, _)| before);
    let mut text = String::with_capacity(80);
    for part in words.split_inclusive('}') {
        let (plain, number) = part.split_once('{').unwrap_or((part, ""));
        text.push_str(plain);
        let number = number.trim_end_matches('}');
        let (number, all) = number.strip_suffix("..").map_or((number, false), |number| (number, true));
        match number.parse::<usize>() {
            Ok(index) if all => text.push_str(&from(index, message)),
            Ok(index) => text.push_str(message.param(index).unwrap_or_default()),
            Err(_) => {}
        }
    }
    text
}
