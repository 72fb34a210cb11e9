//! `ws`: WebSocket (RFC 6455) with IRCv3's two subprotocols, for clients in browsers.
//!
//! Owns the HTTP handshake, the frames, the response to a plain HTTP request, and the client's address in the headers.
//! Does not know what carries it: `wss` is this over `tls`. tungstenite reads and writes the frames, over two buffers
//! instead of a socket; httparse parses the HTTP heads.

mod client;
mod forwarded;
mod frames;
mod http;
mod origin;
mod server;

pub use client::Client;
pub use frames::Form;
pub use http::MAX_HEAD;
pub use origin::{BadOrigin, Origin};
pub use server::{Server, Terms};

/// The most bytes that a message, or one of its frames, may have. A line has at most 8191 bytes of tags and 512 others,
/// so this is about twice that. IRCv3 WebSocket: "Clients and servers SHOULD impose limits on the maximum size of
/// messages they will accept […]. The limits SHOULD reflect the increased total line lengths allowed by the
/// message-tags specification."
pub const MAX_MESSAGE: usize = 16 << 10;
