//! The user's own messages are shown when the server has them.

use super::script::{check_echoed, check_in_lobby, check_pipe_echoed};

#[test]
fn an_own_message_is_shown_when_the_server_sends_it_back() {
    check_echoed(
        "
        alice> hello
        server< PRIVMSG #lobby :hello
        server< PING :verbatim-1
        server> :bob!~b@h PRIVMSG #lobby :me first
        alice< 12:00 #lobby <bob> me first
        server> :alice!~alice@host PRIVMSG #lobby :hello
        alice< 12:00 #lobby <alice> hello
        server> :srv PONG srv :verbatim-1
        alice> /me waves
        server< PRIVMSG #lobby :\\x01ACTION waves\\x01
        server< PING :verbatim-2
        server> :alice!~alice@host PRIVMSG #lobby :\\x01ACTION waves\\x01
        alice< 12:00 #lobby * alice waves
        server> :srv PONG srv :verbatim-2
        ",
    );
}

#[test]
fn a_refused_message_is_not_shown_as_said() {
    check_echoed(
        "
        alice> /msg nobody hi
        server< PRIVMSG nobody :hi
        server< PING :verbatim-1
        server> :srv 401 alice nobody :No such nick/channel
        alice< 12:00 ! nobody: No such nick/channel (not said: hi)
        alice> a secret
        server< PRIVMSG #lobby :a secret
        server> :srv 404 alice #lobby :Cannot send to channel (+m)
        alice< 12:00 ! #lobby: Cannot send to channel (+m) (not said: a secret)
        alice> the disk is full
        server< PRIVMSG #lobby :the disk is full
        server> :srv FAIL PRIVMSG NOT_STORED #lobby :It could not be stored
        alice< 12:00 ! PRIVMSG #lobby: It could not be stored (not said: the disk is full)
        alice> /msg bob are you there
        server< PRIVMSG bob :are you there
        server> :srv 716 alice bob :is in +g mode (server-side ignore)
        alice< 12:00 ! bob: is in +g mode (server-side ignore) (not said: are you there)
        server> :srv PONG srv :verbatim-1
        server< PING :verbatim-2
        server> :srv PONG srv :verbatim-2
        ",
    );
}

#[test]
fn a_message_that_is_neither_sent_back_nor_refused_was_not_delivered() {
    check_pipe_echoed(
        "
        alice> /raw NOTICE bob :hi there
        server< NOTICE bob :hi there
        server< PING :verbatim-1
        server> :srv PONG srv :verbatim-1
        alice< 12:00 ! not delivered to bob: hi there
        end of input
        alice< 12:00 ! not everything was done: 1 refusal
        server< QUIT :leaving
        closed: the server closed the connection
        exits with 1
        ",
    );
}

#[test]
fn a_message_to_several_is_shown_for_those_who_got_it() {
    check_echoed(
        "
        alice> /msg bob,nobody,#LOBBY hi
        server< PRIVMSG bob,nobody,#LOBBY :hi
        server< PING :verbatim-1
        server> :alice!~alice@host PRIVMSG bob :hi
        alice< 12:00 [alice → bob] hi
        server> :srv 401 alice nobody :No such nick/channel
        alice< 12:00 ! nobody: No such nick/channel (not said: hi)
        server> :alice!~alice@host PRIVMSG #lobby :hi
        alice< 12:00 #lobby <alice> hi
        server> :srv PONG srv :verbatim-1
        ",
    );
}

#[test]
fn a_message_to_oneself_is_shown_once() {
    check_echoed(
        "
        alice>| /msg alice note\\x0a/msg alice note\\x0a
        server< PRIVMSG alice :note
        server< PRIVMSG alice :note
        server< PING :verbatim-1
        server> :alice!~alice@host PRIVMSG alice :note
        alice< 12:00 [alice → alice] note
        server> :alice!~alice@host PRIVMSG alice :note
        server> :alice!~alice@host PRIVMSG alice :note
        alice< 12:00 [alice → alice] note
        server> :alice!~alice@host PRIVMSG alice :note
        server> :srv PONG srv :verbatim-1
        ",
    );
    check_in_lobby(
        "
        alice> /msg alice note
        server< PRIVMSG alice :note
        server< PING :verbatim-1
        server> :alice!~alice@host PRIVMSG alice :note
        alice< 12:00 [alice → alice] note
        server> :srv PONG srv :verbatim-1
        ",
    );
}

#[test]
fn what_the_user_says_from_another_client_is_shown() {
    check_echoed(
        "
        server> :alice!~alice@host PRIVMSG #lobby :from my telephone
        alice< 12:00 #lobby <alice> from my telephone
        ",
    );
}

#[test]
fn without_echoes_a_message_is_shown_when_it_is_confirmed_and_not_refused() {
    check_in_lobby(
        "
        alice> /topic never
        server< TOPIC #lobby :never
        server< PING :verbatim-1
        alice> hello
        server< PRIVMSG #lobby :hello
        alice> /topic mine
        server< TOPIC #lobby :mine
        alice> /whois nobody
        server< WHOIS nobody
        alice> /msg nobody hi
        server< PRIVMSG nobody :hi
        server> :srv 482 alice #lobby :You're not channel operator
        alice< 12:00 ! #lobby: You're not channel operator
        server> :srv 482 alice #lobby :You're not channel operator
        alice< 12:00 ! #lobby: You're not channel operator
        server> :srv 401 alice nobody :No such nick/channel
        alice< 12:00 ! nobody: No such nick/channel
        server> :srv 401 alice nobody :No such nick/channel
        alice< 12:00 ! nobody: No such nick/channel (not said: hi)
        server> :srv PONG srv :verbatim-1
        server< PING :verbatim-2
        server> :srv PONG srv :verbatim-2
        alice< 12:00 #lobby <alice> hello
        ",
    );
}

#[test]
fn what_was_shown_is_not_reported_as_lost_with_the_connection() {
    check_echoed(
        "
        alice> hello
        server< PRIVMSG #lobby :hello
        server< PING :verbatim-1
        alice> /msg bob hi
        server< PRIVMSG bob :hi
        server> :alice!~alice@host PRIVMSG #lobby :hello
        alice< 12:00 #lobby <alice> hello
        closed: gone
        alice< 12:00 ! may not have arrived: bob: hi
        alice< 12:00 - connection lost: gone; trying again in 0.8 s
        ",
    );
}

#[test]
fn a_message_written_in_the_protocols_syntax_is_shown_too() {
    check_echoed(
        "
        alice> /raw PRIVMSG bob :from a script
        server< PRIVMSG bob :from a script
        server< PING :verbatim-1
        server> :srv 401 alice bob :No such nick/channel
        alice< 12:00 ! bob: No such nick/channel (not said: from a script)
        server> :srv PONG srv :verbatim-1
        ",
    );
}
