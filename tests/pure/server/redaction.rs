//! Redaction of messages: IRCv3 draft/message-redaction.

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn senders_can_redact_their_own_messages() {
    check(
        r"
        alice registers
        alice asks for message-tags draft/message-redaction echo-message
        bob registers
        bob asks for message-tags draft/message-redaction server-time
        carol registers
        carol asks for message-tags
        alice, bob, carol join #A
        alice> PRIVMSG #a :hello
        alice, carol< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #A :hello
        bob< @time=NOW;msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #A :hello
        alice> @+x REDACT #a #1 :a slip of the hand
        alice< @msgid=#2 :alice!~alice@10.0.0.1 REDACT #A #1 :a slip of the hand
        bob< @time=NOW;msgid=#2 :alice!~alice@10.0.0.1 REDACT #A #1 :a slip of the hand
        alice> REDACT #a #1
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID #a #1 :This message does not exist or is too old
        alice> NOTICE #a :hello
        alice, carol< @msgid=#3 :alice!~alice@10.0.0.1 NOTICE #A :hello
        bob< @time=NOW;msgid=#3 :alice!~alice@10.0.0.1 NOTICE #A :hello
        alice> redact #a #3 :
        alice< @msgid=#4 :alice!~alice@10.0.0.1 REDACT #A #3
        bob< @time=NOW;msgid=#4 :alice!~alice@10.0.0.1 REDACT #A #3
        alice> @+draft/react=x TAGMSG #a
        alice, carol< @msgid=#5;+draft/react=x :alice!~alice@10.0.0.1 TAGMSG #A
        bob< @time=NOW;msgid=#5;+draft/react=x :alice!~alice@10.0.0.1 TAGMSG #A
        alice> REDACT #a #5
        alice< @msgid=#6 :alice!~alice@10.0.0.1 REDACT #A #5
        bob< @time=NOW;msgid=#6 :alice!~alice@10.0.0.1 REDACT #A #5
        bob> PRIVMSG #a :hello
        alice, carol< @msgid=#7 :bob!~bob@10.0.0.2 PRIVMSG #A :hello
        bob> REDACT #a #7 :{x*400}
        alice< @msgid=#8 :bob!~bob@10.0.0.2 REDACT #A #7 :{x*300}
        bob< @time=NOW;msgid=#8 :bob!~bob@10.0.0.2 REDACT #A #7 :{x*300}
    ",
    );
}

#[test]
fn operators_can_redact_messages_of_others() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol, dave ask for message-tags draft/message-redaction
        alice, bob, carol join #a
        alice> MODE #a +h-n carol
        alice, bob, carol< @msgid=#1 :alice!~alice@10.0.0.1 MODE #a +h-n carol
        bob> PRIVMSG #a :hello
        alice, carol< @msgid=#2 :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        dave> PRIVMSG #a :from outside
        alice, bob, carol< @msgid=#3 :dave!~dave@10.0.0.4 PRIVMSG #a :from outside
        carol> REDACT #a #2
        carol< :verbatim.local FAIL REDACT REDACT_FORBIDDEN #a #2 :You are not authorised to delete this message
        alice> REDACT #a #2 :out of place
        alice, bob, carol< @msgid=#4 :alice!~alice@10.0.0.1 REDACT #a #2 :out of place
        dave> REDACT #a #3
        dave< :verbatim.local FAIL REDACT INVALID_TARGET #a :You cannot delete messages from #a
        dave joins #a
        dave> REDACT #a #3
        alice, bob, carol, dave< @msgid=#5 :dave!~dave@10.0.0.4 REDACT #a #3
    ",
    );
}

#[test]
fn a_user_who_may_not_speak_may_not_redact_either() {
    check(
        r"
        alice, bob register
        alice, bob ask for message-tags draft/message-redaction
        alice, bob join #a
        bob> PRIVMSG #a :hello
        alice< @msgid=#1 :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        alice> MODE #a +m
        alice, bob< @msgid=#2 :alice!~alice@10.0.0.1 MODE #a +m
        bob> REDACT #a #1
        bob< :verbatim.local FAIL REDACT REDACT_FORBIDDEN #a #1 :You are not authorised to delete this message
        alice> MODE #a -m+b bob
        alice, bob< @msgid=#3 :alice!~alice@10.0.0.1 MODE #a -m+b bob!*@*
        bob> REDACT #a #1
        bob< :verbatim.local FAIL REDACT REDACT_FORBIDDEN #a #1 :You are not authorised to delete this message
        alice> MODE #a -b bob!*@*
        alice, bob< @msgid=#4 :alice!~alice@10.0.0.1 MODE #a -b bob!*@*
        bob> REDACT #a #1
        alice, bob< @msgid=#5 :bob!~bob@10.0.0.2 REDACT #a #1
    ",
    );
}

#[test]
fn only_its_sender_can_redact_a_private_message() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol ask for message-tags draft/message-redaction
        alice> PRIVMSG bob :hello
        bob< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        bob> REDACT alice #1
        bob< :verbatim.local FAIL REDACT REDACT_FORBIDDEN alice #1 :You are not authorised to delete this message
        bob> REDACT bob #1
        bob< :verbatim.local FAIL REDACT UNKNOWN_MSGID bob #1 :This message does not exist or is too old
        carol> REDACT bob #1
        carol< :verbatim.local FAIL REDACT UNKNOWN_MSGID bob #1 :This message does not exist or is too old
        alice> REDACT carol #1
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID carol #1 :This message does not exist or is too old
        alice> NICK alicia
        alice< @msgid=#2 :alice!~alice@10.0.0.1 NICK alicia
        bob> NICK bert
        bob< @msgid=#3 :bob!~bob@10.0.0.2 NICK bert
        alice> REDACT bert #1 :wrong window
        alice, bob< @msgid=#4 :alicia!~alice@10.0.0.1 REDACT bert #1 :wrong window
        alice> PRIVMSG alicia :note to self
        alice< @msgid=#5 :alicia!~alice@10.0.0.1 PRIVMSG alicia :note to self
        alice> REDACT alicia #5
        alice< @msgid=#6 :alicia!~alice@10.0.0.1 REDACT alicia #5
    ",
    );
}

#[test]
fn a_message_belongs_to_a_user_and_not_to_a_nick() {
    check(
        r"
        alice, bob register
        alice, bob ask for message-tags draft/message-redaction
        alice, bob join #a
        bob> PRIVMSG #a :hello
        alice< @msgid=#1 :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        bob> PRIVMSG alice :hello
        alice< @msgid=#2 :bob!~bob@10.0.0.2 PRIVMSG alice :hello
        bob> QUIT
        alice< @msgid=#3 :bob!~bob@10.0.0.2 QUIT :Quit:\x20
        bob< ERROR :Closing link: (10.0.0.2) [Quit: ]
        bob closed
        bob registers
        bob asks for message-tags draft/message-redaction
        bob joins #a
        bob> REDACT #a #1
        bob< :verbatim.local FAIL REDACT REDACT_FORBIDDEN #a #1 :You are not authorised to delete this message
        bob> REDACT alice #2
        bob< :verbatim.local FAIL REDACT UNKNOWN_MSGID alice #2 :This message does not exist or is too old
        alice> REDACT bob #2
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID bob #2 :This message does not exist or is too old
        alice> REDACT #a #1
        alice, bob< @msgid=#4 :alice!~alice@10.0.0.1 REDACT #a #1
    ",
    );
}

#[test]
fn redact_needs_the_target_to_which_the_message_was_sent() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol ask for message-tags draft/message-redaction
        alice, bob, carol join #a
        alice> MODE #a +v bob
        alice, bob, carol< @msgid=#1 :alice!~alice@10.0.0.1 MODE #a +v bob
        alice> PRIVMSG +#a :to the voiced
        bob< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG +#a :to the voiced
        alice> REDACT #a #2
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID #a #2 :This message does not exist or is too old
        alice> REDACT @#a #2
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID @#a #2 :This message does not exist or is too old
        alice> REDACT @+#A #2 :not for them
        alice, bob< @msgid=#3 :alice!~alice@10.0.0.1 REDACT +#a #2 :not for them
        alice joins #b
        alice> PRIVMSG #a :hello
        bob, carol< @msgid=#4 :alice!~alice@10.0.0.1 PRIVMSG #a :hello
        alice> REDACT #b #4
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID #b #4 :This message does not exist or is too old
        alice> REDACT +#a #4
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID +#a #4 :This message does not exist or is too old
        alice> REDACT #a #4
        alice, bob, carol< @msgid=#5 :alice!~alice@10.0.0.1 REDACT #a #4
    ",
    );
}

#[test]
fn messages_of_a_channel_that_has_ended_cannot_be_redacted() {
    check(
        r"
        alice, bob register
        alice, bob ask for message-tags draft/message-redaction
        alice, bob join #a
        bob> PRIVMSG #a :hello
        alice< @msgid=#1 :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        alice> PART #a
        alice, bob< @msgid=#2 :alice!~alice@10.0.0.1 PART #a
        bob> PART #a
        bob< @msgid=#3 :bob!~bob@10.0.0.2 PART #a
        bob joins #a
        bob> REDACT #a #1
        bob< :verbatim.local FAIL REDACT UNKNOWN_MSGID #a #1 :This message does not exist or is too old
    ",
    );
}

#[test]
fn redact_needs_a_valid_target_and_id() {
    check(
        r"
        alice registers
        alice asks for draft/message-redaction labeled-response batch
        bob registers
        bob joins #b
        alice joins #a
        alice> REDACT
        alice< :verbatim.local 461 alice REDACT :Not enough parameters
        alice> REDACT #a
        alice< :verbatim.local 461 alice REDACT :Not enough parameters
        alice> REDACT #b x
        alice< :verbatim.local FAIL REDACT INVALID_TARGET #b :You cannot delete messages from #b
        alice> REDACT #nowhere x
        alice< :verbatim.local FAIL REDACT INVALID_TARGET #nowhere :You cannot delete messages from #nowhere
        alice> REDACT nobody x
        alice< :verbatim.local FAIL REDACT INVALID_TARGET nobody :You cannot delete messages from nobody
        alice> REDACT #a,#a x
        alice< :verbatim.local FAIL REDACT INVALID_TARGET #a,#a :You cannot delete messages from #a,#a
        alice> REDACT : x
        alice< :verbatim.local 461 alice REDACT :Not enough parameters
        alice> REDACT {x*300} x
        alice< :verbatim.local FAIL REDACT INVALID_TARGET {x*200} :You cannot delete messages from {x*200}
        alice> REDACT @alice x
        alice< :verbatim.local FAIL REDACT INVALID_TARGET @alice :You cannot delete messages from @alice
        alice> REDACT #a x
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID #a x :This message does not exist or is too old
        alice> REDACT #a :x y
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID #a * :This message does not exist or is too old
        alice> @label=1 REDACT #a x
        alice< @label=1 :verbatim.local FAIL REDACT UNKNOWN_MSGID #a x :This message does not exist or is too old
        bob> REDACT #b x
        bob< :verbatim.local 421 bob REDACT :Unknown command
        bob> REDACT
        bob< :verbatim.local 461 bob REDACT :Not enough parameters
        carol connects
        carol> REDACT #b x
        carol< :verbatim.local 451 * :You have not registered
    ",
    );
}

#[test]
fn redact_gets_a_labelled_response() {
    check(
        r"
        alice registers
        alice asks for message-tags draft/message-redaction labeled-response batch
        bob registers
        bob asks for message-tags draft/message-redaction
        alice> PRIVMSG alice :note to self
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG alice :note to self
        alice> @label=1 REDACT alice #1
        alice< @label=1;msgid=#2 :alice!~alice@10.0.0.1 REDACT alice #1
        alice> PRIVMSG alice :once more
        alice< @msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG alice :once more
        alice, bob join #a
        bob> PRIVMSG #a :hello
        alice< @msgid=#4 :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        alice> @label=2 REDACT #a #4
        alice< @label=2;msgid=#5 :alice!~alice@10.0.0.1 REDACT #a #4
        bob< @msgid=#5 :alice!~alice@10.0.0.1 REDACT #a #4
    ",
    );
}

#[test]
fn old_messages_and_typing_notifications_cannot_be_redacted() {
    let limits = Limits { redactable_messages: 2, redactable_private_messages: 1, ..Limits::default() };
    check_with(
        Config { limits, ..Config::default() },
        r"
        alice registers
        alice asks for message-tags draft/message-redaction echo-message
        bob registers
        alice, bob join #a
        alice> PRIVMSG #a :one
        alice< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :one
        alice> PRIVMSG #a :two
        alice< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG #a :two
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :two
        alice> @+typing=active TAGMSG #a
        alice< @msgid=#3;+typing=active :alice!~alice@10.0.0.1 TAGMSG #a
        alice> REDACT #a #3
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID #a #3 :This message does not exist or is too old
        alice> PRIVMSG #a :three
        alice< @msgid=#4 :alice!~alice@10.0.0.1 PRIVMSG #a :three
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :three
        alice> REDACT #a #1
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID #a #1 :This message does not exist or is too old
        alice> REDACT #a #2
        alice< @msgid=#5 :alice!~alice@10.0.0.1 REDACT #a #2
        alice> @+typing;+x TAGMSG #a
        alice< @msgid=#6;+typing;+x :alice!~alice@10.0.0.1 TAGMSG #a
        alice> REDACT #a #6
        alice< @msgid=#7 :alice!~alice@10.0.0.1 REDACT #a #6
        alice> PRIVMSG bob :one
        alice< @msgid=#8 :alice!~alice@10.0.0.1 PRIVMSG bob :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one
        alice> PRIVMSG bob :two
        alice< @msgid=#9 :alice!~alice@10.0.0.1 PRIVMSG bob :two
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :two
        alice> REDACT bob #8
        alice< :verbatim.local FAIL REDACT UNKNOWN_MSGID bob #8 :This message does not exist or is too old
        alice> REDACT bob #9
        alice< @msgid=#10 :alice!~alice@10.0.0.1 REDACT bob #9
    ",
    );
}

#[test]
fn a_multiline_message_is_redacted_as_one() {
    check(
        r"
        alice registers
        alice asks for batch draft/multiline message-tags draft/message-redaction echo-message
        bob registers
        bob asks for message-tags draft/message-redaction
        alice, bob join #a
        alice> BATCH +1 draft/multiline #a
        alice> @batch=1 PRIVMSG #a :one
        alice> @batch=1 PRIVMSG #a :two
        alice> BATCH -1
        alice< @msgid=#1 :alice!~alice@10.0.0.1 BATCH +B1 draft/multiline #a
        alice< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG #a :one
        alice< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG #a :two
        alice< :alice!~alice@10.0.0.1 BATCH -B1
        bob< @msgid=#1 :alice!~alice@10.0.0.1 PRIVMSG #a :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :two
        alice> REDACT #a #1
        alice, bob< @msgid=#2 :alice!~alice@10.0.0.1 REDACT #a #1
    ",
    );
}
