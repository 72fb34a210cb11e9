//! Who may not join a channel, forwards, and who is notified of a JOIN: Modern IRC, IRCv3 extended-join, away-notify.

use verbatim::server::{Config, Limits};

use super::script::{check, check_with};

#[test]
fn a_refused_join_names_the_first_restriction() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice> MODE #a +iRbl *!~bob@* 1
        alice< :alice!~alice@10.0.0.1 MODE #a +iRbl *!~bob@* 1
        alice> MODE #a +k key
        alice< :alice!~alice@10.0.0.1 MODE #a +k key
        bob> JOIN #a
        bob< :verbatim.local 473 bob #a :Cannot join channel (+i)
        alice> MODE #a -i
        alice< :alice!~alice@10.0.0.1 MODE #a -i
        bob> JOIN #a
        bob< :verbatim.local 474 bob #a :Cannot join channel (+b)
        alice> MODE #a -b *!~bob@*
        alice< :alice!~alice@10.0.0.1 MODE #a -b *!~bob@*
        bob> JOIN #a
        bob< :verbatim.local 477 bob #a :You must be logged in to join this channel
        alice> MODE #a -R
        alice< :alice!~alice@10.0.0.1 MODE #a -R
        bob> JOIN #a
        bob< :verbatim.local 471 bob #a :Cannot join channel (+l)
        alice> MODE #a -l
        alice< :alice!~alice@10.0.0.1 MODE #a -l
        bob> JOIN #A
        bob< :verbatim.local 475 bob #a :Cannot join channel (+k)
        bob> JOIN #A key
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn an_invitation_or_invite_exception_replaces_a_login() {
    check(
        r"
        alice, bob, carol, dave register
        alice joins #a
        alice> MODE #a +RI carol!*@*
        alice< :alice!~alice@10.0.0.1 MODE #a +RI carol!*@*
        alice> INVITE bob #a
        alice< :verbatim.local 341 alice bob #a
        bob< :alice!~alice@10.0.0.1 INVITE bob #a
        bob> JOIN #a
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        carol> JOIN #a
        alice, bob, carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@alice bob carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        dave> JOIN #a
        dave< :verbatim.local 477 dave #a :You must be logged in to join this channel
    ",
    );
}

#[test]
fn a_mute_does_not_keep_anybody_out() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice> MODE #a +b m:bob
        alice< :alice!~alice@10.0.0.1 MODE #a +b m:bob!*@*
        bob> JOIN #a
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn users_who_may_not_join_are_forwarded() {
    check(
        r"
        alice, bob register
        alice joins #a,#Other
        alice> MODE #a +if #other
        alice< :alice!~alice@10.0.0.1 MODE #a +if #Other
        bob> JOIN #A
        alice< :bob!~bob@10.0.0.2 JOIN #Other
        bob< :verbatim.local 470 bob #a #Other :Forwarding to another channel
        bob< :bob!~bob@10.0.0.2 JOIN #Other
        bob< :verbatim.local 353 bob = #Other :@alice bob
        bob< :verbatim.local 366 bob #Other :End of /NAMES list
        -- Bob is in #Other already.
        bob> JOIN #a
        bob< :verbatim.local 470 bob #a #Other :Forwarding to another channel
        bob> PART #other
        alice, bob< :bob!~bob@10.0.0.2 PART #Other
        -- The restrictions of #Other apply, and a key given for #a does not open it.
        alice> MODE #other +k key
        alice< :alice!~alice@10.0.0.1 MODE #Other +k key
        bob> JOIN #a key
        bob< :verbatim.local 470 bob #a #Other :Forwarding to another channel
        bob< :verbatim.local 475 bob #Other :Cannot join channel (+k)
        alice> MODE #other +R-k key
        alice< :alice!~alice@10.0.0.1 MODE #Other +R-k *
        bob> JOIN #a
        bob< :verbatim.local 470 bob #a #Other :Forwarding to another channel
        bob< :verbatim.local 477 bob #Other :You must be logged in to join this channel
        -- A banned user is not forwarded.
        alice> MODE #a -i+b bob
        alice< :alice!~alice@10.0.0.1 MODE #a -i+b bob!*@*
        bob> JOIN #a
        bob< :verbatim.local 474 bob #a :Cannot join channel (+b)
        alice> MODE #a -b+R bob!*@*
        alice< :alice!~alice@10.0.0.1 MODE #a -b+R bob!*@*
        alice> MODE #other -R
        alice< :alice!~alice@10.0.0.1 MODE #Other -R
        bob> JOIN #a,#a
        alice< :bob!~bob@10.0.0.2 JOIN #Other
        bob< :verbatim.local 470 bob #a #Other :Forwarding to another channel
        bob< :bob!~bob@10.0.0.2 JOIN #Other
        bob< :verbatim.local 353 bob = #Other :@alice bob
        bob< :verbatim.local 366 bob #Other :End of /NAMES list
        bob< :verbatim.local 470 bob #a #Other :Forwarding to another channel
    ",
    );
}

#[test]
fn a_full_channel_forwards_once_and_only_to_an_existing_channel() {
    check(
        r"
        alice, bob register
        alice joins #a,#b,#c
        alice> MODE #a +lf 1 #b
        alice< :alice!~alice@10.0.0.1 MODE #a +lf 1 #b
        alice> MODE #b +kf key #c
        alice< :alice!~alice@10.0.0.1 MODE #b +kf key #c
        bob> JOIN #a
        bob< :verbatim.local 470 bob #a #b :Forwarding to another channel
        bob< :verbatim.local 475 bob #b :Cannot join channel (+k)
        bob> JOIN #b
        alice< :bob!~bob@10.0.0.2 JOIN #c
        bob< :verbatim.local 470 bob #b #c :Forwarding to another channel
        bob< :bob!~bob@10.0.0.2 JOIN #c
        bob< :verbatim.local 353 bob = #c :@alice bob
        bob< :verbatim.local 366 bob #c :End of /NAMES list
        alice> PART #b
        alice< :alice!~alice@10.0.0.1 PART #b
        bob> JOIN #a
        bob< :verbatim.local 471 bob #a :Cannot join channel (+l)
        -- A channel that was renamed to its forward's target forwards nowhere.
        alice> RENAME #a #b
        alice< :alice!~alice@10.0.0.1 PART #a
        alice< :alice!~alice@10.0.0.1 JOIN #b
        alice< :verbatim.local 353 alice = #b :@alice
        alice< :verbatim.local 366 alice #b :End of /NAMES list
        bob> JOIN #b
        bob< :verbatim.local 471 bob #b :Cannot join channel (+l)
    ",
    );
}

#[test]
fn users_in_too_many_channels_are_not_forwarded() {
    check_with(
        Config { limits: Limits { channels_per_user: 2, ..Limits::default() }, ..Config::default() },
        r"
        alice, bob register
        alice joins #a,#b
        bob joins #c,#d
        alice> MODE #a +if #b
        alice< :alice!~alice@10.0.0.1 MODE #a +if #b
        bob> JOIN #A
        bob< :verbatim.local 405 bob #a :You have joined too many channels
        bob> JOIN #E
        bob< :verbatim.local 405 bob #E :You have joined too many channels
    ",
    );
}

#[test]
fn an_empty_key_keeps_its_place() {
    check(
        r"
        alice, bob register
        alice joins #a,#b
        alice> MODE #b +k key
        alice< :alice!~alice@10.0.0.1 MODE #b +k key
        bob> JOIN #a,,#b ,x,key
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        alice< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob< :verbatim.local 403 bob * :No such channel
        bob< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 353 bob = #b :@alice bob
        bob< :verbatim.local 366 bob #b :End of /NAMES list
    ",
    );
}

#[test]
fn an_extended_join_shows_account_and_real_name() {
    check(
        r"
        alice, bob, carol register
        alice, carol ask for extended-join
        alice joins #a
        bob> JOIN #a
        alice< :bob!~bob@10.0.0.2 JOIN #a * :bob
        bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        carol asks for setname
        carol> SETNAME :Carol C.
        carol< :carol!~carol@10.0.0.3 SETNAME :Carol C.
        carol> JOIN #a
        alice, carol< :carol!~carol@10.0.0.3 JOIN #a * :Carol C.
        bob< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@alice bob carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
    ",
    );
}

#[test]
fn both_forms_of_a_join_have_the_same_id() {
    check(
        r"
        alice, bob register
        alice asks for extended-join message-tags server-time
        bob asks for message-tags
        alice joins #a
        bob> JOIN #a
        alice< @time=NOW;msgid=#1 :bob!~bob@10.0.0.2 JOIN #a * :bob
        bob< @msgid=#1 :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn away_notify_reports_a_user_who_joins_while_away() {
    check(
        r"
        alice, bob, carol register
        alice, carol ask for away-notify
        alice, bob join #a
        carol> AWAY :at lunch
        carol< :verbatim.local 306 carol :You have been marked as being away
        carol> JOIN #a
        alice, bob, carol< :carol!~carol@10.0.0.3 JOIN #a
        alice< :carol!~carol@10.0.0.3 AWAY :at lunch
        carol< :verbatim.local 353 carol = #a :@alice bob carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        carol> AWAY
        alice< :carol!~carol@10.0.0.3 AWAY
        carol< :verbatim.local 305 carol :You are no longer marked as being away
        carol> PART #a
        alice, bob, carol< :carol!~carol@10.0.0.3 PART #a
        carol> JOIN #a
        alice, bob, carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@alice bob carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_labelled_join_is_answered_in_one_batch() {
    check(
        r"
        alice, bob register
        alice joins #a
        bob asks for labeled-response batch extended-join
        bob> @label=one JOIN #a
        alice< :bob!~bob@10.0.0.2 JOIN #a
        bob< @label=one :verbatim.local BATCH +B1 labeled-response
        bob< @batch=B1 :bob!~bob@10.0.0.2 JOIN #a * :bob
        bob< @batch=B1 :verbatim.local 353 bob = #a :@alice bob
        bob< @batch=B1 :verbatim.local 366 bob #a :End of /NAMES list
        bob< :verbatim.local BATCH -B1
        bob> @label=two JOIN #a
        bob< @label=two :verbatim.local ACK
        bob> @label=three JOIN a
        bob< @label=three :verbatim.local 403 bob a :No such channel
        bob> @label=four PART #a
        alice< :bob!~bob@10.0.0.2 PART #a
        bob< @label=four :bob!~bob@10.0.0.2 PART #a
        bob asks for no-implicit-names
        bob> @label=five JOIN #a
        alice< :bob!~bob@10.0.0.2 JOIN #a
        bob< @label=five :bob!~bob@10.0.0.2 JOIN #a * :bob
    ",
    );
}

#[test]
fn a_forward_uses_up_the_invitation_to_its_target() {
    check(
        r"
        alice, bob register
        alice joins #a,#b
        alice> MODE #a +if #b
        alice< :alice!~alice@10.0.0.1 MODE #a +if #b
        alice> MODE #b +i
        alice< :alice!~alice@10.0.0.1 MODE #b +i
        alice> INVITE bob #b
        alice< :verbatim.local 341 alice bob #b
        bob< :alice!~alice@10.0.0.1 INVITE bob #b
        bob> JOIN #a
        alice< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 470 bob #a #b :Forwarding to another channel
        bob< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 353 bob = #b :@alice bob
        bob< :verbatim.local 366 bob #b :End of /NAMES list
        bob> INVITE
        bob< :verbatim.local 337 bob :End of /INVITE list
        bob> PART #b
        alice, bob< :bob!~bob@10.0.0.2 PART #b
        bob> JOIN #a
        bob< :verbatim.local 470 bob #a #b :Forwarding to another channel
        bob< :verbatim.local 473 bob #b :Cannot join channel (+i)
    ",
    );
}

#[test]
fn an_invite_exception_lifts_neither_a_ban_nor_a_limit_nor_a_key() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice> MODE #a +iIb bob bob
        alice< :alice!~alice@10.0.0.1 MODE #a +iIb bob!*@* bob!*@*
        bob> JOIN #a
        bob< :verbatim.local 474 bob #a :Cannot join channel (+b)
        alice> MODE #a -b+l bob 1
        alice< :alice!~alice@10.0.0.1 MODE #a -b+l bob!*@* 1
        bob> JOIN #a
        bob< :verbatim.local 471 bob #a :Cannot join channel (+l)
        alice> MODE #a -l+k key
        alice< :alice!~alice@10.0.0.1 MODE #a -l+k key
        bob> JOIN #a
        bob< :verbatim.local 475 bob #a :Cannot join channel (+k)
        bob> JOIN #a key
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}
