//! Multiline messages: IRCv3 client-batch, draft/multiline.

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn several_lines_are_one_message() {
    check(
        r"
        alice registers
        alice asks for batch draft/multiline message-tags
        bob registers
        bob asks for batch draft/multiline message-tags server-time
        carol registers
        carol asks for message-tags server-time
        dave registers
        alice, bob, carol, dave join #A
        alice> @+draft/reply=x;y BATCH +1 draft/multiline #a
        alice> @batch=1;+z PRIVMSG #a :first
        alice> @batch=1 PRIVMSG #A :
        alice> @batch=1 PRIVMSG #a :third,\x20
        alice> @batch=1;draft/multiline-concat PRIVMSG #a :longer
        alice> BATCH -1
        bob< @time=NOW;msgid=#1;+draft/reply=x :alice!~alice@10.0.0.1 BATCH +B1 draft/multiline #A
        bob< @batch=B1;time=NOW :alice!~alice@10.0.0.1 PRIVMSG #A :first
        bob< @batch=B1;time=NOW :alice!~alice@10.0.0.1 PRIVMSG #A :
        bob< @batch=B1;time=NOW :alice!~alice@10.0.0.1 PRIVMSG #A :third,\x20
        bob< @batch=B1;draft/multiline-concat;time=NOW :alice!~alice@10.0.0.1 PRIVMSG #A :longer
        bob< @time=NOW :alice!~alice@10.0.0.1 BATCH -B1
        carol< @time=NOW;msgid=#1;+draft/reply=x :alice!~alice@10.0.0.1 PRIVMSG #A :first
        carol< @time=NOW;+draft/reply=x :alice!~alice@10.0.0.1 PRIVMSG #A :third,\x20
        carol< @time=NOW;+draft/reply=x :alice!~alice@10.0.0.1 PRIVMSG #A :longer
        dave< :alice!~alice@10.0.0.1 PRIVMSG #A :first
        dave< :alice!~alice@10.0.0.1 PRIVMSG #A :third,\x20
        dave< :alice!~alice@10.0.0.1 PRIVMSG #A :longer
        -- A reference may be reused.
        alice> BATCH +1 draft/multiline bob
        alice> @batch=1;draft/multiline-concat=x NOTICE BOB :one
        alice> BATCH -1 and what stands here is ignored
        bob< @time=NOW;msgid=#2 :alice!~alice@10.0.0.1 BATCH +B2 draft/multiline bob
        bob< @batch=B2;time=NOW :alice!~alice@10.0.0.1 NOTICE bob :one
        bob< @time=NOW :alice!~alice@10.0.0.1 BATCH -B2
        alice> BATCH +1 draft/multiline carol
        alice> @batch=1 NOTICE carol :
        alice> @batch=1 NOTICE carol :two
        alice> BATCH -1
        carol< @time=NOW;msgid=#3 :alice!~alice@10.0.0.1 NOTICE carol :two
    ",
    );
}

#[test]
fn several_lines_can_be_a_statusmsg() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol ask for batch draft/multiline
        alice, bob, carol join #A
        alice> MODE #a +v bob
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #A +v bob
        carol> BATCH +1 draft/multiline @+#a
        carol> @batch=1 PRIVMSG @+#A :one
        carol> @batch=1 PRIVMSG @+#a :two
        carol> BATCH -1
        alice, bob< :carol!~carol@10.0.0.3 BATCH +B1 draft/multiline +#A
        alice, bob< @batch=B1 :carol!~carol@10.0.0.3 PRIVMSG +#A :one
        alice, bob< @batch=B1 :carol!~carol@10.0.0.3 PRIVMSG +#A :two
        alice, bob< :carol!~carol@10.0.0.3 BATCH -B1
        carol> BATCH +1 draft/multiline @+#a
        carol> @batch=1 PRIVMSG +@#a :one
        carol< :verbatim.local FAIL BATCH MULTILINE_INVALID_TARGET @+#a +@#a :Invalid multiline target
    ",
    );
}

#[test]
fn several_lines_are_echoed_as_one() {
    check(
        r"
        alice registers
        alice asks for batch draft/multiline echo-message labeled-response message-tags
        bob registers
        alice, bob join #a
        alice> @label=1 BATCH +1 draft/multiline #a
        alice> @batch=1;label=2 PRIVMSG #a :one
        alice> @batch=1 PRIVMSG #a :two
        alice> BATCH -1
        alice< @label=1;msgid=#1 :alice!~alice@10.0.0.1 BATCH +B1 draft/multiline #a
        alice< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG #a :one
        alice< @batch=B1 :alice!~alice@10.0.0.1 PRIVMSG #a :two
        alice< :alice!~alice@10.0.0.1 BATCH -B1
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :two
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> BATCH +1 draft/multiline bob
        alice> @batch=1 PRIVMSG bob :one
        alice> @label=3 BATCH -1
        alice< @label=3 :verbatim.local BATCH +B2 labeled-response
        alice< @batch=B2;msgid=#2 :alice!~alice@10.0.0.1 BATCH +B3 draft/multiline bob
        alice< @batch=B3 :alice!~alice@10.0.0.1 PRIVMSG bob :one
        alice< @batch=B2 :alice!~alice@10.0.0.1 BATCH -B3
        alice< @batch=B2 :verbatim.local 301 alice bob :out
        alice< :verbatim.local BATCH -B2
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one
        alice> @label=4 BATCH +1 draft/multiline alice
        alice> @batch=1 PRIVMSG alice :one
        alice> @label=5 BATCH -1
        alice< @label=4;msgid=#3 :alice!~alice@10.0.0.1 BATCH +B4 draft/multiline alice
        alice< @batch=B4 :alice!~alice@10.0.0.1 PRIVMSG alice :one
        alice< :alice!~alice@10.0.0.1 BATCH -B4
        alice< @msgid=#3 :alice!~alice@10.0.0.1 BATCH +B5 draft/multiline alice
        alice< @batch=B5 :alice!~alice@10.0.0.1 PRIVMSG alice :one
        alice< :alice!~alice@10.0.0.1 BATCH -B5
        alice< @label=5 :verbatim.local ACK
        alice> CAP REQ -echo-message
        alice< :verbatim.local CAP alice ACK :-echo-message
        alice> @label=6 BATCH +1 draft/multiline #a
        alice> @batch=1 PRIVMSG #a :one
        alice> BATCH -1
        alice< @label=6 :verbatim.local ACK
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :one
        alice> BATCH +1 draft/multiline alice
        alice> @batch=1 PRIVMSG alice :one
        alice> BATCH -1
        alice< @msgid=#4 :alice!~alice@10.0.0.1 BATCH +B6 draft/multiline alice
        alice< @batch=B6 :alice!~alice@10.0.0.1 PRIVMSG alice :one
        alice< :alice!~alice@10.0.0.1 BATCH -B6
    ",
    );
}

#[test]
fn several_lines_are_refused_as_one() {
    check(
        r"
        alice registers
        alice asks for batch draft/multiline labeled-response
        bob registers
        bob joins #b
        alice> @label=1 BATCH +1 draft/multiline #b
        alice> @batch=1 PRIVMSG #b :one
        alice> @batch=1 PRIVMSG #b :two
        alice> BATCH -1
        alice< @label=1 :verbatim.local 404 alice #b :Cannot send to channel (+n)
        alice> BATCH +1 draft/multiline nobody
        alice> @batch=1 PRIVMSG nobody :one
        alice> BATCH -1
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> BATCH +1 draft/multiline #nowhere
        alice> @batch=1 NOTICE #nowhere :one
        alice> @label=2 BATCH -1
        alice< @label=2 :verbatim.local ACK
        bob> MODE #b +C-n
        bob< :bob!~bob@10.0.0.2 MODE #b +C-n
        alice> BATCH +1 draft/multiline #b
        alice> @batch=1 PRIVMSG #b :one
        alice> @batch=1 PRIVMSG #b :\x01VERSION\x01
        alice> BATCH -1
        alice< :verbatim.local 404 alice #b :Cannot send to channel (+C)
        bob> MODE bob +R
        bob< :bob!~bob@10.0.0.2 MODE bob +R
        alice> BATCH +1 draft/multiline bob
        alice> @batch=1 PRIVMSG bob :one
        alice> BATCH -1
        alice< :verbatim.local 477 alice bob :You must be logged in to write to this user
        bob> MODE bob -R
        bob< :bob!~bob@10.0.0.2 MODE bob -R
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> BATCH +1 draft/multiline bob
        alice> @batch=1 PRIVMSG bob :one
        alice> @batch=1 PRIVMSG bob :two
        alice> BATCH -1
        alice< :verbatim.local 301 alice bob :out
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :two
    ",
    );
}

#[test]
fn an_invalid_opening_batch_is_refused() {
    check(
        r"
        alice registers
        alice asks for batch draft/multiline labeled-response
        alice> BATCH
        alice< :verbatim.local 461 alice BATCH :Not enough parameters
        alice> @label=1 BATCH 1 draft/multiline alice
        alice< @label=1 :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +1
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +1 netsplit alice
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +1 draft/multiline
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +1 draft/multiline :
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +1 draft/multiline #a,#b
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> @label=2 BATCH + draft/multiline alice
        alice< @label=2 :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +{x*65} draft/multiline alice
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        -- Lines of the last failed batch are ignored; earlier ones are unknown.
        alice> @batch=1;label=3 PRIVMSG alice :passed over
        alice> @label=4 BATCH -1
        alice< @label=4 :verbatim.local ACK
        alice> @label=5 BATCH -1
        alice< @label=5 :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> @batch=2 BATCH +1 draft/multiline alice
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> @batch=1 PRIVMSG alice :passed over
        -- A tag without a value is a tag.
        alice> @batch BATCH +1 draft/multiline alice
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +2 draft/multiline alice
        alice> @batch= BATCH -2
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> @batch PRIVMSG alice :not in a batch
        alice< :alice!~alice@10.0.0.1 PRIVMSG alice :not in a batch
        alice> BATCH +{x*64} draft/multiline alice
        alice> @batch=1;label=6 PRIVMSG alice :not known
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice< @label=6 :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
    ",
    );
}

#[test]
fn all_lines_of_a_batch_need_the_same_command_and_target() {
    check(
        r"
        alice, bob register
        alice, bob ask for batch draft/multiline
        alice> BATCH +1 draft/multiline bob
        alice> @batch=1 PRIVMSG bob :one
        alice> @batch=1 NOTICE bob :two
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> @batch=1 PRIVMSG bob :passed over
        alice> BATCH -1
        alice> BATCH +2 draft/multiline bob
        alice> @batch=2 TAGMSG bob
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +3 draft/multiline bob
        alice> @batch=3 PRIVMSG bob
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +4 draft/multiline bob
        alice> @batch=4 PRIVMSG alice :elsewhere
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID_TARGET bob alice :Invalid multiline target
        alice> BATCH +5 draft/multiline bob
        alice> @batch=5 PRIVMSG bob :one
        alice> @batch=5;draft/multiline-concat PRIVMSG bob :
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +6 draft/multiline bob
        alice> @batch=6 PRIVMSG bob :{x*474}
        alice> @batch=6 PRIVMSG bob :{x*475}
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +7 draft/multiline bob
        alice> @batch=7 JOIN #a
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +8 draft/multiline bob
        alice> @batch=8 BATCH -8
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +9 draft/multiline ::
        alice> @batch=9 PRIVMSG :a b
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
    ",
    );
}

#[test]
fn a_batch_without_text_is_refused() {
    check(
        r"
        alice registers
        alice asks for batch draft/multiline labeled-response
        alice> @label=1 BATCH +1 draft/multiline alice
        alice> BATCH -1
        alice< @label=1 :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +1 draft/multiline alice
        alice> @batch=1 PRIVMSG alice :
        alice> @batch=1 PRIVMSG alice :
        alice> @label=2 BATCH -1
        alice< @label=2 :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> @batch=1 PRIVMSG alice :the batch is gone
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> @label=3 BATCH +1 draft/multiline alice
        alice> @label=4 BATCH -1
        alice< @label=3 :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice< @label=4 :verbatim.local ACK
    ",
    );
}

#[test]
fn a_batch_has_a_limit_of_lines_and_of_bytes() {
    let limits = Limits { multiline_lines: 3, multiline_bytes: 10, ..Limits::default() };
    check_with(
        Config { limits, ..Config::default() },
        r"
        alice registers
        alice asks for batch draft/multiline labeled-response
        bob registers
        alice> @label=1 BATCH +1 draft/multiline bob
        alice> @batch=1 PRIVMSG bob :1
        alice> @batch=1 PRIVMSG bob :2
        alice> @batch=1 PRIVMSG bob :
        alice> @batch=1 PRIVMSG bob :4
        alice< @label=1 :verbatim.local FAIL BATCH MULTILINE_MAX_LINES 3 :Multiline batch max-lines exceeded
        alice> @batch=1 PRIVMSG bob :5
        alice> BATCH -1
        -- A line feed between two lines counts.
        alice> BATCH +2 draft/multiline bob
        alice> @batch=2 PRIVMSG bob :12345
        alice> @batch=2 PRIVMSG bob :7890
        alice> BATCH -2
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :12345
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :7890
        alice> BATCH +3 draft/multiline bob
        alice> @batch=3 PRIVMSG bob :12345
        alice> @batch=3 PRIVMSG bob :78901
        alice< :verbatim.local FAIL BATCH MULTILINE_MAX_BYTES 10 :Multiline batch max-bytes exceeded
        alice> BATCH +4 draft/multiline bob
        alice> @batch=4 PRIVMSG bob :12345
        alice> @batch=4;draft/multiline-concat PRIVMSG bob :67890
        alice> BATCH -4
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :12345
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :67890
        alice> BATCH +5 draft/multiline bob
        alice> @batch=5 PRIVMSG bob :éééééé
        alice< :verbatim.local FAIL BATCH MULTILINE_MAX_BYTES 10 :Multiline batch max-bytes exceeded
    ",
    );
}

#[test]
fn only_ping_and_pong_may_come_between_the_lines_of_a_batch() {
    check(
        r"
        alice registers
        alice asks for batch draft/multiline labeled-response
        bob registers
        alice> @label=1 BATCH +1 draft/multiline bob
        alice> @label=2 PING x
        alice< @label=2 :verbatim.local PONG verbatim.local :x
        alice> @batch=1 PING x
        alice< :verbatim.local PONG verbatim.local :x
        alice> PONG x
        alice> @batch=1 PRIVMSG bob :one
        alice> BATCH -1
        alice< @label=1 :verbatim.local ACK
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one
        alice> @label=3 BATCH +2 draft/multiline bob
        alice> @batch=2 PRIVMSG bob :one
        alice> @label=4 PRIVMSG bob :between
        alice< @label=3 :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice< @label=4 :verbatim.local ACK
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :between
        alice> @batch=2 PRIVMSG bob :passed over
        alice> BATCH -2
        alice> BATCH +3 draft/multiline bob
        alice> @batch=4;label=5 PRIVMSG bob :of another
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice< @label=5 :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +5 draft/multiline bob
        alice> BATCH +6 draft/multiline bob
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH -5
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> @batch=6 PRIVMSG bob :passed over
        alice> BATCH +7 draft/multiline bob
        alice> NONSENSE
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice< :verbatim.local 421 alice NONSENSE :Unknown command
        alice> BATCH +8 draft/multiline bob
        alice> @batch=8 PRIVMSG bob :{x*600}
        alice< :verbatim.local 417 alice :Input line was too long
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +9 draft/multiline bob
        alice> @label=6 PRIVMSG bob :\xff
        alice< @label=6 :verbatim.local FAIL PRIVMSG INVALID_UTF8 :Your message was not valid UTF-8
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice> BATCH +10 draft/multiline bob
        alice> CAP REQ -draft/multiline
        alice< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
        alice< :verbatim.local CAP alice ACK :-draft/multiline
        alice> BATCH -10
        alice< :verbatim.local 421 alice BATCH :Unknown command
        alice> @batch=10 PRIVMSG bob :a message like any other
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :a message like any other
    ",
    );
}

#[test]
fn an_open_batch_ends_with_its_connection() {
    check(
        r"
        alice registers
        alice asks for batch draft/multiline
        bob registers
        alice> BATCH +1 draft/multiline bob
        alice> @batch=1 PRIVMSG bob :one
        alice> @batch=1 QUIT :bye
        alice< ERROR :Closing link: (10.0.0.1) [Quit: bye]
        alice closed
        carol registers
        carol asks for batch draft/multiline
        carol> BATCH -1
        carol< :verbatim.local FAIL BATCH MULTILINE_INVALID :Invalid multiline batch
    ",
    );
}

#[test]
fn a_batch_needs_both_capabilities() {
    check(
        r"
        alice registers
        alice asks for draft/multiline
        bob registers
        bob asks for batch
        alice> BATCH +1 draft/multiline bob
        alice< :verbatim.local 421 alice BATCH :Unknown command
        bob> BATCH +1 draft/multiline alice
        bob< :verbatim.local 421 bob BATCH :Unknown command
        bob> BATCH
        bob< :verbatim.local 461 bob BATCH :Not enough parameters
        alice> @batch=1 PRIVMSG bob :a message like any other
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :a message like any other
        carol connects
        carol> BATCH +1 draft/multiline bob
        carol< :verbatim.local 451 * :You have not registered
        carol> CAP REQ :batch draft/multiline
        carol< :verbatim.local CAP * ACK :batch draft/multiline
        carol> BATCH +1 draft/multiline bob
        carol< :verbatim.local 451 * :You have not registered
        carol> @batch=1 PRIVMSG bob :hello
        carol< :verbatim.local 451 * :You have not registered
    ",
    );
}

#[test]
fn a_client_with_multiline_but_without_batch_gets_separate_lines() {
    check(
        r"
        alice, bob register
        alice asks for batch draft/multiline
        bob asks for draft/multiline
        alice> BATCH +1 draft/multiline bob
        alice> @batch=1 PRIVMSG bob :one
        alice> @batch=1 PRIVMSG bob :two
        alice> BATCH -1
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :two
    ",
    );
}
