//! Modes that decide which messages are heard, and by whom: `U` (op-moderated), `c` (no colours) and a user's `T` (no
//! CTCP).

use super::script::{World, check};

#[test]
fn in_a_channel_with_mode_u_only_half_operators_and_above_hear_members_without_voice() {
    check(
        r"
        alice, bob, carol, dave, erin register
        bob asks for echo-message
        alice, bob, carol, dave, erin join #A
        alice> MODE #a +mvh carol dave
        alice, bob, carol, dave, erin< :alice!~alice@10.0.0.1 MODE #A +mvh carol dave
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #A :Cannot send to channel (+m)
        bob> MODE #a +U
        bob< :verbatim.local 482 bob #A :You're not channel operator
        alice> MODE #a +U
        alice, bob, carol, dave, erin< :alice!~alice@10.0.0.1 MODE #A +U
        -- The sender's echo says who heard it.
        bob> PRIVMSG #a :hello
        alice, bob, dave< :bob!~bob@10.0.0.2 PRIVMSG %#A :hello
        -- Without +m as well.
        alice> MODE #a -m
        alice, bob, carol, dave, erin< :alice!~alice@10.0.0.1 MODE #A -m
        bob> NOTICE #a :\x01ACTION waves\x01
        alice, bob, dave< :bob!~bob@10.0.0.2 NOTICE %#A :\x01ACTION waves\x01
        bob> PRIVMSG +#a :to those with voice
        alice, bob, dave< :bob!~bob@10.0.0.2 PRIVMSG %#A :to those with voice
        bob> PRIVMSG @#a :to operators
        alice, bob< :bob!~bob@10.0.0.2 PRIVMSG @#A :to operators
        carol> PRIVMSG #a :with voice
        alice, bob, dave, erin< :carol!~carol@10.0.0.3 PRIVMSG #A :with voice
        -- Other modes and bans refuse as ever.
        alice> MODE #a +b m:bob
        alice, bob, carol, dave, erin< :alice!~alice@10.0.0.1 MODE #A +b m:bob!*@*
        bob> PRIVMSG #a :muted
        bob< :verbatim.local 404 bob #A :Cannot send to channel (+b)
        alice> MODE #a -b+M m:bob!*@*
        alice, bob, carol, dave, erin< :alice!~alice@10.0.0.1 MODE #A -b+M m:bob!*@*
        bob> PRIVMSG #a :not logged in
        bob< :verbatim.local 404 bob #A :Cannot send to channel (+M)
        alice> MODE #a -MU
        alice, bob, carol, dave, erin< :alice!~alice@10.0.0.1 MODE #A -MU
        bob> PRIVMSG #a :heard by all
        alice, bob, carol, dave, erin< :bob!~bob@10.0.0.2 PRIVMSG #A :heard by all
    ",
    );
}

#[test]
fn in_a_channel_with_mode_u_outsiders_are_heard_by_half_operators_and_above() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> MODE #a +U
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +U
        carol> PRIVMSG #a :hello
        carol< :verbatim.local 404 carol #a :Cannot send to channel (+n)
        alice> MODE #a -n
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -n
        carol> PRIVMSG #a :hello
        alice< :carol!~carol@10.0.0.3 PRIVMSG %#a :hello
    ",
    );
}

#[test]
fn in_a_channel_with_mode_u_tags_lines_labels_and_other_sessions_go_with_the_message() {
    check(
        r"
        alice registers
        alice asks for batch draft/multiline message-tags
        bob registers
        bob asks for batch draft/multiline message-tags labeled-response echo-message
        carol registers
        carol asks for message-tags
        phone attaches to bob
        alice, bob, carol join #a
        alice> MODE #a +U
        alice, bob, carol< @msgid=#1 :alice!~alice@10.0.0.1 MODE #a +U
        phone< :alice!~alice@10.0.0.1 MODE #a +U
        bob> @+typing=active TAGMSG #a
        alice, bob< @msgid=#2;+typing=active :bob!~bob@10.0.0.2 TAGMSG %#a
        bob> @label=one PRIVMSG #a :hello
        alice< @msgid=#3 :bob!~bob@10.0.0.2 PRIVMSG %#a :hello
        bob< @label=one;msgid=#3 :bob!~bob@10.0.0.2 PRIVMSG %#a :hello
        phone< :bob!~bob@10.0.0.2 PRIVMSG %#a :hello
        bob> BATCH +1 draft/multiline #a
        bob> @batch=1 PRIVMSG #a :first
        bob> @batch=1 PRIVMSG #a :second
        bob> BATCH -1
        alice, bob< @msgid=#4 :bob!~bob@10.0.0.2 BATCH +B1 draft/multiline %#a
        alice, bob< @batch=B1 :bob!~bob@10.0.0.2 PRIVMSG %#a :first
        alice, bob< @batch=B1 :bob!~bob@10.0.0.2 PRIVMSG %#a :second
        alice, bob< :bob!~bob@10.0.0.2 BATCH -B1
        phone< :bob!~bob@10.0.0.2 PRIVMSG %#a :first
        phone< :bob!~bob@10.0.0.2 PRIVMSG %#a :second
    ",
    );
}

#[test]
fn in_a_channel_with_mode_u_a_message_is_redacted_where_it_was_heard() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol ask for message-tags draft/message-redaction
        alice, bob, carol join #a
        bob> PRIVMSG #a :before
        alice, carol< @msgid=#1 :bob!~bob@10.0.0.2 PRIVMSG #a :before
        alice> MODE #a +U
        alice, bob, carol< @msgid=#2 :alice!~alice@10.0.0.1 MODE #a +U
        bob> PRIVMSG #a :hello
        alice< @msgid=#3 :bob!~bob@10.0.0.2 PRIVMSG %#a :hello
        -- What all heard, bob can no longer redact: all would read the reason.
        bob> REDACT #a #1 :look here
        bob< :verbatim.local FAIL REDACT REDACT_FORBIDDEN #a #1 :You are not authorised to delete this message
        bob> REDACT #a #3
        bob< :verbatim.local FAIL REDACT UNKNOWN_MSGID #a #3 :This message does not exist or is too old
        bob> REDACT %#a #3
        alice, bob< @msgid=#4 :bob!~bob@10.0.0.2 REDACT %#a #3
        alice> REDACT #a #1
        alice, bob, carol< @msgid=#5 :alice!~alice@10.0.0.1 REDACT #a #1
    ",
    );
}

/// The relayed target is longer by its prefix.
#[test]
fn a_line_that_mode_u_makes_too_long_is_refused_alone_and_in_a_multiline_message() {
    let mut world = World::new(verbatim::server::Config::default());
    for line in [
        "alice, bob register",
        "bob asks for batch draft/multiline",
        "alice, bob join #a",
        "bob> PRIVMSG #a :{x*479}",
        "bob> BATCH +1 draft/multiline #a",
        "bob> @batch=1 PRIVMSG #a :{x*479}",
        "alice> MODE #a +U",
    ] {
        world.act(line);
    }
    assert!(world.heard().iter().any(|line| line.ends_with("PRIVMSG #a :{x*479}")), "as long as a line may be");
    world.act("bob> BATCH -1");
    assert_eq!(world.heard(), ["bob< :verbatim.local 417 bob :Input line was too long"]);
    world.act("bob> PRIVMSG #a :{x*479}");
    assert_eq!(world.heard(), ["bob< :verbatim.local 417 bob :Input line was too long"]);
}

#[test]
fn another_session_that_lengthens_the_nick_makes_a_collected_line_too_long() {
    check(
        r"
        bob registers
        bob asks for batch draft/multiline
        phone attaches to bob
        carol registers
        bob> BATCH +1 draft/multiline carol
        bob> @batch=1 PRIVMSG carol :{x*470}
        phone> NICK bob_of_the_long_name
        bob, phone< :bob!~bob@10.0.0.1 NICK bob_of_the_long_name
        bob> BATCH -1
        bob< :verbatim.local 417 bob_of_the_long_name :Input line was too long
    ",
    );
}

#[test]
fn colours_are_refused_until_the_mode_is_unset() {
    check(
        r"
        alice, bob register
        bob asks for batch draft/multiline
        alice, bob join #a
        bob> MODE #a +c
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +c
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +c
        bob> PRIVMSG #a :this is \x034red
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+c)
        bob> PRIVMSG #a :\x04ff0000so is this
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+c)
        bob> PRIVMSG #a :\x16reversed
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+c)
        bob> PRIVMSG @#a :\x01ACTION is \x1b[31mred\x01
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+c)
        bob> NOTICE #a :\x034red
        alice> PRIVMSG #a :not even \x03operators
        alice< :verbatim.local 404 alice #a :Cannot send to channel (+c)
        bob> PRIVMSG #a :\x02bold\x02, \x1ditalic\x1d, \x1funderlined\x0f
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :\x02bold\x02, \x1ditalic\x1d, \x1funderlined\x0f
        bob> BATCH +1 draft/multiline #a
        bob> @batch=1 PRIVMSG #a :plain
        bob> @batch=1 PRIVMSG #a :\x03,4red
        bob> BATCH -1
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+c)
        alice> MODE #a -c
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -c
        bob> PRIVMSG #a :this is \x034red
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :this is \x034red
    ",
    );
}

#[test]
fn a_user_with_mode_t_gets_no_ctcp_but_action() {
    check(
        r"
        alice registers
        bob registers
        bob asks for batch draft/multiline echo-message labeled-response message-tags
        alice> MODE alice +T
        alice< :alice!~alice@10.0.0.1 MODE alice +T
        bob> PRIVMSG alice :\x01VERSION\x01
        bob< :verbatim.local 531 bob alice :You cannot send CTCPs to this user (+T)
        bob> @label=one PRIVMSG ALICE :\x01PING 1\x01
        bob< @label=one :verbatim.local 531 bob alice :You cannot send CTCPs to this user (+T)
        bob> @label=two NOTICE alice :\x01VERSION verbatim\x01
        bob< @label=two :verbatim.local ACK
        bob> BATCH +1 draft/multiline alice
        bob> @batch=1 PRIVMSG alice :one
        bob> @batch=1 PRIVMSG alice :\x01VERSION\x01
        bob> BATCH -1
        bob< :verbatim.local 531 bob alice :You cannot send CTCPs to this user (+T)
        bob> PRIVMSG alice :\x01ACTION waves\x01
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :\x01ACTION waves\x01
        bob< @msgid=#1 :bob!~bob@10.0.0.2 PRIVMSG alice :\x01ACTION waves\x01
        bob> PRIVMSG alice :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :hello
        bob< @msgid=#2 :bob!~bob@10.0.0.2 PRIVMSG alice :hello
        -- It is about messages from others to the user, not to channels.
        alice> PRIVMSG alice :\x01VERSION\x01
        alice< :alice!~alice@10.0.0.1 PRIVMSG alice :\x01VERSION\x01
        alice, bob join #a
        bob> PRIVMSG #a :\x01VERSION\x01
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :\x01VERSION\x01
        bob< @msgid=#3 :bob!~bob@10.0.0.2 PRIVMSG #a :\x01VERSION\x01
        alice> MODE alice -T
        alice< :alice!~alice@10.0.0.1 MODE alice -T
        bob> NOTICE alice :\x01VERSION verbatim\x01
        alice< :bob!~bob@10.0.0.2 NOTICE alice :\x01VERSION verbatim\x01
        bob< @msgid=#4 :bob!~bob@10.0.0.2 NOTICE alice :\x01VERSION verbatim\x01
    ",
    );
}

#[test]
fn a_refused_ctcp_notifies_no_user_with_mode_g_and_a_silenced_sender_learns_nothing() {
    check(
        r"
        alice, bob register
        alice> MODE alice +gT
        alice< :alice!~alice@10.0.0.1 MODE alice +Tg
        bob> PRIVMSG alice :\x01VERSION\x01
        bob< :verbatim.local 531 bob alice :You cannot send CTCPs to this user (+T)
        bob> PRIVMSG alice :hello
        alice< :verbatim.local 718 alice bob ~bob@10.0.0.2 :is messaging you, and you have user mode +g set
        bob< :verbatim.local 716 bob alice :is in +g mode (server-side ignore)
        bob< :verbatim.local 717 bob alice :has been informed that you messaged them
        alice> SILENCE bob
        alice< :alice!~alice@10.0.0.1 SILENCE +bob!*@*
        bob> PRIVMSG alice :\x01VERSION\x01
    ",
    );
}
