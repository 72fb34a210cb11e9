//! Auditoriums (mode +u): which members see each other, and which lines about each other they receive.

use super::script::check;

#[test]
fn the_audience_does_not_see_the_audience_come_and_go() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob join #a
        alice> MODE #a +uv bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +uv bob
        -- Members with a rank can see everybody, and everybody can see them.
        carol> JOIN #a
        alice, bob, carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@alice +bob carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        dave> JOIN #a
        alice, bob, dave< :dave!~dave@10.0.0.4 JOIN #a
        dave< :verbatim.local 353 dave = #a :@alice +bob dave
        dave< :verbatim.local 366 dave #a :End of /NAMES list
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :@alice +bob carol dave
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        carol> PRIVMSG #a :what is said is heard by all
        alice, bob, dave< :carol!~carol@10.0.0.3 PRIVMSG #a :what is said is heard by all
        carol> NICK carla
        alice, bob, carol< :carol!~carol@10.0.0.3 NICK carla
        carol> PART #a :bye
        alice, bob, carol< :carla!~carol@10.0.0.3 PART #a :bye
        carol joins #a
        alice, bob, dave ask for setname away-notify
        carol ends
        alice, bob< :carla!~carol@10.0.0.3 QUIT :Connection closed
        dave> AWAY :out
        alice, bob< :dave!~dave@10.0.0.4 AWAY :out
        dave< :verbatim.local 306 dave :You have been marked as being away
        dave> SETNAME :D
        alice, bob, dave< :dave!~dave@10.0.0.4 SETNAME :D
        bob> PART #a
        alice, bob, dave< :bob!~bob@10.0.0.2 PART #a
        alice ends
        dave< :alice!~alice@10.0.0.1 QUIT :Connection closed
    ",
    );
}

#[test]
fn everybody_sees_kicks_and_modes_of_the_audience() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice> MODE #a +u
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +u
        carol> NAMES #a
        carol< :verbatim.local 353 carol = #a :@alice carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        alice> MODE #a +v bob
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +v bob
        carol> NAMES #a
        carol< :verbatim.local 353 carol = #a :@alice +bob carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        alice> KICK #a carol
        alice, bob, carol< :alice!~alice@10.0.0.1 KICK #a carol :alice
        alice> MODE #a -u
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -u
    ",
    );
}

#[test]
fn users_who_share_only_an_auditorium_count_as_strangers() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol join #a
        alice> MODE #a +u
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +u
        carol> MODE carol +i
        carol< :carol!~carol@10.0.0.3 MODE carol +i
        bob> WHO #a
        bob< :verbatim.local 352 bob #a ~alice 10.0.0.1 verbatim.local alice H@ :0 alice
        bob< :verbatim.local 352 bob #a ~bob 10.0.0.2 verbatim.local bob H :0 bob
        bob< :verbatim.local 315 bob #a :End of WHO list
        bob> WHO car*
        bob< :verbatim.local 315 bob car* :End of WHO list
        alice> WHO car*
        alice< :verbatim.local 352 alice * ~carol 10.0.0.3 verbatim.local carol H :0 carol
        alice< :verbatim.local 315 alice car* :End of WHO list
        bob> WHOIS carol
        bob< :verbatim.local 311 bob carol ~carol 10.0.0.3 * :carol
        bob< :verbatim.local 312 bob carol verbatim.local :verbatim
        bob< :verbatim.local 317 bob carol 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob carol :End of /WHOIS list
        -- Non-members cannot see the audience.
        dave> NAMES #a
        dave< :verbatim.local 353 dave = #a :@alice
        dave< :verbatim.local 366 dave #a :End of /NAMES list
        dave> LIST
        dave< :verbatim.local 321 dave Channel :Users  Name
        dave< :verbatim.local 322 dave #a 3 :
        dave< :verbatim.local 323 dave :End of /LIST
        -- In another common channel they can see each other.
        bob, carol join #b
        carol> NICK carla
        alice, bob, carol< :carol!~carol@10.0.0.3 NICK carla
        bob> WHO car*
        bob< :verbatim.local 352 bob * ~carol 10.0.0.3 verbatim.local carla H :0 carol
        bob< :verbatim.local 315 bob car* :End of WHO list
    ",
    );
}

#[test]
fn users_who_share_an_auditorium_and_another_channel_get_each_line_once() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        bob, carol join #b
        alice> MODE #a +u
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +u
        carol> NICK carla
        alice, bob, carol< :carol!~carol@10.0.0.3 NICK carla
        carol> PART #b
        bob, carol< :carla!~carol@10.0.0.3 PART #b
        carol> QUIT :tired
        alice< :carla!~carol@10.0.0.3 QUIT :Quit: tired
        carol< ERROR :Closing link: (10.0.0.3) [Quit: tired]
        carol closed
    ",
    );
}

#[test]
fn only_members_with_a_rank_see_that_the_audience_is_away() {
    check(
        r"
        alice, bob, carol register
        alice, bob ask for away-notify extended-join
        alice, bob join #a
        alice> MODE #a +u
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +u
        carol> AWAY :listening
        carol< :verbatim.local 306 carol :You have been marked as being away
        carol> JOIN #a
        alice< :carol!~carol@10.0.0.3 JOIN #a * :carol
        alice< :carol!~carol@10.0.0.3 AWAY :listening
        carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@alice carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        alice> MODE #a +v carol
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +v carol
        carol> AWAY
        alice, bob< :carol!~carol@10.0.0.3 AWAY
        carol< :verbatim.local 305 carol :You are no longer marked as being away
    ",
    );
}

#[test]
fn the_last_members_of_an_auditorium_leave_unseen() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice> MODE #a +u
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +u
        alice> PART #a
        alice, bob, carol< :alice!~alice@10.0.0.1 PART #a
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        alice> NAMES #a
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        carol> JOIN 0
        carol< :carol!~carol@10.0.0.3 PART #a :Left all channels
        bob> PART #a
        bob< :bob!~bob@10.0.0.2 PART #a
        -- Nothing of it remains.
        carol> JOIN #a
        carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        carol> MODE #a
        carol< :verbatim.local 324 carol #a +nt
        carol< :verbatim.local 329 carol #a 1000000000
    ",
    );
}
