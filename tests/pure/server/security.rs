//! Connection facts (docs/protocol/security.md): in WHOIS, and in the capability `sts`.

use std::time::Duration;

use verbatim::server::{Config, Operator, Privilege, Sts};

use super::script::{World, check, check_through, check_with};

#[test]
fn whois_shows_others_only_whether_a_connection_is_secure() {
    check(
        r"
        alice registers securely showing c0ffee to irc.example.org through 10.9.9.9 as 1000
        bob registers
        bob> WHOIS alice
        bob< :verbatim.local 311 bob alice ~alice 10.0.0.1 * :alice
        bob< :verbatim.local 312 bob alice verbatim.local :verbatim
        bob< :verbatim.local 671 bob alice :is using a secure connection
        bob< :verbatim.local 317 bob alice 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob alice :End of /WHOIS list
    ",
    );
}

#[test]
fn whois_shows_the_caller_their_own_connection_facts() {
    check(
        r"
        alice registers securely showing c0ffee to irc.example.org through 10.9.9.9 as 1000
        alice> WHOIS alice
        alice< :verbatim.local 311 alice alice ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 312 alice alice verbatim.local :verbatim
        alice< :verbatim.local 276 alice alice :has client certificate fingerprint c0ffee
        alice< :verbatim.local 378 alice alice :is connecting from *@10.0.0.1 10.0.0.1
        alice< :verbatim.local 320 alice alice :is connecting through 10.9.9.9
        alice< :verbatim.local 320 alice alice :is connecting as uid 1000
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.1 10.0.0.1 :Is actually using host
        alice< :verbatim.local 379 alice alice :is using modes +
        alice< :verbatim.local 671 alice alice :is using a secure connection
        alice< :verbatim.local 317 alice alice 0 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice alice :End of /WHOIS list
        bob registers as 0
        bob> WHOIS bob
        bob< :verbatim.local 311 bob bob ~bob 10.0.0.2 * :bob
        bob< :verbatim.local 312 bob bob verbatim.local :verbatim
        bob< :verbatim.local 378 bob bob :is connecting from *@10.0.0.2 10.0.0.2
        bob< :verbatim.local 320 bob bob :is connecting as uid 0
        bob< :verbatim.local 338 bob bob ~bob@10.0.0.2 10.0.0.2 :Is actually using host
        bob< :verbatim.local 379 bob bob :is using modes +
        bob< :verbatim.local 317 bob bob 0 1000000000 :seconds idle, signon time
        bob< :verbatim.local 318 bob bob :End of /WHOIS list
        carol registers securely
        carol> WHOIS carol
        carol< :verbatim.local 311 carol carol ~carol 10.0.0.3 * :carol
        carol< :verbatim.local 312 carol carol verbatim.local :verbatim
        carol< :verbatim.local 378 carol carol :is connecting from *@10.0.0.3 10.0.0.3
        carol< :verbatim.local 338 carol carol ~carol@10.0.0.3 10.0.0.3 :Is actually using host
        carol< :verbatim.local 379 carol carol :is using modes +
        carol< :verbatim.local 671 carol carol :is using a secure connection
        carol< :verbatim.local 317 carol carol 0 1000000000 :seconds idle, signon time
        carol< :verbatim.local 318 carol carol :End of /WHOIS list
    ",
    );
}

/// A server with operators, with the privilege `see` and without.
fn with_operators() -> Config {
    let operator = |name: &str, privileges: &[Privilege]| Operator {
        name: name.into(),
        password: "secret".into(),
        hosts: Vec::new(),
        privileges: privileges.into(),
    };
    let operators = vec![operator("eye", &[Privilege::See]), operator("hand", &[Privilege::Kill])];
    Config { operators, ..Config::default() }
}

#[test]
fn operators_with_the_privilege_see_are_shown_fingerprint_and_uid() {
    check_with(
        with_operators(),
        r"
        alice registers securely showing c0ffee through 10.9.9.9
        bob registers from localhost as 1000
        carol, dave register
        carol> OPER eye secret
        carol< :verbatim.local 381 carol :You are now an IRC operator
        carol< :carol!~carol@10.0.0.3 MODE carol +o
        dave> OPER hand secret
        dave< :verbatim.local 381 dave :You are now an IRC operator
        dave< :dave!~dave@10.0.0.4 MODE dave +o
        carol> WHOIS alice
        carol< :verbatim.local 311 carol alice ~alice 10.0.0.1 * :alice
        carol< :verbatim.local 312 carol alice verbatim.local :verbatim
        carol< :verbatim.local 276 carol alice :has client certificate fingerprint c0ffee
        carol< :verbatim.local 378 carol alice :is connecting from *@10.0.0.1 10.0.0.1
        carol< :verbatim.local 320 carol alice :is connecting through 10.9.9.9
        carol< :verbatim.local 338 carol alice ~alice@10.0.0.1 10.0.0.1 :Is actually using host
        carol< :verbatim.local 379 carol alice :is using modes +
        carol< :verbatim.local 671 carol alice :is using a secure connection
        carol< :verbatim.local 317 carol alice 0 1000000000 :seconds idle, signon time
        carol< :verbatim.local 318 carol alice :End of /WHOIS list
        carol> WHOIS bob
        carol< :verbatim.local 311 carol bob ~bob localhost * :bob
        carol< :verbatim.local 312 carol bob verbatim.local :verbatim
        carol< :verbatim.local 378 carol bob :is connecting from *@localhost localhost
        carol< :verbatim.local 320 carol bob :is connecting as uid 1000
        carol< :verbatim.local 338 carol bob ~bob@localhost localhost :Is actually using host
        carol< :verbatim.local 379 carol bob :is using modes +
        carol< :verbatim.local 317 carol bob 0 1000000000 :seconds idle, signon time
        carol< :verbatim.local 318 carol bob :End of /WHOIS list
        dave> WHOIS alice
        dave< :verbatim.local 311 dave alice ~alice 10.0.0.1 * :alice
        dave< :verbatim.local 312 dave alice verbatim.local :verbatim
        dave< :verbatim.local 671 dave alice :is using a secure connection
        dave< :verbatim.local 317 dave alice 0 1000000000 :seconds idle, signon time
        dave< :verbatim.local 318 dave alice :End of /WHOIS list
        dave> WHOIS bob
        dave< :verbatim.local 311 dave bob ~bob localhost * :bob
        dave< :verbatim.local 312 dave bob verbatim.local :verbatim
        dave< :verbatim.local 317 dave bob 0 1000000000 :seconds idle, signon time
        dave< :verbatim.local 318 dave bob :End of /WHOIS list
    ",
    );
}

#[test]
fn whowas_and_who_do_not_show_whether_a_connection_is_secure() {
    check(
        r"
        alice registers securely showing c0ffee as 1000
        alice> WHO alice
        alice< :verbatim.local 352 alice * ~alice 10.0.0.1 verbatim.local alice H :0 alice
        alice< :verbatim.local 315 alice alice :End of WHO list
        alice> NICK alicia
        alice< :alice!~alice@10.0.0.1 NICK alicia
        alice> WHOWAS alice
        alice< :verbatim.local 314 alicia alice ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 312 alicia alice verbatim.local :2001-09-09 01:46:40 UTC
        alice< :verbatim.local 369 alicia alice :End of WHOWAS
    ",
    );
}

/// A server with this policy.
fn with_sts(port: u16, seconds: u64, preload: bool, hosts: &[&str]) -> Config {
    let hosts = hosts.iter().map(|&host| host.to_owned()).collect();
    Config { sts: Some(Sts { port, duration: Duration::from_secs(seconds), preload, hosts }), ..Config::default() }
}

/// The value of `sts` that a connection with these facts sees in reply to this CAP LS.
fn seen(config: &Config, facts: &str, asked: &str) -> Option<String> {
    let mut world = World::new(config.clone());
    world.act(&["alice connects", facts].join(" "));
    world.act(&["alice> ", asked].concat());
    let heard = world.heard().join(" ");
    assert!(heard.contains("CAP * LS ") && heard.ends_with("userhost-in-names"), "{heard}");
    heard.split([' ', ':']).find(|word| word.starts_with("sts")).map(str::to_owned)
}

#[test]
fn sts_has_a_port_for_insecure_clients_and_a_duration_for_secure_ones() {
    let (policy, preload, nothing) =
        (with_sts(6697, 86400, false, &[]), with_sts(7000, 1, true, &[]), with_sts(1, 0, false, &[]));
    for (config, facts, value) in [
        (&policy, "", "sts=port=6697"),
        (&policy, "securely", "sts=duration=86400"),
        (&policy, "securely to irc.example.org", "sts=duration=86400"),
        // A Unix socket, or a proxy without TLS, is not secure.
        (&policy, "as 1000", "sts=port=6697"),
        (&policy, "through 10.9.9.9", "sts=port=6697"),
        (&preload, "", "sts=port=7000"),
        (&preload, "securely", "sts=duration=1,preload"),
        // A duration of 0 revokes a policy.
        (&nothing, "securely", "sts=duration=0"),
    ] {
        assert_eq!(seen(config, facts, "CAP LS 302").as_deref(), Some(value), "{facts}");
    }
    assert_eq!(seen(&Config::default(), "securely", "CAP LS 302"), None);
}

#[test]
fn secure_clients_get_sts_only_if_they_requested_one_of_its_hosts() {
    let config = with_sts(6697, 60, false, &["irc.example.org", "Chat.Example.Org"]);
    for (facts, value) in [
        ("securely to irc.example.org", Some("sts=duration=60")),
        ("securely to chat.example.org", Some("sts=duration=60")),
        ("securely to test.example.org", None),
        ("securely", None),
        ("", Some("sts=port=6697")),
    ] {
        assert_eq!(seen(&config, facts, "CAP LS 302").as_deref(), value, "{facts}");
    }
}

#[test]
fn sts_is_not_listed_without_values() {
    let config = with_sts(6697, 60, false, &[]);
    for facts in ["", "securely"] {
        for asked in ["CAP LS", "CAP LS 301", "CAP LS x"] {
            assert_eq!(seen(&config, facts, asked), None, "{facts} {asked}");
        }
        assert!(seen(&config, facts, "CAP LS 303").is_some());
    }
}

#[test]
fn sts_cannot_be_requested() {
    check_with(
        with_sts(6697, 86400, false, &[]),
        r"
        alice connects
        alice> CAP REQ sts
        alice< :verbatim.local CAP * NAK :sts
        alice> CAP REQ :batch -sts
        alice< :verbatim.local CAP * NAK :batch -sts
        alice> CAP REQ :sts=port=6697
        alice< :verbatim.local CAP * NAK :sts=port=6697
        alice> CAP REQ :sts batch
        alice< :verbatim.local CAP * NAK :sts batch
        alice> CAP LIST
        alice< :verbatim.local CAP * LIST :
    ",
    );
}

#[test]
fn a_changed_sts_policy_is_sent_to_clients_whose_value_changed() {
    let mut world = World::through([
        Config::default(),
        with_sts(6697, 60, false, &[]),
        with_sts(6697, 60, true, &[]),
        with_sts(7000, 60, true, &["irc.example.org"]),
        with_sts(7000, 60, true, &["irc.example.org"]),
        Config::default(),
        with_sts(7000, 0, false, &["irc.example.org"]),
    ]);
    for (name, facts) in [("alice", ""), ("bob", " securely to irc.example.org"), ("carol", " securely")] {
        world.act(&format!("{name} connects{facts}"));
        world.act(&format!("{name}> CAP LS 302"));
    }
    world.act("alice> NICK alice");
    // Without 302 there are no values.
    world.act("dave connects");
    world.act("dave> CAP REQ :cap-notify");
    world.heard();
    let mut told = || {
        world.act("the host sends new settings");
        world.heard()
    };
    assert_eq!(
        told(),
        [
            "alice< :verbatim.local CAP alice NEW :sts=port=6697",
            "bob, carol< :verbatim.local CAP * NEW :sts=duration=60"
        ]
    );
    assert_eq!(told(), ["bob, carol< :verbatim.local CAP * NEW :sts=duration=60,preload"]);
    assert_eq!(told(), ["alice< :verbatim.local CAP alice NEW :sts=port=7000"]);
    assert_eq!(told(), [""; 0], "nothing is new");
    assert_eq!(told(), [""; 0], "the removal of a policy is not announced");
    assert_eq!(
        told(),
        ["alice< :verbatim.local CAP alice NEW :sts=port=7000", "bob< :verbatim.local CAP * NEW :sts=duration=0"]
    );
}

#[test]
fn a_new_sts_policy_comes_before_the_labelled_response_to_rehash() {
    let with = |sts| Config { sts, ..with_rehash() };
    check_through(
        [with(None), with(with_sts(6697, 60, false, &[]).sts)],
        r"
        alice connects
        alice> CAP LS 302
        alice< :verbatim.local CAP * LS :account-notify account-tag away-notify batch cap-notify chghost draft/channel-rename draft/extended-isupport draft/message-redaction draft/metadata-3=before-connect,max-subs=50,max-keys=20,max-key-bytes=40,max-value-bytes=300 draft/multiline=max-bytes=4096,max-lines=24 draft/no-implicit-names draft/pre-away echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names server-time setname standard-replies userhost-in-names
        alice> CAP REQ :batch labeled-response
        alice< :verbatim.local CAP * ACK :batch labeled-response
        alice> NICK alice
        alice> USER alice 0 * :alice
        alice> CAP END
        alice is welcomed
        alice> OPER root secret
        alice< :verbatim.local 381 alice :You are now an IRC operator
        alice< :alice!~alice@10.0.0.1 MODE alice +o
        answers take time
        alice> @label=1 REHASH
        new settings come, keeping server.name
        alice< :verbatim.local CAP alice NEW :sts=port=6697
        alice< @label=1 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1 :verbatim.local 382 alice * :Rehashing
        alice< @batch=B1 :verbatim.local NOTICE alice :server.name needs a restart
        alice< :verbatim.local BATCH -B1
    ",
    );
}

fn with_rehash() -> Config {
    let (name, password, privileges) = ("root".into(), "secret".into(), vec![Privilege::Rehash]);
    Config { operators: vec![Operator { name, password, hosts: Vec::new(), privileges }], ..Config::default() }
}

#[test]
fn a_certificate_whose_key_cannot_be_verified_has_no_fingerprint_and_its_owner_is_told() {
    check(
        r"
        alice connects securely showing nothing-proven
        alice> NICK alice
        alice> USER alice 0 * :alice
        alice is welcomed
        alice< :verbatim.local NOTICE alice :Your certificate is ignored, and has no fingerprint here: this server cannot verify that you have its key. It can for RSA with 2048 to 8192 bits, ECDSA on P-256 or P-384, and Ed25519
        alice> WHOIS alice
        alice< :verbatim.local 311 alice alice ~alice 10.0.0.1 * :alice
        alice< :verbatim.local 312 alice alice verbatim.local :verbatim
        alice< :verbatim.local 378 alice alice :is connecting from *@10.0.0.1 10.0.0.1
        alice< :verbatim.local 338 alice alice ~alice@10.0.0.1 10.0.0.1 :Is actually using host
        alice< :verbatim.local 379 alice alice :is using modes +
        alice< :verbatim.local 671 alice alice :is using a secure connection
        alice< :verbatim.local 317 alice alice 0 1000000000 :seconds idle, signon time
        alice< :verbatim.local 318 alice alice :End of /WHOIS list
    ",
    );
}
