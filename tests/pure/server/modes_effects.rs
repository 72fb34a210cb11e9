//! Each channel mode that restricts something: who may not set it, its effect while it is set, and the state after it
//! is unset.

use super::script::check;

#[test]
fn a_ban_prevents_joining_until_it_is_removed() {
    check(
        r"
        alice, bob, carol register
        alice, carol join #a
        carol> MODE #a +b bob
        carol< :verbatim.local 482 carol #a :You're not channel operator
        bob> MODE #a +b carol
        bob< :verbatim.local 442 bob #a :You're not on that channel
        alice> MODE #a +b bob
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +b bob!*@*
        bob> JOIN #a
        bob< :verbatim.local 474 bob #a :Cannot join channel (+b)
        alice> MODE #a -b bob
        alice, carol< :alice!~alice@10.0.0.1 MODE #a -b bob!*@*
        bob> JOIN #a
        alice, bob, carol< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_ban_silences_a_member_until_it_is_removed() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        alice> MODE #a +b *!*@10.0.0.2
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +b *!*@10.0.0.2
        bob> PRIVMSG #a :can you hear me?
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+b)
        alice> MODE #a -b *!*@10.0.0.2
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -b *!*@10.0.0.2
        bob> PRIVMSG #a :and now?
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :and now?
    ",
    );
}

#[test]
fn a_ban_exception_overrides_a_ban_until_it_is_removed() {
    check(
        r"
        alice, bob, carol register
        alice, carol join #a
        carol> MODE #a +e bob
        carol< :verbatim.local 482 carol #a :You're not channel operator
        alice> MODE #a +be *!*@* bob
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +be *!*@* bob!*@*
        bob> JOIN #a
        alice, bob, carol< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> PRIVMSG #a :hello
        alice, carol< :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        alice> MODE #a -e bob
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a -e bob!*@*
        bob> PRIVMSG #a :hello again
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+b)
        bob> PART #a
        alice, bob, carol< :bob!~bob@10.0.0.2 PART #a
        bob> JOIN #a
        bob< :verbatim.local 474 bob #a :Cannot join channel (+b)
    ",
    );
}

#[test]
fn an_invite_exception_replaces_an_invitation_until_it_is_removed() {
    check(
        r"
        alice, bob, carol register
        alice, carol join #a
        carol> MODE #a +I bob
        carol< :verbatim.local 482 carol #a :You're not channel operator
        alice> MODE #a +iI bob
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +iI bob!*@*
        bob> JOIN #a
        alice, bob, carol< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> PART #a
        alice, bob, carol< :bob!~bob@10.0.0.2 PART #a
        alice> MODE #a -I bob
        alice, carol< :alice!~alice@10.0.0.1 MODE #a -I bob!*@*
        bob> JOIN #a
        bob< :verbatim.local 473 bob #a :Cannot join channel (+i)
        alice> MODE #a -i
        alice, carol< :alice!~alice@10.0.0.1 MODE #a -i
        bob> JOIN #a
        alice, bob, carol< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_key_and_a_limit_prevent_joining_until_they_are_removed() {
    check(
        r"
        alice, bob, carol register
        alice, carol join #a
        carol> MODE #a +k key
        carol< :verbatim.local 482 carol #a :You're not channel operator
        carol> MODE #a +l 2
        carol< :verbatim.local 482 carol #a :You're not channel operator
        alice> MODE #a +kl key 2
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +kl key 2
        bob> JOIN #a
        bob< :verbatim.local 471 bob #a :Cannot join channel (+l)
        bob> JOIN #a key
        bob< :verbatim.local 471 bob #a :Cannot join channel (+l)
        alice> MODE #a -l
        alice, carol< :alice!~alice@10.0.0.1 MODE #a -l
        bob> JOIN #a
        bob< :verbatim.local 475 bob #a :Cannot join channel (+k)
        bob> JOIN #a wrong
        bob< :verbatim.local 475 bob #a :Cannot join channel (+k)
        carol> MODE #a -k key
        carol< :verbatim.local 482 carol #a :You're not channel operator
        alice> MODE #a -k *
        alice, carol< :alice!~alice@10.0.0.1 MODE #a -k *
        bob> JOIN #a
        alice, bob, carol< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_forward_takes_users_elsewhere_until_it_is_removed() {
    check(
        r"
        alice, bob, carol register
        alice joins #a,#b
        carol joins #a
        alice> MODE #a +i
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +i
        carol> MODE #a +f #b
        carol< :verbatim.local 482 carol #a :You're not channel operator
        alice> MODE #a +f #b
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +f #b
        bob> JOIN #a
        alice< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 470 bob #a #b :Forwarding to another channel
        bob< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 353 bob = #b :@alice bob
        bob< :verbatim.local 366 bob #b :End of /NAMES list
        bob> PART #b
        alice, bob< :bob!~bob@10.0.0.2 PART #b
        alice> MODE #a -f
        alice, carol< :alice!~alice@10.0.0.1 MODE #a -f
        bob> JOIN #a
        bob< :verbatim.local 473 bob #a :Cannot join channel (+i)
    ",
    );
}

#[test]
fn ctcp_is_refused_until_the_mode_is_unset() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        bob> MODE #a +C
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +C
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +C
        bob> PRIVMSG #a :\x01VERSION\x01
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+C)
        bob> NOTICE #a :\x01VERSION verbatim\x01
        bob> PRIVMSG #a :\x01ACTION waves\x01
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :\x01ACTION waves\x01
        alice> MODE #a -C
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -C
        bob> PRIVMSG #a :\x01VERSION\x01
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :\x01VERSION\x01
    ",
    );
}

#[test]
fn only_logged_in_users_can_speak_or_join_until_the_mode_is_unset() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        bob> MODE #a +M
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> MODE #a +R
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +M
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +M
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+M)
        alice> MODE #a -M
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -M
        bob> PRIVMSG #a :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        alice> MODE #a +R
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +R
        carol> JOIN #a
        carol< :verbatim.local 477 carol #a :You must be logged in to join this channel
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+R)
        alice> MODE #a -R
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -R
        carol> JOIN #a
        alice, bob, carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@alice bob carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        bob> PRIVMSG #a :hello
        alice, carol< :bob!~bob@10.0.0.2 PRIVMSG #a :hello
    ",
    );
}

#[test]
fn only_members_with_voice_can_speak_until_the_mode_is_unset() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        bob> MODE #a +m
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +mv carol
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +mv carol
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+m)
        carol> PRIVMSG #a :hello
        alice, bob< :carol!~carol@10.0.0.3 PRIVMSG #a :hello
        alice> MODE #a -v carol
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a -v carol
        carol> PRIVMSG #a :hello
        carol< :verbatim.local 404 carol #a :Cannot send to channel (+m)
        alice> MODE #a -m
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a -m
        carol> PRIVMSG #a :hello
        alice, bob< :carol!~carol@10.0.0.3 PRIVMSG #a :hello
    ",
    );
}

#[test]
fn outsiders_cannot_speak_until_the_mode_is_unset() {
    check(
        r"
        alice, bob, carol register
        alice, carol join #a
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+n)
        carol> MODE #a -n
        carol< :verbatim.local 482 carol #a :You're not channel operator
        alice> MODE #a -n
        alice, carol< :alice!~alice@10.0.0.1 MODE #a -n
        bob> PRIVMSG #a :hello
        alice, carol< :bob!~bob@10.0.0.2 PRIVMSG #a :hello
        alice> MODE #a +n
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +n
        bob> PRIVMSG #a :hello
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+n)
    ",
    );
}

#[test]
fn a_secret_channel_is_hidden_until_the_mode_is_unset() {
    check(
        r"
        alice, bob, carol register
        alice, carol join #a
        carol> MODE #a +s
        carol< :verbatim.local 482 carol #a :You're not channel operator
        alice> MODE #a +s
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +s
        bob> LIST #a
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 323 bob :End of /LIST
        bob> NAMES #a
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> WHO #a
        bob< :verbatim.local 315 bob #a :End of WHO list
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        carol> NAMES #a
        carol< :verbatim.local 353 carol @ #a :@alice carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        alice> MODE #a -s
        alice, carol< :alice!~alice@10.0.0.1 MODE #a -s
        bob> LIST #a
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 322 bob #a 2 :
        bob< :verbatim.local 323 bob :End of /LIST
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :@alice carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> WHO #a
        bob< :verbatim.local 352 bob #a ~alice 10.0.0.1 verbatim.local alice H@ :0 alice
        bob< :verbatim.local 352 bob #a ~carol 10.0.0.3 verbatim.local carol H :0 carol
        bob< :verbatim.local 315 bob #a :End of WHO list
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 319 bob alice :@#a
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
    ",
    );
}

#[test]
fn only_half_operators_and_above_can_set_a_topic_until_the_mode_is_unset() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        bob> TOPIC #a :mine
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> MODE #a -t
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a -t
        alice, bob< :alice!~alice@10.0.0.1 MODE #a -t
        bob> TOPIC #a :mine
        alice, bob< :bob!~bob@10.0.0.2 TOPIC #a :mine
        alice> MODE #a +t
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +t
        bob> TOPIC #a :
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> TOPIC #a
        bob< :verbatim.local 332 bob #a :mine
        bob< :verbatim.local 333 bob #a bob!~bob@10.0.0.2 1000000000
    ",
    );
}

#[test]
fn the_audience_is_hidden_until_the_mode_is_unset() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        bob> MODE #a +u
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +u
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +u
        carol> JOIN #a
        alice, carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@alice carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        alice> MODE #a -u
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a -u
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :@alice bob carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        carol> PART #a
        alice, bob, carol< :carol!~carol@10.0.0.3 PART #a
    ",
    );
}
