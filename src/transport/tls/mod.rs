//! TLS 1.2 and 1.3 (RFC 5246, RFC 8446) by rustls: both ends, their settings, and trust.
//!
//! Owns the negotiated protocols, the trust decisions, and the wording of failures. Knows neither files nor the
//! system's trusted certificates: it is given bytes, and a clock.

mod config;
mod fingerprint;
mod names;
mod possession;
mod session;
mod spaced;
mod trust;
mod words;

pub use config::{BadIdentity, ClientTls, Identity, ServerTls, Tickets, client_config, identity, server_config};
pub use fingerprint::{BadFingerprint, Fingerprint};
pub use session::{accept, connect};
pub use trust::{Trust, out_of_date};
