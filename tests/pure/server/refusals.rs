//! Other refusals: before registration, over a limit, for another server, or without the privilege.

use super::oper::with_operators;
use super::script::{check, check_with};

#[test]
fn queries_to_another_server_get_402() {
    check(
        r"
        alice, bob register
        alice> WHOIS nowhere.example bob
        alice< :verbatim.local 402 alice nowhere.example :No such server
        alice> WHOIS verbatim.local bob
        alice< :verbatim.local 311 alice bob ~bob 10.0.0.2 * :bob
        alice< :verbatim.local 312 alice bob verbatim.local :verbatim
        alice< :verbatim.local 317 alice bob 0 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice bob :End of /WHOIS list
        alice> WHOIS bob bob
        alice< :verbatim.local 311 alice bob ~bob 10.0.0.2 * :bob
        alice< :verbatim.local 312 alice bob verbatim.local :verbatim
        alice< :verbatim.local 317 alice bob 0 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice bob :End of /WHOIS list
        alice> WHOWAS nobody 1 nowhere.example
        alice< :verbatim.local 402 alice nowhere.example :No such server
        alice> WHOWAS nobody 1 verbatim.*
        alice< :verbatim.local 406 alice nobody :There was no such nickname
        alice< :verbatim.local 369 alice nobody :End of WHOWAS
        alice> LUSERS * nowhere.example
        alice< :verbatim.local 402 alice nowhere.example :No such server
        alice> STATS u nowhere.example
        alice< :verbatim.local 402 alice nowhere.example :No such server
        alice> LINKS nowhere.example *
        alice< :verbatim.local 402 alice nowhere.example :No such server
    ",
    );
}

#[test]
fn operators_can_do_only_what_their_privileges_allow() {
    check_with(
        with_operators(),
        r"
        alice, bob register
        bob> OPER ken ken's
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.2 MODE bob +o
        bob> WALLOPS :hello
        bob< :verbatim.local 723 bob wallops :Insufficient oper privileges.
        bob> REHASH
        bob< :verbatim.local 723 bob rehash :Insufficient oper privileges.
        bob> STATS o
        bob< :verbatim.local 723 bob watch :Insufficient oper privileges.
        bob< :verbatim.local 219 bob o :End of /STATS report
        bob> MODE bob +s
        bob> KILL
        bob< :verbatim.local 461 bob KILL :Not enough parameters
        bob> KILL verbatim.local :x
        bob< :verbatim.local 483 bob :You cant kill a server!
        bob> KILL nobody :x
        bob< :verbatim.local 401 bob nobody :No such nick/channel
        bob> KILL alice :enough
        alice< :bob!~bob@10.0.0.2 KILL alice :enough
        alice< :alice!~alice@10.0.0.1 QUIT :Killed (bob (enough))
        alice< ERROR :Closing link: (10.0.0.1) [Killed (bob (enough))]
        alice closed
        carol registers
        carol> OPER olga olga's
        carol< :verbatim.local 381 carol :You are now an IRC operator
        carol< :carol!~carol@10.0.0.1 MODE carol +o
        carol> KILL bob :x
        bob< :carol!~carol@10.0.0.1 KILL bob :x
        bob< :bob!~bob@10.0.0.2 QUIT :Killed (carol (x))
        bob< ERROR :Closing link: (10.0.0.2) [Killed (carol (x))]
        bob closed
    ",
    );
}

#[test]
fn every_other_command_before_registration_gets_451() {
    check(
        r"
        alice connects
        alice> MONITOR + bob
        alice< :verbatim.local 451 * :You have not registered
        alice> WALLOPS :hello
        alice< :verbatim.local 451 * :You have not registered
        alice> KILL bob :x
        alice< :verbatim.local 451 * :You have not registered
        alice> RENAME #a #b
        alice< :verbatim.local 451 * :You have not registered
        alice> TOPIC #a :x
        alice< :verbatim.local 451 * :You have not registered
        alice> KICK #a bob
        alice< :verbatim.local 451 * :You have not registered
        alice> INVITE bob #a
        alice< :verbatim.local 451 * :You have not registered
        alice> MODE alice +i
        alice< :verbatim.local 451 * :You have not registered
        alice> WHO *
        alice< :verbatim.local 451 * :You have not registered
        alice> HELP
        alice< :verbatim.local 451 * :You have not registered
        alice> JOIN 0
        alice< :verbatim.local 451 * :You have not registered
        alice> NOTICE bob :hello
        alice< :verbatim.local 451 * :You have not registered
    ",
    );
}

#[test]
fn monitor_ignores_invalid_nicks() {
    check(
        r"
        alice registers
        alice> MONITOR + 1,two words,bob,,#a,a*b
        alice< :verbatim.local 731 alice :two
        alice> MONITOR + 1
        alice> MONITOR - nobody,1
        alice> MONITOR L
        alice< :verbatim.local 732 alice :two
        alice< :verbatim.local 733 alice :End of MONITOR list
        alice> MONITOR ? bob
        alice> MONITOR
        alice< :verbatim.local 461 alice MONITOR :Not enough parameters
    ",
    );
}

#[test]
fn userip_and_userhost_look_up_at_most_five_nicks() {
    check(
        r"
        alice registers
        alice> USERIP 1 2 3 4 alice
        alice< :verbatim.local 340 alice :alice=+~alice@10.0.0.1
        alice> USERIP 1 2 3 4 5 alice
        alice< :verbatim.local 340 alice :
        alice> USERHOST 1 2 3 4 alice
        alice< :verbatim.local 302 alice :alice=+~alice@10.0.0.1
        alice> USERIP nobody
        alice< :verbatim.local 340 alice :
        alice> ISON 1 2 3 4 5 6 alice
        alice< :verbatim.local 303 alice :alice
    ",
    );
}

#[test]
fn numbers_may_contain_only_digits() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +l +5
        alice< :verbatim.local 696 alice #a l +5 :Invalid limit
        alice> MODE #a +l 007
        alice< :alice!~alice@10.0.0.1 MODE #a +l 7
        alice> WHO #a %tn,+1
        alice< :verbatim.local 354 alice 0 alice
        alice< :verbatim.local 315 alice #a :End of WHO list
        alice> WHO #a %tn,1234
        alice< :verbatim.local 354 alice 0 alice
        alice< :verbatim.local 315 alice #a :End of WHO list
        alice> WHO #a %tn,012
        alice< :verbatim.local 354 alice 012 alice
        alice< :verbatim.local 315 alice #a :End of WHO list
        alice> LIST >+0
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
        alice> LIST >0
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 322 alice #a 1 :
        alice< :verbatim.local 323 alice :End of /LIST
    ",
    );
}

#[test]
fn replies_about_a_channel_that_does_not_exist_name_it() {
    check(
        r"
        alice, bob register
        alice> MODE #nowhere
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> MODE #nowhere +b
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> TOPIC #nowhere
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> TOPIC #nowhere :x
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> KICK #nowhere bob
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> INVITE bob #nowhere
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> PART #nowhere
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> RENAME #nowhere #a
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> PRIVMSG #nowhere :x
        alice< :verbatim.local 403 alice #nowhere :No such channel
        alice> PRIVMSG @#nowhere :x
        alice< :verbatim.local 403 alice @#nowhere :No such channel
        alice> NOTICE #nowhere :x
        alice> NAMES #nowhere
        alice< :verbatim.local 366 alice #nowhere :End of /NAMES list
        alice> WHO #nowhere
        alice< :verbatim.local 315 alice #nowhere :End of WHO list
        alice> LIST #nowhere
        alice< :verbatim.local 321 alice Channel :Users  Name
        alice< :verbatim.local 323 alice :End of /LIST
        alice> JOIN nowhere
        alice< :verbatim.local 403 alice nowhere :No such channel
        alice> JOIN &nowhere
        alice< :verbatim.local 403 alice &nowhere :No such channel
        alice> JOIN #a\x07b
        alice< :verbatim.local 403 alice #a\x07b :No such channel
    ",
    );
}
