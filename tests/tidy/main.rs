//! Rules for the sources that no compiler checks: which room imports which, that the state machines are pure, that
//! modules form no cycles, and that files and functions stay short.
//!
//! Every rule is a function from a source to its faults, and is tested here with a bad snippet.
#![expect(clippy::disallowed_methods, reason = "it reads the sources")]

mod circles;
mod readme;
mod rooms;
mod source;
mod style;

use source::{Fault, Source};

/// Fails with every fault that `rule` finds in the Rust sources.
#[track_caller]
fn holds(rule: impl Fn(&Source) -> Vec<Fault>) {
    none(Source::all().iter().flat_map(rule).collect());
}

#[track_caller]
fn none(faults: Vec<Fault>) {
    let lines: Vec<String> = faults.iter().map(|(path, line, what)| format!("{path}:{line}: {what}")).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

/// Fails unless `rule` rejects `code` at exactly these lines.
#[track_caller]
fn refused(rule: impl Fn(&Source) -> Vec<Fault>, path: &str, code: &str, lines: &[usize]) {
    let faults = rule(&Source::new(path, code));
    assert_eq!(faults.iter().map(|fault| fault.1).collect::<Vec<_>>(), lines, "{faults:?}");
}

#[test]
fn rooms_see_only_what_the_drawing_allows() {
    holds(rooms::arrows);
    refused(rooms::arrows, "src/wire/x.rs", "use crate::time::Time;\nuse crate::server::Server;\n", &[2]);
    refused(rooms::arrows, "src/server/x.rs", "use crate::{\n  wire::Line, client::{Client}};\n", &[1]);
    refused(rooms::arrows, "src/client/x.rs", "fn f(_: crate::server::Event) {}\n// crate::server\n", &[1]);
    refused(rooms::arrows, "src/driver/x.rs", "use crate::shell::Socket;\n", &[1]);
    refused(rooms::arrows, "src/client/mod.rs", "use super::server::Event;\n", &[1]);
    refused(rooms::arrows, "sim/src/world.rs", "use verbatim::{server::Server, shell};\n", &[1]);
    refused(rooms::arrows, "sim/model/src/x.rs", "use super::text;\nuse verbatim::wire::Line;\n", &[2]);
}

#[test]
fn floors_of_the_simulator_import_only_from_below() {
    holds(rooms::floors);
    refused(rooms::floors, "sim/src/net/mod.rs", "use crate::random::Random;\nuse crate::world::World;\n", &[2]);
    refused(rooms::floors, "sim/src/net/x.rs", "use super::Net;\nuse crate::people::People;\n", &[2]);
    refused(rooms::floors, "sim/src/scenario.rs", "use super::people::Workload;\n", &[1]);
    refused(rooms::floors, "sim/src/oracle/x.rs", "use crate::{oracle::LinkId, record::witness::Witness};\n", &[1]);
    refused(rooms::floors, "sim/src/gossip/mod.rs", "//! x\n", &[1]);
}

#[test]
fn the_model_depends_on_nothing() {
    let manifests = Source::manifests();
    let model: Vec<_> = manifests.iter().filter(|manifest| manifest.path == "sim/model/Cargo.toml").collect();
    assert_eq!(model.len(), 1, "the model's manifest has moved");
    none(rooms::independence(model[0]));
    let manifest = "[package]\nname = \"model\"\n\n[dependencies]\nverbatim = { path = \"../..\" }\n";
    refused(rooms::independence, "sim/model/Cargo.toml", manifest, &[4]);
    refused(
        rooms::independence,
        "sim/model/Cargo.toml",
        "[target.'cfg(unix)'.dependencies]\n[dev-dependencies.x]\n",
        &[1, 2],
    );
}

#[test]
fn every_room_is_in_the_drawing() {
    none(rooms::unknown(&Source::all()));
    assert_eq!(rooms::unknown(&[Source::new("src/helpers/mod.rs", "//! x")]).len(), 1);
}

#[test]
fn modules_form_no_cycles() {
    none(circles::find("src/", &Source::all()));
    none(circles::find("sim/src/", &Source::all()));
    none(circles::find("sim/model/src/", &Source::all()));
    none(circles::find_between("src/", "server", &Source::all()));
    let source = |path, code| Source::new(path, code);
    let circle = [source("src/a.rs", "use crate::b::B;"), source("src/b.rs", "use super::a::A;")];
    assert_eq!(circles::find("src/", &circle).len(), 1);
    // An import by a child counts as its parent's.
    let by_a_child = [
        source("src/server/a/b.rs", "use crate::server::c::C;"),
        source("src/server/a/mod.rs", ""),
        source("src/server/c.rs", "use super::a::A;"),
    ];
    assert_eq!(circles::find_between("src/", "server", &by_a_child).len(), 1);
    assert_eq!(circles::find("src/", &by_a_child).len(), 0);
    // A re-exported name belongs to the child that defines it.
    let handed_on = [
        source("src/r/mod.rs", "mod a;\nmod b;\npub use a::A;\npub use b::B;"),
        source("src/r/a.rs", "use super::B;"),
        source("src/r/b.rs", "fn f() { super::a::g() }"),
    ];
    assert_eq!(circles::find("src/", &handed_on).len(), 1);
    assert_eq!(circles::find("src/", &handed_on[..2]).len(), 0);
}

#[test]
fn system_calls_and_command_lines_have_one_place() {
    holds(rooms::crates);
    refused(rooms::crates, "src/driver/x.rs", "use nix::sys::epoll;\n", &[1]);
    refused(rooms::crates, "src/shell/x.rs", "use nix::sys::epoll;\nuse clap::Parser;\n", &[2]);
    refused(rooms::crates, "src/main.rs", "use clap::Parser;\nuse nix::unistd;\n", &[2]);
    refused(rooms::crates, "sim/src/world.rs", "#[derive(clap::Parser)]\nstruct A;\n", &[1]);
}

#[test]
fn the_state_machines_are_pure() {
    holds(rooms::purity);
    let impure = "use std::time::Instant;\nstd::fs::read(x);\n// Instant\nf(\"Instant\");\nlet m = HashMap::new();\n";
    refused(rooms::purity, "src/server/x.rs", impure, &[1, 2, 5]);
    refused(
        rooms::purity,
        "src/wire/x.rs",
        "println!();\nstd::env::var(x);\nrand::rng();\nthread::spawn(f);\n",
        &[1, 2, 3, 4],
    );
    refused(rooms::purity, "src/driver/x.rs", "use std::{io, net::TcpStream};\nio::stdout();\n", &[1, 2]);
    refused(rooms::purity, "src/shell/x.rs", impure, &[]);
}

#[test]
fn files_and_functions_are_short() {
    holds(style::lengths);
    refused(style::lengths, "src/x.rs", &"\n".repeat(501), &[501]);
    refused(style::lengths, "src/x.rs", &format!("fn f() {{\n{}}}\n", "    x();\n".repeat(69)), &[1]);
    refused(style::lengths, "src/x.rs", &format!("    pub fn f(\n    ) {{\n{}    }}\n", "\n".repeat(68)), &[1]);
    refused(style::lengths, "src/x.rs", &format!("fn f() {{\n{}}}\n", "    x();\n".repeat(68)), &[]);
    refused(style::lengths, "src/x.rs", &format!("fn f() {{}}\nfn g();\n{}}}\n", "\n".repeat(99)), &[]);
}

#[test]
fn every_file_begins_with_a_header_comment() {
    holds(style::head);
    refused(style::head, "src/x.rs", "use std::fmt;\n//! late\n", &[1]);
}

#[test]
fn every_dependency_says_why_it_is_there() {
    none(Source::manifests().iter().flat_map(style::reasons).collect());
    let manifest = "[package]\nname = \"x\"\n[dependencies]\n# Why.\na = \"1\"\nb = \"1\"\n[dev-dependencies]\nc.workspace = true\n";
    refused(style::reasons, "Cargo.toml", manifest, &[6, 8]);
}

#[test]
fn no_source_has_unfinished_work_or_a_path_of_one_machine() {
    none(Source::everything().iter().flat_map(style::words).collect());
    let undone = format!("a();\n// {}\n{}!()\n", concat!("TO", "DO"), concat!("unimple", "mented"));
    refused(style::words, "src/x.rs", &undone, &[2, 3]);
    refused(style::words, "README.md", concat!("see /ho", "me/me/x\n"), &[1]);
}
