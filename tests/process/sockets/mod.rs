//! The server's sockets: IPv6, proxies before it, users at Unix sockets, restarts, and systemd.

mod ipv6;
mod peers;
mod restart;
mod systemd;

use std::io::Write;
use std::process::Command;

use crate::shell_world::*;

/// Says what is not tested here, and why, whoever captures the output of tests.
fn skip(what: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}");
}

/// What `verbatim serve` says that does not start. It exits with 1.
fn refusal(args: &[&str]) -> String {
    let mut process = Process::start(Command::new(verbatim()).arg("serve").args(args));
    assert_eq!(process.code(), Some(1));
    process.err.rest().concat()
}
