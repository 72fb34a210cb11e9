//! HELP and HELPOP.

use super::script::check;

#[test]
fn help_lists_the_commands_and_says_what_each_is_for() {
    check(
        r"
        alice registers
        alice> HELP KICK
        alice< :verbatim.local 704 alice KICK :KICK
        alice< :verbatim.local 705 alice KICK :KICK #channel nick[,nick]... [reason]
        alice< :verbatim.local 706 alice KICK :Removes users from a channel.
        alice> HELPOP who
        alice< :verbatim.local 704 alice who :WHO
        alice< :verbatim.local 705 alice who :WHO [mask [flags][%fields[,token]]]
        alice< :verbatim.local 706 alice who :Lists users, or the members of a channel.
        alice> HELP nonsense
        alice< :verbatim.local 524 alice nonsense :No help available on this topic
        alice> HELP :two words
        alice< :verbatim.local 524 alice * :No help available on this topic
        alice> HELP :
        alice< :verbatim.local 704 alice * :Commands
        alice< :verbatim.local 705 alice * :ACCEPT ADMIN AWAY BATCH CAP HELP HELPOP INFO INVITE ISON ISUPPORT JOIN KICK KILL KNOCK LINKS LIST LUSERS METADATA MODE MONITOR MOTD NAMES NICK NOTICE OPER PART PASS PING PONG PRIVMSG QUIT REDACT REHASH RENAME SETNAME SILENCE STATS TAGMSG TIME TOPIC USER USERHOST USERIP VERSION WALLOPS WHO WHOIS WHOWAS
        alice< :verbatim.local 706 alice * :HELP COMMAND shows how to use it
        alice> HELPOP *
        alice< :verbatim.local 704 alice * :Commands
        alice< :verbatim.local 705 alice * :ACCEPT ADMIN AWAY BATCH CAP HELP HELPOP INFO INVITE ISON ISUPPORT JOIN KICK KILL KNOCK LINKS LIST LUSERS METADATA MODE MONITOR MOTD NAMES NICK NOTICE OPER PART PASS PING PONG PRIVMSG QUIT REDACT REHASH RENAME SETNAME SILENCE STATS TAGMSG TIME TOPIC USER USERHOST USERIP VERSION WALLOPS WHO WHOIS WHOWAS
        alice< :verbatim.local 706 alice * :HELP COMMAND shows how to use it
    ",
    );
}
