//! Accepting connections, even when the process or the system has run out of descriptors.

use std::fs::File;
use std::io::Write;
use std::time::Duration;

use nix::errno::Errno;

use super::listen::Listener;
use super::socket::Socket;
use crate::time::Time;
use crate::wire::Peer;

/// Connections accepted from one listener in one round, so that many new ones cannot starve the existing ones.
const ACCEPTS_PER_ROUND: usize = 64;
/// How long accepting pauses if a peer could not even be refused, or nothing but errors came.
pub const PAUSE: Duration = Duration::from_millis(250);
/// How often the server logs that it accepts nobody.
const SAY_EVERY: Duration = Duration::from_secs(10);

/// Accepts connections, or refuses them if there is no room.
#[derive(Debug)]
pub struct Acceptor {
    /// A descriptor to close for a moment when no other is free. Then a waiting peer can be refused with a reason,
    /// instead of waking the server again and again.
    spare: Option<File>,
    said: Option<Time>,
    refused: u64,
    /// Errors since something was last accepted. Each should be about one connection that is gone; many in a row are
    /// about the listener, and trying on would only use up the CPU.
    errors: usize,
}

/// How an accept round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptOutcome {
    /// Peers that are still waiting are accepted in the next round.
    Open,
    /// Nothing can be accepted before this time.
    PausedUntil(Time),
}

/// The meaning of an error from accept(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// No connection is pending.
    NobodyWaits,
    /// The process or the system is out of descriptors; connections stay pending.
    NoDescriptor,
    /// The kernel is out of memory; connections stay pending.
    NoMemory,
    /// accept(2): "Linux accept() […] passes already-pending network errors on the new socket as an error code". That
    /// connection is gone; the next may be fine.
    Gone,
}

impl Meaning {
    fn of(error: Errno) -> Self {
        match error {
            Errno::EAGAIN => Meaning::NobodyWaits,
            Errno::EMFILE | Errno::ENFILE => Meaning::NoDescriptor,
            Errno::ENOBUFS | Errno::ENOMEM => Meaning::NoMemory,
            _ => Meaning::Gone,
        }
    }
}

impl Acceptor {
    /// An acceptor with a spare descriptor.
    pub fn new() -> Self {
        Self { spare: spare(), said: None, refused: 0, errors: 0 }
    }

    /// Accepts the pending connections of `listener`, and passes each to `enter` with its peer.
    pub fn accept(&mut self, now: Time, listener: &Listener, mut enter: impl FnMut(Socket, Peer)) -> AcceptOutcome {
        for _ in 0..ACCEPTS_PER_ROUND {
            let error = match listener.accept() {
                Ok((socket, peer)) => {
                    self.errors = 0;
                    enter(socket, peer);
                    continue;
                }
                Err(error) => Errno::from_raw(error.raw_os_error().unwrap_or_default()),
            };
            match Meaning::of(error) {
                Meaning::NobodyWaits => break,
                Meaning::NoDescriptor if self.refuse_one(listener) => self.say_full(now, error),
                Meaning::NoDescriptor | Meaning::NoMemory => {
                    self.say_full(now, error);
                    return AcceptOutcome::PausedUntil(now + PAUSE);
                }
                Meaning::Gone => {
                    tracing::debug!("a connection was gone before it was accepted: {}", error.desc());
                    self.errors += 1;
                    if self.errors >= ACCEPTS_PER_ROUND {
                        self.say_failing(now, error);
                        return AcceptOutcome::PausedUntil(now + PAUSE);
                    }
                }
            }
        }
        AcceptOutcome::Open
    }

    /// Refuses one pending connection. Returns whether that was possible.
    fn refuse_one(&mut self, listener: &Listener) -> bool {
        if self.spare.take().is_none() {
            self.spare = spare();
            return false;
        }
        let accepted = listener.accept();
        let refused = match accepted {
            Ok((mut socket, _)) => {
                // Best effort; a new connection's buffer has room for one line.
                let _ = socket.write(b"ERROR :Server is full\r\n");
                self.refused += 1;
                true
            }
            Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
        };
        self.spare = spare();
        refused
    }

    fn say_full(&mut self, now: Time, error: Errno) {
        if self.may_say(now) {
            tracing::warn!("the server is full: {}; refused so far: {}", error.desc().to_lowercase(), self.refused);
        }
    }

    fn say_failing(&mut self, now: Time, error: Errno) {
        if self.may_say(now) {
            tracing::warn!("no connection can be accepted: {}; trying again", error.desc().to_lowercase());
        }
    }

    fn may_say(&mut self, now: Time) -> bool {
        let may = self.said.is_none_or(|said| now.since(said) >= SAY_EVERY);
        if may {
            self.said = Some(now);
        }
        may
    }
}

fn spare() -> Option<File> {
    File::open("/dev/null").ok()
}

#[cfg(test)]
mod tests {
    use super::{Errno, Meaning};

    #[test]
    fn a_connection_that_is_gone_before_it_is_accepted_does_not_delay_others() {
        for error in [Errno::ECONNABORTED, Errno::EPROTO, Errno::EHOSTUNREACH, Errno::ENETDOWN, Errno::EINTR] {
            assert_eq!(Meaning::of(error), Meaning::Gone);
        }
        for (error, meaning) in [
            (Errno::EAGAIN, Meaning::NobodyWaits),
            (Errno::EMFILE, Meaning::NoDescriptor),
            (Errno::ENFILE, Meaning::NoDescriptor),
            (Errno::ENOBUFS, Meaning::NoMemory),
            (Errno::ENOMEM, Meaning::NoMemory),
        ] {
            assert_eq!(Meaning::of(error), meaning);
        }
    }
}
