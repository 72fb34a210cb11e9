//! A connection's descriptor, as the [`Stream`] that drivers use.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::sys::socket::{MsgFlags, Shutdown, recv, send, shutdown};

use crate::driver::Stream;

/// A non-blocking stream socket of any family.
#[derive(Debug)]
pub struct Socket(OwnedFd);

impl Socket {
    /// Takes over a non-blocking socket.
    pub fn new(fd: OwnedFd) -> Self {
        Self(fd)
    }

    /// Shuts down both directions; the next read reports it.
    pub fn shut(&self) {
        // It does not matter if the connection is already broken.
        let _ = shutdown(self.0.as_raw_fd(), Shutdown::Both);
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(recv(self.0.as_raw_fd(), buffer, MsgFlags::empty())?)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(send(self.0.as_raw_fd(), bytes, MsgFlags::MSG_NOSIGNAL)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Stream for Socket {
    fn end(&mut self) {
        // It does not matter if the connection is already broken.
        let _ = shutdown(self.0.as_raw_fd(), Shutdown::Write);
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Bytes to read and discard when a connection is closed.
const DRAINED_BYTES: usize = 64 << 10;

impl Drop for Socket {
    /// RFC 1122 §4.2.2.13: "If such a host issues a CLOSE call while received data is still pending in TCP, […] its TCP
    /// SHOULD send a RST to show that data was lost." A reset can make the peer lose our last lines, which contain the
    /// reason. So received data is read first.
    fn drop(&mut self) {
        let _ = shutdown(self.0.as_raw_fd(), Shutdown::Write);
        let mut scratch = [0; 4096];
        for _ in 0..DRAINED_BYTES / scratch.len() {
            if !matches!(recv(self.0.as_raw_fd(), &mut scratch, MsgFlags::empty()), Ok(1..)) {
                break;
            }
        }
    }
}
