//! Channel modes: RFC 2812 §3.2.3, Modern IRC "Modes". Lists, ranks and user modes have files of their own.

use super::script::check;

#[test]
fn anybody_can_see_a_channels_modes_but_only_members_its_key() {
    check(
        r"
        alice, bob register
        alice joins #A
        alice> MODE
        alice< :verbatim.local 461 alice MODE :Not enough parameters
        alice> MODE #nowhere
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> MODE #a
        alice< :verbatim.local 324 alice #A +nt
        alice< :verbatim.local 329 alice #A 1000000000
        alice> MODE #a :
        alice< :verbatim.local 324 alice #A +nt
        alice< :verbatim.local 329 alice #A 1000000000
        alice> MODE #a +msiklt key 25
        alice< :alice!~alice@10.0.0.1 MODE #A +msikl key 25
        bob> MODE #a
        bob< :verbatim.local 324 bob #A +iklmnst * 25
        bob< :verbatim.local 329 bob #A 1000000000
        alice> MODE #a
        alice< :verbatim.local 324 alice #A +iklmnst key 25
        alice< :verbatim.local 329 alice #A 1000000000
    ",
    );
}

#[test]
fn one_mode_line_shows_exactly_what_changed() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> MODE #a nt
        alice> MODE #a +i-m-i+i-nt+ni
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +i-i+i-nt+n
        alice> MODE #a +i+m-i
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +m-i
        alice> MODE #a -+-s+
        alice> MODE #a +ov-o+b BOB bob alice x
        alice< :verbatim.local 482 alice #a :You're not channel operator
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +ov-o bob bob alice
        alice> MODE #a +i
        alice< :verbatim.local 482 alice #a :You're not channel operator
    ",
    );
}

#[test]
fn unknown_mode_letters_get_472_and_are_skipped() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +xim
        alice< :verbatim.local 472 alice x :is unknown mode char to me
        alice< :alice!~alice@10.0.0.1 MODE #a +im
        alice> MODE #a :+é :-s
        alice< :verbatim.local 472 alice é :is unknown mode char to me
        alice< :verbatim.local 472 alice * :is unknown mode char to me
        alice< :verbatim.local 472 alice * :is unknown mode char to me
        alice> MODE #a i
    ",
    );
}

#[test]
fn a_missing_mode_parameter_gets_696() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +ovkl
        alice< :verbatim.local 696 alice #a o * :You must specify a parameter
        alice< :verbatim.local 696 alice #a v * :You must specify a parameter
        alice< :verbatim.local 696 alice #a k * :You must specify a parameter
        alice< :verbatim.local 696 alice #a l * :You must specify a parameter
        alice> MODE #a -ov
        alice< :verbatim.local 696 alice #a o * :You must specify a parameter
        alice< :verbatim.local 696 alice #a v * :You must specify a parameter
        alice> MODE #a -kl
        alice> MODE #a +k :
        alice< :verbatim.local 696 alice #a k * :You must specify a parameter
        alice> MODE #a +l :
        alice< :verbatim.local 696 alice #a l * :You must specify a parameter
        alice> MODE #a +o :
        alice< :verbatim.local 696 alice #a o * :You must specify a parameter
    ",
    );
}

#[test]
fn a_key_is_short_and_without_separators() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +k a,b
        alice< :verbatim.local 525 alice #a :Key is not well-formed
        alice> MODE #a +k :a b
        alice< :verbatim.local 525 alice #a :Key is not well-formed
        alice> MODE #a +k a:b
        alice< :verbatim.local 525 alice #a :Key is not well-formed
        alice> MODE #a +k {k*33}
        alice< :verbatim.local 525 alice #a :Key is not well-formed
        alice> MODE #a +k {k*32}
        alice< :alice!~alice@10.0.0.1 MODE #a +k {k*32}
        alice> MODE #a +k {k*32}
        alice> MODE #a +k new
        alice< :alice!~alice@10.0.0.1 MODE #a +k new
        alice> MODE #a -k wrong
        alice< :alice!~alice@10.0.0.1 MODE #a -k *
        alice> MODE #a -k
        alice> MODE #a +k-k new
        alice< :alice!~alice@10.0.0.1 MODE #a +k-k new *
        alice> MODE #a
        alice< :verbatim.local 324 alice #a +nt
        alice< :verbatim.local 329 alice #a 1000000000
    ",
    );
}

#[test]
fn a_limit_is_a_number_from_1_to_65535() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +l 0
        alice< :verbatim.local 696 alice #a l 0 :Invalid limit
        alice> MODE #a +l -1
        alice< :verbatim.local 696 alice #a l -1 :Invalid limit
        alice> MODE #a +l 65536
        alice< :verbatim.local 696 alice #a l 65536 :Invalid limit
        alice> MODE #a +l many
        alice< :verbatim.local 696 alice #a l many :Invalid limit
        alice> MODE #a +l :1 2
        alice< :verbatim.local 696 alice #a l * :Invalid limit
        alice> MODE #a +l 65535
        alice< :alice!~alice@10.0.0.1 MODE #a +l 65535
        alice> MODE #a +l 065535
        alice> MODE #a -l
        alice< :alice!~alice@10.0.0.1 MODE #a -l
        alice> MODE #a -l
    ",
    );
}

#[test]
fn mode_changes_too_long_for_one_line_are_sent_on_two() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> MODE #a +bbb {a*190} {b*190} c
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +bbb {a*190}!*@* {b*190}!*@* c!*@*
        alice> MODE #a {+m-m*120}
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m-m+m
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -m
    ",
    );
}

#[test]
fn every_flag_is_set_and_shown() {
    check(
        r"
        alice registers securely
        bob registers securely
        alice, bob join #a
        alice, bob join #b
        alice> MODE #a -nt
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -nt
        alice> MODE #a
        alice< :verbatim.local 324 alice #a +
        alice< :verbatim.local 329 alice #a 1000000000
        alice> MODE #a +zutsnmicURMC
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +zutsnmicURMC
        alice> MODE #a +CMRUcimnstuz
        alice> MODE #a +lkf 9 secret #B
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +lkf 9 secret #b
        bob> MODE #a
        bob< :verbatim.local 324 bob #a +CMRUcfiklmnstuz #b secret 9
        bob< :verbatim.local 329 bob #a 1000000000
        carol registers
        carol> MODE #a
        carol< :verbatim.local 324 carol #a +CMRUcfiklmnstuz * * 9
        carol< :verbatim.local 329 carol #a 1000000000
        alice> MODE #a -CMRUcfik *
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -CMRUcfik *
        alice> MODE #a -lmnstuz
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -lmnstuz
        alice> MODE #a -CMRUcfiklmnstuz
        alice> MODE #a
        alice< :verbatim.local 324 alice #a +
        alice< :verbatim.local 329 alice #a 1000000000
    ",
    );
}

#[test]
fn a_forward_needs_an_operator_of_both_channels() {
    check(
        r"
        alice, bob, carol register
        alice joins #a
        bob, alice join #B
        carol joins #c
        alice> MODE #a +f
        alice< :verbatim.local 696 alice #a f * :You must specify a parameter
        alice> MODE #a +f :
        alice< :verbatim.local 696 alice #a f * :You must specify a parameter
        alice> MODE #a +f #nowhere
        alice< :verbatim.local 696 alice #a f #nowhere :No such channel
        alice> MODE #a +f nowhere
        alice< :verbatim.local 696 alice #a f nowhere :No such channel
        alice> MODE #a +f :#no where
        alice< :verbatim.local 696 alice #a f * :No such channel
        alice> MODE #a +f #A
        alice< :verbatim.local 696 alice #a f #A :A channel cannot forward to itself
        -- Without the rank in the other channel the change is refused, and the rest of the command is dropped.
        alice> MODE #a +ifm #b
        alice< :verbatim.local 482 alice #B :You're not channel operator
        alice< :alice!~alice@10.0.0.1 MODE #a +i
        alice> MODE #a +sfm #c
        alice< :verbatim.local 482 alice #c :You're not channel operator
        alice< :alice!~alice@10.0.0.1 MODE #a +s
        bob> MODE #b +h alice
        alice, bob< :bob!~bob@10.0.0.2 MODE #B +h alice
        alice> MODE #a +f #b
        alice< :verbatim.local 482 alice #B :You're not channel operator
        bob> MODE #b +o alice
        alice, bob< :bob!~bob@10.0.0.2 MODE #B +o alice
        alice> MODE #a +fm #b
        alice< :alice!~alice@10.0.0.1 MODE #a +fm #B
        alice> MODE #a +f #B
    ",
    );
}

#[test]
fn a_forward_stays_when_the_other_channel_is_gone() {
    check(
        r"
        alice registers
        alice joins #a
        alice joins #b
        alice joins #c
        alice> MODE #a +f #b
        alice< :alice!~alice@10.0.0.1 MODE #a +f #b
        alice> PART #b
        alice< :alice!~alice@10.0.0.1 PART #b
        alice> MODE #a
        alice< :verbatim.local 324 alice #a +fnt #b
        alice< :verbatim.local 329 alice #a 1000000000
        alice> MODE #a +f #b
        alice< :verbatim.local 696 alice #a f #b :No such channel
        alice> MODE #a +f #c
        alice< :alice!~alice@10.0.0.1 MODE #a +f #c
        -- Removing a forward takes no parameter: what follows is the parameter of the next letter.
        alice> MODE #a -f+k #c
        alice< :alice!~alice@10.0.0.1 MODE #a -f+k #c
        alice> MODE #a -f
    ",
    );
}

#[test]
fn the_right_to_see_a_list_is_checked_after_earlier_changes_of_the_command() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> MODE #a +e x!*@*
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +e x!*@*
        alice> MODE #a -o+e alice
        alice< :verbatim.local 482 alice #a :You're not channel operator
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -o alice
    ",
    );
}
