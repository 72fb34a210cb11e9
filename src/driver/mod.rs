//! What both drivers do alike, over any stream: rounds, budgets, queues, closing.
//!
//! The shell gives it sockets, the simulator virtual ones; so the part of a driver in which data gets lost
//! (edges forgotten, writes cut short, numbers reused) is itself under the simulator. It is pure but for the
//! [`Stream`]s it is handed.
//!
//! Readiness is edge-triggered: `readable` and `writable` may be called too often, but whenever a stream said
//! `WouldBlock` the driver waits for the next call.

mod client;
mod endpoint;
mod server;

pub use client::{ClientDriver, ClientObserver, Request};
pub use endpoint::{Arrived, Endpoint, Flushed};
pub use server::{Commit, DriverLimits, ServerDriver, ServerObserver, ServerRequest};

use std::io;
use std::time::Duration;

use endpoint::MAX_WRITES;

/// A connection's two directions, non-blocking. The end of the peer's bytes is a read of 0.
pub trait Stream: io::Read + io::Write {
    /// Ends our direction, and goes on reading.
    fn end(&mut self);
}

/// How long a driver waits before it writes again to a stream for which the kernel had no memory: no readiness is
/// told of that.
const STARVED_PAUSE: Duration = Duration::from_millis(10);
