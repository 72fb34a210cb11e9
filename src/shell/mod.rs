//! The Linux driver: the only place with system calls.
//!
//! It owns descriptors, signals, the clock and the terminal, and runs [`crate::driver`] over them. It knows nothing
//! of IRC: what bytes mean is for [`crate::server`], [`crate::client`] and their transports to say.

mod accept;
pub mod bench;
mod chat;
mod clock;
mod dial;
mod input;
mod listen;
mod log;
mod poll;
mod screen;
mod serve;
mod signals;
mod socket;

pub use chat::{ChatOptions, chat};
pub use serve::{ServeOptions, serve};
