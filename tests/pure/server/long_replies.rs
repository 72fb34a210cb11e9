//! Replies that are sent in pieces: LIST, WHO and NAMES.

use verbatim::server::Config;

use super::script::check_with;

fn check_in_pieces_of(reply_rows: usize, script: &str) {
    check_with(Config { reply_rows, ..Config::default() }, script);
}

#[test]
fn a_long_list_comes_in_pieces_and_later_commands_wait() {
    check_in_pieces_of(
        2,
        r"
        alice, bob register
        alice joins #e,#a,#d,#c,#b
        reading takes time
        bob> LIST
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 322 bob #a 1 :
        bob< :verbatim.local 322 bob #b 1 :
        bob> PING :later
        -- Other lines come in between. A channel that is behind is not shown, and one that is ahead is.
        alice> PRIVMSG bob :meanwhile
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :meanwhile
        alice> JOIN #ab,#bc
        alice< :alice!~alice@10.0.0.1 JOIN #ab
        alice< :verbatim.local 353 alice = #ab :@alice
        alice< :verbatim.local 366 alice #ab :End of /NAMES list
        alice< :alice!~alice@10.0.0.1 JOIN #bc
        alice< :verbatim.local 353 alice = #bc :@alice
        alice< :verbatim.local 366 alice #bc :End of /NAMES list
        alice> PART #a,#c
        alice< :alice!~alice@10.0.0.1 PART #a
        alice< :alice!~alice@10.0.0.1 PART #c
        the next piece is read
        bob< :verbatim.local 322 bob #bc 1 :
        bob< :verbatim.local 322 bob #d 1 :
        the next piece is read
        bob< :verbatim.local 322 bob #e 1 :
        bob< :verbatim.local 323 bob :End of /LIST
        bob< :verbatim.local PONG verbatim.local :later
        ",
    );
}

#[test]
fn channels_that_are_not_shown_count_towards_a_piece() {
    check_in_pieces_of(
        2,
        r"
        alice, bob register
        alice joins #a,#b,#c,#d
        reading takes time
        bob> LIST #d
        bob< :verbatim.local 321 bob Channel :Users  Name
        the next piece is read
        bob< :verbatim.local 322 bob #d 1 :
        bob< :verbatim.local 323 bob :End of /LIST
        ",
    );
}

#[test]
fn a_long_who_shows_each_user_once_who_is_there_throughout() {
    check_in_pieces_of(
        2,
        r"
        alice, bob, carol, dave register
        alice, bob, carol, dave join #a
        reading takes time
        alice> WHO #a %n
        alice< :verbatim.local 354 alice alice
        alice< :verbatim.local 354 alice bob
        bob, dave> PART #a
        alice, bob, carol, dave< :bob!~bob@10.0.0.2 PART #a
        alice, carol, dave< :dave!~dave@10.0.0.4 PART #a
        carol> NICK carla
        alice, carol< :carol!~carol@10.0.0.3 NICK carla
        the next piece is read
        alice< :verbatim.local 354 alice carla
        alice< :verbatim.local 315 alice #a :End of WHO list
        alice> WHO * %n
        alice< :verbatim.local 354 alice alice
        alice< :verbatim.local 354 alice bob
        the next piece is read
        alice< :verbatim.local 354 alice carla
        alice< :verbatim.local 354 alice dave
        alice< :verbatim.local 315 alice * :End of WHO list
        ",
    );
}

#[test]
fn the_names_of_a_join_come_in_pieces() {
    check_in_pieces_of(
        2,
        r"
        alice, bob, carol, dave register
        alice, bob, carol join #a
        reading takes time
        dave> JOIN #a,#b
        alice, bob, carol, dave< :dave!~dave@10.0.0.4 JOIN #a
        dave< :verbatim.local 353 dave = #a :@alice bob
        dave< :dave!~dave@10.0.0.4 JOIN #b
        -- The names of #b follow those of #a.
        the next piece is read
        dave< :verbatim.local 353 dave = #a :carol dave
        dave< :verbatim.local 366 dave #a :End of /NAMES list
        the next piece is read
        dave< :verbatim.local 353 dave = #b :@dave
        dave< :verbatim.local 366 dave #b :End of /NAMES list
        ",
    );
}

#[test]
fn the_replies_to_names_come_in_the_order_of_its_targets() {
    check_in_pieces_of(
        1,
        r"
        alice, bob register
        alice, bob join #a
        reading takes time
        bob> NAMES #a,#nowhere,
        bob< :verbatim.local 353 bob = #a :@alice
        the next piece is read
        bob< :verbatim.local 353 bob = #a :bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob< :verbatim.local 366 bob #nowhere :End of /NAMES list
        bob< :verbatim.local 366 bob * :End of /NAMES list
        ",
    );
}

#[test]
fn names_without_a_parameter_shows_every_visible_channel() {
    check_in_pieces_of(
        3,
        r"
        alice, bob, carol register
        alice joins #secret,#a
        bob joins #a,#b
        alice> MODE #secret +s
        alice< :alice!~alice@10.0.0.1 MODE #secret +s
        reading takes time
        carol> NAMES
        carol< :verbatim.local 353 carol = #a :@alice bob
        -- A channel takes a row, and so does each member.
        the next piece is read
        carol< :verbatim.local 353 carol = #b :@bob
        carol< :verbatim.local 366 carol * :End of /NAMES list
        ",
    );
}

#[test]
fn a_channel_that_ends_or_hides_in_between_ends_the_reply() {
    check_in_pieces_of(
        1,
        r"
        alice, bob, carol register
        alice, bob join #a
        reading takes time
        carol> NAMES #a
        carol< :verbatim.local 353 carol = #a :@alice
        alice> MODE #a +s
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +s
        the next piece is read
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        bob> NAMES #a
        bob< :verbatim.local 353 bob @ #a :@alice
        alice> KICK #a bob
        alice, bob< :alice!~alice@10.0.0.1 KICK #a bob :alice
        alice> PART #a
        alice< :alice!~alice@10.0.0.1 PART #a
        -- Another channel with the same name is not shown.
        carol> JOIN #a
        carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        the next piece is read
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        ",
    );
}

#[test]
fn the_response_to_a_labelled_command_is_one_batch() {
    check_in_pieces_of(
        2,
        r"
        alice, bob register
        bob joins #a,#b,#c
        alice asks for labeled-response batch
        reading takes time
        alice> @label=1 LIST
        alice< @label=1 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1 :verbatim.local 321 alice Channel :Users  Name
        alice< @batch=B1 :verbatim.local 322 alice #a 1 :
        alice< @batch=B1 :verbatim.local 322 alice #b 1 :
        bob> PRIVMSG alice :meanwhile
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :meanwhile
        the next piece is read
        alice< @batch=B1 :verbatim.local 322 alice #c 1 :
        alice< @batch=B1 :verbatim.local 323 alice :End of /LIST
        alice< :verbatim.local BATCH -B1
        ",
    );
}

#[test]
fn a_session_that_reads_nothing_of_a_long_reply_times_out() {
    check_in_pieces_of(
        1,
        r"
        alice, bob register
        bob joins #a,#b,#c
        reading takes time
        alice> LIST
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #a 1 :
        -- No PING: its PONG could not be read.
        140 s pass
        bob< PING :verbatim.local
        bob> PONG
        the next piece is read
        alice< :verbatim.local 322 alice #b 1 :
        149 s pass
        bob< PING :verbatim.local
        bob> PONG
        1 s pass
        alice< ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
        ",
    );
}

#[test]
fn reading_a_long_reply_proves_that_a_client_is_alive() {
    check_in_pieces_of(
        1,
        r"
        alice, bob register
        bob joins #a,#b
        reading takes time
        80 s pass
        alice, bob> PING x
        alice, bob< :verbatim.local PONG verbatim.local :x
        alice> LIST
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #a 1 :
        80 s pass
        the next piece is read
        alice< :verbatim.local 322 alice #b 1 :
        alice< :verbatim.local 323 alice :End of /LIST
        10 s pass
        bob< PING :verbatim.local
        bob> PONG
        79 s pass
        1 s pass
        alice< PING :verbatim.local
        ",
    );
}
