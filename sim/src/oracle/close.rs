//! Oracles `ended` and `given-up`: clean closes, and connections that one end drops.
//!
//! If a transport has a goodbye (TLS's close_notify, WebSocket's Close), the end of the bytes alone is not one: an
//! attacker may have truncated them. So the server must see a connection as ended if and only if its peer said goodbye
//! (`ended`). Neither end drops an undisturbed connection (`given-up`). `arrivals.rs` checks that a peer that got a
//! goodbye got everything before it.

use std::collections::BTreeMap;

use verbatim::server::{CloseReason, Event};
use verbatim::time::Now;
use verbatim::transport::TransportError;

use super::{Failure, LinkId, Observation, Oracle, Setting};

/// The goodbyes of all connections whose transport has one.
#[derive(Debug, Default)]
pub struct CloseOracle {
    of: BTreeMap<LinkId, Closing>,
}

#[derive(Debug, Default)]
struct Closing {
    /// The peer said goodbye.
    said: bool,
    /// The connection was disturbed, so that one side's last bytes may not have arrived.
    harmed: bool,
}

impl Closing {
    /// One end drops the connection. That is a failure unless the connection was disturbed, or the end is `excused`.
    /// From then on it counts as disturbed: the reason is sent at once, before all other output.
    fn give_up(&mut self, link: LinkId, who: &str, excused: bool, why: &str) -> Result<(), Failure> {
        if std::mem::replace(&mut self.harmed, true) || excused {
            return Ok(());
        }
        let expected = format!("undisturbed connection {link} to be kept");
        Err(Failure::new("given-up", expected, format!("{who} drops it: {why}")).on(link))
    }
}

impl Oracle for CloseOracle {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::HasGoodbye { link } => self.expect(link),
            Observation::SaysGoodbye { link } => self.said(link),
            Observation::Harmed { link } => self.harmed(link),
            Observation::PeerGivesUp { link, why } => return self.peer_gives_up(link, why),
            Observation::TurnedAway { link, why } => return self.turned_away(link, why),
            Observation::Event { event: Event::Closed { reason, .. }, link: Some(link) } => {
                return self.closed(link, *reason);
            }
            _ => {}
        }
        Ok(())
    }
}

impl CloseOracle {
    pub fn watch(_: &Setting) -> Box<dyn Oracle> {
        Box::new(Self::default())
    }

    /// Connection `link` must end with a goodbye.
    fn expect(&mut self, link: LinkId) {
        self.of.insert(link, Closing::default());
    }

    /// The peer said goodbye.
    fn said(&mut self, link: LinkId) {
        self.change(link, |closing| closing.said = true);
    }

    /// What was in flight may be lost.
    fn harmed(&mut self, link: LinkId) {
        self.change(link, |closing| closing.harmed = true);
    }

    fn change(&mut self, link: LinkId, change: impl FnOnce(&mut Closing)) {
        self.of.get_mut(&link).map(change);
    }

    /// The server's end drops a connection that the server does not know of.
    fn turned_away(&mut self, link: LinkId, why: CloseReason<'_>) -> Result<(), Failure> {
        let Some(closing) = self.of.get_mut(&link) else { return Ok(()) };
        let excused = !matches!(why, CloseReason::Reset | CloseReason::CutShort(_) | CloseReason::Refused(_));
        closing.give_up(link, "the server", excused, why.text())
    }

    /// The peer's end drops its connection.
    fn peer_gives_up(&mut self, link: LinkId, why: &TransportError) -> Result<(), Failure> {
        let Some(closing) = self.of.get_mut(&link) else { return Ok(()) };
        closing.give_up(link, "the peer", matches!(why, TransportError::TooMuch(_)), &why.to_string())
    }

    /// The server sees that the peer's connection ended.
    fn closed(&mut self, link: LinkId, reason: CloseReason<'_>) -> Result<(), Failure> {
        let Some(closing) = self.of.get_mut(&link) else { return Ok(()) };
        let got = || format!("connection {link} ends with {:?}", reason.text());
        match reason {
            CloseReason::Ended if !closing.said => {
                Err(Failure::new("ended", "a connection without a goodbye counts as truncated", got()).on(link))
            }
            CloseReason::CutShort(_) if closing.said && !closing.harmed => {
                Err(Failure::new("ended", "a connection with a goodbye counts as ended", got()).on(link))
            }
            CloseReason::CutShort(why) | CloseReason::Refused(why) => closing.give_up(link, "the server", false, why),
            CloseReason::TooMuch(why) | CloseReason::SentAway(why) => closing.give_up(link, "the server", true, why),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: LinkId = 7;

    /// The oracle that fails if a connection whose transport has a goodbye ends for this reason; `None` if none does.
    fn told(before: impl Fn(&mut CloseOracle), reason: CloseReason<'_>) -> Option<&'static str> {
        let mut oracle = CloseOracle::default();
        oracle.expect(LIFE);
        before(&mut oracle);
        oracle.closed(LIFE, reason).err().map(|failure| failure.oracle)
    }

    #[test]
    fn a_connection_counts_as_ended_if_and_only_if_the_peer_said_goodbye() {
        let cut = CloseReason::CutShort("TLS connection cut short");
        assert_eq!(told(|oracle| oracle.said(LIFE), CloseReason::Ended), None);
        assert_eq!(told(|_| {}, CloseReason::Ended), Some("ended"));
        assert_eq!(told(|oracle| oracle.said(LIFE), cut), Some("ended"));
        assert_eq!(told(|oracle| oracle.harmed(LIFE), cut), None);
    }

    #[test]
    fn neither_end_may_drop_an_undisturbed_connection() {
        let broken = CloseReason::Refused("TLS: bad record MAC");
        assert_eq!(told(|_| {}, broken), Some("given-up"));
        assert_eq!(told(|oracle| oracle.harmed(LIFE), broken), None);
        assert_eq!(told(|_| {}, CloseReason::TooMuch("WebSocket message too long")), None);
        let mut oracle = CloseOracle::default();
        oracle.expect(LIFE);
        assert!(oracle.turned_away(LIFE, CloseReason::HandshakeTimeout).is_ok());
        oracle.expect(LIFE);
        assert!(oracle.peer_gives_up(LIFE, &TransportError::Refused("no WebSocket".into())).is_err());
    }
}
