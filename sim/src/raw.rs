//! A peer that moves bytes and nothing else: IRC lines sent by hand, a visitor with `nc`, somebody hostile.

use std::io::{ErrorKind, Read, Write};

use verbatim::driver::Stream;
use verbatim::wire::{Message, tags};

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
    /// The last message that had an id.
    heard: Option<Heard>,
}

/// A message that can be taken back.
#[derive(Debug)]
struct Heard {
    target: String,
    id: String,
}

impl RawPeer {
    /// A peer without a connection. It is kept what it hears if `keeps`.
    pub fn new(keeps: bool) -> Self {
        let (stream, out, partial) = Default::default();
        let lines = keeps.then(Vec::new);
        Self { stream, out, written: 0, ending: false, reads: true, answers_pings: true, partial, lines, heard: None }
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

    /// The target and the id of the last message that had one.
    pub fn heard(&self) -> Option<(&str, &str)> {
        self.heard.as_ref().map(|heard| (&*heard.target, &*heard.id))
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
                self.heard = heard(line).or(self.heard.take());
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
            stream.end();
        }
        false
    }
}

/// The message that a line is, if it has an id: in a channel, or by whoever said it in private.
fn heard(line: &[u8]) -> Option<Heard> {
    if !line.starts_with(b"@") {
        return None;
    }
    let message = Message::parse(line).ok().filter(|message| matches!(message.command, "PRIVMSG" | "NOTICE"))?;
    let id = tags::find(message.tags, "msgid")?.into_owned();
    let target = message.param(0).filter(|target| target.contains('#')).unwrap_or(message.nick());
    Some(Heard { target: target.into(), id })
}
