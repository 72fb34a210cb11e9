//! Server operators with several sessions, and KILL (docs/protocol/sessions.md).

use super::oper::with_operators;
use super::script::check_with;

#[test]
fn privileges_end_with_the_session_that_sent_oper() {
    check_with(
        with_operators(),
        r"
        olga registers
        phone attaches to olga
        laptop attaches to olga
        bob registers
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga, phone, laptop< :olga!~olga@10.0.0.1 MODE olga +o
        phone> MODE olga +sw
        olga, phone, laptop< :olga!~olga@10.0.0.1 MODE olga +sw
        -- All sessions of the user have the privileges.
        laptop> STATS o
        laptop< :verbatim.local 243 olga O *@10.0.0.1 * olga
        laptop< :verbatim.local 243 olga O ~nobody@* * olga
        laptop< :verbatim.local 243 olga O *@* * ken
        laptop< :verbatim.local 219 olga o :End of /STATS report
        laptop> WALLOPS :hear
        olga, phone, laptop< :olga!~olga@10.0.0.1 WALLOPS :hear
        phone ends
        olga ends
        laptop< :olga!~olga@10.0.0.1 MODE olga -os
        laptop> STATS o
        laptop< :verbatim.local 481 olga :Permission Denied- You're not an IRC operator
        laptop< :verbatim.local 219 olga o :End of /STATS report
        laptop> MODE olga
        laptop< :verbatim.local 221 olga +w
        bob> LUSERS
        bob< :verbatim.local 251 bob :There are 2 users and 0 invisible on 1 servers
        bob< :verbatim.local 252 bob 0 :operator(s) online
        bob< :verbatim.local 253 bob 0 :unknown connection(s)
        bob< :verbatim.local 254 bob 0 :channels formed
        bob< :verbatim.local 255 bob :I have 2 clients and 0 servers
        bob< :verbatim.local 265 bob 2 2 :Current local users 2, max 2
        bob< :verbatim.local 266 bob 2 2 :Current global users 2, max 2
    ",
    );
}

#[test]
fn privileges_come_from_the_last_session_that_sent_oper() {
    check_with(
        with_operators(),
        r"
        olga registers
        phone attaches to olga
        laptop attaches to olga
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga, phone, laptop< :olga!~olga@10.0.0.1 MODE olga +o
        phone> OPER ken ken's
        phone< :verbatim.local 381 olga :You are now an IRC operator
        olga ends
        laptop> REHASH
        laptop< :verbatim.local 723 olga rehash :Insufficient oper privileges.
        laptop> KILL nobody :x
        laptop< :verbatim.local 401 olga nobody :No such nick/channel
        phone ends
        laptop< :olga!~olga@10.0.0.1 MODE olga -o
        -- A failed OPER does not count as the last one.
        tablet attaches to olga
        laptop> OPER ken ken's
        tablet< :olga!~olga@10.0.0.1 MODE olga +o
        laptop< :verbatim.local 381 olga :You are now an IRC operator
        laptop< :olga!~olga@10.0.0.1 MODE olga +o
        tablet> OPER ken wrong
        tablet< :verbatim.local 464 olga :Password incorrect
        tablet ends
        laptop> KILL nobody :x
        laptop< :verbatim.local 401 olga nobody :No such nick/channel
    ",
    );
}

#[test]
fn any_session_can_give_up_operator_status() {
    check_with(
        with_operators(),
        r"
        olga registers
        phone attaches to olga
        laptop attaches to olga
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga, phone, laptop< :olga!~olga@10.0.0.1 MODE olga +o
        phone> MODE olga +s-o
        olga, phone, laptop< :olga!~olga@10.0.0.1 MODE olga -o
        olga> STATS m
        olga< :verbatim.local 481 olga :Permission Denied- You're not an IRC operator
        olga< :verbatim.local 219 olga m :End of /STATS report
        -- After MODE -o, nothing changes when the session that sent OPER ends.
        olga ends
        laptop> OPER ken ken's
        phone< :olga!~olga@10.0.0.1 MODE olga +o
        laptop< :verbatim.local 381 olga :You are now an IRC operator
        laptop< :olga!~olga@10.0.0.1 MODE olga +o
        phone ends
        laptop> KILL nobody :x
        laptop< :verbatim.local 401 olga nobody :No such nick/channel
    ",
    );
}

#[test]
fn operator_hosts_are_compared_with_the_calling_sessions_address() {
    check_with(
        with_operators(),
        r"
        olga registers from 10.9.9.9
        phone attaches to olga from 10.0.0.1
        olga> OPER olga olga's
        olga< :verbatim.local 491 olga :No O-lines for your host
        phone> OPER olga olga's
        olga< :olga!~olga@10.9.9.9 MODE olga +o
        phone< :verbatim.local 381 olga :You are now an IRC operator
        phone< :olga!~olga@10.9.9.9 MODE olga +o
        olga> OPER olga olga's
        olga< :verbatim.local 491 olga :No O-lines for your host
    ",
    );
}

#[test]
fn the_session_that_sent_rehash_gets_the_reply() {
    check_with(
        with_operators(),
        r"
        olga registers
        phone attaches to olga
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga, phone< :olga!~olga@10.0.0.1 MODE olga +o
        answers take time
        phone> REHASH
        phone> PING held
        olga> NICK olive
        olga, phone< :olga!~olga@10.0.0.1 NICK olive
        -- All replies are made now, with the current nick.
        new settings come, keeping name
        phone< :verbatim.local 382 olive * :Rehashing
        phone< :verbatim.local NOTICE olive :name needs a restart
        phone< :verbatim.local PONG verbatim.local :held
    ",
    );
}

#[test]
fn a_kill_ends_all_sessions_of_a_user() {
    check_with(
        with_operators(),
        r"
        olga registers
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        olga> MODE olga +s
        olga< :olga!~olga@10.0.0.1 MODE olga +s
        alice registers
        phone attaches to alice
        laptop attaches to alice, who stays
        bob registers
        alice, bob join #a
        bob> MONITOR + alice
        bob< :verbatim.local 730 bob :alice!~alice@10.0.0.2
        olga> KILL alice :spam
        olga< :verbatim.local NOTICE olga :*** alice (~alice@10.0.0.2) has left: Killed (olga (spam))
        alice, phone, laptop< :olga!~olga@10.0.0.1 KILL alice :spam
        alice, phone, laptop, bob< :alice!~alice@10.0.0.2 QUIT :Killed (olga (spam))
        alice< ERROR :Closing link: (10.0.0.2) [Killed (olga (spam))]
        alice closed
        phone< ERROR :Closing link: (10.0.0.3) [Killed (olga (spam))]
        phone closed
        laptop< ERROR :Closing link: (10.0.0.4) [Killed (olga (spam))]
        laptop closed
        bob< :verbatim.local 731 bob :alice
        bob> ISON alice
        bob< :verbatim.local 303 bob :
        bob> WHOWAS alice
        bob< :verbatim.local 314 bob alice ~alice 10.0.0.2 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :2001-09-09 01:46:40 UTC
        bob< :verbatim.local 369 bob alice :End of WHOWAS
        -- The name, and the numbers of the connections, are free.
        alice registers
        phone attaches to alice
        bob> PRIVMSG alice :hello
        alice, phone< :bob!~bob@10.0.0.5 PRIVMSG alice :hello
    ",
    );
}

#[test]
fn a_user_who_kills_themselves_gets_the_victims_lines_in_the_response() {
    check_with(
        with_operators(),
        r"
        phone registers from 10.0.0.1
        phone> NICK olga
        phone< :phone!~phone@10.0.0.1 NICK olga
        desk attaches to olga
        laptop attaches to olga
        desk asks for batch labeled-response
        bob registers
        desk> OPER ken ken's
        phone, laptop< :olga!~phone@10.0.0.1 MODE olga +o
        desk< :verbatim.local 381 olga :You are now an IRC operator
        desk< :olga!~phone@10.0.0.1 MODE olga +o
        desk> @label=1 KILL olga :enough
        phone, laptop< :olga!~phone@10.0.0.1 KILL olga :enough
        phone, laptop< :olga!~phone@10.0.0.1 QUIT :Killed (olga (enough))
        phone< ERROR :Closing link: (10.0.0.1) [Killed (olga (enough))]
        phone closed
        desk< @label=1 :verbatim.local BATCH +B1 labeled-response
        desk< @batch=B1 :olga!~phone@10.0.0.1 KILL olga :enough
        desk< @batch=B1 :olga!~phone@10.0.0.1 QUIT :Killed (olga (enough))
        desk< @batch=B1 ERROR :Closing link: (10.0.0.2) [Killed (olga (enough))]
        desk< :verbatim.local BATCH -B1
        desk closed
        laptop< ERROR :Closing link: (10.0.0.3) [Killed (olga (enough))]
        laptop closed
    ",
    );
}

#[test]
fn a_kill_ends_sessions_that_wait_for_an_answer_too() {
    check_with(
        with_operators(),
        r"
        olga registers
        olga> OPER olga olga's
        olga< :verbatim.local 381 olga :You are now an IRC operator
        olga< :olga!~olga@10.0.0.1 MODE olga +o
        alice registers
        phone attaches to alice
        answers take time
        phone> OPER ken ken's
        phone> PRIVMSG olga :held
        olga> KILL alice :spam
        alice, phone< :olga!~olga@10.0.0.1 KILL alice :spam
        alice, phone< :alice!~alice@10.0.0.2 QUIT :Killed (olga (spam))
        alice< ERROR :Closing link: (10.0.0.2) [Killed (olga (spam))]
        alice closed
        phone< ERROR :Closing link: (10.0.0.3) [Killed (olga (spam))]
        phone closed
        the answer comes
    ",
    );
}
