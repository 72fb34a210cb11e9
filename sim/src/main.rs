//! `sim`: runs the world from the command line.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tells how long a run takes in our world")]

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use sim::{FaultMode, Options, Report};
use verbatim::planted::Bug;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs verbatim's server and clients in a virtual world full of faults, and checks the results
#[derive(Debug, Parser)]
#[command(version, after_help = about())]
struct Arguments {
    /// The seed of everything random
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Number of clients
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    clients: u32,
    /// Number of lines each client says
    #[arg(long, value_name = "N", default_value_t = 20)]
    lines: u32,
    /// Faults: none, all, or swarm (a subset drawn from the seed)
    #[arg(long, value_name = "KIND", hide_possible_values = true, value_enum, default_value = "swarm")]
    faults: Faults,
    /// Print what each client saw; single runs only
    #[arg(long, conflicts_with = "runs")]
    transcript: bool,
    /// Print every event and every action; single runs only
    #[arg(long, conflicts_with = "runs")]
    trace: bool,
    /// Show the last events of all connections before a failure; single runs only
    #[arg(long, conflicts_with = "runs")]
    all_events: bool,
    /// Number of seeds to run, starting at --seed
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,
    /// Plant a bug, to see an oracle find it
    #[arg(long, value_name = "BUG", value_parser = bug)]
    bug: Option<Bug>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Faults {
    None,
    All,
    Swarm,
}

fn bug(name: &str) -> Result<Bug, String> {
    let found = Bug::ALL.iter().copied().find(|bug| bug.name() == name);
    found.ok_or_else(|| format!("unknown bug; the known ones are\n{}", bugs().trim_end()))
}

/// The list of bugs, one on each line.
fn bugs() -> String {
    Bug::ALL.iter().map(|bug| format!("  {:<23} {}\n", bug.name(), bug.about())).collect()
}

fn about() -> String {
    format!("Bugs:\n{}\nThe same arguments give the same run, to the byte. A failed run exits with 1.", bugs())
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let options = Options {
        seed: arguments.seed,
        clients: arguments.clients,
        lines: arguments.lines,
        faults: match arguments.faults {
            Faults::None => FaultMode::None,
            Faults::All => FaultMode::All,
            Faults::Swarm => FaultMode::Swarm,
        },
        bug: arguments.bug,
        transcript: arguments.transcript,
        trace: arguments.trace,
        all_events: arguments.all_events,
    };
    let passed = if arguments.runs == 1 { one(&options) } else { many(&options, arguments.runs) };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn timed(options: &Options) -> (Report, Duration) {
    let start = Instant::now();
    let report = sim::run(options);
    (report, start.elapsed())
}

fn one(options: &Options) -> bool {
    let (report, wall) = timed(options);
    // A failure's first line names it; the explanation follows.
    let text = format!("{}{}\n{report}", report.transcript, report.line(wall));
    // The reader of stdout may be gone.
    drop(std::io::stdout().write_all(text.as_bytes()));
    report.failure.is_none()
}

/// Runs several seeds on two threads. Each run is a world of its own.
fn many(options: &Options, runs: u64) -> bool {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(runs) } else { ProgressBar::hidden() };
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} seeds, {per_sec}, {eta} left {msg}");
    bar.set_style(style.expect("the template is well-formed"));
    let (next, failed, start) = (AtomicU64::new(0), Mutex::new(Vec::new()), Instant::now());
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= runs {
                break;
            }
            let seed = options.seed.wrapping_add(number);
            let (report, wall) = timed(&Options { seed, ..options.clone() });
            if report.failure.is_some() {
                let line = format!("{}\n{}", report.line(wall), report.options.replay());
                let mut failed = failed.lock().expect("no thread panics while it holds the list");
                failed.push((number, report.counts.events, line, report.options.replay()));
                bar.set_message(format!("{} failed", failed.len()));
            }
            bar.inc(1);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    bar.finish_and_clear();
    let mut failed = failed.into_inner().expect("no thread panics while it holds the list");
    failed.sort();
    failed.iter().for_each(|(_, _, line, _)| println!("{line}"));
    if let Some((_, events, _, replay)) = failed.iter().min_by_key(|(number, events, ..)| (*events, *number)) {
        println!("the shortest failure has {events} events: {replay}");
    }
    let (count, wall) = (failed.len() as u64, start.elapsed().as_millis());
    let (verdict, last) = (if count == 0 { "PASS" } else { "FAIL" }, options.seed.wrapping_add(runs - 1));
    println!(
        "{verdict} seeds={}..={last} clients={} passed={} failed={count} wall_ms={wall}",
        options.seed,
        options.clients,
        runs - count
    );
    count == 0
}
