//! What somebody said, and what the server was told of it: the same bytes, in the same order, and all of them (`heard`).

use std::collections::VecDeque;

/// What was expected, and what came.
pub type Differs = (String, String);

/// What somebody said and the server was not told yet.
#[derive(Debug, Default)]
pub struct Words {
    form: Form,
    said: VecDeque<u8>,
    /// The server listens no more.
    deaf: bool,
    /// Something befell the connection, so that what was under way may be lost.
    harmed: bool,
}

/// How words travel.
#[derive(Debug, Default)]
enum Form {
    /// In a way that nobody here follows.
    #[default]
    Unknown,
    /// Byte for byte.
    Bytes,
    /// Line by line, each with an end that goes without saying; this is the beginning of one.
    Lines(Vec<u8>),
}

impl Words {
    /// From now on it is followed what is said: byte for byte, or line by line.
    pub fn follow(&mut self, by_line: bool) {
        self.form = if by_line { Form::Lines(Vec::new()) } else { Form::Bytes };
    }

    /// Somebody said `bytes`.
    pub fn says(&mut self, bytes: &[u8]) {
        match &mut self.form {
            _ if self.deaf => {}
            Form::Unknown => {}
            Form::Bytes => self.said.extend(bytes),
            Form::Lines(line) => {
                for &byte in bytes {
                    if !b"\r\n".contains(&byte) {
                        line.push(byte);
                    } else if !line.is_empty() {
                        self.said.extend(line.drain(..));
                        self.said.extend(b"\r\n");
                    }
                }
            }
        }
    }

    /// The server is told `bytes`. Returns what it should have been told, if that is something else.
    pub fn told(&mut self, bytes: &[u8]) -> Result<(), Differs> {
        if let Form::Unknown = self.form {
            return Ok(());
        }
        let is_said = bytes.len() <= self.said.len() && self.said.iter().zip(bytes).all(|(said, told)| said == told);
        if !is_said {
            return Err((self.unheard(), readable(bytes)));
        }
        self.said.drain(..bytes.len());
        Ok(())
    }

    /// The server is told that somebody left in good order. Returns what they said before and it was not told.
    pub fn ended(&mut self) -> Result<(), Differs> {
        let untold = self.untold();
        self.deaf = true;
        untold.map_or(Ok(()), |untold| Err((untold, "the connection ends".to_owned())))
    }

    /// The server is told nothing more.
    pub fn is_deaf(&mut self) {
        self.deaf = true;
    }

    /// Something befell the connection.
    pub fn is_harmed(&mut self) {
        self.harmed = true;
    }

    /// What was said to a server that listens, and not told to it.
    pub fn untold(&self) -> Option<String> {
        (!self.deaf && !self.harmed && !self.said.is_empty()).then(|| self.unheard())
    }

    fn unheard(&self) -> String {
        let bytes: Vec<u8> = self.said.iter().copied().take(500).collect();
        readable(&bytes)
    }
}

/// The first line of `bytes`, for people.
pub fn readable(bytes: &[u8]) -> String {
    let line = bytes.split_inclusive(|&b| b == b'\n').next().unwrap_or(bytes);
    line.escape_ascii().to_string()
}
