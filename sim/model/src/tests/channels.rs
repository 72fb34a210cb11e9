//! Transcripts of ranks, auditoriums, forwards, RENAME, server operators, MONITOR and metadata.

use super::check;

#[test]
fn taking_a_rank_needs_the_right_to_act_on_its_holder() {
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
         carol> JOIN #a
         carol< :carol!~carol@h JOIN #a
         alice< :carol!~carol@h JOIN #a
         bob< :carol!~carol@h JOIN #a
         carol< :srv 353 carol = #a :@alice bob carol
         carol< :srv 366 carol #a …
         alice> MODE #a +hq bob bob
         alice< :srv 482 alice #a …
         alice< :alice!~alice@h MODE #a +h bob
         bob< :alice!~alice@h MODE #a +h bob
         carol< :alice!~alice@h MODE #a +h bob
         bob> MODE #a +v carol
         bob< :bob!~bob@h MODE #a +v carol
         alice< :bob!~bob@h MODE #a +v carol
         carol< :bob!~bob@h MODE #a +v carol
         bob> KICK #a alice
         bob< :srv 482 bob #a …
         bob> MODE #a -o+n alice
         bob< :srv 482 bob #a …
         bob> MODE #a -h+b bob m:x
         bob< :srv 482 bob #a …
         bob< :bob!~bob@h MODE #a -h bob
         alice< :bob!~bob@h MODE #a -h bob
         carol< :bob!~bob@h MODE #a -h bob
         carol> MODE #a -v carol
         carol< :carol!~carol@h MODE #a -v carol
         alice< :carol!~carol@h MODE #a -v carol
         bob< :carol!~carol@h MODE #a -v carol",
    );
}

#[test]
fn in_an_auditorium_members_without_a_rank_do_not_see_each_other() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice> MODE #a +u
         alice< :alice!~alice@h MODE #a +u
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         carol asks for no-implicit-names
         carol> JOIN #a
         carol< :carol!~carol@h JOIN #a
         alice< :carol!~carol@h JOIN #a
         bob> NICK bobby
         bob< :bob!~bob@h NICK bobby
         alice< :bob!~bob@h NICK bobby
         bob> NAMES #a
         bob< :srv 353 bobby = #a :@alice bobby
         bob< :srv 366 bobby #a …
         alice> MODE #a +v carol
         alice< :alice!~alice@h MODE #a +v carol
         bob< :alice!~alice@h MODE #a +v carol
         carol< :alice!~alice@h MODE #a +v carol
         bob> PART #a
         bob< :bobby!~bob@h PART #a
         alice< :bobby!~bob@h PART #a
         carol< :bobby!~bob@h PART #a",
    );
}

#[test]
fn a_user_who_may_not_join_is_forwarded_once() {
    check(
        "alice> JOIN #a,#b
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice< :alice!~alice@h JOIN #b
         alice< :srv 353 alice = #b :@alice
         alice< :srv 366 alice #b …
         alice> MODE #a +if #b
         alice< :alice!~alice@h MODE #a +if #b
         bob> JOIN #a
         bob< :srv 470 bob #a #b …
         bob< :bob!~bob@h JOIN #b
         alice< :bob!~bob@h JOIN #b
         bob< :srv 353 bob = #b :@alice bob
         bob< :srv 366 bob #b …
         alice> MODE #b +if #a
         alice< :alice!~alice@h MODE #b +if #a
         bob< :alice!~alice@h MODE #b +if #a
         carol> JOIN #a
         carol< :srv 470 carol #a #b …
         carol< :srv 473 carol #b …",
    );
}

#[test]
fn without_the_capability_a_rename_is_a_part_and_a_join() {
    check(
        "alice asks for draft/channel-rename
         alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         alice> RENAME #a #b :better
         alice< :alice!~alice@h RENAME #a #b :better
         bob< :bob!~bob@h PART #a :better
         bob< :bob!~bob@h JOIN #b
         bob< :srv 353 bob = #b :@alice bob
         bob< :srv 366 bob #b …
         bob> RENAME #b #c
         bob< :srv 482 bob #b …
         alice> RENAME #b #B
         alice< :alice!~alice@h RENAME #b #B :",
    );
}

#[test]
fn a_server_operator_can_act_in_every_channel_and_kill() {
    check(
        "alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice> MODE #a +is
         alice< :alice!~alice@h MODE #a +is
         bob> OPER root secret
         the answer is right
         bob< :srv 381 bob …
         bob< :bob!~bob@h MODE bob +o
         bob> MODE #a +q alice
         bob< :bob!~bob@h MODE #a +q alice
         alice< :bob!~bob@h MODE #a +q alice
         bob> NAMES #a
         bob< :srv 353 bob @ #a :~alice
         bob< :srv 366 bob #a …
         carol> KILL alice :me
         carol< :srv 481 carol …
         bob> MODE bob +s
         bob< :bob!~bob@h MODE bob +s
         bob> KILL alice :out
         alice< :bob!~bob@h KILL alice :out
         alice< :alice!~alice@h QUIT :Killed (bob (out))
         alice< ERROR :Closing link: (h) [Killed (bob (out))]
         alice< (closed)
         bob< :srv NOTICE bob :*** alice (~alice@h) has left: Killed (bob (out))",
    );
}

#[test]
fn monitor_reports_when_a_nick_comes_and_goes() {
    check(
        "alice asks for extended-monitor away-notify
         alice> MONITOR + bob,Carol
         alice< :srv 731 alice :bob,Carol …
         bob> AWAY :gone
         bob< :srv 306 bob …
         alice< :bob!~bob@h AWAY :gone
         bob> NICK carol
         bob< :bob!~bob@h NICK carol
         alice< :srv 731 alice :bob …
         alice< :srv 730 alice :carol!~bob@h …
         alice> MONITOR L
         alice< :srv 732 alice :bob,Carol …
         alice< :srv 733 alice …
         carol> QUIT
         carol< ERROR :Closing link: (h) [Quit: ]
         carol< (closed)",
    );
}

#[test]
fn a_metadata_value_goes_to_subscribers_who_can_see_its_owner() {
    check(
        "alice asks for draft/metadata-3 batch
         alice> METADATA * SUB color
         alice< :srv 770 alice color …
         alice< :srv BATCH metadata *ALL []
         alice> JOIN #a
         alice< :alice!~alice@h JOIN #a
         alice< :srv 353 alice = #a :@alice
         alice< :srv 366 alice #a …
         alice< :srv BATCH metadata #a []
         bob asks for draft/metadata-3 batch
         bob> METADATA * SET color :red
         bob< :srv 761 bob bob color * :red …
         bob> JOIN #a
         bob< :bob!~bob@h JOIN #a
         alice< :bob!~bob@h JOIN #a
         bob< :srv 353 bob = #a :@alice bob
         bob< :srv 366 bob #a …
         bob< :srv BATCH metadata #a []
         alice< :srv 761 alice bob color * :red …
         bob> METADATA bob SET color :blue
         bob< :srv 761 bob bob color * :blue …
         alice< :srv 761 alice bob color * :blue …
         bob> METADATA #a SET color :green
         bob< :srv FAIL METADATA KEY_NO_PERMISSION #a color …
         bob> METADATA * SET size :1
         bob< :srv 761 bob bob size * :1 …
         alice> METADATA #a SYNC
         alice< :srv BATCH metadata #a [:srv 761 alice bob color * :blue …]
         bob> METADATA * CLEAR
         bob< :srv BATCH metadata bob [:srv 766 bob bob color … | :srv 766 bob bob size …]
         alice< :srv 766 alice bob color …",
    );
}
