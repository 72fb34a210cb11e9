//! irssi and WeeChat, each in a terminal of its own, against a real `verbatim serve`.
//!
//! It prints what it does: `cargo test --test terminal_clients`, or `… --test terminal_clients irssi`.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "these tests are about the system")]

#[path = "../aloud/mod.rs"]
mod aloud;
mod clients;
#[path = "../shell_world/mod.rs"]
mod shell_world;
mod story;
#[path = "../terminal/mod.rs"]
mod terminal;

use std::process::{Command, ExitCode};

use aloud::Aloud;
use clients::{CLIENTS, Client};
use story::{STEPS, Story};

fn main() -> ExitCode {
    aloud::tell(&CLIENTS, |client| client.name, passes)
}

/// Runs all steps with a client. A client that is not installed is reported, and is not a failure.
fn passes(client: &'static Client) -> bool {
    let name = client.name;
    println!();
    let Some(version) = aloud::version(Command::new(name).arg("--version")) else {
        println!("{name}: not installed, SKIPPED");
        return true;
    };
    println!("{name} {}", version.trim_start_matches(name).trim());
    let mut story = None;
    let passed = Aloud::passes(name, |aloud| {
        let story = story.insert(Story::begin(client));
        STEPS.iter().for_each(|(what, step)| aloud.step(what, || step(story)));
    });
    if let Some(story) = story.as_mut().filter(|_| !passed) {
        println!("The screen of {name} at that moment:\n{}", story.screen());
    }
    passed
}
