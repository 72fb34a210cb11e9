//! Decodes a connection's raw bytes into IRC, and encodes IRC into raw bytes. Uses no socket.
//!
//! A transport is one module with an implementation of [`Transport`], and one row in [`LAYERS`]; only the PROXY
//! protocol, which no scheme names, has no row. Transports are stacked ([`Over`]); a URL's scheme says which ones, and
//! which [`Front`] is above them. The drivers do not depend on them: they move raw bytes between a socket and a
//! [`Link`], and IRC bytes between the link and the core.

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
    Accept, AcceptContext, ClientSettings, Connect, ConnectContext, Front, LAYERS, Layer, PROXY, Scheme,
    ServerSettings, Socket,
};
pub use link::{Link, LinkLimits};
pub use over::Over;
pub use queue::SendQueue;
pub use trusted::{BadProxies, Proxies, Trusted};
pub use url::{Address, Url, UrlError};

use thiserror::Error;

use crate::wire::Peer;

/// Decodes a connection's raw bytes into IRC, and encodes IRC into raw bytes.
///
/// Raw bytes from the peer can produce both IRC for the core and raw bytes for the peer, since a transport answers some
/// input itself. Lines from the core produce only raw bytes. In a stack, the raw bytes of the upper transport are what
/// the lower one carries.
///
/// A transport that gives up on the connection (returns an error) may leave raw bytes that contain the reason: they are
/// still written.
pub trait Transport: std::fmt::Debug {
    /// The connection is established. Called once, first.
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError>;

    /// The peer sent `raw`.
    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError>;

    /// The peer's raw bytes have ended. Fails if this transport has a goodbye and the peer did not send it: the stream
    /// may have been truncated.
    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        out.ended = true;
        Ok(())
    }

    /// The core sends `irc`: whole lines. Called only when the transport is open; must produce only raw bytes.
    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError>;

    /// Nothing more will be sent: says goodbye, if the transport has one. Called at most once; [`send`](Self::send) is
    /// not called after it.
    fn close(&mut self, _out: &mut Output) {}

    /// Whether the handshake is done, so that lines can pass. Once open, it stays open.
    fn is_open(&self) -> bool {
        true
    }

    /// Whether bytes pass unchanged from now on, both ways, so that it need not be called again. Never reverts.
    fn is_transparent(&self) -> bool {
        false
    }

    /// Adds what this transport knows about the peer. Called when it has opened, or when the connection fails before
    /// that; lower layers are called first.
    fn describe(&self, _peer: &mut Peer) {}
}

/// A transport's output. Results are appended.
#[derive(Debug, Default)]
pub struct Output {
    /// IRC bytes for the core.
    pub irc: Vec<u8>,
    /// Raw bytes for the peer.
    pub raw: Vec<u8>,
    /// The peer said goodbye.
    pub ended: bool,
}

/// Why a transport gives up on a connection. The text is for people, and becomes the end of the quit message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The transport's bytes ended without a goodbye: an attacker may have truncated them.
    #[error("{0} connection cut short")]
    CutShort(&'static str),
    /// The peer exceeded a limit.
    #[error("{0}")]
    TooMuch(&'static str),
    /// The peer may not connect here, or violates the transport's protocol.
    #[error("{0}")]
    Refused(String),
    /// A setting is missing or invalid.
    #[error("{0}")]
    Unusable(String),
}
