//! The configuration as an administrator uses it: valid and invalid files, flags that override them, reloads
//! of a running server, passwords and the log.

mod files;
mod log;
mod passwords;
mod reload;

use std::process::{Command, Stdio};

use crate::shell_world::*;

/// A run's output, and its exit code.
struct Said {
    out: Vec<String>,
    err: Vec<String>,
    code: Option<i32>,
}

/// Runs the program to its end, with `input` as stdin.
fn run(args: &[&str], input: &str) -> Said {
    let mut process = Process::start(Command::new(verbatim()).args(args).stdin(Stdio::piped()));
    std::io::Write::write_all(&mut process.child.stdin.take().expect("its stdin"), input.as_bytes())
        .expect("the other end reads");
    Said { out: process.out.rest(), err: process.err.rest(), code: process.code() }
}

/// Hashes a password.
fn hash(password: &str) -> String {
    run(&["hash-password"], &format!("{password}\n")).out.concat()
}

/// A server with this configuration, which listens on one TCP port.
fn serve(folder: &Folder, config: &str, args: &[&str]) -> Server {
    let path = folder.path("verbatim.toml");
    write_file(&path, config);
    let mut command = Command::new(verbatim());
    let mut process = Process::start(command.arg("serve").arg("--config").arg(path).args(args).stdin(Stdio::null()));
    let line = process.out.next().expect("the server is ready");
    Server { process, urls: vec![line.strip_prefix("listening on ").expect("the URL that it listens on").to_owned()] }
}
