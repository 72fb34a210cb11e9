//! Oracles `ended` and `given-up`: clean closes, and connections that one end drops.
//!
//! If a transport has a goodbye (TLS's close_notify, WebSocket's Close), the end of the bytes alone is not one: an
//! attacker may have truncated them. So the server must see a connection as ended if and only if its peer said goodbye
//! (`ended`). Neither end drops an undisturbed connection (`given-up`). That a peer that got a goodbye got everything
//! before it is checked in `arrivals.rs`.

use std::collections::BTreeMap;

use verbatim::server::{CloseReason, Event};
use verbatim::time::Now;
use verbatim::transport::TransportError;

use super::{Failure, Life, Observation, Oracle, Setting};

/// The goodbyes of all connections whose transport has one.
#[derive(Debug, Default)]
pub struct CloseOracle {
    of: BTreeMap<Life, Farewell>,
}

#[derive(Debug, Default)]
struct Farewell {
    /// The peer said goodbye.
    said: bool,
    /// The connection was disturbed, so that one side's last bytes may not have arrived.
    harmed: bool,
}

impl Farewell {
    /// One end drops the connection. That is a failure unless the connection was disturbed, or the end is `excused`.
    /// From then on it counts as disturbed: the reason is sent at once, before all other output.
    fn give_up(&mut self, life: Life, who: &str, excused: bool, why: &str) -> Result<(), Failure> {
        if std::mem::replace(&mut self.harmed, true) || excused {
            return Ok(());
        }
        let expected = format!("undisturbed connection {life} to be kept");
        Err(Failure::new("given-up", expected, format!("{who} drops it: {why}")).on(life))
    }
}

impl Oracle for CloseOracle {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::HasGoodbye { life } => self.expect(life),
            Observation::SaysGoodbye { life } => self.said(life),
            Observation::Harmed { life } => self.harmed(life),
            Observation::PeerGivesUp { life, why } => return self.peer_gives_up(life, why),
            Observation::TurnedAway { life, why } => return self.turned_away(life, why),
            Observation::Event { event: Event::Closed { reason, .. }, life: Some(life) } => {
                return self.closed(life, *reason);
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

    /// Connection `life` must end with a goodbye.
    fn expect(&mut self, life: Life) {
        self.of.insert(life, Farewell::default());
    }

    /// The peer said goodbye.
    fn said(&mut self, life: Life) {
        self.change(life, |farewell| farewell.said = true);
    }

    /// What was in flight may be lost.
    fn harmed(&mut self, life: Life) {
        self.change(life, |farewell| farewell.harmed = true);
    }

    fn change(&mut self, life: Life, change: impl FnOnce(&mut Farewell)) {
        self.of.get_mut(&life).map(change);
    }

    /// The server's end drops a connection of which the server does not know.
    fn turned_away(&mut self, life: Life, why: CloseReason<'_>) -> Result<(), Failure> {
        let Some(farewell) = self.of.get_mut(&life) else { return Ok(()) };
        let excused = !matches!(why, CloseReason::Reset | CloseReason::CutShort(_) | CloseReason::Refused(_));
        farewell.give_up(life, "the server", excused, why.text())
    }

    /// The peer's end drops its connection.
    fn peer_gives_up(&mut self, life: Life, why: &TransportError) -> Result<(), Failure> {
        let Some(farewell) = self.of.get_mut(&life) else { return Ok(()) };
        farewell.give_up(life, "the peer", matches!(why, TransportError::TooMuch(_)), &why.to_string())
    }

    /// The server sees that the peer's connection ended.
    fn closed(&mut self, life: Life, reason: CloseReason<'_>) -> Result<(), Failure> {
        let Some(farewell) = self.of.get_mut(&life) else { return Ok(()) };
        let got = || format!("connection {life} ends with {:?}", reason.text());
        match reason {
            CloseReason::Ended if !farewell.said => {
                Err(Failure::new("ended", "truncation, since the peer said no goodbye", got()).on(life))
            }
            CloseReason::CutShort(_) if farewell.said && !farewell.harmed => {
                Err(Failure::new("ended", "a clean close, since the peer said goodbye", got()).on(life))
            }
            CloseReason::CutShort(why) | CloseReason::Refused(why) => farewell.give_up(life, "the server", false, why),
            CloseReason::TooMuch(why) => farewell.give_up(life, "the server", true, why),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Life = 7;

    /// What the oracle says of a connection with a goodbye that ends like this.
    fn told(before: impl Fn(&mut CloseOracle), reason: CloseReason<'_>) -> Option<&'static str> {
        let mut farewells = CloseOracle::default();
        farewells.expect(LIFE);
        before(&mut farewells);
        farewells.closed(LIFE, reason).err().map(|failure| failure.oracle)
    }

    #[test]
    fn who_said_goodbye_ended_the_connection_and_who_did_not_was_cut_short() {
        let cut = CloseReason::CutShort("TLS connection cut short");
        assert_eq!(told(|farewells| farewells.said(LIFE), CloseReason::Ended), None);
        assert_eq!(told(|_| {}, CloseReason::Ended), Some("ended"));
        assert_eq!(told(|farewells| farewells.said(LIFE), cut), Some("ended"));
        assert_eq!(told(|farewells| farewells.harmed(LIFE), cut), None);
    }

    #[test]
    fn what_nothing_befell_is_given_up_by_nobody() {
        let broken = CloseReason::Refused("TLS: bad record MAC");
        assert_eq!(told(|_| {}, broken), Some("given-up"));
        assert_eq!(told(|farewells| farewells.harmed(LIFE), broken), None);
        assert_eq!(told(|_| {}, CloseReason::TooMuch("WebSocket message too long")), None);
        let mut farewells = CloseOracle::default();
        farewells.expect(LIFE);
        assert!(farewells.turned_away(LIFE, CloseReason::HandshakeTimeout).is_ok());
        farewells.expect(LIFE);
        assert!(farewells.peer_gives_up(LIFE, &TransportError::Refused("no WebSocket".into())).is_err());
    }
}
