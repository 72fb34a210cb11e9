//! Oracles `model`, `gate` and `refused`: what arrives at a connection's peer is what was sent to it, in order. No line
//! arrives before the fact that it waits for is settled, or if it was refused. At rest everything has arrived at each
//! peer that is still there, or that got a goodbye. For a visitor, the text that arrives is compared with the
//! part of those lines that every visitor is shown alike.

use verbatim::server::{CloseReason, Event, IfRefused, Seq};
use verbatim::time::{Now, Time};
use verbatim::wire::Line;

use super::coming::{Coming, Wrong};
use super::observation::Sent;
use super::visit::{self, Screen};
use super::{Failure, LinkId, Observation, Oracle};

/// The overhead of a line that is carried alone: a WebSocket header (RFC 6455 §5.2) has at most 10 bytes, and a TLS
/// record with its nonce and tag (RFC 5246, RFC 8446) adds 29.
const OVERHEAD: usize = 10 + 29;

/// One connection.
#[derive(Debug, Default)]
struct Stream {
    /// The lines that are sent and have not arrived yet, as the server wrote them: the model predicts only the
    /// beginning of a numeric.
    coming: Coming,
    form: Form,
    /// The peer goes on reading after its own goodbye.
    reads_on: bool,
    /// The bytes of all lines sent to a visitor, whether shown or not.
    sent_bytes: usize,
    /// Lines in flight may never arrive.
    gone: bool,
    /// Bytes that a transport may add to a line.
    overhead: usize,
    goodbye: Goodbye,
}

/// How what arrives differs from what was sent.
#[derive(Debug, Default)]
enum Form {
    /// The same lines.
    #[default]
    Same,
    /// The text that a visitor is shown for them.
    Visit(Screen),
    /// Not compared.
    Unknown,
}

impl Stream {
    /// The server sent `stored`, or `refused` in case fact `after` is refused.
    fn sent(&mut self, now: Time, after: Seq, stored: &[Line], refused: &[Line]) {
        let shown = |lines: &[Line]| lines.iter().filter_map(visit::shown).collect::<Vec<_>>();
        match &self.form {
            Form::Same => self.coming.sent(now, after, stored, refused),
            Form::Visit(_) => {
                self.sent_bytes += stored.iter().chain(refused).map(|line| line.len()).sum::<usize>();
                self.coming.sent(now, after, &shown(stored), &shown(refused));
            }
            Form::Unknown => {}
        }
    }

    fn arrived(&mut self, bytes: &[u8]) -> Result<(), Wrong> {
        match &mut self.form {
            Form::Same => self.coming.arrived(bytes),
            Form::Visit(screen) => screen.arrived(bytes).iter().try_for_each(|line| self.coming.arrived(line)),
            Form::Unknown => Ok(()),
        }
    }
}

/// Whether the peer got a goodbye on an undisturbed connection, and before it left by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Goodbye {
    /// Its transport has no goodbye, or the connection was disturbed.
    #[default]
    None,
    Possible,
    Heard,
}

/// What has not arrived yet, by connection.
#[derive(Debug, Default)]
pub struct Arrivals(Vec<Stream>);

impl Arrivals {
    fn of(&mut self, link: LinkId) -> &mut Stream {
        let least = link as usize + 1;
        if self.0.len() < least {
            self.0.resize_with(least, Stream::default);
        }
        &mut self.0[link as usize]
    }

    /// An upper bound of the bytes in flight to a connection, as its transport encodes them.
    pub fn coming_bytes(&self, link: LinkId) -> usize {
        self.0.get(link as usize).map_or(0, |stream| match stream.form {
            // It is not known which lines have reached the visitor. Their text is not much longer than the lines.
            Form::Visit(_) => 2 * stream.sent_bytes,
            _ => stream.coming.bytes(stream.overhead),
        })
    }

    /// Whether lines to a peer that is not gone are held for the log.
    pub fn is_held(&self, link: LinkId) -> bool {
        self.0.get(link as usize).is_some_and(|stream| !stream.gone && stream.coming.is_held())
    }

    /// Whether any lines are held.
    pub fn are_held(&self) -> bool {
        self.0.iter().any(|stream| stream.coming.is_held())
    }

    /// Everything up to `upto` is settled: what waits for it may arrive, or is dropped. Returns the dropped lines, and
    /// the connections that no longer have held lines.
    pub fn settle(&mut self, now: Time, upto: Seq, refused: bool) -> (Vec<Line>, Vec<LinkId>) {
        let (mut dropped, mut released) = (Vec::new(), Vec::new());
        for (link, stream) in self.0.iter_mut().enumerate().filter(|(_, stream)| stream.coming.is_held()) {
            dropped.extend(stream.coming.settle(now, upto, refused).cloned());
            if !stream.coming.is_held() {
                released.push(link as LinkId);
            }
        }
        (dropped, released)
    }

    fn arrived(&mut self, link: LinkId, bytes: &[u8]) -> Result<(), Failure> {
        self.of(link).arrived(bytes).map_err(|wrong| failure(link, wrong))
    }

    fn at_rest(&self) -> Result<(), Failure> {
        for (link, stream) in self.0.iter().enumerate() {
            let all = stream.goodbye == Goodbye::Heard;
            if let Some(missing) = stream.coming.missing().filter(|_| all || !stream.gone) {
                return Err(failure(link as LinkId, missing));
            }
        }
        Ok(())
    }
}

/// The failure for a wrong arrival at a connection.
fn failure(link: LinkId, wrong: Wrong) -> Failure {
    let at = |what| format!("at connection {link}: {what}");
    let got = wrong.got.map_or("it never arrived".to_owned(), at);
    let failure = Failure::new(wrong.oracle, at(wrong.expected), got).on(link);
    Failure { basis: wrong.basis.map(Box::new), ..failure }
}

impl Oracle for Arrivals {
    fn see(&mut self, now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Plain { link } => self.of(link).form = Form::Unknown,
            Observation::Visits { link, reads_on } => {
                let stream = self.of(link);
                (stream.form, stream.reads_on) = (Form::Visit(Screen::default()), reads_on);
            }
            Observation::Carried { link } => self.of(link).overhead = OVERHEAD,
            Observation::HasGoodbye { link } => self.of(link).goodbye = Goodbye::Possible,
            Observation::HearsGoodbye { link } if self.of(link).goodbye == Goodbye::Possible => {
                self.of(link).goodbye = Goodbye::Heard;
            }
            Observation::SaysGoodbye { link } if self.of(link).reads_on => {}
            Observation::SaysGoodbye { link }
            | Observation::Harmed { link }
            | Observation::PeerGivesUp { link, .. }
            | Observation::TurnedAway { link, .. } => self.of(link).goodbye = Goodbye::None,
            Observation::Sent(Sent { line, to, after, if_refused, .. }) => {
                let line = std::slice::from_ref(line);
                let refused = if if_refused == IfRefused::Keep { line } else { &[] };
                to.iter().for_each(|&link| self.of(link).sent(now.mono, after, line, refused));
            }
            Observation::SentEither { link, after, stored, refused } => {
                self.of(link).sent(now.mono, after, stored, refused);
            }
            Observation::Arrived { link, bytes } => return self.arrived(link, bytes),
            Observation::Event { event: Event::Closed { reason, .. }, link: Some(link) } => {
                let stream = self.of(link);
                stream.gone = true;
                if let CloseReason::CutShort(_)
                | CloseReason::Refused(_)
                | CloseReason::TooMuch(_)
                | CloseReason::SentAway(_) = reason
                {
                    stream.goodbye = Goodbye::None;
                }
            }
            Observation::Broken { link } => self.of(link).gone = true,
            Observation::AtRest => return self.at_rest(),
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: LinkId = 7;

    #[test]
    fn a_goodbye_counts_only_without_a_disturbance_or_the_peers_own_goodbye() {
        let said = |seen: &[Observation<'_>]| {
            let mut arrivals = Arrivals::default();
            seen.iter().for_each(|seen| assert!(arrivals.see(Now::default(), seen).is_ok()));
            arrivals.of(LIFE).goodbye == Goodbye::Heard
        };
        let (has, heard) = (Observation::HasGoodbye { link: LIFE }, Observation::HearsGoodbye { link: LIFE });
        assert!(said(&[has, heard]) && !said(&[has]) && !said(&[heard]));
        for before in [Observation::SaysGoodbye { link: LIFE }, Observation::Harmed { link: LIFE }] {
            assert!(!said(&[has, before, heard]) && !said(&[has, heard, before]), "{before:?}");
        }
    }
}
