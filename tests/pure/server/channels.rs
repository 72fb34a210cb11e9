//! Channel operations except MODE: RFC 2812 §3.2.

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn a_join_goes_to_all_members_and_lists_them_for_the_new_one() {
    check(
        r"
        alice, bob register
        alice> JOIN #a
        alice< :alice!~alice@10.0.0.1 JOIN #a
        alice< :verbatim.local 353 alice = #a :@alice
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        bob> JOIN #A
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> JOIN #a
        bob> JOIN #Köln,#b
        bob< :bob!~bob@10.0.0.2 JOIN #Köln
        bob< :verbatim.local 353 bob = #Köln :@bob
        bob< :verbatim.local 366 bob #Köln :End of /NAMES list
        bob< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 353 bob = #b :@bob
        bob< :verbatim.local 366 bob #b :End of /NAMES list
        alice> TOPIC #a :what it is about
        alice, bob< :alice!~alice@10.0.0.1 TOPIC #a :what it is about
        carol registers
        carol> JOIN #a
        alice, bob, carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 332 carol #a :what it is about
        carol< :verbatim.local 333 carol #a alice!~alice@10.0.0.1 1000000000
        carol< :verbatim.local 353 carol = #a :@alice bob carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_bad_channel_name_does_not_stop_the_others() {
    check(
        r"
        alice registers
        alice> JOIN
        alice< :verbatim.local 461 alice JOIN :Not enough parameters
        alice> JOIN :
        alice< :verbatim.local 403 alice * :No such channel
        alice> JOIN a
        alice< :verbatim.local 403 alice a :No such channel
        alice> JOIN #
        alice< :verbatim.local 403 alice # :No such channel
        alice> JOIN &a
        alice< :verbatim.local 403 alice &a :No such channel
        alice> JOIN #a\x07
        alice< :verbatim.local 403 alice #a\x07 :No such channel
        alice> JOIN :#with space
        alice< :verbatim.local 403 alice * :No such channel
        alice> JOIN ::a
        alice< :verbatim.local 403 alice * :No such channel
        alice> JOIN #{a*64}
        alice< :verbatim.local 403 alice #{a*64} :No such channel
        alice> JOIN ,0,#b
        alice< :verbatim.local 403 alice * :No such channel
        alice< :verbatim.local 403 alice 0 :No such channel
        alice< :alice!~alice@10.0.0.1 JOIN #b
        alice< :verbatim.local 353 alice = #b :@alice
        alice< :verbatim.local 366 alice #b :End of /NAMES list
    ",
    );
}

#[test]
fn join_0_leaves_all_channels() {
    check(
        r"
        alice, bob register
        alice, bob join #b
        alice joins #a
        alice> JOIN 0
        alice< :alice!~alice@10.0.0.1 PART #a :Left all channels
        alice, bob< :alice!~alice@10.0.0.1 PART #b :Left all channels
        alice> JOIN 0
        alice> LIST
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #b 1 :
        alice< :verbatim.local 323 alice :End of /LIST
    ",
    );
}

#[test]
fn the_number_of_channels_per_user_is_limited() {
    check_with(
        Config { limits: Limits { channels_per_user: 2, ..Limits::default() }, ..Config::default() },
        r"
        alice registers
        alice joins #a,#b
        alice> JOIN #c
        alice< :verbatim.local 405 alice #c :You have joined too many channels
        alice> JOIN #a
        alice> PART #a
        alice< :alice!~alice@10.0.0.1 PART #a
        alice> JOIN #c
        alice< :alice!~alice@10.0.0.1 JOIN #c
        alice< :verbatim.local 353 alice = #c :@alice
        alice< :verbatim.local 366 alice #c :End of /NAMES list
    ",
    );
}

#[test]
fn keys_belong_to_channel_names_in_the_same_position() {
    check(
        r"
        alice, bob register
        alice joins #a,#b,#c
        alice> MODE #a +k one
        alice< :alice!~alice@10.0.0.1 MODE #a +k one
        alice> MODE #c +k three
        alice< :alice!~alice@10.0.0.1 MODE #c +k three
        bob> JOIN #a
        bob< :verbatim.local 475 bob #a :Cannot join channel (+k)
        bob> JOIN #a wrong
        bob< :verbatim.local 475 bob #a :Cannot join channel (+k)
        bob> JOIN #a ONE
        bob< :verbatim.local 475 bob #a :Cannot join channel (+k)
        bob> JOIN #b,#a,#c x,one,three
        alice, bob< :bob!~bob@10.0.0.2 JOIN #b
        alice< :bob!~bob@10.0.0.2 JOIN #a
        alice< :bob!~bob@10.0.0.2 JOIN #c
        bob< :verbatim.local 353 bob = #b :@alice bob
        bob< :verbatim.local 366 bob #b :End of /NAMES list
        bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob< :bob!~bob@10.0.0.2 JOIN #c
        bob< :verbatim.local 353 bob = #c :@alice bob
        bob< :verbatim.local 366 bob #c :End of /NAMES list
    ",
    );
}

#[test]
fn a_part_goes_to_all_members_including_the_one_who_leaves() {
    check(
        r"
        alice, bob register
        alice, bob join #A
        bob joins #b
        bob> PART
        bob< :verbatim.local 461 bob PART :Not enough parameters
        bob> PART :
        bob< :verbatim.local 403 bob * :No such channel
        bob> PART #nowhere
        bob< :verbatim.local 403 bob #nowhere :No such channel
        bob> PART b
        bob< :verbatim.local 403 bob b :No such channel
        bob> PART #a,#b,#a :good night
        alice, bob< :bob!~bob@10.0.0.2 PART #A :good night
        bob< :bob!~bob@10.0.0.2 PART #b :good night
        bob< :verbatim.local 442 bob #A :You're not on that channel
        bob> PART #a
        bob< :verbatim.local 442 bob #A :You're not on that channel
        alice> PART #a :
        alice< :alice!~alice@10.0.0.1 PART #A
        alice> PART #a
        alice< :verbatim.local 403 alice #a :No such channel
        alice> JOIN #a
        alice< :alice!~alice@10.0.0.1 JOIN #a
        alice< :verbatim.local 353 alice = #a :@alice
        alice< :verbatim.local 366 alice #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_topic_is_read_set_and_cleared_by_members() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> TOPIC
        alice< :verbatim.local 461 alice TOPIC :Not enough parameters
        alice> TOPIC #nowhere
        alice< :verbatim.local 403 alice #nowhere :No such channel
        carol> TOPIC #a
        carol< :verbatim.local 442 carol #a :You're not on that channel
        carol> TOPIC #a :mine
        carol< :verbatim.local 442 carol #a :You're not on that channel
        bob> TOPIC #a
        bob< :verbatim.local 331 bob #a :No topic is set
        bob> TOPIC #a :mine
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> TOPIC #A :first things first
        alice, bob< :alice!~alice@10.0.0.1 TOPIC #a :first things first
        5 s pass
        bob> TOPIC #a
        bob< :verbatim.local 332 bob #a :first things first
        bob< :verbatim.local 333 bob #a alice!~alice@10.0.0.1 1000000000
        alice> TOPIC #a :first things first
        alice, bob< :alice!~alice@10.0.0.1 TOPIC #a :first things first
        alice> TOPIC #a :
        alice, bob< :alice!~alice@10.0.0.1 TOPIC #a :
        bob> TOPIC #a
        bob< :verbatim.local 331 bob #a :No topic is set
        alice> MODE #a -t
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -t
        bob> TOPIC #a short
        alice, bob< :bob!~bob@10.0.0.2 TOPIC #a :short
        alice> TOPIC #a {é*150}
        alice, bob< :alice!~alice@10.0.0.1 TOPIC #a :{é*150}
        alice> TOPIC #a {é*150}x
        alice< :verbatim.local 417 alice :Input line was too long
        alice> TOPIC #a
        alice< :verbatim.local 332 alice #a :{é*150}
        alice< :verbatim.local 333 alice #a alice!~alice@10.0.0.1 1000000005
    ",
    );
}

#[test]
fn half_operators_can_set_the_topic_of_a_channel_with_mode_t() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> MODE #a +v bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +v bob
        bob> TOPIC #a :by a voice
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +h bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +h bob
        bob> TOPIC #a :by half an operator
        alice, bob< :bob!~bob@10.0.0.2 TOPIC #a :by half an operator
    ",
    );
}

#[test]
fn part_handles_its_channels_one_by_one() {
    check(
        r"
        alice registers
        alice joins #a,#b
        alice> PART #a,,#nowhere,#b,#a :{x*600}
        alice< :verbatim.local 417 alice :Input line was too long
        alice> PART #a,,#nowhere,#b,#a {é*230}
        alice< :alice!~alice@10.0.0.1 PART #a :{é*230}
        alice< :verbatim.local 403 alice * :No such channel
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice< :alice!~alice@10.0.0.1 PART #b :{é*230}
        alice< :verbatim.local 403 alice #a :No such channel
        alice joins #a
        alice> PART #a :{é*248}
        alice< :alice!~alice@10.0.0.1 PART #a :{é*239}
    ",
    );
}
