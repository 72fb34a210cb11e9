//! WHOX, USERIP, and how bots are shown.

use super::script::check;

#[test]
fn whox_shows_the_requested_fields_in_their_fixed_order() {
    check(
        r"
        alice, bob register
        alice, bob join #a
        bob> AWAY :out
        bob< :verbatim.local 306 bob :You have been marked as being away
        bob> MODE bob +B
        bob< :bob!~bob@10.0.0.2 MODE bob +B
        12 s pass
        alice> WHO #a %tcuihsnfdlaor,42
        alice< :verbatim.local 354 alice 42 #a ~alice 10.0.0.1 10.0.0.1 verbatim.local alice H@ 0 12 0 n/a :alice
        alice< :verbatim.local 354 alice 42 #a ~bob 10.0.0.2 10.0.0.2 verbatim.local bob GB 0 12 0 n/a :bob
        alice< :verbatim.local 315 alice #a :End of WHO list
        alice> WHO bob %rnt
        alice< :verbatim.local 354 alice 0 bob :bob
        alice< :verbatim.local 315 alice bob :End of WHO list
        alice> WHO bob %nt,1234
        alice< :verbatim.local 354 alice 0 bob
        alice< :verbatim.local 315 alice bob :End of WHO list
        alice> WHO bob %ntx,7
        alice< :verbatim.local 354 alice 7 bob
        alice< :verbatim.local 315 alice bob :End of WHO list
        alice> WHO bob %
        alice< :verbatim.local 315 alice bob :End of WHO list
        alice> WHO bob %xyz
        alice< :verbatim.local 315 alice bob :End of WHO list
        alice> WHO * o%n
        alice< :verbatim.local 315 alice * :End of WHO list
        alice> WHO #a o
        alice< :verbatim.local 315 alice #a :End of WHO list
    ",
    );
}

#[test]
fn userip_and_whox_show_the_host_as_the_address() {
    check(
        r"
        alice, bob register
        carol connects from gate.example
        carol> NICK carol
        carol> USER c 0 * :Carol
        carol is welcomed
        alice> USERIP
        alice< :verbatim.local 461 alice USERIP :Not enough parameters
        alice> USERIP bob carol nobody alice
        alice< :verbatim.local 340 alice :bob=+~bob@10.0.0.2 carol=+~c@gate.example alice=+~alice@10.0.0.1
        carol> USERIP carol
        carol< :verbatim.local 340 carol :carol=+~c@gate.example
        alice> WHO carol %ni
        alice< :verbatim.local 354 alice gate.example carol
        alice< :verbatim.local 315 alice carol :End of WHO list
        carol> WHO carol %ni
        carol< :verbatim.local 354 carol gate.example carol
        carol< :verbatim.local 315 carol carol :End of WHO list
    ",
    );
}

#[test]
fn a_bot_is_shown_as_one() {
    check(
        r"
        alice, bob register
        alice asks for message-tags
        alice, bob join #a
        bob> MODE bob +B
        bob< :bob!~bob@10.0.0.2 MODE bob +B
        bob> PRIVMSG #a :beep
        alice< @msgid=#1;bot :bob!~bob@10.0.0.2 PRIVMSG #a :beep
        alice> WHO bob
        alice< :verbatim.local 352 alice * ~bob 10.0.0.2 verbatim.local bob HB :0 bob
        alice< :verbatim.local 315 alice bob :End of WHO list
        alice> WHOIS bob
        alice< :verbatim.local 311 alice bob ~bob 10.0.0.2 * :bob
        alice< :verbatim.local 319 alice bob :#a
        alice< :verbatim.local 312 alice bob verbatim.local :verbatim
        alice< :verbatim.local 335 alice bob :is a bot on verbatim
        alice< :verbatim.local 317 alice bob 0 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice bob :End of /WHOIS list
        bob> MODE bob -B
        bob< :bob!~bob@10.0.0.2 MODE bob -B
        bob> PRIVMSG #a :no more
        alice< @msgid=#2 :bob!~bob@10.0.0.2 PRIVMSG #a :no more
    ",
    );
}
