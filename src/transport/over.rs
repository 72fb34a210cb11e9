//! One transport over another: the lower one carries the upper one's raw bytes.

use super::{Output, Transport, TransportError};
use crate::wire::Peer;

/// Two transports, stacked into one.
#[derive(Debug)]
pub struct Over {
    upper: Box<dyn Transport>,
    lower: Box<dyn Transport>,
    /// Whether the upper one has been opened, which happens once the lower one is open.
    standing: bool,
}

impl Over {
    /// `upper`, carried by `lower`.
    pub fn new(upper: Box<dyn Transport>, lower: Box<dyn Transport>) -> Self {
        Self { upper, lower, standing: false }
    }

    /// Passes the bytes that the lower transport decoded to the upper one. The upper one's replies are carried even if
    /// either transport has given up: they may contain the reason.
    fn rise(
        &mut self,
        done: Result<(), TransportError>,
        from_below: Output,
        out: &mut Output,
    ) -> Result<(), TransportError> {
        out.raw.extend_from_slice(&from_below.raw);
        let carried = self.carry(out, |this, out| this.hear(&from_below, out));
        done.and(carried)
    }

    fn hear(&mut self, from_below: &Output, out: &mut Output) -> Result<(), TransportError> {
        if !self.standing && self.lower.is_open() {
            self.standing = true;
            self.upper.opened(out)?;
        }
        if !from_below.irc.is_empty() {
            self.upper.received(&from_below.irc, out)?;
        }
        if from_below.ended && self.standing {
            self.upper.ended(out)?;
        }
        out.ended |= from_below.ended;
        Ok(())
    }

    /// Runs `work` on the upper transport, and lets the lower one carry the raw bytes that it writes. Its other output
    /// goes to `out`.
    fn carry(
        &mut self,
        out: &mut Output,
        work: impl FnOnce(&mut Self, &mut Output) -> Result<(), TransportError>,
    ) -> Result<(), TransportError> {
        let before = std::mem::take(&mut out.raw);
        let done = work(self, out);
        let from_above = std::mem::replace(&mut out.raw, before);
        let sent = if from_above.is_empty() { Ok(()) } else { self.lower.send(&from_above, out) };
        done.and(sent)
    }
}

impl Transport for Over {
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError> {
        let mut from_below = Output::default();
        let done = self.lower.opened(&mut from_below);
        self.rise(done, from_below, out)
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        if self.standing && self.lower.is_transparent() {
            return self.upper.received(raw, out);
        }
        let mut from_below = Output::default();
        let done = self.lower.received(raw, &mut from_below);
        self.rise(done, from_below, out)
    }

    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        let mut from_below = Output::default();
        let done = self.lower.ended(&mut from_below);
        self.rise(done, from_below, out)
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        if self.lower.is_transparent() {
            return self.upper.send(irc, out);
        }
        self.carry(out, |this, out| this.upper.send(irc, out))
    }

    fn close(&mut self, out: &mut Output) {
        if self.standing {
            // It does not matter if the goodbye cannot be carried.
            let _ = self.carry(out, |this, out| {
                this.upper.close(out);
                Ok(())
            });
        }
        self.lower.close(out);
    }

    fn is_open(&self) -> bool {
        self.standing && self.lower.is_open() && self.upper.is_open()
    }

    fn is_transparent(&self) -> bool {
        self.standing && self.lower.is_transparent() && self.upper.is_transparent()
    }

    fn describe(&self, peer: &mut Peer) {
        self.lower.describe(peer);
        self.upper.describe(peer);
    }
}
