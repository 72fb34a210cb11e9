//! A line editor: keys in, lines out. It knows nothing of the terminal or of how the text is drawn.

use std::collections::VecDeque;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::keys::Key;
use crate::client::MAX_TYPED_LINE;

/// The most lines that the history keeps.
const MAX_HISTORY: usize = 500;

/// What a key led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// Perhaps another text or cursor.
    Text,
    /// These lines are entered, and the editor is empty again. Only a pasted text has several.
    Lines(Vec<String>),
    /// The user asks for the end: Ctrl-D, and there is no text.
    End,
    /// The user asks for the screen to be drawn again.
    Redraw,
    /// There is no room for the text.
    TooLong,
}

/// The text being edited, and the lines before it.
#[derive(Debug, Default)]
pub struct Editor {
    /// Never longer than [`MAX_TYPED_LINE`].
    text: String,
    /// A byte index, at the border of a grapheme.
    cursor: usize,
    history: VecDeque<String>,
    /// The line of the history that is shown instead of `draft`.
    shown: Option<usize>,
    draft: String,
    killed: String,
    cycle: Option<Cycle>,
}

/// A completion, which another Tab replaces by the next candidate.
#[derive(Debug)]
struct Cycle {
    start: usize,
    candidates: Vec<String>,
    at: usize,
}

impl Editor {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor, and after it.
    pub fn halves(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// Handles a key. `complete` returns the candidates for the word that ends at the cursor: its arguments are the
    /// text before the word, and the word.
    pub fn press(&mut self, key: Key, complete: impl FnOnce(&str, &str) -> Vec<String>) -> Edited {
        let cycle = self.cycle.take();
        match key {
            Key::Char(c) => return self.insert(c.encode_utf8(&mut [0; 4])),
            Key::Paste(text) => return self.insert(&text),
            Key::LongPaste => return Edited::TooLong,
            Key::Tab => return self.complete(cycle, true, complete),
            Key::BackTab => return self.complete(cycle, false, complete),
            Key::Enter => return self.enter(),
            Key::EndOfInput if self.text.is_empty() => return Edited::End,
            Key::Redraw => return Edited::Redraw,
            Key::Backspace => self.remove(self.left(), self.cursor),
            Key::Delete | Key::EndOfInput => self.remove(self.cursor, self.right()),
            Key::Left => self.cursor = self.left(),
            Key::Right => self.cursor = self.right(),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = self.text.len(),
            Key::WordLeft => self.cursor = self.word_left(),
            Key::WordRight => self.cursor = self.word_right(),
            Key::KillToStart => self.kill(0, self.cursor),
            Key::KillToEnd => self.kill(self.cursor, self.text.len()),
            Key::KillWord => self.kill(self.word_left(), self.cursor),
            Key::KillNextWord => self.kill(self.cursor, self.word_right()),
            Key::Yank => return self.insert(&self.killed.clone()),
            Key::Up => self.recall(self.shown.unwrap_or(self.history.len()).checked_sub(1)),
            Key::Down if self.shown.is_some() => self.recall(self.shown.map(|at| at + 1)),
            Key::Down => {}
        }
        Edited::Text
    }

    fn insert(&mut self, text: &str) -> Edited {
        if self.text.len() + text.len() > MAX_TYPED_LINE {
            return Edited::TooLong;
        }
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        // The new text may have joined the character behind it, such as a base letter before an accent.
        self.cursor = self.border_from(self.cursor);
        Edited::Text
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = self.border_from(from);
    }

    fn kill(&mut self, from: usize, to: usize) {
        if from < to {
            self.killed = self.text[from..to].to_owned();
            self.remove(from, to);
        }
    }

    fn enter(&mut self) -> Edited {
        let text = std::mem::take(&mut self.text);
        (self.cursor, self.shown, self.draft) = (0, None, String::new());
        let lines: Vec<String> = text.split('\n').filter(|line| !line.is_empty()).map(str::to_owned).collect();
        if lines.is_empty() {
            return Edited::Text;
        }
        if self.history.back() != Some(&text) && !lines.iter().any(|line| has_secret(line)) {
            self.history.push_back(text);
            if self.history.len() > MAX_HISTORY {
                self.history.pop_front();
            }
        }
        Edited::Lines(lines)
    }

    /// Shows line `at` of the history; behind its end is the draft.
    fn recall(&mut self, at: Option<usize>) {
        let Some(at) = at else { return };
        if self.shown.is_none() {
            self.draft = std::mem::take(&mut self.text);
        }
        self.shown = Some(at).filter(|&at| at < self.history.len());
        self.text = match self.shown {
            Some(at) => self.history[at].clone(),
            None => std::mem::take(&mut self.draft),
        };
        self.cursor = self.text.len();
    }

    fn complete(
        &mut self,
        cycle: Option<Cycle>,
        forward: bool,
        complete: impl FnOnce(&str, &str) -> Vec<String>,
    ) -> Edited {
        let cycle = match cycle {
            Some(Cycle { start, candidates, at }) => {
                let step = if forward { 1 } else { candidates.len() - 1 };
                Cycle { start, at: (at + step) % candidates.len(), candidates }
            }
            None => {
                let before = &self.text[..self.cursor];
                let start = before.rfind([' ', '\n', '\t']).map_or(0, |space| space + 1);
                let candidates = complete(&before[..start], &before[start..]);
                if candidates.is_empty() {
                    return Edited::Text;
                }
                Cycle { start, at: if forward { 0 } else { candidates.len() - 1 }, candidates }
            }
        };
        let word = &cycle.candidates[cycle.at];
        if self.text.len() + word.len() > MAX_TYPED_LINE {
            return Edited::TooLong;
        }
        self.text.replace_range(cycle.start..self.cursor, word);
        self.cursor = cycle.start + word.len();
        self.cycle = Some(cycle);
        Edited::Text
    }

    /// The border of a grapheme at `at` or behind it.
    fn border_from(&self, at: usize) -> usize {
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        match cursor.is_boundary(&self.text, 0) {
            Ok(false) => cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len()),
            _ => at,
        }
    }

    fn left(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |next| self.cursor + next.len())
    }

    /// The beginning of the word before the cursor. Words are what spaces separate.
    fn word_left(&self) -> usize {
        let before = self.text[..self.cursor].trim_end();
        before.rfind(char::is_whitespace).map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8))
    }

    fn word_right(&self) -> usize {
        let rest = &self.text[self.cursor..];
        let word = rest.trim_start();
        self.cursor + (rest.len() - word.len()) + word.find(char::is_whitespace).unwrap_or(word.len())
    }
}

/// Whether a line sends a password, which must not be shown again.
fn has_secret(line: &str) -> bool {
    const COMMANDS: &[&str] = &["pass", "oper", "authenticate", "register", "identify"];
    line.starts_with('/')
        && line.split(['/', ' ']).take(5).any(|word| COMMANDS.iter().any(|name| word.eq_ignore_ascii_case(name)))
}
