//! What founders and admins may do, and how server operators with the privilege `channels` make the first founder.

use verbatim::server::{Config, Operator, Privilege};

use super::script::check_with;

/// Runs a script on a server on which `OPER root secret` gives these privileges.
#[track_caller]
fn check(privileges: &[Privilege], script: &str) {
    let root =
        Operator { name: "root".into(), password: "secret".into(), hosts: Vec::new(), privileges: privileges.to_vec() };
    check_with(Config { operators: vec![root], ..Config::default() }, script);
}

#[test]
fn a_server_operator_makes_the_first_founder_or_admin() {
    check(
        &[Privilege::Channels],
        r"
        alice, bob, carol, root register
        alice, bob, carol join #a
        root> OPER root secret
        root< :verbatim.local 381 root :You are now an IRC operator
        root< :root!~root@10.0.0.4 MODE root +o
        -- From outside, an operator gets only the lines of their own changes.
        root> MODE #a +qa alice bob
        alice, bob, carol, root< :root!~root@10.0.0.4 MODE #a +qa alice bob
        alice> MODE #a -o alice
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a -o alice
        root> MODE #a +v root
        root< :verbatim.local 441 root root #a :They aren't on that channel
        carol> NAMES #a
        carol< :verbatim.local 353 carol = #a :~alice &bob carol
        carol< :verbatim.local 366 carol #a :End of /NAMES list
        -- A founder can give every rank.
        alice> MODE #a +qa-q+o carol carol carol bob
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +qa-q+o carol carol carol bob
        -- An admin gives and takes what an operator may, but not admin, and takes no rank from another admin.
        bob> MODE #a +a carol
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> MODE #a -a carol
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> MODE #a +o carol
        alice, bob, carol< :bob!~bob@10.0.0.2 MODE #a +o carol
        bob> MODE #a -o carol
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob> MODE #a -a+m bob
        alice, bob, carol< :bob!~bob@10.0.0.2 MODE #a -a+m bob
        -- Only founders can take ranks from founders, and a founder may give up that rank.
        bob> MODE #a +v-v alice alice
        alice, carol< :bob!~bob@10.0.0.2 MODE #a +v alice
        bob< :verbatim.local 482 bob #a :You're not channel operator
        bob< :bob!~bob@10.0.0.2 MODE #a +v alice
        alice> MODE #a +q carol
        alice, bob, carol< :alice!~alice@10.0.0.1 MODE #a +q carol
        carol> MODE #a -q alice
        alice, bob, carol< :carol!~carol@10.0.0.3 MODE #a -q alice
        carol> MODE #a -q+q carol carol
        alice, bob< :carol!~carol@10.0.0.3 MODE #a -q carol
        carol< :verbatim.local 482 carol #a :You're not channel operator
        carol< :carol!~carol@10.0.0.3 MODE #a -q carol
    ",
    );
}

#[test]
fn founders_and_admins_kick_and_are_kicked() {
    check(
        &[Privilege::Channels],
        r"
        alice, bob, carol, dave, root register
        alice, bob, carol, dave join #a
        root> OPER root secret
        root< :verbatim.local 381 root :You are now an IRC operator
        root< :root!~root@10.0.0.5 MODE root +o
        root> MODE #a +qqaa alice bob carol dave
        alice, bob, carol, dave, root< :root!~root@10.0.0.5 MODE #a +qqaa alice bob carol dave
        carol> KICK #a alice,dave
        carol< :verbatim.local 482 carol #a :You're not channel operator
        carol< :verbatim.local 482 carol #a :You're not channel operator
        alice> KICK #a bob,carol
        alice, bob, carol, dave< :alice!~alice@10.0.0.1 KICK #a bob :alice
        alice, carol, dave< :alice!~alice@10.0.0.1 KICK #a carol :alice
        -- Holders of `channels` who are not members get neither 442 nor 482.
        root> KICK #a root,bob,dave :out
        alice, dave< :root!~root@10.0.0.5 KICK #a dave :out
        root< :verbatim.local 441 root root #a :They aren't on that channel
        root< :verbatim.local 441 root bob #a :They aren't on that channel
        root< :root!~root@10.0.0.5 KICK #a dave :out
        alice> MODE #a +k secret
        alice< :alice!~alice@10.0.0.1 MODE #a +k secret
        root> MODE #a
        root< :verbatim.local 324 root #a +knt secret
        root< :verbatim.local 329 root #a 1000000000
        root> MODE #a Ie
        root< :verbatim.local 347 root #a :End of channel invite exception list
        root< :verbatim.local 349 root #a :End of channel exception list
    ",
    );
}

#[test]
fn with_the_privilege_channels_one_can_kick_after_kicking_oneself() {
    check(
        &[Privilege::Channels],
        r"
        alice, root register
        root> OPER root secret
        root< :verbatim.local 381 root :You are now an IRC operator
        root< :root!~root@10.0.0.2 MODE root +o
        root, alice join #a
        -- The privilege lets its holder act on everybody, without a prefix; it does not protect its holder.
        root> MODE #a -o+o root alice
        alice, root< :root!~root@10.0.0.2 MODE #a -o+o root alice
        alice> KICK #a root
        alice, root< :alice!~alice@10.0.0.1 KICK #a root :alice
        root> KICK #a root,alice,nobody
        alice< :root!~root@10.0.0.2 KICK #a alice :root
        root< :verbatim.local 441 root root #a :They aren't on that channel
        root< :root!~root@10.0.0.2 KICK #a alice :root
        root< :verbatim.local 442 root #a :You're not on that channel
    ",
    );
}

#[test]
fn a_server_operator_without_the_privilege_has_no_rank() {
    check(
        &[Privilege::Watch],
        r"
        alice, root register
        alice joins #a
        root> OPER root secret
        root< :verbatim.local 381 root :You are now an IRC operator
        root< :root!~root@10.0.0.2 MODE root +o
        root> MODE #a +o root
        root< :verbatim.local 442 root #a :You're not on that channel
        root> KICK #a alice
        root< :verbatim.local 442 root #a :You're not on that channel
        root> MODE root +s
        root< :root!~root@10.0.0.2 MODE root +s
        root> MODE root
        root< :verbatim.local 221 root +os
        -- A mode that needed a privilege ends with it.
        root> MODE root -o
        root< :root!~root@10.0.0.2 MODE root -os
        root> MODE root +s
        root> MODE root
        root< :verbatim.local 221 root +
    ",
    );
}
