//! `verbatim bench`: the server's cost of a delivered line, compared with a bare epoll loop.
//!
//! Both servers are separate processes on loopback; this process is the load. Each figure is the server's CPU time, as
//! measured by the kernel, divided by the number of lines that arrived. Compare machines by the ratio to the bare loop
//! of the same run.
//!
//! The last table shows how long one line with masks holds the server's loop.

mod bare;
mod load;
mod masks;
mod process;
mod traffic;
mod wire;

use anyhow::{Result, ensure};

use load::Load;
use process::Subject;
use traffic::Traffic;

/// The options of `verbatim bench`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Members of the channel.
    pub members: usize,
    /// Idle users to register for measuring memory; 0 skips that.
    pub users: usize,
    /// The duration of each measurement.
    pub seconds: f64,
    /// Repetitions of each measurement; the median is shown.
    pub repeat: usize,
}

/// One kind of load.
struct Scenario {
    title: String,
    traffic: Traffic,
    connections: usize,
}

fn scenarios(options: &Options) -> Vec<Scenario> {
    let members = options.members;
    let senders = 10.min(members / 2);
    let pairs = 50.min(members / 2);
    vec![
        Scenario {
            title: format!("{senders} senders, 10 lines in flight, {members} members"),
            traffic: Traffic::Channel { senders, in_flight: 10 },
            connections: members,
        },
        Scenario {
            title: format!("one sender, one line in flight, {members} members"),
            traffic: Traffic::Channel { senders: 1, in_flight: 1 },
            connections: members,
        },
        Scenario {
            title: format!("private messages, {pairs} pairs"),
            traffic: Traffic::Pairs { in_flight: 1 },
            connections: 2 * pairs,
        },
    ]
}

/// Measures and prints a table.
///
/// # Errors
/// A server cannot be started or ends too early, or there are too few descriptors.
pub fn run(options: &Options) -> Result<()> {
    ensure!(options.members >= 4, "--members must be at least 4");
    ensure!(options.repeat >= 1, "--repeat must be at least 1");
    ensure!((0.1..=600.0).contains(&options.seconds), "--seconds must be from 0.1 to 600");
    super::serve::raise_descriptor_limit();
    println!(
        "{:<52} {:>10} {:>10} {:>7}",
        "CPU of the server, µs per delivered line", "bare loop", "verbatim", "ratio"
    );
    for scenario in scenarios(options) {
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..options.repeat {
            bare.push(measure(&Subject::bare(&scenario.traffic)?, &scenario, options.seconds)?);
            ours.push(measure(&Subject::verbatim("tcp")?, &scenario, options.seconds)?);
        }
        let (bare, ours) = (median(bare), median(ours));
        println!("{:<52} {bare:>10.3} {ours:>10.3} {:>6.2}x", scenario.title, ours / bare);
    }
    let idle = |scheme: &str| idle_memory(scheme, options.users);
    let tcp_kib = if options.users > 0 { Some(idle("tcp")?) } else { None };
    if let Some(kib) = tcp_kib {
        println!("{:<52} {:>10} {kib:>10.2}", format!("resident KiB per idle user, {} users", options.users), "");
    }
    println!("\n{:<52} {:>10} {:>10} {:>7}", "The same over other transports", "over tcp", "over it", "ratio");
    for scheme in SCHEMES {
        for scenario in &scenarios(options)[..2] {
            let (mut tcp, mut ours) = (Vec::new(), Vec::new());
            for _ in 0..options.repeat {
                tcp.push(measure(&Subject::verbatim("tcp")?, scenario, options.seconds)?);
                ours.push(measure(&Subject::verbatim(scheme)?, scenario, options.seconds)?);
            }
            let (tcp, ours) = (median(tcp), median(ours));
            let title = format!("{scheme}: {}", scenario.title);
            println!("{title:<52} {tcp:>10.3} {ours:>10.3} {:>6.2}x", ours / tcp);
        }
        if let Some(tcp) = tcp_kib {
            let kib = idle(scheme)?;
            let title = format!("{scheme}: resident KiB per idle user, {} users", options.users);
            println!("{title:<52} {tcp:>10.2} {kib:>10.2} {:>6.2}x", kib / tcp);
        }
    }
    masks::run(2 * options.members as u32)
}

/// The transports to compare with `tcp`.
const SCHEMES: [&str; 3] = ["tls", "ws", "wss"];

/// The server's µs per delivered line.
fn measure(subject: &Subject, scenario: &Scenario, seconds: f64) -> Result<f64> {
    let mut load = Load::connect(subject, scenario.connections)?;
    if subject.url.is_some() {
        load.register(Some("#bench").filter(|_| matches!(scenario.traffic, Traffic::Channel { .. })))?;
    }
    let irc = subject.url.is_some();
    load.run(&scenario.traffic, irc, seconds / 4.0)?;
    let before = subject.cpu_micros()?;
    let delivered = load.run(&scenario.traffic, irc, seconds)?;
    let spent = subject.cpu_micros()? - before;
    ensure!(delivered > 0, "nothing was delivered");
    Ok(spent / delivered as f64)
}

/// The server's resident memory per idle registered user, in KiB.
fn idle_memory(scheme: &str, users: usize) -> Result<f64> {
    let subject = Subject::verbatim(scheme)?;
    // The first users are not counted: they include what the process allocates only once.
    let mut first = Load::connect(&subject, 100)?;
    first.register(None)?;
    let before = subject.resident_kib()?;
    let mut load = Load::connect_named(&subject, users, "idle")?;
    load.register(None)?;
    Ok((subject.resident_kib()? - before) / users as f64)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
