//! Users who stay without sessions, for how long, and how they come back (docs/protocol/sessions.md).

use super::oper::with_operators;
use super::script::{check, check_with};

#[test]
fn a_staying_user_goes_on_without_sessions() {
    check(
        r"
        alice registers
        phone attaches to alice, who stays
        bob registers
        bob asks for away-notify
        alice, bob join #a
        bob> MONITOR + alice
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.1
        phone> QUIT :battery
        phone< ERROR :Closing link: (10.0.0.2) [Quit: battery]
        phone closed
        alice> QUIT :good night
        alice< ERROR :Closing link: (10.0.0.1) [Quit: good night]
        alice closed
        bob< :alice!~alice@10.0.0.1 AWAY :Disconnected
        1000000 s pass
        bob< PING :verbatim.local
        bob< ERROR :Closing link: (10.0.0.3) [Ping timeout: 150 seconds]
        bob closed
        carol registers
        carol> ISON alice
        carol< :verbatim.local 303 carol :alice
    ",
    );
}

#[test]
fn a_session_of_a_user_who_had_none_gets_their_channels() {
    check(
        r"
        alice registers
        phone attaches to alice, who stays
        bob registers
        bob asks for away-notify
        alice, bob join #a
        alice> MODE alice +iw
        alice, phone< :alice!~alice@10.0.0.1 MODE alice +iw
        alice, phone end
        bob< :alice!~alice@10.0.0.1 AWAY :Disconnected
        bob> MODE #a
        bob< :verbatim.local 324 bob #a +nt
        bob< :verbatim.local 329 bob #a 1000000000
        30 s pass
        laptop connects from 10.8.8.8
        laptop is to be alice's, who stays
        laptop> NICK laptop
        laptop> USER laptop 0 * :laptop
        laptop is welcomed
        laptop< :verbatim.local 221 alice +iw
        laptop< :alice!~alice@10.0.0.1 JOIN #a
        laptop< :verbatim.local 353 alice = #a :@alice bob
        laptop< :verbatim.local 366 alice #a :End of /NAMES list
        bob< :alice!~alice@10.0.0.1 AWAY
        bob> PRIVMSG alice :hello
        laptop< :bob!~bob@10.0.0.3 PRIVMSG alice :hello
        laptop> MODE #a +v bob
        laptop, bob< :alice!~alice@10.0.0.1 MODE #a +v bob
        laptop ends
        bob< :alice!~alice@10.0.0.1 AWAY :Disconnected
        -- A user who comes back without staying ends with that session.
        tablet attaches to alice
        bob< :alice!~alice@10.0.0.1 AWAY
        tablet ends
        bob< :alice!~alice@10.0.0.1 QUIT :Connection closed
    ",
    );
}

#[test]
fn a_user_who_is_away_when_they_come_back_is_shown_away() {
    check(
        r"
        bob registers
        bob asks for away-notify
        alice registers
        bob, alice join #a
        phone attaches to alice, who stays
        phone, alice end
        bob< :alice!~alice@10.0.0.2 AWAY :Disconnected
        laptop connects
        laptop is to be alice's
        laptop> CAP REQ :draft/pre-away
        laptop< :verbatim.local CAP * ACK :draft/pre-away
        laptop> AWAY :in a bag
        laptop< :verbatim.local 306 * :You have been marked as being away
        laptop> NICK laptop
        laptop> USER laptop 0 * :laptop
        laptop> CAP END
        bob< :alice!~alice@10.0.0.2 AWAY :in a bag
        laptop is welcomed
        laptop< :alice!~alice@10.0.0.2 JOIN #a
        laptop< :verbatim.local 353 alice = #a :@bob alice
        laptop< :verbatim.local 366 alice #a :End of /NAMES list
        laptop> AWAY :Disconnected
        bob< :alice!~alice@10.0.0.2 AWAY :Disconnected
        laptop< :verbatim.local 306 alice :You have been marked as being away
    ",
    );
}

#[test]
fn a_user_without_sessions_ends_when_their_time_is_over() {
    check_with(
        with_operators(),
        r"
        bob registers
        alice registers
        bob, alice join #a
        bob> MONITOR + alice
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.2
        bob> OPER olga olga's
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.1 MODE bob +o
        bob> MODE bob +s
        bob< :bob!~bob@10.0.0.1 MODE bob +s
        phone attaches to alice, who stays for 60 s
        alice ends
        20 s pass
        phone> QUIT :for now
        phone< ERROR :Closing link: (10.0.0.3) [Quit: for now]
        phone closed
        bob> PING here
        bob< :verbatim.local PONG verbatim.local :here
        39 s pass
        bob> ISON alice
        bob< :verbatim.local 303 bob :alice
        1 s pass
        bob< :alice!~alice@10.0.0.2 QUIT :Quit: for now
        bob< :verbatim.local 731 bob :alice
        bob< :verbatim.local NOTICE bob :*** alice (~alice@10.0.0.2) has left: Quit: for now
        bob> WHOWAS alice
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.2 * :alice
        bob< :verbatim.local 338 bob alice ~alice@10.0.0.2 10.0.0.2 :Is actually using host
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:47:40 UTC
        bob< :verbatim.local 369 bob alice :End of WHOWAS
    ",
    );
}

#[test]
fn a_user_whose_time_is_over_ends_with_their_last_session() {
    check(
        r"
        bob registers
        alice registers
        bob, alice join #a
        phone attaches to alice, who stays for 10 s
        11 s pass
        phone ends
        alice is cut off
        bob< :alice!~alice@10.0.0.2 QUIT :Connection reset by peer
    ",
    );
}

#[test]
fn the_latest_attach_decides_whether_and_how_long_a_user_stays() {
    check(
        r"
        bob registers
        alice registers
        carol registers
        bob, alice, carol join #a
        -- Always, and then for a time.
        phone attaches to alice, who stays
        phone ends
        phone attaches to alice, who stays for 10 s
        phone ends
        alice ends
        10 s pass
        bob, carol< :alice!~alice@10.0.0.2 QUIT :Connection closed
        -- For a time, and then always.
        phone attaches to carol, who stays for 10 s
        phone ends
        phone attaches to carol, who stays
        phone ends
        carol ends
        50 s pass
        bob> ISON carol
        bob< :verbatim.local 303 bob :carol
        -- For a short time, and then for a longer one; and then not at all.
        phone attaches to carol, who stays for 10 s
        phone ends
        phone attaches to carol, who stays for 30 s
        phone ends
        20 s pass
        bob> ISON carol
        bob< :verbatim.local 303 bob :carol
        phone attaches to carol
        phone ends
        bob< :carol!~carol@10.0.0.3 QUIT :Connection closed
    ",
    );
}

#[test]
fn an_operator_who_loses_their_last_session_is_no_longer_one() {
    check_with(
        with_operators(),
        r"
        bob registers
        alice registers
        phone attaches to alice, who stays
        phone ends
        alice> OPER ken ken's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.2 MODE alice +o
        alice ends
        bob> WHO alice
        bob< :verbatim.local 352 bob * ~alice 10.0.0.2 verbatim.local alice G :0 alice
        bob< :verbatim.local 315 bob alice :End of WHO list
        phone attaches to alice
        phone> MODE alice
        phone< :verbatim.local 221 alice +
        phone> KILL bob :x
        phone< :verbatim.local 481 alice :Permission Denied- You're not an IRC operator
    ",
    );
}

#[test]
fn a_staying_user_can_be_killed() {
    check_with(
        with_operators(),
        r"
        olga registers
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        alice registers
        phone attaches to alice, who stays for 60 s
        olga, alice join #a
        phone, alice end
        olga> KILL alice :enough
        olga< :alice!~alice@10.0.0.2 QUIT :Killed (olga (enough))
        60 s pass
        phone attaches to alice
        olga> WHOIS phone
        olga< :verbatim.local 311 olga phone ~phone 10.0.0.2 * :phone
        olga< :verbatim.local 312 olga phone verbatim.local :verbatim
        olga< :verbatim.local 378 olga phone :is connecting from *@10.0.0.2 10.0.0.2
        olga< :verbatim.local 338 olga phone ~phone@10.0.0.2 10.0.0.2 :Is actually using host
        olga< :verbatim.local 379 olga phone :is using modes +
        olga< :verbatim.local 317 olga phone 0 1000000060 :seconds idle, signon time
        olga< :verbatim.local 318 olga phone :End of /WHOIS list
    ",
    );
}
