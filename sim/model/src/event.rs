//! What the model is told, and what it says must be asked of the world. All plain: whoever runs the model beside a server
//! translates.

use std::time::Duration;

use super::config::Config;

/// The number of a connection. It comes back after that connection is gone.
pub type ConnId = u32;

/// The number of a question to the world. It never comes back.
pub type AskId = u64;

/// The number of something that the log keeps.
pub type Seq = u64;

/// A point in time: how long after a clock's zero, which for the clock on the wall is 1970.
pub type Time = Duration;

/// What two clocks show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The one that only goes forward: deadlines go by it.
    pub mono: Time,
    /// The one on the wall, which may be set: stamps go by it.
    pub wall: Time,
}

/// Something happens to the server.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// Somebody connected.
    Accepted {
        /// The connection.
        conn: ConnId,
        /// What its transports found out.
        peer: Peer,
    },
    /// Bytes of IRC arrived, cut anywhere.
    Received {
        /// The connection.
        conn: ConnId,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// A connection is gone, and not because the server closed it.
    Closed {
        /// The connection.
        conn: ConnId,
        /// The quit message.
        reason: &'a str,
    },
    /// Once its registration is complete, the connection is one more session of a user.
    Attached {
        /// The connection.
        conn: ConnId,
        /// The user's nick.
        to: &'a str,
        /// Whether the user stays without sessions, from then on.
        stays: Stays,
    },
    /// The world answers.
    Answered {
        /// What; nothing that was asked, if there are new settings by the host's will.
        ask: Option<AskId>,
        /// The answer.
        answer: Answer<'a>,
    },
    /// What was appended up to a number is settled.
    Settled {
        /// The number of the last.
        upto: Seq,
        /// Why it is refused, if it is not stored.
        refused: Option<&'a str>,
    },
    /// A connection is not read from for now.
    Unread {
        /// The connection.
        conn: ConnId,
    },
    /// A deadline has come.
    Timeout,
    /// The server stops.
    Stop,
}

/// Who is at the far end of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// Where they are, as others see it.
    pub host: String,
    /// The host of the proxy through which they came.
    pub proxy: Option<String>,
    /// Whether nobody on the way can read along.
    pub secure: bool,
    /// The fingerprint of their certificate.
    pub certificate: Option<String>,
    /// The name by which they asked for the server.
    pub server_name: Option<String>,
    /// Who they are on this machine, if they are on it.
    pub uid: Option<u32>,
}

/// Whether a user goes on without sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stays {
    /// They end with their last session.
    #[default]
    No,
    /// They end at this time, or with the last session after it.
    Until(Time),
    /// They do not end by themselves.
    Always,
}

/// What must be asked of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether a password is the one with this hash.
    Verify {
        /// The password.
        password: String,
        /// The hash.
        hash: String,
    },
    /// The settings as they are now.
    Reload,
}

/// What the world answers.
#[derive(Clone, Debug)]
pub enum Answer<'a> {
    /// Whether the password is right.
    Verified {
        /// It is.
        right: bool,
    },
    /// New settings, or why there are none.
    Reloaded(Result<Box<Reload>, &'a str>),
}

/// New settings.
#[derive(Clone, Debug)]
pub struct Reload {
    /// The settings that hold from now on.
    pub config: Config,
    /// The keys whose change takes a restart.
    pub kept: Vec<String>,
}
