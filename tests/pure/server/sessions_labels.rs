//! Labels of a user with several sessions: only the session that sent the command gets them
//! (docs/protocol/sessions.md).

use super::script::check;

#[test]
fn only_the_calling_session_gets_the_label() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        alice, phone ask for batch labeled-response echo-message
        bob registers
        phone> @label=1 JOIN #a
        alice, laptop< :alice!~alice@10.0.0.1 JOIN #a
        alice, laptop< :verbatim.local 353 alice = #a :@alice
        alice, laptop< :verbatim.local 366 alice #a :End of /NAMES list
        phone< @label=1 :verbatim.local BATCH +B1 labeled-response
        phone< @batch=B1 :alice!~alice@10.0.0.1 JOIN #a
        phone< @batch=B1 :verbatim.local 353 alice = #a :@alice
        phone< @batch=B1 :verbatim.local 366 alice #a :End of /NAMES list
        phone< :verbatim.local BATCH -B1
        alice> @label=2 TOPIC #a :news
        alice< @label=2 :alice!~alice@10.0.0.1 TOPIC #a :news
        phone, laptop< :alice!~alice@10.0.0.1 TOPIC #a :news
        alice> @label=3 PRIVMSG bob :hello
        alice< @label=3 :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        phone, laptop, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        phone> @label=4 NICK anna
        alice, laptop< :alice!~alice@10.0.0.1 NICK anna
        phone< @label=4 :alice!~alice@10.0.0.1 NICK anna
        -- The same label from two sessions is two labels.
        alice, phone> @label=5 PING here
        alice, phone< @label=5 :verbatim.local PONG verbatim.local :here
        phone> @label=6 MODE anna +iw
        alice, laptop< :anna!~alice@10.0.0.1 MODE anna +iw
        phone< @label=6 :anna!~alice@10.0.0.1 MODE anna +iw
        phone> @label=7 AWAY :out
        phone< @label=7 :verbatim.local 306 anna :You have been marked as being away
        alice> @label=8 PART #a
        alice< @label=8 :anna!~alice@10.0.0.1 PART #a
        phone, laptop< :anna!~alice@10.0.0.1 PART #a
    ",
    );
}

#[test]
fn a_labelled_command_with_lines_only_for_others_gets_an_ack() {
    check(
        r"
        alice registers
        phone attaches to alice
        alice asks for batch labeled-response
        phone asks for batch labeled-response setname
        bob registers
        alice> @label=1 PRIVMSG bob :hello
        alice< @label=1 :verbatim.local ACK
        phone, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice> @label=2 SETNAME :Alice
        alice< @label=2 :verbatim.local ACK
        phone< :alice!~alice@10.0.0.1 SETNAME :Alice
        phone> @label=3 SETNAME :Alice L.
        phone< @label=3 :alice!~alice@10.0.0.1 SETNAME :Alice L.
    ",
    );
}

#[test]
fn only_the_echo_of_a_message_to_oneself_has_the_label() {
    check(
        r"
        alice registers
        phone attaches to alice
        alice asks for batch labeled-response echo-message message-tags
        phone asks for batch labeled-response message-tags
        alice> @label=1 PRIVMSG alice :note
        alice< @label=1;msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG alice :note
        alice, phone< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG alice :note
        phone> @label=2 PRIVMSG alice :note
        alice< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG alice :note
        phone< @label=2 :verbatim.local ACK
        phone< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG alice :note
        phone> @label=3 AWAY :out
        phone< @label=3 :verbatim.local 306 alice :You have been marked as being away
        alice> @label=4 AWAY :too
        alice< @label=4 :verbatim.local 306 alice :You have been marked as being away
        alice> @label=5 PRIVMSG alice :note
        alice< @label=5 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1;msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG alice :note
        alice< @batch=B1 :verbatim.local 301 alice alice :too
        alice< :verbatim.local BATCH -B1
        alice, phone< @msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG alice :note
    ",
    );
}

#[test]
fn the_label_of_a_multiline_message_is_on_the_calling_sessions_batch() {
    check(
        r"
        alice registers
        phone attaches to alice
        alice, phone ask for batch labeled-response echo-message draft/multiline
        bob registers
        alice> @label=1 BATCH +1 draft/multiline bob
        alice> @batch=1 PRIVMSG bob :one
        alice> @batch=1 PRIVMSG bob :two
        alice> @label=2 BATCH -1
        alice< @label=1 :alice!~alice@10.0.0.1 BATCH +B1 draft/multiline bob
        alice< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG bob :one
        alice< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG bob :two
        alice< :alice!~alice@10.0.0.1 BATCH -B1
        alice< @label=2 :verbatim.local ACK
        phone< :alice!~alice@10.0.0.1 BATCH +B1 draft/multiline bob
        phone< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG bob :one
        phone< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG bob :two
        phone< :alice!~alice@10.0.0.1 BATCH -B1
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :two
        alice> @label=3 BATCH +1 draft/multiline alice
        alice> @batch=1 PRIVMSG alice :mine
        alice> BATCH -1
        alice< @label=3 :alice!~alice@10.0.0.1 BATCH +B2 draft/multiline alice
        alice< @batch=B2 :alice!~alice@10.0.0.1 PRIVMSG alice :mine
        alice< :alice!~alice@10.0.0.1 BATCH -B2
        alice< :alice!~alice@10.0.0.1 BATCH +B3 draft/multiline alice
        alice< @batch=B3 :alice!~alice@10.0.0.1 PRIVMSG alice :mine
        alice< :alice!~alice@10.0.0.1 BATCH -B3
        phone< :alice!~alice@10.0.0.1 BATCH +B2 draft/multiline alice
        phone< @batch=B2 :alice!~alice@10.0.0.1 PRIVMSG alice :mine
        phone< :alice!~alice@10.0.0.1 BATCH -B2
    ",
    );
}

#[test]
fn the_label_of_rename_is_on_the_calling_sessions_form_of_it() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        alice, phone ask for batch labeled-response draft/no-implicit-names
        phone asks for draft/channel-rename
        alice joins #a
        alice> @label=1 RENAME #a #b :moved
        alice< @label=1 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1 :alice!~alice@10.0.0.1 PART #a :moved
        alice< @batch=B1 :alice!~alice@10.0.0.1 JOIN #b
        alice< :verbatim.local BATCH -B1
        phone< :alice!~alice@10.0.0.1 RENAME #a #b :moved
        laptop< :alice!~alice@10.0.0.1 PART #a :moved
        laptop< :alice!~alice@10.0.0.1 JOIN #b
        laptop< :verbatim.local 353 alice = #b :@alice
        laptop< :verbatim.local 366 alice #b :End of /NAMES list
        phone> @label=2 RENAME #b #c
        alice, laptop< :alice!~alice@10.0.0.1 PART #b
        alice, laptop< :alice!~alice@10.0.0.1 JOIN #c
        phone< @label=2 :alice!~alice@10.0.0.1 RENAME #b #c :
        laptop< :verbatim.local 353 alice = #c :@alice
        laptop< :verbatim.local 366 alice #c :End of /NAMES list
    ",
    );
}

#[test]
fn a_labelled_registration_that_attaches_labels_the_whole_welcome() {
    check(
        r"
        alice registers
        alice> MODE alice +i
        alice< :alice!~alice@10.0.0.1 MODE alice +i
        alice joins #a
        phone connects
        phone is to be alice's
        phone> CAP REQ :batch labeled-response no-implicit-names
        phone< :verbatim.local CAP * ACK :batch labeled-response no-implicit-names
        phone> NICK phone
        phone> USER phone 0 * :Phone
        phone> @label=1 CAP END
        phone< @label=1 :verbatim.local BATCH +B1 labeled-response
        phone< @batch=B1 :verbatim.local 001 alice :Welcome to the verbatim Network, alice!~alice@10.0.0.1
        phone< @batch=B1 :verbatim.local 002 alice :Your host is verbatim.local, running version verbatim-VERSION
        phone< @batch=B1 :verbatim.local 003 alice :This server was created 2001-09-09 01:46:40 UTC
        phone< @batch=B1 :verbatim.local 004 alice …
        phone< @batch=B1 :verbatim.local 005 alice …
        phone< @batch=B1 :verbatim.local 251 alice :There are 0 users and 1 invisible on 1 servers
        phone< @batch=B1 :verbatim.local 252 alice 0 :operator(s) online
        phone< @batch=B1 :verbatim.local 253 alice 0 :unknown connection(s)
        phone< @batch=B1 :verbatim.local 254 alice 1 :channels formed
        phone< @batch=B1 :verbatim.local 255 alice :I have 1 clients and 0 servers
        phone< @batch=B1 :verbatim.local 265 alice 1 1 :Current local users 1, max 1
        phone< @batch=B1 :verbatim.local 266 alice 1 1 :Current global users 1, max 1
        phone< @batch=B1 :verbatim.local 422 alice :MOTD File is missing
        phone< @batch=B1 :verbatim.local 221 alice +i
        phone< @batch=B1 :alice!~alice@10.0.0.1 JOIN #a
        phone< :verbatim.local BATCH -B1
    ",
    );
}

#[test]
fn a_labelled_quit_gets_a_labelled_response() {
    check(
        r"
        alice registers
        phone attaches to alice
        alice, phone ask for batch labeled-response
        phone> @label=1 QUIT :battery
        phone< @label=1 ERROR :Closing link: (10.0.0.2) [Quit: battery]
        phone closed
        alice> @label=2 QUIT
        alice< @label=2 ERROR :Closing link: (10.0.0.1) [Quit: ]
        alice closed
    ",
    );
}
