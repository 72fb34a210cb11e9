//! Transcripts of what the model predicts for each connection, in the dialect of `tests/transcript/`.
//!
//! `…` stands for words that the server chooses; `[…]` holds the lines of a batch, or of a labelled response. The first
//! line with an id has the id m1. Participants connect and register before their first line (a name that begins with
//! `guest` only connects). A script can also contain these lines:
//!
//! | line | meaning |
//! |---|---|
//! | `alice asks for batch …` | alice connects and registers with these capabilities |
//! | `the answer is right`, `… wrong` | answers the pending question to the host |
//! | `alice is cut off` | her connection breaks |
//! | `alice2 attaches to alice` | connects from h2 as another session of alice; the welcome is left out |
//! | `… with batch …` | the same, with these capabilities |
//! | `…, who stays`, `…, who stays for 60 s` | the same, and alice stays without sessions, or for that time |
//! | `guest is to be alice's` | announces that the connection is to attach to alice |

mod channels;
mod sessions_coming;
mod sessions_near;
mod sessions_seen;
mod sessions_told;
mod stage;
#[path = "../../../tests/transcript/mod.rs"]
mod transcript;

use super::Event;
use stage::{Stage, check, check_with};

#[test]
fn a_line_to_a_channel_goes_to_every_other_member() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         bob> JOIN #A
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob> PRIVMSG #A,alice :two words
         alice< :bob!~bob@h PRIVMSG #a :two words
         alice< :bob!~bob@h PRIVMSG alice :two words
         carol> PRIVMSG #a :from outside
         carol< :srv 404 carol #a …
         carol> NOTICE #a :from outside",
    );
}

#[test]
fn a_quit_is_sent_once_to_each_user_who_shares_a_channel() {
    check(
        "alice> JOIN #a,#b
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice< :alice!~alice@h JOIN #b
         alice< :srv 353 alice = #b :@alice
         alice< :srv 366 alice #b …
         bob> JOIN #b,#a
         bob< :bob!~bob@h JOIN #b
         alice< :bob!~bob@h JOIN #b
         bob< :srv 353 bob = #b :@alice bob
         bob< :srv 366 bob #b …
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob is cut off
         alice< :bob!~bob@h QUIT :Connection reset by peer
         alice> QUIT :bye
         alice< ERROR :Closing link: (h) [Quit: bye]
         alice< (closed)",
    );
}

#[test]
fn mode_topic_and_kick_lines_go_to_all_members_if_the_caller_has_the_rank() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob> MODE #a +x-o alice
         bob< :srv 472 bob x …
         bob< :srv 482 bob #a …
         alice> MODE #a +vb-t+n bob carol
         alice< :alice!~alice@h MODE #a +vb-t bob carol!*@*
         bob< :alice!~alice@h MODE #a +vb-t bob carol!*@*
         bob> TOPIC #a :hi
         bob< :bob!~bob@h TOPIC #a :hi
         alice< :bob!~bob@h TOPIC #a :hi
         carol> JOIN #a
         carol< :srv 474 carol #a …
         alice> INVITE carol #a
         carol< :alice!~alice@h INVITE carol #a
         alice< :srv 341 alice carol #a …
         carol> JOIN #a
         carol< :carol!~carol@h JOIN #a
         alice< :carol!~carol@h JOIN #a
         bob< :carol!~carol@h JOIN #a
         carol< :srv 332 carol #a :hi …
         carol< :srv 333 carol #a bob!~bob@h 1000 …
         carol< :srv 353 carol = #a :+bob @alice carol
         carol< :srv 366 carol #a …
         alice> KICK #a bob,nobody :out
         alice< :alice!~alice@h KICK #a bob :out
         bob< :alice!~alice@h KICK #a bob :out
         carol< :alice!~alice@h KICK #a bob :out
         alice< :srv 401 alice nobody …",
    );
}

#[test]
fn a_nick_is_taken_until_it_is_given_up() {
    check(
        "guest> NICK bob
         alice> NICK BOB
         alice< :srv 433 alice BOB …
         guest> NICK carol
         alice> NICK Bob
         alice< :alice!~alice@h NICK Bob
         alice> NICK bob!
         alice< :srv 432 Bob bob! …
         alice> WHOWAS alice
         alice< :srv 314 Bob alice ~alice h * :alice …
         alice< :srv 312 Bob alice srv …
         alice< :srv 369 Bob alice …",
    );
}

#[test]
fn registration_waits_for_cap_end() {
    check(
        "guest> CAP LS 302
         guest< :srv CAP * LS …
         guest> JOIN #a
         guest< :srv 451 * …
         guest> NICK g
         guest> USER g 0 * :G
         guest> CAP REQ :multi-prefix nonsense
         guest< :srv CAP g NAK :multi-prefix nonsense
         guest> CAP REQ :multi-prefix
         guest< :srv CAP g ACK :multi-prefix
         guest> CAP END
         guest< :srv 001 g …
         guest< :srv 002 g …
         guest< :srv 003 g …
         guest< :srv 004 g …
         guest< :srv 005 g …
         guest< :srv 005 g … (any number)
         guest< :srv 251 g …
         guest< :srv 252 g 0 …
         guest< :srv 253 g 0 …
         guest< :srv 254 g 0 …
         guest< :srv 255 g …
         guest< :srv 265 g …
         guest< :srv 266 g …
         guest< :srv 422 g …
         guest> PING :a b
         guest< :srv PONG srv :a b",
    );
}

#[test]
fn silent_connections_are_pinged_and_then_closed() {
    check(
        "alice> PONG
         89 s pass
         1 s pass
         alice< PING :srv
         alice> PONG srv
         90 s pass
         alice< PING :srv
         guest> NICK late
         30 s pass
         guest< ERROR :Closing link: (h) [Registration timeout]
         guest< (closed)
         30 s pass
         alice< ERROR :Closing link: (h) [Ping timeout: 150 seconds]
         alice< (closed)",
    );
}

#[test]
fn a_client_never_gets_a_tag_it_did_not_request() {
    check(
        "alice asks for server-time
         alice> JOIN #a
         alice< @time :alice!~alice@h JOIN #a
         alice< @time :srv 353 alice = #a :@alice
         alice< @time :srv 366 alice #a …
         bob asks for message-tags
         bob> JOIN #a
         bob< @msgid :bob!~bob@h JOIN #a
         alice< @time :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         carol> JOIN #a
         carol< :carol!~carol@h JOIN #a
         alice< @time :carol!~carol@h JOIN #a
         bob< @msgid :carol!~carol@h JOIN #a
         carol< :srv 353 carol = #a :@alice bob carol
         carol< :srv 366 carol #a …
         carol> @+x=1;y=2;+x=3;+a_b;label=z;+t PRIVMSG #a :hi
         alice< @time :carol!~carol@h PRIVMSG #a :hi
         bob< @msgid;+x=3;+a_b;+t :carol!~carol@h PRIVMSG #a :hi
         carol> @+typing=active TAGMSG #a
         carol< :srv 421 carol TAGMSG …
         bob> @+typing=active TAGMSG #a
         bob> @typing=active TAGMSG #nowhere,bob
         bob< :srv 403 bob #nowhere …
         bob< @msgid :bob!~bob@h TAGMSG bob
         bob> @+x TAGMSG bob
         bob< @msgid;+x :bob!~bob@h TAGMSG bob",
    );
}

#[test]
fn the_echo_comes_before_every_other_reply_to_a_message() {
    check(
        "alice> AWAY :tea
         alice< :srv 306 alice …
         bob asks for echo-message message-tags
         bob> PRIVMSG alice :hi
         bob< @msgid :bob!~bob@h PRIVMSG alice :hi
         alice< :bob!~bob@h PRIVMSG alice :hi
         bob< :srv 301 bob alice :tea …
         bob> PRIVMSG bob,nobody :me
         bob< @msgid :bob!~bob@h PRIVMSG bob :me
         bob< @msgid :bob!~bob@h PRIVMSG bob :me
         bob< :srv 401 bob nobody …
         bob> NOTICE nobody :me",
    );
}

#[test]
fn every_labelled_command_gets_one_labelled_response() {
    check(
        "alice asks for labeled-response batch
         alice> @label=1 PONG
         alice< label=1 []
         alice> @label=2 FROB
         alice< label=2 [:srv 421 alice FROB …]
         alice> @label=3 JOIN #a
         alice< label=3 [:alice!~alice@h JOIN #a | :srv 353 alice = #a :@alice | :srv 366 alice #a …]
         alice> @label=4 PRIVMSG alice :hi
         alice< label=4 []
         alice< :alice!~alice@h PRIVMSG alice :hi
         alice> @label= PING x
         alice< :srv PONG srv :x
         alice> @label=5 QUIT
         alice< label=5 [ERROR :Closing link: (h) [Quit: ]]
         alice< (closed)
         bob asks for labeled-response
         bob> @label=1 PING x
         bob< :srv PONG srv :x",
    );
}

#[test]
fn input_waits_while_a_password_is_verified() {
    check_with(
        Some("hash"),
        "guest> PASS right
         guest> NICK g
         guest> USER g 0 * :G
         guest> PING 1
         guest> QUIT
         the answer is right
         guest< :srv 001 g …
         guest< :srv 002 g …
         guest< :srv 003 g …
         guest< :srv 004 g …
         guest< :srv 005 g …
         guest< :srv 005 g … (any number)
         guest< :srv 251 g …
         guest< :srv 252 g 0 …
         guest< :srv 253 g 0 …
         guest< :srv 254 g 0 …
         guest< :srv 255 g …
         guest< :srv 265 g …
         guest< :srv 266 g …
         guest< :srv 422 g …
         guest< :srv PONG srv :1
         guest< ERROR :Closing link: (h) [Quit: ]
         guest< (closed)
         guest2 asks for labeled-response batch
         guest2> PASS wrong
         guest2> NICK g
         guest2> @label=1 USER g 0 * :G
         the answer is wrong
         guest2< label=1 [:srv 464 g … | ERROR :Closing link: (h) [Password incorrect]]
         guest2< (closed)",
    );
}

#[test]
fn a_multiline_message_arrives_as_a_batch_or_as_separate_lines() {
    check(
        "alice asks for batch draft/multiline message-tags
         alice> NICK Alice
         alice< @msgid :alice!~alice@h NICK Alice
         carol asks for message-tags
         carol> NICK Carol
         carol< @msgid :carol!~carol@h NICK Carol
         bob asks for batch draft/multiline labeled-response echo-message
         bob> @label=1;+x BATCH +r draft/multiline alice
         bob> @batch=r;label=2 PRIVMSG alice :one
         bob> @batch=r;draft/multiline-concat PRIVMSG ALICE :two
         bob> @label=3 PING x
         bob< label=3 [:srv PONG srv :x]
         bob> @batch=r PRIVMSG alice :
         bob> BATCH -r
         alice< @msgid;+x :bob!~bob@h BATCH draft/multiline Alice [:bob!~bob@h PRIVMSG Alice :one | @draft/multiline-concat :bob!~bob@h PRIVMSG Alice :two | :bob!~bob@h PRIVMSG Alice :]
         bob< label=1 [:bob!~bob@h BATCH draft/multiline Alice [:bob!~bob@h PRIVMSG Alice :one | @draft/multiline-concat :bob!~bob@h PRIVMSG Alice :two | :bob!~bob@h PRIVMSG Alice :]]
         bob> @+x BATCH +r draft/multiline carol
         bob> @batch=r PRIVMSG carol :one
         bob> @batch=r PRIVMSG carol :
         bob> @batch=r PRIVMSG carol :two
         bob> BATCH -r
         bob< :bob!~bob@h BATCH draft/multiline Carol [:bob!~bob@h PRIVMSG Carol :one | :bob!~bob@h PRIVMSG Carol : | :bob!~bob@h PRIVMSG Carol :two]
         carol< @msgid;+x :bob!~bob@h PRIVMSG Carol :one
         carol< @+x :bob!~bob@h PRIVMSG Carol :two",
    );
}

#[test]
fn a_failed_batch_gets_one_fail_and_its_lines_are_ignored() {
    check(
        "alice asks for batch draft/multiline labeled-response
         alice> @label=1 BATCH +r draft/multiline bob,carol
         alice< label=1 [:srv FAIL BATCH MULTILINE_INVALID …]
         alice> @batch=r PRIVMSG bob :x
         alice> @label=2 BATCH +s draft/multiline bob
         alice> @batch=s PRIVMSG carol :x
         alice< label=2 [:srv FAIL BATCH MULTILINE_INVALID_TARGET bob carol …]
         alice> @batch=s PRIVMSG bob :x
         alice> @label=3 BATCH -s
         alice< label=3 []
         alice> @batch=s PRIVMSG bob :x
         alice< :srv FAIL BATCH MULTILINE_INVALID …
         alice> BATCH +t draft/multiline nobody
         alice> JOIN 0
         alice< :srv FAIL BATCH MULTILINE_INVALID …
         alice> BATCH +u draft/multiline nobody
         alice> @batch=u PRIVMSG nobody :x
         alice> @label=4 BATCH -u
         alice< label=4 [:srv 401 alice nobody …]",
    );
}

#[test]
fn a_message_can_be_redacted_once() {
    check(
        "alice asks for message-tags echo-message draft/message-redaction
         alice> PRIVMSG bob :hi
         alice< :srv 401 alice bob …
         bob asks for message-tags draft/message-redaction
         bob> NICK Bob
         bob< @msgid :bob!~bob@h NICK Bob
         alice> PRIVMSG bob :hi
         alice< @msgid :alice!~alice@h PRIVMSG Bob :hi
         bob< @msgid :alice!~alice@h PRIVMSG Bob :hi
         bob> REDACT alice m2
         bob< :srv FAIL REDACT REDACT_FORBIDDEN alice m2 …
         alice> REDACT bob m1
         alice< :srv FAIL REDACT UNKNOWN_MSGID bob m1 …
         alice> REDACT bob m2 :a slip
         alice< @msgid :alice!~alice@h REDACT Bob m2 :a slip
         bob< @msgid :alice!~alice@h REDACT Bob m2 :a slip
         alice> REDACT bob m2
         alice< :srv FAIL REDACT UNKNOWN_MSGID bob m2 …
         carol> JOIN #a
         carol< :carol!~carol@h JOIN #a
         carol< :srv 353 carol = #a :@carol
         carol< :srv 366 carol #a …
         carol> REDACT #a m2
         carol< :srv 421 carol REDACT …
         alice> REDACT #a m2
         alice< :srv FAIL REDACT INVALID_TARGET #a …",
    );
}

#[test]
fn away_and_setname_reach_clients_with_the_capability() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         bob asks for away-notify setname
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         alice> AWAY :tea
         alice< :srv 306 alice …
         bob< :alice!~alice@h AWAY :tea
         alice> AWAY :tea
         alice< :srv 306 alice …
         alice> AWAY
         alice< :srv 305 alice …
         bob< :alice!~alice@h AWAY
         alice> SETNAME :Alice
         bob< :alice!~alice@h SETNAME :Alice
         bob> SETNAME :
         bob< :srv FAIL SETNAME INVALID_REALNAME …
         bob> SETNAME Bob
         bob< :bob!~bob@h SETNAME :Bob",
    );
}

#[test]
fn lines_are_reassembled_wherever_they_are_cut() {
    let mut stage = Stage::new(None);
    let conn = stage.conn("alice");
    let stream = b"PING a\rPING :b c\n\r\nPING\r\n\0\r\n";
    for size in 1..stream.len() {
        let heard: Vec<String> =
            stream.chunks(size).flat_map(|bytes| stage.heard(Event::Received { conn, bytes })).collect();
        let all = ["PONG srv :a", "PONG srv :b c", "461 alice PING …", "400 alice * …"];
        assert_eq!(heard, all.map(|line| format!("alice< :srv {line}")), "in pieces of {size}");
    }
}
