//! Whole runs from a seed.

use std::collections::BTreeSet;

use sim::faults::{Fault, Faults};
use sim::{FaultMode, Options, run};

fn options(seed: u64, faults: FaultMode) -> Options {
    Options { seed, clients: 5, faults, transcript: true, ..Options::default() }
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    for faults in [FaultMode::None, FaultMode::All, FaultMode::Swarm] {
        let (first, again, other) = (run(&options(7, faults)), run(&options(7, faults)), run(&options(8, faults)));
        assert_eq!((&first.digest, first.counts, first.span), (&again.digest, again.counts, again.span));
        assert_eq!(first.transcript, again.transcript);
        assert_ne!(first.digest, other.digest);
    }
}

#[test]
fn a_run_without_faults_passes_and_its_summary_has_every_figure() {
    let report = run(&options(7, FaultMode::None));
    assert_eq!((report.failure.clone(), report.counts.faults), (None, 0), "{report}");
    assert_eq!(report.counts.struck, Faults::NONE);
    let line = report.line(std::time::Duration::from_millis(12));
    let keys: Vec<&str> = line.split(' ').map(|word| word.split('=').next().unwrap_or_default()).collect();
    assert_eq!(
        keys,
        ["PASS", "seed", "clients", "events", "deliveries", "faults", "virtual_s", "wall_ms", "digest"],
        "{line}"
    );
    assert!(report.digest.len() == 64 && report.digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
}

#[test]
fn every_fault_occurs_but_none_occurs_in_every_swarm() {
    let struck = |seed, faults| run(&Options { clients: 10, ..options(seed, faults) }).counts.struck;
    let all: Vec<Faults> = (1..=10).map(|seed| struck(seed, FaultMode::All)).collect();
    let swarms: Vec<Faults> = (1..=20).map(|seed| struck(seed, FaultMode::Swarm)).collect();
    for fault in Fault::ALL {
        let seeds = swarms.iter().filter(|struck| struck.has(fault)).count();
        assert!((1..20).contains(&seeds), "{fault:?} strikes in {seeds} of 20 seeds");
        assert!(all.iter().any(|struck| struck.has(fault)), "{fault:?} strikes in none of ten seeds with all faults");
    }
}

#[test]
fn keeping_a_transcript_does_not_change_the_run() {
    let watched = run(&options(3, FaultMode::Swarm));
    let unwatched = run(&Options { transcript: false, ..options(3, FaultMode::Swarm) });
    assert_eq!(watched.digest, unwatched.digest);
    assert!(!watched.transcript.is_empty() && unwatched.transcript.is_empty());
}

#[test]
fn a_failure_names_its_oracle_and_the_command_that_replays_it() {
    let bug = verbatim::planted::Bug::EchoToSender;
    let report = run(&Options { bug: Some(bug), lines: 3, ..options(1, FaultMode::None) });
    let text = report.to_string();
    assert!(report.line(std::time::Duration::ZERO).starts_with("FAIL seed=1 oracle=unasked "), "{text}");
    assert!(text.contains("expected: ") && text.contains("got:      ") && report.last.len() > 2, "{text}");
    assert!(text.contains("promised: ") && text.contains("faults:   none\n"), "{text}");
    assert!(text.contains("\nconnection 3 (#3): peer 7, without a client, at 10.0.0.8, by plain+tcp\n"), "{text}");
    assert!(report.last.iter().all(|line| line.contains("#3") || !line.contains('#')), "{text}");
    let all = run(&Options { bug: Some(bug), lines: 3, all_events: true, ..options(1, FaultMode::None) });
    assert!(all.last.len() > 10, "{all}");
    assert!(all.last.iter().any(|line| !line.contains("#3") && line.contains('#')), "{all}");
    assert!(
        text.ends_with("replay:   just sim --seed 1 --clients 5 --lines 3 --faults none --bug echo-to-sender\n"),
        "{text}"
    );
}

#[test]
fn a_wrong_arrival_is_traced_to_an_earlier_event() {
    use verbatim::planted::Bug;
    for bug in [Bug::RefusedLineShown, Bug::FreeLineOvertakes, Bug::ShortWriteTailLost] {
        let runs = (1..=30).map(|seed| run(&Options { bug: Some(bug), ..options(seed, FaultMode::Swarm) }));
        let found = |oracle: &str| ["gate", "refused", "model"].contains(&oracle);
        let mut failures = runs.filter(|report| report.failure.as_ref().is_some_and(|failure| found(failure.oracle)));
        let text = failures.next().expect("it is found").to_string();
        let line = text.lines().find(|line| line.starts_with("since:    ")).expect("a line with the earlier event");
        assert!(["up to ", "it was sent, ", " was sent, at "].iter().any(|what| line.contains(what)), "{text}");
    }
}

/// The reasons why the server's end drops connections, with hostile peers or network faults.
const REASONS: [&str; 26] = [
    "Handshake timeout",
    "TLS connection cut short",
    "the connection ended in the TLS handshake",
    "it does not speak TLS, which this port requires",
    "TLS: bad record MAC",
    "TLS: bad message: message too short",
    "TLS: received unexpected message: got ApplicationData when expecting Handshake",
    "WebSocket connection cut short",
    "WebSocket message too long",
    "WebSocket protocol error",
    "WebSocket text is not UTF-8",
    "WebSocket request without a valid Sec-WebSocket-Key",
    "WebSocket version other than 13",
    "No WebSocket handshake",
    "Asked for a web page",
    "HTTP method not allowed",
    "HTTP request too long",
    "HTTP request without a Host",
    "No HTTP request",
    "Not a trusted proxy",
    "The PROXY header is missing",
    "The PROXY header is malformed",
    "The PROXY header was cut short",
    "Connection reset by peer",
    "This is not a web server",
    "This is not text",
];

#[test]
fn every_transport_is_misused_and_the_reason_for_each_drop_is_given() {
    let (mut given_up, mut struck) = (BTreeSet::new(), 0);
    for seed in 1..=120 {
        let report = run(&Options { clients: 10, ..options(seed, FaultMode::All) });
        assert_eq!(report.failure, None, "{report}");
        given_up.extend(report.given_up);
        struck += report.counts.handshakes;
        if struck > 10 && REASONS.iter().all(|&reason| given_up.contains(reason)) {
            break;
        }
    }
    for reason in REASONS {
        assert!(given_up.contains(reason), "no connection is dropped for {reason:?}, but for {given_up:#?}");
    }
    assert!(struck > 10, "{struck} handshakes are struck");
}
