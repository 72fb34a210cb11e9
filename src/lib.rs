//! verbatim: an IRC server and a terminal client that are pure state machines.
//!
//! [`server::Server`] and [`client::Client`] take events and return actions; they make no system call, read no clock
//! and draw no system randomness. They have two hosts: [`shell`], on Linux (epoll, sockets, fork and pipe), and the
//! simulator in `sim/`, a seeded world that breaks whatever it can.
//!
//! ```text
//! slots, time, planted ◄─ wire ◄─ transport
//!                          ▲        ▲
//!                          ├─ server┤
//!                          ├─ client┤
//!                          └ visitor┤
//!                                 driver ◄─ shell ◄─ main
//!                                   ▲
//!                         model ◄─ sim ◄─ tests
//! ```
//!
//! `docs/architecture.md` is the map; `tests/tidy/` enforces the arrows.

pub mod client;
pub mod driver;
pub mod planted;
pub mod server;
#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the shell is where clocks, files, sockets and processes are"
)]
pub mod shell;
pub mod slots;
pub mod time;
pub mod transport;
pub mod visitor;
pub mod wire;
