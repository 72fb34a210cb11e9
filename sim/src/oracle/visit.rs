//! The part of the server's lines that every visitor is shown alike: messages in the lobby, and the server's goodbye.
//! The rest depends on who they are and what they typed, and is not compared.

use verbatim::wire::{Line, is_unsafe_to_show};

use super::observation::read;

/// The channel that visitors talk in.
const LOBBY: &str = "#lobby";

/// Stands for the server's goodbye, however it is worded.
const GOODBYE: &[u8] = b"-- Goodbye.\n";

/// What every visitor is shown for a line from the server; `None` if that depends on the visitor.
pub fn shown(line: &Line) -> Option<Line> {
    let message = read(line)?;
    match (message.command, message.params()) {
        ("ERROR", _) => Some(Line::shown(GOODBYE)),
        ("PRIVMSG", &[target, text, ..]) if target.eq_ignore_ascii_case(LOBBY) && !text.starts_with('\u{1}') => {
            // A terminal would interpret such characters.
            let seen = text.replace('\t', " ").replace(is_unsafe_to_show, "");
            Some(Line::shown(format!("{}: {seen}\n", message.nick()).as_bytes()))
        }
        _ => None,
    }
}

/// The lines that a visitor is shown, as they arrive.
#[derive(Debug, Default)]
pub struct Screen(Vec<u8>);

impl Screen {
    /// The lines that these bytes complete and that every visitor is shown alike, as by [`shown`].
    pub fn arrived(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.0.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                lines.extend(common(std::mem::take(&mut self.0)));
            }
        }
        lines
    }
}

/// A line of the screen, if every visitor is shown it alike: `bob: text` is a message in the lobby,
/// `bob (to you): text` is not.
fn common(mut line: Vec<u8>) -> Option<Vec<u8>> {
    // A WebSocket carries a line without its end.
    if line.ends_with(b"\r\n") {
        line.remove(line.len() - 2);
    }
    if line == GOODBYE || line.starts_with(b"-- The server says: ") {
        return Some(GOODBYE.to_vec());
    }
    let first = line.split(|&byte| byte == b' ').next()?;
    (first.ends_with(b":") && !first.starts_with(b"-")).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_every_visitor_sees_alike_are_found_on_both_sides() {
        let sent = |text: &str| shown(&Line::new(format!("{text}\r\n").as_bytes())).map(|line| line.to_vec());
        let said = b"bob: tea at 5?\n".to_vec();
        assert_eq!(sent(":bob!~b@h PRIVMSG #lobby :tea\tat\u{2} 5?"), Some(said.clone()));
        assert_eq!(sent("ERROR :Closing link"), Some(GOODBYE.to_vec()));
        for other in [
            ":bob!~b@h PRIVMSG guest1 :tea?",
            ":bob!~b@h PRIVMSG #lobby :\u{1}ACTION waves\u{1}",
            ":bob!~b@h JOIN #lobby",
        ] {
            assert_eq!(sent(other), None, "{other}");
        }
        let mut screen = Screen::default();
        assert!(screen.arrived(b"-- bob joined\n-- Here: bob\nbob: tea").is_empty());
        let rest = b" at 5?\nbob (to you): tea?\n-bob- tea?\n* bob waves\n-- The server says: Closing link\n";
        assert_eq!(screen.arrived(rest), [said, GOODBYE.to_vec()]);
    }
}
