//! A peer that moves bytes and nothing else: IRC lines sent by hand, a visitor with `nc`, somebody hostile.

use std::io::{ErrorKind, Read, Write};

use crate::net::VirtualStream;

/// A peer without a client program.
#[derive(Debug)]
pub struct RawPeer {
    stream: Option<VirtualStream>,
    /// What it wants to send, and how much of it is sent.
    out: Vec<u8>,
    written: usize,
    /// Ends its direction once everything is sent.
    ending: bool,
    /// Whether it reads at all.
    pub reads: bool,
    /// Whether it answers a `PING`, as every IRC client must.
    pub answers_pings: bool,
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
    /// What it received, if somebody wants to know: whole lines, without their ends.
    pub lines: Option<Vec<String>>,
}

impl RawPeer {
    /// A peer without a connection. It is kept what it hears if `keeps`.
    pub fn new(keeps: bool) -> Self {
        let (stream, out, partial) = Default::default();
        let lines = keeps.then(Vec::new);
        Self { stream, out, written: 0, ending: false, reads: true, answers_pings: true, partial, lines }
    }

    /// The connection, while it has one.
    pub fn stream(&self) -> Option<&VirtualStream> {
        self.stream.as_ref()
    }

    /// It is connected. Returns the connection that it had before, if any, for the caller to drop.
    pub fn connected(&mut self, stream: VirtualStream) -> Option<VirtualStream> {
        self.partial.clear();
        self.stream.replace(stream)
    }

    /// Wants to send `bytes`: at once, or as soon as it is connected.
    pub fn send(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Ends its direction once everything is sent.
    pub fn end(&mut self) {
        self.ending = true;
    }

    /// Gives the connection up, and forgets what it wanted to send. The caller drops it.
    pub fn take(&mut self) -> Option<VirtualStream> {
        self.out.clear();
        (self.written, self.ending) = (0, false);
        self.partial.clear();
        self.stream.take()
    }

    /// Bytes that are not sent yet.
    pub fn pending_bytes(&self) -> usize {
        self.out.len() - self.written
    }

    /// Reads and writes what it can. Returns whether the connection is over.
    pub fn round(&mut self) -> bool {
        (self.reads && self.read()) || self.write()
    }

    fn read(&mut self) -> bool {
        let mut buffer = [0; 4096];
        loop {
            let Some(stream) = &mut self.stream else { return false };
            match stream.read(&mut buffer) {
                Ok(0) => return true,
                Ok(count) => self.received(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return true,
            }
        }
    }

    fn received(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = self.partial.trim_ascii_end();
                if self.answers_pings && line.starts_with(b"PING ") {
                    self.out.extend_from_slice(b"PONG ");
                    self.out.extend_from_slice(&line[5..]);
                    self.out.extend_from_slice(b"\r\n");
                }
                if let Some(lines) = &mut self.lines {
                    lines.push(String::from_utf8_lossy(line).into_owned());
                }
                self.partial.clear();
            }
        }
    }

    fn write(&mut self) -> bool {
        let Some(stream) = &mut self.stream else { return false };
        while self.written < self.out.len() {
            match stream.write(&self.out[self.written..]) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.raw_os_error().is_some() => {}
                Err(_) => return true,
            }
        }
        self.out.clear();
        self.written = 0;
        if std::mem::take(&mut self.ending) {
            stream.end_writing();
        }
        false
    }
}
