//! TLS 1.2 and 1.3 (RFC 5246, RFC 8446) by rustls: the server's end and the client's, what they are made with, and whom
//! they trust.
//!
//! It owns what is agreed upon, who is believed, and how its failures are said. It knows neither files nor which
//! certificates this machine trusts: it is given bytes. The clock of its configurations is an argument, too.

mod config;
mod fingerprint;
mod names;
mod session;
mod spaced;
mod trust;
mod words;

pub use config::{BadIdentity, ClientTls, Identity, ServerTls, Tickets, client_config, identity, server_config};
pub use fingerprint::{BadFingerprint, Fingerprint};
pub use session::{accept, connect};
pub use trust::{Trust, out_of_date};
