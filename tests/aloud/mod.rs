//! Tests that print a line for each step, and say clearly when a program is not installed. They have no harness,
//! because a harness would hide that.
//!
//! Arguments select stories by parts of their names, as with any test binary.
#![allow(dead_code, reason = "each test binary uses its part of it")]
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "these tests are about the system")]

use std::env;
use std::ffi::OsStr;
use std::io::{Write, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Runs the stories that the arguments select; `passes` runs one of them.
pub fn tell<S>(stories: &'static [S], name: fn(&S) -> &'static str, passes: fn(&'static S) -> bool) -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let (flags, parts): (Vec<&str>, Vec<&str>) = args.iter().map(String::as_str).partition(|arg| arg.starts_with('-'));
    let is_chosen = |story: &&S| parts.is_empty() || parts.iter().any(|part| name(story).contains(part));
    let (chosen, others): (Vec<_>, Vec<_>) = stories.iter().partition(is_chosen);
    if flags.contains(&"--list") {
        chosen.iter().for_each(|story| println!("{}: test", name(story)));
        return ExitCode::SUCCESS;
    }
    others.iter().for_each(|story| println!("{}: not asked for", name(story)));
    // Printed in place of the step's "ok".
    set_hook(Box::new(|panic| println!("FAILED\n{panic}")));
    let failed = chosen.into_iter().filter(|story| !passes(story)).count();
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A running story.
pub struct Aloud {
    name: &'static str,
    steps: u32,
}

impl Aloud {
    /// Runs a story. Returns whether all of its steps passed.
    pub fn passes(name: &'static str, tell: impl FnOnce(&mut Self)) -> bool {
        let start = Instant::now();
        let mut aloud = Self { name, steps: 0 };
        let told = catch_unwind(AssertUnwindSafe(|| tell(&mut aloud)));
        if told.is_ok() {
            println!("{name}: all {} steps in {:.1} s", aloud.steps, start.elapsed().as_secs_f64());
        }
        told.is_ok()
    }

    /// Prints what is tried, tries it, and prints "ok".
    pub fn step(&mut self, what: &str, step: impl FnOnce()) {
        print!("{}: {what} … ", self.name);
        stdout().flush().expect("somebody reads");
        step();
        println!("ok");
        self.steps += 1;
    }
}

/// A program that dies with the test, even if the test is killed. `setpriv` (util-linux) asks the kernel for that, and
/// then becomes the program.
pub fn mortal(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(program);
    command
}

/// The first line of the program's version output; `None` if it is not installed.
pub fn version(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(|line| line.trim().to_owned())
}
