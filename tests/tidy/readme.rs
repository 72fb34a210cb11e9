//! docs/reference.md matches the code's tables, and the test commands are the same everywhere.

#![expect(clippy::disallowed_methods, reason = "a test may read the README and its neighbours")]

use verbatim::server::supported;

/// The generated part is between these two lines.
const BEGIN: &str = "<!-- supported: generated from the code's tables, checked by tests/tidy/readme.rs -->\n";
const END: &str = "<!-- /supported -->";

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect("it is there")
}

/// The test binaries in a directory: `NAME.rs` and `NAME/main.rs`.
fn binaries(directory: &str) -> Vec<String> {
    let entries = std::fs::read_dir(format!("{}/{directory}", env!("CARGO_MANIFEST_DIR"))).expect("a directory");
    let name = |path: std::path::PathBuf| {
        let is_one = path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").exists();
        is_one.then(|| path.file_stem().expect("a name").to_string_lossy().into_owned())
    };
    entries.filter_map(|entry| name(entry.expect("an entry").path())).collect()
}

#[test]
fn the_test_commands_agree_everywhere_and_cover_every_binary() {
    let command = "cargo test --workspace --no-fail-fast";
    for path in ["README.md", ".ci/run"] {
        assert!(read(path).lines().any(|line| line.trim_start().starts_with(command)), "{path}");
    }
    let justfile = read("justfile");
    let (before, recipe) = justfile.split_once("\nquick:\n").expect("a recipe");
    let (recipe, _) = recipe.split_once("\n\n").expect("its end");
    let (_, leaves_out) = before.rsplit_once("# `quick` leaves out").expect("what it leaves out");
    let says = |text: &str, name: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    for name in ["tests", "sim/tests"].map(binaries).concat() {
        let is_run = recipe.split("--test ").skip(1).any(|rest| rest.split_whitespace().next() == Some(&*name));
        assert!(is_run || says(leaves_out, &name), "just quick neither runs {name} nor says that it leaves it out");
    }
}

#[test]
fn the_reference_lists_every_command_capability_and_mode() {
    let reference = read("docs/reference.md");
    let (_, behind) = reference.split_once(BEGIN).expect("the beginning of what is generated");
    let (shown, _) = behind.split_once(END).expect("its end");
    assert!(shown.trim() == supported().trim(), "docs/reference.md should say\n\n{}", supported());
}
