//! Sending messages: RFC 2812 §3.3.

use verbatim::server::{Action, Actions, Boot, Config, Event, Server};
use verbatim::time::Now;
use verbatim::wire::Peer;

use super::script::check;

#[test]
fn a_channel_message_goes_to_members_but_not_to_its_sender() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol join #A
        alice> PRIVMSG #a :hello, all
        bob, carol< :alice!~alice@10.0.0.1 PRIVMSG #A :hello, all
        bob> NOTICE #a  plain
        alice, carol< :bob!~bob@10.0.0.2 NOTICE #A :plain
        alice> PRIVMSG #A ::-)  twice\x01\x20
        bob, carol< :alice!~alice@10.0.0.1 PRIVMSG #A ::-)  twice\x01\x20
        dave joins #b
        dave> PRIVMSG #b :anybody?
    ",
    );
}

#[test]
fn a_private_message_goes_only_to_its_target() {
    check(
        r"
        alice, bob, carol register
        alice, bob, carol join #a
        alice> PRIVMSG BOB :psst
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :psst
        alice> NOTICE bob :psst
        bob< :alice!~alice@10.0.0.1 NOTICE bob :psst
        alice> PRIVMSG alice :note to self
        alice< :alice!~alice@10.0.0.1 PRIVMSG alice :note to self
    ",
    );
}

#[test]
fn a_message_needs_a_target_and_a_text() {
    check(
        r"
        alice registers
        alice joins #a
        alice> PRIVMSG
        alice< :verbatim.local 411 alice :No recipient given (PRIVMSG)
        alice> PRIVMSG #a
        alice< :verbatim.local 412 alice :No text to send
        alice> PRIVMSG #a :
        alice< :verbatim.local 412 alice :No text to send
        alice> PRIVMSG :
        alice< :verbatim.local 412 alice :No text to send
        alice> PRIVMSG #nowhere :hi
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> PRIVMSG nobody :hi
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> PRIVMSG : :hi
        alice< :verbatim.local 412 alice :No text to send
        alice> PRIVMSG :two words
        alice< :verbatim.local 412 alice :No text to send
        alice> PRIVMSG a,b,c,d,e :hi
        alice< :verbatim.local 407 alice e :Too many recipients
    ",
    );
}

#[test]
fn notice_is_never_answered() {
    check(
        r"
        alice, bob register
        alice joins #a
        alice> MODE #a +m
        alice< :alice!~alice@10.0.0.1 MODE #a +m
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> NOTICE
        alice> NOTICE #a
        alice> NOTICE #a :
        alice> NOTICE #nowhere :hi
        alice> NOTICE nobody :hi
        alice> NOTICE a,b,c,d,e :hi
        alice> NOTICE bob :hi
        bob< :alice!~alice@10.0.0.1 NOTICE bob :hi
        alice> NOTICE bob :{x*476}
        bob> NOTICE #a :hi
    ",
    );
}

#[test]
fn several_targets_are_served_in_order() {
    check(
        r"
        alice, bob, carol register
        bob, carol join #a
        carol joins #b
        alice> PRIVMSG carol,#a,nobody,bob :one for all
        alice< :verbatim.local 404 alice #a :Cannot send to channel (+n)
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :one for all
        carol< :alice!~alice@10.0.0.1 PRIVMSG carol :one for all
        carol> PRIVMSG #b,#a,,bob :and all for one
        bob< :carol!~carol@10.0.0.3 PRIVMSG #a :and all for one
        bob< :carol!~carol@10.0.0.3 PRIVMSG bob :and all for one
        carol< :verbatim.local 401 carol * :No such nick/channel
    ",
    );
}

#[test]
fn a_message_to_an_away_user_is_delivered_and_gets_301() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        bob> AWAY :out for lunch
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> PRIVMSG Bob :hungry?
        alice< :verbatim.local 301 alice bob :out for lunch
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :hungry?
        alice> PRIVMSG #a :who is here?
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :who is here?
        bob> AWAY
        bob< :verbatim.local 305 bob :You are no longer marked as being away
        alice> PRIVMSG bob :back?
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :back?
        bob> AWAY {é*101}
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> PRIVMSG bob :still?
        alice< :verbatim.local 301 alice bob :{é*100}
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :still?
        bob> AWAY :
        bob< :verbatim.local 305 bob :You are no longer marked as being away
    ",
    );
}

#[test]
fn outsiders_and_banned_or_unvoiced_members_cannot_speak() {
    check(
        r"
        alice, bob, carol, dave register
        alice, bob, carol join #a
        dave> PRIVMSG #a :knock
        dave< :verbatim.local 404 dave #a :Cannot send to channel (+n)
        alice> MODE #a -n
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a -n
        dave> PRIVMSG #A :knock
        alice, bob, carol< :dave!~dave@10.0.0.4 PRIVMSG #a :knock
        alice> MODE #a +mv carol
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +mv carol
        bob> PRIVMSG #a :may I?
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+m)
        carol> PRIVMSG #a :I may
        alice, bob< :carol!~carol@10.0.0.3 PRIVMSG #a :I may
        alice> PRIVMSG #a :so may I
        bob, carol< :alice!~alice@10.0.0.1 PRIVMSG #a :so may I
        dave> PRIVMSG #a :knock
        dave< :verbatim.local 404 dave #a :Cannot send to channel (+m)
        alice> MODE #a -mv+b carol *!*@*
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a -mv+b carol *!*@*
        carol> PRIVMSG #a :and now?
        carol< :verbatim.local 404 carol #a :Cannot send to channel (+b)
        dave> PRIVMSG #a :knock
        dave< :verbatim.local 404 dave #a :Cannot send to channel (+b)
        alice> PRIVMSG #a :operators may
        bob, carol< :alice!~alice@10.0.0.1 PRIVMSG #a :operators may
        alice> MODE #a +e *!~carol@*
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +e *!~carol@*
        carol> PRIVMSG #a :again
        alice, bob< :carol!~carol@10.0.0.3 PRIVMSG #a :again
        alice> MODE #a -e+v *!~carol@* bob
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a -e+v *!~carol@* bob
        bob> PRIVMSG #a :voiced ones may
        alice, carol< :bob!~bob@10.0.0.2 PRIVMSG #a :voiced ones may
    ",
    );
}

#[test]
fn a_message_too_long_for_one_line_is_refused_and_never_truncated() {
    check(
        r"
        alice, bob, a register
        alice, bob join #a
        -- `:alice!~alice@10.0.0.1 PRIVMSG #a :` has 35 bytes, the end of the line 2: 475 are left.
        alice> PRIVMSG #a :{x*475}
        bob< :alice!~alice@10.0.0.1 PRIVMSG #a :{x*475}
        alice> PRIVMSG #a :{x*476}
        alice< :verbatim.local 417 alice :Input line was too long
        alice> PRIVMSG bob :{x*474}
        bob< :alice!~alice@10.0.0.1 PRIVMSG bob :{x*474}
        alice> PRIVMSG bob :{x*475}
        alice< :verbatim.local 417 alice :Input line was too long
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        alice> PRIVMSG bob,a :{x*475}
        alice< :verbatim.local 417 alice :Input line was too long
        a< :alice!~alice@10.0.0.1 PRIVMSG a :{x*475}
    ",
    );
}

#[test]
fn reasons_are_truncated_at_a_character_boundary() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        bob> PART #a :{é*250}
        alice, bob< :bob!~bob@10.0.0.2 PART #a :{é*241}
        bob joins #a
        bob> QUIT :{é*252}
        alice< :bob!~bob@10.0.0.2 QUIT :Quit: {é*239}
        bob< ERROR :Closing link: (10.0.0.2) [Quit: {é*235}
        bob closed
    ",
    );
}

#[test]
fn a_broadcast_is_one_action_however_many_receivers_it_has() {
    let now = Now::default();
    let (mut server, mut actions) = (Server::new(Config::default(), Boot::foreseen(now)), Actions::default());
    for conn in 0..50 {
        let bytes = format!("NICK n{conn}\r\nUSER u 0 * :U\r\nJOIN #a\r\n");
        server.handle(now, Event::Accepted { conn, peer: &Peer::named("10.0.0.1") }, &mut actions);
        server.handle(now, Event::Received { conn, bytes: bytes.as_bytes() }, &mut actions);
    }
    actions.clear();
    server.handle(now, Event::Received { conn: 7, bytes: b"PRIVMSG #a :hello, all\r\n" }, &mut actions);
    let [Action::Send { to, .. }] = actions.list() else { panic!("{:?}", actions.list()) };
    assert_eq!(actions.recipients(*to).len(), 49);
}
