//! User modes: RFC 2812 §3.1.5.

use super::oper::with_operators;
use super::script::{check, check_with};

#[test]
fn a_user_changes_their_own_modes_only() {
    check(
        r"
        alice, bob register
        alice> MODE alice
        alice< :verbatim.local 221 alice +
        alice> MODE bob
        alice< :verbatim.local 502 alice :Cant change mode for other users
        alice> MODE bob +i
        alice< :verbatim.local 502 alice :Cant change mode for other users
        alice> MODE nobody +i
        alice< :verbatim.local 401 alice nobody :No such nick/channel
        alice> MODE ALICE +i
        alice< :alice!~alice@10.0.0.1 MODE alice +i
        alice> MODE alice +i
        alice> MODE alice
        alice< :verbatim.local 221 alice +i
        alice> MODE alice +o-i+xyi-io
        alice< :verbatim.local 501 alice :Unknown MODE flag
        alice< :alice!~alice@10.0.0.1 MODE alice -i
        alice> MODE alice -i+o
        alice> MODE alice :
        alice< :verbatim.local 221 alice +
        alice> MODE : +i
        alice< :verbatim.local 401 alice * :No such nick/channel
    ",
    );
}

#[test]
fn a_user_can_set_modes_but_neither_o_nor_s() {
    check(
        r"
        alice registers
        alice> MODE alice +wiRB
        alice< :alice!~alice@10.0.0.1 MODE alice +BRiw
        alice> MODE alice
        alice< :verbatim.local 221 alice +BRiw
        alice> MODE alice +BRiw
        alice> MODE alice -B+B-R
        alice< :alice!~alice@10.0.0.1 MODE alice -R
        alice> MODE alice -B+R-iw
        alice< :alice!~alice@10.0.0.1 MODE alice -B+R-iw
        -- Users cannot make themselves operators, nor set s without `watch`.
        alice> MODE alice +os
        alice> MODE alice -os
        alice> MODE alice +so-R
        alice< :alice!~alice@10.0.0.1 MODE alice -R
        alice> MODE alice b
        alice< :verbatim.local 501 alice :Unknown MODE flag
        alice> MODE alice +-
        alice> MODE alice
        alice< :verbatim.local 221 alice +
    ",
    );
}

#[test]
fn invisible_users_are_counted_while_they_are_online() {
    check(
        r"
        alice, bob register
        alice> MODE alice +i
        alice< :alice!~alice@10.0.0.1 MODE alice +i
        bob> MODE bob +i-i+i
        bob< :bob!~bob@10.0.0.2 MODE bob +i
        alice> LUSERS
        alice< :verbatim.local 251 alice :There are 0 users and 2 invisible on 1 servers
        alice< :verbatim.local 252 alice 0 :operator(s) online
        alice< :verbatim.local 253 alice 0 :unknown connection(s)
        alice< :verbatim.local 254 alice 0 :channels formed
        alice< :verbatim.local 255 alice :I have 2 clients and 0 servers
        alice< :verbatim.local 265 alice 2 2 :Current local users 2, max 2
        alice< :verbatim.local 266 alice 2 2 :Current global users 2, max 2
        bob is cut off
        alice> MODE alice -i
        alice< :alice!~alice@10.0.0.1 MODE alice -i
        alice> LUSERS
        alice< :verbatim.local 251 alice :There are 1 users and 0 invisible on 1 servers
        alice< :verbatim.local 252 alice 0 :operator(s) online
        alice< :verbatim.local 253 alice 0 :unknown connection(s)
        alice< :verbatim.local 254 alice 0 :channels formed
        alice< :verbatim.local 255 alice :I have 1 clients and 0 servers
        alice< :verbatim.local 265 alice 1 2 :Current local users 1, max 2
        alice< :verbatim.local 266 alice 1 2 :Current global users 1, max 2
    ",
    );
}

#[test]
fn an_invisible_user_is_found_only_by_nick_until_the_mode_is_unset() {
    check(
        r"
        alice, bob register
        alice joins #a
        bob> MODE alice +i
        bob< :verbatim.local 502 bob :Cant change mode for other users
        alice> MODE alice +i
        alice< :alice!~alice@10.0.0.1 MODE alice +i
        bob> WHO *
        bob< :verbatim.local 352 bob * ~bob 10.0.0.2 verbatim.local bob H :0 bob
        bob< :verbatim.local 315 bob * :End of WHO list
        bob> NAMES #a
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> WHO alice
        bob< :verbatim.local 352 bob * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        bob< :verbatim.local 315 bob alice :End of WHO list
        alice> MODE alice -i
        alice< :alice!~alice@10.0.0.1 MODE alice -i
        bob> WHO *
        bob< :verbatim.local 352 bob * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        bob< :verbatim.local 352 bob * ~bob 10.0.0.2 verbatim.local bob H :0 bob
        bob< :verbatim.local 315 bob * :End of WHO list
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :@alice
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_bot_is_shown_as_one_until_the_mode_is_unset() {
    check(
        r"
        alice, bob register
        bob asks for message-tags
        bob> MODE alice +B
        bob< :verbatim.local 502 bob :Cant change mode for other users
        alice> MODE alice +B
        alice< :alice!~alice@10.0.0.1 MODE alice +B
        bob> WHO alice
        bob< :verbatim.local 352 bob * ~alice 10.0.0.1 verbatim.local alice HB :0 alice
        bob< :verbatim.local 315 bob alice :End of WHO list
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 335 bob alice :is a bot on verbatim
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        alice> PRIVMSG bob :beep
        bob< @msgid=#1;bot :alice!~alice@10.0.0.1 PRIVMSG bob :beep
        alice> NOTICE bob :beep
        bob< @msgid=#2;bot :alice!~alice@10.0.0.1 NOTICE bob :beep
        alice> MODE alice -B
        alice< :alice!~alice@10.0.0.1 MODE alice -B
        bob> WHO alice
        bob< :verbatim.local 352 bob * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        bob< :verbatim.local 315 bob alice :End of WHO list
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
        alice> PRIVMSG bob :hello
        bob< @msgid=#3 :alice!~alice@10.0.0.1 PRIVMSG bob :hello
    ",
    );
}

#[test]
fn messages_from_users_not_logged_in_are_refused_until_the_mode_is_unset() {
    check(
        r"
        alice, bob register
        bob> MODE alice +R
        bob< :verbatim.local 502 bob :Cant change mode for other users
        alice> MODE alice +R
        alice< :alice!~alice@10.0.0.1 MODE alice +R
        bob> PRIVMSG alice :hello
        bob< :verbatim.local 477 bob alice :You must be logged in to write to this user
        bob> NOTICE alice :hello
        alice> PRIVMSG alice :to myself
        alice< :alice!~alice@10.0.0.1 PRIVMSG alice :to myself
        alice> MODE alice -R
        alice< :alice!~alice@10.0.0.1 MODE alice -R
        bob> PRIVMSG alice :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG alice :hello
    ",
    );
}

#[test]
fn wallops_and_notices_of_the_server_stop_with_their_modes() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        bob> MODE bob +s
        bob> MODE bob +w
        bob< :bob!~bob@10.0.0.2 MODE bob +w
        alice> OPER olga olga's
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        alice> WALLOPS one
        bob< :alice!~alice@10.0.0.1 WALLOPS :one
        alice> MODE alice +s
        alice< :alice!~alice@10.0.0.1 MODE alice +s
        carol connects
        carol> NICK carol\r\nUSER carol 0 * :Carol
        alice< :verbatim.local NOTICE alice :*** carol (~carol@10.0.0.3) has connected
        carol is welcomed
        bob> MODE bob -w
        bob< :bob!~bob@10.0.0.2 MODE bob -w
        alice> WALLOPS two
        alice> MODE alice -s
        alice< :alice!~alice@10.0.0.1 MODE alice -s
        carol> QUIT
        carol< ERROR :Closing link: (10.0.0.3) [Quit: ]
        carol closed
        -- Without o there are no server notices and no privileges.
        alice> MODE alice +s
        alice< :alice!~alice@10.0.0.1 MODE alice +s
        alice> MODE alice -o
        alice< :alice!~alice@10.0.0.1 MODE alice -os
        alice> MODE alice
        alice< :verbatim.local 221 alice +
        alice> WALLOPS three
        alice< :verbatim.local 481 alice :Permission Denied- You're not an IRC operator
        alice> MODE alice +s
        alice> MODE alice +o
    ",
    );
}
