//! When a user with several sessions is shown away (docs/protocol/sessions.md, "Shown away").

use super::script::check;

#[test]
fn a_user_is_shown_away_if_all_their_sessions_are() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        bob asks for away-notify
        alice, phone ask for away-notify
        alice, bob join #a
        alice> AWAY :at lunch
        alice< :verbatim.local 306 alice :You have been marked as being away
        bob> PRIVMSG alice :hello
        alice, phone< :bob!~bob@10.0.0.3 PRIVMSG alice :hello
        phone> AWAY :on the train
        phone< :verbatim.local 306 alice :You have been marked as being away
        bob< :alice!~alice@10.0.0.1 AWAY :on the train
        bob> PRIVMSG alice :hello
        alice, phone< :bob!~bob@10.0.0.3 PRIVMSG alice :hello
        bob< :verbatim.local 301 bob alice :on the train
        -- The latest AWAY counts, whichever session sent it.
        alice> AWAY :asleep
        alice< :verbatim.local 306 alice :You have been marked as being away
        bob< :alice!~alice@10.0.0.1 AWAY :asleep
        -- Repeating it notifies nobody, but makes it the latest.
        phone> AWAY :asleep
        phone< :verbatim.local 306 alice :You have been marked as being away
        alice> AWAY :in bed
        alice< :verbatim.local 306 alice :You have been marked as being away
        bob< :alice!~alice@10.0.0.1 AWAY :in bed
        phone> AWAY
        phone< :verbatim.local 305 alice :You are no longer marked as being away
        bob< :alice!~alice@10.0.0.1 AWAY
        -- The reply is about the session's own state.
        alice> AWAY
        alice< :verbatim.local 305 alice :You are no longer marked as being away
        phone> AWAY :out
        phone< :verbatim.local 306 alice :You have been marked as being away
    ",
    );
}

#[test]
fn a_new_or_ended_session_can_change_whether_a_user_is_away() {
    check(
        r"
        bob registers
        bob asks for away-notify message-tags
        alice registers
        bob, alice join #a
        alice> AWAY :out
        bob< @msgid=#1 :alice!~alice@10.0.0.2 AWAY :out
        alice< :verbatim.local 306 alice :You have been marked as being away
        phone attaches to alice
        bob< @msgid=#2 :alice!~alice@10.0.0.2 AWAY
        phone ends
        bob< @msgid=#3 :alice!~alice@10.0.0.2 AWAY :out
        laptop attaches to alice
        bob< @msgid=#4 :alice!~alice@10.0.0.2 AWAY
        laptop> AWAY :lid closed
        bob< @msgid=#5 :alice!~alice@10.0.0.2 AWAY :lid closed
        laptop< :verbatim.local 306 alice :You have been marked as being away
        laptop is cut off
        bob< @msgid=#6 :alice!~alice@10.0.0.2 AWAY :out
    ",
    );
}

#[test]
fn an_away_before_registration_counts_for_the_session() {
    check(
        r"
        bob registers
        bob asks for away-notify
        alice registers
        bob, alice join #a
        alice> AWAY :out
        bob< :alice!~alice@10.0.0.2 AWAY :out
        alice< :verbatim.local 306 alice :You have been marked as being away
        phone connects
        phone is to be alice's
        phone> CAP REQ :draft/pre-away
        phone< :verbatim.local CAP * ACK :draft/pre-away
        phone> AWAY :in a pocket
        phone< :verbatim.local 306 * :You have been marked as being away
        phone> NICK phone
        phone> USER phone 0 * :phone
        phone> CAP END
        bob< :alice!~alice@10.0.0.2 AWAY :in a pocket
        phone is welcomed
        phone< :alice!~alice@10.0.0.2 JOIN #a
        phone< :verbatim.local 353 alice = #a :@bob alice
        phone< :verbatim.local 366 alice #a :End of /NAMES list
        -- A third session sets the same text: nothing changes.
        laptop connects
        laptop is to be alice's
        laptop> CAP REQ :draft/pre-away
        laptop< :verbatim.local CAP * ACK :draft/pre-away
        laptop> AWAY :in a pocket
        laptop< :verbatim.local 306 * :You have been marked as being away
        laptop> NICK laptop
        laptop> USER laptop 0 * :laptop
        laptop> CAP END
        laptop is welcomed
        laptop< :alice!~alice@10.0.0.2 JOIN #a
        laptop< :verbatim.local 353 alice = #a :@bob alice
        laptop< :verbatim.local 366 alice #a :End of /NAMES list
    ",
    );
}

#[test]
fn every_reply_agrees_on_whether_a_user_is_away() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        bob asks for away-notify
        bob joins #a
        phone> AWAY :out
        phone< :verbatim.local 306 alice :You have been marked as being away
        bob> USERHOST alice
        bob< :verbatim.local 302 bob :alice=+~alice@10.0.0.1
        bob> WHO alice
        bob< :verbatim.local 352 bob * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        bob< :verbatim.local 315 bob alice :End of WHO list
        phone> JOIN #a
        alice, phone, bob< :alice!~alice@10.0.0.1 JOIN #a
        alice, phone< :verbatim.local 353 alice = #a :alice @bob
        alice, phone< :verbatim.local 366 alice #a :End of /NAMES list
        phone> PART #a
        alice, phone, bob< :alice!~alice@10.0.0.1 PART #a
        alice> AWAY :too
        alice< :verbatim.local 306 alice :You have been marked as being away
        bob> USERHOST alice
        bob< :verbatim.local 302 bob :alice=-~alice@10.0.0.1
        bob> WHO alice
        bob< :verbatim.local 352 bob * ~alice 10.0.0.1 verbatim.local alice G :0 alice
        bob< :verbatim.local 315 bob alice :End of WHO list
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 301 bob alice :too
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        bob> INVITE alice #a
        alice, phone< :bob!~bob@10.0.0.3 INVITE alice #a
        bob< :verbatim.local 341 bob alice #a
        bob< :verbatim.local 301 bob alice :too
        alice, phone ask for away-notify
        phone> JOIN #a
        alice, phone, bob< :alice!~alice@10.0.0.1 JOIN #a
        alice, phone< :verbatim.local 353 alice = #a :alice @bob
        alice, phone< :verbatim.local 366 alice #a :End of /NAMES list
        bob< :alice!~alice@10.0.0.1 AWAY :too
    ",
    );
}

#[test]
fn a_users_own_sessions_get_no_away_line_even_if_they_monitor_the_nick() {
    check(
        r"
        alice registers
        phone attaches to alice
        bob registers
        alice, phone, bob ask for extended-monitor away-notify setname
        alice, phone, bob> MONITOR + alice
        alice, phone< :verbatim.local 730 alice :alice!~alice@10.0.0.1
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.1
        alice> AWAY :out
        alice< :verbatim.local 306 alice :You have been marked as being away
        phone> AWAY :out
        phone< :verbatim.local 306 alice :You have been marked as being away
        bob< :alice!~alice@10.0.0.1 AWAY :out
        phone> SETNAME :Alice
        alice, phone, bob< :alice!~alice@10.0.0.1 SETNAME :Alice
    ",
    );
}

#[test]
fn setname_reaches_each_session_with_the_capability_once() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop attaches to alice
        bob registers
        tablet attaches to bob
        alice, phone, tablet ask for setname
        alice, bob join #a
        laptop> SETNAME :Alice L.
        alice, phone, tablet< :alice!~alice@10.0.0.1 SETNAME :Alice L.
        alice> WHO alice
        alice< :verbatim.local 352 alice * ~alice 10.0.0.1 verbatim.local alice H :0 Alice L.
        alice< :verbatim.local 315 alice alice :End of WHO list
        -- One session monitors the nick, the user shares a channel: each session gets it once.
        bob, tablet ask for extended-monitor setname
        bob, tablet> MONITOR + alice
        bob, tablet< :verbatim.local 730 bob :alice!~alice@10.0.0.1
        laptop> SETNAME :A. L.
        alice, phone, bob, tablet< :alice!~alice@10.0.0.1 SETNAME :A. L.
    ",
    );
}
