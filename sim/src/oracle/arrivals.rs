//! Oracles `model`, `gate` and `refused`: what arrives at a connection's peer is what was sent to it, in order. No line
//! arrives before the fact that it waits for is settled, or if it was refused. At rest everything has arrived at each
//! peer that is still there, or that got a goodbye.

use verbatim::server::{CloseReason, Event, Seq};
use verbatim::time::Now;
use verbatim::wire::Line;

use super::coming::Coming;
use super::observation::Sent;
use super::{Failure, Life, Observation, Oracle};

/// The overhead of a line that is carried alone: a WebSocket header (RFC 6455 §5.2) has at most 10 bytes, and a TLS
/// record with its nonce and tag (RFC 5246, RFC 8446) adds 29.
const OVERHEAD: usize = 10 + 29;

/// One connection.
#[derive(Debug, Default)]
struct Stream {
    /// What the server has sent and has not arrived, as the server wrote it: of a numeric the model knows only the
    /// beginning.
    coming: Coming,
    /// The peer gets another protocol: arrivals are not compared.
    plain: bool,
    /// What has not arrived may never arrive.
    gone: bool,
    /// Bytes that a transport may add to a line.
    overhead: usize,
    farewell: Farewell,
}

/// Whether the peer got a goodbye on an undisturbed connection, and before it left by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Farewell {
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
    fn of(&mut self, life: Life) -> &mut Stream {
        let least = life as usize + 1;
        if self.0.len() < least {
            self.0.resize_with(least, Stream::default);
        }
        &mut self.0[life as usize]
    }

    /// An upper bound of the bytes in flight to a connection, as its transport encodes them.
    pub fn coming_bytes(&self, life: Life) -> usize {
        self.0.get(life as usize).map_or(0, |stream| stream.coming.bytes(stream.overhead))
    }

    /// Whether lines to a peer that is not gone are held for the log.
    pub fn is_held(&self, life: Life) -> bool {
        self.0.get(life as usize).is_some_and(|stream| !stream.gone && stream.coming.is_held())
    }

    /// Whether any lines are held.
    pub fn are_held(&self) -> bool {
        self.0.iter().any(|stream| stream.coming.is_held())
    }

    /// Everything up to `upto` is settled: what waits for it may arrive, or is dropped. Returns the dropped lines, and
    /// the connections that no longer have held lines.
    pub fn settle(&mut self, upto: Seq, refused: bool) -> (Vec<Line>, Vec<Life>) {
        let (mut dropped, mut released) = (Vec::new(), Vec::new());
        for (life, stream) in self.0.iter_mut().enumerate().filter(|(_, stream)| stream.coming.is_held()) {
            dropped.extend_from_slice(stream.coming.settle(upto, refused));
            if !stream.coming.is_held() {
                released.push(life as Life);
            }
        }
        (dropped, released)
    }

    fn arrived(&mut self, life: Life, bytes: &[u8]) -> Result<(), Failure> {
        let stream = self.of(life);
        if stream.plain {
            return Ok(());
        }
        stream.coming.arrived(bytes).map_err(|(oracle, expected, got)| {
            let at = |what| format!("at connection {life}: {what}");
            Failure::new(oracle, at(expected), at(got)).on(life)
        })
    }

    fn at_rest(&self) -> Result<(), Failure> {
        for (life, stream) in self.0.iter().enumerate() {
            let all = stream.farewell == Farewell::Heard;
            if let Some((oracle, missing)) = stream.coming.missing().filter(|_| all || !stream.gone) {
                let expected = format!("at connection {life}: {missing}");
                return Err(Failure::new(oracle, expected, "it never arrived").on(life as Life));
            }
        }
        Ok(())
    }
}

impl Oracle for Arrivals {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Plain { life } => *self.of(life) = Stream { plain: true, ..Stream::default() },
            Observation::Carried { life } => self.of(life).overhead = OVERHEAD,
            Observation::HasGoodbye { life } => self.of(life).farewell = Farewell::Possible,
            Observation::HearsGoodbye { life } if self.of(life).farewell == Farewell::Possible => {
                self.of(life).farewell = Farewell::Heard;
            }
            Observation::SaysGoodbye { life }
            | Observation::Harmed { life }
            | Observation::PeerGivesUp { life, .. }
            | Observation::TurnedAway { life, .. } => self.of(life).farewell = Farewell::None,
            Observation::Sent(Sent { line, to, after, if_refused, .. }) => {
                for &life in to {
                    let stream = self.of(life);
                    if !stream.plain {
                        stream.coming.sent(line, after, if_refused);
                    }
                }
            }
            Observation::SentEither { life, after, stored, refused } => {
                let stream = self.of(life);
                if !stream.plain {
                    stream.coming.either(after, stored, refused);
                }
            }
            Observation::Arrived { life, bytes } => return self.arrived(life, bytes),
            Observation::Event { event: Event::Closed { reason, .. }, life: Some(life) } => {
                let stream = self.of(life);
                stream.gone = true;
                if let CloseReason::CutShort(_) | CloseReason::Refused(_) | CloseReason::TooMuch(_) = reason {
                    stream.farewell = Farewell::None;
                }
            }
            Observation::Broken { life } => self.of(life).gone = true,
            Observation::AtRest => return self.at_rest(),
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Life = 7;

    #[test]
    fn who_heard_a_goodbye_heard_everything_unless_something_befell_them_or_they_left() {
        let said = |seen: &[Observation<'_>]| {
            let mut arrivals = Arrivals::default();
            seen.iter().for_each(|seen| assert!(arrivals.see(Now::default(), seen).is_ok()));
            arrivals.of(LIFE).farewell == Farewell::Heard
        };
        let (has, heard) = (Observation::HasGoodbye { life: LIFE }, Observation::HearsGoodbye { life: LIFE });
        assert!(said(&[has, heard]) && !said(&[has]) && !said(&[heard]));
        for before in [Observation::SaysGoodbye { life: LIFE }, Observation::Harmed { life: LIFE }] {
            assert!(!said(&[has, before, heard]) && !said(&[has, heard, before]), "{before:?}");
        }
    }
}
