//! Which room imports which, and what pure rooms may not use. The drawing is in `src/lib.rs`.

use super::source::{Fault, Source, find_word, paths};

const BASE: &[&str] = &["slots", "time", "planted"];

/// A room, and what it imports besides itself and [`BASE`].
const ARROWS: &[(&str, &[&str])] = &[
    ("slots", &[]),
    ("time", &[]),
    ("planted", &[]),
    ("wire", &[]),
    ("transport", &["wire"]),
    ("server", &["wire"]),
    ("client", &["wire"]),
    ("visitor", &["wire"]),
    ("driver", &["wire", "transport", "server", "client", "visitor"]),
    ("shell", &["wire", "transport", "server", "client", "driver"]),
    ("main", &["wire", "transport", "server", "client", "driver", "shell"]),
    ("sim", &["wire", "transport", "server", "client", "driver"]),
    ("model", &[]),
];

/// The floors of the simulator: what each imports from below. The drawing is in `sim/src/lib.rs`.
const FLOORS: &[(&str, &[&str])] = &[
    ("random", &[]),
    ("faults", &["random"]),
    ("oracle", &[]),
    ("record", &["faults", "oracle"]),
    ("net", &["random", "faults", "oracle", "record"]),
    ("world", &["random", "faults", "oracle", "record", "net"]),
    ("people", &["random", "faults", "oracle", "net", "world"]),
    ("scenario", &["faults", "record", "net", "world"]),
    ("run", &["random", "faults", "oracle", "record", "net", "world", "people"]),
];

/// The rooms whose behaviour must follow from the seed.
const PURE: &[&str] =
    &["slots", "time", "planted", "wire", "transport", "server", "client", "visitor", "driver", "model"];

/// What does not follow from a seed, or has effects outside the program.
const IMPURE: &[&str] = &[
    "Instant",
    "SystemTime",
    "HashMap",
    "HashSet",
    "RandomState",
    "thread::",
    "std::thread",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::os",
    "rand::rng",
    "rand::random",
    "Zoned::now",
    "Timestamp::now",
    "TimeZone::system",
    "stdin",
    "stdout",
    "stderr",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
];

/// A file's room; `None` for `src/lib.rs` and for tests, which import everything.
fn room(path: &str) -> Option<&str> {
    if path.starts_with("sim/model/") {
        return Some("model");
    }
    if path.starts_with("sim/src/") {
        return Some("sim");
    }
    let room = path.strip_prefix("src/")?.split(['/', '.']).next()?;
    (room != "lib").then_some(room)
}

/// Rooms without an arrow.
pub fn unknown(sources: &[Source]) -> Vec<Fault> {
    let is_known =
        |source: &&Source| room(&source.path).is_none_or(|room| ARROWS.iter().any(|&(name, _)| name == room));
    let fault = |source: &Source| source.fault(0, "a new room: draw its arrows in src/lib.rs and tests/tidy/rooms.rs");
    sources.iter().filter(|source| !is_known(source)).map(fault).collect()
}

/// A file that imports a forbidden room.
pub fn arrows(source: &Source) -> Vec<Fault> {
    let Some(room) = room(&source.path) else { return Vec::new() };
    let Some(&(_, seen)) = ARROWS.iter().find(|&&(name, _)| name == room) else { return Vec::new() };
    let is_room = |name: &str| ARROWS.iter().any(|&(room, _)| room == name);
    let may_see = |name: &str| name == room || BASE.contains(&name) || seen.contains(&name);
    let mut faults = Vec::new();
    let is_sim = source.path.starts_with("sim/");
    let is_top = source.path.trim_end_matches("/mod.rs").matches('/').count() == 1;
    let roots = [("verbatim", true), ("crate", !is_sim), ("super", is_top && !is_sim)];
    let roots = roots.into_iter().filter(|&(_, holds)| holds);
    for (at, path) in roots.flat_map(|(root, _)| paths(&source.code, root)) {
        let seen_room = path[0].as_str();
        if is_room(seen_room) && !may_see(seen_room) {
            faults.push(source.fault(at, format!("{room} must not see {seen_room}: turn the arrow, or move the code")));
        }
    }
    faults
}

/// A dependency of the model: it must have none, so that it shares no code with what it judges.
pub fn independence(manifest: &Source) -> Vec<Fault> {
    let (mut at, mut faults) = (0, Vec::new());
    for line in manifest.text.split_inclusive('\n') {
        if line.starts_with('[') && line.contains("dependencies") {
            faults.push(
                manifest.fault(at, "the model depends on nothing: write it apart, or let the simulator pass it in"),
            );
        }
        at += line.len();
    }
    faults
}

/// A file's floor in the simulator; `None` for its root, its binary and other files.
fn floor(path: &str) -> Option<&str> {
    let floor = path.strip_prefix("sim/src/")?.split(['/', '.']).next()?;
    (!matches!(floor, "lib" | "main")).then_some(floor)
}

/// A file of the simulator that imports from above, or is on an unknown floor.
pub fn floors(source: &Source) -> Vec<Fault> {
    let Some(floor) = floor(&source.path) else { return Vec::new() };
    let Some(&(_, seen)) = FLOORS.iter().find(|&&(name, _)| name == floor) else {
        return vec![source.fault(0, "a new floor: draw it in sim/src/lib.rs and tests/tidy/rooms.rs")];
    };
    let may_see = |name: &str| name == floor || seen.contains(&name);
    let is_top = source.path.trim_end_matches("/mod.rs").matches('/').count() == 2;
    let roots = [("crate", true), ("super", is_top)].into_iter().filter(|&(_, holds)| holds);
    let named = roots.flat_map(|(root, _)| paths(source.untested(), root));
    let unseen = named.filter(|(_, path)| FLOORS.iter().any(|row| row.0 == path[0]) && !may_see(&path[0]));
    unseen.map(|(at, path)| source.fault(at, format!("{floor} must not see {}: it looks downwards", path[0]))).collect()
}

/// A crate that is used outside the one place for it.
pub fn crates(source: &Source) -> Vec<Fault> {
    let path = source.path.as_str();
    let is_test = path.starts_with("tests/") || path.starts_with("sim/tests/");
    let places = [
        ("nix", path.starts_with("src/shell/") || is_test, "system calls are made in src/shell"),
        ("clap", path == "src/main.rs" || path == "sim/src/main.rs" || is_test, "command lines are read in main.rs"),
    ];
    let mut faults = Vec::new();
    for (name, _, what) in places.into_iter().filter(|&(_, allowed, _)| !allowed) {
        let prefix = format!("{name}::");
        faults.extend(find_word(&source.code, &prefix).map(|at| source.fault(at, format!("{name}: {what}"))));
    }
    faults
}

/// Something in a pure room that does not follow from a seed.
pub fn purity(source: &Source) -> Vec<Fault> {
    if !room(&source.path).is_some_and(|room| PURE.contains(&room)) {
        return Vec::new();
    }
    let mut found: Vec<(usize, String)> = Vec::new();
    for word in IMPURE {
        found.extend(find_word(&source.code, word).map(|at| (at, (*word).to_owned())));
    }
    for (at, path) in paths(&source.code, "std") {
        let word = format!("std::{}", path[0]);
        if IMPURE.contains(&&*word) {
            found.push((at, word));
        }
    }
    found.sort();
    let mut faults: Vec<Fault> = found.into_iter().map(|(at, word)| source.fault(at, impure(&word))).collect();
    faults.dedup_by_key(|fault| fault.1);
    faults
}

fn impure(word: &str) -> String {
    format!("{word} is not for a pure room: make it an event or an action, and do it in the shell")
}
