//! Our parser compared with `irc-proto`: both read messages that follow the specifications in the same way.
//!
//! The last test here lists the legitimate differences; the random messages of the others avoid them.

use irc_proto::{Command, Message as Theirs, Prefix, message::Tag};
use proptest::option;
use proptest::prelude::*;
use verbatim::wire::{Message, tags};

use super::parts::{Parts, body, middles, source, tags as drawn_tags, trailing};

/// A parser's result, in a common form.
#[derive(Debug, PartialEq)]
struct Reading {
    tags: Vec<(String, String)>,
    source: Option<String>,
    command: String,
    params: Vec<String>,
}

fn ours(line: &str) -> Option<Reading> {
    let message = Message::parse(line.as_bytes()).ok()?;
    Some(Reading {
        tags: tags::parse(message.tags).map(|(key, value)| (key.to_owned(), value.into_owned())).collect(),
        source: message.source.map(str::to_owned),
        command: message.command.to_owned(),
        params: message.params().iter().map(|&param| param.to_owned()).collect(),
    })
}

fn theirs(line: &str) -> Option<Reading> {
    let Theirs { tags, prefix, command } = line.parse().ok()?;
    let (command, params) = taken_back(command);
    Some(Reading {
        // `irc-proto` distinguishes a missing value from an empty one; by the specification they are the same.
        tags: tags.unwrap_or_default().into_iter().map(|Tag(key, value)| (key, value.unwrap_or_default())).collect(),
        // `irc-proto` splits the source; joined again, the parts are the same text, if none is empty.
        source: prefix.map(|prefix| prefix.to_string()),
        command,
        params,
    })
}

/// Some of the commands that `irc-proto` knows, whose parameters it puts into fields of their own. Some are not
/// compared: those where it drops parameters that have no field (the third of `USER`, all but an `o` of `WHO`), `ISON`,
/// which it parses as `USERHOST`, and `MODE`, which it refuses if it does not know a letter.
const KNOWN: &[&str] =
    &["NICK", "JOIN", "PART", "QUIT", "TOPIC", "KICK", "INVITE", "PRIVMSG", "NOTICE", "AWAY", "PING"];

/// The command of `irc-proto`, converted back to a word and parameters.
fn taken_back(command: Command) -> (String, Vec<String>) {
    let (word, params) = match command {
        // Unknown commands, and known ones with an unexpected number of parameters.
        Command::Raw(word, params) => return (word, params),
        // A known numeric.
        Command::Response(numeric, params) => return (format!("{:03}", numeric as u16), params),
        Command::NICK(nick) => ("NICK", [Some(nick), None, None]),
        Command::JOIN(channels, keys, name) => ("JOIN", [Some(channels), keys, name]),
        Command::PART(channels, reason) => ("PART", [Some(channels), reason, None]),
        Command::QUIT(reason) => ("QUIT", [reason, None, None]),
        Command::TOPIC(channel, topic) => ("TOPIC", [Some(channel), topic, None]),
        Command::KICK(channel, nick, reason) => ("KICK", [Some(channel), Some(nick), reason]),
        Command::INVITE(nick, channel) => ("INVITE", [Some(nick), Some(channel), None]),
        Command::PRIVMSG(target, text) => ("PRIVMSG", [Some(target), Some(text), None]),
        Command::NOTICE(target, text) => ("NOTICE", [Some(target), Some(text), None]),
        Command::AWAY(text) => ("AWAY", [text, None, None]),
        Command::PING(token, other) => ("PING", [Some(token), other, None]),
        other => panic!("{other:?} is not one of the compared commands"),
    };
    (word.to_owned(), params.into_iter().flatten().collect())
}

/// Messages on which both agree: at most thirteen middle parameters, see below.
fn common() -> impl Strategy<Value = Parts> {
    let command = prop_oneof![
        proptest::sample::select(KNOWN).prop_map(str::to_owned),
        "[0-9]{3}",
        // No command that it knows begins like this.
        "X[A-Za-z0-9]{0,8}",
        proptest::sample::select(&["TAGMSG", "SETNAME", "REDACT", "RENAME", "FAIL", "WARN", "NOTE"][..])
            .prop_map(str::to_owned),
    ];
    let middles = prop_oneof![3 => middles(3), 1 => middles(13)];
    (drawn_tags(), option::of(source()), command, middles, trailing())
        .prop_map(|(tags, source, command, middles, trailing)| Parts { tags, source, command, middles, trailing })
}

proptest! {
    #[test]
    fn both_parsers_read_the_same_message(parts in common()) {
        let line = parts.line();
        let line = std::str::from_utf8(body(&line)).unwrap();
        prop_assert_eq!(ours(line), theirs(line));
    }

    #[test]
    fn both_parsers_find_the_same_nick(source in source()) {
        let line = format!(":{source} PING x");
        let Theirs { prefix: Some(prefix), .. } = line.parse().unwrap() else { panic!("no source in {line}") };
        // `irc-proto` takes a source with a dot and neither `!` nor `@` for a server; our parser leaves that to the
        // caller.
        let (Prefix::ServerName(name) | Prefix::Nickname(name, ..)) = prefix;
        prop_assert_eq!(Message::parse(line.as_bytes()).unwrap().nick(), name);
    }

    #[test]
    fn we_read_what_the_other_library_writes(parts in common()) {
        let tags = (!parts.tags.is_empty())
            .then(|| parts.tags.iter().map(|(key, value)| Tag(key.clone(), Some(value.clone()))).collect());
        let written = Theirs {
            tags,
            prefix: parts.source.as_deref().map(Prefix::new_from_str),
            command: Command::Raw(parts.command.clone(), parts.params().into_iter().map(str::to_owned).collect()),
        };
        let read = ours(written.to_string().trim_end_matches("\r\n"));
        prop_assert_eq!(read, ours(std::str::from_utf8(body(&parts.line())).unwrap()));
    }
}

/// A line, our result, and that of `irc-proto`, which the comments call "theirs".
const DIFFERENCES: &[(&str, &str, &str)] = &[
    // RFC 2812 §2.3.1 has up to fifteen parameters, the last of which may lack its colon. Theirs reads at most fourteen
    // words before the one with a colon, and keeps the space before the colon.
    ("X 1 2 3 4 5 6 7 8 9 a b c d e f", "X 1|2|3|4|5|6|7|8|9|a|b|c|d|e|f", "X 1|2|3|4|5|6|7|8|9|a|b|c|d|e f"),
    ("X 1 2 3 4 5 6 7 8 9 a b c d e :f", "X 1|2|3|4|5|6|7|8|9|a|b|c|d|e|f", "X 1|2|3|4|5|6|7|8|9|a|b|c|d|e |f"),
    // RFC 1459 §2.3.1: <SPACE> ::= ' ' { ' ' }. Theirs takes the empty text between two spaces, or before a leading
    // one, for the command; ours skips the spaces.
    (" X a", "X a", " X|a"),
    (":s  X a", "<s> X a", "<s>  X|a"),
    ("@a  X a", "@a= X a", "@a=  X|a"),
    // RFC 2812 §2.3.1: command = 1*letter / 3digit. Both accept any word, but theirs accepts even none.
    ("@a", "none", " "),
    // Theirs converts numerics to numbers. Ours keeps the word.
    ("1 a", "1 a", "001 a"),
    // Theirs writes known commands in upper case. Ours keeps the case; its callers ignore it.
    ("join #a", "join #a", "JOIN #a"),
    // RFC 2812 §2.3.1: "NUL is not allowed within messages."
    ("X \0", "none", "X \0"),
    // message-tags, "Format": a key is not empty.
    ("@=a;b X", "@b= X ", "@=a,b= X "),
    // A source with an empty part, which theirs drops.
    (":a!@b X", "<a!@b> X ", "<a@b> X "),
    (":a! X", "<a!> X ", "<a> X "),
    // RFC 1459 §8: a line ends at either of CR and LF. Our parser gets lines without their ends.
    ("X a\r\n", "X a\r\n", "X a"),
];

fn shown(reading: Option<Reading>) -> String {
    let Some(Reading { tags, source, command, params }) = reading else { return "none".into() };
    let tags: Vec<String> = tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let tags = if tags.is_empty() { String::new() } else { format!("@{} ", tags.join(",")) };
    let source = source.map_or(String::new(), |source| format!("<{source}> "));
    format!("{tags}{source}{command} {}", params.join("|"))
}

#[test]
fn the_parsers_differ_as_listed() {
    for (line, we, they) in DIFFERENCES {
        assert_eq!((shown(ours(line)), shown(theirs(line))), (we.to_string(), they.to_string()), "{line:?}");
        assert_ne!(we, they);
    }
}
