//! The programs themselves, as processes on real sockets: `verbatim serve`, `verbatim chat`, `verbatim bench`.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "these tests are about the system")]

#[path = "../shell_world/mod.rs"]
mod shell_world;
#[path = "../terminal/mod.rs"]
mod terminal;

mod bench;
mod chat;
mod config;
mod line_mode;
mod serve;
mod sockets;
mod tls;
mod waiting;
mod websocket;
