//! The commands that have more to them than a line for the server.

use super::script::{check_echoed, check_in_lobby, check_pipe_in_lobby};

#[test]
fn after_query_text_goes_to_a_user_and_follows_their_nick() {
    check_echoed(
        "
        alice> /query bob are you there?
        alice< 12:00 - what you type goes to bob
        server< PRIVMSG bob :are you there?
        server< PING :verbatim-1
        server> :alice!~alice@host PRIVMSG bob :are you there?
        alice< 12:00 [alice → bob] are you there?
        server> :srv PONG srv :verbatim-1
        server> :bob!~b@h NICK rob
        alice< 12:00 ~ bob is now rob
        alice> hello
        server< PRIVMSG rob :hello
        server< PING :verbatim-2
        server> :srv 401 alice rob :No such nick/channel
        alice< 12:00 ! rob: No such nick/channel (not said: hello)
        alice> /topic never mind
        alice< 12:00 ! you are in no channel
        alice> /mode +m
        alice< 12:00 ! you are in no channel
        alice> /j #LOBBY
        alice< 12:00 - what you type goes to #lobby
        alice> /query #lobby
        alice< 12:00 ! #lobby is not a nick
        ",
    );
}

#[test]
fn a_notice_is_sent_and_shown_as_one() {
    check_echoed(
        "
        alice> /notice #lobby tea is ready
        server< NOTICE #lobby :tea is ready
        server< PING :verbatim-1
        server> :alice!~alice@host NOTICE #lobby :tea is ready
        alice< 12:00 #lobby -alice- tea is ready
        alice> /notice bob
        alice< 12:00 ! usage: /notice target text
        ",
    );
}

#[test]
fn what_an_ignored_user_says_is_not_shown() {
    check_in_lobby(
        "
        alice> /ignore
        alice< 12:00 = you ignore nobody
        alice> /ignore Bob
        alice< 12:00 = you ignore Bob
        alice> /ignore *@bad.example
        alice< 12:00 = you ignore *@bad.example
        server> :bob!~b@h PRIVMSG #lobby :spam
        server> :bob!~b@h NOTICE alice :spam
        server> :bob!~b@h INVITE alice #spam
        server> :eve!~e@bad.example PRIVMSG alice :spam
        server> :carol!~c@h PRIVMSG #lobby :hello
        alice< 12:00 #lobby <carol> hello
        server> :bob!~b@h PART #lobby
        alice< 12:00 #lobby ← bob left
        alice> /ignore
        alice< 12:00 = you ignore Bob *@bad.example
        alice> /unignore bob
        alice< 12:00 = you no longer ignore bob
        alice> /unignore bob
        alice< 12:00 ! you do not ignore bob
        server> :bob!~b@h PRIVMSG #lobby :sorry
        alice< 12:00 #lobby <bob> sorry
        ",
    );
}

#[test]
fn reconnecting_waits_for_what_was_said_and_comes_back_at_once() {
    check_echoed(
        "
        alice> hello
        server< PRIVMSG #lobby :hello
        server< PING :verbatim-1
        alice>| /reconnect\\x0aback again\\x0a
        server> :alice!~alice@host PRIVMSG #lobby :hello
        alice< 12:00 #lobby <alice> hello
        server> :srv PONG srv :verbatim-1
        server< QUIT :reconnecting
        server> ERROR :Closing link
        closed: the server closed the connection
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected again to srv as alice
        server> :srv 422 alice :MOTD File is missing
        server< JOIN #lobby
        server> :alice!~alice@host JOIN #lobby
        alice< 12:00 #lobby → alice (you) is here
        server< PRIVMSG #lobby :back again
        server< PING :verbatim-2
        ",
    );
}

#[test]
fn reconnecting_does_not_wait_for_the_next_attempt_nor_for_a_server_that_keeps_the_connection() {
    check_in_lobby(
        "
        closed: gone
        alice< 12:00 - connection lost: gone; trying again in 0.8 s
        alice> /reconnect
        connect
        ",
    );
    check_in_lobby(
        "
        alice> /reconnect
        server< QUIT :reconnecting
        1 s pass
        close
        connect
        ",
    );
    check_pipe_in_lobby(
        "
        alice> /reconnect
        alice< 12:00 ! only a person can /reconnect
        ",
    );
}

#[test]
fn the_screen_is_cleared_and_one_command_explained_on_request() {
    check_in_lobby(
        "
        alice> /clear
        clear
        alice> /help invite
        alice< 12:00 - /invite nick [#channel]  invite somebody into a channel
        alice> /help /J
        alice< 12:00 - /j #channel [key]  the same as /join
        alice> /help me please
        alice< 12:00 ! no such command: /me please
        ",
    );
}

#[test]
fn lines_of_a_pipe_behind_a_quit_count_as_not_sent() {
    check_pipe_in_lobby(
        "
        alice>| one\\x0a/quit\\x0atwo\\x0athree\\x0a
        server< PRIVMSG #lobby :one
        server< PING :verbatim-1
        alice>| four\\x0afi
        end of input
        server> :srv PONG srv :verbatim-1
        alice< 12:00 #lobby <alice> one
        server< QUIT :leaving
        closed: the server closed the connection
        alice< 12:00 ! 4 lines were not sent: behind /quit
        exits with 1
        ",
    );
    check_pipe_in_lobby(
        "
        alice>| /quit\\x0a
        server< QUIT :leaving
        end of input
        closed: the server closed the connection
        exits with 0
        ",
    );
}
