//! Modes that decide who may message whom, and messages to some ranks only.

use super::script::check;

#[test]
fn a_statusmsg_goes_to_members_of_that_rank_and_above() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol, dave join #A
        alice> MODE #a +vh bob carol
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #A +vh bob carol
        alice> PRIVMSG +#a :voiced and above
        bob, carol< :alice!~alice@10.0.0.1 PRIVMSG +#A :voiced and above
        dave> PRIVMSG %#a :half-operators and above
        alice, carol< :dave!~dave@10.0.0.4 PRIVMSG %#A :half-operators and above
        dave> NOTICE @#a :operators
        alice< :dave!~dave@10.0.0.4 NOTICE @#A :operators
        dave> PRIVMSG @+#a :the lowest counts
        alice, bob, carol< :dave!~dave@10.0.0.4 PRIVMSG +#A :the lowest counts
        dave> PRIVMSG +@#a :in whatever order
        alice, bob, carol< :dave!~dave@10.0.0.4 PRIVMSG +#A :in whatever order
        dave> PRIVMSG ~#a :nobody is so high
        dave> PRIVMSG &#a,@#a :two targets
        alice< :dave!~dave@10.0.0.4 PRIVMSG @#A :two targets
    ",
    );
}

#[test]
fn a_statusmsg_prefix_needs_a_channel_name() {
    check(
        r"
        alice, bob register
        alice joins #A
        bob> PRIVMSG @#a :hello
        bob< :verbatim.local 404 bob #A :Cannot send to channel (+n)
        bob> PRIVMSG @#nowhere :hello
        bob< :verbatim.local 403 bob @#nowhere :No such channel
        bob> PRIVMSG @+bob :hello
        bob< :verbatim.local 401 bob @+bob :No such nick/channel
        bob> PRIVMSG @ :hello
        bob< :verbatim.local 401 bob @ :No such nick/channel
        bob> PRIVMSG @,+,%,& :hello
        bob< :verbatim.local 401 bob @ :No such nick/channel
        bob< :verbatim.local 401 bob + :No such nick/channel
        bob< :verbatim.local 401 bob % :No such nick/channel
        bob< :verbatim.local 401 bob & :No such nick/channel
        bob> PRIVMSG @#a,#a,+#a,%#a,&#a :hello
        bob< :verbatim.local 407 bob &#a :Too many recipients
        bob> NOTICE @#nowhere :hello
        alice> PRIVMSG @#a :{x*474}
        alice> PRIVMSG @#a :{x*475}
        alice< :verbatim.local 417 alice :Input line was too long
    ",
    );
}

#[test]
fn a_404_names_the_mode_that_forbids_speaking() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> MODE #a +b bob!*@*
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +b bob!*@*
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+b)
        bob> PRIVMSG @#a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+b)
        alice> MODE #a +m
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +m
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+b)
        alice> MODE #a -b bob!*@*
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -b bob!*@*
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+m)
        alice> MODE #a -m+M
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -m+M
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+M)
        alice> MODE #a -M+R
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -M+R
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+R)
        bob> NOTICE #a :hello
        alice> MODE #a +v bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +v bob
        bob> PRIVMSG #a :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        carol> PRIVMSG #a :hello
        carol< :verbatim.local 404 carol #a :Cannot send to channel (+n)
        alice> MODE #a -n
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -n
        carol> PRIVMSG #a :hello
        carol< :verbatim.local 404 carol #a :Cannot send to channel (+R)
        alice> PRIVMSG #a :operators may
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :operators may
    ",
    );
}

#[test]
fn a_muted_user_can_join_but_not_speak() {
    check(
        r"
        alice, bob, carol register
        alice joins #a
        alice> MODE #a +b m:bob
        alice< :alice!~alice@10.0.0.1 MODE #a +b m:bob!*@*
        bob joins #a
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+b)
        bob> @+x NOTICE #a :hello
        alice> MODE #a +e m:*!~bob@*
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +e m:*!~bob@*
        bob> PRIVMSG #a :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        alice> MODE #a -e+b m:*!~bob@* m:carol
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -e+b m:*!~bob@* m:carol!*@*
        alice> MODE #a +v bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +v bob
        bob> PRIVMSG #a :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        alice> MODE #a -n
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -n
        carol> PRIVMSG #a :hello
        carol< :verbatim.local 404 carol #a :Cannot send to channel (+b)
    ",
    );
}

#[test]
fn with_mode_upper_c_the_only_ctcp_relayed_is_action() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> MODE #a +C
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +C
        bob> PRIVMSG #a :\x01VERSION\x01
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+C)
        alice> PRIVMSG #a :\x01VERSION\x01
        alice< :verbatim.local 404 alice #a :Cannot send to channel (+C)
        alice> PRIVMSG @#a :\x01VERSION\x01
        alice< :verbatim.local 404 alice #a :Cannot send to channel (+C)
        bob> PRIVMSG #a :\x01ACTION waves\x01
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :\x01ACTION waves\x01
        bob> PRIVMSG #a :\x01ACTION\x01
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :\x01ACTION\x01
        bob> PRIVMSG #a :\x01ACTION
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :\x01ACTION
        bob> PRIVMSG #a :\x01ACTIONS\x01
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+C)
        bob> NOTICE #a :\x01VERSION x\x01
        bob> PRIVMSG #a :x\x01VERSION\x01
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :x\x01VERSION\x01
        bob> PRIVMSG alice :\x01VERSION\x01
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :\x01VERSION\x01
    ",
    );
}

#[test]
fn with_mode_upper_r_a_user_gets_no_messages_from_users_not_logged_in() {
    check(
        r"
        alice, bob register
        bob> MODE bob +R
        bob< :bob!~bob@10.0.0.2 MODE bob +R
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> PRIVMSG bob :hello
        alice< :verbatim.local 477 alice bob :You must be logged in to write to this user
        alice> NOTICE bob :hello
        alice> PRIVMSG bob :{x*480}
        alice< :verbatim.local 477 alice bob :You must be logged in to write to this user
        bob> PRIVMSG bob :to myself
        bob< :bob!~bob@10.0.0.2 PRIVMSG bob :to myself
        bob< :verbatim.local 301 bob bob :out
        bob> PRIVMSG alice :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :hello
        alice, bob join #a
        alice> PRIVMSG #a :a channel is no private message
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :a channel is no private message
        bob> MODE bob -R
        bob< :bob!~bob@10.0.0.2 MODE bob -R
        alice> PRIVMSG bob :hello
        alice< :verbatim.local 301 alice bob :out
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hello
    ",
    );
}
