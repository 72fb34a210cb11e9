//! Modes of channels and users: RFC 2812 §3.1.5 and §3.2.3, Modern IRC "Modes".

use verbatim::server::{Config, Limits};

use crate::script::{check, check_with};

#[test]
fn a_channel_shows_its_modes_to_anybody_and_its_key_to_members() {
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
fn only_operators_change_modes_and_are_refused_once() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        bob> MODE #a +imo bob
        bob< :verbatim.local 482 bob #a :You're not channel operator
        carol> MODE #a +imo carol
        carol< :verbatim.local 442 carol #a :You're not on that channel
        carol> MODE #a +o
        carol< :verbatim.local 442 carol #a :You're not on that channel
        carol> MODE #a +xm
        carol< :verbatim.local 472 carol x :is unknown mode char to me
        carol< :verbatim.local 442 carol #a :You're not on that channel
        carol> MODE #a +
        bob> MODE #a +b *!*@*
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +o bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +o bob
        bob> MODE #a -o alice
        alice, bob< :bob!~bob@10.0.0.2 MODE #a -o alice
        alice> MODE #a +o alice
        alice< :verbatim.local 482 alice #a :You're not channel operator
    ",
    );
}

#[test]
fn what_changed_is_told_on_one_line_and_nothing_else_is() {
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
fn unknown_letters_are_named_and_passed_over() {
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
fn a_parameter_that_is_missing_is_asked_for() {
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
fn prefixes_are_given_to_members_only() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> MODE #a +o nobody
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> MODE #a +v carol
        alice< :verbatim.local 441 alice carol #a :They aren't on that channel
        alice> MODE #a +v bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +v bob
        alice> MODE #a +v bob
        alice> MODE #a +o BOB
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +o bob
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :@alice @bob
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        alice> MODE #a -o bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -o bob
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :@alice +bob
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        alice> MODE #a -v+v-v bob bob bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -v+v-v bob bob bob
        alice> MODE #a -o :two words
        alice< :verbatim.local 401 alice * :No such nick/channel
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
fn lists_hold_completed_masks_and_who_set_them() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> MODE #a +b X
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +b X!*@*
        3 s pass
        alice> MODE #a +bbb x!*@* y@h z!u
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +bb *!y@h z!u@*
        alice> MODE #a +e-b friend X!*@*
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +e-b friend!*@* X!*@*
        alice> MODE #a +I guest
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +I guest!*@*
        alice> MODE #a b
        alice< :verbatim.local 367 alice #a *!y@h alice!~alice@10.0.0.1 1000000003
        alice< :verbatim.local 367 alice #a z!u@* alice!~alice@10.0.0.1 1000000003
        alice< :verbatim.local 368 alice #a :End of channel ban list
        alice> MODE #a +e
        alice< :verbatim.local 348 alice #a friend!*@* alice!~alice@10.0.0.1 1000000003
        alice< :verbatim.local 349 alice #a :End of channel exception list
        alice> MODE #a -I
        alice< :verbatim.local 346 alice #a guest!*@* alice!~alice@10.0.0.1 1000000003
        alice< :verbatim.local 347 alice #a :End of channel invite exception list
        alice> MODE #a bI
        alice< :verbatim.local 367 alice #a *!y@h alice!~alice@10.0.0.1 1000000003
        alice< :verbatim.local 367 alice #a z!u@* alice!~alice@10.0.0.1 1000000003
        alice< :verbatim.local 368 alice #a :End of channel ban list
        alice< :verbatim.local 346 alice #a guest!*@* alice!~alice@10.0.0.1 1000000003
        alice< :verbatim.local 347 alice #a :End of channel invite exception list
        carol> MODE #a +b
        carol< :verbatim.local 367 carol #a *!y@h alice!~alice@10.0.0.1 1000000003
        carol< :verbatim.local 367 carol #a z!u@* alice!~alice@10.0.0.1 1000000003
        carol< :verbatim.local 368 carol #a :End of channel ban list
        bob> MODE #a e
        bob< :verbatim.local 482 bob #a :You're not channel operator
        carol> MODE #a I
        carol< :verbatim.local 442 carol #a :You're not on that channel
        alice> MODE #a -e nobody
        alice> MODE #a +b :a b
        alice< :verbatim.local 696 alice #a b * :Mask is not well-formed
        alice> MODE #a +b ::a
        alice< :verbatim.local 696 alice #a b * :Mask is not well-formed
        alice> MODE #a +e {x*197}
        alice< :verbatim.local 696 alice #a e * :Mask is too long
        alice> MODE #a +I {x*196}
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +I {x*196}!*@*
        alice> MODE #a +b :
        alice< :verbatim.local 367 alice #a *!y@h alice!~alice@10.0.0.1 1000000003
        alice< :verbatim.local 367 alice #a z!u@* alice!~alice@10.0.0.1 1000000003
        alice< :verbatim.local 368 alice #a :End of channel ban list
    ",
    );
}

#[test]
fn a_list_is_shown_once_however_often_it_is_asked_for() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +bbb-be x
        alice< :verbatim.local 367 alice #a x!*@* alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 368 alice #a :End of channel ban list
        alice< :verbatim.local 349 alice #a :End of channel exception list
        alice< :alice!~alice@10.0.0.1 MODE #a +b x!*@*
    ",
    );
}

#[test]
fn a_list_can_be_full() {
    check_with(
        Config { limits: Limits { list_entries: 2, ..Limits::default() }, ..Config::default() },
        r"
        alice registers
        alice joins #a
        alice> MODE #a +bbbe a b c c
        alice< :verbatim.local 478 alice #a c!*@* :Channel list is full
        alice< :alice!~alice@10.0.0.1 MODE #a +bbe a!*@* b!*@* c!*@*
        alice> MODE #a +b A
        alice> MODE #a -b+b a c
        alice< :alice!~alice@10.0.0.1 MODE #a -b+b a!*@* c!*@*
    ",
    );
}

#[test]
fn four_changes_with_a_parameter_are_made_by_one_command() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +bbbbbm a b c d e
        alice< :alice!~alice@10.0.0.1 MODE #a +bbbbm a!*@* b!*@* c!*@* d!*@*
        alice> MODE #a +oooob x x x x f
        alice< :verbatim.local 401 alice x :No such nick/channel
        alice< :verbatim.local 401 alice x :No such nick/channel
        alice< :verbatim.local 401 alice x :No such nick/channel
        alice< :verbatim.local 401 alice x :No such nick/channel
        alice> MODE #a b
        alice< :verbatim.local 367 alice #a a!*@* alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 367 alice #a b!*@* alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 367 alice #a c!*@* alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 367 alice #a d!*@* alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 368 alice #a :End of channel ban list
    ",
    );
}

#[test]
fn changes_that_one_line_cannot_hold_are_told_on_two() {
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
fn a_user_changes_their_own_modes_only() {
    check(
        r"
        alice, bob register
        alice> MODE alice
        alice< :verbatim.local 221 alice +
        alice> MODE bob
        alice< :verbatim.local 502 alice :Cant change mode for other users
        alice> MODE bob +i
        alice< :verbatim.local 502 alice :Cant change mode for other users
        alice> MODE nobody +i
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> MODE ALICE +i
        alice< :alice!~alice@10.0.0.1 MODE alice +i
        alice> MODE alice +i
        alice> MODE alice
        alice< :verbatim.local 221 alice +i
        alice> MODE alice +o-i+xyi-io
        alice< :verbatim.local 501 alice :Unknown MODE flag
        alice< :alice!~alice@10.0.0.1 MODE alice -i
        alice> MODE alice -i+o
        alice> MODE alice :
        alice< :verbatim.local 221 alice +
        alice> MODE : +i
        alice< :verbatim.local 401 alice * :No such nick/channel
    ",
    );
}
