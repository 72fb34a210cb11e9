//! Oracle `cleanup`: users who leave are forgotten. The server, its driver and its host have as many connections and
//! channels as the model; only connections that are being closed may stay for a short time.

use std::time::Duration;

use verbatim::server::Event;
use verbatim::time::{Now, Time};

use super::observation::Looked;
use super::{Failure, Observation, Oracle, Setting};

/// How long a connection may stay open after the server forgot it: longer than any driver waits for its last line to be
/// read.
const LINGER: Duration = Duration::from_secs(5);

/// When the server last lost or closed a connection, or held lines were settled.
#[derive(Debug, Default)]
pub struct Cleanup {
    last_end: Time,
}

impl Cleanup {
    pub fn watch(_: &Setting) -> Box<dyn Oracle> {
        Box::new(Self::default())
    }

    fn look(&self, now: Now, seen: &Looked) -> Result<(), Failure> {
        let Looked { users, channels, opening, opens_too_long, held, connections, sockets, .. } = *seen;
        let lingering = connections.checked_sub(users + opening);
        let lingers_too_long = !held && lingering != Some(0) && now.mono.since(self.last_end) > LINGER;
        if (seen.server_connections, seen.server_channels) == (users, channels)
            && lingering.is_some()
            && !lingers_too_long
            && !opens_too_long
            && connections == sockets
        {
            return Ok(());
        }
        let expected = format!("{users} connections, {opening} handshakes, {channels} channels, as many open sockets");
        let got = format!(
            "{} connections and {} channels of the server, {connections} connections of the driver, {sockets} sockets",
            seen.server_connections, seen.server_channels
        );
        Err(Failure::new("cleanup", expected, got))
    }
}

impl Oracle for Cleanup {
    fn see(&mut self, now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match seen {
            Observation::TurnedAway { .. }
            | Observation::Closes { .. }
            | Observation::Event { event: Event::Closed { .. } | Event::Settled { .. }, .. } => {
                self.last_end = now.mono
            }
            Observation::Looked(looked) => return self.look(now, looked),
            _ => {}
        }
        Ok(())
    }
}
