//! SILENCE: users whose private messages one does not receive.

use verbatim::server::Config;
use verbatim::wire::Casemapping;

use super::script::{check, check_with};

#[test]
fn messages_from_silenced_users_are_dropped_without_a_reply() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice> SILENCE bob
        alice< :alice!~alice@10.0.0.1 SILENCE +bob!*@*
        bob> PRIVMSG alice :hello
        bob> NOTICE alice :hello
        carol> PRIVMSG alice :hello
        alice< :carol!~carol@10.0.0.3 PRIVMSG alice :hello
        -- Messages to a channel are not affected.
        bob> PRIVMSG #a :hello
        alice, carol< :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        alice> SILENCE -BOB!*@*
        alice< :alice!~alice@10.0.0.1 SILENCE -BOB!*@*
        bob> PRIVMSG alice :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :hello
    ",
    );
}

#[test]
fn the_silence_list_is_shown_and_repeated_changes_have_no_effect() {
    check(
        r"
        alice registers
        alice> SILENCE
        alice< :verbatim.local 272 alice :End of Silence List
        alice> SILENCE +*!*@10.0.0.2,carol,CAROL,-dave
        alice< :alice!~alice@10.0.0.1 SILENCE +*!*@10.0.0.2
        alice< :alice!~alice@10.0.0.1 SILENCE +carol!*@*
        alice> SILENCE
        alice< :verbatim.local 271 alice alice *!*@10.0.0.2
        alice< :verbatim.local 271 alice alice carol!*@*
        alice< :verbatim.local 272 alice :End of Silence List
        alice> SILENCE :two words,-*@10.0.0.2
        alice< :verbatim.local FAIL SILENCE INVALID_MASK * :The mask is too long, or not well-formed
        alice< :alice!~alice@10.0.0.1 SILENCE -*!*@10.0.0.2
        -- An empty item is a mistake, not a mask for everybody.
        alice> SILENCE +,carol,
        alice< :verbatim.local FAIL SILENCE INVALID_MASK * :The mask is too long, or not well-formed
        alice< :verbatim.local FAIL SILENCE INVALID_MASK * :The mask is too long, or not well-formed
        alice> SILENCE :
        alice< :verbatim.local 271 alice alice carol!*@*
        alice< :verbatim.local 272 alice :End of Silence List
    ",
    );
}

#[test]
fn silence_does_not_affect_oneself_and_survives_a_nick_change() {
    check(
        r"
        alice, bob register
        alice> SILENCE *
        alice< :alice!~alice@10.0.0.1 SILENCE +*!*@*
        alice> PRIVMSG alice :a note
        alice< :alice!~alice@10.0.0.1 PRIVMSG alice :a note
        bob> NICK rob
        bob< :bob!~bob@10.0.0.2 NICK rob
        bob> PRIVMSG alice :hello
    ",
    );
}

#[test]
fn with_mode_g_a_silenced_sender_causes_no_notice_to_either_side() {
    check(
        r"
        alice, bob register
        alice> SILENCE bob
        alice< :alice!~alice@10.0.0.1 SILENCE +bob!*@*
        alice> MODE alice +g
        alice< :alice!~alice@10.0.0.1 MODE alice +g
        bob> PRIVMSG alice :hello
        bob asks for batch labeled-response echo-message
        bob> @label=x PRIVMSG alice :hello
        bob< @label=x :verbatim.local ACK
    ",
    );
}

#[test]
fn a_change_of_the_silence_list_reaches_all_sessions_of_its_user() {
    check(
        r"
        alice registers
        phone attaches to alice from 10.9.9.9
        bob registers
        phone> SILENCE bob
        alice, phone< :alice!~alice@10.0.0.1 SILENCE +bob!*@*
        alice> SILENCE
        alice< :verbatim.local 271 alice alice bob!*@*
        alice< :verbatim.local 272 alice :End of Silence List
        bob> PRIVMSG alice :hello
    ",
    );
}

#[test]
fn the_list_is_full_at_32_masks() {
    let masks: Vec<String> = (1..=32).map(|n| format!("n{n}")).collect();
    let told: Vec<String> =
        masks.iter().map(|mask| format!("alice< :alice!~alice@10.0.0.1 SILENCE +{mask}!*@*")).collect();
    let script = r"
        alice registers
        alice> SILENCE MASKS
        TOLD
        alice> SILENCE n33,n1,-n2,n34
        alice< :verbatim.local 511 alice n33!*@* :Your silence list is full
        alice< :alice!~alice@10.0.0.1 SILENCE -n2!*@*
        alice< :alice!~alice@10.0.0.1 SILENCE +n34!*@*
    ";
    check(&script.replace("MASKS", &masks.join(",")).replace("TOLD", &told.join("\n")));
}

#[test]
fn a_completed_mask_has_at_most_200_bytes() {
    check(
        r"
        alice registers
        alice> SILENCE {x*196},{y*197}
        alice< :alice!~alice@10.0.0.1 SILENCE +{x*196}!*@*
        alice< :verbatim.local FAIL SILENCE INVALID_MASK * :The mask is too long, or not well-formed
        alice> SILENCE -{y*197}
        alice< :verbatim.local FAIL SILENCE INVALID_MASK * :The mask is too long, or not well-formed
    ",
    );
}

#[test]
fn silence_masks_follow_the_casemapping() {
    check_with(
        Config { casemapping: Casemapping::Rfc1459, ..Config::default() },
        r"
        alice, bob register
        alice> SILENCE A[b,a{B
        alice< :alice!~alice@10.0.0.1 SILENCE +A[b!*@*
        bob> NICK a{b
        bob< :bob!~bob@10.0.0.2 NICK a{b
        bob> PRIVMSG alice :hello
        alice> SILENCE -a{B
        alice< :alice!~alice@10.0.0.1 SILENCE -a{B!*@*
        bob> PRIVMSG alice :hello
        alice< :a{b!~bob@10.0.0.2 PRIVMSG alice :hello
    ",
    );
}

#[test]
fn a_silence_mask_can_match_any_address_of_the_sender() {
    check(
        r"
        alice, bob register
        phone attaches to bob from 10.9.9.9
        alice> SILENCE *@10.9.9.9
        alice< :alice!~alice@10.0.0.1 SILENCE +*!*@10.9.9.9
        bob> PRIVMSG alice :hello
        phone ends
        bob> PRIVMSG alice :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :hello
    ",
    );
}

#[test]
fn removing_a_mask_keeps_the_others_in_order() {
    check(
        r"
        alice registers
        alice> SILENCE a,b,?,c,d
        alice< :alice!~alice@10.0.0.1 SILENCE +a!*@*
        alice< :alice!~alice@10.0.0.1 SILENCE +b!*@*
        alice< :alice!~alice@10.0.0.1 SILENCE +?!*@*
        alice< :alice!~alice@10.0.0.1 SILENCE +c!*@*
        alice< :alice!~alice@10.0.0.1 SILENCE +d!*@*
        alice> SILENCE -*,-?!*@*,-b
        alice< :alice!~alice@10.0.0.1 SILENCE -?!*@*
        alice< :alice!~alice@10.0.0.1 SILENCE -b!*@*
        alice> SILENCE
        alice< :verbatim.local 271 alice alice a!*@*
        alice< :verbatim.local 271 alice alice c!*@*
        alice< :verbatim.local 271 alice alice d!*@*
        alice< :verbatim.local 272 alice :End of Silence List
    ",
    );
}
