//! One end of a connection: a stream, the transports over it, the queued lines, and the stream's readiness. It does not
//! know which end it is, or what the bytes mean.

use std::io;

use super::Stream;
use crate::planted::{Bug, buggy};
use crate::transport::{Link, LinkLimits, TransportError};

/// A stream, its transports and its queue.
#[derive(Debug)]
pub struct Endpoint<S> {
    /// The stream, in both directions.
    pub stream: S,
    /// The transports, and the output queue.
    pub link: Link,
    /// The stream may have bytes: it has not returned `WouldBlock` since it was last reported readable.
    pub readable: bool,
    /// The stream may accept bytes.
    pub writable: bool,
}

/// The result of a read.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrived {
    /// This many raw bytes were read.
    Bytes(usize),
    /// There are no more bytes for now.
    Nothing,
    /// The peer will send nothing more: end of stream.
    End,
    /// The connection is broken.
    Broken(io::ErrorKind),
}

/// The result of writing the queue.
#[derive(Debug, PartialEq, Eq)]
pub enum Flushed {
    /// Everything is written.
    All,
    /// The stream accepts no more for now.
    Blocked,
    /// The budget of one round is used up.
    Budget,
    /// The kernel is short of memory: try again after a pause, since no readiness event will come.
    Starved,
    /// The connection is broken: the stream failed (`None`), or the transport gave up.
    Broken(Option<TransportError>),
}

impl<S: Stream> Endpoint<S> {
    /// The end of an established connection.
    pub fn new(stream: S, link: Link) -> Self {
        Self { stream, link, readable: true, writable: true }
    }

    /// Reads raw bytes into `buffer`, which must not be empty.
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

    /// Writes the queue, in at most four writes.
    pub fn flush(&mut self, scratch: &mut Vec<u8>, limits: &LinkLimits) -> Flushed {
        self.flush_within(&mut { MAX_WRITES }, scratch, limits)
    }

    /// Like [`flush`](Self::flush), with `left` writes left.
    pub(super) fn flush_within(&mut self, left: &mut u32, scratch: &mut Vec<u8>, limits: &LinkLimits) -> Flushed {
        let flushed = self.write(left, scratch, limits);
        self.writable = flushed != Flushed::Blocked && !(flushed == Flushed::Budget && buggy(Bug::BudgetIsBlocked));
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
                    _ if error.raw_os_error().is_some_and(|number| NO_MEMORY.contains(&number)) => {
                        return Flushed::Starved;
                    }
                    _ => return Flushed::Broken(None),
                },
            }
        }
        Flushed::Budget
    }
}

/// The most writes to one connection in one round.
pub(super) const MAX_WRITES: u32 = 4;

/// Linux's error numbers for a lack of memory: ENOMEM and ENOBUFS.
const NO_MEMORY: [i32; 2] = [12, 105];
