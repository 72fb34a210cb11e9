//! What the command line changes.

use verbatim::client::view::plain;
use verbatim::client::{Action, Config, Entry, Event, Input, Password};

use super::script::{World, actions, check_in, config, in_lobby};

#[test]
fn a_password_is_sent_first_and_never_printed() {
    let config = Config { password: Some(Password("let me in".into())), ..config(true, &[]) };
    assert!(!format!("{config:?}").contains("let me in"));
    check_in(
        World::new(config),
        "
        start
        connect
        connected
        server< PASS :let me in
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 464 alice :Password incorrect
        alice< 12:00 ! Password incorrect
        closed: the server closed the connection
        alice< 12:00 ! cannot connect: the server closed the connection
        exits with 1
        ",
    );
}

#[test]
fn no_other_nick_is_tried_if_only_one_will_do() {
    let config = || Config { exact_nick: true, ..config(true, &[]) };
    check_in(
        World::new(config()),
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 433 * alice :Nickname is already in use
        close
        alice< 12:00 ! cannot connect: the server refused the nick alice
        exits with 1
        ",
    );
    check_in(
        World::new(config()),
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected to srv as alice; /help lists the commands
        closed: gone
        alice< 12:00 - connection lost: gone; trying again in 0.8 s
        1 s pass
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 433 * alice :Nickname is already in use
        close
        alice< 12:00 - cannot connect: the server refused the nick alice; still trying
        2 s pass
        connect
        ",
    );
}

#[test]
fn every_line_is_text_if_commands_are_switched_off() {
    let mut world = World::new(Config { commands: false, ..config(false, &["#lobby"]) });
    for line in [
        "start",
        "connected",
        "server> :srv 001 alice :Welcome",
        "server> :srv 422 alice :no MOTD",
        "server> :alice!~alice@host JOIN #lobby",
    ] {
        world.happen(line);
    }
    check_in(
        world,
        "
        alice>| /quit\\x0a//x\\x0a/bin/true\\x0a
        server< PRIVMSG #lobby :/quit
        server< PRIVMSG #lobby ://x
        server< PRIVMSG #lobby :/bin/true
        server< PING :verbatim-1
        ",
    );
}

#[test]
fn a_listener_reconnects_and_ends_when_no_channel_is_left() {
    let config = Config { input: Input::Nothing, ..config(true, &["#lobby"]) };
    check_in(
        World::new(config),
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected to srv as alice
        server> :srv 422 alice :no MOTD
        server< JOIN #lobby
        server> :alice!~alice@host JOIN #lobby
        alice< 12:00 #lobby → alice (you) is here
        closed: gone
        alice< 12:00 - connection lost: gone; trying again in 0.8 s
        1 s pass
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected again to srv as alice
        server> :srv 422 alice :no MOTD
        server< JOIN #lobby
        server> :alice!~alice@host JOIN #lobby
        alice< 12:00 #lobby → alice (you) is here
        server> :bob!~b@h KICK #lobby alice :out
        alice< 12:00 #lobby ← alice (you) was kicked by bob: out
        alice< 12:00 ! there is no channel left to listen to
        alice< 12:00 ! not everything was done: 1 refusal
        server< QUIT :leaving
        closed: the server closed the connection
        exits with 1
        ",
    );
}

#[test]
fn input_that_cannot_be_read_is_an_error() {
    check_in(
        in_lobby(false),
        "
        alice>| half a li
        input failed: Is a directory
        alice< 12:00 ! cannot read the input: Is a directory
        server< PRIVMSG #lobby :half a li
        server< PING :verbatim-1
        server> :srv PONG srv :verbatim-1
        alice< 12:00 #lobby <alice> half a li
        alice< 12:00 ! not everything was done: 1 refusal
        server< QUIT :leaving
        closed: the server closed the connection
        exits with 1
        ",
    );
}

#[test]
fn a_person_who_ends_the_input_in_the_middle_of_a_line_has_not_said_it() {
    check_in(
        in_lobby(true),
        "
        alice>| not yet
        end of input
        server< QUIT :leaving
        ",
    );
}

#[test]
fn a_line_longer_than_the_input_can_deliver_is_refused() {
    let config = Config { longest_line: 20, ..config(true, &[]) };
    check_in(
        World::new(config),
        "
        alice> @123456789012345 7890
        alice< 12:00 ! not sent: a line of more than 20 bytes
        alice> 012345678901234567890
        alice< 12:00 ! not sent: a line of more than 20 bytes
        ",
    );
}

#[test]
fn attempts_to_reconnect_are_reported_once() {
    check_in(
        in_lobby(true),
        "
        closed: gone
        alice< 12:00 - connection lost: gone; trying again in 0.8 s
        1 s pass
        connect
        refused: Connection refused
        alice< 12:00 - cannot connect: Connection refused; still trying
        2 s pass
        connect
        refused: Connection refused
        4 s pass
        connect
        refused: No route to host
        alice< 12:00 - cannot connect: No route to host; still trying
        8 s pass
        connect
        ",
    );
}

/// Whether what the server sent to alice rings.
fn rings(line: &str) -> bool {
    let mut world = in_lobby(true);
    let bytes = format!("{line}\r\n");
    let shown = actions(&mut world.client, world.now, Event::Received { bytes: bytes.as_bytes() });
    shown.iter().any(|action| matches!(action, Action::Show(Entry::Said { rings: true, .. })))
}

#[test]
fn what_is_for_the_user_rings() {
    for (line, expected) in [
        (":bob!b@h PRIVMSG #lobby :Alice: tea?", true),
        (":bob!b@h PRIVMSG #lobby :tea, alice?", true),
        (":bob!b@h PRIVMSG #lobby :malice, alices and alice_", false),
        (":bob!b@h PRIVMSG #lobby :\u{1}ACTION waves to alice\u{1}", true),
        (":bob!b@h PRIVMSG alice :hi", true),
        (":alice!a@h PRIVMSG #lobby :I, alice", false),
        (":srv NOTICE alice :alice", false),
    ] {
        assert_eq!(rings(line), expected, "{line}");
    }
}

#[test]
fn a_quiet_client_shows_what_is_said_and_what_went_wrong() {
    let s = String::new;
    let shows = |entry: Entry| plain::is_quiet(&entry);
    assert!(shows(Entry::Trouble { text: s() }) && shows(Entry::Refused { text: s() }));
    assert!(shows(Entry::Kicked { who: s(), channel: s(), by: s(), reason: s(), own: true }));
    assert!(!shows(Entry::Kicked { who: s(), channel: s(), by: s(), reason: s(), own: false }));
    assert!(!shows(Entry::Joined { who: s(), channel: s(), own: true }) && !shows(Entry::Greeting { text: s() }));
    assert!(!shows(Entry::Status { text: s() }) && !shows(Entry::Names { channel: s(), nicks: vec![] }));
}

#[test]
fn the_list_of_commands_fits_the_terminal() {
    let entry = Entry::Help { usage: "/kick nick".into(), about: "make somebody leave", widest: (12, 21) };
    let line = |columns| {
        let style = plain::Style { columns, ..plain::Style::default() };
        plain::line(verbatim::time::Time::default(), &entry, style)
    };
    assert_eq!(line(0), "00:00 - /kick nick    make somebody leave");
    assert_eq!(line(80), line(0));
    assert_eq!(line(30), "00:00 - /kick nick\n        make somebody leave");
}
