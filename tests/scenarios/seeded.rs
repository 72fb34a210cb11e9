//! What the clients of seeded runs showed.

use sim::{FaultMode, Options, Report, run};

use crate::assert_snapshot;

/// The run's totals, and the transcripts of some of its clients.
fn seen(report: &Report, clients: &[u32]) -> String {
    assert_eq!(report.failure, None, "{report}");
    let pages = report
        .transcript
        .split("\n\n")
        .filter(|page| clients.iter().any(|client| page.starts_with(&format!("client {client} saw\n"))));
    let pages: Vec<&str> = pages.collect();
    assert_eq!(pages.len(), clients.len(), "a page for each");
    let counts = report.counts;
    let (events, deliveries, faults) = (counts.events, counts.deliveries, counts.faults);
    format!("{events} events, {deliveries} deliveries, {faults} faults\n\n{}\n", pages.join("\n\n"))
}

fn seeded(seed: u64, clients: u32, lines: u32, faults: FaultMode) -> Report {
    run(&Options { seed, clients, lines, faults, transcript: true, ..Options::default() })
}

#[test]
fn seed_1_with_2_clients() {
    assert_snapshot!("seed_1_with_2_clients", seen(&seeded(1, 2, 10, FaultMode::None), &[0, 1]));
}

#[test]
fn seed_2_with_2_clients_and_all_faults() {
    assert_snapshot!("seed_2_with_2_clients_and_all_faults", seen(&seeded(2, 2, 10, FaultMode::All), &[0, 1]));
}

#[test]
fn seed_3_with_5_clients() {
    assert_snapshot!("seed_3_with_5_clients", seen(&seeded(3, 5, 4, FaultMode::Swarm), &[0, 1, 2, 3, 4]));
}

/// Shows two of the 50 clients, without everybody's JOIN and QUIT.
#[test]
fn seed_6_with_50_clients() {
    let seen = seen(&seeded(6, 50, 1, FaultMode::Swarm), &[0, 49]);
    let comes_or_goes = |line: &&str| line.ends_with(" is here") || line.contains(" \u{2190} ");
    let told: Vec<&str> = seen.lines().filter(|line| !comes_or_goes(line)).collect();
    assert_snapshot!("seed_6_with_50_clients", told.join("\n"));
}
