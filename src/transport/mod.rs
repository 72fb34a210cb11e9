//! How IRC's bytes travel: what one connection's raw bytes mean, and how they are written, without a socket.
//!
//! A transport is one file with an implementation of [`Transport`], and one row in [`SCHEMES`]. The drivers know
//! neither: they move raw bytes between a socket and a [`Link`], and IRC bytes between the link and the core.

mod link;
pub mod plain;
mod queue;
mod url;

pub use link::{Link, LinkLimits};
pub use queue::SendQueue;
pub use url::{Address, Url, UrlError};

use thiserror::Error;

/// Turns one connection's raw bytes into IRC bytes and back.
///
/// Both directions can produce both kinds of bytes: a greeting may answer what the peer sent without the core
/// hearing of it, and a reply of the core may be answered on the peer's behalf.
pub trait Transport: std::fmt::Debug {
    /// The connection stands. Called once, before anything else.
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError>;

    /// The peer sent `raw`.
    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError>;

    /// The core sends `irc`: whole lines.
    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError>;
}

/// What a transport makes of the bytes it was given.
#[derive(Debug, Default)]
pub struct Output {
    /// IRC bytes for the core.
    pub irc: Vec<u8>,
    /// Raw bytes for the peer.
    pub raw: Vec<u8>,
}

/// Why a transport gives a connection up. The text is for people: it ends the connection's quit message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct TransportError(pub String);

/// Makes the server's end of a transport for the connection with this number.
pub type Accept = fn(connection: u32) -> Option<Box<dyn Transport>>;

/// A scheme that a URL can begin with.
#[derive(Debug)]
pub struct Scheme {
    /// What stands before `://`.
    pub name: &'static str,
    /// What carries the bytes.
    pub socket: Socket,
    /// The server's end of it; `None` where IRC's bytes travel as they are.
    pub accept: Accept,
    /// Whether the client can connect by it.
    pub client: bool,
    /// One line for people.
    pub about: &'static str,
}

/// What carries a scheme's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Socket {
    /// `HOST:PORT`.
    Tcp,
    /// A path of the file system.
    Unix,
}

/// Every scheme there is. A new transport is a row here.
pub const SCHEMES: &[Scheme] = &[
    Scheme { name: "tcp", socket: Socket::Tcp, accept: |_| None, client: true, about: "IRC over TCP" },
    Scheme { name: "unix", socket: Socket::Unix, accept: |_| None, client: true, about: "IRC over a Unix socket" },
    Scheme {
        name: "plain+tcp",
        socket: Socket::Tcp,
        accept: |connection| Some(Box::new(plain::Visitor::new(connection))),
        client: false,
        about: "bare lines over TCP, so that nc is a client",
    },
];
