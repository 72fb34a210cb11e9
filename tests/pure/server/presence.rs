//! AWAY and SETNAME, and who is notified.

use super::script::check;

#[test]
fn members_with_away_notify_see_that_a_user_is_away() {
    check(
        r"
        alice, bob, carol, dan register
        bob, dan> CAP REQ :away-notify
        bob< :verbatim.local CAP bob ACK :away-notify
        dan< :verbatim.local CAP dan ACK :away-notify
        alice, bob, carol join #a
        alice> AWAY :out for {a*5}
        alice< :verbatim.local 306 alice :You have been marked as being away
        bob< :alice!~alice@10.0.0.1 AWAY :out for aaaaa
        alice> AWAY :out for {a*5}
        alice< :verbatim.local 306 alice :You have been marked as being away
        alice> AWAY :at lunch
        alice< :verbatim.local 306 alice :You have been marked as being away
        bob< :alice!~alice@10.0.0.1 AWAY :at lunch
        alice> AWAY
        alice< :verbatim.local 305 alice :You are no longer marked as being away
        bob< :alice!~alice@10.0.0.1 AWAY
        alice> AWAY
        alice< :verbatim.local 305 alice :You are no longer marked as being away
        bob> AWAY :too
        bob< :verbatim.local 306 bob :You have been marked as being away
    ",
    );
}

#[test]
fn a_user_can_be_away_before_registration() {
    check(
        r"
        alice connects
        alice> AWAY :out
        alice< :verbatim.local 451 * :You have not registered
        alice> CAP REQ :draft/pre-away
        alice< :verbatim.local CAP * ACK :draft/pre-away
        alice> AWAY :out
        alice< :verbatim.local 306 * :You have been marked as being away
        alice> NICK alice
        alice> USER a 0 * :Alice
        alice> AWAY :really out
        alice< :verbatim.local 306 alice :You have been marked as being away
        alice> CAP END
        alice is welcomed
        bob register
        bob> PRIVMSG alice :hi
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :hi
        bob< :verbatim.local 301 bob alice :really out
    ",
    );
}

#[test]
fn setname_reaches_clients_with_the_capability() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice, bob> CAP REQ :setname
        alice< :verbatim.local CAP alice ACK :setname
        bob< :verbatim.local CAP bob ACK :setname
        alice> SETNAME :Alice of Wonderland
        alice, bob< :alice!~alice@10.0.0.1 SETNAME :Alice of Wonderland
        alice> SETNAME :Alice of Wonderland
        alice, bob< :alice!~alice@10.0.0.1 SETNAME :Alice of Wonderland
        carol> SETNAME Caroline
        alice, bob< :carol!~carol@10.0.0.3 SETNAME :Caroline
        carol> WHOIS alice
        carol< :verbatim.local 311 carol alice ~alice 10.0.0.1 * :Alice of Wonderland
        carol< :verbatim.local 319 carol alice :@#a
        carol< :verbatim.local 312 carol alice verbatim.local :verbatim
        carol< :verbatim.local 317 carol alice 0 1000000000 :seconds idle, signon time
        carol< :verbatim.local 318 carol alice :End of /WHOIS list
        carol> WHO carol
        carol< :verbatim.local 352 carol * ~carol 10.0.0.3 verbatim.local carol H :0 Caroline
        carol< :verbatim.local 315 carol carol :End of WHO list
    ",
    );
}

#[test]
fn an_empty_or_too_long_real_name_is_refused_and_never_truncated() {
    check(
        r"
        alice connects
        alice> SETNAME x
        alice< :verbatim.local 451 * :You have not registered
        alice> NICK alice
        alice> USER a 0 * :Alice
        alice is welcomed
        alice> SETNAME
        alice< :verbatim.local 461 alice SETNAME :Not enough parameters
        alice> SETNAME :
        alice< :verbatim.local FAIL SETNAME INVALID_REALNAME :Realname is not valid
        alice> SETNAME :{x*151}
        alice< :verbatim.local FAIL SETNAME INVALID_REALNAME :Realname is not valid
        alice> WHO alice
        alice< :verbatim.local 352 alice * ~a 10.0.0.1 verbatim.local alice H :0 Alice
        alice< :verbatim.local 315 alice alice :End of WHO list
    ",
    );
}

#[test]
fn a_real_name_must_not_be_empty() {
    check(
        r"
        alice connects
        alice> NICK alice
        alice> USER alice 0 * :
        alice< :verbatim.local 461 alice USER :Not enough parameters
        alice> USER alice 0 * :Alice
        alice is welcomed
    ",
    );
}
