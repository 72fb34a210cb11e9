//! The host on Linux: the only place with system calls.
//!
//! It owns descriptors, signals, the clock and the terminal, and runs [`crate::driver`] with them. It leaves IRC to
//! [`crate::server`], [`crate::client`] and the transports, except in the log, which hides passwords, and in `bench`.

mod accept;
pub mod bench;
mod certificate;
mod chat;
mod clock;
pub mod config;
mod dial;
mod input;
mod listen;
mod log;
mod password;
mod poll;
mod prompt;
mod screen;
mod secret;
mod serve;
mod signals;
mod socket;
mod spool;
mod systemd;
mod terminal;
mod tls;

pub use certificate::Certificate;
pub use chat::{ChatOptions, chat};
pub use prompt::hash_password;
pub use secret::PasswordSource;
pub use serve::{ServeOptions, serve};
pub use tls::TlsOptions;
