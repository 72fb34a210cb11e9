//! The binary `sim`, as a user runs it.
#![expect(clippy::disallowed_methods, reason = "starts the binary")]

use std::process::{Command, Output};

fn sim(arguments: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sim")).args(arguments.split_whitespace()).output();
    let Output { status, stdout, stderr } = output.expect("the binary starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code(), text(stdout), text(stderr))
}

fn digest(stdout: &str) -> &str {
    stdout.trim_end().rsplit_once(" digest=").expect("the line ends in the digest").1
}

#[test]
fn another_process_prints_the_same_digest() {
    let (code, first, _) = sim("--seed 7 --clients 3 --lines 5 --transcript");
    let (_, again, _) = sim("--seed 7 --clients 3 --lines 5");
    assert_eq!(code, Some(0), "{first}");
    assert!(first.contains("client 2 saw\n"), "{first}");
    assert!(again.starts_with("PASS seed=7 clients=3 events="), "{again}");
    assert_eq!(digest(&first), digest(&again));
}

#[test]
fn a_planted_bug_fails_the_run_and_exits_1() {
    let (code, stdout, _) = sim("--seed 1 --clients 3 --faults none --bug echo-to-sender");
    assert_eq!(code, Some(1), "{stdout}");
    assert!(stdout.starts_with("FAIL seed=1 oracle=unasked "), "{stdout}");
    assert!(stdout.ends_with("just sim --seed 1 --clients 3 --faults none --bug echo-to-sender\n"), "{stdout}");
}

#[test]
fn several_runs_give_one_summary_and_name_the_seeds_that_failed() {
    let (code, stdout, _) = sim("--seed 5 --clients 2 --lines 3 --runs 3 --faults none");
    assert_eq!((code, stdout.lines().count()), (Some(0), 1), "{stdout}");
    assert!(stdout.starts_with("PASS seeds=5..=7 clients=2 passed=3 failed=0 wall_ms="), "{stdout}");
    let (code, stdout, _) = sim("--seed 5 --clients 2 --lines 3 --runs 2 --faults none --bug echo-to-sender");
    assert_eq!(code, Some(1), "{stdout}");
    assert!(stdout.starts_with("FAIL seed=5 ") && stdout.contains("\nFAIL seed=6 "), "{stdout}");
    let events = |line: &str| line.split("events=").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok());
    let least = stdout.lines().filter_map(events).min().expect("both say how many there were");
    let shortest = format!("\nthe shortest failure has {least} events: just sim --seed ");
    assert!(stdout.contains(&shortest), "{stdout}");
    assert!(
        stdout.lines().last().is_some_and(|line| line.starts_with("FAIL seeds=5..=6 clients=2 passed=0 failed=2 "))
    );
}

#[test]
fn bad_arguments_exit_with_2_and_name_the_fault() {
    for (arguments, says) in [
        ("--seed x", "--seed"),
        ("--clients 0", "--clients"),
        ("--runs 0", "--runs"),
        ("--runs 2 --trace", "cannot be used with"),
        ("--runs 2 --transcript", "cannot be used with"),
        ("--faults some", "swarm"),
        ("--bug none-such", "echo-to-sender"),
        ("--unheard-of", "--unheard-of"),
    ] {
        let (code, stdout, stderr) = sim(arguments);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments}");
        assert!(stderr.contains(says), "{arguments}: {stderr}");
    }
}
