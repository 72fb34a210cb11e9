//! A peer without a client program: a person who types IRC, a visitor with `nc`, a hostile peer. It uses the drivers'
//! [`Endpoint`], with its transports inside.

use std::cell::Cell;
use std::rc::Rc;

use verbatim::driver::{Arrived, Endpoint, Flushed, Stream};
use verbatim::transport::{Link, LinkLimits, Output, Transport, TransportError};
use verbatim::wire::{Message, tags};

use crate::net::VirtualStream;
use crate::oracle::LinkId;

/// A peer without a client program.
#[derive(Debug)]
pub struct RawPeer {
    end: Option<Endpoint<VirtualStream>>,
    /// The transport has given up or got a goodbye, or the stream is broken.
    over: bool,
    /// Everything is written, and the transport says goodbye: nothing more is sent.
    finished: bool,
    /// What it will send.
    out: Vec<u8>,
    /// Whether it ends its direction once everything is sent.
    ending: bool,
    /// Whether to flip a bit of the next bytes that it writes, below the transports.
    spoils: Rc<Cell<bool>>,
    /// Whether it reads at all.
    pub reads: bool,
    /// Whether it answers PINGs, as every IRC client must.
    pub answers_pings: bool,
    /// Its read buffer; kept, since most of its runs find nothing to read.
    buffer: Vec<u8>,
    /// An incomplete line.
    partial: Vec<u8>,
    /// The complete lines that it received, without their ends, if it keeps them.
    pub lines: Option<Vec<String>>,
    /// The last message that had an id.
    heard: Option<Heard>,
}

/// Bytes of one read.
const READ_BYTES: usize = 16 << 10;

/// IRC bytes that pass a peer's end.
#[derive(Clone, Copy, Debug)]
pub enum Word<'a> {
    /// Received.
    Heard(&'a [u8]),
    /// To be sent.
    Said(&'a [u8]),
}

/// A message that can be redacted.
#[derive(Debug)]
struct Heard {
    target: String,
    id: String,
}

/// The peer's transport, if any, and what corrupts its bytes.
#[derive(Debug)]
struct Carried {
    by: Option<Box<dyn Transport>>,
    spoils: Rc<Cell<bool>>,
}

impl Transport for Carried {
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError> {
        self.by.as_mut().map_or(Ok(()), |by| by.opened(out))
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        match &mut self.by {
            Some(by) => by.received(raw, out),
            None => {
                out.irc.extend_from_slice(raw);
                Ok(())
            }
        }
    }

    fn send(&mut self, bytes: &[u8], out: &mut Output) -> Result<(), TransportError> {
        let sent = match &mut self.by {
            Some(by) => by.send(bytes, out),
            None => {
                out.raw.extend_from_slice(bytes);
                Ok(())
            }
        };
        if self.spoils.take()
            && let Some(last) = out.raw.last_mut()
        {
            *last ^= 1;
        }
        sent
    }

    fn close(&mut self, out: &mut Output) {
        if let Some(by) = &mut self.by {
            by.close(out);
        }
    }

    fn is_open(&self) -> bool {
        self.by.as_ref().is_none_or(|by| by.is_open())
    }
}

impl RawPeer {
    /// A peer without a connection. It keeps the lines that it receives if `keeps`.
    pub fn new(keeps: bool) -> Self {
        let (end, over, finished, out, buffer, partial) = Default::default();
        let (lines, heard, spoils) = (keeps.then(Vec::new), None, Rc::default());
        let (ending, reads, answers_pings) = (false, true, true);
        Self { end, over, finished, out, ending, spoils, reads, answers_pings, buffer, partial, lines, heard }
    }

    /// The connection, if it has one.
    pub fn stream(&self) -> Option<&VirtualStream> {
        self.end.as_ref().map(|end| &end.stream)
    }

    /// Gives it a connection, over `by` if there is a transport. Returns its previous connection, if any, for the
    /// caller to drop.
    pub fn connected(&mut self, stream: VirtualStream, by: Option<Box<dyn Transport>>) -> Option<VirtualStream> {
        self.partial.clear();
        let mut link = Link::new(Some(Box::new(Carried { by, spoils: Rc::clone(&self.spoils) })));
        (self.over, self.finished) = (link.opened().is_err(), false);
        self.end.replace(Endpoint::new(stream, link)).map(|end| end.stream)
    }

    /// Sends `bytes`: now, or once it is connected.
    pub fn send(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Ends its direction once everything is sent.
    pub fn end(&mut self) {
        self.ending = true;
    }

    /// Corrupts what it sends next.
    pub fn spoil(&mut self) {
        self.spoils.set(true);
    }

    /// Abandons the connection, and forgets what it had to send. The caller drops the stream.
    pub fn take(&mut self) -> Option<VirtualStream> {
        self.out.clear();
        self.ending = false;
        self.spoils.set(false);
        self.partial.clear();
        self.end.take().map(|end| end.stream)
    }

    /// Bytes that are not sent yet.
    pub fn pending_bytes(&self) -> usize {
        self.out.len() + self.end.as_ref().map_or(0, |end| end.link.pending_bytes())
    }

    /// The target and the id of the last message that had one.
    pub fn heard(&self) -> Option<(&str, &str)> {
        self.heard.as_ref().map(|heard| (&*heard.target, &*heard.id))
    }

    /// Reads and writes what it can, and reports to `note` what it receives and sends on which connection. Returns
    /// whether the connection is over.
    pub fn round(&mut self, mut note: impl FnMut(LinkId, Word<'_>)) -> bool {
        // Unlike our drivers, it behaves like a program that polls: it is ready as long as it can read or write.
        if let Some(end) = &mut self.end {
            (end.readable, end.writable) = (true, true);
        }
        // Even a peer that does not read must read the handshake.
        let reads = self.reads || self.end.as_ref().is_some_and(|end| !end.link.is_open());
        (reads && self.read(&mut note)) || self.write(&mut note)
    }

    fn read(&mut self, note: &mut impl FnMut(LinkId, Word<'_>)) -> bool {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(READ_BYTES, 0);
        let over = self.read_by(&mut buffer, note);
        self.buffer = buffer;
        over
    }

    fn read_by(&mut self, buffer: &mut [u8], note: &mut impl FnMut(LinkId, Word<'_>)) -> bool {
        loop {
            let Some(end) = &mut self.end else { return false };
            let raw = match end.read(buffer) {
                Arrived::Bytes(count) => &buffer[..count],
                Arrived::Nothing => return false,
                Arrived::End | Arrived::Broken(_) => return true,
            };
            self.over |= end.link.received(raw).is_err() || end.link.has_ended();
            let irc = end.link.take_irc();
            note(end.stream.link(), Word::Heard(&irc));
            self.received(&irc);
            if self.over {
                // Lets the transport send why it gives up, or its goodbye.
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

    fn write(&mut self, note: &mut impl FnMut(LinkId, Word<'_>)) -> bool {
        let Some(end) = &mut self.end else { return false };
        if self.finished {
            self.out.clear();
        }
        if end.link.is_open() && !self.out.is_empty() {
            let out = std::mem::take(&mut self.out);
            note(end.stream.link(), Word::Said(&out));
            self.over |= end.link.show(&out).is_err();
        }
        let mut scratch = Vec::new();
        while end.writable {
            match end.flush(&mut scratch, &LinkLimits::default()) {
                Flushed::All if !self.ending || !self.out.is_empty() => break,
                Flushed::All if !self.finished => {
                    self.finished = true;
                    end.link.finish();
                }
                Flushed::All => {
                    self.ending = false;
                    end.stream.end();
                    break;
                }
                Flushed::Broken(_) => {
                    self.over = true;
                    break;
                }
                // It has no other connection, so it tries again at once.
                Flushed::Blocked | Flushed::Budget | Flushed::Starved => {}
            }
        }
        self.over
    }
}

/// A PRIVMSG or NOTICE with an id, and its channel or, if it is private, its sender.
fn heard(line: &[u8]) -> Option<Heard> {
    if !line.starts_with(b"@") {
        return None;
    }
    let message = Message::parse(line).ok().filter(|message| matches!(message.command, "PRIVMSG" | "NOTICE"))?;
    let id = tags::find(message.tags, "msgid")?.into_owned();
    let target = message.param(0).filter(|target| target.contains('#')).unwrap_or(message.nick());
    Some(Heard { target: target.into(), id })
}
