//! What both drivers do alike, over any stream: rounds, budgets, queues, closing.
//!
//! The shell gives it sockets, the simulator virtual ones; so the part of a driver in which data gets lost
//! (edges forgotten, writes cut short, numbers reused) is itself under the simulator. It is pure but for the
//! [`Stream`]s it is handed.
//!
//! Readiness is edge-triggered: `readable` and `writable` may be called too often, but whenever a stream said
//! `WouldBlock` the driver waits for the next call.

mod client;
mod server;

pub use client::{ClientDriver, ClientObserver, Request};
pub use server::{Commit, DriverLimits, ServerDriver, ServerObserver, ServerRequest};

use std::io;
use std::time::Duration;

use crate::transport::{Link, LinkLimits, TransportError};

/// A connection's two directions, non-blocking. The end of the peer's bytes is a read of 0.
pub trait Stream: io::Read + io::Write {
    /// Ends our direction, and goes on reading.
    fn end(&mut self);
}

/// What came of writing what waits.
#[derive(Debug, PartialEq, Eq)]
enum Flushed {
    /// Everything is written.
    All,
    /// The stream takes no more for now.
    Blocked,
    /// The budget of one round is used up.
    Budget,
    /// The kernel is short of memory: to be tried again after [`STARVED_PAUSE`].
    Starved,
    /// The connection is broken: by the stream (`None`), or given up by its transport.
    Broken(Option<TransportError>),
}

/// Writes what waits in `link`, at most about four full writes of it.
fn flush(link: &mut Link, stream: &mut impl Stream, scratch: &mut Vec<u8>, limits: &LinkLimits) -> Flushed {
    for _ in 0..4 {
        let bytes = match link.gather(scratch, limits) {
            Ok([]) => return Flushed::All,
            Ok(bytes) => bytes,
            Err(error) => return Flushed::Broken(Some(error)),
        };
        match stream.write(bytes) {
            Ok(count) => link.wrote(count),
            Err(error) => match error.kind() {
                io::ErrorKind::Interrupted => {}
                io::ErrorKind::WouldBlock => return Flushed::Blocked,
                _ if error.raw_os_error() == Some(ENOBUFS) => return Flushed::Starved,
                _ => return Flushed::Broken(None),
            },
        }
    }
    Flushed::Budget
}

/// The error number of a kernel that is short of buffers, on Linux.
const ENOBUFS: i32 = 105;

/// How long a driver waits before it writes again to a stream for which the kernel had no memory: no readiness is
/// told of that.
const STARVED_PAUSE: Duration = Duration::from_millis(10);
