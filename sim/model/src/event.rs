//! The model's input, and the questions that it expects, as plain values. The program that runs the model beside a
//! server translates the server's events into them.

use std::time::Duration;

use super::config::Config;

/// The number of a connection. Reused after that connection is gone.
pub type ConnId = u32;

/// The number of a question to the host. Never reused.
pub type AskId = u64;

/// The number of a fact that the log keeps.
pub type Seq = u64;

/// A point in time, counted from its clock's zero; for the wall clock that is 1970.
pub type Time = Duration;

/// The time on both clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The monotonic clock, for deadlines.
    pub mono: Time,
    /// The wall clock, which may be set; for timestamps.
    pub wall: Time,
}

impl Now {
    /// When `then` was, by the wall clock as it is set now. Less than a second between the clocks is no setting.
    pub(super) fn date(self, then: Now) -> Time {
        let unset = then.wall + self.mono.saturating_sub(then.mono);
        match (self.wall.saturating_sub(unset), unset.saturating_sub(self.wall)) {
            (forward, Time::ZERO) if forward >= Duration::from_secs(1) => then.wall + forward,
            (Time::ZERO, back) if back >= Duration::from_secs(1) => then.wall.saturating_sub(back),
            _ => then.wall,
        }
    }
}

/// An event of the server.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A connection was accepted.
    Accepted {
        /// The connection.
        conn: ConnId,
        /// What its transports know about the peer.
        peer: Peer,
    },
    /// Bytes of IRC arrived, cut anywhere.
    Received {
        /// The connection.
        conn: ConnId,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// A connection ended without being closed by the server.
    Closed {
        /// The connection.
        conn: ConnId,
        /// The text of the QUIT.
        reason: &'a str,
    },
    /// When it completes registration, the connection becomes another session of a user.
    Attached {
        /// The connection.
        conn: ConnId,
        /// The user's nick.
        to: &'a str,
        /// Whether the user stays without sessions from then on.
        stays: Stays,
    },
    /// An answer from the host.
    Answered {
        /// The question; `None` if the host reloads the settings without being asked.
        ask: Option<AskId>,
        /// The answer.
        answer: Answer,
    },
    /// Everything appended up to a number is settled.
    Settled {
        /// The number of the last fact.
        upto: Seq,
        /// Why it is refused; `None` if it is stored.
        refused: Option<&'a str>,
    },
    /// The driver has stopped reading from a connection.
    Unread {
        /// The connection.
        conn: ConnId,
    },
    /// A connection has read most of what it was sent.
    Drained {
        /// The connection.
        conn: ConnId,
    },
    /// A deadline has come.
    Timeout,
    /// The server stops.
    Stop,
}

/// What is known about the far end of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The address that others see.
    pub host: String,
    /// The host of the proxy.
    pub proxy: Option<String>,
    /// Whether the connection is encrypted.
    pub secure: bool,
    /// The fingerprint of the peer's certificate.
    pub certificate: Option<String>,
    /// Whether the peer could not prove that its certificate is its own.
    pub unproven: bool,
    /// The server name that the peer requested (SNI).
    pub server_name: Option<String>,
    /// The peer's uid, if it is on this machine.
    pub uid: Option<u32>,
}

/// Whether a user stays online without sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stays {
    /// The user ends with the last session.
    #[default]
    No,
    /// The user ends at this time, or with their last session if that ends later.
    Until(Time),
    /// The user stays indefinitely.
    Always,
}

/// A question to the host: its kind, and what it is about.
pub type Question = Vec<String>;

/// An answer from the host.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The kind of answer, and its content.
    pub words: Vec<String>,
    /// New settings, if the answer contains any.
    pub config: Option<Box<Config>>,
}
