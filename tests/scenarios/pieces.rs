//! Members see the same however the bytes are cut.

use std::time::Duration;

use sim::faults::{FaultMode, Shape};
use sim::scenario::{Act, Stage, VirtualStage, play};
use verbatim::server::Config;

use crate::text;

/// A stage on which bytes arrive in separate pieces.
struct Pieces {
    stage: VirtualStage,
    bytes: usize,
}

impl Stage for Pieces {
    fn act(&mut self, who: &str, act: &Act) {
        let Act::Sends(bytes) = act else { return self.stage.act(who, act) };
        for piece in bytes.chunks(self.bytes) {
            self.stage.act(who, &Act::Sends(piece.into()));
            self.stage.wait(Duration::from_millis(1));
        }
    }

    fn wait(&mut self, span: Duration) {
        self.stage.wait(span);
    }

    fn settle(&mut self) -> Vec<(String, Vec<String>)> {
        self.stage.settle()
    }
}

const SCRIPTS: [(&str, &str); 3] = [
    ("a broadcast", include_str!("scripts/everyone_else_hears_a_line_once.script")),
    ("visitors", include_str!("scripts/visitors_and_clients_share_the_lobby.script")),
    ("bad bytes", include_str!("scripts/bytes_that_are_not_text_are_refused.script")),
];

/// Bytes of the longest line in the scripts.
fn longest() -> usize {
    let lines = SCRIPTS.iter().flat_map(|(_, script)| script.lines()).filter(|line| !line.starts_with('#'));
    lines.map(str::len).max().expect("a script has lines")
}

#[test]
fn members_see_the_same_if_input_arrives_in_pieces_of_any_size() {
    for (name, script) in SCRIPTS {
        let whole = play(script, &mut VirtualStage::new(Config::default()));
        for bytes in 1..=longest() {
            let cut = play(script, &mut Pieces { stage: VirtualStage::new(Config::default()), bytes });
            text::assert_same(&cut, &whole, &format!("{name}, in pieces of {bytes} bytes"));
        }
    }
}

#[test]
fn members_see_the_same_if_reads_and_writes_are_of_any_size() {
    for (name, script) in SCRIPTS {
        let whole = play(script, &mut VirtualStage::new(Config::default()));
        for bytes in 1..=longest() {
            let shape = Shape { read_budget_bytes: bytes, write_bytes: bytes, ..Shape::draw(FaultMode::None, 1, 0) };
            let cut = play(script, &mut VirtualStage::with_shape(Config::default(), &shape));
            text::assert_same(&cut, &whole, &format!("{name}, {bytes} bytes at a time"));
        }
    }
}
