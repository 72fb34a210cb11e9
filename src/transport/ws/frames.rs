//! Lines in messages, and messages in frames. Both ends use this once the handshake is done.
//!
//! Owns partial frames, and the closing handshake. Knows nothing of HTTP.

use std::io::{self, BufRead, Cursor, Read, Write};

use tungstenite::error::Error;
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tungstenite::protocol::frame::{CloseFrame, Frame, FrameHeader};
use tungstenite::protocol::{Message, Role, WebSocket, WebSocketConfig};

use crate::planted::{Bug, buggy};
use crate::transport::{Output, TransportError};

/// The kind of messages. IRCv3 WebSocket: "If `binary.ircv3.net` is negotiated, then client and server will exchange
/// binary messages; if `text.ircv3.net` is negotiated, then they will exchange text messages."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text, which is UTF-8.
    Text,
    /// Any bytes.
    Binary,
}

impl Form {
    /// Each kind and its subprotocol. Our client offers them in this order, since it sends UTF-8.
    pub const ALL: [(&str, Self); 2] = [("text.ircv3.net", Self::Text), ("binary.ircv3.net", Self::Binary)];

    /// The kind that this subprotocol selects, if it is one of IRC's.
    pub fn named(subprotocol: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.0 == subprotocol).map(|row| row.1)
    }
}

/// The size of tungstenite's read buffer. It is allocated at once, but exists only while frames are handled.
const READ_AHEAD: usize = 1024;

/// Encodes and decodes one connection's lines as frames.
///
/// tungstenite's state (about 1.5 KB) exists only while bytes are handled, and between the frames of one message; an
/// idle connection has none.
#[derive(Debug)]
pub struct Frames {
    role: Role,
    form: Form,
    /// The most bytes that a message, or one of its frames, may have.
    limit: usize,
    /// The beginning of an incomplete frame.
    partial: Vec<u8>,
    /// tungstenite, while it keeps the beginning of an incomplete message.
    socket: Option<Box<WebSocket<Wire>>>,
    /// The last data frame did not end its message.
    in_message: bool,
    /// One of the two ends has said goodbye.
    over: bool,
}

/// The stream for tungstenite: a buffer for each direction.
#[derive(Debug, Default)]
struct Wire {
    incoming: Vec<u8>,
    taken: usize,
    outgoing: Vec<u8>,
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (&self.incoming[self.taken..]).read(buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.taken += count;
        Ok(count)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Why a connection fails; RFC 6455 §7.4.1 lists the codes.
struct Failure {
    code: CloseCode,
    /// Sent to the peer, in the Close frame.
    reason: String,
    /// Returned to the caller.
    error: TransportError,
}

impl Failure {
    fn too_long(limit: usize) -> Self {
        let reason = format!("a message has at most {limit} bytes");
        Self { code: CloseCode::Size, reason, error: TransportError::TooMuch("WebSocket message too long") }
    }

    fn of(error: &Error, limit: usize) -> Self {
        let (code, reason, text) = match error {
            Error::Capacity(_) => return Self::too_long(limit),
            Error::Utf8(_) => (CloseCode::Invalid, "text should be UTF-8".to_owned(), "WebSocket text is not UTF-8"),
            Error::Protocol(error) => (CloseCode::Protocol, error.to_string(), "WebSocket protocol error"),
            _ => (CloseCode::Protocol, String::new(), "WebSocket protocol error"),
        };
        Self { code, reason, error: TransportError::Refused(text.into()) }
    }
}

impl Frames {
    /// The frames of a connection whose handshake is done. A message may have `limit` bytes.
    pub fn new(role: Role, form: Form, limit: usize) -> Self {
        Self { role, form, limit, partial: Vec::new(), socket: None, in_message: false, over: false }
    }

    /// The peer sent `raw`. Pings and a goodbye are answered at once.
    ///
    /// # Errors
    /// The peer violated the protocol or a limit. `out` has a Close frame with the reason (RFC 6455 §7.1.7, "Fail the
    /// WebSocket Connection").
    pub fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        if self.over {
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.partial);
        bytes.extend_from_slice(raw);
        let mut socket = self.wake();
        let heard = self.hear(&mut socket, &bytes, out);
        let done = match heard {
            Ok(length) => {
                bytes.drain(..length);
                if !bytes.is_empty() && !self.over && !buggy(Bug::FrameSplitDropped) {
                    self.partial = bytes;
                }
                Ok(())
            }
            Err(Failure { code, reason, error }) => {
                self.over = true;
                // It does not matter if the reason cannot be sent.
                let _ = socket.close(Some(CloseFrame { code, reason: reason.into() }));
                Err(error)
            }
        };
        self.rest(socket, out);
        done
    }

    /// The raw bytes have ended.
    ///
    /// # Errors
    /// Neither end had said goodbye.
    pub fn ended(&mut self) -> Result<(), TransportError> {
        if self.over { Ok(()) } else { Err(TransportError::CutShort("WebSocket")) }
    }

    /// Sends lines, each as a message. Sends nothing after a goodbye. RFC 6455 §5.5.1: "The application MUST NOT send
    /// any more data frames after sending a Close frame." A WebSocket has no half-close.
    ///
    /// # Errors
    /// None that a peer can cause.
    pub fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        if self.over {
            return Ok(());
        }
        let lossy;
        let (opcode, irc) = match self.form {
            Form::Binary => (OpCode::Data(Data::Binary), irc),
            // Checked first: it is the usual case, and cheap.
            Form::Text if std::str::from_utf8(irc).is_ok() => (OpCode::Data(Data::Text), irc),
            // IRCv3 WebSocket: "Servers MAY replace non-UTF-8 bytes with the UTF-8 encoding of the Unicode replacement
            // character". A line ends in ASCII, so no replacement crosses its end.
            Form::Text => {
                lossy = String::from_utf8_lossy(irc);
                (OpCode::Data(Data::Text), lossy.as_bytes())
            }
        };
        let mut lines = lines(irc);
        let sent = match self.role {
            // A server's frame is a header before the line, which needs no tungstenite.
            Role::Server => {
                let header = FrameHeader { opcode, ..FrameHeader::default() };
                out.raw.reserve(irc.len() + irc.len() / 64);
                lines.try_for_each(|line| {
                    header.format(line.len() as u64, &mut out.raw)?;
                    out.raw.extend_from_slice(line);
                    Ok(())
                })
            }
            // RFC 6455 §5.3: "The masking key is a 32-bit value chosen at random by the client." tungstenite draws it.
            Role::Client => {
                let mut socket = self.wake();
                let frame = |line: &[u8]| Message::Frame(Frame::message(line.to_vec(), opcode, true));
                let sent = lines.try_for_each(|line| socket.write(frame(line)));
                self.rest(socket, out);
                sent
            }
        };
        sent.map_err(|error: Error| TransportError::Unusable(format!("WebSocket cannot send: {error}")))
    }

    /// Says goodbye, with 1000: it is not known here whether the server goes away (1001) or one user leaves, and 1000
    /// fits both. RFC 6455 §7.4.1: "the purpose for which the connection was established has been fulfilled".
    pub fn close(&mut self, out: &mut Output) {
        if self.over {
            return;
        }
        self.over = true;
        let mut socket = self.wake();
        // It does not matter if the goodbye cannot be sent.
        let _ = socket.close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() }));
        self.rest(socket, out);
    }

    /// tungstenite, with the state that was kept, if any.
    fn wake(&mut self) -> Box<WebSocket<Wire>> {
        // Writes go out at once: bytes buffered in tungstenite would not be counted.
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_AHEAD)
            .write_buffer_size(0)
            .max_message_size(Some(self.limit))
            .max_frame_size(Some(self.limit));
        let new = || Box::new(WebSocket::from_raw_socket(Wire::default(), self.role, Some(config)));
        self.socket.take().unwrap_or_else(new)
    }

    /// Takes what tungstenite wrote, and drops tungstenite unless it must keep state.
    fn rest(&mut self, mut socket: Box<WebSocket<Wire>>, out: &mut Output) {
        out.raw.append(&mut socket.get_mut().outgoing);
        if self.in_message && !self.over {
            self.socket = Some(socket);
        }
    }

    /// Handles every complete frame. Returns how many bytes they took.
    fn hear(&mut self, socket: &mut WebSocket<Wire>, bytes: &[u8], out: &mut Output) -> Result<usize, Failure> {
        let mut at = 0;
        while !self.over
            && let Some(length) = self.frame(&bytes[at..])?
        {
            let wire = socket.get_mut();
            (wire.incoming, wire.taken) = (bytes[at..at + length].to_vec(), 0);
            at += length;
            self.read(socket, out)?;
        }
        Ok(at)
    }

    /// The length of the first frame in `bytes`, if it is complete. One that is too long is refused as soon as its
    /// header is complete, and never stored.
    fn frame(&mut self, bytes: &[u8]) -> Result<Option<usize>, Failure> {
        let mut cursor = Cursor::new(bytes);
        let parsed = FrameHeader::parse(&mut cursor).map_err(|error| Failure::of(&error, self.limit))?;
        let Some((header, payload)) = parsed else { return Ok(None) };
        let Some(payload) = usize::try_from(payload).ok().filter(|payload| *payload <= self.limit) else {
            return Err(Failure::too_long(self.limit));
        };
        let length = cursor.position() as usize + payload;
        if bytes.len() < length {
            return Ok(None);
        }
        if let OpCode::Data(_) = header.opcode {
            self.in_message = !header.is_final;
        }
        Ok(Some(length))
    }

    /// Reads all messages that tungstenite has decoded.
    fn read(&mut self, socket: &mut WebSocket<Wire>, out: &mut Output) -> Result<(), Failure> {
        loop {
            match socket.read() {
                Ok(Message::Text(text)) => take(text.as_bytes(), out),
                Ok(Message::Binary(bytes)) => take(&bytes, out),
                // tungstenite answers a ping by itself on the next read.
                Ok(Message::Ping(_)) if buggy(Bug::PongPayloadWrong) => {
                    let _ = socket.write(Message::Pong("pong".into()));
                }
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
                // It answers a goodbye, too, with the same code.
                Ok(Message::Close(_)) => {
                    self.over = true;
                    out.ended = true;
                }
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(Error::ConnectionClosed) => return Ok(()),
                Err(error) => return Err(Failure::of(&error, self.limit)),
            }
        }
    }
}

/// The core's lines, without line ends; empty lines are skipped.
fn lines(mut irc: &[u8]) -> impl Iterator<Item = &[u8]> {
    let split = std::iter::from_fn(move || {
        let rest = irc;
        // Like `slice::split`, but searches several bytes at a time: this runs for every line to every user.
        let length = irc.skip_until(b'\n').ok()?;
        (length > 0).then(|| &rest[..length])
    });
    let cut = split.map(|line| line.strip_suffix(b"\n").unwrap_or(line));
    cut.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).filter(|line| !line.is_empty())
}

/// Passes a message to the core. IRCv3 WebSocket: "each message MUST consist of a single IRC line, except that servers
/// and clients MUST NOT include trailing `\r` or `\n` characters in the message". A peer that does so anyway is treated
/// as it would be over TCP, since "servers and clients should strive for maximum compatibility": trailing ones are
/// dropped, inner ones end a line, and an empty message is ignored. But a line never continues in the next message.
/// Both kinds of messages are accepted, whatever was negotiated.
fn take(message: &[u8], out: &mut Output) {
    let last = message.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    if let Some(last) = last {
        out.irc.extend_from_slice(&message[..=last]);
        out.irc.extend_from_slice(b"\r\n");
    }
}
