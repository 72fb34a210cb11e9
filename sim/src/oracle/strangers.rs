//! Oracle `stranger`: a visitor whose first line is an HTTP request, or who speaks TLS, says nothing.

use std::collections::BTreeMap;

use verbatim::server::Event;
use verbatim::time::Now;

use super::{Failure, LinkId, Observation, Oracle, Setting};

/// The beginning of what each visitor sent.
#[derive(Debug, Default)]
pub struct Strangers(BTreeMap<LinkId, Vec<u8>>);

/// Enough to tell them from people.
const BEGINNING: usize = 64;

impl Strangers {
    pub fn watch(_: &Setting) -> Box<dyn Oracle> {
        Box::new(Self::default())
    }
}

impl Oracle for Strangers {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Visits { link, .. } => {
                self.0.insert(link, Vec::new());
            }
            Observation::Says { link, bytes } => {
                if let Some(said) = self.0.get_mut(&link) {
                    said.extend(bytes.iter().take(BEGINNING - said.len().min(BEGINNING)));
                }
            }
            Observation::Event { event: Event::Received { bytes, .. }, link: Some(link) } => {
                let speaks = bytes.windows(8).any(|word| word == b"PRIVMSG ");
                if speaks && self.0.get(&link).is_some_and(|said| is_strange(said)) {
                    let expected = format!("visitor {link}, who is no person, to say nothing");
                    return Err(Failure::new("stranger", expected, bytes.escape_ascii().to_string()).on(link));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether somebody who begins like this speaks HTTP or TLS.
fn is_strange(said: &[u8]) -> bool {
    let mut lines = said.split(|byte| b"\r\n".contains(byte));
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let methods: [&[u8]; 3] = [b"GET /", b"HEAD /", b"POST /"];
    methods.iter().any(|method| line.starts_with(method)) && line.windows(6).any(|word| word == b" HTTP/")
        || said.starts_with(&[0x16, 0x03, 0x01, 0x00])
}
