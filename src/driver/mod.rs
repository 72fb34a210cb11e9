//! The code that both drivers share, over any stream: rounds, budgets, queues, closing.
//!
//! The shell provides sockets, the simulator virtual streams; so the code where bytes are easily lost (by a missed
//! edge, a short write, a reused number) runs in the simulator, too. It is pure except for its [`Stream`]s.
//!
//! Readiness is edge-triggered: `readable` and `writable` may be called too often, but after a stream has returned
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

/// A non-blocking stream in both directions. A read of 0 is the end of the peer's bytes.
pub trait Stream: io::Read + io::Write {
    /// Shuts down our sending direction; reading continues.
    fn end(&mut self);
}

/// How long a driver waits before it retries a write for which the kernel had no memory: no readiness event reports
/// when there is memory again.
const STARVED_PAUSE: Duration = Duration::from_millis(10);
