//! A channel's lists: bans, exceptions, invite exceptions, and mutes.

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

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
fn one_mode_command_shows_a_list_only_once() {
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
fn one_mode_command_makes_at_most_four_changes_with_a_parameter() {
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
fn a_mute_is_an_entry_of_the_ban_and_exception_lists() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> MODE #a +b m:X
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +b m:X!*@*
        alice> MODE #a +bb m: X
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +bb m:*!*@* X!*@*
        alice> MODE #a +e m:*@10.0.0.2
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +e m:*!*@10.0.0.2
        3 s pass
        alice> MODE #a +b m:x!*@*
        alice> MODE #a -bb m:x m:nobody
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -b m:X!*@*
        alice> MODE #a be
        alice< :verbatim.local 367 alice #a m:*!*@* alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 367 alice #a X!*@* alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 368 alice #a :End of channel ban list
        alice< :verbatim.local 348 alice #a m:*!*@10.0.0.2 alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 349 alice #a :End of channel exception list
        alice> MODE #a +I m:x
        alice< :verbatim.local 696 alice #a I * :Mask is not well-formed
        alice> MODE #a +b :m:a b
        alice< :verbatim.local 696 alice #a b * :Mask is not well-formed
        alice> MODE #a +b m:{x*195}
        alice< :verbatim.local 696 alice #a b * :Mask is too long
        alice> MODE #a +b m:{x*194}
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +b m:{x*194}!*@*
    ",
    );
}

#[test]
fn only_the_lower_case_m_makes_a_mute() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +bbI x:y M:z M:z
        alice< :alice!~alice@10.0.0.1 MODE #a +bbI x:y!*@* M:z!*@* M:z!*@*
    ",
    );
}

#[test]
fn half_operators_can_ban_but_not_see_other_lists() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol join #a
        alice> MODE #a +hv bob carol
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +hv bob carol
        bob> MODE #a +b dave
        alice, bob, carol< :bob!~bob@10.0.0.2 MODE #a +b dave!*@*
        bob> MODE #a -b+b dave m:dave
        alice, bob, carol< :bob!~bob@10.0.0.2 MODE #a -b+b dave!*@* m:dave!*@*
        bob> MODE #a +e dave
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> MODE #a -I dave
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> MODE #a be
        bob< :verbatim.local 367 bob #a m:dave!*@* bob!~bob@10.0.0.2 1000000000
        bob< :verbatim.local 368 bob #a :End of channel ban list
        bob< :verbatim.local 482 bob #a :You're not channel operator
        carol> MODE #a +b dave
        carol< :verbatim.local 482 carol #a :You're not channel operator
        carol> MODE #a Ib
        carol< :verbatim.local 482 carol #a :You're not channel operator
        dave> MODE #a -b m:dave
        dave< :verbatim.local 442 dave #a :You're not on that channel
        dave> MODE #a b
        dave< :verbatim.local 367 dave #a m:dave!*@* bob!~bob@10.0.0.2 1000000000
        dave< :verbatim.local 368 dave #a :End of channel ban list
    ",
    );
}
