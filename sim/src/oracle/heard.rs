//! Oracle `heard`: what somebody said is what the server is told of it: the same bytes, in the same order, and all of them.

use std::collections::VecDeque;

use verbatim::server::{CloseReason, Event};
use verbatim::time::Now;

use super::observation::readable;
use super::{Failure, LinkId, Observation, Oracle, Setting};

/// What was expected, and what came.
type Differs = (String, String);

/// What everybody said, by connection.
#[derive(Debug, Default)]
pub struct Heard(Vec<Words>);

impl Heard {
    pub fn watch(_: &Setting) -> Box<dyn Oracle> {
        Box::new(Self::default())
    }

    fn of(&mut self, link: LinkId) -> &mut Words {
        let least = link as usize + 1;
        if self.0.len() < least {
            self.0.resize_with(least, Words::default);
        }
        &mut self.0[link as usize]
    }

    fn event(&mut self, link: LinkId, event: &Event<'_>) -> Result<(), Failure> {
        let told = match *event {
            Event::Received { bytes, .. } => self.of(link).told(bytes),
            Event::Closed { reason: CloseReason::Ended, .. } => self.of(link).ended(),
            _ => Ok(()),
        };
        if let Event::Closed { .. } = event {
            self.of(link).gone = true;
        }
        told.map_err(|differs| failure(link, differs))
    }

    fn at_rest(&self) -> Result<(), Failure> {
        for (link, words) in self.0.iter().enumerate() {
            if let Some(said) = words.untold().filter(|_| !words.gone) {
                return Err(failure(link as LinkId, (said, "the server was never told".to_owned())));
            }
        }
        Ok(())
    }
}

impl Oracle for Heard {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Followed { link, by_line } => self.of(link).follow(by_line),
            Observation::Says { link, bytes } | Observation::ClientSent { link, line: bytes, .. } => {
                self.of(link).says(bytes);
            }
            Observation::Event { event, link: Some(link) } => return self.event(link, event),
            Observation::TurnedAway { link, .. } | Observation::Closes { link } => self.of(link).deaf = true,
            Observation::Harmed { link } | Observation::PeerGivesUp { link, .. } => self.of(link).harmed = true,
            Observation::Broken { link } => self.of(link).gone = true,
            Observation::AtRest => return self.at_rest(),
            _ => {}
        }
        Ok(())
    }
}

/// What the server is told differs from what somebody said.
fn failure(link: LinkId, (said, told): Differs) -> Failure {
    let of = |what| format!("of connection {link}: {what}");
    Failure::new("heard", of(said), of(told)).on(link)
}

/// What somebody said and the server was not told yet.
#[derive(Debug, Default)]
struct Words {
    form: Form,
    said: VecDeque<u8>,
    /// The server listens no more.
    deaf: bool,
    /// Something befell the connection, so that what was under way may be lost.
    harmed: bool,
    /// Nobody waits for what was said.
    gone: bool,
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
    fn follow(&mut self, by_line: bool) {
        self.form = if by_line { Form::Lines(Vec::new()) } else { Form::Bytes };
    }

    /// Somebody said `bytes`.
    fn says(&mut self, bytes: &[u8]) {
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
    fn told(&mut self, bytes: &[u8]) -> Result<(), Differs> {
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
    fn ended(&mut self) -> Result<(), Differs> {
        let untold = self.untold();
        self.deaf = true;
        untold.map_or(Ok(()), |untold| Err((untold, "the connection ends".to_owned())))
    }

    /// What was said to a server that listens, and not told to it.
    fn untold(&self) -> Option<String> {
        (!self.deaf && !self.harmed && !self.said.is_empty()).then(|| self.unheard())
    }

    fn unheard(&self) -> String {
        let bytes: Vec<u8> = self.said.iter().copied().take(500).collect();
        readable(&bytes)
    }
}
