//! A WebSocket client that builds its own frames: it fragments messages, pings in between, and can misuse the protocol.
//!
//! Our own client's end does none of that, so it could not test this part of the server's end. All it knows of IRC is
//! that a message is a line without its end.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use verbatim::transport::{Output, Transport, TransportError};

use crate::oracle::{Failure, LinkId, Observation};
use crate::random::Random;
use crate::record::witness::Witness;

/// The key of RFC 6455 §1.3's example, and the accept value for it.
const KEY: (&str, &str) = ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// An invalid frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// RFC 6455 §5.1: "a client MUST mask all frames that it sends to the server".
    Unmasked,
    /// §5.2: reserved bits "MUST be 0 unless an extension is negotiated".
    ReservedBits,
    /// Longer than any IRC line, according to its header.
    TooLong,
    /// §8.1: text that is not UTF-8.
    NoText,
    /// §5.2: an unknown opcode.
    NoOpcode,
    /// §5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented."
    LongPing,
    /// §5.4: a continuation of a message that has not begun.
    NoBeginning,
    /// §5.5.1: "The application MUST NOT send any more data frames after sending a Close frame."
    MoreAfterClose,
}

impl Wrong {
    /// Every kind.
    pub const ALL: [Wrong; 8] = [
        Wrong::Unmasked,
        Wrong::ReservedBits,
        Wrong::TooLong,
        Wrong::NoText,
        Wrong::NoOpcode,
        Wrong::LongPing,
        Wrong::NoBeginning,
        Wrong::MoreAfterClose,
    ];
}

/// A client's end of a WebSocket.
#[derive(Debug)]
pub struct Frames {
    random: Random,
    witness: Rc<RefCell<Witness>>,
    link: LinkId,
    /// The request.
    request: String,
    /// Whether the server accepted.
    open: bool,
    /// Whether it sends lines before the server accepts.
    hurries: bool,
    /// An incomplete response or frame.
    heard: Vec<u8>,
    /// The fragments of an incomplete message.
    message: Vec<u8>,
    /// An incomplete line.
    said: Vec<u8>,
    /// The payloads of its unanswered pings.
    pings: VecDeque<Vec<u8>>,
    /// What it does instead of sending its next line.
    wrong: Option<Wrong>,
    /// It has sent its goodbye.
    closed: bool,
}

impl Frames {
    /// A client's end. `headers` are complete lines to add to the request.
    pub fn new(
        mut random: Random,
        witness: Rc<RefCell<Witness>>,
        link: LinkId,
        headers: &str,
        wrong: Option<Wrong>,
    ) -> Self {
        let request = format!(
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n{headers}\r\n",
            KEY.0
        );
        let (open, heard, message, said, pings, closed) = Default::default();
        let hurries = random.chance(1, 2);
        Self { random, witness, link, request, open, hurries, heard, message, said, pings, wrong, closed }
    }

    fn frame(&mut self, head: u8, payload: &[u8], out: &mut Output) {
        out.raw.push(head);
        match payload.len() {
            length @ 0..=125 => out.raw.push(0x80 | length as u8),
            length @ 126..=0xffff => {
                out.raw.push(0x80 | 126);
                out.raw.extend_from_slice(&(length as u16).to_be_bytes());
            }
            length => {
                out.raw.push(0x80 | 127);
                out.raw.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        let mask = (self.random.number() as u32).to_be_bytes();
        out.raw.extend_from_slice(&mask);
        out.raw.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    }

    /// Sends a message, in one frame or several, perhaps with pings in between.
    fn say(&mut self, line: &[u8], out: &mut Output) {
        let kind = if std::str::from_utf8(line).is_ok() { TEXT } else { BINARY };
        let pieces = if self.random.chance(1, 3) { self.random.within(2..=4) as usize } else { 1 };
        let mut rest = line;
        for piece in 1..=pieces {
            let count = if piece == pieces { rest.len() } else { self.random.below(rest.len() as u64 + 1) as usize };
            let (now, later) = rest.split_at(count);
            let head = if piece == 1 { kind } else { CONTINUATION };
            self.frame(head | if piece == pieces { 0x80 } else { 0 }, now, out);
            rest = later;
            if self.random.chance(1, 8) {
                self.ping(out);
            }
        }
    }

    /// WebSocket has no half-close: the server may reply at once, and the client then gets nothing more.
    fn goodbye(&mut self, out: &mut Output) {
        self.frame(0x80 | CLOSE, &1000_u16.to_be_bytes(), out);
        self.witness.borrow_mut().broken(self.link);
    }

    fn ping(&mut self, out: &mut Output) {
        let length = self.random.size(125);
        let payload: Vec<u8> = (0..length).map(|_| self.random.below(256) as u8).collect();
        self.frame(0x80 | PING, &payload, out);
        self.pings.push_back(payload);
    }

    fn do_wrong(&mut self, wrong: Wrong, out: &mut Output) {
        // The server need not handle what follows.
        self.witness.borrow_mut().oracles.see(Observation::Harmed { link: self.link });
        match wrong {
            Wrong::Unmasked => out.raw.extend_from_slice(b"\x81\x04PING"),
            Wrong::ReservedBits => self.frame(0x80 | 0x40 | TEXT, b"PING :x", out),
            Wrong::TooLong => out.raw.extend_from_slice(b"\x81\xff\0\0\0\x01\0\0\0\0mask"),
            Wrong::NoText => self.frame(0x80 | TEXT, b"PRIVMSG #lobby :\xff\xfe", out),
            Wrong::NoOpcode => self.frame(0x80 | 5, b"PING :x", out),
            Wrong::LongPing => self.frame(0x80 | PING, &[b'x'; 126], out),
            Wrong::NoBeginning => self.frame(0x80 | CONTINUATION, b"PING :x", out),
            Wrong::MoreAfterClose => {
                self.goodbye(out);
                self.frame(0x80 | TEXT, b"PRIVMSG #lobby :after the goodbye", out);
            }
        }
    }

    /// Reads the server's response once it is complete.
    fn agree(&mut self) -> Result<(), TransportError> {
        let Some(end) = self.heard.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(()) };
        let answer = String::from_utf8_lossy(&self.heard[..end]).into_owned();
        self.heard.drain(..end + 4);
        let accept = answer.lines().any(|line| {
            line.split_once(':')
                .is_some_and(|(name, value)| name.eq_ignore_ascii_case("Sec-WebSocket-Accept") && value.trim() == KEY.1)
        });
        if !answer.starts_with("HTTP/1.1 101 ") || !accept {
            return Err(TransportError::Refused("no WebSocket".into()));
        }
        self.open = true;
        Ok(())
    }

    /// Takes the next frame out of the input: its first byte, and its payload.
    fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let short = usize::from(*self.heard.get(1)?);
        let (length, start) = match short {
            126 => (usize::from(u16::from_be_bytes(self.heard.get(2..4)?.try_into().ok()?)), 4),
            127 => (u64::from_be_bytes(self.heard.get(2..10)?.try_into().ok()?) as usize, 10),
            // A server does not mask, so the highest bit is 0.
            short => (short, 2),
        };
        let payload = self.heard.get(start..start + length)?.to_vec();
        let head = self.heard[0];
        self.heard.drain(..start + length);
        Some((head, payload))
    }

    fn hear(&mut self, head: u8, payload: &[u8], out: &mut Output) {
        match head & 0xf {
            PING => self.frame(0x80 | PONG, payload, out),
            // RFC 6455 §5.5.3: "If an endpoint receives a Ping frame and has not yet sent Pong frame(s) in response to
            // previous Ping frame(s), the endpoint MAY elect to send a Pong frame for only the most recently processed
            // Ping frame."
            PONG => match self.pings.iter().position(|ping| ping == payload) {
                Some(at) => drop(self.pings.drain(..=at)),
                None => {
                    let (expected, got) = ("the answer to a ping to have its payload", payload.escape_ascii());
                    self.witness.borrow_mut().fail(Failure::new("pong", expected, got.to_string()).on(self.link));
                }
            },
            CLOSE => {
                self.close(out);
                out.ended = true;
            }
            _ => {
                self.message.extend_from_slice(payload);
                if head & 0x80 != 0 {
                    out.irc.append(&mut self.message);
                    out.irc.extend_from_slice(b"\r\n");
                }
            }
        }
    }
}

impl Transport for Frames {
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError> {
        out.raw.extend_from_slice(self.request.as_bytes());
        Ok(())
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        self.heard.extend_from_slice(raw);
        if !self.open {
            self.agree()?;
        }
        while self.open
            && !out.ended
            && let Some((head, payload)) = self.next()
        {
            self.hear(head, &payload, out);
        }
        Ok(())
    }

    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        match out.ended {
            true => Ok(()),
            false => Err(TransportError::Refused("the server left without a goodbye".into())),
        }
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        for &byte in irc {
            if !b"\r\n".contains(&byte) {
                self.said.push(byte);
                continue;
            }
            let line = std::mem::take(&mut self.said);
            match self.wrong.take() {
                wrong if line.is_empty() => self.wrong = wrong,
                Some(wrong) if self.random.chance(1, 2) => self.do_wrong(wrong, out),
                wrong => {
                    self.wrong = wrong;
                    if self.random.chance(1, 8) {
                        self.ping(out);
                    }
                    self.say(&line, out);
                }
            }
        }
        Ok(())
    }

    fn close(&mut self, out: &mut Output) {
        if !std::mem::replace(&mut self.closed, true) {
            self.goodbye(out);
        }
    }

    fn is_open(&self) -> bool {
        self.open || self.hurries
    }
}

#[cfg(test)]
mod tests {
    use verbatim::server::Config;
    use verbatim::time::Time;
    use verbatim::transport::{ServerSettings, Url};
    use verbatim::wire::Peer;

    use super::*;
    use crate::oracle::Oracles;
    use crate::record::transcript::Transcript;
    use crate::record::witness::Trace;

    /// Sends twenty lines to a server. Returns what it received, and how it reacted.
    fn said(wrong: Option<Wrong>) -> (String, Result<(), TransportError>, bool) {
        let oracles = Oracles::new(&Config::default(), 1 << 20);
        let witness = Witness::new(oracles, Trace::Off, Transcript::default(), Time::default());
        let witness = Rc::new(RefCell::new(witness));
        let mut client = Frames::new(Random::new(1, "frames"), Rc::clone(&witness), 0, "Host: a\r\n", wrong);
        let url: Url = "ws://a".parse().expect("a URL");
        let mut server = url.accept(0, &Peer::named("h"), &ServerSettings::default()).expect("a WebSocket");
        let (mut there, mut back, mut told) = (Output::default(), Output::default(), Vec::new());
        let mut done = server.opened(&mut back).and(client.opened(&mut there));
        for number in 0..20 {
            done = done.and(server.received(&std::mem::take(&mut there.raw), &mut back));
            told.append(&mut back.irc);
            // The client's reaction to the server's last frames does not matter.
            let _ = client.received(&std::mem::take(&mut back.raw), &mut there);
            if done.is_err() {
                break;
            }
            done = client.send(format!("PING :{number}\r\n").as_bytes(), &mut there);
        }
        assert_eq!(witness.borrow_mut().failure(), None);
        (String::from_utf8_lossy(&told).into_owned(), done, back.ended)
    }

    #[test]
    fn fragments_and_pings_change_nothing() {
        let (told, done, ended) = said(None);
        assert_eq!((done, ended), (Ok(()), false));
        assert_eq!(told, (0..19).map(|number| format!("PING :{number}\r\n")).collect::<String>());
    }

    #[test]
    fn every_wrong_frame_is_refused() {
        for wrong in Wrong::ALL {
            let (told, done, ended) = said(Some(wrong));
            // After a goodbye the server ignores everything.
            assert_eq!(
                (done.is_err(), ended),
                (wrong != Wrong::MoreAfterClose, wrong == Wrong::MoreAfterClose),
                "{wrong:?}"
            );
            assert!(told.lines().all(|line| line.starts_with("PING :") && line.len() <= 8), "{wrong:?}: {told}");
        }
    }
}
