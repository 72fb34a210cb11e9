//! Labelled answers: IRCv3 labeled-response.

use super::script::check;

#[test]
fn a_response_has_the_label_of_its_command() {
    check(
        r"
        alice registers
        alice asks for labeled-response batch
        alice> @label=1 PING x
        alice< @label=1 :verbatim.local PONG verbatim.local :x
        alice> @label=2 PONG x
        alice< @label=2 :verbatim.local ACK
        alice> @label=3 NICK alice
        alice< @label=3 :verbatim.local ACK
        alice> @label=4 NONSENSE
        alice< @label=4 :verbatim.local 421 alice NONSENSE :Unknown command
        alice> @label=5 JOIN
        alice< @label=5 :verbatim.local 461 alice JOIN :Not enough parameters
        alice> @label=6 JOIN #a
        alice< @label=6 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1 :alice!~alice@10.0.0.1 JOIN #a
        alice< @batch=B1 :verbatim.local 353 alice = #a :@alice
        alice< @batch=B1 :verbatim.local 366 alice #a :End of /NAMES list
        alice< :verbatim.local BATCH -B1
        alice> @label=7 MODE #a
        alice< @label=7 :verbatim.local BATCH +B2 labeled-response
        alice< @batch=B2 :verbatim.local 324 alice #a +nt
        alice< @batch=B2 :verbatim.local 329 alice #a 1000000000
        alice< :verbatim.local BATCH -B2
        alice> @label=8 MODE #a +m
        alice< @label=8 :alice!~alice@10.0.0.1 MODE #a +m
        alice> @label=9 AWAY :out
        alice< @label=9 :verbatim.local 306 alice :You have been marked as being away
        alice> @label={x*64} PING x
        alice< @label={x*64} :verbatim.local PONG verbatim.local :x
        alice> @label={x*65} PING x
        alice< :verbatim.local PONG verbatim.local :x
        alice> @label= PING x
        alice< :verbatim.local PONG verbatim.local :x
        alice> @label PING x
        alice< :verbatim.local PONG verbatim.local :x
        alice> @label=\\:\\s\\\\ PING x
        alice< @label=\\:\\s\\\\ :verbatim.local PONG verbatim.local :x
        alice> @label=1;label=2 PING x
        alice< @label=2 :verbatim.local PONG verbatim.local :x
        alice> @label=7 QUIT :bye
        alice< @label=7 ERROR :Closing link: (10.0.0.1) [Quit: bye]
        alice closed
    ",
    );
}

#[test]
fn a_message_is_acknowledged_or_echoed() {
    check(
        r"
        alice registers
        alice asks for labeled-response batch message-tags
        bob registers
        alice, bob join #a
        alice> @label=1 PRIVMSG #a :hello
        alice< @label=1 :verbatim.local ACK
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        alice> @label=2 NOTICE #nowhere :hello
        alice< @label=2 :verbatim.local ACK
        alice> @label=3 PRIVMSG #nowhere :hello
        alice< @label=3 :verbatim.local 403 alice #nowhere :No such channel
        alice> @label=4 PRIVMSG #nowhere,nobody :hello
        alice< @label=4 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1 :verbatim.local 403 alice #nowhere :No such channel
        alice< @batch=B1 :verbatim.local 401 alice nobody :No such nick/channel
        alice< :verbatim.local BATCH -B1
        alice> @label=5;+x TAGMSG #a
        alice< @label=5 :verbatim.local ACK
        alice> @label=6 TAGMSG #a
        alice< @label=6 :verbatim.local ACK
        alice> CAP REQ echo-message
        alice< :verbatim.local CAP alice ACK :echo-message
        alice> @label=1 PRIVMSG #a :hello
        alice< @label=1;msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        alice> @label=2;+x PRIVMSG #a,bob :hello
        alice< @label=2 :verbatim.local BATCH +B2 labeled-response
        alice< @batch=B2;msgid=#2;+x :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        alice< @batch=B2;msgid=#3;+x :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice< :verbatim.local BATCH -B2
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice> @label=3;+x TAGMSG #a
        alice< @label=3;msgid=#4;+x :alice!~alice@10.0.0.1 TAGMSG #a
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> @label=4 PRIVMSG bob :hello
        alice< @label=4 :verbatim.local BATCH +B3 labeled-response
        alice< @batch=B3;msgid=#5 :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice< @batch=B3 :verbatim.local 301 alice bob :out
        alice< :verbatim.local BATCH -B3
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice> @label=5 PRIVMSG bob,nobody :hello
        alice< @label=5 :verbatim.local BATCH +B4 labeled-response
        alice< @batch=B4;msgid=#6 :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice< @batch=B4 :verbatim.local 301 alice bob :out
        alice< @batch=B4 :verbatim.local 401 alice nobody :No such nick/channel
        alice< :verbatim.local BATCH -B4
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
    ",
    );
}

#[test]
fn the_received_copy_of_a_message_to_oneself_has_no_label() {
    check(
        r"
        alice registers
        alice asks for labeled-response batch
        alice> @label=1 PRIVMSG alice :note to self
        alice< @label=1 :verbatim.local ACK
        alice< :alice!~alice@10.0.0.1 PRIVMSG alice :note to self
        alice> CAP REQ :echo-message message-tags
        alice< :verbatim.local CAP alice ACK :echo-message message-tags
        alice> @label=2 PRIVMSG alice :note to self
        alice< @label=2;msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG alice :note to self
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG alice :note to self
        alice> @label=3;+x TAGMSG alice
        alice< @label=3;msgid=#2;+x :alice!~alice@10.0.0.1 TAGMSG alice
        alice< @msgid=#2;+x :alice!~alice@10.0.0.1 TAGMSG alice
        alice> AWAY :out
        alice< :verbatim.local 306 alice :You have been marked as being away
        alice> @label=4 PRIVMSG alice :note to self
        alice< @label=4 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1;msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG alice :note to self
        alice< @batch=B1 :verbatim.local 301 alice alice :out
        alice< :verbatim.local BATCH -B1
        alice< @msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG alice :note to self
        alice> @label=5 PRIVMSG alice,alice :twice
        alice< @label=5 :verbatim.local BATCH +B2 labeled-response
        alice< @batch=B2;msgid=#4 :alice!~alice@10.0.0.1 PRIVMSG alice :twice
        alice< @batch=B2 :verbatim.local 301 alice alice :out
        alice< @batch=B2;msgid=#5 :alice!~alice@10.0.0.1 PRIVMSG alice :twice
        alice< @batch=B2 :verbatim.local 301 alice alice :out
        alice< :verbatim.local BATCH -B2
        alice< @msgid=#4 :alice!~alice@10.0.0.1 PRIVMSG alice :twice
        alice< @msgid=#5 :alice!~alice@10.0.0.1 PRIVMSG alice :twice
    ",
    );
}

#[test]
fn others_do_not_see_the_label() {
    check(
        r"
        alice, bob register
        alice, bob ask for labeled-response batch message-tags echo-message
        alice, bob join #a
        alice> @label=1 PRIVMSG #a :hello
        alice< @label=1;msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        bob< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        alice> @label=2 PART #a
        alice< @label=2;msgid=#2 :alice!~alice@10.0.0.1 PART #a
        bob< @msgid=#2 :alice!~alice@10.0.0.1 PART #a
    ",
    );
}

#[test]
fn a_label_needs_both_capabilities() {
    check(
        r"
        alice registers
        alice asks for labeled-response
        bob registers
        bob asks for batch
        alice> @label=1 PING x
        alice< :verbatim.local PONG verbatim.local :x
        bob> @label=1 PING x
        bob< :verbatim.local PONG verbatim.local :x
        alice> @label=1 PONG x
        alice> @label=1 CAP REQ batch
        alice< :verbatim.local CAP alice ACK :batch
        alice> @label=2 CAP REQ -batch
        alice< @label=2 :verbatim.local CAP alice ACK :-batch
        alice> @label=3 PING x
        alice< :verbatim.local PONG verbatim.local :x
    ",
    );
}

#[test]
fn the_reply_to_a_malformed_line_has_the_label_that_could_be_read() {
    check(
        r"
        alice registers
        alice asks for labeled-response batch
        alice> @label=1 FOO_BAR
        alice< @label=1 :verbatim.local 421 alice FOO_BAR :Unknown command
        alice> @label=2 PRIVMSG alice :{x*600}
        alice< @label=2 :verbatim.local 417 alice :Input line was too long
        alice> @label=3 PRIVMSG alice :{x*9000}
        alice< @label=3 :verbatim.local 417 alice :Input line was too long
        alice> @label=4;+x={x*5000} PRIVMSG alice :hi
        alice< @label=4 :verbatim.local 417 alice :Input line was too long
        alice> @+x={x*5000};label=5 PRIVMSG alice :hi
        alice< :verbatim.local 417 alice :Input line was too long
        alice> @label=6 \xff
        alice< @label=6 :verbatim.local FAIL * INVALID_UTF8 :Your message was not valid UTF-8
        alice> @label=7 PRIVMSG alice :\x00
        alice< @label=7 :verbatim.local 400 alice * :Message contains a NUL character
        alice> @label=8;+x=\xff PRIVMSG alice :hi
        alice< @label=8 :verbatim.local FAIL PRIVMSG INVALID_UTF8 :Your message was not valid UTF-8
        alice> @+x=\xff;label=9 PRIVMSG alice :hi
        alice< :verbatim.local FAIL PRIVMSG INVALID_UTF8 :Your message was not valid UTF-8
        alice> @label=10 :alice
        alice< @label=10 :verbatim.local 400 alice * :Message has no command
        alice> @label=11
        alice< @label=11 :verbatim.local 400 alice * :Message has no command
    ",
    );
}

#[test]
fn labels_are_answered_before_registration_too() {
    check(
        r"
        alice connects
        alice> CAP REQ :labeled-response batch
        alice< :verbatim.local CAP * ACK :labeled-response batch
        alice> @label=1 PRIVMSG bob :hello
        alice< @label=1 :verbatim.local 451 * :You have not registered
        alice> @label=2 NICK alice
        alice< @label=2 :verbatim.local ACK
        alice> @label=3 NICK
        alice< @label=3 :verbatim.local 431 alice :No nickname given
        alice> @label=4 CAP LIST
        alice< @label=4 :verbatim.local CAP alice LIST :batch labeled-response
        alice> @label=5 NONSENSE
        alice< @label=5 :verbatim.local 451 alice :You have not registered
    ",
    );
}
