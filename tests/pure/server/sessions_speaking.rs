//! Messages from and to a user with several sessions (docs/protocol/sessions.md).

use super::script::check;

#[test]
fn a_message_reaches_the_senders_other_sessions_even_without_echo_message() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        bob registers
        alice, bob join #a
        phone asks for echo-message
        alice> PRIVMSG #a :from the desk
        phone, laptop, bob< :alice!~alice@10.0.0.1 PRIVMSG #a :from the desk
        phone> NOTICE bob :from the phone
        alice, phone, laptop, bob< :alice!~alice@10.0.0.1 NOTICE bob :from the phone
        laptop> PRIVMSG bob,#a :twice
        alice, phone, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :twice
        alice, phone, bob< :alice!~alice@10.0.0.1 PRIVMSG #a :twice
        bob> PRIVMSG alice :hello
        alice, phone, laptop< :bob!~bob@10.0.0.4 PRIVMSG alice :hello
        bob> PRIVMSG #a :all of you
        alice, phone, laptop< :bob!~bob@10.0.0.4 PRIVMSG #a :all of you
    ",
    );
}

#[test]
fn a_message_to_oneself_reaches_each_other_session_once() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        phone asks for echo-message
        alice> PRIVMSG alice :milk
        alice, phone, laptop< :alice!~alice@10.0.0.1 PRIVMSG alice :milk
        -- The echo, and then the message.
        phone> PRIVMSG alice :bread
        alice, phone, laptop< :alice!~alice@10.0.0.1 PRIVMSG alice :bread
        phone< :alice!~alice@10.0.0.1 PRIVMSG alice :bread
        laptop> NOTICE alice :eggs
        alice, phone, laptop< :alice!~alice@10.0.0.1 NOTICE alice :eggs
    ",
    );
}

#[test]
fn a_statusmsg_reaches_the_senders_other_sessions_whatever_their_rank() {
    check(
        r"
        bob registers
        alice registers
        phone attaches to alice
        bob, alice join #a
        alice> PRIVMSG @#a :may I?
        bob, phone< :alice!~alice@10.0.0.2 PRIVMSG @#a :may I?
        bob> PRIVMSG @#a :nobody else is there
        bob> MODE #a +v alice
        bob, alice, phone< :bob!~bob@10.0.0.1 MODE #a +v alice
        bob> PRIVMSG +#a :you may
        alice, phone< :bob!~bob@10.0.0.1 PRIVMSG +#a :you may
    ",
    );
}

#[test]
fn only_the_calling_session_gets_a_refusal() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        bob joins #b
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        phone> PRIVMSG #b,nobody :hello
        phone< :verbatim.local 404 alice #b :Cannot send to channel (+n)
        phone< :verbatim.local 401 alice nobody :No such nick/channel
        phone> PRIVMSG bob :hello
        alice, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        phone< :verbatim.local 301 alice bob :out
        phone> NOTICE bob :hello
        alice, bob< :alice!~alice@10.0.0.1 NOTICE bob :hello
        alice> PING one
        alice< :verbatim.local PONG verbatim.local :one
        alice> FROB
        alice< :verbatim.local 421 alice FROB :Unknown command
        alice> CAP LIST
        alice< :verbatim.local CAP alice LIST :
        alice> SETNAME :
        alice< :verbatim.local FAIL SETNAME INVALID_REALNAME :Realname is not valid
    ",
    );
}

#[test]
fn a_line_reaches_each_session_in_the_form_for_its_capabilities() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        phone asks for server-time
        laptop asks for message-tags
        bob registers
        bob> @+x=1 PRIVMSG alice :hello
        alice< :bob!~bob@10.0.0.4 PRIVMSG alice :hello
        phone< @time=NOW :bob!~bob@10.0.0.4 PRIVMSG alice :hello
        laptop< @msgid=#1;+x=1 :bob!~bob@10.0.0.4 PRIVMSG alice :hello
        alice> PRIVMSG bob :hello
        phone< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        laptop< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
    ",
    );
}

#[test]
fn a_tagmsg_reaches_the_sessions_with_message_tags() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        alice, phone ask for message-tags
        bob registers
        bob asks for message-tags
        alice> @+react=x TAGMSG bob
        phone, bob< @msgid=#1;+react=x :alice!~alice@10.0.0.1 TAGMSG bob
        bob> @+typing=active TAGMSG alice
        alice, phone< @msgid=#2;+typing=active :bob!~bob@10.0.0.4 TAGMSG alice
        phone> @+react=y TAGMSG alice
        alice, phone< @msgid=#3;+react=y :alice!~alice@10.0.0.1 TAGMSG alice
        laptop> TAGMSG bob
        laptop< :verbatim.local 421 alice TAGMSG :Unknown command
    ",
    );
}

#[test]
fn a_multiline_message_reaches_each_session_in_its_own_form() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        alice, phone ask for batch draft/multiline message-tags
        bob registers
        alice> BATCH +1 draft/multiline bob
        alice> @batch=1 PRIVMSG bob :one
        alice> @batch=1 PRIVMSG bob :two
        alice> BATCH -1
        phone< @msgid=#1 :alice!~alice@10.0.0.1 BATCH +B1 draft/multiline bob
        phone< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG bob :one
        phone< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG bob :two
        phone< :alice!~alice@10.0.0.1 BATCH -B1
        laptop, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one
        laptop, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :two
        -- A batch belongs to the session that opened it.
        phone> BATCH +1 draft/multiline bob
        phone> @batch=1 PRIVMSG bob :three
        alice> BATCH -1
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        phone> BATCH -1
        alice< @msgid=#2 :alice!~alice@10.0.0.1 BATCH +B2 draft/multiline bob
        alice< @batch=B2 :alice!~alice@10.0.0.1 PRIVMSG bob :three
        alice< :alice!~alice@10.0.0.1 BATCH -B2
        laptop, bob< :alice!~alice@10.0.0.1 PRIVMSG bob :three
    ",
    );
}

#[test]
fn a_multiline_message_to_oneself_reaches_others_once_and_the_sender_twice() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        alice asks for batch draft/multiline message-tags echo-message
        phone asks for batch draft/multiline message-tags
        alice> BATCH +1 draft/multiline alice
        alice> @batch=1 PRIVMSG alice :one
        alice> @batch=1 PRIVMSG alice :two
        alice> BATCH -1
        alice, phone< @msgid=#1 :alice!~alice@10.0.0.1 BATCH +B1 draft/multiline alice
        alice, phone< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG alice :one
        alice, phone< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG alice :two
        alice, phone< :alice!~alice@10.0.0.1 BATCH -B1
        alice< @msgid=#1 :alice!~alice@10.0.0.1 BATCH +B2 draft/multiline alice
        alice< @batch=B2 :alice!~alice@10.0.0.1 PRIVMSG alice :one
        alice< @batch=B2 :alice!~alice@10.0.0.1 PRIVMSG alice :two
        alice< :alice!~alice@10.0.0.1 BATCH -B2
        laptop< :alice!~alice@10.0.0.1 PRIVMSG alice :one
        laptop< :alice!~alice@10.0.0.1 PRIVMSG alice :two
    ",
    );
}

#[test]
fn a_session_can_redact_what_another_session_of_its_user_sent() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        bob registers
        alice, phone, bob ask for draft/message-redaction message-tags
        alice, bob join #a
        alice> PRIVMSG #a :oops
        phone, bob< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :oops
        laptop< :alice!~alice@10.0.0.1 PRIVMSG #a :oops
        phone> REDACT #a #1 :wrong window
        alice, phone, bob< @msgid=#2 :alice!~alice@10.0.0.1 REDACT #a #1 :wrong window
        phone> PRIVMSG bob :oops
        alice, bob< @msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG bob :oops
        laptop< :alice!~alice@10.0.0.1 PRIVMSG bob :oops
        alice> REDACT bob #3
        alice, phone, bob< @msgid=#4 :alice!~alice@10.0.0.1 REDACT bob #3
        phone> REDACT bob #3
        phone< :verbatim.local FAIL REDACT UNKNOWN_MSGID bob #3 :This message does not exist or is too old
        bob> PRIVMSG alice :oops
        alice, phone< @msgid=#5 :bob!~bob@10.0.0.4 PRIVMSG alice :oops
        laptop< :bob!~bob@10.0.0.4 PRIVMSG alice :oops
        phone> REDACT bob #5
        phone< :verbatim.local FAIL REDACT REDACT_FORBIDDEN bob #5 :You are not authorised to delete this message
        bob> REDACT alice #5
        alice, phone, bob< @msgid=#6 :bob!~bob@10.0.0.4 REDACT alice #5
        phone> PRIVMSG alice :to myself
        alice, phone< @msgid=#7 :alice!~alice@10.0.0.1 PRIVMSG alice :to myself
        laptop< :alice!~alice@10.0.0.1 PRIVMSG alice :to myself
        alice> REDACT alice #7
        alice, phone< @msgid=#8 :alice!~alice@10.0.0.1 REDACT alice #7
        -- A message still belongs to its user when the session that sent it is gone.
        phone> PRIVMSG #a :bye
        alice, bob< @msgid=#9 :alice!~alice@10.0.0.1 PRIVMSG #a :bye
        laptop< :alice!~alice@10.0.0.1 PRIVMSG #a :bye
        phone ends
        alice> REDACT #a #9
        alice, bob< @msgid=#10 :alice!~alice@10.0.0.1 REDACT #a #9
    ",
    );
}
