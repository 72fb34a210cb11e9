//! How long a run takes: `cargo bench -p sim`.
//!
//! The measure is 50 clients with 20 lines each, oracles and digest included.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a benchmark reads the clock")]

use std::time::Instant;

use sim::{FaultMode, Options, run};

const RUNS: u64 = 20;

fn main() {
    for (name, faults) in [("none", FaultMode::None), ("all", FaultMode::All), ("swarm", FaultMode::Swarm)] {
        let mut micros = Vec::new();
        let mut deliveries = 0;
        for seed in 1..=RUNS {
            let start = Instant::now();
            let report = run(&Options { seed, clients: 50, faults, ..Options::default() });
            micros.push(start.elapsed().as_micros());
            deliveries += report.counts.deliveries;
            assert!(report.failure.is_none(), "{}", report.options.replay());
        }
        micros.sort_unstable();
        let (sum, median) = (micros.iter().sum::<u128>(), micros[micros.len() / 2]);
        println!(
            "faults={name:<5} runs={RUNS} clients=50 lines=20 deliveries_per_run={} median_us={median} mean_us={} deliveries_per_s={}",
            deliveries / RUNS,
            sum / u128::from(RUNS),
            u128::from(deliveries) * 1_000_000 / sum
        );
    }
}
