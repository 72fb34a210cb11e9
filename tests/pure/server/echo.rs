//! Senders get their own messages back: IRCv3 echo-message.

use super::script::check;

#[test]
fn an_echo_is_the_line_that_others_get() {
    check(
        r"
        alice registers
        alice asks for echo-message
        bob registers
        alice, bob join #A
        alice> PRIVMSG #a :hello
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG #A :hello
        alice> NOTICE #a :plain
        alice, bob< :alice!~alice@10.0.0.1 NOTICE #A :plain
        alice> PRIVMSG BOB :psst
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :psst
        alice> NOTICE bob :psst
        alice, bob< :alice!~alice@10.0.0.1 NOTICE bob :psst
        bob> PRIVMSG #a :no echo for me
        alice< :bob!~bob@10.0.0.2 PRIVMSG #A :no echo for me
        bob> PRIVMSG alice :nor here
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :nor here
    ",
    );
}

#[test]
fn messages_to_an_empty_channel_or_from_outside_are_echoed_too() {
    check(
        r"
        alice registers
        alice asks for echo-message
        bob registers
        alice joins #a
        alice> PRIVMSG #a :anybody?
        alice< :alice!~alice@10.0.0.1 PRIVMSG #a :anybody?
        bob joins #b
        bob> MODE #b -n
        bob< :bob!~bob@10.0.0.2 MODE #b -n
        alice> PRIVMSG #b :from outside
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG #b :from outside
        alice> PRIVMSG @#a,%#b :to the operators
        alice< :alice!~alice@10.0.0.1 PRIVMSG @#a :to the operators
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG %#b :to the operators
    ",
    );
}

#[test]
fn a_refused_message_is_not_echoed() {
    check(
        r"
        alice registers
        alice asks for echo-message
        bob registers
        bob joins #b
        alice> PRIVMSG #b,#nowhere,nobody :hello
        alice< :verbatim.local 404 alice #b :Cannot send to channel (+n)
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> NOTICE #b,#nowhere,nobody :hello
        alice> PRIVMSG bob :{x*474}
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :{x*474}
    ",
    );
}

#[test]
fn a_message_to_oneself_comes_twice() {
    check(
        r"
        alice registers
        alice asks for echo-message message-tags
        alice> PRIVMSG alice :note to self
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG alice :note to self
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG alice :note to self
        alice> @+x TAGMSG alice
        alice< @msgid=#2;+x :alice!~alice@10.0.0.1 TAGMSG alice
        alice< @msgid=#2;+x :alice!~alice@10.0.0.1 TAGMSG alice
        bob registers
        bob asks for echo-message
        bob> PRIVMSG bob :note to self
        bob< :bob!~bob@10.0.0.2 PRIVMSG bob :note to self
        bob< :bob!~bob@10.0.0.2 PRIVMSG bob :note to self
        carol registers
        carol> PRIVMSG carol :note to self
        carol< :carol!~carol@10.0.0.3 PRIVMSG carol :note to self
    ",
    );
}

#[test]
fn the_echo_comes_before_the_away_reply() {
    check(
        r"
        alice registers
        alice asks for echo-message
        bob registers
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> PRIVMSG bob :there?
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :there?
        alice< :verbatim.local 301 alice bob :out
        alice> NOTICE bob :there?
        alice, bob< :alice!~alice@10.0.0.1 NOTICE bob :there?
        alice> PRIVMSG bob,bob :twice
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :twice
        alice< :verbatim.local 301 alice bob :out
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :twice
        alice< :verbatim.local 301 alice bob :out
    ",
    );
}

#[test]
fn a_tagmsg_is_echoed_to_clients_with_message_tags() {
    check(
        r"
        alice registers
        alice asks for echo-message message-tags
        bob registers
        bob asks for message-tags
        alice, bob join #a
        alice> @+typing=active TAGMSG #a
        alice, bob< @msgid=#1;+typing=active :alice!~alice@10.0.0.1 TAGMSG #a
        bob> @+typing=active TAGMSG #a
        alice< @msgid=#2;+typing=active :bob!~bob@10.0.0.2 TAGMSG #a
        alice> @+typing=done TAGMSG bob
        alice, bob< @msgid=#3;+typing=done :alice!~alice@10.0.0.1 TAGMSG bob
        alice> @typing=done TAGMSG bob
        alice, bob< @msgid=#4 :alice!~alice@10.0.0.1 TAGMSG bob
        alice> TAGMSG #a
        alice, bob< @msgid=#5 :alice!~alice@10.0.0.1 TAGMSG #a
        alice> CAP REQ -echo-message
        alice< :verbatim.local CAP alice ACK :-echo-message
        alice> @+typing=active TAGMSG #a
        bob< @msgid=#6;+typing=active :alice!~alice@10.0.0.1 TAGMSG #a
    ",
    );
}
