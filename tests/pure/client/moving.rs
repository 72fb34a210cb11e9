//! Channels that lead elsewhere: forwards and renames.

use super::script::{check_in_lobby, check_pipe_in_lobby};

#[test]
fn a_person_follows_a_forward() {
    check_in_lobby(
        "
        alice> /join #full
        server< JOIN #full
        server< PING :verbatim-1
        server> :srv 470 alice #full #over :Forwarding to another channel
        alice< 12:00 - #full forwards to #over
        server> :alice!~alice@host JOIN #over
        alice< 12:00 #over → alice (you) is here
        server> :srv PONG srv :verbatim-1
        alice> hello
        server< PRIVMSG #over :hello
        server< PING :verbatim-2
        ",
    );
}

#[test]
fn text_typed_for_a_channel_is_not_sent_to_its_forward() {
    check_in_lobby(
        "
        alice> /join #full
        server< JOIN #full
        server< PING :verbatim-1
        alice> only for #full
        server> :srv 470 alice #full #over :Forwarding to another channel
        alice< 12:00 - #full forwards to #over
        alice< 12:00 ! not sent: only for #full
        server> :alice!~alice@host JOIN #over
        alice< 12:00 #over → alice (you) is here
        ",
    );
}

#[test]
fn a_pipe_does_not_follow_a_forward() {
    check_pipe_in_lobby(
        "
        alice>| /join #full\\x0aonly for #full\\x0a
        server< JOIN #full
        server< PING :verbatim-1
        server> :srv 470 alice #full #over :Forwarding to another channel
        alice< 12:00 ! cannot join #full: it forwards to #over
        alice< 12:00 ! 1 line was not confirmed
        alice< 12:00 ! 1 line was not sent
        alice< 12:00 ! not everything was done: 1 refusal
        server< QUIT :leaving
        server> :alice!~alice@host JOIN #over
        alice< 12:00 #over → alice (you) is here
        ",
    );
}

#[test]
fn a_forward_to_a_joined_channel_goes_there_at_once() {
    check_in_lobby(
        "
        server> :alice!~alice@host JOIN #over
        alice< 12:00 #over → alice (you) is here
        alice> /join #full
        server< JOIN #full
        server< PING :verbatim-1
        server> :srv 470 alice #full #over :Forwarding to another channel
        alice< 12:00 - #full forwards to #over
        alice< 12:00 - what you type goes to #over
        server> :srv PONG srv :verbatim-1
        alice> hello
        server< PRIVMSG #over :hello
        server< PING :verbatim-2
        ",
    );
}

#[test]
fn a_forward_to_a_channel_that_refuses_too_fails() {
    check_in_lobby(
        "
        alice> /join #full
        server< JOIN #full
        server< PING :verbatim-1
        server> :srv 470 alice #full #over :Forwarding to another channel
        alice< 12:00 - #full forwards to #over
        server> :srv 473 alice #over :Cannot join channel (+i)
        alice< 12:00 ! cannot join #over: Cannot join channel (+i)
        server> :srv PONG srv :verbatim-1
        alice> hello
        server< PRIVMSG #lobby :hello
        server< PING :verbatim-2
        ",
    );
}

#[test]
fn text_follows_a_channel_to_its_new_name() {
    check_in_lobby(
        "
        alice> /join #hall secret
        server< JOIN #hall secret
        server< PING :verbatim-1
        server> :alice!~alice@host JOIN #hall
        alice< 12:00 #hall → alice (you) is here
        server> :srv PONG srv :verbatim-1
        server> :alice!~alice@host PART #hall :tidying up
        alice< 12:00 #hall ← alice left: tidying up
        alice< 12:00 - what you type goes nowhere: /join a channel, or /query somebody
        server> :alice!~alice@host JOIN #newhall
        alice< 12:00 #newhall → alice (you) is here
        alice< 12:00 - what you type goes to #newhall
        alice> hello
        server< PRIVMSG #newhall :hello
        server< PING :verbatim-2
        server> :srv PONG srv :verbatim-2
        alice< 12:00 #newhall <alice> hello
        closed: the server closed the connection
        alice< 12:00 - connection lost: the server closed the connection; trying again in 0.8 s
        1 s pass
        connect
        connected
        server< CAP REQ :echo-message
        server< NICK alice
        server< USER alice 0 * :alice
        server< CAP END
        server> :srv 001 alice :Welcome
        alice< 12:00 - connected again to srv as alice
        server> :srv 376 alice :End of /MOTD command
        server< JOIN #lobby
        server< JOIN #newhall secret
        ",
    );
}

#[test]
fn text_does_not_follow_a_channel_that_is_not_the_target() {
    check_in_lobby(
        "
        server> :alice!~alice@host JOIN #hall
        alice< 12:00 #hall → alice (you) is here
        server> :alice!~alice@host PART #hall
        alice< 12:00 #hall ← alice left
        server> :alice!~alice@host JOIN #newhall
        alice< 12:00 #newhall → alice (you) is here
        alice> hello
        server< PRIVMSG #lobby :hello
        server< PING :verbatim-1
        ",
    );
}

#[test]
fn a_pipe_continues_in_a_renamed_channel() {
    check_pipe_in_lobby(
        "
        server> :alice!~alice@host PART #lobby
        alice< 12:00 #lobby ← alice left
        server> :alice!~alice@host JOIN #hall
        alice< 12:00 #hall → alice (you) is here
        alice< 12:00 - what you type goes to #hall
        alice>| hello\\x0a
        server< PRIVMSG #hall :hello
        server< PING :verbatim-1
        ",
    );
}

#[test]
fn after_a_requested_part_a_later_join_does_not_change_the_target() {
    check_in_lobby(
        "
        server> :alice!~alice@host JOIN #den
        alice< 12:00 #den → alice (you) is here
        alice> /part #lobby
        server< PART #lobby
        server< PING :verbatim-1
        server> :alice!~alice@host PART #lobby
        alice< 12:00 #lobby ← alice left
        alice< 12:00 - what you type goes nowhere: /join a channel, or /query somebody
        server> :srv PONG srv :verbatim-1
        server> :alice!~alice@host JOIN #hall
        alice< 12:00 #hall → alice (you) is here
        alice> hello
        alice< 12:00 ! not sent, since you are in no channel: hello
        ",
    );
}
