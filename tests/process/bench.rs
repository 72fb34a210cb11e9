//! `verbatim bench` as a process: it measures, and labels the figures.

use std::process::{Command, Stdio};

use crate::shell_world::*;

/// What a short benchmark prints.
fn measured() -> Vec<String> {
    let mut command = Command::new(verbatim());
    command.args("bench --members 5 --users 50 --seconds 0.1 --repeat 1".split(' ')).stdin(Stdio::null());
    let mut bench = Process::start(&mut command);
    assert_eq!((bench.code(), bench.err.rest()), (Some(0), vec![]));
    bench.out.rest()
}

/// The figures of the row with this title.
#[track_caller]
fn figures(said: &[String], row: &str) -> Vec<f64> {
    let line = said.iter().find_map(|line| line.strip_prefix(row)).unwrap_or_else(|| panic!("{row}: {said:#?}"));
    line.split_whitespace().filter_map(|word| word.trim_end_matches('x').parse().ok()).collect()
}

#[test]
fn a_short_benchmark_prints_every_figure_and_the_worst_mask_costs_little_more_than_a_plain_one() {
    let said = measured();
    for (row, columns) in [
        ("2 senders, 10 lines in flight, 5 members", 3),
        ("one sender, one line in flight, 5 members", 3),
        ("private messages, 2 pairs", 3),
        ("resident KiB per idle user, 50 users", 1),
    ] {
        let figures = figures(&said, row);
        assert_eq!(figures.len(), columns, "{row}: {said:#?}");
        // The kernel counts resident pages only roughly: with so few users the difference may be anything.
        let is_one = |figure: &f64| figure.is_finite() && (*figure >= 0.0 || row.starts_with("resident"));
        assert!(figures.iter().all(is_one), "{row}: {said:#?}");
    }
    for row in
        ["WHO mask", "LIST mask,mask,…", "LINKS mask", "OPER, 99 hosts", "JOIN #b", "PRIVMSG #b", "PRIVMSG owner"]
    {
        let figures = figures(&said, row);
        let &[.., plain, worst, ratio] = &figures[..] else { panic!("{row}: {said:#?}") };
        assert!(plain > 0.0 && worst > 0.0 && ratio < 10.0, "{row}: {said:#?}");
    }
}

#[test]
fn a_benchmark_of_zero_seconds_is_refused() {
    let mut bench = Process::start(Command::new(verbatim()).args(["bench", "--seconds", "0"]));
    assert_eq!((bench.code(), bench.err.rest().len()), (Some(1), 1));
}
