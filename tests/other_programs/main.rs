//! Third-party programs against a real `verbatim serve`. They were written from the specifications, not for us.
//!
//! It prints what it does: `cargo test --test other_programs`, or `… --test other_programs openssl`.
#![expect(clippy::disallowed_methods, reason = "these tests are about the system")]

#[path = "../aloud/mod.rs"]
mod aloud;
mod browser;
mod certificates;
mod chat;
mod curl;
mod haproxy;
mod openssl;
#[path = "../shell_world/mod.rs"]
mod shell_world;
mod websocket;
mod world;

use std::process::ExitCode;

use aloud::Aloud;

/// What a step tries, in words, and the test itself. Each step has its own server.
pub type Step = (&'static str, fn());

/// A program's name, and the command that prints its version, which fails if it is not installed.
pub type Program = (&'static str, &'static [&'static str]);

/// A program, or several that are tested together.
pub struct Story {
    name: &'static str,
    programs: &'static [Program],
    steps: &'static [Step],
}

const OPENSSL: Program = ("openssl", &["openssl", "version"]);
const NODE: Program = ("Node", &["node", "-p", "`Node ${process.version}`"]);
/// A Node package.
const WS: Program = ("ws", &["node", "-p", "`ws ${require('ws/package.json').version}`"]);
const CHROMIUM: Program = ("Chromium", &["chromium", "--version"]);
const CURL: Program = ("curl", &["curl", "--version"]);
const HAPROXY: Program = ("HAProxy", &["haproxy", "-v"]);

static STORIES: [Story; 6] =
    [openssl::STORY, websocket::STORY, browser::STORY, curl::STORY, haproxy::STORY, chat::STORY];

fn main() -> ExitCode {
    aloud::tell(&STORIES, |story| story.name, passes)
}

/// Runs all steps. A program that is not installed is reported, and is not a failure.
fn passes(story: &'static Story) -> bool {
    let name = story.name;
    println!();
    for (program, command) in story.programs {
        let Some(version) = aloud::version(world::program(command[0]).args(&command[1..])) else {
            println!("{name}: {program} is not installed, SKIPPED");
            return true;
        };
        println!("{name}: {version}");
    }
    Aloud::passes(name, |aloud| story.steps.iter().for_each(|(what, step)| aloud.step(what, step)))
}
