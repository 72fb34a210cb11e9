//! A user with several sessions in channels, and what others do there (docs/protocol/sessions.md).

use super::oper::with_operators;
use super::script::{check, check_with};

#[test]
fn actions_reach_all_sessions_of_a_user_and_numerics_only_the_caller() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        bob joins #a
        phone> JOIN #a
        alice, phone, bob< :alice!~alice@10.0.0.1 JOIN #a
        alice, phone< :verbatim.local 353 alice = #a :alice @bob
        alice, phone< :verbatim.local 366 alice #a :End of /NAMES list
        bob> MODE #a +o alice
        alice, phone, bob< :bob!~bob@10.0.0.3 MODE #a +o alice
        alice> TOPIC #a :news
        alice, phone, bob< :alice!~alice@10.0.0.1 TOPIC #a :news
        phone> TOPIC #a
        phone< :verbatim.local 332 alice #a :news
        phone< :verbatim.local 333 alice #a alice!~alice@10.0.0.1 1000000000
        phone> MODE #a +mvx bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +mv bob
        phone< :verbatim.local 472 alice x :is unknown mode char to me
        phone< :alice!~alice@10.0.0.1 MODE #a +mv bob
        alice> MODE #a
        alice< :verbatim.local 324 alice #a +mnt
        alice< :verbatim.local 329 alice #a 1000000000
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :@alice @bob
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        phone> KICK #a bob :out
        alice, phone, bob< :alice!~alice@10.0.0.1 KICK #a bob :out
        alice> KICK #a bob
        alice< :verbatim.local 441 alice bob #a :They aren't on that channel
        -- The user is in it already.
        alice> JOIN #a
        phone> PART #a :good night
        alice, phone< :alice!~alice@10.0.0.1 PART #a :good night
        alice> PART #a
        alice< :verbatim.local 403 alice #a :No such channel
    ",
    );
}

#[test]
fn a_kick_removes_a_user_with_all_sessions() {
    check(
        r"
        bob registers
        alice registers
        phone attaches to alice
        bob, alice join #a
        bob> KICK #a alice :out
        bob, alice, phone< :bob!~bob@10.0.0.1 KICK #a alice :out
        phone> PART #a
        phone< :verbatim.local 442 alice #a :You're not on that channel
        phone> JOIN #b,#c
        alice, phone< :alice!~alice@10.0.0.2 JOIN #b
        alice, phone< :verbatim.local 353 alice = #b :@alice
        alice, phone< :verbatim.local 366 alice #b :End of /NAMES list
        alice, phone< :alice!~alice@10.0.0.2 JOIN #c
        alice, phone< :verbatim.local 353 alice = #c :@alice
        alice, phone< :verbatim.local 366 alice #c :End of /NAMES list
        alice> JOIN 0
        alice, phone< :alice!~alice@10.0.0.2 PART #b :Left all channels
        alice, phone< :alice!~alice@10.0.0.2 PART #c :Left all channels
    ",
    );
}

#[test]
fn a_new_nick_applies_to_all_sessions() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        alice, bob join #a
        phone> NICK anna
        alice, phone, bob< :alice!~alice@10.0.0.1 NICK anna
        alice> NICK anna
        alice> NICK bob
        alice< :verbatim.local 433 anna bob :Nickname is already in use
        alice> NICK Anna
        alice, phone, bob< :anna!~alice@10.0.0.1 NICK Anna
        phone> PING x
        phone< :verbatim.local PONG verbatim.local :x
        phone> MODE Anna
        phone< :verbatim.local 221 Anna +
        phone> MODE Anna +B
        alice, phone< :Anna!~alice@10.0.0.1 MODE Anna +B
        bob> MODE Anna +i
        bob< :verbatim.local 502 bob :Cant change mode for other users
    ",
    );
}

#[test]
fn each_session_of_a_user_who_joins_gets_the_form_for_its_capabilities() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        phone asks for extended-join no-implicit-names
        laptop asks for batch draft/metadata-3 userhost-in-names multi-prefix
        bob registers
        bob joins #a
        bob> TOPIC #a :news
        bob< :bob!~bob@10.0.0.4 TOPIC #a :news
        bob> MODE #a +v bob
        bob< :bob!~bob@10.0.0.4 MODE #a +v bob
        alice> JOIN #a
        alice, laptop, bob< :alice!~alice@10.0.0.1 JOIN #a
        alice, laptop< :verbatim.local 332 alice #a :news
        alice, laptop< :verbatim.local 333 alice #a bob!~bob@10.0.0.4 1000000000
        alice< :verbatim.local 353 alice = #a :alice @bob
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        phone< :alice!~alice@10.0.0.1 JOIN #a * :alice
        phone< :verbatim.local 332 alice #a :news
        phone< :verbatim.local 333 alice #a bob!~bob@10.0.0.4 1000000000
        laptop< :verbatim.local 353 alice = #a :alice!~alice@10.0.0.1 @+bob!~bob@10.0.0.4
        laptop< :verbatim.local 366 alice #a :End of /NAMES list
        laptop< :verbatim.local BATCH +B1 metadata #a
        laptop< :verbatim.local BATCH -B1
    ",
    );
}

#[test]
fn a_rename_reaches_each_session_in_the_form_for_its_capabilities() {
    check(
        r"
        bob registers
        bob asks for draft/channel-rename
        alice registers
        phone attaches to alice
        laptop attaches to alice
        phone asks for draft/channel-rename
        laptop asks for extended-join no-implicit-names message-tags
        bob, alice join #a
        bob> RENAME #a #b :moved
        bob, phone< :bob!~bob@10.0.0.1 RENAME #a #b :moved
        alice, laptop< :alice!~alice@10.0.0.2 PART #a :moved
        alice< :alice!~alice@10.0.0.2 JOIN #b
        alice< :verbatim.local 353 alice = #b :@bob alice
        alice< :verbatim.local 366 alice #b :End of /NAMES list
        laptop< :alice!~alice@10.0.0.2 JOIN #b * :alice
        -- A change of case alone: sessions without the capability get nothing.
        bob> RENAME #b #B
        bob, phone< :bob!~bob@10.0.0.1 RENAME #b #B :
    ",
    );
}

#[test]
fn an_invitation_reaches_all_sessions_of_the_invited_user() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        bob registers
        tablet attaches to bob
        alice, phone ask for invite-notify
        carol registers
        carol asks for invite-notify
        alice, carol join #a
        -- The asking session gets the reply; the inviter's other sessions get INVITE if they have invite-notify.
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        phone, bob, tablet, carol< :alice!~alice@10.0.0.1 INVITE bob #a
        laptop> INVITE bob #a
        alice, phone, bob, tablet, carol< :alice!~alice@10.0.0.1 INVITE bob #a
        laptop< :verbatim.local 341 alice bob #a
        -- The invitation is for the user, not for one session.
        tablet> INVITE
        tablet< :verbatim.local 336 bob #a
        tablet< :verbatim.local 337 bob :End of /INVITE list
        alice> MODE #a +i
        alice, phone, laptop, carol< :alice!~alice@10.0.0.1 MODE #a +i
        -- Members who may not invite are not notified.
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        phone, bob, tablet< :alice!~alice@10.0.0.1 INVITE bob #a
        tablet> JOIN #a
        alice, phone, laptop, bob, tablet, carol< :bob!~bob@10.0.0.4 JOIN #a
        bob, tablet< :verbatim.local 353 bob = #a :@alice bob carol
        bob, tablet< :verbatim.local 366 bob #a :End of /NAMES list
        bob> INVITE
        bob< :verbatim.local 337 bob :End of /INVITE list
    ",
    );
}

#[test]
fn an_operator_outside_a_channel_sees_their_changes_to_it_in_all_sessions() {
    check_with(
        with_operators(),
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        phone asks for draft/channel-rename
        bob registers
        bob joins #a
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice, phone, laptop< :alice!~alice@10.0.0.1 MODE alice +o
        phone> TOPIC #a :news
        alice, phone, laptop, bob< :alice!~alice@10.0.0.1 TOPIC #a :news
        phone> MODE #a +v bob
        alice, phone, laptop, bob< :alice!~alice@10.0.0.1 MODE #a +v bob
        laptop> RENAME #a #b :moved
        phone< :alice!~alice@10.0.0.1 RENAME #a #b :moved
        bob< :bob!~bob@10.0.0.4 PART #a :moved
        bob< :bob!~bob@10.0.0.4 JOIN #b
        bob< :verbatim.local 332 bob #b :news
        bob< :verbatim.local 333 bob #b alice!~alice@10.0.0.1 1000000000
        bob< :verbatim.local 353 bob = #b :@bob
        bob< :verbatim.local 366 bob #b :End of /NAMES list
        laptop> KICK #b bob :out
        alice, phone, laptop, bob< :alice!~alice@10.0.0.1 KICK #b bob :out
    ",
    );
}

#[test]
fn the_limit_of_channels_is_per_user_not_per_session() {
    let limits = verbatim::server::Limits { channels_per_user: 2, ..Default::default() };
    check_with(
        verbatim::server::Config { limits, ..Default::default() },
        r"
        alice registers
        phone attaches to alice
        alice joins #a
        phone> JOIN #b,#c
        alice, phone< :alice!~alice@10.0.0.1 JOIN #b
        alice, phone< :verbatim.local 353 alice = #b :@alice
        alice, phone< :verbatim.local 366 alice #b :End of /NAMES list
        phone< :verbatim.local 405 alice #c :You have joined too many channels
        alice> JOIN #c
        alice< :verbatim.local 405 alice #c :You have joined too many channels
    ",
    );
}

#[test]
fn in_an_auditorium_all_sessions_see_the_same() {
    check(
        r"
        bob registers
        bob joins #a
        bob> MODE #a +u
        bob< :bob!~bob@10.0.0.1 MODE #a +u
        carol registers
        carol joins #a
        alice registers
        phone attaches to alice
        phone> JOIN #a
        bob, alice, phone< :alice!~alice@10.0.0.3 JOIN #a
        alice, phone< :verbatim.local 353 alice = #a :@bob alice
        alice, phone< :verbatim.local 366 alice #a :End of /NAMES list
        phone> AWAY :out
        phone< :verbatim.local 306 alice :You have been marked as being away
        alice> PART #a
        bob, alice, phone< :alice!~alice@10.0.0.3 PART #a
    ",
    );
}
