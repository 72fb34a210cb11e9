//! Quitting once everything is confirmed, or reporting what was not.

use verbatim::client::{Action, Entry, Event};

use super::script::{actions, check_in_lobby, check_pipe, check_pipe_in_lobby, in_lobby};

#[test]
fn piped_input_is_sent_and_confirmed_before_a_successful_exit() {
    check_pipe(
        "
        start
        connect
        alice>| hi\\x0a\\x0athere
        end of input
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected to srv as alice
        server> :srv 376 alice :End of /MOTD command
        server< JOIN #lobby
        server> :alice!~alice@host JOIN #lobby
        alice< 12:00 #lobby → alice (you) is here
        server< PRIVMSG #lobby :hi
        server< PRIVMSG #lobby :there
        server< PING :verbatim-1
        server> PONG verbatim-0
        server> :srv PONG srv :verbatim-1
        alice< 12:00 #lobby <alice> hi
        alice< 12:00 #lobby <alice> there
        server< QUIT :leaving
        server> ERROR :Closing link: (host) [Quit: leaving]
        closed: the server closed the connection
        exits with 0
        ",
    );
}

#[test]
fn the_client_does_not_wait_for_a_server_that_ignores_quit() {
    check_pipe_in_lobby(
        "
        end of input
        server< QUIT :leaving
        1 s pass
        close
        exits with 0
        ",
    );
}

#[test]
fn a_pipe_that_loses_its_connection_fails_and_counts_the_lost_lines() {
    check_pipe_in_lobby(
        "
        alice> one
        server< PRIVMSG #lobby :one
        server< PING :verbatim-1
        alice> two
        server< PRIVMSG #lobby :two
        end of input
        closed: Connection reset by peer
        alice< 12:00 ! connection lost: Connection reset by peer; 2 lines were not confirmed
        exits with 1
        ",
    );
}

#[test]
fn a_pipe_that_cannot_join_fails_and_sends_nothing_elsewhere() {
    check_pipe(
        "
        start
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        alice> for the lobby only
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected to srv as alice
        server> :srv 376 alice :End of /MOTD command
        server< JOIN #lobby
        server> :srv 474 alice #Lobby :Cannot join channel (+b)
        alice< 12:00 ! cannot join #Lobby: Cannot join channel (+b)
        alice< 12:00 ! 1 line was not sent
        alice< 12:00 ! not everything was done: 1 refusal
        server< QUIT :leaving
        closed: the server closed the connection
        exits with 1
        ",
    );
}

#[test]
fn a_pipe_with_a_refused_line_fails_at_its_end() {
    check_pipe_in_lobby(
        "
        alice> /msg nobody hi
        server< PRIVMSG nobody :hi
        server< PING :verbatim-1
        server> :srv 401 alice nobody :No such nick/channel
        alice< 12:00 ! nobody: No such nick/channel (not said: hi)
        end of input
        server> :srv PONG srv :verbatim-1
        alice< 12:00 ! not everything was done: 1 refusal
        server< QUIT :leaving
        closed: the server closed the connection
        exits with 1
        ",
    );
}

#[test]
fn a_pipe_that_is_kicked_says_nothing_elsewhere() {
    check_pipe_in_lobby(
        "
        server> :alice!~alice@host JOIN #staff
        alice< 12:00 #staff → alice (you) is here
        server> :bob!~b@h KICK #lobby alice :out
        alice< 12:00 #lobby ← alice (you) was kicked by bob: out
        alice> for the lobby only
        alice< 12:00 ! not sent, since you are in no channel: for the lobby only
        end of input
        alice< 12:00 ! not everything was done: 1 refusal
        server< QUIT :leaving
        closed: the server closed the connection
        exits with 1
        ",
    );
}

#[test]
fn a_person_may_leave_while_there_is_no_connection() {
    for leaving in ["alice> /quit", "end of input", "interrupt"] {
        check_in_lobby(&format!(
            "
            closed: gone
            alice< 12:00 - connection lost: gone; trying again in 0.8 s
            {leaving}
            exits with 0
            "
        ));
    }
}

#[test]
fn an_interrupt_quits_without_waiting() {
    check_in_lobby(
        "
        interrupt
        server< QUIT :leaving
        interrupt
        close
        exits with 0
        ",
    );
}

#[test]
fn a_person_can_quit_though_the_server_confirms_nothing() {
    check_in_lobby(
        "
        alice> hello
        server< PRIVMSG #lobby :hello
        server< PING :verbatim-1
        end of input
        5 s pass
        alice< 12:00 ! 1 line was not confirmed
        server< QUIT :leaving
        closed: the server closed the connection
        exits with 0
        ",
    );
}

#[test]
fn a_pipe_that_is_too_fast_is_throttled_and_never_silently_dropped() {
    let mut world = in_lobby(false);
    let line = [b'x'; 99].iter().chain(b"\n").copied().collect::<Vec<u8>>();
    let mut sent = 0;
    while world.client.takes_input() {
        for action in actions(&mut world.client, world.now, Event::Typed { bytes: &line }) {
            sent += usize::from(matches!(action, Action::Send { .. }));
        }
    }
    assert!(sent < 100, "{sent} lines were sent without a reply from the server");
    let mut exit = None;
    for _ in 0..100_000 {
        for action in actions(&mut world.client, world.now, Event::Typed { bytes: &line }) {
            if let Action::Show(Entry::Trouble { text }) = &action {
                exit = Some(text.clone());
            }
        }
    }
    assert!(exit.is_some_and(|text| text.contains("refusal")));
}

#[test]
fn a_raw_quit_does_not_cause_a_reconnect() {
    check_in_lobby(
        "
        alice> /raw QUIT :good night
        server< QUIT :good night
        closed: the server closed the connection
        exits with 0
        ",
    );
}
