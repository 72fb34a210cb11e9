//! Transcripts from `docs/protocol/sessions.md`: who sees what a user with several sessions does.

use super::super::Expect;
use super::stage::{Stage, check};

#[test]
fn actions_reach_all_sessions_of_a_user_and_numerics_only_the_caller() {
    check(
        "alice asks for extended-join
         alice> JOIN #a
         alice< :alice!~alice@h JOIN #a * :alice
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice2 attaches to alice
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a * :bob
         alice2< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         alice2> JOIN #b
         alice< :alice!~alice@h JOIN #b * :alice
         alice2< :alice!~alice@h JOIN #b
         alice< :srv 353 alice = #b :@alice
         alice< :srv 366 alice #b …
         alice2< :srv 353 alice = #b :@alice
         alice2< :srv 366 alice #b …
         alice2> TOPIC #b :news
         alice< :alice!~alice@h TOPIC #b :news
         alice2< :alice!~alice@h TOPIC #b :news
         alice2> MODE #b +l-l 5
         alice< :alice!~alice@h MODE #b +l-l 5
         alice2< :alice!~alice@h MODE #b +l-l 5
         alice2> TOPIC #b
         alice2< :srv 332 alice #b :news …
         alice2< :srv 333 alice #b alice!~alice@h 1000 …
         alice2> MODE alice +x
         alice2< :srv 501 alice …
         alice2> MODE alice +i
         alice< :alice!~alice@h MODE alice +i
         alice2< :alice!~alice@h MODE alice +i
         alice2> MODE alice
         alice2< :srv 221 alice +i …
         alice> NICK Ally
         alice< :alice!~alice@h NICK Ally
         alice2< :alice!~alice@h NICK Ally
         bob< :alice!~alice@h NICK Ally
         alice2> PING x
         alice2< :srv PONG srv :x
         alice> KICK #a bob :out
         alice< :Ally!~alice@h KICK #a bob :out
         alice2< :Ally!~alice@h KICK #a bob :out
         bob< :Ally!~alice@h KICK #a bob :out
         alice2> PART #b
         alice< :Ally!~alice@h PART #b
         alice2< :Ally!~alice@h PART #b
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a * :bob
         alice2< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@Ally bob
         bob< :srv 366 bob #a …
         bob> WHOIS ally
         bob< :srv 311 bob Ally ~alice h * :alice …
         bob< :srv 319 bob Ally :@#a
         bob< :srv 312 bob Ally srv …
         bob< :srv 317 bob Ally 0 1000 …
         bob< :srv 318 bob ally …",
    );
}

#[test]
fn each_session_gets_the_replies_to_a_join_by_its_own_capabilities() {
    check(
        "alice asks for server-time
         alice> PING x
         alice< @time :srv PONG srv :x
         alice2 attaches to alice with extended-join no-implicit-names
         alice3 attaches to alice with draft/metadata-3 batch multi-prefix labeled-response
         alice3> @label=1 JOIN #a
         alice< @time :alice!~alice@h JOIN #a
         alice2< :alice!~alice@h JOIN #a * :alice
         alice< @time :srv 353 alice = #a :@alice
         alice< @time :srv 366 alice #a …
         alice3< label=1 [:alice!~alice@h JOIN #a | :srv 353 alice = #a :@alice | :srv 366 alice #a … | :srv BATCH metadata #a []]
         alice2> TOPIC #a :hi
         alice< @time :alice!~alice@h TOPIC #a :hi
         alice2< :alice!~alice@h TOPIC #a :hi
         alice3< :alice!~alice@h TOPIC #a :hi
         alice3> @label=2 JOIN 0
         alice< @time :alice!~alice@h PART #a :Left all channels
         alice2< :alice!~alice@h PART #a :Left all channels
         alice3< label=2 [:alice!~alice@h PART #a :Left all channels]",
    );
}

#[test]
fn a_rename_reaches_each_session_in_the_form_for_its_capabilities() {
    check(
        "alice asks for draft/channel-rename
         alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice2 attaches to alice with message-tags
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         alice3 attaches to alice with message-tags extended-join
         alice3< :alice!~alice@h JOIN #a * :alice
         alice3< :srv 353 alice = #a :@alice
         alice3< :srv 366 alice #a …
         bob> OPER root secret
         the answer is right
         bob< :srv 381 bob …
         bob< :bob!~bob@h MODE bob +o
         bob2 attaches to bob with draft/channel-rename
         bob2< :srv 221 bob +o …
         alice2> RENAME #a #b :better
         alice< :alice!~alice@h RENAME #a #b :better
         alice2< :alice!~alice@h PART #a :better
         alice2< :alice!~alice@h JOIN #b
         alice2< :srv 353 alice = #b :@alice
         alice2< :srv 366 alice #b …
         alice3< :alice!~alice@h PART #a :better
         alice3< :alice!~alice@h JOIN #b * :alice
         alice3< :srv 353 alice = #b :@alice
         alice3< :srv 366 alice #b …
         bob> RENAME #b #c
         bob2< :bob!~bob@h RENAME #b #c :
         alice< :bob!~bob@h RENAME #b #c :
         alice2< :alice!~alice@h PART #b
         alice2< :alice!~alice@h JOIN #c
         alice2< :srv 353 alice = #c :@alice
         alice2< :srv 366 alice #c …
         alice3< :alice!~alice@h PART #b
         alice3< :alice!~alice@h JOIN #c * :alice
         alice3< :srv 353 alice = #c :@alice
         alice3< :srv 366 alice #c …
         alice> RENAME #c #C
         alice< :alice!~alice@h RENAME #c #C :",
    );
}

#[test]
fn a_message_reaches_the_senders_other_sessions_even_without_echo_message() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice2 attaches to alice with echo-message message-tags
         alice2< :alice!~alice@h JOIN #a
         alice2< :srv 353 alice = #a :@alice
         alice2< :srv 366 alice #a …
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         alice2< @msgid :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         alice> PRIVMSG #a :one
         alice2< @msgid :alice!~alice@h PRIVMSG #a :one
         bob< :alice!~alice@h PRIVMSG #a :one
         alice2> PRIVMSG #a :two
         alice2< @msgid :alice!~alice@h PRIVMSG #a :two
         alice< :alice!~alice@h PRIVMSG #a :two
         bob< :alice!~alice@h PRIVMSG #a :two
         alice2> NOTICE bob :three
         alice2< @msgid :alice!~alice@h NOTICE bob :three
         alice< :alice!~alice@h NOTICE bob :three
         bob< :alice!~alice@h NOTICE bob :three
         alice> PRIVMSG @#a :four
         alice2< @msgid :alice!~alice@h PRIVMSG @#a :four
         alice2> @+x TAGMSG #a
         alice2< @msgid;+x :alice!~alice@h TAGMSG #a",
    );
}

#[test]
fn a_message_to_oneself_reaches_each_session_once_and_is_echoed() {
    check(
        "alice> JOIN #b
         alice< :alice!~alice@h JOIN #b
         alice< :srv 353 alice = #b :@alice
         alice< :srv 366 alice #b …
         alice2 attaches to alice with echo-message message-tags
         alice2< :alice!~alice@h JOIN #b
         alice2< :srv 353 alice = #b :@alice
         alice2< :srv 366 alice #b …
         alice> PRIVMSG alice :five
         alice< :alice!~alice@h PRIVMSG alice :five
         alice2< @msgid :alice!~alice@h PRIVMSG alice :five
         alice2> PRIVMSG alice :six
         alice2< @msgid :alice!~alice@h PRIVMSG alice :six
         alice< :alice!~alice@h PRIVMSG alice :six
         alice2< @msgid :alice!~alice@h PRIVMSG alice :six
         bob> PRIVMSG alice :seven
         alice< :bob!~bob@h PRIVMSG alice :seven
         alice2< @msgid :bob!~bob@h PRIVMSG alice :seven
         bob2 attaches to bob with labeled-response batch echo-message
         bob2> @label=1 PRIVMSG bob :eight
         bob< :bob!~bob@h PRIVMSG bob :eight
         bob2< label=1 [:bob!~bob@h PRIVMSG bob :eight]
         bob2< :bob!~bob@h PRIVMSG bob :eight
         bob2> @label=2 PRIVMSG alice,bob :nine
         alice< :bob!~bob@h PRIVMSG alice :nine
         alice2< @msgid :bob!~bob@h PRIVMSG alice :nine
         bob< :bob!~bob@h PRIVMSG alice :nine
         bob< :bob!~bob@h PRIVMSG bob :nine
         bob2< label=2 [:bob!~bob@h PRIVMSG alice :nine | :bob!~bob@h PRIVMSG bob :nine]
         bob2< :bob!~bob@h PRIVMSG bob :nine
         alice> MODE #b -n
         alice< :alice!~alice@h MODE #b -n
         alice2< @msgid :alice!~alice@h MODE #b -n
         bob> PRIVMSG #b :from outside
         alice< :bob!~bob@h PRIVMSG #b :from outside
         alice2< @msgid :bob!~bob@h PRIVMSG #b :from outside
         bob2< :bob!~bob@h PRIVMSG #b :from outside",
    );
}

#[test]
fn a_multiline_message_reaches_the_senders_other_sessions() {
    check(
        "alice asks for batch draft/multiline echo-message message-tags
         alice> PING x
         alice< :srv PONG srv :x
         alice2 attaches to alice with batch draft/multiline
         alice3 attaches to alice
         alice> BATCH +r draft/multiline alice
         alice> @batch=r PRIVMSG alice :one
         alice> @batch=r PRIVMSG alice :two
         alice> BATCH -r
         alice< @msgid :alice!~alice@h BATCH draft/multiline alice [:alice!~alice@h PRIVMSG alice :one | :alice!~alice@h PRIVMSG alice :two]
         alice2< :alice!~alice@h BATCH draft/multiline alice [:alice!~alice@h PRIVMSG alice :one | :alice!~alice@h PRIVMSG alice :two]
         alice3< :alice!~alice@h PRIVMSG alice :one
         alice3< :alice!~alice@h PRIVMSG alice :two
         alice< @msgid :alice!~alice@h BATCH draft/multiline alice [:alice!~alice@h PRIVMSG alice :one | :alice!~alice@h PRIVMSG alice :two]
         bob> PING x
         bob< :srv PONG srv :x
         alice2> BATCH +r draft/multiline bob
         alice2> @batch=r NOTICE bob :one
         alice2> @batch=r NOTICE bob :two
         alice2> BATCH -r
         alice< @msgid :alice!~alice@h BATCH draft/multiline bob [:alice!~alice@h NOTICE bob :one | :alice!~alice@h NOTICE bob :two]
         alice3< :alice!~alice@h NOTICE bob :one
         alice3< :alice!~alice@h NOTICE bob :two
         bob< :alice!~alice@h NOTICE bob :one
         bob< :alice!~alice@h NOTICE bob :two",
    );
}

#[test]
fn a_session_can_redact_what_another_session_of_its_user_sent() {
    check(
        "alice asks for message-tags draft/message-redaction echo-message
         alice> PING x
         alice< :srv PONG srv :x
         alice2 attaches to alice with message-tags draft/message-redaction
         alice3 attaches to alice
         bob asks for draft/message-redaction
         bob> PING x
         bob< :srv PONG srv :x
         bob2 attaches to bob with message-tags
         alice> PRIVMSG bob :hi
         alice< @msgid :alice!~alice@h PRIVMSG bob :hi
         alice2< @msgid :alice!~alice@h PRIVMSG bob :hi
         alice3< :alice!~alice@h PRIVMSG bob :hi
         bob< :alice!~alice@h PRIVMSG bob :hi
         bob2< @msgid :alice!~alice@h PRIVMSG bob :hi
         alice2> REDACT bob m1 :a slip
         alice2< @msgid :alice!~alice@h REDACT bob m1 :a slip
         alice< @msgid :alice!~alice@h REDACT bob m1 :a slip
         bob< :alice!~alice@h REDACT bob m1 :a slip
         bob> REDACT alice m1
         bob< :srv FAIL REDACT UNKNOWN_MSGID alice m1 …",
    );
}

/// The model's numbers of the batches that the last of `lines` causes.
fn names(lines: &[&str]) -> Vec<Option<u64>> {
    let mut stage = Stage::new(None);
    lines.iter().for_each(|line| drop(stage.step(line)));
    let name = |expect: &Expect| if let Expect::Batch { number, .. } = expect { Some(*number) } else { None };
    stage.last.iter().map(name).collect()
}

#[test]
fn the_senders_other_sessions_get_the_same_batch_as_the_echo() {
    let lines = [
        "alice asks for batch draft/multiline echo-message",
        "alice> BATCH +r draft/multiline alice",
        "alice2 attaches to alice with batch draft/multiline",
        "alice> @batch=r PRIVMSG alice :hi",
        "alice> BATCH -r",
    ];
    let [echo, other, own] = names(&lines)[..] else { panic!("the echo, and two copies") };
    assert!(echo == other && own != echo && own.is_some());
}
