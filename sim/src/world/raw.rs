//! A peer without a client program: IRC lines sent by hand, a visitor with `nc`, somebody hostile. Whatever carries its
//! bytes stands between it and the network, as at any end.

use std::io::{ErrorKind, Read, Write};

use verbatim::driver::Stream;
use verbatim::transport::{Output, Transport, TransportError};
use verbatim::wire::{Message, tags};

use crate::net::VirtualStream;
use crate::oracle::Life;

/// A peer without a client program.
#[derive(Debug)]
pub struct RawPeer {
    end: Option<End>,
    /// What it wants to send.
    out: Vec<u8>,
    /// Ends its direction once everything is sent.
    ending: bool,
    /// Flips a bit of the next bytes that it writes, below whatever carries them.
    spoils: bool,
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

/// IRC's bytes as they pass a peer's end.
#[derive(Clone, Copy, Debug)]
pub enum Word<'a> {
    /// They came.
    Heard(&'a [u8]),
    /// They are to go.
    Said(&'a [u8]),
}

/// A message that can be taken back.
#[derive(Debug)]
struct Heard {
    target: String,
    id: String,
}

/// The peer's end of its connection.
#[derive(Debug)]
struct End {
    stream: VirtualStream,
    /// `None` where bytes travel as they are.
    transport: Option<Box<dyn Transport>>,
    tray: Output,
    /// How many bytes of `tray.raw` are written.
    written: usize,
    /// The transport has given up, or heard a goodbye.
    over: bool,
    /// The transport has said goodbye.
    closed: bool,
    /// Its direction has ended.
    ended: bool,
}

impl End {
    fn note(&mut self, done: Result<(), TransportError>) {
        self.over |= done.is_err() || self.tray.ended;
    }

    fn is_open(&self) -> bool {
        self.transport.as_ref().is_none_or(|transport| transport.is_open())
    }

    fn send(&mut self, bytes: &[u8]) {
        match &mut self.transport {
            None => self.tray.raw.extend_from_slice(bytes),
            Some(transport) => {
                let sent = transport.send(bytes, &mut self.tray);
                self.note(sent);
            }
        }
    }

    /// Bytes came. Returns what they were.
    fn received(&mut self, raw: &[u8]) -> Vec<u8> {
        let Some(transport) = &mut self.transport else { return raw.to_vec() };
        let received = transport.received(raw, &mut self.tray);
        self.note(received);
        std::mem::take(&mut self.tray.irc)
    }

    /// Writes what it can. Returns whether everything is written.
    fn write(&mut self) -> bool {
        while self.written < self.tray.raw.len() {
            match self.stream.write(&self.tray.raw[self.written..]) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.raw_os_error().is_some() => {}
                Err(_) => {
                    self.over = true;
                    return false;
                }
            }
        }
        self.tray.raw.clear();
        self.written = 0;
        true
    }
}

impl RawPeer {
    /// A peer without a connection. It is kept what it hears if `keeps`.
    pub fn new(keeps: bool) -> Self {
        let (end, out, partial) = Default::default();
        let (lines, heard) = (keeps.then(Vec::new), None);
        let (ending, spoils, reads, answers_pings) = (false, false, true, true);
        Self { end, out, ending, spoils, reads, answers_pings, partial, lines, heard }
    }

    /// The connection, while it has one.
    pub fn stream(&self) -> Option<&VirtualStream> {
        self.end.as_ref().map(|end| &end.stream)
    }

    /// It is connected, by `transport`. Returns the connection that it had before, if any, for the caller to drop.
    pub fn connected(&mut self, stream: VirtualStream, transport: Option<Box<dyn Transport>>) -> Option<VirtualStream> {
        self.partial.clear();
        let mut end =
            End { stream, transport, tray: Output::default(), written: 0, over: false, closed: false, ended: false };
        let opened = end.transport.as_mut().map_or(Ok(()), |transport| transport.opened(&mut end.tray));
        end.note(opened);
        self.end.replace(end).map(|end| end.stream)
    }

    /// Wants to send `bytes`: at once, or as soon as it is connected.
    pub fn send(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Ends its direction once everything is sent.
    pub fn end(&mut self) {
        self.ending = true;
    }

    /// What it sends next does not arrive as it was sent.
    pub fn spoil(&mut self) {
        self.spoils = true;
    }

    /// Gives the connection up, and forgets what it wanted to send. The caller drops it.
    pub fn take(&mut self) -> Option<VirtualStream> {
        self.out.clear();
        (self.ending, self.spoils) = (false, false);
        self.partial.clear();
        self.end.take().map(|end| end.stream)
    }

    /// Bytes that are not sent yet.
    pub fn pending_bytes(&self) -> usize {
        self.out.len() + self.end.as_ref().map_or(0, |end| end.tray.raw.len() - end.written)
    }

    /// The target and the id of the last message that had one.
    pub fn heard(&self) -> Option<(&str, &str)> {
        self.heard.as_ref().map(|heard| (&*heard.target, &*heard.id))
    }

    /// Reads and writes what it can, and tells `note` what it hears and says on which connection. Returns whether that is
    /// over.
    pub fn round(&mut self, mut note: impl FnMut(Life, Word<'_>)) -> bool {
        // Who reads nothing of what is said must read what is agreed upon before.
        let reads = self.reads || self.end.as_ref().is_some_and(|end| !end.is_open());
        (reads && self.read(&mut note)) || self.write(&mut note)
    }

    fn read(&mut self, note: &mut impl FnMut(Life, Word<'_>)) -> bool {
        let mut buffer = [0; 16 << 10];
        loop {
            let Some(end) = &mut self.end else { return false };
            let irc = match end.stream.read(&mut buffer) {
                Ok(0) => return true,
                Ok(count) => end.received(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return true,
            };
            note(end.stream.life(), Word::Heard(&irc));
            self.received(&irc);
            if self.end.as_ref().is_some_and(|end| end.over) {
                // Whoever gives up, or answers a goodbye, may still say so.
                self.write(note);
                return true;
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

    fn write(&mut self, note: &mut impl FnMut(Life, Word<'_>)) -> bool {
        let Some(end) = &mut self.end else { return false };
        if end.closed || end.ended {
            self.out.clear();
        }
        if end.is_open() && !self.out.is_empty() {
            let out = std::mem::take(&mut self.out);
            note(end.stream.life(), Word::Said(&out));
            end.send(&out);
            if std::mem::take(&mut self.spoils)
                && let Some(last) = end.tray.raw.last_mut()
            {
                *last ^= 1;
            }
        }
        while end.write() && self.out.is_empty() && self.ending {
            match &mut end.transport {
                Some(transport) if !end.closed => {
                    end.closed = true;
                    transport.close(&mut end.tray);
                }
                _ => {
                    (self.ending, end.ended) = (false, true);
                    end.stream.end();
                }
            }
        }
        end.over
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
