//! A visitor of `plain+tcp` and the server, as transcripts.
//!
//! `visitor>` is typed and `visitor<` is shown; `server>` is sent by the core and `server<` to it. Each transcript is
//! run with both directions cut into pieces of several sizes, from one byte on.

use std::io;

use proptest::prelude::*;
use verbatim::driver::{DriverLimits, ServerDriver, Stream};
use verbatim::server::{Boot, Config, Server};
use verbatim::time::{Now, Time};
use verbatim::transport::Front;
use verbatim::visitor::{MAX_SAID_BYTES, MAX_WAITING_BYTES, Output, Visitor};
use verbatim::wire::{Message, Peer};

use crate::transcript;

const WAY_IN: &str = "
    opened
    server< NICK guest1
    server< USER guest 0 * :A visitor
    visitor< Welcome! This is a chat for everyone who is here. You will be in #lobby in a moment.
    visitor< Type a line to say it there. Commands: /nick NAME, /who, /quit
    server> :srv 001 guest1 :Welcome to the verbatim Network, guest1
    server< JOIN #lobby
    server> :guest1!~guest@127.0.0.1 JOIN #lobby
    visitor< -- You are guest1, in #lobby.
";

/// Runs `script` in pieces of several sizes, and compares the output.
#[track_caller]
pub fn check(connection: u32, script: &str) {
    let script = transcript::lines(script);
    for size in [1, 2, 3, 5, 8, 13, 64, 4096] {
        let mut visitor = Visitor::new(connection);
        let played: Vec<String> = script.iter().flat_map(|line| play(&mut visitor, line, size)).collect();
        assert_eq!(played.join("\n"), script.join("\n"), "in pieces of {size}");
    }
}

/// A transcript that begins with the visitor in the lobby.
#[track_caller]
pub fn check_in_lobby(script: &str) {
    check(0, &format!("{WAY_IN}{script}"));
}

/// Runs `line` if it is an input: returns it and its outputs.
fn play(visitor: &mut Visitor, line: &str, size: usize) -> Vec<String> {
    let mut out = Output::default();
    let mut result = Ok(());
    match transcript::said(line) {
        None if line == "opened" => visitor.opened(&mut out),
        Some(("visitor", text)) => {
            result = transcript::sent(text, "\n").chunks(size).try_for_each(|piece| visitor.typed(piece, &mut out));
        }
        Some(("server", text)) => {
            transcript::sent(text, "\r\n").chunks(size).for_each(|piece| visitor.heard(piece, &mut out));
        }
        _ => return Vec::new(),
    }
    let mut lines = vec![line.to_owned()];
    let (irc, raw) = (String::from_utf8(out.irc).unwrap(), String::from_utf8(out.shown).unwrap());
    lines.extend(irc.split_terminator("\r\n").map(|text| format!("server< {text}")));
    lines.extend(raw.split_terminator('\n').map(|text| format!("visitor< {text}")));
    lines.extend(result.err().map(|error| format!("given up: {error}")));
    lines
}

#[test]
fn a_visitor_is_greeted_gets_a_nick_and_joins_the_lobby() {
    check(0, WAY_IN);
}

#[test]
fn a_taken_guest_nick_is_replaced_by_the_next_number() {
    check(
        6,
        "opened
        server< NICK guest7
        server< USER guest 0 * :A visitor
        visitor< Welcome! This is a chat for everyone who is here. You will be in #lobby in a moment.
        visitor< Type a line to say it there. Commands: /nick NAME, /who, /quit
        server> :srv 433 * guest7 :Nickname is already in use
        server< NICK guest8
        server> :srv 433 * guest8 :Nickname is already in use
        server< NICK guest9
        server> :srv 001 guest9 :Welcome
        server< JOIN #lobby",
    );
}

#[test]
fn messages_pass_in_both_directions() {
    check_in_lobby(
        "visitor> hello
        server< PRIVMSG #lobby :hello
        server> :bob!~b@h PRIVMSG #lobby :hi
        visitor< bob: hi
        server> :bob!~b@h PRIVMSG guest1 :psst
        visitor< bob (to you): psst
        server> :bob!~b@h PRIVMSG #LOBBY :\u{1}ACTION waves\u{1}
        visitor< * bob waves
        server> :bob!~b@h NOTICE #lobby :tea is ready
        visitor< -bob- tea is ready
        server> :srv NOTICE guest1 :the server restarts soon
        visitor< -srv (to you)- the server restarts soon
        server> :bob!~b@h PRIVMSG guest1 :\u{1}VERSION\u{1}
        visitor> @bob :) is no tag
        server< PRIVMSG #lobby :@bob :) is no tag",
    );
}

#[test]
fn a_visitor_is_shown_who_joins_and_leaves() {
    check_in_lobby(
        "server> :bob!~b@h JOIN #lobby
        visitor< -- bob joined
        server> :bob!~b@h NICK rob
        visitor< -- bob is rob now
        server> :rob!~b@h TOPIC #lobby :tea
        visitor< -- rob changed the topic: tea
        server> :rob!~b@h TOPIC #lobby :
        visitor< -- rob cleared the topic
        server> :rob!~b@h MODE #lobby +o guest1
        visitor< -- rob set +o guest1
        server> :rob!~b@h KICK #lobby eve :no spam
        visitor< -- rob kicked eve out (no spam)
        server> :rob!~b@h PART #lobby
        visitor< -- rob left
        server> :amy!~a@h PART #lobby :tea
        visitor< -- amy left (tea)
        server> :rob!~b@h QUIT :Quit: bye
        visitor< -- rob quit (Quit: bye)
        server> :ann!~a@h INVITE guest1 #other
        visitor< -- ann invites you to #other, but a visitor stays in #lobby",
    );
}

#[test]
fn only_numerics_that_concern_a_visitor_are_shown() {
    check_in_lobby(
        "server> :srv 002 guest1 :Your host is srv, running version 1
        server> :srv 251 guest1 :There are 2 users and 0 invisible on 1 servers
        server> :srv 265 guest1 2 2 :Current local users 2, max 2
        server> :srv 422 guest1 :MOTD File is missing
        server> :srv 372 guest1 :- Be kind.
        visitor< -- Be kind.
        server> :srv 332 guest1 #lobby :tea
        visitor< -- The topic: tea
        server> :srv 333 guest1 #lobby bob 1700000000
        server> :srv 353 guest1 = #lobby :@bob +amy guest1
        visitor< -- Here: bob, amy, guest1
        server> :srv 366 guest1 #lobby :End of /NAMES list
        server> :srv 404 guest1 #lobby :Cannot send to channel
        visitor< -- The server refused: Cannot send to channel (#lobby)
        server> :srv 417 guest1 :Input line was too long
        visitor< -- The server refused: Input line was too long",
    );
}

#[test]
fn one_slash_begins_a_command_and_two_slashes_do_not() {
    check_in_lobby(
        "visitor> /nick amy
        server< NICK amy
        server> :guest1!~guest@127.0.0.1 NICK amy
        visitor< -- You are amy now
        server> :bob!~b@h PRIVMSG amy :psst
        visitor< bob (to you): psst
        visitor> /NICK bob
        server< NICK bob
        server> :srv 433 amy bob :Nickname is already in use
        visitor< -- The server refused: Nickname is already in use (bob)
        visitor> /nick
        visitor< -- Which nick? /nick NAME
        visitor> /nick a b
        visitor< -- That nick is not valid: it has a character that is not allowed.
        visitor> /nick :x
        visitor< -- That nick is not valid: it has a character that is not allowed.
        visitor> /who
        server< NAMES #lobby
        visitor> /help
        visitor< -- Unknown command. Commands: /nick NAME, /who, /quit. Begin a line with // to send a /
        visitor> //help
        server< PRIVMSG #lobby :/help
        visitor> /quit see you
        server< QUIT :see you
        visitor> nobody hears this
        server> ERROR :Closing link: (127.0.0.1) [Quit: see you]
        visitor< -- Goodbye.",
    );
}

#[test]
fn lines_typed_before_the_join_are_sent_after_it_in_order() {
    check(
        0,
        "visitor> one
        visitor> //two
        visitor> /who
        visitor> /quit
        visitor> three
        server> :srv 001 guest1 :Welcome
        server< JOIN #lobby
        server> :guest1!~guest@h JOIN #lobby
        server< PRIVMSG #lobby :one
        server< PRIVMSG #lobby :/two
        server< NAMES #lobby
        server< QUIT
        visitor< -- You are guest1, in #lobby.",
    );
}

#[test]
fn a_visitor_who_types_too_much_before_the_join_is_dropped() {
    let (mut visitor, mut out) = (Visitor::new(0), Output::default());
    let line = format!("{}\n", "x".repeat(1023));
    for _ in 0..MAX_WAITING_BYTES / 1024 {
        visitor.typed(line.as_bytes(), &mut out).unwrap();
    }
    assert!(out.shown.is_empty() && out.irc.is_empty());
    let error = visitor.typed(b"y\n", &mut out).unwrap_err();
    assert_eq!(error.to_string(), "Typed too much before joining");
    assert_eq!(String::from_utf8(out.shown).unwrap(), "-- You typed too much before you were in #lobby. Goodbye.\n");
}

#[test]
fn a_kicked_visitor_comes_back_with_the_next_line() {
    check_in_lobby(
        "server> :bob!~b@h KICK #lobby guest1 :no spam
        visitor< -- bob kicked you out (no spam)
        visitor< -- You are not in #lobby. Say something to try to get back in.
        visitor> /nope
        visitor< -- Unknown command. Commands: /nick NAME, /who, /quit. Begin a line with // to send a /
        visitor> sorry
        server< JOIN #lobby
        visitor> really
        server> :guest1!~guest@127.0.0.1 JOIN #lobby
        server< PRIVMSG #lobby :sorry
        server< PRIVMSG #lobby :really
        visitor< -- You are guest1, in #lobby.",
    );
}

#[test]
fn a_visitor_is_back_in_the_lobby_when_another_of_their_sessions_joins() {
    check_in_lobby(
        "server> :bob!~b@h KICK #lobby guest1 :bob
        visitor< -- bob kicked you out (bob)
        visitor< -- You are not in #lobby. Say something to try to get back in.
        server> :guest1!~guest@127.0.0.1 JOIN #lobby
        visitor< -- You are guest1, in #lobby.
        visitor> hello again
        server< PRIVMSG #lobby :hello again",
    );
}

#[test]
fn a_banned_visitor_is_told_and_may_try_again() {
    check_in_lobby(
        "server> :bob!~b@h KICK #lobby guest1 :bob
        visitor< -- bob kicked you out (bob)
        visitor< -- You are not in #lobby. Say something to try to get back in.
        visitor> sorry
        server< JOIN #lobby
        server> :srv 474 guest1 #lobby :Cannot join channel (+b)
        visitor< -- The server refused: Cannot join channel (+b) (#lobby)
        visitor< -- You are not in #lobby. What you typed was not sent. Say something to try to get back in.
        visitor> please
        server< JOIN #lobby",
    );
}

#[test]
fn control_characters_and_telnet_commands_are_dropped_from_input() {
    check_in_lobby(
        "visitor> he\\x07l\\x02lo\\x7f\\x0d
        server< PRIVMSG #lobby :hello
        visitor> \\xff\\xfb\\x01\\xff\\xfd\\x03a\\xff\\xfa\\x18\\x01\\xff\\xf0\\x09b\\xff\\xf1
        server< PRIVMSG #lobby :a b
        visitor> one\\x0dtwo
        server< PRIVMSG #lobby :one
        server< PRIVMSG #lobby :two
        visitor> \\x20
        visitor> \\x0d
        visitor> \\x01\\x02
        visitor> caf\\xe9
        visitor< -- That line is not UTF-8: it was not sent.
        visitor> \\xff\\xff
        visitor< -- That line is not UTF-8: it was not sent.",
    );
}

#[test]
fn messages_cannot_control_the_visitors_terminal() {
    check_in_lobby(
        "server> :bob!~b@h PRIVMSG #lobby :\u{1b}[2J\u{7}gone?\u{9b}31m
        visitor< bob: [2Jgone?31m
        server> :bob!~b@h QUIT :\u{1b}]0;title\u{7}
        visitor< -- bob quit (]0;title)
        server> :bob!~b@h PRIVMSG #lobby :one\u{2028}line, \u{202e}forwards\u{2069}
        visitor< bob: oneline, forwards",
    );
}

#[test]
fn the_front_answers_the_server_for_the_visitor() {
    check_in_lobby(
        "server> PING :srv
        server< PONG :srv
        server> ERROR :Closing link: (h) [Server is shutting down]
        visitor< -- The server says: Closing link: (h) [Server is shutting down]",
    );
}

#[test]
fn a_long_line_is_split_at_characters_and_an_endless_one_is_refused() {
    let (mut visitor, mut out) = (Visitor::new(0), Output::default());
    visitor.heard(b":s 001 guest1 :hi\r\n:guest1!~guest@h JOIN #lobby\r\n", &mut out);
    out = Output::default();
    let text = "é".repeat(1000);
    visitor.typed(format!("{text}\n").as_bytes(), &mut out).unwrap();
    let irc = String::from_utf8(out.irc).unwrap();
    let said: Vec<&str> = irc.lines().map(|line| line.strip_prefix("PRIVMSG #lobby :").unwrap()).collect();
    assert_eq!(said.concat(), text);
    assert!(said.iter().all(|said| said.len() <= MAX_SAID_BYTES) && said.len() < 8);

    out = Output::default();
    for _ in 0..1000 {
        visitor.typed(&[b'x'; 1000], &mut out).unwrap();
    }
    assert!(out.irc.is_empty() && out.shown.is_empty());
    visitor.typed(b"\nstill here\n", &mut out).unwrap();
    assert_eq!(String::from_utf8(out.shown).unwrap(), "-- That line is too long: it was not sent.\n");
    assert_eq!(out.irc, b"PRIVMSG #lobby :still here\r\n");
}

/// Types without end, and reads only a little.
struct Deaf {
    reads: usize,
}

impl io::Read for Deaf {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        b"/nonsense\n".as_slice().read(buffer)
    }
}

impl Stream for Deaf {
    fn end(&mut self) {}
}

impl io::Write for Deaf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.reads);
        self.reads -= count;
        if count == 0 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(count) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_visitor_who_types_nonsense_and_reads_no_replies_is_dropped() {
    let now = Now::both(Time::from_secs(1_700_000_000));
    let limits = DriverLimits::default();
    let server = Server::new(Config::default(), Boot::foreseen(now));
    let mut driver = ServerDriver::new(server, limits, ());
    let conn = driver.accept(now, Deaf { reads: 4000 }, Peer::named("h"), Front::Visitor, |_, _| None);
    driver.readable(conn);
    for _ in 0..100 {
        driver.round(now);
        assert!(driver.pending_bytes(conn) <= limits.link.send_queue_bytes + (1 << 20));
    }
    assert_eq!((driver.connections(), driver.server().connections()), (0, 0));
}

/// Strings with a meaning for IRC or for a visitor, and similar ones.
const MEANINGFUL: &[&str] = &[
    "\n",
    "\r\n",
    "/nick ",
    "/quit ",
    "/who\n",
    "/",
    "//",
    "hello\n",
    "x\0y",
    "é",
    "\u{1b}[2J",
    ":s 001 guest1 :hi\r\n",
    ":guest1!~guest@h JOIN #lobby\r\n",
    ":s 433 * guest1 :taken\r\n",
    ":b!~b@h KICK #lobby guest1 :out\r\n",
    ":guest1!g@h NICK ::\r\n",
    ":s 474 guest1 #lobby :no\r\n",
    ":s 432\r\n",
    "MODE #lobby\r\n",
    "MODE\r\n",
    "PING :a b\r\n",
    "PING\r\n",
    ":b PRIVMSG #lobby :",
    "ERROR :x\r\n",
];

/// Bytes that mostly have a meaning for IRC, for telnet, or as a visitor's command.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..20),
        "[ -~é\r\n\0\t]{0,30}".prop_map(String::into_bytes),
        proptest::sample::select(MEANINGFUL).prop_map(|text| text.as_bytes().to_vec()),
        proptest::sample::select(vec![vec![255, 250], vec![255, 251], vec![b'x'; 5000]]),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_server_always_gets_whole_lines_and_the_terminal_only_text(
        pieces in proptest::collection::vec((any::<bool>(), bytes()), 0..30)
    ) {
        let (mut visitor, mut out) = (Visitor::new(0), Output::default());
        visitor.opened(&mut out);
        for (from_core, piece) in pieces {
            match from_core {
                true => visitor.heard(&piece, &mut out),
                false if visitor.typed(&piece, &mut out).is_err() => break,
                false => {}
            }
        }
        let irc = String::from_utf8(out.irc).unwrap();
        prop_assert!(irc.is_empty() || irc.ends_with("\r\n"));
        for line in irc.split_terminator("\r\n") {
            prop_assert!(line.len() <= 510, "{line}");
            prop_assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
            let message = Message::parse(line.as_bytes()).unwrap();
            let known = ["NICK", "USER", "JOIN", "PRIVMSG", "NAMES", "QUIT", "PONG"];
            prop_assert!(known.contains(&message.command) && message.source.is_none(), "{line}");
        }
        let shown = String::from_utf8(out.shown).unwrap();
        prop_assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
    }
}
