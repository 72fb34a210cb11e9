//! NAMES and other lists of members: RFC 2812 §3.2.5, IRCv3 multi-prefix, userhost-in-names, no-implicit-names.

use verbatim::server::Config;
use verbatim::wire::Casemapping;

use super::script::{World, check, check_with};

#[test]
fn names_shows_members_to_those_who_may_see_them() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #A
        bob> MODE bob +i
        bob< :bob!~bob@10.0.0.2 MODE bob +i
        alice> MODE #a +v bob
        alice, bob< :alice!~alice@10.0.0.1 MODE #A +v bob
        carol> NAMES
        carol< :verbatim.local 353 carol = #A :@alice
        carol< :verbatim.local 366 carol * :End of /NAMES list
        carol> NAMES :
        carol< :verbatim.local 353 carol = #A :@alice
        carol< :verbatim.local 366 carol * :End of /NAMES list
        carol> NAMES #a,#nowhere,,a,#a
        carol< :verbatim.local 353 carol = #A :@alice
        carol< :verbatim.local 366 carol #A :End of /NAMES list
        carol< :verbatim.local 366 carol #nowhere :End of /NAMES list
        carol< :verbatim.local 366 carol * :End of /NAMES list
        carol< :verbatim.local 366 carol a :End of /NAMES list
        carol< :verbatim.local 353 carol = #A :@alice
        carol< :verbatim.local 366 carol #A :End of /NAMES list
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #A :@alice +bob
        bob< :verbatim.local 366 bob #A :End of /NAMES list
        alice> MODE #a +s
        alice, bob< :alice!~alice@10.0.0.1 MODE #A +s
        bob> NAMES #a
        bob< :verbatim.local 353 bob @ #A :@alice +bob
        bob< :verbatim.local 366 bob #A :End of /NAMES list
        carol> NAMES #a
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        carol> NAMES
        carol< :verbatim.local 366 carol * :End of /NAMES list
        alice> PART #a
        alice, bob< :alice!~alice@10.0.0.1 PART #A
        bob> MODE #a -s
        bob< :verbatim.local 482 bob #A :You're not channel operator
        carol> NAMES #a
        carol< :verbatim.local 366 carol #a :End of /NAMES list
    ",
    );
}

#[test]
fn names_takes_as_many_lines_as_it_needs() {
    let mut world = World::new(Config::default());
    let nicks: Vec<String> = (10..60).map(|n| format!("somebody_with_a_long_nick_{n}")).collect();
    for nick in &nicks {
        world.act(&format!("{nick} registers"));
        world.act(&format!("{nick} joins #a"));
    }
    world.act(&format!("{} ends", nicks[0]));
    world.heard();
    world.act(&format!("{}> NAMES #a", nicks[1]));
    let heard = world.heard();
    let shown: Vec<&str> = heard.iter().filter_map(|line| line.split_once(" = #a :")).map(|(_, names)| names).collect();
    assert!(shown.len() > 2, "{heard:#?}");
    assert_eq!(shown.join(" "), nicks[1..].join(" "));
}

#[test]
fn names_shows_prefixes_and_sources_by_each_clients_capabilities() {
    check(
        r"
        alice, bob, carol, dave register
        bob asks for multi-prefix
        carol asks for userhost-in-names
        dave asks for multi-prefix userhost-in-names
        alice, bob, carol, dave join #a
        alice> MODE #a +vh-o alice alice alice
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a +vh-o alice alice alice
        alice> NAMES #a
        alice< :verbatim.local 353 alice = #a :%alice bob carol dave
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :%+alice bob carol dave
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        carol> NAMES #a
        carol< :verbatim.local 353 carol = #a :%alice!~alice@10.0.0.1 bob!~bob@10.0.0.2 carol!~carol@10.0.0.3 dave!~dave@10.0.0.4
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        dave> NAMES #a
        dave< :verbatim.local 353 dave = #a :%+alice!~alice@10.0.0.1 bob!~bob@10.0.0.2 carol!~carol@10.0.0.3 dave!~dave@10.0.0.4
        dave< :verbatim.local 366 dave #a :End of /NAMES list
        dave> CAP REQ :-userhost-in-names
        dave< :verbatim.local CAP dave ACK :-userhost-in-names
        dave> NAMES #a
        dave< :verbatim.local 353 dave = #a :%+alice bob carol dave
        dave< :verbatim.local 366 dave #a :End of /NAMES list
    ",
    );
}

#[test]
fn a_client_with_no_implicit_names_can_still_request_names() {
    check(
        r"
        alice, bob, carol register
        alice joins #a
        alice> TOPIC #a :about a
        alice< :alice!~alice@10.0.0.1 TOPIC #a :about a
        bob asks for no-implicit-names
        carol asks for draft/no-implicit-names
        bob> JOIN #a
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 332 bob #a :about a
        bob< :verbatim.local 333 bob #a alice!~alice@10.0.0.1 1000000000
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        carol> JOIN #b
        carol< :carol!~carol@10.0.0.3 JOIN #b
        -- Either of the capability's two names is enough.
        carol asks for no-implicit-names -draft/no-implicit-names
        carol> JOIN #c
        carol< :carol!~carol@10.0.0.3 JOIN #c
        carol asks for -no-implicit-names
        carol> JOIN #d
        carol< :carol!~carol@10.0.0.3 JOIN #d
        carol< :verbatim.local 353 carol = #d :@carol
        carol< :verbatim.local 366 carol #d :End of /NAMES list
    ",
    );
}

#[test]
fn names_shows_invisible_users_to_members_only() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        bob> MODE bob +i
        bob< :bob!~bob@10.0.0.2 MODE bob +i
        carol> NAMES #a
        carol< :verbatim.local 353 carol = #a :@alice
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        alice> PART #a
        alice, bob< :alice!~alice@10.0.0.1 PART #a
        -- Nobody is left who could be shown.
        carol> NAMES #a
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        bob> NAMES #a
        bob< :verbatim.local 353 bob = #a :bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
    ",
    );
}

#[test]
fn channel_names_are_compared_by_the_casemapping() {
    check_with(
        Config { casemapping: Casemapping::Rfc1459, ..Config::default() },
        r"
        alice, bob register
        alice joins #A[1]
        bob> JOIN #a{1}
        alice, bob< :bob!~bob@10.0.0.2 JOIN #A[1]
        bob< :verbatim.local 353 bob = #A[1] :@alice bob
        bob< :verbatim.local 366 bob #A[1] :End of /NAMES list
        bob> NAMES #A{1]
        bob< :verbatim.local 353 bob = #A[1] :@alice bob
        bob< :verbatim.local 366 bob #A[1] :End of /NAMES list
        alice> TOPIC #a{1} :one
        alice, bob< :alice!~alice@10.0.0.1 TOPIC #A[1] :one
        bob> LIST #?{1}
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 322 bob #A[1] 2 :one
        bob< :verbatim.local 323 bob :End of /LIST
        alice asks for draft/channel-rename
        alice> RENAME #a{1} #a{1]
        alice< :alice!~alice@10.0.0.1 RENAME #A[1] #a{1] :
        bob> PART #a[1}
        alice, bob< :bob!~bob@10.0.0.2 PART #a{1]
    ",
    );
}
