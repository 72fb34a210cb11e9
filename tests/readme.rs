//! What the README shows of the code's own tables is what they say.

#![allow(clippy::disallowed_methods, reason = "a test may read the README")]

use verbatim::server::supported;

/// Between these two lines stands what is generated.
const BEGIN: &str = "<!-- supported: generated from the code's tables, checked by tests/readme.rs -->\n";
const END: &str = "<!-- /supported -->";

#[test]
fn the_readme_lists_every_command_capability_and_mode() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let (_, behind) = readme.split_once(BEGIN).expect("the beginning of what is generated");
    let (shown, _) = behind.split_once(END).expect("its end");
    assert!(shown.trim() == supported().trim(), "the README should say\n\n{}", supported());
}
