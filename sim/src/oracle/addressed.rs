//! Oracle `addressed`: a numeric has the server as its source, and its receiver's nick as its first parameter. Judged
//! by the words of each line that the server sends, without the model.

use std::collections::BTreeMap;

use verbatim::time::Now;
use verbatim::wire::{Line, Message};

use super::observation::{Sent, read};
use super::{Failure, LinkId, Observation, Oracle, Setting};

#[derive(Debug)]
pub struct Addressed {
    /// The server's name.
    server: String,
    /// The nick of each connection, from its welcome on.
    nicks: BTreeMap<LinkId, String>,
}

impl Addressed {
    pub fn watch(setting: &Setting) -> Box<dyn Oracle> {
        Box::new(Self { server: setting.config.name.clone(), nicks: BTreeMap::new() })
    }

    fn judge(&mut self, link: LinkId, line: &Line, message: &Message<'_>) -> Result<(), Failure> {
        match (message.command, message.params()) {
            ("001", [nick, ..]) => drop(self.nicks.insert(link, (*nick).to_owned())),
            ("NICK", [new]) => {
                if let Some(nick) = self.nicks.get_mut(&link).filter(|nick| *nick == message.nick()) {
                    (*new).clone_into(nick);
                }
            }
            (command, params) if command.bytes().all(|byte| byte.is_ascii_digit()) => {
                let Some(nick) = self.nicks.get(&link) else { return Ok(()) };
                if message.source != Some(&self.server) || params.first() != Some(&&**nick) {
                    let expected = format!("a numeric of {} to {nick}", self.server);
                    return Err(Failure::new("addressed", expected, line.text()).on(link));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Oracle for Addressed {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Sent(Sent { line, message: Some(message), to, .. }) => {
                to.iter().try_for_each(|&link| self.judge(link, line, message))
            }
            Observation::SentEither { link, stored, refused, .. } => {
                let said = stored.iter().chain(refused).filter_map(|line| Some((line, read(line)?)));
                said.into_iter().try_for_each(|(line, message)| self.judge(link, line, &message))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a connection may be sent these lines, one after the other, by the server `s.x`.
    fn passes(lines: &[&str]) -> bool {
        let mut oracle = Addressed { server: "s.x".into(), nicks: BTreeMap::new() };
        lines.iter().all(|text| {
            let line = Line::new(format!("{text}\r\n").as_bytes());
            oracle.judge(7, &line, &read(&line).expect("a message")).is_ok()
        })
    }

    #[test]
    fn a_numeric_names_its_receiver_by_their_current_nick() {
        assert!(passes(&[":s.x 433 * bob :in use", ":s.x 001 bob :Welcome", ":s.x 221 bob +i"]));
        assert!(!passes(&[":s.x 001 bob :Welcome", ":s.x 221 alice +i"]));
        assert!(!passes(&[":s.x 001 bob :Welcome", ":s.y 221 bob +i"]));
        assert!(!passes(&[":s.x 001 bob :Welcome", ":s.x 422"]));
        assert!(passes(&[":s.x 001 bob :Welcome", ":bob!~b@h NICK rob", ":s.x 221 rob +i"]));
        assert!(!passes(&[":s.x 001 bob :Welcome", ":bob!~b@h NICK rob", ":s.x 221 bob +i"]));
        assert!(passes(&[":s.x 001 bob :Welcome", ":alice!~a@h NICK rob", ":s.x 221 bob +i"]));
    }
}
