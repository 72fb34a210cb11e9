//! The input line of a terminal: what is typed, below what arrives, with the target as its prompt.
//!
//! ```text
//! 12:03 #lobby <bob> hello
//! [#lobby] hello, b█
//! ```

use super::completion::Names;
use super::editor::{Edited, Editor};
use super::keys::Keys;
use super::row;
use crate::client::Entry;

/// Removes the input line from the screen, so that lines can be written in its place.
pub const ERASE: &str = "\r\x1b[K";

/// A line editor at a terminal of some width.
#[derive(Debug)]
pub struct InputLine {
    keys: Keys,
    editor: Editor,
    names: Names,
    target: String,
    columns: usize,
}

impl InputLine {
    /// An empty line on a terminal with this many columns.
    pub fn new(columns: usize) -> Self {
        let (keys, editor, names) = (Keys::default(), Editor::default(), Names::default());
        let mut line = Self { keys, editor, names, target: String::new(), columns };
        line.aim(None);
        line
    }

    /// The target of what is typed, if there is one. Returns whether it is another than before.
    pub fn aim(&mut self, target: Option<&str>) -> bool {
        let target = target.unwrap_or("no channel");
        let is_new = target != self.target;
        target.clone_into(&mut self.target);
        is_new
    }

    /// The terminal's width.
    pub fn resize(&mut self, columns: usize) {
        self.columns = columns;
    }

    /// Learns the names that Tab completes.
    pub fn learn(&mut self, entry: &Entry) {
        self.names.learn(entry);
    }

    /// Handles what the terminal sent. Returns what the keys led to, except for changes of the text.
    pub fn typed(&mut self, bytes: &[u8]) -> Vec<Edited> {
        let Self { keys, editor, names, .. } = self;
        let keys = keys.take(bytes).into_iter();
        let edited = keys.map(|key| editor.press(key, |before, word| names.candidates(before, word)));
        edited.filter(|edited| *edited != Edited::Text).collect()
    }

    /// The escape sequences that draw the line over itself.
    pub fn draw(&self) -> String {
        row::draw(&self.target, self.editor.halves(), self.columns)
    }
}
