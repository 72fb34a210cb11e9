//! Addresses in masks: they match in every spelling, and by their network, wherever a mask is compared with a host.

use verbatim::server::{Config, Operator};

use super::script::{check, check_with};

#[test]
fn a_ban_matches_an_address_in_every_spelling_and_by_its_network() {
    check(
        r"
        alice registers
        alice joins #a
        bob registers from 0::1
        carol registers from 2001:db8::1
        dave registers from 10.1.2.3
        alice> MODE #a +bb *@::1 *@2001:DB8:0:0::1
        alice< :alice!~alice@10.0.0.1 MODE #a +bb *!*@::1 *!*@2001:DB8:0:0::1
        alice> MODE #a +b *!*@::ffff:10.1.0.0/112
        alice< :alice!~alice@10.0.0.1 MODE #a +b *!*@::ffff:10.1.0.0/112
        bob> JOIN #a
        bob< :verbatim.local 474 bob #a :Cannot join channel (+b)
        carol> JOIN #a
        carol< :verbatim.local 474 carol #a :Cannot join channel (+b)
        dave> JOIN #a
        dave< :verbatim.local 474 dave #a :Cannot join channel (+b)
        -- As in a ban, so in an exception.
        alice> MODE #a +eee *@0:0:0:0:0:0:0:1 *@2001:db8::/32 dave!*@10.0.0.0/8
        alice< :alice!~alice@10.0.0.1 MODE #a +eee *!*@0:0:0:0:0:0:0:1 *!*@2001:db8::/32 dave!*@10.0.0.0/8
        bob, carol, dave join #a
        -- And in a mute, which has wildcards here.
        alice> MODE #a -eee *@0:0:0:0:0:0:0:1 *@2001:db8::/32 dave!*@10.0.0.0/8
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a -eee *!*@0:0:0:0:0:0:0:1 *!*@2001:db8::/32 dave!*@10.0.0.0/8
        alice> MODE #a -bbb *@::1 *@2001:db8:0:0::1 *!*@::ffff:10.1.0.0/112
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a -bbb *!*@::1 *!*@2001:DB8:0:0::1 *!*@::ffff:10.1.0.0/112
        alice> MODE #a +bbb m:*@::? m:*@2001:db8:0:0:* m:*@10.1.2.3/31
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 MODE #a +bbb m:*!*@::? m:*!*@2001:db8:0:0:* m:*!*@10.1.2.3/31
        bob> PRIVMSG #a :x
        bob< :verbatim.local 404 bob #a :Cannot send to channel (+b)
        carol> PRIVMSG #a :x
        carol< :verbatim.local 404 carol #a :Cannot send to channel (+b)
        dave> PRIVMSG #a :x
        dave< :verbatim.local 404 dave #a :Cannot send to channel (+b)
    ",
    );
}

#[test]
fn other_addresses_are_not_in_a_network() {
    check(
        r"
        alice registers
        alice joins #a
        bob registers from 0::1
        carol registers from 2001:db8::1
        dave registers from 10.1.2.3
        erin registers from localhost
        alice> MODE #a +bbbb *@::/128 *@2001:db9::/32 *@10.1.0.0/23 *@::/0
        alice< :alice!~alice@10.0.0.1 MODE #a +bbbb *!*@::/128 *!*@2001:db9::/32 *!*@10.1.0.0/23 *!*@::/0
        -- All IPv6 addresses, but no others.
        bob> JOIN #a
        bob< :verbatim.local 474 bob #a :Cannot join channel (+b)
        alice> MODE #a -b *@::/0
        alice< :alice!~alice@10.0.0.1 MODE #a -b *!*@::/0
        bob, carol, dave, erin join #a
    ",
    );
}

#[test]
fn an_invite_exception_matches_by_network() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +iII *@::/64 *@2001:db8:1::/48
        alice< :alice!~alice@10.0.0.1 MODE #a +iII *!*@::/64 *!*@2001:db8:1::/48
        bob registers from 0::1
        bob joins #a
        carol registers from 2001:db8::1
        carol> JOIN #a
        carol< :verbatim.local 473 carol #a :Cannot join channel (+i)
    ",
    );
}

#[test]
fn silence_matches_an_address_in_every_spelling() {
    check(
        r"
        alice registers
        bob registers from 0::1
        carol registers from 10.1.2.3
        alice> SILENCE *@::1,*@10.0.0.0/8
        alice< :alice!~alice@10.0.0.1 SILENCE +*!*@::1
        alice< :alice!~alice@10.0.0.1 SILENCE +*!*@10.0.0.0/8
        bob, carol> PRIVMSG alice :x
        alice> SILENCE -*@::1,-*@10.0.0.0/8
        alice< :alice!~alice@10.0.0.1 SILENCE -*!*@::1
        alice< :alice!~alice@10.0.0.1 SILENCE -*!*@10.0.0.0/8
        bob> PRIVMSG alice :x
        alice< :bob!~bob@0::1 PRIVMSG alice :x
    ",
    );
}

#[test]
fn oper_is_allowed_from_an_address_in_every_spelling() {
    let operator = |name: &str, host: &str| Operator {
        name: name.into(),
        password: "x".into(),
        hosts: vec![host.into()],
        privileges: Vec::new(),
    };
    let operators =
        vec![operator("local", "*@::1"), operator("net", "~bob@2001:DB8::/32"), operator("old", "*@::ffff:10.1.2.3")];
    check_with(
        Config { operators, ..Config::default() },
        r"
        alice registers from 0::1
        bob registers from 2001:db8:9::1
        carol registers from 10.1.2.3
        alice> OPER net x
        alice< :verbatim.local 491 alice :No O-lines for your host
        alice> OPER local x
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@0::1 MODE alice +o
        bob> OPER net x
        bob< :verbatim.local 381 bob :You are now an IRC operator
        bob< :bob!~bob@2001:db8:9::1 MODE bob +o
        carol> OPER old x
        carol< :verbatim.local 381 carol :You are now an IRC operator
        carol< :carol!~carol@10.1.2.3 MODE carol +o
    ",
    );
}

#[test]
fn who_finds_users_by_an_address_a_network_or_a_source() {
    check(
        r"
        alice registers
        bob registers from 0::1
        carol registers from 10.1.2.3
        alice> WHO :::1
        alice< :verbatim.local 352 alice * ~bob 0::1 verbatim.local bob H :0 bob
        alice< :verbatim.local 315 alice * :End of WHO list
        alice> WHO 10.1.0.0/16
        alice< :verbatim.local 352 alice * ~carol 10.1.2.3 verbatim.local carol H :0 carol
        alice< :verbatim.local 315 alice 10.1.0.0/16 :End of WHO list
        alice> WHO *@10.0.0.0/8
        alice< :verbatim.local 352 alice * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        alice< :verbatim.local 352 alice * ~carol 10.1.2.3 verbatim.local carol H :0 carol
        alice< :verbatim.local 315 alice *@10.0.0.0/8 :End of WHO list
        alice> WHO bob!*@0:0:0:0:0:0:0:1
        alice< :verbatim.local 352 alice * ~bob 0::1 verbatim.local bob H :0 bob
        alice< :verbatim.local 315 alice bob!*@0:0:0:0:0:0:0:1 :End of WHO list
        -- A source shows no more than its parts: invisible users stay so.
        bob> MODE bob +i
        bob< :bob!~bob@0::1 MODE bob +i
        alice> WHO *@::/0
        alice< :verbatim.local 315 alice *@::/0 :End of WHO list
    ",
    );
}

#[test]
fn a_network_with_an_impossible_prefix_is_refused() {
    check(
        r"
        alice registers
        alice joins #a
        alice> MODE #a +b *@10.0.0.0/33
        alice< :verbatim.local 696 alice #a b * :Mask is not well-formed
        alice> MODE #a +e m:*@::/129
        alice< :verbatim.local 696 alice #a e * :Mask is not well-formed
        alice> MODE #a +I *@::1/
        alice< :verbatim.local 696 alice #a I * :Mask is not well-formed
        alice> SILENCE *@10.0.0.1/-1
        alice< :verbatim.local FAIL SILENCE INVALID_MASK * :The mask is too long, or not well-formed
        -- Of a wildcard it is not known what it means.
        alice> MODE #a +b *@10.*/33
        alice< :alice!~alice@10.0.0.1 MODE #a +b *!*@10.*/33
    ",
    );
}
