//! Oracle `own`: a client shows its own message once, when the server has sent it back, and never before. It compares
//! the lines that arrived at the client with what it showed.

use std::collections::BTreeMap;

use verbatim::client::Entry;
use verbatim::time::Now;
use verbatim::wire::{LineBuffer, LineLimits, Message, Split};

use super::talk::{is_talk, plain_text};
use super::{Failure, LinkId, Observation, Oracle, Setting};

/// How often a client's own message came back and was shown, by its text.
#[derive(Debug, Default)]
struct Count {
    back: u32,
    shown: u32,
    /// It was to the client itself, so that it comes once more as any receiver gets it.
    to_itself: bool,
}

#[derive(Debug, Default)]
struct End {
    unfinished: LineBuffer,
    nick: String,
    counts: BTreeMap<String, Count>,
}

#[derive(Debug, Default)]
pub struct Own {
    ends: BTreeMap<LinkId, End>,
}

impl Own {
    pub fn watch(_setting: &Setting) -> Box<dyn Oracle> {
        Box::new(Self::default())
    }
}

impl Oracle for Own {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            // The other peers show nothing.
            Observation::ClientSent { link, .. } => _ = self.ends.entry(link).or_default(),
            Observation::Arrived { link, bytes } => {
                if let Some(end) = self.ends.get_mut(&link) {
                    end.arrived(bytes);
                }
            }
            Observation::Shown { link, entry: Entry::Said { text, own: true, .. }, .. } => {
                let count = self.ends.entry(link).or_default().counts.entry(text.clone()).or_default();
                count.shown += 1;
                if count.shown > count.back {
                    let got = format!("it was shown {} times", count.shown);
                    let expected = format!("{text:?} as often as the server sent it back: {} times", count.back);
                    return Err(Failure::new("own", expected, got).on(link));
                }
            }
            Observation::AtRest => {
                let counts = self.ends.iter().flat_map(|(&link, end)| end.counts.iter().map(move |of| (link, of)));
                for (link, (text, count)) in counts {
                    if count.shown < count.back && !count.to_itself {
                        let expected = format!("{text:?} shown to its speaker: it came back {} times", count.back);
                        let got = format!("it was shown {} times", count.shown);
                        return Err(Failure::new("own", expected, got).on(link));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl End {
    fn arrived(&mut self, mut bytes: &[u8]) {
        let mut unfinished = std::mem::take(&mut self.unfinished);
        let limits = LineLimits { tags: 8191, ..LineLimits::default() };
        while let Some(line) = unfinished.next(&mut bytes, &limits) {
            if let Split::Line(line) = line
                && let Ok(message) = Message::parse(line)
            {
                self.hears(&message);
            }
        }
        self.unfinished = unfinished;
    }

    fn hears(&mut self, message: &Message<'_>) {
        let is_own = message.nick() == self.nick;
        match (message.command, message.params()) {
            ("001", [nick, ..]) => self.nick = (*nick).to_owned(),
            ("NICK", [new, ..]) if is_own => self.nick = (*new).to_owned(),
            (command, [to, text, ..]) if is_own && is_talk(command) => {
                let count = self.counts.entry(as_shown(command, text)).or_default();
                count.back += 1;
                count.to_itself |= *to == self.nick;
            }
            _ => {}
        }
    }
}

/// The text of a message as the client shows it.
fn as_shown(command: &str, text: &str) -> String {
    let ctcp = text.strip_prefix('\u{1}').map(|ctcp| ctcp.strip_suffix('\u{1}').unwrap_or(ctcp));
    match ctcp {
        Some(ctcp) if command == "NOTICE" || !ctcp.starts_with("ACTION ") => format!("CTCP {ctcp}"),
        _ => plain_text(text).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECHO: &[u8] = b":bob!~b@h PRIVMSG #a :hello\r\n";

    /// What the oracle says of a client, bob, to whom `lines` arrive and who shows its "hello" this often.
    fn judged(lines: &[&[u8]], shown: u32) -> Option<&'static str> {
        let mut own = Own::default();
        let text = || "hello".to_owned();
        let said = Entry::Said {
            from: "bob".into(),
            to: "#a".into(),
            text: text(),
            kind: verbatim::client::Speech::Message,
            own: true,
            rings: false,
        };
        let begins = Observation::ClientSent { client: 1, link: 1, line: b"NICK bob\r\n" };
        let arrived = [&b":s 001 bob :Welcome\r\n"[..]].into_iter().chain(lines.iter().copied());
        let arrived = arrived.map(|bytes| Observation::Arrived { link: 1, bytes });
        let shows = (0..shown).map(|_| Observation::Shown { client: 1, link: 1, entry: &said });
        let mut seen: Vec<Observation<'_>> = [begins].into_iter().chain(arrived).chain(shows).collect();
        seen.push(Observation::AtRest);
        seen.iter().find_map(|seen| own.see(Now::default(), seen).err()).map(|failure| failure.oracle)
    }

    #[test]
    fn an_own_message_is_shown_as_often_as_it_came_back() {
        assert_eq!(judged(&[ECHO], 1), None);
        assert_eq!(judged(&[ECHO], 0), Some("own"));
        assert_eq!(judged(&[ECHO], 2), Some("own"));
        assert_eq!(judged(&[], 1), Some("own"));
    }
}
