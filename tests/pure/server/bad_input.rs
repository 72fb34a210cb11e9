//! Input that no client should send: it gets an error reply, affects nobody else, and never makes the server panic.

use proptest::collection::vec;
use proptest::prelude::*;

use super::oper::with_operators;
use super::script::{World, check};

#[test]
fn malformed_lines_get_an_error_reply() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> PRIVMSG #a :caf\xe9
        alice< :verbatim.local FAIL PRIVMSG INVALID_UTF8 :Your message was not valid UTF-8
        alice> PRIVMSG #a :nul\x00
        alice< :verbatim.local 400 alice * :Message contains a NUL character
        alice> :alice
        alice< :verbatim.local 400 alice * :Message has no command
        alice> @tags
        alice< :verbatim.local 400 alice * :Message has no command
        alice> \x20\x20
        alice< :verbatim.local 400 alice * :Message has no command
        alice> : PRIVMSG
        alice< :verbatim.local 411 alice :No recipient given (PRIVMSG)
        alice> :alice :JOIN #b
        alice< :verbatim.local 400 alice * :Message has no command
        alice> :alice @JOIN #b
        alice< :verbatim.local 400 alice * :Message has no command
        alice> PRIVMSG #a :fine
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :fine
    ",
    );
}

#[test]
fn bad_input_before_registration_gets_a_reply_too() {
    check(
        r"
        alice connects
        alice> \xff\xfe\x00
        alice< :verbatim.local 400 * * :Message contains a NUL character
        alice> GET /index.html
        alice< :verbatim.local 451 * :You have not registered
        alice> {x*600}
        alice< :verbatim.local 417 * :Input line was too long
    ",
    );
}

#[test]
fn empty_lines_are_ignored() {
    check(
        r"
        alice registers
        alice>
        alice>| \r\n\r\r\n\n\n
        alice>| PING a\rPING b\nPING c\r\n
        alice< :verbatim.local PONG verbatim.local :a
        alice< :verbatim.local PONG verbatim.local :b
        alice< :verbatim.local PONG verbatim.local :c
    ",
    );
}

#[test]
fn a_line_that_is_not_utf_8_gets_a_fail_that_names_its_command() {
    check(
        r"
        alice, bob register
        alice> CAP REQ standard-replies
        alice< :verbatim.local CAP alice ACK :standard-replies
        alice> PRIVMSG bob :\xff
        alice< :verbatim.local FAIL PRIVMSG INVALID_UTF8 :Your message was not valid UTF-8
        alice> PRIVMSG bob :\x00
        alice< :verbatim.local 400 alice * :Message contains a NUL character
        alice> :alice
        alice< :verbatim.local 400 alice * :Message has no command
        bob> PRIVMSG alice :\xff
        bob< :verbatim.local FAIL PRIVMSG INVALID_UTF8 :Your message was not valid UTF-8
    ",
    );
}

#[test]
fn an_unknown_command_gets_421_with_its_name() {
    check(
        r"
        alice registers
        alice> Nonsense a b c
        alice< :verbatim.local 421 alice NONSENSE :Unknown command
        alice> 001 alice :Welcome
        alice< :verbatim.local 421 alice 001 :Unknown command
        alice> {x*500}
        alice< :verbatim.local 421 alice {X*32} :Unknown command
        alice> {é*40} x
        alice< :verbatim.local 421 alice éééééééééééééééé :Unknown command
        alice> FOO_BAR a
        alice< :verbatim.local 421 alice FOO_BAR :Unknown command
        alice> X-Y
        alice< :verbatim.local 421 alice X-Y :Unknown command
        alice> JOIN! #b
        alice< :verbatim.local 421 alice JOIN! :Unknown command
        alice> PING:a
        alice< :verbatim.local 421 alice PING:A :Unknown command
        alice> DIE root secret
        alice< :verbatim.local 421 alice DIE :Unknown command
    ",
    );
}

#[test]
fn tags_and_sources_are_ignored() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> @+draft/reply=x;label=1 PRIVMSG #a :tagged
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :tagged
        alice> :bob!~bob@10.0.0.2  privmsg  #a  :under a false name
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :under a false name
        alice>\x20\x20PRIVMSG #a word and more
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :word
        alice> @{t*4000} PRIVMSG #a :many tags
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :many tags
    ",
    );
}

#[test]
fn over_long_lines_are_refused_whole() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> PING {x*505}
        alice< :verbatim.local PONG verbatim.local :{x*473}
        alice> PING {x*506}
        alice< :verbatim.local 417 alice :Input line was too long
        alice> PRIVMSG #a :{x*1000000}
        alice< :verbatim.local 417 alice :Input line was too long
        alice>| {x*1000000}
        alice>| {x*1000000}
        alice>| \nPING here\n
        alice< :verbatim.local 417 alice :Input line was too long
        alice< :verbatim.local PONG verbatim.local :here
        alice> @{t*4095} PING x
        alice< :verbatim.local 417 alice :Input line was too long
        alice>| PRIVMSG #a :never ended
        alice ends
        bob< :alice!~alice@10.0.0.1 QUIT :Connection closed
    ",
    );
}

#[test]
fn long_parameters_are_truncated_in_replies() {
    check(
        r"
        alice registers
        alice> JOIN {x*500}
        alice< :verbatim.local 403 alice {x*200} :No such channel
        alice> WHOIS {é*240}
        alice< :verbatim.local 401 alice {é*100} :No such nick/channel
        alice< :verbatim.local 318 alice {é*100} :End of /WHOIS list
        alice> CAP REQ :{x*500}
        alice< :verbatim.local CAP alice NAK :{x*479}
        alice> NICK {x*500}
        alice< :verbatim.local 432 alice {x*200} :Erroneous nickname
        alice> TIME {x*500}
        alice< :verbatim.local 402 alice {x*200} :No such server
    ",
    );
}

#[test]
fn surplus_parameters_are_ignored() {
    check(
        r"
        alice registers
        alice> JOIN #a key and so on 6 7 8 9 10 11 12 13 14 15 16 17
        alice< :alice!~alice@10.0.0.1 JOIN #a
        alice< :verbatim.local 353 alice = #a :@alice
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        alice> PING a b c
        alice< :verbatim.local PONG verbatim.local :a
        alice> AWAY out to lunch
        alice< :verbatim.local 306 alice :You have been marked as being away
        alice> LUSERS a * c
        alice< :verbatim.local 251 alice :There are 1 users and 0 invisible on 1 servers
        alice< :verbatim.local 252 alice 0 :operator(s) online
        alice< :verbatim.local 253 alice 0 :unknown connection(s)
        alice< :verbatim.local 254 alice 1 :channels formed
        alice< :verbatim.local 255 alice :I have 1 clients and 0 servers
        alice< :verbatim.local 265 alice 1 1 :Current local users 1, max 1
        alice< :verbatim.local 266 alice 1 1 :Current global users 1, max 1
    ",
    );
}

/// A word that resembles a valid parameter.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec![
            "ann", "ben", "cat", "ANN", "#a", "#b", "#A", "#a,#b", "ann,ben", "0", "*", "*!*@*", "302", "LS", "REQ",
            "END", "LIST", "multi-prefix", "-multi-prefix", "userhost-in-names", "o", "+o", "-o", "+v", "+b", "-b",
            "+k", "-k", "+l", "+imnst", "-imnst", "+ovbk", "beI", "+lkbe", "10", "", ":", ",", "::", ":a b", "é", "+i", "+sw",
            "ken ken's", "olga olga's", "m", "p", "batch", "labeled-response", "draft/extended-isupport",
        ]).prop_map(str::to_owned),
        1 => "[ -~]{0,8}",
        1 => "\\PC{0,4}",
        1 => (1..200_usize).prop_map(|count| "w".repeat(count)),
    ]
}

/// A line that resembles a command.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let verb = prop::sample::select(vec![
        "ADMIN", "AWAY", "CAP", "HELP", "INFO", "INVITE", "ISON", "ISUPPORT", "JOIN", "JOIN", "JOIN", "KICK", "KILL",
        "LINKS", "LIST", "LUSERS", "MODE", "MODE", "MODE", "MOTD", "NAMES", "NICK", "NOTICE", "OPER", "PART", "PASS",
        "PING", "PONG", "PRIVMSG", "QUIT", "REHASH", "STATS", "TIME", "TOPIC", "USER", "USERHOST", "USERIP", "VERSION",
        "WALLOPS", "WHO", "WHOIS", "WHOWAS", "NONSENSE",
    ]);
    prop_oneof![
        12 => (verb, vec(word(), 0..5)).prop_map(|(verb, words)| format!("{verb} {}\r\n", words.join(" ")).into_bytes()),
        2 => Just(b"OPER ken ken's\r\n".to_vec()),
        1 => vec(any::<u8>(), 0..700),
        1 => (450..520_usize).prop_map(|count| format!("PRIVMSG #a :{}\r\n", "é".repeat(count / 2)).into_bytes()),
    ]
}

/// What can happen to one of three users.
#[derive(Clone, Debug)]
enum Step {
    Sends(Vec<u8>),
    Ends,
    Passes(u64),
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// `World` itself checks that each line sent is UTF-8, one message, at most 512 bytes long, and not for a closed
    /// connection.
    #[test]
    fn no_input_makes_the_server_panic_or_leak_state(steps in vec((0..3_usize, prop_oneof![
        40 => line().prop_map(Step::Sends),
        1 => Just(Step::Ends),
        1 => (0..100_u64).prop_map(Step::Passes),
    ]), 0..120)) {
        let (mut world, people) = (World::new(with_operators()), ["ann", "ben", "cat"]);
        for (who, step) in steps {
            let name = people[who];
            if !world.is_connected(name) {
                world.act(&format!("{name} connects"));
                world.receive(name, format!("NICK {name}\r\nUSER {name} 0 * :{name}\r\nJOIN #a\r\n").as_bytes());
            }
            match step {
                Step::Sends(bytes) => world.receive(name, &bytes),
                Step::Ends => world.act(&format!("{name} ends")),
                Step::Passes(secs) => world.act(&format!("{secs} s pass")),
            }
            world.heard();
        }
        for name in people {
            if world.is_connected(name) {
                world.act(&format!("{name} is cut off"));
            }
        }
        prop_assert_eq!((world.server.connections(), world.server.channels(), world.server.deadline()), (0, 0, None));
    }
}

#[test]
fn an_http_request_before_registration_closes_the_connection() {
    check(
        r"
        page connects
        -- A page's script can make a browser send this, with commands in the body.
        page> POST /x HTTP/1.1
        page< ERROR :Closing link: (10.0.0.1) [This is not a web server]
        page closed
        alice registers
        -- After registration it is an unknown command.
        alice> GET / HTTP/1.1
        alice< :verbatim.local 421 alice GET :Unknown command
        bob connects
        bob> GET / HTTP
        bob< :verbatim.local 451 * :You have not registered
        -- A request is recognised even if its method is also a command that needs registration.
        bob> AWAY /x HTTP/1.1
        bob< ERROR :Closing link: (10.0.0.2) [This is not a web server]
        bob closed
    ",
    );
}
