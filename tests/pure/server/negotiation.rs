//! CAP: IRCv3 "Client Capability Negotiation". For registration see `registration`.

use verbatim::server::Config;

use super::script::{World, check, check_with};

/// The replies to each of these lines from a new client with this nick.
fn answers(config: Config, nick: &str, lines: &[&str]) -> Vec<Vec<String>> {
    let mut world = World::new(config);
    world.act("alice connects");
    world.act(&["alice> NICK ", nick].concat());
    let mut answer = |line: &&str| {
        world.act(&["alice> ", line].concat());
        world.heard()
    };
    lines.iter().map(&mut answer).collect()
}

#[test]
fn cap_ls_shows_values_from_version_302_on() {
    let has_values = |lines: &[&str]| -> Vec<bool> {
        let answers = answers(Config::default(), "alice", lines);
        answers.iter().map(|heard| heard.iter().any(|line| line.contains(" draft/multiline=max-bytes=4096,"))).collect()
    };
    for version in ["302", "303", "00302", "99999999999999999999999"] {
        let line = ["CAP LS ", version].concat();
        // Each reply follows the latest request.
        assert_eq!(has_values(&["CAP LS", &line, "CAP LS", "CAP LS 301"]), [false, true, false, false], "{version}");
    }
    for version in ["301", "302x", "+302", "-302", "3O2", ":"] {
        assert_eq!(has_values(&[&["CAP LS ", version].concat()]), [false], "{version}");
    }
}

#[test]
fn cap_ls_302_may_take_several_lines() {
    let (nick, name) = ("a".repeat(30), ["n".repeat(59), ".net".into()].concat());
    let config = Config { name, ..Config::default() };
    let listed = |version: &str| -> Vec<String> {
        let answer = answers(config.clone(), &nick, &[&["CAP LS ", version].concat()]).remove(0);
        answer.iter().map(|line| line.split_once(" LS ").expect("it is a list").1.to_owned()).collect()
    };
    let long = listed("302");
    let (last, before) = long.split_last().expect("there is one");
    assert!(!before.is_empty() && before.iter().all(|line| line.starts_with("* :")) && last.starts_with(':'));
    let names = |lines: &[String]| -> Vec<String> {
        let words = lines.iter().flat_map(|line| line.split_once(':').expect("it has a list").1.split(' '));
        words.map(|word| word.split('=').next().unwrap_or(word).to_owned()).collect()
    };
    // Other versions get as many names as one line holds.
    let short = listed("");
    assert_eq!(short.len(), 1);
    assert!(names(&long).starts_with(&names(&short)) && names(&short).len() > 20);
    let all = answers(Config::default(), "alice", &["CAP LS"]).remove(0).remove(0);
    let (_, all) = all.split_once(" LS :").expect("it is a list");
    assert_eq!(names(&long).join(" "), all);
}

#[test]
fn cap_notify_that_came_with_302_cannot_be_disabled() {
    check(
        r"
        alice, bob connect
        alice> CAP LS 302
        alice< :verbatim.local CAP * LS :account-notify account-tag away-notify batch cap-notify chghost draft/channel-rename draft/extended-isupport draft/message-redaction draft/metadata-3=before-connect,max-subs=50,max-keys=20,max-key-bytes=40,max-value-bytes=300 draft/multiline=max-bytes=4096,max-lines=24 draft/no-implicit-names draft/pre-away echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names server-time setname standard-replies userhost-in-names
        alice> CAP REQ -cap-notify
        alice< :verbatim.local CAP * NAK :-cap-notify
        alice> CAP REQ :-cap-notify batch
        alice< :verbatim.local CAP * NAK :-cap-notify batch
        alice> CAP LIST
        alice< :verbatim.local CAP * LIST :cap-notify
        -- An older version afterwards does not undo 302.
        alice> CAP LS
        alice< :verbatim.local CAP * LS :account-notify account-tag away-notify batch cap-notify chghost draft/channel-rename draft/extended-isupport draft/message-redaction draft/metadata-3 draft/multiline draft/no-implicit-names draft/pre-away echo-message extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names server-time setname standard-replies userhost-in-names
        alice> CAP REQ :batch -cap-notify cap-notify
        alice< :verbatim.local CAP * NAK :batch -cap-notify cap-notify
        alice> CAP LIST
        alice< :verbatim.local CAP * LIST :cap-notify
        bob> CAP REQ cap-notify
        bob< :verbatim.local CAP * ACK :cap-notify
        bob> CAP REQ -cap-notify
        bob< :verbatim.local CAP * ACK :-cap-notify
        bob> CAP LIST
        bob< :verbatim.local CAP * LIST :
    ",
    );
}

#[test]
fn a_cap_req_is_accepted_or_refused_as_a_whole() {
    check(
        r"
        alice connects
        alice> CAP REQ :  batch   echo-message\x20
        alice< :verbatim.local CAP * ACK :  batch   echo-message\x20
        alice> CAP REQ :Batch
        alice< :verbatim.local CAP * NAK :Batch
        alice> CAP REQ :server-time=x
        alice< :verbatim.local CAP * NAK :server-time=x
        alice> CAP REQ :server-time nonsense
        alice< :verbatim.local CAP * NAK :server-time nonsense
        alice> CAP REQ :server-time\x09setname
        alice< :verbatim.local CAP * NAK :server-time\x09setname
        alice> CAP REQ :--batch
        alice< :verbatim.local CAP * NAK :--batch
        alice> CAP REQ :-batch batch -echo-message
        alice< :verbatim.local CAP * ACK :-batch batch -echo-message
        alice> CAP REQ :no-implicit-names -draft/no-implicit-names
        alice< :verbatim.local CAP * ACK :no-implicit-names -draft/no-implicit-names
        alice> CAP LIST
        alice< :verbatim.local CAP * LIST :batch no-implicit-names
        alice> CAP REQ :-batch -no-implicit-names
        alice< :verbatim.local CAP * ACK :-batch -no-implicit-names
        alice> CAP LIST
        alice< :verbatim.local CAP * LIST :
        alice> CAP NEW :batch
        alice< :verbatim.local 410 * NEW :Invalid CAP command
        alice> CAP DEL
        alice< :verbatim.local 410 * DEL :Invalid CAP command
        alice> CAP ACK :batch
        alice< :verbatim.local 410 * ACK :Invalid CAP command
        alice> CAP NAK :batch
        alice< :verbatim.local 410 * NAK :Invalid CAP command
    ",
    );
}

/// "If an ACK reply originating from the server is spread across multiple lines, a client MUST NOT change capabilities
/// until the last ACK of the set is received."
#[test]
fn a_long_cap_req_is_acknowledged_on_several_lines_of_whole_names() {
    let asked = ["batch"; 81].join(" ");
    let request = ["CAP REQ :", &asked].concat();
    for (request, word) in [(request.clone(), "ACK"), (request.replace("batch", "botch"), "NAK")] {
        let heard = answers(Config::default(), "alice", &[&request]).remove(0);
        let head = format!("alice< :verbatim.local CAP alice {word} :");
        let words: Vec<&str> = heard.iter().map(|line| line.strip_prefix(&head).expect("an answer")).collect();
        assert_eq!((words.len(), ["CAP REQ :", &words.join(" ")].concat()), (2, request));
    }
}

#[test]
fn registration_waits_for_cap_end() {
    check(
        r"
        alice, bob, carol connect
        alice> CAP END
        alice> NICK alice
        alice> CAP LIST
        alice< :verbatim.local CAP alice LIST :
        alice> USER a 0 * :Alice
        alice is welcomed
        bob> NICK bob\r\nCAP REQ batch\r\nUSER b 0 * :Bob
        bob< :verbatim.local CAP bob ACK :batch
        bob> JOIN #a
        bob< :verbatim.local 451 bob :You have not registered
        bob> CAP END
        bob is welcomed
        bob> CAP REQ -batch
        bob< :verbatim.local CAP bob ACK :-batch
        bob> PING still
        bob< :verbatim.local PONG verbatim.local :still
        bob> CAP END
        -- A refused REQ opens a negotiation, too.
        carol> CAP REQ nonsense
        carol< :verbatim.local CAP * NAK :nonsense
        carol> NICK carol\r\nUSER c 0 * :Carol
        carol> CAP END
        carol is welcomed
    ",
    );
}

#[test]
fn a_registration_with_a_password_can_arrive_all_at_once() {
    check_with(
        Config { password: Some("sesame".into()), ..Config::default() },
        r"
        answers take time
        alice connects
        alice> CAP REQ batch\r\nPASS sesame\r\nNICK alice\r\nUSER a 0 * :Alice\r\nCAP REQ :labeled-response\r\nCAP END\r\n@label=2 JOIN #a\r\nCAP LIST
        alice< :verbatim.local CAP * ACK :batch
        alice< :verbatim.local CAP alice ACK :labeled-response
        the answer comes
        alice is welcomed
        alice< @label=2 :verbatim.local BATCH +B1 labeled-response
        alice< @batch=B1 :alice!~a@10.0.0.1 JOIN #a
        alice< @batch=B1 :verbatim.local 353 alice = #a :@alice
        alice< @batch=B1 :verbatim.local 366 alice #a :End of /NAMES list
        alice< :verbatim.local BATCH -B1
        alice< :verbatim.local CAP alice LIST :batch labeled-response
        -- The password is wrong: the lines after it are dropped.
        bob connects
        bob> PASS simsim\r\nNICK bob\r\nUSER b 0 * :Bob\r\nPASS sesame\r\nJOIN #a
        the answer comes
        bob< :verbatim.local 464 bob :Password incorrect
        bob< ERROR :Closing link: (10.0.0.2) [Password incorrect]
        bob closed
        bob connects
        bob> PASS simsim\r\nPASS sesame\r\nNICK bob\r\nUSER b 0 * :Bob\r\nPASS late
        the answer comes
        bob is welcomed
        bob< :verbatim.local 462 bob :You may not reregister
    ",
    );
}

/// What somebody receives, without the tokens of 005.
fn without_tokens(world: &mut World) -> Vec<String> {
    let cut = |line: String| match line.split_once(" 005 ") {
        Some((head, _)) => [head, " 005"].concat(),
        None => line,
    };
    let mut lines: Vec<String> = world.heard().into_iter().map(cut).collect();
    lines.dedup();
    lines
}

#[test]
fn isupport_works_before_registration() {
    let mut world = World::new(Config::default());
    world.act("alice connects");
    for (line, answer) in [
        ("ISUPPORT", &["451 * :You have not registered"][..]),
        ("CAP REQ draft/extended-isupport", &["CAP * ACK :draft/extended-isupport"]),
        ("ISUPPORT and more", &["005"]),
        ("CAP REQ :-draft/extended-isupport batch", &["CAP * ACK :-draft/extended-isupport batch"]),
        ("USER a 0 * :Alice", &[]),
        ("CAP REQ :labeled-response", &["CAP * ACK :labeled-response"]),
        ("NICK alice", &[]),
        ("ISUPPORT", &["451 alice :You have not registered"]),
    ] {
        world.act(&["alice> ", line].concat());
        let answer: Vec<String> = answer.iter().map(|line| ["alice< :verbatim.local ", line].concat()).collect();
        assert_eq!(without_tokens(&mut world), answer, "{line}");
    }
    world.act("alice> CAP END");
    assert!(without_tokens(&mut world).contains(&"alice< :verbatim.local 005".to_owned()));
    world.act("alice> @label=l ISUPPORT");
    let answer = without_tokens(&mut world);
    assert!(answer[0].starts_with("alice< @label=l :verbatim.local BATCH +B1"), "{answer:?}");
    assert!(answer[0].ends_with(" labeled-response"), "{answer:?}");
}

#[test]
fn isupport_comes_in_a_batch_with_the_capabilities() {
    let mut world = World::new(Config::default());
    for input in ["alice registers", "alice> CAP REQ :draft/extended-isupport batch labeled-response"] {
        world.act(input);
    }
    world.heard();
    let mut answer = |line: &str| {
        world.act(&["alice> ", line].concat());
        answered(&mut world)
    };
    assert_eq!(answer("ISUPPORT"), ["BATCH +B1 draft/isupport", "@batch=B1 005", "BATCH -B1"]);
    assert_eq!(answer("VERSION")[1..], ["BATCH +B2 draft/isupport", "@batch=B2 005", "BATCH -B2"]);
    assert_eq!(answer("@label=i ISUPPORT"), ["@label=i BATCH +B3 draft/isupport", "@batch=B3 005", "BATCH -B3"]);
    let version = answer("@label=v VERSION");
    assert_eq!(version[0], "@label=v BATCH +B4 labeled-response");
    assert!(version[1].starts_with("@batch=B4 351 alice "), "{version:?}");
    let nested = ["@batch=B4 BATCH +B5 draft/isupport", "@batch=B5 005", "@batch=B4 BATCH -B5", "BATCH -B4"];
    assert_eq!(version[2..], nested);
}

/// What alice receives, without the server's name and the tokens.
fn answered(world: &mut World) -> Vec<String> {
    without_tokens(world).iter().map(|line| line.replace("alice< ", "").replace(":verbatim.local ", "")).collect()
}
