//! `verbatim bench` as a process: it measures, and labels the figures.

use std::process::{Command, Stdio};

use crate::shell_world::*;

#[test]
fn a_short_benchmark_prints_every_figure() {
    let mut command = Command::new(verbatim());
    command.args("bench --members 5 --users 50 --seconds 0.1 --repeat 1".split(' ')).stdin(Stdio::null());
    let mut bench = Process::start(&mut command);
    assert_eq!((bench.code(), bench.err.rest()), (Some(0), vec![]));
    let said = bench.out.rest();
    for (row, columns) in [
        ("2 senders, 10 lines in flight, 5 members", 3),
        ("one sender, one line in flight, 5 members", 3),
        ("private messages, 2 pairs", 3),
        ("resident KiB per idle user, 50 users", 1),
    ] {
        let line = said.iter().find_map(|line| line.strip_prefix(row)).unwrap_or_else(|| panic!("{row}: {said:#?}"));
        let figures: Vec<f64> =
            line.split_whitespace().filter_map(|word| word.trim_end_matches('x').parse().ok()).collect();
        assert_eq!(figures.len(), columns, "{row}: {said:#?}");
        // The kernel counts resident pages only roughly: with so few users the difference may be anything.
        let is_one = |figure: &f64| figure.is_finite() && (*figure >= 0.0 || row.starts_with("resident"));
        assert!(figures.iter().all(is_one), "{row}: {said:#?}");
    }
}

#[test]
fn a_benchmark_of_zero_seconds_is_refused() {
    let mut bench = Process::start(Command::new(verbatim()).args(["bench", "--seconds", "0"]));
    assert_eq!((bench.code(), bench.err.rest().len()), (Some(1), 1));
}
