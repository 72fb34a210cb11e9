//! One end of a connection: a stream, the transports that carry IRC's bytes over it, the lines that wait for it, and whether
//! it is ready. It knows neither whose end it is, nor what the bytes mean.

use std::io;

use super::Stream;
use crate::transport::{Link, LinkLimits, TransportError};

/// A stream, its transports and its queue.
#[derive(Debug)]
pub struct Endpoint<S> {
    /// The connection's two directions.
    pub stream: S,
    /// What carries the bytes, and what waits to be written.
    pub link: Link,
    /// The stream may have bytes: it has not said `WouldBlock` since it was last called readable.
    pub readable: bool,
    /// The stream may take bytes.
    pub writable: bool,
}

/// What one read gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrived {
    /// So many raw bytes.
    Bytes(usize),
    /// There is nothing more for now.
    Nothing,
    /// The peer's bytes have come to their end.
    End,
    /// The connection is broken.
    Broken(io::ErrorKind),
}

/// What came of writing what waits.
#[derive(Debug, PartialEq, Eq)]
pub enum Flushed {
    /// Everything is written.
    All,
    /// The stream takes no more for now.
    Blocked,
    /// The budget of one round is used up.
    Budget,
    /// The kernel is short of memory: to be tried again after a pause, since no readiness is told of that.
    Starved,
    /// The connection is broken: by the stream (`None`), or given up by its transport.
    Broken(Option<TransportError>),
}

impl<S: Stream> Endpoint<S> {
    /// The end of a connection that stands.
    pub fn new(stream: S, link: Link) -> Self {
        Self { stream, link, readable: true, writable: true }
    }

    /// Reads raw bytes into `buffer`, which has room for some, if there are any.
    pub fn read(&mut self, buffer: &mut [u8]) -> Arrived {
        while self.readable {
            match self.stream.read(buffer) {
                Ok(0) => return Arrived::End,
                Ok(count) => return Arrived::Bytes(count),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => self.readable = false,
                    io::ErrorKind::Interrupted => {}
                    kind => return Arrived::Broken(kind),
                },
            }
        }
        Arrived::Nothing
    }

    /// Writes what waits, at most about four full writes of it.
    pub fn flush(&mut self, scratch: &mut Vec<u8>, limits: &LinkLimits) -> Flushed {
        self.flush_within(&mut { MAX_WRITES }, scratch, limits)
    }

    /// The same, with so many writes left.
    pub(super) fn flush_within(&mut self, left: &mut u32, scratch: &mut Vec<u8>, limits: &LinkLimits) -> Flushed {
        let flushed = self.write(left, scratch, limits);
        self.writable = flushed != Flushed::Blocked;
        flushed
    }

    fn write(&mut self, left: &mut u32, scratch: &mut Vec<u8>, limits: &LinkLimits) -> Flushed {
        while *left > 0 {
            let bytes = match self.link.gather(scratch, limits) {
                Ok([]) => return Flushed::All,
                Ok(bytes) => bytes,
                Err(error) => return Flushed::Broken(Some(error)),
            };
            *left -= 1;
            match self.stream.write(bytes) {
                Ok(count) => self.link.wrote(count),
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
}

/// Writes of one connection in one round.
pub(super) const MAX_WRITES: u32 = 4;

/// The error number of a kernel that is short of buffers, on Linux.
const ENOBUFS: i32 = 105;
