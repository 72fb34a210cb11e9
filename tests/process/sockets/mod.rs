//! The server's sockets: IPv6, proxies, Unix sockets, restarts, and systemd.

mod ipv6;
mod peers;
mod restart;
mod systemd;

use std::io::Write;
use std::process::Command;

use crate::shell_world::*;

/// Prints what is not tested here, and why, even if test output is captured.
fn skip(what: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}");
}

/// The error of a `verbatim serve` that does not start. It exits with 1.
fn refusal(args: &[&str]) -> String {
    let mut process = Process::start(Command::new(verbatim()).arg("serve").args(args));
    assert_eq!(process.code(), Some(1));
    process.err.rest().concat()
}
