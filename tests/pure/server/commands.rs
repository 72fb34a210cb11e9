//! Every command in every state with every number of parameters, and each of these with a label.

use verbatim::server::Config;

use super::oper::with_operators;
use super::script::World;

/// Each state: its name, the lines that lead to it, and the first parameter of the commands in it. Further parameters
/// are nonsense.
const STATES: [(&str, &[&str], &str); 5] = [
    // Before anything is sent.
    ("new", &["alice connects"], "~"),
    // After the welcome.
    ("in", &["alice registers"], "~"),
    // With all capabilities.
    ("caps", &["alice registers", ALL_CAPABILITIES], "~"),
    // As a channel's only member and operator, about that channel.
    ("op", &["alice registers", "alice joins #a"], "#a"),
    // As a server operator with all privileges.
    ("oper", &["alice registers", "alice> OPER olga olga's"], "~"),
];

/// Stands for a CAP REQ of everything in CAP LS.
const ALL_CAPABILITIES: &str = "alice has all capabilities";

/// Alice, in this state.
fn world(way: &[&str]) -> World {
    let mut world = World::new(with_operators());
    for &input in way {
        if input == ALL_CAPABILITIES {
            world.act("alice> CAP LS");
            let listed = world.heard().remove(0);
            let (_, names) = listed.split_once(" LS :").expect("a list of capabilities");
            // One request for each, since one line could not hold the reply to all.
            for name in names.split(' ') {
                world.act(&["alice> CAP REQ ", name].concat());
            }
        } else {
            world.act(input);
        }
    }
    world.heard();
    world
}

/// The commands that HELP lists, and an unknown one. Another test checks that HELP lists the whole table.
fn commands() -> Vec<String> {
    let mut world = world(&["alice registers", "alice> HELP"]);
    world.act("alice> HELP");
    let heard = world.heard();
    let lists = heard.iter().filter_map(|line| line.strip_prefix("alice< :verbatim.local 705 alice * :"));
    let mut names: Vec<String> = lists.flat_map(|list| list.split(' ')).map(str::to_owned).collect();
    assert!(names.len() > 45, "{names:?}");
    names.push("NONSENSE".into());
    names
}

/// Each command with 0 to 5 parameters.
fn lines(command: &str, first: &str) -> Vec<String> {
    let params = [first, "~", "~", "~", "~"];
    (0..=params.len()).map(|count| [&[command], &params[..count]].concat().join(" ")).collect()
}

/// The table is `snapshots/every_command.snap`. Each line of a reply is its numeric or command, a run of equal ones is
/// shown once, and `-` means no reply. `INSTA_UPDATE=always cargo test --test pure commands` rewrites it: read it
/// before you keep it.
#[test]
fn every_command_replies_as_recorded_with_any_number_of_parameters() {
    let mut table = String::new();
    for command in commands() {
        for (state, way, first) in STATES {
            let answers: Vec<String> = lines(&command, first).iter().map(|line| answer(way, line)).collect();
            table += format!("{command:8} {state:4} | {}\n", answers.join(" | ")).as_str();
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("every_command", table));
}

/// The replies to `line`, abbreviated.
fn answer(way: &[&str], line: &str) -> String {
    let mut world = world(way);
    world.act(&format!("alice> {line}"));
    let mut words: Vec<String> = world.heard().iter().map(|line| shortened(line)).collect();
    words.dedup();
    if words.is_empty() { "-".into() } else { words.join(" ") }
}

fn shortened(heard: &str) -> String {
    let Some(line) = heard.strip_prefix("alice< ") else { return "closed".into() };
    let untagged = if line.starts_with('@') { line.split_once(' ').expect("a message after its tags").1 } else { line };
    let command = if untagged.starts_with(':') { untagged.split(' ').nth(1) } else { untagged.split(' ').next() };
    command.unwrap_or_default().to_owned()
}

/// "If no response is required, an acknowledgement message MUST be sent", and "When a client sends a labeled command, …
/// the response": every command gets one, known or not, valid or not, even if there is no other reply.
#[test]
fn every_labelled_command_gets_exactly_one_labelled_response() {
    for command in commands() {
        for (state, way, first) in STATES {
            for line in lines(&command, first) {
                let mut world = world(way);
                world.act("alice> CAP REQ :batch labeled-response");
                world.heard();
                world.act(&format!("alice> @label=it {line}"));
                assert_one_answer(&format!("{state}: {line}"), &world.heard());
            }
        }
    }
}

/// Asserts that the lines are one with the label, or one batch with the label that contains all others.
#[track_caller]
fn assert_one_answer(asked: &str, heard: &[String]) {
    let lines: Vec<&str> = heard.iter().filter_map(|line| line.strip_prefix("alice< ")).collect();
    let [first, others @ ..] = &lines[..] else { panic!("{asked}: no answer in {heard:?}") };
    assert!(has_tag(first, "label=it"), "{asked}: the answer has no label: {lines:#?}");
    assert!(!others.iter().any(|line| has_tag(line, "label=it")), "{asked}: the label comes twice: {lines:#?}");
    let Some((_, opened)) = first.split_once(" BATCH +") else {
        return assert!(others.is_empty(), "{asked}: more than the answer: {lines:#?}");
    };
    let name = opened.split(' ').next().unwrap_or_default();
    let (last, inside) = others.split_last().expect("a batch is closed");
    assert!(last.ends_with(&format!(" BATCH -{name}")), "{asked}: the batch is not closed: {lines:#?}");
    let in_batch = |line: &str| line.starts_with('@') && line.contains("batch=");
    assert!(inside.iter().all(|line| in_batch(line)), "{asked}: a line is outside of the batch: {lines:#?}");
}

fn has_tag(line: &str, tag: &str) -> bool {
    let tags = line.strip_prefix('@').and_then(|line| line.split(' ').next());
    tags.is_some_and(|tags| tags.split(';').any(|one| one == tag))
}

/// A command that waits for the host gets one labelled response, too.
#[test]
fn a_command_that_waits_for_the_host_gets_one_labelled_response() {
    for line in ["OPER olga olga's", "OPER olga wrong", "REHASH"] {
        let mut world = world(&["alice registers", "alice> OPER olga olga's"]);
        for input in ["alice> CAP REQ :batch labeled-response", "answers take time"] {
            world.act(input);
        }
        world.heard();
        world.act(&format!("alice> @label=it {line}"));
        world.act("alice> @label=next PING x");
        assert_eq!(world.heard(), [""; 0], "{line} waits");
        world.act("the answer comes");
        let mut heard = world.heard();
        assert_eq!(heard.pop().as_deref(), Some("alice< @label=next :verbatim.local PONG verbatim.local :x"));
        assert_one_answer(line, &heard);
    }
}

/// The response to the command that completes a registration is the whole welcome, or the refusal.
#[test]
fn the_line_that_completes_registration_gets_one_labelled_response() {
    for (password, last) in [("sesame", "422"), ("simsim", "ERROR")] {
        let mut world = World::new(Config { password: Some("sesame".into()), ..Config::default() });
        for input in ["answers take time", "alice connects", "alice> CAP REQ :batch labeled-response"] {
            world.act(input);
        }
        world.act(&format!(r"alice> PASS {password}\r\nNICK alice\r\nUSER a 0 * :Alice"));
        world.heard();
        world.act("alice> @label=it CAP END");
        assert_eq!(world.heard(), [""; 0]);
        world.act("the answer comes");
        let mut heard = world.heard();
        heard.retain(|line| line != "alice closed");
        assert_one_answer("CAP END", &heard);
        assert_eq!(heard.iter().rev().nth(1).map(|line| shortened(line)).as_deref(), Some(last));
    }
}
