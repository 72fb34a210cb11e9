//! KICK: RFC 2812 §3.2.8.

use super::script::check;

#[test]
fn operators_kick_members() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol join #A
        alice> KICK
        alice< :verbatim.local 461 alice KICK :Not enough parameters
        alice> KICK #a
        alice< :verbatim.local 461 alice KICK :Not enough parameters
        alice> KICK #nowhere bob
        alice< :verbatim.local 403 alice #nowhere :No such channel
        dave> KICK #a bob
        dave< :verbatim.local 442 dave #A :You're not on that channel
        bob> KICK #a carol
        bob< :verbatim.local 482 bob #A :You're not channel operator
        alice> KICK #a nobody
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> KICK #a dave
        alice< :verbatim.local 441 alice dave #A :They aren't on that channel
        alice> KICK #a BOB :enough
        alice, bob, carol< :alice!~alice@10.0.0.1 KICK #A bob :enough
        bob> PRIVMSG #a :but
        bob< :verbatim.local 404 bob #A :Cannot send to channel (+n)
        alice> KICK #a bob,nobody,carol
        alice< :verbatim.local 441 alice bob #A :They aren't on that channel
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice, carol< :alice!~alice@10.0.0.1 KICK #A carol :alice
        bob joins #a
        alice> KICK #a bob :
        alice, bob< :alice!~alice@10.0.0.1 KICK #A bob :alice
        alice> KICK #a a,b,c,d,e
        alice< :verbatim.local 407 alice e :Too many recipients
        bob joins #a
        alice> KICK #a bob {é*160}
        alice, bob< :alice!~alice@10.0.0.1 KICK #A bob :{é*150}
    ",
    );
}

#[test]
fn after_kicking_themselves_a_user_cannot_kick_in_that_channel() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> KICK #a alice,nobody,bob :all out
        alice, bob< :alice!~alice@10.0.0.1 KICK #a alice :all out
        alice< :verbatim.local 442 alice #a :You're not on that channel
        carol registers
        carol joins #b
        carol> KICK #b carol,carol
        carol< :carol!~carol@10.0.0.3 KICK #b carol :carol
        carol< :verbatim.local 442 carol #b :You're not on that channel
        carol> LIST
        carol< :verbatim.local 321 carol Channel :Users  Name
        carol< :verbatim.local 322 carol #a 1 :
        carol< :verbatim.local 323 carol :End of /LIST
    ",
    );
}

#[test]
fn a_kick_needs_the_right_to_act_on_its_target() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol, dave join #a
        alice> MODE #a +hhv bob carol dave
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a +hhv bob carol dave
        -- A member with voice cannot kick anybody, not even themselves.
        dave> KICK #a dave
        dave< :verbatim.local 482 dave #a :You're not channel operator
        -- A half-operator kicks members with voice or without a rank; a refusal does not end the command.
        bob> KICK #a alice,carol,nobody,dave
        alice, carol, dave< :bob!~bob@10.0.0.2 KICK #a dave :bob
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob< :verbatim.local 401 bob nobody :No such nick/channel
        bob< :bob!~bob@10.0.0.2 KICK #a dave :bob
        dave joins #a
        bob> KICK #a dave,bob
        alice, bob, carol, dave< :bob!~bob@10.0.0.2 KICK #a dave :bob
        alice, bob, carol< :bob!~bob@10.0.0.2 KICK #a bob :bob
        -- An operator kicks operators too.
        alice> MODE #a +o carol
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +o carol
        carol> KICK #a alice
        alice, carol< :carol!~carol@10.0.0.3 KICK #a alice :carol
    ",
    );
}

#[test]
fn a_kick_from_several_channels_needs_one_nick_for_each() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice, bob join #b
        carol, alice join #c
        alice> KICK #a,#b bob
        alice< :verbatim.local 461 alice KICK :Not enough parameters
        alice> KICK #a,#b bob,bob,bob
        alice< :verbatim.local 461 alice KICK :Not enough parameters
        alice> KICK #a, bob
        alice< :verbatim.local 461 alice KICK :Not enough parameters
        alice> KICK #a,#b bob,carol :enough
        alice, bob, carol< :alice!~alice@10.0.0.1 KICK #a bob :enough
        alice< :verbatim.local 441 alice carol #b :They aren't on that channel
        alice> KICK #nowhere,#c,#B,#b bob,carol,BOB,nobody
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice< :verbatim.local 482 alice #c :You're not channel operator
        alice, bob< :alice!~alice@10.0.0.1 KICK #b bob :alice
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        bob> KICK #a,#c alice,alice
        bob< :verbatim.local 442 bob #a :You're not on that channel
        bob< :verbatim.local 442 bob #c :You're not on that channel
        alice> KICK #a,#a,#a,#a,#a a,b,c,d,e
        alice< :verbatim.local 407 alice e :Too many recipients
    ",
    );
}

#[test]
fn after_kicking_themselves_a_user_can_kick_in_other_channels() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice joins #b
        alice> KICK #b,#b,#a,#a alice,alice,alice,bob
        alice< :alice!~alice@10.0.0.1 KICK #b alice :alice
        alice< :verbatim.local 403 alice #b :No such channel
        alice, bob< :alice!~alice@10.0.0.1 KICK #a alice :alice
        alice< :verbatim.local 442 alice #a :You're not on that channel
    ",
    );
}

#[test]
fn an_empty_item_of_a_kick_is_an_unknown_channel_or_nick() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> KICK #a ,bob,
        alice< :verbatim.local 401 alice * :No such nick/channel
        alice, bob< :alice!~alice@10.0.0.1 KICK #a bob :alice
        alice< :verbatim.local 401 alice * :No such nick/channel
        bob joins #a
        alice> KICK ,#a bob,bob
        alice< :verbatim.local 403 alice * :No such channel
        alice, bob< :alice!~alice@10.0.0.1 KICK #a bob :alice
        alice> KICK #a :
        alice< :verbatim.local 401 alice * :No such nick/channel
    ",
    );
}
