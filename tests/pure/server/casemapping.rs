//! Casemapping `rfc1459`, where `{}|~` are the lower case of `[]\^`, and `unicode`, wherever names are compared. For channels see
//! `names.rs`.

use verbatim::server::Config;
use verbatim::wire::Casemapping;

use super::script::{World, check, check_with};

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

/// Settings with nicks beyond ASCII.
fn unicode() -> Config {
    Config { casemapping: Casemapping::Unicode, ..Config::default() }
}

#[test]
fn with_unicode_a_nick_may_have_letters_beyond_ascii_and_has_one_holder() {
    check_with(
        unicode(),
        r"
        alice, bob register
        alice> NICK Zoë
        alice< :alice!~alice@10.0.0.1 NICK Zoë
        bob> NICK ZOË
        bob< :verbatim.local 433 bob ZOË :Nickname is already in use
        bob> PRIVMSG zOË :hello
        alice< :bob!~bob@10.0.0.2 PRIVMSG Zoë :hello
        bob> NICK Жук
        bob< :bob!~bob@10.0.0.2 NICK Жук
        alice> WHO ж*
        alice< :verbatim.local 352 Zoë * ~bob 10.0.0.2 verbatim.local Жук H :0 bob
        alice< :verbatim.local 315 Zoë ж* :End of WHO list
        alice> MONITOR + Жук,東京
        alice< :verbatim.local 730 Zoë :Жук!~bob@10.0.0.2
        alice< :verbatim.local 731 Zoë :東京
        bob> NICK 東京
        alice< :verbatim.local 731 Zoë :Жук
        alice< :verbatim.local 730 Zoë :東京!~bob@10.0.0.2
        bob< :Жук!~bob@10.0.0.2 NICK 東京
        alice> JOIN #Köln
        alice< :Zoë!~alice@10.0.0.1 JOIN #Köln
        alice< :verbatim.local 353 Zoë = #Köln :@Zoë
        alice< :verbatim.local 366 Zoë #Köln :End of /NAMES list
        alice> MODE #KÖLN +b жук
        alice< :Zoë!~alice@10.0.0.1 MODE #Köln +b жук!*@*
        bob> NICK ЖУК
        alice< :verbatim.local 731 Zoë :東京
        alice< :verbatim.local 730 Zoë :ЖУК!~bob@10.0.0.2
        bob< :東京!~bob@10.0.0.2 NICK ЖУК
        bob> JOIN #köln
        bob< :verbatim.local 474 ЖУК #Köln :Cannot join channel (+b)
    ",
    );
}

/// Typed apart, in another width: it is written as one.
#[test]
fn with_unicode_a_nick_is_normalized_and_symbols_are_refused() {
    let mut world = World::new(unicode());
    world.act("alice registers");
    let said = |nick: &str, world: &mut World| {
        world.act(&format!("alice> NICK {nick}"));
        world.heard().join(" ")
    };
    assert_eq!(said("Zoe\u{308}", &mut world), "alice< :alice!~alice@10.0.0.1 NICK Zo\u{eb}");
    assert_eq!(said("\u{ff3a}oe", &mut world), "alice< :Zo\u{eb}!~alice@10.0.0.1 NICK Zoe");
    for nick in ["\u{1f980}", "a\u{200b}b", "a\u{202e}b", "a\u{a0}b", "\u{ff03}a", "a\u{ff0c}b", "\u{661}a", "a\u{85}"]
    {
        let refused = format!("alice< :verbatim.local 432 Zoe {nick} :Erroneous nickname");
        assert_eq!(said(nick, &mut world), refused, "{nick:?}");
    }
}

#[test]
fn with_unicode_a_nick_that_looks_like_another_one_is_refused() {
    let mut world = World::new(unicode());
    world.act("paul, bob register");
    world.heard();
    // Two letters are Cyrillic.
    world.act("bob> NICK \u{440}\u{430}ul");
    let refused = "bob< :verbatim.local 433 bob \u{440}\u{430}ul :Nickname looks like one that is in use";
    assert_eq!(world.heard(), [refused]);
}

#[test]
fn without_unicode_a_nick_beyond_ascii_is_refused() {
    check(
        r"
        alice registers
        alice> NICK Zoë
        alice< :verbatim.local 432 alice Zoë :Erroneous nickname
    ",
    );
}
