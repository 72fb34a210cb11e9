//! What server operators may do in channels (privilege `channels`), and what they can see (`see`).

use verbatim::server::{Config, Operator, Privilege};

use super::script::check_with;

/// Runs a script in which `OPER act a` gives the privilege `channels`, and `OPER look a` `see`.
#[track_caller]
fn check(script: &str) {
    let operator = |name: &str, privilege| Operator {
        name: name.into(),
        password: "a".into(),
        hosts: Vec::new(),
        privileges: vec![privilege],
    };
    let operators = vec![operator("act", Privilege::Channels), operator("look", Privilege::See)];
    check_with(Config { operators, ..Config::default() }, script);
}

#[test]
fn no_channel_mode_stops_an_operator_with_the_privilege_channels() {
    check(
        r"
        alice, bob register
        alice joins #a,#b
        alice> MODE #a +iRbl bob 1
        alice< :alice!~alice@10.0.0.1 MODE #a +iRbl bob!*@* 1
        alice> MODE #a +kf key #b
        alice< :alice!~alice@10.0.0.1 MODE #a +kf key #b
        bob> JOIN #a key
        alice< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 470 bob #a #b :Forwarding to another channel
        bob< :bob!~bob@10.0.0.2 JOIN #b
        bob< :verbatim.local 353 bob = #b :@alice bob
        bob< :verbatim.local 366 bob #b :End of /NAMES list
        bob> OPER act a
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.2 MODE bob +o
        bob> JOIN a,#a
        alice< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 403 bob a :No such channel
        bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        -- They have no prefix.
        bob> MODE #a +q bob
        alice, bob< :bob!~bob@10.0.0.2 MODE #a +q bob
    ",
    );
}

#[test]
fn an_operator_with_the_privilege_channels_need_not_be_a_member() {
    check(
        r"
        alice, bob, carol register
        alice joins #a,#b
        alice> MODE #a +is
        alice< :alice!~alice@10.0.0.1 MODE #a +is
        alice> MODE #b +i
        alice< :alice!~alice@10.0.0.1 MODE #b +i
        bob> OPER act a
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.2 MODE bob +o
        bob> TOPIC #a
        bob< :verbatim.local 331 bob #a :No topic is set
        bob> TOPIC #a :from outside
        alice, bob< :bob!~bob@10.0.0.2 TOPIC #a :from outside
        alice> TOPIC #a :from inside
        alice< :alice!~alice@10.0.0.1 TOPIC #a :from inside
        bob> INVITE carol #a
        bob< :verbatim.local 341 bob carol #a
        carol< :bob!~bob@10.0.0.2 INVITE carol #a
        bob> MODE #a -i
        alice, bob< :bob!~bob@10.0.0.2 MODE #a -i
        bob> RENAME #a #c
        alice< :alice!~alice@10.0.0.1 PART #a
        alice< :alice!~alice@10.0.0.1 JOIN #c
        alice< :verbatim.local 332 alice #c :from inside
        alice< :verbatim.local 333 alice #c alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 353 alice @ #c :@alice
        alice< :verbatim.local 366 alice #c :End of /NAMES list
        bob asks for draft/channel-rename
        bob> RENAME #c #a :back
        alice< :alice!~alice@10.0.0.1 PART #c :back
        alice< :alice!~alice@10.0.0.1 JOIN #a
        alice< :verbatim.local 332 alice #a :from inside
        alice< :verbatim.local 333 alice #a alice!~alice@10.0.0.1 1000000000
        alice< :verbatim.local 353 alice @ #a :@alice
        alice< :verbatim.local 366 alice #a :End of /NAMES list
        bob< :bob!~bob@10.0.0.2 RENAME #c #a :back
        -- The privilege to act does not show what is hidden, and PART still needs membership.
        bob> NAMES #a
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> LIST
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 322 bob #b 1 :
        bob< :verbatim.local 323 bob :End of /LIST
        bob> PART #a
        bob< :verbatim.local 442 bob #a :You're not on that channel
        bob> KICK #a alice
        alice, bob< :bob!~bob@10.0.0.2 KICK #a alice :bob
        bob> MODE bob -o
        bob< :bob!~bob@10.0.0.2 MODE bob -o
        bob> TOPIC #b
        bob< :verbatim.local 442 bob #b :You're not on that channel
    ",
    );
}

#[test]
fn an_operator_with_the_privilege_see_sees_what_members_see() {
    check(
        r"
        alice, bob, carol, dave register
        alice, carol join #a
        alice> MODE #a +su
        alice, carol< :alice!~alice@10.0.0.1 MODE #a +su
        carol> MODE carol +i
        carol< :carol!~carol@10.0.0.3 MODE carol +i
        bob> OPER look a
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.2 MODE bob +o
        bob> NAMES #a
        bob< :verbatim.local 353 bob @ #a :@alice carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        bob> WHO #a
        bob< :verbatim.local 352 bob #a ~alice 10.0.0.1 verbatim.local alice H@ :0 alice
        bob< :verbatim.local 352 bob #a ~carol 10.0.0.3 verbatim.local carol H :0 carol
        bob< :verbatim.local 315 bob #a :End of WHO list
        bob> LIST
        bob< :verbatim.local 321 bob Channel :Users  Name
        bob< :verbatim.local 322 bob #a 2 :
        bob< :verbatim.local 323 bob :End of /LIST
        -- The privilege to see does not permit changes.
        bob> TOPIC #a
        bob< :verbatim.local 442 bob #a :You're not on that channel
        bob> INVITE dave #a
        bob< :verbatim.local 442 bob #a :You're not on that channel
        -- As members of the audience they can see it, and it cannot see them.
        bob> JOIN #a
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob @ #a :@alice bob carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        dave> JOIN #a
        alice, bob, dave< :dave!~dave@10.0.0.4 JOIN #a
        dave< :verbatim.local 353 dave @ #a :@alice dave
        dave< :verbatim.local 366 dave #a :End of /NAMES list
        carol> NICK carla
        alice, bob, carol< :carol!~carol@10.0.0.3 NICK carla
    ",
    );
}

#[test]
fn an_operator_with_see_sees_an_audience_that_cannot_see_them() {
    check(
        r"
        alice, bob, carol register
        alice, bob join #a
        alice> MODE #a +u
        alice, bob< :alice!~alice@10.0.0.1 MODE #a +u
        bob> OPER look a
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@10.0.0.2 MODE bob +o
        carol> JOIN #a
        alice, bob, carol< :carol!~carol@10.0.0.3 JOIN #a
        carol< :verbatim.local 353 carol = #a :@alice carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        bob> PART #a
        alice, bob< :bob!~bob@10.0.0.2 PART #a
        bob> JOIN #a
        alice, bob< :bob!~bob@10.0.0.2 JOIN #a
        bob< :verbatim.local 353 bob = #a :@alice bob carol
        bob< :verbatim.local 366 bob #a :End of /NAMES list
        carol> NICK dora
        alice, bob, carol< :carol!~carol@10.0.0.3 NICK dora
        -- An invisible operator in the audience is hidden from it, too.
        bob> MODE bob +i
        bob< :bob!~bob@10.0.0.2 MODE bob +i
        carol> WHO b*
        carol< :verbatim.local 315 dora b* :End of WHO list
    ",
    );
}
