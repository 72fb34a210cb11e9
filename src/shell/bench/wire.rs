//! The load's end of a connection: a socket and a transport.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};

use anyhow::{Context, Result, anyhow, ensure};

use super::bare;
use super::process::Subject;
use crate::transport::{Output, Transport};

/// A connection to a server under load.
pub(super) struct Wire {
    stream: TcpStream,
    /// `None` for IRC without a transport.
    transport: Option<Box<dyn Transport>>,
    out: Output,
}

impl Wire {
    /// Connects, and waits until lines can pass. The bare loop numbers connections as it accepts them, so waiting for
    /// each welcome keeps the numbers in order.
    pub(super) fn open(subject: &Subject) -> Result<Self> {
        let stream = TcpStream::connect(subject.address)?;
        stream.set_nodelay(true)?;
        let mut this = Self { stream, transport: subject.transport()?, out: Output::default() };
        if let Some(transport) = &mut this.transport {
            transport.opened(&mut this.out)?;
        }
        if subject.url.is_none() {
            this.stream.read_exact(&mut [0; bare::WELCOME.len()]).context("the bare loop does not answer")?;
        }
        let mut buffer = [0; 4096];
        while this.transport.as_ref().is_some_and(|transport| !transport.is_open()) {
            this.flush()?;
            let count = this.stream.read(&mut buffer)?;
            ensure!(count > 0, "the server closed the connection in its handshake");
            this.receive(&buffer[..count])?;
        }
        this.flush()?;
        this.stream.set_nonblocking(true)?;
        Ok(this)
    }

    /// Sends whole lines.
    pub(super) fn send(&mut self, lines: &[u8]) -> Result<()> {
        match &mut self.transport {
            None => self.stream.write_all(lines).context("the server does not read"),
            Some(transport) => {
                transport.send(lines, &mut self.out)?;
                self.flush()
            }
        }
    }

    /// Appends what has arrived to `lines`, with one read into `buffer`. Returns whether the connection is still open.
    pub(super) fn read(&mut self, buffer: &mut [u8], lines: &mut Vec<u8>) -> Result<bool> {
        let count = match self.stream.read(buffer) {
            Ok(0) => return Ok(false),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
            Err(error) => return Err(error.into()),
        };
        if self.transport.is_none() {
            lines.extend_from_slice(&buffer[..count]);
            return Ok(true);
        }
        self.receive(&buffer[..count])?;
        lines.append(&mut self.out.irc);
        self.flush()?;
        Ok(!self.out.ended)
    }

    fn receive(&mut self, raw: &[u8]) -> Result<()> {
        let transport = self.transport.as_mut().ok_or_else(|| anyhow!("there is no transport"))?;
        Ok(transport.received(raw, &mut self.out)?)
    }

    fn flush(&mut self) -> Result<()> {
        self.stream.write_all(&self.out.raw).context("the server does not read")?;
        self.out.raw.clear();
        Ok(())
    }
}

impl AsFd for Wire {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
