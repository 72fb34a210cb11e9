//! Restrictions of JOIN, and INVITE: RFC 2812 §3.2.1 and §3.2.7.

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn an_invitation_lifts_every_restriction_but_the_key() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice> MODE #a +ilb 1 bob
        alice< :alice!~alice@10.0.0.1 MODE #a +ilb 1 bob!*@*
        bob> JOIN #a
        bob< :verbatim.local 473 bob #a :Cannot join channel (+i)
        alice> MODE #a -i
        alice< :alice!~alice@10.0.0.1 MODE #a -i
        bob> JOIN #a
        bob< :verbatim.local 474 bob #a :Cannot join channel (+b)
        alice> MODE #a -b bob!*@*
        alice< :alice!~alice@10.0.0.1 MODE #a -b bob!*@*
        bob> JOIN #a
        bob< :verbatim.local 471 bob #a :Cannot join channel (+l)
        alice> MODE #a +ibk bob secret
        alice< :alice!~alice@10.0.0.1 MODE #a +ibk bob!*@* secret
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        bob< :alice!~alice@10.0.0.1 INVITE bob #a
        bob> INVITE
        bob< :verbatim.local 336 bob #a
        bob< :verbatim.local 337 bob :End of /INVITE list
        bob> JOIN #a
        bob< :verbatim.local 475 bob #a :Cannot join channel (+k)
        bob> JOIN #a secret
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> INVITE
        bob< :verbatim.local 337 bob :End of /INVITE list
        -- An invitation is used up by joining.
        bob> PART #a
        alice, bob< :bob!~bob@10.0.0.2 PART #a
        bob> JOIN #a secret
        bob< :verbatim.local 473 bob #a :Cannot join channel (+i)
    ",
    );
}

#[test]
fn ban_and_invite_exceptions_lift_their_restrictions() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice> MODE #a +ibe *!*@* *!~bob@*
        alice< :alice!~alice@10.0.0.1 MODE #a +ibe *!*@* *!~bob@*
        bob> JOIN #a
        bob< :verbatim.local 473 bob #a :Cannot join channel (+i)
        alice> MODE #a +I bob!*@10.0.0.?
        alice< :alice!~alice@10.0.0.1 MODE #a +I bob!*@10.0.0.?
        bob> JOIN #a
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn an_invitation_ends_with_its_channel() {
    check(
        r"
        alice, bob, carol register
        alice joins #Room
        alice> INVITE bob #room
        alice< :verbatim.local 341 alice bob #Room
        bob< :alice!~alice@10.0.0.1 INVITE bob #Room
        bob> INVITE
        bob< :verbatim.local 336 bob #Room
        bob< :verbatim.local 337 bob :End of /INVITE list
        alice> PART #room
        alice< :alice!~alice@10.0.0.1 PART #Room
        bob> INVITE
        bob< :verbatim.local 337 bob :End of /INVITE list
        carol joins #room
        carol> MODE #room +i
        carol< :carol!~carol@10.0.0.3 MODE #room +i
        bob> JOIN #room
        bob< :verbatim.local 473 bob #room :Cannot join channel (+i)
    ",
    );
}

#[test]
fn an_invitation_is_for_one_user_only() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice> MODE #a +i
        alice< :alice!~alice@10.0.0.1 MODE #a +i
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        bob< :alice!~alice@10.0.0.1 INVITE bob #a
        bob ends
        bob registers
        bob> JOIN #a
        bob< :verbatim.local 473 bob #a :Cannot join channel (+i)
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        bob< :alice!~alice@10.0.0.1 INVITE bob #a
        -- The invitation is for the user, whatever their nick.
        bob> NICK robert
        bob< :bob!~bob@10.0.0.2 NICK robert
        bob> JOIN #a
        alice, bob< :robert!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 robert = #a :@alice robert
        bob< :verbatim.local 366 robert #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_channel_forgets_an_invited_user_who_left() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        bob< :alice!~alice@10.0.0.1 INVITE bob #a
        bob ends
        alice> PART #a
        alice< :alice!~alice@10.0.0.1 PART #a
        bob registers
        bob> INVITE
        bob< :verbatim.local 337 bob :End of /INVITE list
    ",
    );
}

#[test]
fn invite_checks_the_caller_the_channel_and_the_target() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> INVITE
        alice< :verbatim.local 337 alice :End of /INVITE list
        alice> INVITE carol
        alice< :verbatim.local 461 alice INVITE :Not enough parameters
        alice> INVITE nobody #a
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> INVITE carol #nowhere
        alice< :verbatim.local 403 alice #nowhere :No such channel
        carol> INVITE carol #a
        carol< :verbatim.local 442 carol #a :You're not on that channel
        bob> INVITE Carol #A
        bob< :verbatim.local 341 bob carol #a
        carol< :bob!~bob@10.0.0.2 INVITE carol #a
        alice> INVITE bob #a
        alice< :verbatim.local 443 alice bob #a :is already on channel
        alice> INVITE alice #a
        alice< :verbatim.local 443 alice alice #a :is already on channel
        alice> MODE #a +i
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +i
        bob> INVITE carol #a
        bob< :verbatim.local 482 bob #a :You're not channel operator
        alice> MODE #a +h bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +h bob
        bob> INVITE carol #a
        bob< :verbatim.local 482 bob #a :You're not channel operator
        carol> AWAY :at lunch
        carol< :verbatim.local 306 carol :You have been marked as being away
        alice> INVITE carol #a
        alice< :verbatim.local 341 alice carol #a
        alice< :verbatim.local 301 alice carol :at lunch
        carol< :alice!~alice@10.0.0.1 INVITE carol #a
    ",
    );
}

#[test]
fn the_oldest_invitation_is_forgotten_first() {
    check_with(
        Config { limits: Limits { invitations: 2, ..Limits::default() }, ..Config::default() },
        r"
        alice, bob register
        alice joins #c,#b,#a
        alice> INVITE bob #c
        alice< :verbatim.local 341 alice bob #c
        bob< :alice!~alice@10.0.0.1 INVITE bob #c
        alice> INVITE bob #b
        alice< :verbatim.local 341 alice bob #b
        bob< :alice!~alice@10.0.0.1 INVITE bob #b
        alice> INVITE bob #c
        alice< :verbatim.local 341 alice bob #c
        bob< :alice!~alice@10.0.0.1 INVITE bob #c
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        bob< :alice!~alice@10.0.0.1 INVITE bob #a
        bob> INVITE
        bob< :verbatim.local 336 bob #a
        bob< :verbatim.local 336 bob #c
        bob< :verbatim.local 337 bob :End of /INVITE list
    ",
    );
}

#[test]
fn members_who_may_invite_see_invitations_with_invite_notify() {
    check(
        r"
        alice, bob, carol, dave, erin register
        bob, carol, erin ask for invite-notify
        alice, bob, carol, dave join #a
        dave> INVITE erin #a
        bob, carol, erin< :dave!~dave@10.0.0.4 INVITE erin #a
        dave< :verbatim.local 341 dave erin #a
        -- The inviter gets only 341, and users outside who were not invited get nothing.
        carol> INVITE erin #a
        bob, erin< :carol!~carol@10.0.0.3 INVITE erin #a
        carol< :verbatim.local 341 carol erin #a
        alice> MODE #a +ioh bob carol
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a +ioh bob carol
        alice> INVITE erin #a
        alice< :verbatim.local 341 alice erin #a
        bob, erin< :alice!~alice@10.0.0.1 INVITE erin #a
        alice> INVITE dave #a
        alice< :verbatim.local 443 alice dave #a :is already on channel
    ",
    );
}

#[test]
fn for_invite_442_takes_precedence_over_482() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> MODE #a +i
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +i
        carol> INVITE carol #a
        carol< :verbatim.local 442 carol #a :You're not on that channel
        bob> INVITE carol #a
        bob< :verbatim.local 482 bob #a :You're not channel operator
    ",
    );
}
