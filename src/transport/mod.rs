//! How IRC's bytes travel: what one connection's raw bytes mean, and how they are written, without a socket.
//!
//! A transport is one file with an implementation of [`Transport`], and one row in [`LAYERS`]. Transports stand on each
//! other ([`Over`]); the name of a URL's scheme says which, and which [`Front`] stands above them. The drivers know none of them: they move raw bytes between a
//! socket and a [`Link`], and IRC bytes between the link and the core.

mod layers;
mod link;
mod over;
pub mod proxy;
mod queue;
#[cfg(unix)]
pub mod tls;
mod trusted;
mod url;
#[cfg(unix)]
pub mod ws;

pub use layers::{
    Accept, Arrival, ClientSettings, Connect, Departure, Front, LAYERS, Layer, PROXY, Scheme, ServerSettings, Socket,
};
pub use link::{Link, LinkLimits};
pub use over::Over;
pub use queue::SendQueue;
pub use trusted::{BadNetwork, Network, Trusted};
pub use url::{Address, Url, UrlError};

use thiserror::Error;

use crate::wire::Peer;

/// Turns one connection's raw bytes into IRC bytes and back.
///
/// What the peer sends can produce both kinds of bytes: some of it is answered without the core hearing of it. What the core
/// sends makes raw bytes alone. Where one transport stands on another, the raw bytes of the upper one are what the lower one
/// carries.
///
/// Whoever gives a connection up (with an error) may still leave raw bytes that say why: they are written.
pub trait Transport: std::fmt::Debug {
    /// The connection stands. Called once, before anything else.
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError>;

    /// The peer sent `raw`.
    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError>;

    /// The peer's raw bytes have come to their end. An error if that is not how a peer says goodbye here: what came may
    /// have been cut short.
    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        out.ended = true;
        Ok(())
    }

    /// The core sends `irc`: whole lines. Not called before the transport is open, and answered with raw bytes alone.
    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError>;

    /// Nothing more will be sent: says goodbye, if there is a word for it. Called once at most, and nothing after it but
    /// [`received`](Self::received).
    fn close(&mut self, _out: &mut Output) {}

    /// Whether the core's lines can travel: not while a handshake goes on. Once open it stays so.
    fn is_open(&self) -> bool {
        true
    }

    /// Whether it has nothing more to do: from now on bytes pass as they are, both ways, and it need not be asked again.
    /// Once so it stays so.
    fn is_transparent(&self) -> bool {
        false
    }

    /// Adds what it found out about the peer, once it is open, or when it is given up before that. What stands below has
    /// done so before.
    fn describe(&self, _peer: &mut Peer) {}
}

/// What a transport makes of the bytes it was given. It appends.
#[derive(Debug, Default)]
pub struct Output {
    /// IRC bytes for the core.
    pub irc: Vec<u8>,
    /// Raw bytes for the peer.
    pub raw: Vec<u8>,
    /// The peer said that nothing more will come.
    pub ended: bool,
}

/// Why a transport gives a connection up. Its text is for people: it ends the connection's quit message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The bytes of this transport ended without a goodbye: somebody on the way may have cut them short.
    #[error("{0} connection cut short")]
    CutShort(&'static str),
    /// The peer sent more at once than a bound allows.
    #[error("{0}")]
    TooMuch(&'static str),
    /// The peer may not come in this way, or does not speak as this transport does.
    #[error("{0}")]
    Refused(String),
    /// What we were told to do cannot be done: a setting is missing, or makes no sense.
    #[error("{0}")]
    Unusable(String),
}
