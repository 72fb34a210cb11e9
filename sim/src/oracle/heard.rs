//! Oracle `heard`: the server receives what the peer sent: the same bytes, in order, and all of them.

use std::collections::VecDeque;

use verbatim::server::{CloseReason, Event};
use verbatim::time::Now;

use super::observation::readable;
use super::{Failure, LinkId, Observation, Oracle, Setting};

/// What was expected, and what was received.
type Differs = (String, String);

/// What each connection's peer sent.
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

/// The server received something other than the peer sent.
fn failure(link: LinkId, (said, told): Differs) -> Failure {
    let of = |what| format!("of connection {link}: {what}");
    Failure::new("heard", of(said), of(told)).on(link)
}

/// What a peer sent and the server has not received yet.
#[derive(Debug, Default)]
struct Words {
    form: Form,
    said: VecDeque<u8>,
    /// The server no longer reads.
    deaf: bool,
    /// The connection was disturbed, so that what is in flight may be lost.
    harmed: bool,
    /// The connection is gone: the rest does not matter.
    gone: bool,
}

/// How the peer's bytes are framed.
#[derive(Debug, Default)]
enum Form {
    /// Unknown: not judged.
    #[default]
    Unknown,
    /// Byte for byte.
    Bytes,
    /// Line by line, with line ends implied. Holds the beginning of an unfinished line.
    Lines(Vec<u8>),
}

impl Words {
    /// Starts to compare: byte for byte, or line by line.
    fn follow(&mut self, by_line: bool) {
        self.form = if by_line { Form::Lines(Vec::new()) } else { Form::Bytes };
    }

    /// The peer sent `bytes`.
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

    /// The server received `bytes`. Fails if it should have received something else.
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

    /// The server saw the peer leave cleanly. Fails if it has not received everything.
    fn ended(&mut self) -> Result<(), Differs> {
        let untold = self.untold();
        self.deaf = true;
        untold.map_or(Ok(()), |untold| Err((untold, "the connection ends".to_owned())))
    }

    /// What the server should have received and has not: nothing if it no longer reads, or if the connection was
    /// disturbed.
    fn untold(&self) -> Option<String> {
        (!self.deaf && !self.harmed && !self.said.is_empty()).then(|| self.unheard())
    }

    fn unheard(&self) -> String {
        let bytes: Vec<u8> = self.said.iter().copied().take(500).collect();
        readable(&bytes)
    }
}
