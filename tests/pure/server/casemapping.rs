//! Casemapping `rfc1459`: `{}|~` are the lower case of `[]\^`, wherever names are compared. For channels see
//! `names.rs`.

use verbatim::server::Config;
use verbatim::wire::Casemapping;

use super::script::{check, check_with};

#[track_caller]
fn check_rfc1459(script: &str) {
    check_with(Config { casemapping: Casemapping::Rfc1459, ..Config::default() }, script);
}

#[test]
fn a_nick_is_taken_in_both_cases() {
    check_rfc1459(
        r"
        alice, bob register
        alice> NICK a[1]\\^
        alice< :alice!~alice@10.0.0.1 NICK a[1]\\^
        bob> NICK A{1}|~
        bob< :verbatim.local 432 bob A{1}|~ :Erroneous nickname
        bob> PRIVMSG A{1}|~ :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG a[1]\\^ :hello
        bob> WHOIS A{1}|~
        bob< :verbatim.local 311 bob a[1]\\^ ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob a[1]\\^ verbatim.local :verbatim
        bob< :verbatim.local 317 bob a[1]\\^ 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob A{1}|~ :End of /WHOIS list
        bob> ISON A{1}|~
        bob< :verbatim.local 303 bob :a[1]\\^
        alice> NICK A{1}|~
        alice< :verbatim.local 432 a[1]\\^ A{1}|~ :Erroneous nickname
        bob> NICK a[1]\\^
        bob< :verbatim.local 433 bob a[1]\\^ :Nickname is already in use
    ",
    );
}

#[test]
fn with_ascii_brackets_and_braces_are_different_characters() {
    check(
        r"
        alice, bob register
        alice> NICK a[1]
        alice< :alice!~alice@10.0.0.1 NICK a[1]
        bob> NICK a{1}
        bob< :bob!~bob@10.0.0.2 NICK a{1}
        bob> PRIVMSG A[1] :hello
        alice< :a{1}!~bob@10.0.0.2 PRIVMSG a[1] :hello
        alice> JOIN #[x]
        alice< :a[1]!~alice@10.0.0.1 JOIN #[x]
        alice< :verbatim.local 353 a[1] = #[x] :@a[1]
        alice< :verbatim.local 366 a[1] #[x] :End of /NAMES list
        bob> JOIN #{x}
        bob< :a{1}!~bob@10.0.0.2 JOIN #{x}
        bob< :verbatim.local 353 a{1} = #{x} :@a{1}
        bob< :verbatim.local 366 a{1} #{x} :End of /NAMES list
    ",
    );
}

#[test]
fn masks_match_in_both_cases() {
    check_rfc1459(
        r"
        alice, bob register
        alice joins #a
        bob> NICK b[o]b
        bob< :bob!~bob@10.0.0.2 NICK b[o]b
        alice> MODE #a +b B{O}*!*@*
        alice< :alice!~alice@10.0.0.1 MODE #a +b B{O}*!*@*
        bob> JOIN #a
        bob< :verbatim.local 474 b[o]b #a :Cannot join channel (+b)
        alice> MODE #a +b b[o]*!*@*
        alice> MODE #a -b b[o]*!*@*
        alice< :alice!~alice@10.0.0.1 MODE #a -b B{O}*!*@*
        alice> MODE #a +bI-b *!*@* B{O}B *!*@*
        alice< :alice!~alice@10.0.0.1 MODE #a +bI-b *!*@* B{O}B!*@* *!*@*
        alice> MODE #a +i
        alice< :alice!~alice@10.0.0.1 MODE #a +i
        bob> JOIN #a
        alice, bob< :b[o]b!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 b[o]b = #a :@alice b[o]b
        bob< :verbatim.local 366 b[o]b #a :End of /NAMES list
        alice> WHO B{*
        alice< :verbatim.local 352 alice * ~bob 10.0.0.2 verbatim.local b[o]b H :0 bob
        alice< :verbatim.local 315 alice B{* :End of WHO list
    ",
    );
}

#[test]
fn monitor_matches_both_cases() {
    check_rfc1459(
        r"
        alice, bob register
        alice> MONITOR + b{o}b
        alice< :verbatim.local 731 alice :b{o}b
        alice> MONITOR + B[O]B
        alice< :verbatim.local 731 alice :B[O]B
        alice> MONITOR L
        alice< :verbatim.local 732 alice :b{o}b
        alice< :verbatim.local 733 alice :End of MONITOR list
        bob> NICK b[o]b
        alice< :verbatim.local 730 alice :b[o]b!~bob@10.0.0.2
        bob< :bob!~bob@10.0.0.2 NICK b[o]b
        bob> NICK B{o}B
        bob< :b[o]b!~bob@10.0.0.2 NICK B{o}B
        bob> NICK bob
        alice< :verbatim.local 731 alice :b{o}b
        bob< :B{o}B!~bob@10.0.0.2 NICK bob
        alice> MONITOR - B[O]B
        alice> MONITOR L
        alice< :verbatim.local 733 alice :End of MONITOR list
    ",
    );
}

#[test]
fn whowas_finds_both_cases() {
    check_rfc1459(
        r"
        alice, bob register
        bob> NICK b[o]b
        bob< :bob!~bob@10.0.0.2 NICK b[o]b
        bob> QUIT
        bob< ERROR :Closing link: (10.0.0.2) [Quit: ]
        bob closed
        alice> WHOWAS B{O}B
        alice< :verbatim.local 314 alice b[o]b ~bob 10.0.0.2 * :bob
        alice< :verbatim.local 312 alice b[o]b verbatim.local :2001-09-09 01:46:40 UTC
        alice< :verbatim.local 369 alice B{O}B :End of WHOWAS
    ",
    );
}

#[test]
fn an_invitation_and_a_member_are_found_in_both_cases() {
    check_rfc1459(
        r"
        alice, bob register
        alice joins #[a]
        alice> MODE #{a} +i
        alice< :alice!~alice@10.0.0.1 MODE #[a] +i
        bob> NICK b[o]b
        bob< :bob!~bob@10.0.0.2 NICK b[o]b
        alice> INVITE B{O}B #{A}
        alice< :verbatim.local 341 alice b[o]b #[a]
        bob< :alice!~alice@10.0.0.1 INVITE b[o]b #[a]
        bob> JOIN #{A}
        alice, bob< :b[o]b!~bob@10.0.0.2 JOIN #[a]
        bob< :verbatim.local 353 b[o]b = #[a] :@alice b[o]b
        bob< :verbatim.local 366 b[o]b #[a] :End of /NAMES list
        alice> MODE #{a} +v B{O}B
        alice, bob< :alice!~alice@10.0.0.1 MODE #[a] +v b[o]b
        alice> PRIVMSG +#{A} :hello
        bob< :alice!~alice@10.0.0.1 PRIVMSG +#[a] :hello
        alice> KICK #{A} B{O}B :out
        alice, bob< :alice!~alice@10.0.0.1 KICK #[a] b[o]b :out
    ",
    );
}
