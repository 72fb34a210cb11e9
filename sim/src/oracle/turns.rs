//! Oracles `in-turn` and `in-time`: what waits at the server's sockets, and in which order it is handled.
//!
//! A peer that closes its connection and connects again finds its nick free: the end of the old connection is handled
//! before the first lines of the new one (`in-turn`). No connection is timed out while its input waits to be read, even
//! if the server's process was stopped for a while (`in-time`).

use verbatim::server::{CloseReason, EndReason, Event};

use super::{Failure, LinkId};

/// What waits to be read from each connection.
#[derive(Debug, Default)]
pub struct Turns {
    links: Vec<Waiting>,
    /// Connections whose end waits to be read.
    ended: Vec<LinkId>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// The server's process has been notified of input, and has not read it.
    unread: bool,
    /// The server has no such connection any more, or closes it.
    gone: bool,
    /// Reading was paused at some time: then the server's process knows best what waits.
    paused: bool,
    /// The connections whose end waited to be read when this one was opened.
    before: Vec<LinkId>,
}

impl Turns {
    fn of(&mut self, link: LinkId) -> &mut Waiting {
        let least = link as usize + 1;
        if self.links.len() < least {
            self.links.resize_with(least, Waiting::default);
        }
        &mut self.links[link as usize]
    }

    /// A connection waits to be accepted.
    pub fn opened(&mut self, link: LinkId) {
        let before = self.ended.clone();
        self.of(link).before = before;
    }

    /// The server's process is notified of input.
    pub fn waits(&mut self, link: LinkId) {
        self.of(link).unread = true;
    }

    /// The server's process is notified of the end of a connection, and of no input before it.
    pub fn ends(&mut self, link: LinkId) {
        let Waiting { gone, paused, .. } = *self.of(link);
        if !gone && !paused {
            self.ended.push(link);
        }
    }

    /// The server's process reads from a connection.
    pub fn read(&mut self, link: LinkId) {
        self.of(link).unread = false;
    }

    /// The server or its driver stops reading from a connection for a while.
    pub fn paused(&mut self, link: LinkId) {
        self.of(link).paused = true;
        self.ended.retain(|&ended| ended != link);
    }

    /// The server is about to handle an event of a connection.
    pub fn event(&mut self, link: LinkId, event: &Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Closed { .. } => self.gone(link),
            Event::Unread { .. } => self.paused(link),
            Event::Received { .. } => {
                for old in std::mem::take(&mut self.of(link).before) {
                    if self.ended.contains(&old) {
                        let expected = format!("the end of {old}, which came first, before the lines of {link}");
                        return Err(Failure::new("in-turn", expected, "the lines first").on(old).on(link));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The server closes a connection.
    pub fn closes(&mut self, link: LinkId, reason: &EndReason) -> Result<(), Failure> {
        self.gone(link);
        let in_vain = matches!(reason, EndReason::PingTimeout(_) | EndReason::RegistrationTimeout);
        self.timed_out(link, in_vain)
    }

    /// A connection ended in its handshake.
    pub fn turned_away(&mut self, link: LinkId, reason: CloseReason<'_>) -> Result<(), Failure> {
        self.gone(link);
        self.timed_out(link, reason == CloseReason::HandshakeTimeout)
    }

    fn timed_out(&mut self, link: LinkId, timed_out: bool) -> Result<(), Failure> {
        let waiting = self.of(link);
        if !timed_out || !waiting.unread || waiting.paused {
            return Ok(());
        }
        let expected = format!("the input of {link}, which waits, to be read before it times out");
        Err(Failure::new("in-time", expected, "a timeout").on(link))
    }

    fn gone(&mut self, link: LinkId) {
        self.of(link).gone = true;
        self.ended.retain(|&ended| ended != link);
    }
}
