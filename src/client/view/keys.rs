//! The keys of a terminal: bytes in pieces of any size in, keys out.
//!
//! Nothing that a terminal sends for a special key, or answers by itself, ever becomes text: a sequence that is not
//! known is dropped whole (ECMA-48 §5.4: a control sequence ends with a byte from 4/0 to 7/14).

/// The most bytes of one pasted text; a longer one is dropped whole.
const MAX_PASTE: usize = crate::client::MAX_TYPED_LINE;
/// The longest control sequence, or string of the terminal's, that is waited for.
const MAX_SEQUENCE: usize = 1024;
/// With bracketed paste, a terminal writes this after a pasted text.
const PASTE_END: &[u8] = b"\x1b[201~";

/// A key, or a pasted text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say which keys they are")]
pub enum Key {
    /// A character that is not a control.
    Char(char),
    /// A pasted text: its line ends are LF, and it has no other controls but tabs.
    Paste(String),
    /// A text that was pasted and is too long.
    LongPaste,
    Enter,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    WordLeft,
    WordRight,
    KillToStart,
    KillToEnd,
    KillWord,
    KillNextWord,
    Yank,
    Redraw,
    /// Ctrl-D: the end of the input, or like [`Delete`](Self::Delete) if there is text.
    EndOfInput,
}

/// Finds the keys in a stream of bytes.
#[derive(Debug, Default)]
pub struct Keys {
    /// The beginning of a sequence or of a character.
    partial: Vec<u8>,
    /// The text that is being pasted, and whether it is too long.
    pasting: Option<(Vec<u8>, bool)>,
}

/// What the bytes begin with.
enum Found {
    /// A key, or nothing of interest; and its length.
    Key(Option<Key>, usize),
    /// A pasted text begins; the length of the mark.
    Paste(usize),
    /// More bytes are needed.
    Partial,
}

impl Keys {
    /// The keys that `bytes` complete.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Key> {
        let mut buffer = std::mem::take(&mut self.partial);
        buffer.extend_from_slice(bytes);
        let (mut rest, mut keys) = (buffer.as_slice(), Vec::new());
        loop {
            if self.pasting.is_some() {
                match self.paste(&mut rest) {
                    Some(key) => keys.push(key),
                    None => break,
                }
            }
            match first(rest) {
                Found::Key(key, length) => {
                    keys.extend(key);
                    rest = &rest[length..];
                }
                Found::Paste(length) => {
                    self.pasting = Some((Vec::new(), false));
                    rest = &rest[length..];
                }
                Found::Partial => break,
            }
        }
        self.partial = rest.to_vec();
        keys
    }

    /// Takes what is pasted from `rest`; the whole, once its end has come.
    fn paste(&mut self, rest: &mut &[u8]) -> Option<Key> {
        let (text, is_long) = self.pasting.as_mut()?;
        let end = rest.windows(PASTE_END.len()).position(|window| window == PASTE_END);
        // The mark may be cut anywhere.
        let open = (1..PASTE_END.len()).rev().find(|&length| rest.ends_with(&PASTE_END[..length])).unwrap_or(0);
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len() - open));
        *is_long |= text.len() + piece.len() > MAX_PASTE;
        if !*is_long {
            text.extend_from_slice(piece);
        }
        *rest = behind;
        end?;
        *rest = &rest[PASTE_END.len()..];
        let (text, is_long) = self.pasting.take()?;
        let text = String::from_utf8_lossy(&text).replace("\r\n", "\n").replace('\r', "\n");
        let is_kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
        Some(if is_long { Key::LongPaste } else { Key::Paste(text.chars().filter(is_kept).collect()) })
    }
}

fn first(bytes: &[u8]) -> Found {
    let Some(&byte) = bytes.first() else { return Found::Partial };
    let key = match byte {
        0x1b => return sequence(bytes),
        0x01 => Key::Home,
        0x02 => Key::Left,
        0x04 => Key::EndOfInput,
        0x05 => Key::End,
        0x06 => Key::Right,
        0x08 | 0x7f => Key::Backspace,
        b'\t' => Key::Tab,
        b'\n' | b'\r' => Key::Enter,
        0x0b => Key::KillToEnd,
        0x0c => Key::Redraw,
        0x0e => Key::Down,
        0x10 => Key::Up,
        0x15 => Key::KillToStart,
        0x17 => Key::KillWord,
        0x19 => Key::Yank,
        0..0x20 => return Found::Key(None, 1),
        _ => return character(bytes),
    };
    Found::Key(Some(key), 1)
}

/// A character of one to four bytes. What is not UTF-8 becomes U+FFFD.
fn character(bytes: &[u8]) -> Found {
    let most = &bytes[..bytes.len().min(4)];
    let (text, bad) = match std::str::from_utf8(most) {
        Ok(text) => (text, None),
        Err(error) => (std::str::from_utf8(&most[..error.valid_up_to()]).unwrap_or_default(), Some(error.error_len())),
    };
    match (text.chars().next(), bad) {
        (Some(c), _) => Found::Key(Some(Key::Char(c)).filter(|_| !c.is_control()), c.len_utf8()),
        (None, Some(Some(length))) => Found::Key(Some(Key::Char(char::REPLACEMENT_CHARACTER)), length),
        (None, _) => Found::Partial,
    }
}

/// What begins with ESC.
fn sequence(bytes: &[u8]) -> Found {
    let Some(&second) = bytes.get(1) else { return Found::Partial };
    let key = match second {
        b'[' => return control_sequence(bytes),
        b'O' => {
            let Some(&last) = bytes.get(2) else { return Found::Partial };
            return Found::Key(arrow(last, b""), if last < 0x20 { 2 } else { 3 });
        }
        // A string of the terminal's, such as its answer to a question: OSC, DCS, PM, APC, SOS.
        b']' | b'P' | b'^' | b'_' | b'X' => return terminal_string(bytes),
        0x1b => return Found::Key(None, 1),
        b'b' | b'B' => Key::WordLeft,
        b'f' | b'F' => Key::WordRight,
        b'd' | b'D' => Key::KillNextWord,
        0x08 | 0x7f => Key::KillWord,
        // Any other key together with Alt.
        _ => {
            return match first(&bytes[1..]) {
                Found::Key(_, length) => Found::Key(None, 1 + length),
                other => other,
            };
        }
    };
    Found::Key(Some(key), 2)
}

/// `ESC [ parameters final`.
fn control_sequence(bytes: &[u8]) -> Found {
    let Some(length) = bytes[2..].iter().position(|byte| !(0x20..0x40).contains(byte)) else {
        let is_endless = bytes.len() > MAX_SEQUENCE;
        return if is_endless { Found::Key(None, bytes.len()) } else { Found::Partial };
    };
    let (params, last) = (&bytes[2..2 + length], bytes[2 + length]);
    let whole = 3 + length;
    match last {
        // The Linux console's function keys: `ESC [ [ A`.
        b'[' if params.is_empty() => {
            if bytes.len() > whole {
                Found::Key(None, whole + 1)
            } else {
                Found::Partial
            }
        }
        b'~' if params == b"200" => Found::Paste(whole),
        0x40..=0x7e => Found::Key(arrow(last, params), whole),
        // Not part of a sequence: it counts for itself.
        _ => Found::Key(None, whole - 1),
    }
}

/// The key of a control sequence with these parameters.
fn arrow(last: u8, params: &[u8]) -> Option<Key> {
    // xterm: the second parameter is 1, plus 2 for Alt, plus 4 for Ctrl.
    let by_word = matches!(params, [.., b';', b'3' | b'5' | b'7']);
    Some(match (last, params.split(|&byte| byte == b';').next().unwrap_or_default()) {
        (b'A', _) => Key::Up,
        (b'B', _) => Key::Down,
        (b'C', _) if by_word => Key::WordRight,
        (b'D', _) if by_word => Key::WordLeft,
        (b'C', _) => Key::Right,
        (b'D', _) => Key::Left,
        (b'H', _) | (b'~', b"1" | b"7") => Key::Home,
        (b'F', _) | (b'~', b"4" | b"8") => Key::End,
        (b'~', b"3") => Key::Delete,
        (b'Z', _) => Key::BackTab,
        (b'M', b"") => Key::Enter,
        _ => return None,
    })
}

/// `ESC ] text`, which ends with BEL or `ESC \`. So that a key pressed by mistake does not swallow what is typed after
/// it, any other control ends it, too.
fn terminal_string(bytes: &[u8]) -> Found {
    let Some(length) = bytes[2..].iter().position(|&byte| byte < 0x20) else {
        let is_endless = bytes.len() > MAX_SEQUENCE;
        return if is_endless { Found::Key(None, bytes.len()) } else { Found::Partial };
    };
    let end = 2 + length;
    match (bytes[end], bytes.get(end + 1)) {
        (0x07, _) => Found::Key(None, end + 1),
        (0x1b, None) => Found::Partial,
        (0x1b, Some(b'\\')) => Found::Key(None, end + 2),
        _ => Found::Key(None, end),
    }
}
