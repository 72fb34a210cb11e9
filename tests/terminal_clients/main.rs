//! irssi and WeeChat, the programs themselves, each in a terminal of its own, against a real `verbatim serve`.
//!
//! This test has no harness, for a harness would hide what people should read: a line for each step, and a clear word
//! where a client is not installed. Arguments are parts of clients' names, as with any test: `… --test terminal_clients
//! irssi`.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "these tests are about the system")]

mod clients;
#[path = "../shell_world/mod.rs"]
mod shell_world;
mod story;
mod terminal;

use std::io::{Write, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::{Command, ExitCode};
use std::time::Instant;
use std::{env, fs};

use clients::{CLIENTS, Client};
use shell_world::Process;
use story::{STEPS, Story};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let (flags, names): (Vec<&str>, Vec<&str>) = args.iter().map(String::as_str).partition(|arg| arg.starts_with('-'));
    let is_chosen = |client: &Client| names.is_empty() || names.iter().any(|name| client.name.contains(name));
    let (chosen, others): (Vec<_>, Vec<_>) = CLIENTS.iter().partition(|client| is_chosen(client));
    if flags.contains(&"--list") {
        chosen.iter().for_each(|client| println!("{}: test", client.name));
        return ExitCode::SUCCESS;
    }
    others.iter().for_each(|client| println!("{}: not asked for", client.name));
    // Where the step's line would have had its "ok".
    set_hook(Box::new(|panic| println!("FAILED\n{panic}")));
    let failed = chosen.into_iter().filter(|client| !passes(client)).count();
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Goes through all steps with a client and says so; a client that is not installed passes, and that is said, too.
fn passes(client: &'static Client) -> bool {
    let name = client.name;
    println!();
    if !is_installed(name) {
        println!("{name}: not installed, skipped");
        return true;
    }
    let start = Instant::now();
    let mut story = None;
    let played = catch_unwind(AssertUnwindSafe(|| {
        print!("{name} {}: ", version(name));
        play(client, story.insert(Story::begin(client)));
    }));
    match (&played, &mut story) {
        (Ok(()), _) => println!("{name}: all {} steps in {:.1} s", STEPS.len(), start.elapsed().as_secs_f64()),
        (Err(_), Some(story)) => println!("The screen of {name} at that moment:\n{}", story.screen()),
        (Err(_), None) => {}
    }
    played.is_ok()
}

fn play(client: &Client, story: &mut Story) {
    println!("ready");
    for (what, step) in STEPS {
        print!("{}: {what} … ", client.name);
        stdout().flush().expect("somebody reads");
        step(story);
        println!("ok");
    }
}

/// Whether a shell would find the program.
fn is_installed(program: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| fs::metadata(folder.join(program)).is_ok_and(|it| it.is_file()))
}

/// What the program says that it is, without its name.
fn version(program: &str) -> String {
    let mut process = Process::start(Command::new(program).arg("--version"));
    let line = process.out.next().unwrap_or_default();
    assert_eq!(process.code(), Some(0), "{program} --version");
    line.trim_start_matches(program).trim().to_owned()
}
