//! The addresses of a user with several sessions: matching and showing them (docs/protocol/sessions.md).

use super::oper::with_operators;
use super::script::{check, check_with};

#[test]
fn a_ban_matches_the_address_of_any_session() {
    check(
        r"
        bob registers
        bob joins #a
        alice registers
        phone attaches to alice from 10.7.7.7
        bob> MODE #a +b *!*@10.7.7.7
        bob< :bob!~bob@10.0.0.1 MODE #a +b *!*@10.7.7.7
        alice> JOIN #a
        alice< :verbatim.local 474 alice #a :Cannot join channel (+b)
        phone> JOIN #a
        phone< :verbatim.local 474 alice #a :Cannot join channel (+b)
        phone ends
        alice> JOIN #a
        bob, alice< :alice!~alice@10.0.0.2 JOIN #a
        alice< :verbatim.local 353 alice = #a :@bob alice
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        alice> PRIVMSG #a :hello
        bob< :alice!~alice@10.0.0.2 PRIVMSG #a :hello
        -- Bans are checked for each message: a new session's address may get a member banned.
        phone attaches to alice from 10.7.7.7
        alice> PRIVMSG #a :hello
        alice< :verbatim.local 404 alice #a :Cannot send to channel (+b)
        -- The user keeps the host, without the session that had it.
        bob> MODE #a -b+b *!*@10.7.7.7 *!*@10.0.0.2
        bob, alice, phone< :bob!~bob@10.0.0.1 MODE #a -b+b *!*@10.7.7.7 *!*@10.0.0.2
        alice ends
        phone> PRIVMSG #a :hello
        phone< :verbatim.local 404 alice #a :Cannot send to channel (+b)
    ",
    );
}

#[test]
fn exceptions_mutes_and_invite_exceptions_match_any_address_too() {
    check(
        r"
        bob registers
        bob joins #a
        alice registers
        phone attaches to alice from 10.7.7.7
        bob> MODE #a +be *!*@10.0.0.2 *!*@10.7.7.7
        bob< :bob!~bob@10.0.0.1 MODE #a +be *!*@10.0.0.2 *!*@10.7.7.7
        bob> MODE #a +iI *!*@10.7.7.7
        bob< :bob!~bob@10.0.0.1 MODE #a +iI *!*@10.7.7.7
        alice> JOIN #a
        bob, alice, phone< :alice!~alice@10.0.0.2 JOIN #a
        alice, phone< :verbatim.local 353 alice = #a :@bob alice
        alice, phone< :verbatim.local 366 alice #a :End of /NAMES list
        alice> PRIVMSG #a :hello
        bob, phone< :alice!~alice@10.0.0.2 PRIVMSG #a :hello
        bob> MODE #a -be+b *!*@10.0.0.2 *!*@10.7.7.7 m:*!*@10.7.*
        bob, alice, phone< :bob!~bob@10.0.0.1 MODE #a -be+b *!*@10.0.0.2 *!*@10.7.7.7 m:*!*@10.7.*
        alice> PRIVMSG #a :hello
        alice< :verbatim.local 404 alice #a :Cannot send to channel (+b)
        phone ends
        alice> PRIVMSG #a :hello
        bob< :alice!~alice@10.0.0.2 PRIVMSG #a :hello
        alice> PART #a
        bob, alice< :alice!~alice@10.0.0.2 PART #a
        alice> JOIN #a
        alice< :verbatim.local 473 alice #a :Cannot join channel (+i)
    ",
    );
}

#[test]
fn whois_shows_each_session_to_its_user_and_to_operators() {
    check_with(
        with_operators(),
        r"
        olga registers
        alice registers securely showing c0ffee
        phone attaches to alice from 10.7.7.7 securely showing beef through 10.9.9.9 as 1000
        bob registers
        alice> MODE alice +B
        alice, phone< :alice!~alice@10.0.0.2 MODE alice +B
        alice> WHOIS alice
        alice< :verbatim.local 311 alice alice ~alice 10.0.0.2 * :alice
        alice< :verbatim.local 312 alice alice verbatim.local :verbatim
        alice< :verbatim.local 276 alice alice :has client certificate fingerprint c0ffee
        alice< :verbatim.local 276 alice alice :has client certificate fingerprint beef
        alice< :verbatim.local 378 alice alice :is connecting from *@10.0.0.2 10.0.0.2
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.2 10.0.0.2 :Is actually using host
        alice< :verbatim.local 378 alice alice :is connecting from *@10.7.7.7 10.7.7.7
        alice< :verbatim.local 320 alice alice :is connecting through 10.9.9.9
        alice< :verbatim.local 320 alice alice :is connecting as uid 1000
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.2 10.7.7.7 :Is actually using host
        alice< :verbatim.local 379 alice alice :is using modes +B
        alice< :verbatim.local 671 alice alice :is using a secure connection
        alice< :verbatim.local 335 alice alice :is a bot on verbatim
        alice< :verbatim.local 317 alice alice 0 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice alice :End of /WHOIS list
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.2 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 671 bob alice :is using a secure connection
        bob< :verbatim.local 335 bob alice :is a bot on verbatim
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        alice ends
        laptop attaches to alice
        -- One session is insecure, so the user is.
        olga> WHOIS alice
        olga< :verbatim.local 311 olga alice ~alice 10.0.0.2 * :alice
        olga< :verbatim.local 312 olga alice verbatim.local :verbatim
        olga< :verbatim.local 276 olga alice :has client certificate fingerprint beef
        olga< :verbatim.local 378 olga alice :is connecting from *@10.0.0.2 10.0.0.2
        olga< :verbatim.local 338 olga alice ~alice@10.0.0.2 10.0.0.2 :Is actually using host
        olga< :verbatim.local 378 olga alice :is connecting from *@10.7.7.7 10.7.7.7
        olga< :verbatim.local 320 olga alice :is connecting through 10.9.9.9
        olga< :verbatim.local 320 olga alice :is connecting as uid 1000
        olga< :verbatim.local 338 olga alice ~alice@10.0.0.2 10.7.7.7 :Is actually using host
        olga< :verbatim.local 379 olga alice :is using modes +B
        olga< :verbatim.local 335 olga alice :is a bot on verbatim
        olga< :verbatim.local 317 olga alice 0 1000000000 :seconds idle, signon time
        olga< :verbatim.local 318 olga alice :End of /WHOIS list
    ",
    );
}

#[test]
fn replies_with_one_address_show_the_users_host() {
    check_with(
        with_operators(),
        r"
        olga registers
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        alice registers
        phone attaches to alice from 10.7.7.7
        alice joins #a
        alice ends
        olga> WHO alice
        olga< :verbatim.local 352 olga * ~alice 10.0.0.2 verbatim.local alice H :0 alice
        olga< :verbatim.local 315 olga alice :End of WHO list
        olga> WHO #a %hi
        olga< :verbatim.local 354 olga 10.0.0.2 10.0.0.2
        olga< :verbatim.local 315 olga #a :End of WHO list
        olga> WHO 10.7.7.7
        olga< :verbatim.local 315 olga 10.7.7.7 :End of WHO list
        olga> USERHOST alice
        olga< :verbatim.local 302 olga :alice=+~alice@10.0.0.2
        olga> USERIP alice
        olga< :verbatim.local 340 olga :alice=+~alice@10.0.0.2
        phone> MODE #a +b x
        phone< :alice!~alice@10.0.0.2 MODE #a +b x!*@*
        phone> MODE #a b
        phone< :verbatim.local 367 alice #a x!*@* alice!~alice@10.0.0.2 1000000000
        phone< :verbatim.local 368 alice #a :End of channel ban list
        phone ends
        olga> WHOWAS alice
        olga< :verbatim.local 314 olga alice ~alice 10.0.0.2 * :alice
        olga< :verbatim.local 338 olga alice ~alice@10.0.0.2 10.0.0.2 :Is actually using host
        olga< :verbatim.local 312 olga alice verbatim.local :2001-09-09 01:46:40 UTC
        olga< :verbatim.local 369 olga alice :End of WHOWAS
    ",
    );
}

#[test]
fn who_and_lusers_count_users_not_sessions() {
    check(
        r"
        alice registers
        phone attaches to alice
        laptop connects
        laptop is to be alice's
        bob registers
        alice, bob join #a
        bob> WHO #a
        bob< :verbatim.local 352 bob #a ~alice 10.0.0.1 verbatim.local alice H@ :0 alice
        bob< :verbatim.local 352 bob #a ~bob 10.0.0.4 verbatim.local bob H :0 bob
        bob< :verbatim.local 315 bob #a :End of WHO list
        bob> LUSERS
        bob< :verbatim.local 251 bob :There are 2 users and 0 invisible on 1 servers
        bob< :verbatim.local 252 bob 0 :operator(s) online
        bob< :verbatim.local 253 bob 1 :unknown connection(s)
        bob< :verbatim.local 254 bob 1 :channels formed
        bob< :verbatim.local 255 bob :I have 2 clients and 0 servers
        bob< :verbatim.local 265 bob 2 2 :Current local users 2, max 2
        bob< :verbatim.local 266 bob 2 2 :Current global users 2, max 2
        bob> ISON alice phone laptop
        bob< :verbatim.local 303 bob :alice
        bob> LIST
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 322 bob #a 2 :
        bob< :verbatim.local 323 bob :End of /LIST
    ",
    );
}
