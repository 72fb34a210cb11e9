//! Tags of messages: IRCv3 message-tags, server-time, message-ids, bot-mode.

use verbatim::server::{Action, Actions, Config, Event, Server};
use verbatim::time::Time;

use crate::script::check;

#[test]
fn everybody_reads_the_tags_that_they_asked_for() {
    check(
        r"
        alice registers with message-tags
        bob registers with server-time
        carol registers with message-tags server-time
        dave registers
        alice, bob, carol, dave join #a
        dave> @+draft/reply=#1 PRIVMSG #a :hello
        alice< @msgid=#5;+draft/reply=#1 :dave!~dave@10.0.0.4 PRIVMSG #a :hello
        bob< @time=NOW :dave!~dave@10.0.0.4 PRIVMSG #a :hello
        carol< @time=NOW;msgid=#5;+draft/reply=#1 :dave!~dave@10.0.0.4 PRIVMSG #a :hello
        dave> NOTICE #a :hello
        alice< @msgid=#6 :dave!~dave@10.0.0.4 NOTICE #a :hello
        bob< @time=NOW :dave!~dave@10.0.0.4 NOTICE #a :hello
        carol< @time=NOW;msgid=#6 :dave!~dave@10.0.0.4 NOTICE #a :hello
        alice> @+x;y;+z=1;label=1;batch=1;time=1;msgid=1;account=1;bot PRIVMSG #a :tagged
        bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :tagged
        carol< @time=NOW;msgid=#7;+x;+z=1 :alice!~alice@10.0.0.1 PRIVMSG #a :tagged
        dave< :alice!~alice@10.0.0.1 PRIVMSG #a :tagged
        dave> @+x PRIVMSG alice :tagged
        alice< @msgid=#8;+x :dave!~dave@10.0.0.4 PRIVMSG alice :tagged
        dave> @+x PRIVMSG bob :tagged
        bob< @time=NOW :dave!~dave@10.0.0.4 PRIVMSG bob :tagged
        alice> MODE alice +B
        alice< @msgid=#9;bot :alice!~alice@10.0.0.1 MODE alice +B
        alice> PRIVMSG #a :beep
        bob< @time=NOW :alice!~alice@10.0.0.1 PRIVMSG #a :beep
        carol< @time=NOW;msgid=#10;bot :alice!~alice@10.0.0.1 PRIVMSG #a :beep
        dave< :alice!~alice@10.0.0.1 PRIVMSG #a :beep
        alice> NICK alicia
        alice< @msgid=#11;bot :alice!~alice@10.0.0.1 NICK alicia
        bob< @time=NOW :alice!~alice@10.0.0.1 NICK alicia
        carol< @time=NOW;msgid=#11;bot :alice!~alice@10.0.0.1 NICK alicia
        dave< :alice!~alice@10.0.0.1 NICK alicia
    ",
    );
}

#[test]
fn a_number_or_a_question_has_the_time_alone() {
    check(
        r"
        alice registers with message-tags server-time
        alice> @+x PRIVMSG nobody :hello
        alice< @time=NOW :verbatim.local 401 alice nobody :No such nick/channel
        alice> PING x
        alice< @time=NOW :verbatim.local PONG verbatim.local :x
        90 s pass
        alice< @time=NOW PING :verbatim.local
        60 s pass
        alice< @time=NOW ERROR :Closing link: (10.0.0.1) [Ping timeout: 150 seconds]
        alice closed
    ",
    );
}

#[test]
fn client_only_tags_are_relayed_as_they_were_written() {
    check(
        r"
        alice, bob register with message-tags
        alice> @+a=\\:\\s\\\\\\r\\n;+b=;+c=\\q\\ PRIVMSG bob :escapes
        bob< @msgid=#1;+a=\\:\\s\\\\\\r\\n;+b=;+c=\\q\\ :alice!~alice@10.0.0.1 PRIVMSG bob :escapes
        alice> @+a=1;+b;+a=2 PRIVMSG bob :the last of two counts
        bob< @msgid=#2;+b;+a=2 :alice!~alice@10.0.0.1 PRIVMSG bob :the last of two counts
        alice> @+;+=1;++a;+a_b;+é;+é.example/a;+ok.example/a-b=é PRIVMSG bob :keys
        bob< @msgid=#3;+ok.example/a-b=é :alice!~alice@10.0.0.1 PRIVMSG bob :keys
        alice> @;;+a;; PRIVMSG bob :nothing between
        bob< @msgid=#4;+a :alice!~alice@10.0.0.1 PRIVMSG bob :nothing between
        alice> @a;b=1;msgid=2 PRIVMSG bob :nothing left
        bob< @msgid=#5 :alice!~alice@10.0.0.1 PRIVMSG bob :nothing left
    ",
    );
}

#[test]
fn a_tagmsg_goes_to_those_who_read_tags() {
    check(
        r"
        alice registers with message-tags
        bob registers with message-tags server-time
        carol registers with server-time
        alice, bob, carol join #a
        alice> @+typing=active TAGMSG #A
        bob< @time=NOW;msgid=#4;+typing=active :alice!~alice@10.0.0.1 TAGMSG #a
        alice> @+typing=active TAGMSG Bob
        bob< @time=NOW;msgid=#5;+typing=active :alice!~alice@10.0.0.1 TAGMSG bob
        alice> @+typing=active TAGMSG carol
        alice> @+typing=active TAGMSG bob :what stands here is ignored
        bob< @time=NOW;msgid=#6;+typing=active :alice!~alice@10.0.0.1 TAGMSG bob
        alice> TAGMSG #a
        alice> @typing TAGMSG #a
        bob> AWAY :out
        bob< @time=NOW :verbatim.local 306 bob :You have been marked as being away
        alice> @+typing TAGMSG bob
        bob< @time=NOW;msgid=#7;+typing :alice!~alice@10.0.0.1 TAGMSG bob
        alice> @+a TAGMSG #a,bob,alice
        alice< @msgid=#10;+a :alice!~alice@10.0.0.1 TAGMSG alice
        bob< @time=NOW;msgid=#8;+a :alice!~alice@10.0.0.1 TAGMSG #a
        bob< @time=NOW;msgid=#9;+a :alice!~alice@10.0.0.1 TAGMSG bob
        carol> @+typing TAGMSG #a
        carol< @time=NOW :verbatim.local 421 carol TAGMSG :Unknown command
        carol> TAGMSG
        carol< @time=NOW :verbatim.local 421 carol TAGMSG :Unknown command
    ",
    );
}

#[test]
fn a_tagmsg_is_refused_as_a_message_is() {
    check(
        r"
        alice registers with message-tags
        bob registers
        bob joins #b
        alice> @+a TAGMSG
        alice< :verbatim.local 411 alice :No recipient given (TAGMSG)
        alice> TAGMSG :
        alice< :verbatim.local 401 alice * :No such nick/channel
        alice> @+a TAGMSG #nowhere
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> TAGMSG nobody
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> @+a TAGMSG #b
        alice< :verbatim.local 404 alice #b :Cannot send to channel (+n)
        alice> TAGMSG #b
        alice< :verbatim.local 404 alice #b :Cannot send to channel (+n)
        alice> @+a TAGMSG a,b,c,d,e
        alice< :verbatim.local 407 alice e :Too many recipients
        bob> MODE bob +R
        bob< :bob!~bob@10.0.0.2 MODE bob +R
        alice> @+a TAGMSG bob
        alice< :verbatim.local 477 alice bob :You must be logged in to write to this user
        bob> MODE #b +C-n
        bob< :bob!~bob@10.0.0.2 MODE #b +C-n
        alice> @+a TAGMSG #b
        dora connects
        dora> TAGMSG #b
        dora< :verbatim.local 451 * :You have not registered
    ",
    );
}

#[test]
fn a_tagmsg_is_not_taken_for_speaking() {
    check(
        r"
        alice registers with message-tags
        20 s pass
        alice> @+typing TAGMSG alice
        alice< @msgid=#1;+typing :alice!~alice@10.0.0.1 TAGMSG alice
        alice> WHOIS alice
        alice< :verbatim.local 311 alice alice ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 312 alice alice verbatim.local :verbatim
        alice< :verbatim.local 378 alice alice :is connecting from *@10.0.0.1 10.0.0.1
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.1 10.0.0.1 :Is actually using host
        alice< :verbatim.local 379 alice alice :is using modes +
        alice< :verbatim.local 317 alice alice 20 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice alice :End of /WHOIS list
        alice> PRIVMSG alice :x
        alice< @msgid=#2 :alice!~alice@10.0.0.1 PRIVMSG alice :x
        alice> WHOIS alice
        alice< :verbatim.local 311 alice alice ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 312 alice alice verbatim.local :verbatim
        alice< :verbatim.local 378 alice alice :is connecting from *@10.0.0.1 10.0.0.1
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.1 10.0.0.1 :Is actually using host
        alice< :verbatim.local 379 alice alice :is using modes +
        alice< :verbatim.local 317 alice alice 0 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice alice :End of /WHOIS list
    ",
    );
}

#[test]
fn tags_of_more_than_4094_bytes_are_refused() {
    check(
        r"
        alice, bob register with message-tags
        alice> @+{a*4093} TAGMSG bob
        bob< @msgid=#1;+{a*4093} :alice!~alice@10.0.0.1 TAGMSG bob
        alice> @+{a*4094} TAGMSG bob
        alice< :verbatim.local 417 alice :Input line was too long
        alice> @+{a*4093} PRIVMSG bob :{x*467}
        bob< @msgid=#2;+{a*4093} :alice!~alice@10.0.0.1 PRIVMSG bob :{x*467}
        alice> @{a*8000} PRIVMSG bob :hello
        alice< :verbatim.local 417 alice :Input line was too long
        alice> PRIVMSG bob :still there
        bob< @msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG bob :still there
           echo::a_channel_without_others_echoes_too_and_so_does_one_from_outside
           echo::a_message_to_oneself_comes_twice
           echo::a_tagmsg_is_echoed_to_those_who_read_tags
           echo::the_echo_comes_before_the_word_that_somebody_is_away
           echo::what_is_refused_is_not_echoed
           echo::what_one_says_comes_back_as_others_read_it
           labels::a_copy_to_oneself_has_no_label
           labels::a_label_needs_both_capabilities
           labels::a_line_that_was_not_read_has_no_label
           labels::a_message_is_acknowledged_or_echoed
           labels::an_answer_has_the_label_of_its_question
           labels::labels_are_answered_before_registration_too
           labels::others_do_not_see_the_label
           messages_modes::a_message_with_a_prefix_goes_to_those_who_stand_so_high
           messages_modes::a_prefix_needs_a_channel_behind_it
           messages_modes::a_user_may_want_messages_only_from_who_is_logged_in
           messages_modes::where_no_ctcp_is_wanted_only_actions_are_relayed
           messages_modes::who_is_banned_or_unvoiced_is_told_by_which_mode
           multiline::a_batch_begins_as_it_should_or_not_at_all
           multiline::a_batch_has_bounds_in_lines_and_bytes
           multiline::a_batch_needs_both_capabilities
           multiline::a_batch_without_a_word_is_no_message
           multiline::lines_of_a_batch_are_all_alike
           multiline::only_signs_of_life_may_stand_between_the_lines
           multiline::several_lines_are_echoed_as_one
           multiline::several_lines_are_one_message
           multiline::several_lines_are_refused_as_one
           multiline::several_lines_may_go_to_those_who_stand_high_enough
           multiline::whoever_leaves_in_a_batch_leaves_nothing_behind
           redaction::a_channel_that_ceased_to_exist_takes_its_messages_along
           redaction::a_message_belongs_to_a_user_and_not_to_a_nick
           redaction::a_message_in_several_lines_is_taken_back_as_one
           redaction::a_message_is_taken_back_where_it_was_said
           redaction::a_private_message_is_its_senders
           redaction::a_redaction_answers_its_label
           redaction::operators_may_take_back_what_others_said
           redaction::redact_names_a_target_and_an_id
           redaction::what_was_refused_and_that_somebody_types_is_not_remembered
           redaction::who_may_not_speak_may_not_take_back_either
           redaction::who_said_it_may_take_it_back
           tags::a_number_or_a_question_has_the_time_alone
           tags::a_tagmsg_goes_to_those_who_read_tags
           tags::a_tagmsg_is_not_taken_for_speaking
           tags::a_tagmsg_is_refused_as_a_message_is
           tags::client_only_tags_are_relayed_as_they_were_written
           tags::everybody_reads_the_tags_that_they_asked_for
           tags::tags_are_dropped_where_nobody_asked_for_them
           tags::tags_of_more_than_4094_bytes_are_refused
    ",
    );
}

#[test]
fn tags_are_dropped_where_nobody_asked_for_them() {
    check(
        r"
        alice, bob register
        alice> @+x;label=1 PRIVMSG bob :hello
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice> @batch=1 PRIVMSG bob :hello
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
        alice> @+x TAGMSG bob
        alice< :verbatim.local 421 alice TAGMSG :Unknown command
    ",
    );
}

/// 500 members with four sets of capabilities: as many lines are encoded as there are forms, not as there are members.
#[test]
fn a_line_is_encoded_once_for_each_form() {
    let now = Time::from_secs(1_000_000_000);
    let (mut server, mut actions) = (Server::new(Config::default(), now), Actions::default());
    let sets = ["multi-prefix", "server-time", "message-tags echo-message", "server-time message-tags batch setname"];
    for conn in 0..500 {
        let caps = sets[conn as usize % 4];
        let bytes = format!("CAP REQ :{caps}\r\nNICK n-{conn}\r\nUSER u 0 * :U\r\nCAP END\r\nJOIN #a\r\n");
        server.handle(now, Event::Accepted { conn, host: "10.0.0.1" }, &mut actions);
        server.handle(now, Event::Received { conn, bytes: bytes.as_bytes() }, &mut actions);
        actions.clear();
    }
    for line in ["PRIVMSG #a :hello, all", "@+x NOTICE #a :hello, all"] {
        server.handle(now, Event::Received { conn: 2, bytes: format!("{line}\r\n").as_bytes() }, &mut actions);
        let heard: Vec<usize> = actions
            .list()
            .iter()
            .map(|action| match action {
                Action::Send { to, .. } => actions.recipients(*to).len(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(heard, [125, 125, 125, 125], "{line}");
        actions.clear();
    }
    server.handle(now, Event::Received { conn: 0, bytes: b"PRIVMSG #a :no echo\r\n" }, &mut actions);
    assert_eq!(actions.list().len(), 4, "as many forms as before");
}
