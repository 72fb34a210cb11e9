//! Server operators: OPER, KILL, REHASH, WALLOPS, and server notices.

use verbatim::server::{Config, Operator, PRIVILEGES};

use super::script::{check, check_with};

/// Olga has all privileges, but only from 10.0.0.1; ken has only `kill`.
pub fn with_operators() -> Config {
    let operator = |name: &str, hosts: &[&str], privileges: &[&str]| Operator {
        name: name.into(),
        password: format!("{name}'s"),
        hosts: hosts.iter().map(|&host| host.into()).collect(),
        privileges: PRIVILEGES.iter().filter(|row| privileges.contains(&row.0)).map(|row| row.1).collect(),
    };
    let all: Vec<&str> = PRIVILEGES.iter().map(|row| row.0).collect();
    let operators = vec![operator("olga", &["*@10.0.0.1", "~nobody@*"], &all), operator("ken", &[], &["kill"])];
    Config { operators, ..Config::default() }
}

#[test]
fn a_user_with_the_password_becomes_an_operator() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        alice> OPER
        alice< :verbatim.local 461 alice OPER :Not enough parameters
        alice> OPER olga
        alice< :verbatim.local 461 alice OPER :Not enough parameters
        alice> OPER nobody olga's
        alice< :verbatim.local 464 alice :Password incorrect
        -- Case matters.
        alice> OPER Olga olga's
        alice< :verbatim.local 464 alice :Password incorrect
        alice> OPER olga ken's
        alice< :verbatim.local 464 alice :Password incorrect
        bob> OPER olga olga's
        bob< :verbatim.local 491 bob :No O-lines for your host
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        -- Again: the mode is already set, the privileges are replaced.
        alice> OPER ken ken's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice> REHASH
        alice< :verbatim.local 723 alice rehash :Insufficient oper privileges.
        alice> MODE alice -o
        alice< :alice!~alice@10.0.0.1 MODE alice -o
        alice> REHASH
        alice< :verbatim.local 481 alice :Permission Denied- You're not an IRC operator
        carol connects
        carol> OPER olga olga's
        carol< :verbatim.local 451 * :You have not registered
    ",
    );
}

#[test]
fn commands_after_oper_wait_until_the_password_is_verified() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        answers take time
        alice> OPER olga olga's\r\nWALLOPS :at last\r\nMODE alice
        bob> PING one
        bob< :verbatim.local PONG verbatim.local :one
        the answer comes
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice< :verbatim.local 221 alice +o
        -- Neither a client that left before the answer nor the next one with its number becomes an operator.
        bob> OPER ken ken's
        bob ends
        carol registers
        the answer comes
        carol> MODE carol
        carol< :verbatim.local 221 carol +
    ",
    );
}

#[test]
fn a_kill_without_a_reason_has_a_default_one() {
    for kill in ["KILL bob", "KILL bob :"] {
        let script = format!(
            r"
            alice, bob register
            alice> OPER ken ken's
            alice< :verbatim.local 381 alice :You are now an IRC operator
            alice< :alice!~alice@10.0.0.1 MODE alice +o
            alice> {kill}
            bob< :alice!~alice@10.0.0.1 KILL bob :No reason given
            bob< :bob!~bob@10.0.0.2 QUIT :Killed (alice (No reason given))
            bob< ERROR :Closing link: (10.0.0.2) [Killed (alice (No reason given))]
            bob closed
            "
        );
        check_with(with_operators(), &script);
    }
}

#[test]
fn a_kill_ends_a_connection_and_names_the_operator() {
    check_with(
        with_operators(),
        r"
        alice, bob, carol, dave register
        bob, carol join #a
        bob> KILL alice :why not
        bob< :verbatim.local 481 bob :Permission Denied- You're not an IRC operator
        alice> OPER ken ken's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice> KILL
        alice< :verbatim.local 461 alice KILL :Not enough parameters
        alice> KILL Verbatim.Local :no
        alice< :verbatim.local 483 alice :You cant kill a server!
        alice> KILL nobody :no
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> KILL BOB :spam, again
        bob< :alice!~alice@10.0.0.1 KILL bob :spam, again
        bob, carol< :bob!~bob@10.0.0.2 QUIT :Killed (alice (spam, again))
        bob< ERROR :Closing link: (10.0.0.2) [Killed (alice (spam, again))]
        bob closed
        alice> WHOWAS bob
        alice< :verbatim.local 314 alice bob ~bob 10.0.0.2 * :bob
        alice< :verbatim.local 312 alice bob verbatim.local :2001-09-09 01:46:40 UTC
        alice< :verbatim.local 369 alice bob :End of WHOWAS
        -- A long reason is truncated to KICKLEN.
        alice> KILL dave :{é*200}
        dave< :alice!~alice@10.0.0.1 KILL dave :{é*150}
        dave< :dave!~dave@10.0.0.4 QUIT :Killed (alice ({é*150}))
        dave< ERROR :Closing link: (10.0.0.4) [Killed (alice ({é*150}))]
        dave closed
        erin connects
        erin> NICK erin
        alice> KILL erin :not yet
        alice< :verbatim.local 401 alice erin :No such nick/channel
        alice> KILL alice :enough
        alice< :alice!~alice@10.0.0.1 KILL alice :enough
        alice< :alice!~alice@10.0.0.1 QUIT :Killed (alice (enough))
        alice< ERROR :Closing link: (10.0.0.1) [Killed (alice (enough))]
        alice closed
    ",
    );
}

#[test]
fn an_operator_can_reload_the_settings() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice> REHASH :now
        alice< :verbatim.local 382 alice * :Rehashing
        alice< :verbatim.local 400 alice REHASH :there is no file
        answers take time
        alice> REHASH\r\nMOTD
        bob> MOTD
        bob< :verbatim.local 422 bob :MOTD File is missing
        new settings come, keeping listen and limits.line_bytes
        alice< :verbatim.local 382 alice * :Rehashing
        alice< :verbatim.local NOTICE alice :listen needs a restart
        alice< :verbatim.local NOTICE alice :limits.line_bytes needs a restart
        alice< :verbatim.local 375 alice :- verbatim.local Message of the day -
        alice< :verbatim.local 372 alice :- new
        alice< :verbatim.local 376 alice :End of /MOTD command
        bob> REHASH
        bob< :verbatim.local 481 bob :Permission Denied- You're not an IRC operator
        alice asks for standard-replies
        alice> REHASH
        new settings come, keeping listen
        alice< :verbatim.local 382 alice * :Rehashing
        alice< :verbatim.local NOTE REHASH NEEDS_RESTART listen :Takes effect only after a restart
    ",
    );
}

#[test]
fn new_settings_apply_whoever_requested_them() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        the host sends new settings
        bob> MOTD
        bob< :verbatim.local 375 bob :- verbatim.local Message of the day -
        bob< :verbatim.local 372 bob :- new
        bob< :verbatim.local 376 bob :End of /MOTD command
    ",
    );
    check_with(
        with_operators(),
        r"
        alice, bob register
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        answers take time
        alice> REHASH
        alice ends
        carol registers
        new settings come, keeping listen
        carol> MOTD
        carol< :verbatim.local 375 carol :- verbatim.local Message of the day -
        carol< :verbatim.local 372 carol :- new
        carol< :verbatim.local 376 carol :End of /MOTD command
    ",
    );
}

#[test]
fn wallops_reach_users_with_mode_w() {
    check_with(
        with_operators(),
        r"
        alice, bob, carol register
        dave connects
        bob> MODE bob +w
        bob< :bob!~bob@10.0.0.2 MODE bob +w
        bob> WALLOPS :me too
        bob< :verbatim.local 481 bob :Permission Denied- You're not an IRC operator
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice> WALLOPS
        alice< :verbatim.local 461 alice WALLOPS :Not enough parameters
        alice> WALLOPS :
        alice< :verbatim.local 461 alice WALLOPS :Not enough parameters
        alice> WALLOPS :{x*480}
        alice< :verbatim.local 417 alice :Input line was too long
        alice> WALLOPS :down at noon
        bob< :alice!~alice@10.0.0.1 WALLOPS :down at noon
        alice> MODE alice +w
        alice< :alice!~alice@10.0.0.1 MODE alice +w
        alice> WALLOPS up
        alice, bob< :alice!~alice@10.0.0.1 WALLOPS :up
    ",
    );
}

#[test]
fn server_notices_report_who_connects_and_leaves() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        bob> MODE bob +s
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice> MODE alice +s
        alice< :alice!~alice@10.0.0.1 MODE alice +s
        carol registers
        carol, alice join #a
        dave connects
        dave> NICK dave
        dave ends
        bob> OPER olga olga's
        alice< :verbatim.local NOTICE alice :*** bob (~bob@10.0.0.2) failed to become an operator
        bob< :verbatim.local 491 bob :No O-lines for your host
        bob> OPER ken olga's
        alice< :verbatim.local NOTICE alice :*** bob (~bob@10.0.0.2) failed to become an operator
        bob< :verbatim.local 464 bob :Password incorrect
        bob> OPER ken ken's
        alice< :verbatim.local NOTICE alice :*** bob (~bob@10.0.0.2) is now an operator (ken)
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.2 MODE bob +o
        -- Notices need `watch`.
        bob> MODE bob +s
        erin connects
        erin> NICK erin\r\nUSER e 0 * :Erin
        alice< :verbatim.local NOTICE alice :*** erin (~e@10.0.0.4) has connected
        erin is welcomed
        -- The members' lines come first.
        carol> QUIT :bye
        alice< :carol!~carol@10.0.0.3 QUIT :Quit: bye
        alice< :verbatim.local NOTICE alice :*** carol (~carol@10.0.0.3) has left: Quit: bye
        carol< ERROR :Closing link: (10.0.0.3) [Quit: bye]
        carol closed
        erin is cut off
        alice< :verbatim.local NOTICE alice :*** erin (~e@10.0.0.4) has left: Connection reset by peer
        alice> KILL bob :go
        alice< :verbatim.local NOTICE alice :*** bob (~bob@10.0.0.2) has left: Killed (alice (go))
        bob< :alice!~alice@10.0.0.1 KILL bob :go
        bob< :bob!~bob@10.0.0.2 QUIT :Killed (alice (go))
        bob< ERROR :Closing link: (10.0.0.2) [Killed (alice (go))]
        bob closed
        alice> MODE alice -o
        alice< :alice!~alice@10.0.0.1 MODE alice -os
        frank registers
    ",
    );
}

#[test]
fn lusers_and_whois_show_operators() {
    check(
        r"
        alice registers
        alice> OPER olga olga's
        alice< :verbatim.local 464 alice :Password incorrect
    ",
    );
    check_with(
        with_operators(),
        r"
        alice, bob register
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        bob> MODE bob +i
        bob< :bob!~bob@10.0.0.2 MODE bob +i
        bob> LUSERS
        bob< :verbatim.local 251 bob :There are 1 users and 1 invisible on 1 servers
        bob< :verbatim.local 252 bob 1 :operator(s) online
        bob< :verbatim.local 253 bob 0 :unknown connection(s)
        bob< :verbatim.local 254 bob 0 :channels formed
        bob< :verbatim.local 255 bob :I have 2 clients and 0 servers
        bob< :verbatim.local 265 bob 2 2 :Current local users 2, max 2
        bob< :verbatim.local 266 bob 2 2 :Current global users 2, max 2
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 313 bob alice :is an IRC operator
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        alice ends
        bob> LUSERS
        bob< :verbatim.local 251 bob :There are 0 users and 1 invisible on 1 servers
        bob< :verbatim.local 252 bob 0 :operator(s) online
        bob< :verbatim.local 253 bob 0 :unknown connection(s)
        bob< :verbatim.local 254 bob 0 :channels formed
        bob< :verbatim.local 255 bob :I have 1 clients and 0 servers
        bob< :verbatim.local 265 bob 1 2 :Current local users 1, max 2
        bob< :verbatim.local 266 bob 1 2 :Current global users 1, max 2
    ",
    );
}

#[test]
fn a_labelled_kill_gets_an_ack_or_a_batch_if_the_caller_is_killed() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        alice> OPER ken ken's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice> CAP REQ :batch labeled-response
        alice< :verbatim.local CAP alice ACK :batch labeled-response
        alice> @label=1 KILL bob :bye
        alice< @label=1 :verbatim.local ACK
        bob< :alice!~alice@10.0.0.1 KILL bob :bye
        bob< :bob!~bob@10.0.0.2 QUIT :Killed (alice (bye))
        bob< ERROR :Closing link: (10.0.0.2) [Killed (alice (bye))]
        bob closed
        alice> @label=2 KILL alice :bye
        alice< @label=2 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1 :alice!~alice@10.0.0.1 KILL alice :bye
        alice< @batch=B1 :alice!~alice@10.0.0.1 QUIT :Killed (alice (bye))
        alice< @batch=B1 ERROR :Closing link: (10.0.0.1) [Killed (alice (bye))]
        alice< :verbatim.local BATCH -B1
        alice closed
    ",
    );
}
