//! `ws`: WebSocket (RFC 6455), so that a browser is a client, with the two subprotocols of IRCv3.
//!
//! Owns the handshake by HTTP, the frames, what a plain HTTP request is answered, and what the headers tell of where
//! somebody is. It does not know what carries it: `wss` is this over `tls`. The frames are read and written by tungstenite,
//! over two buffers instead of a socket; the heads of HTTP are read by httparse.

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

/// Bytes that a message may have, and each frame of it. A line has at most 8191 bytes of tags and 512 others, so this has
/// room for twice that. IRCv3 WebSocket: "Clients and servers SHOULD impose limits on the maximum size of messages they
/// will accept […]. The limits SHOULD reflect the increased total line lengths allowed by the message-tags
/// specification."
pub const MAX_MESSAGE: usize = 16 << 10;
