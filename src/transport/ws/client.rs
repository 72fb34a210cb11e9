//! The client's end: sends the request, reads the response, then exchanges frames.

use tungstenite::handshake::client::generate_key;
use tungstenite::handshake::derive_accept_key;
use tungstenite::http::StatusCode;
use tungstenite::protocol::Role;

use super::MAX_MESSAGE;
use super::frames::{Form, Frames};
use super::http::{Answer, BadHead, HeadBuffer};
use crate::transport::{Output, Transport, TransportError};

/// The client's end of a WebSocket.
#[derive(Debug)]
pub struct Client(Phase);

#[derive(Debug)]
enum Phase {
    /// The response is not complete yet.
    Waiting {
        request: String,
        /// The accept key that the response must contain.
        accept: String,
        head: HeadBuffer,
    },
    /// The response was accepted.
    Open(Frames),
    /// The response was refused.
    Refused,
}

impl Client {
    /// The end of a connection to the WebSocket at `path`. `host` is the value of the Host header. RFC 6455 §4.1: "a
    /// |Host| header field whose value contains /host/ plus optionally ":" followed by /port/ (when not using the
    /// default port)".
    ///
    /// # Errors
    /// `host` or `path` contains a character that a request cannot have, such as a space.
    pub fn new(host: &str, path: &str) -> Result<Self, TransportError> {
        if ![host, path].iter().all(|text| text.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(TransportError::Unusable(format!(
                "{path:?} is not a valid path: percent-encode spaces and non-ASCII characters"
            )));
        }
        let key = generate_key();
        let offered = Form::ALL.map(|row| row.0).join(", ");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {offered}\r\n\r\n"
        );
        let accept = derive_accept_key(key.as_bytes());
        Ok(Self(Phase::Waiting { request, accept, head: HeadBuffer::default() }))
    }
}

impl Transport for Client {
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError> {
        if let Phase::Waiting { request, .. } = &mut self.0 {
            out.raw.extend_from_slice(std::mem::take(request).as_bytes());
        }
        Ok(())
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        let (head, accept) = match &mut self.0 {
            Phase::Open(frames) => return frames.received(raw, out),
            Phase::Refused => return Ok(()),
            Phase::Waiting { head, accept, .. } => (head, accept),
        };
        let answered = match head.push(raw, Answer::read) {
            Ok(None) => return Ok(()),
            Ok(Some((answer, tail))) => judge(&answer, accept).map(|form| (form, tail)),
            Err(BadHead::TooLong) => Err("the server's WebSocket response is too long".into()),
            Err(BadHead::NoHttp) => {
                Err("the server does not support WebSocket there: try wss://, tcp:// or tls://".into())
            }
        };
        match answered {
            Ok((form, tail)) => {
                let mut frames = Frames::new(Role::Client, form, MAX_MESSAGE);
                let heard = frames.received(&tail, out);
                self.0 = Phase::Open(frames);
                heard
            }
            Err(why) => {
                self.0 = Phase::Refused;
                Err(TransportError::Refused(why))
            }
        }
    }

    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        out.ended = true;
        match &mut self.0 {
            Phase::Open(frames) => frames.ended(),
            Phase::Refused => Ok(()),
            Phase::Waiting { .. } => {
                Err(TransportError::Refused("the server did not answer the WebSocket request".into()))
            }
        }
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        match &mut self.0 {
            Phase::Open(frames) => frames.send(irc, out),
            Phase::Waiting { .. } | Phase::Refused => Ok(()),
        }
    }

    fn close(&mut self, out: &mut Output) {
        if let Phase::Open(frames) = &mut self.0 {
            frames.close(out);
        }
    }

    fn is_open(&self) -> bool {
        matches!(self.0, Phase::Open(_))
    }
}

/// The kind of messages, if the response grants the request (RFC 6455 §4.1 lists what the client must check); otherwise
/// what is wrong with it.
fn judge(answer: &Answer, accept: &str) -> Result<Form, String> {
    let headers = &answer.headers;
    let wrong = |what: &str| Err(format!("the server's WebSocket response is invalid: {what}"));
    if answer.code != StatusCode::SWITCHING_PROTOCOLS.as_u16() {
        let status = StatusCode::from_u16(answer.code).map_or(answer.code.to_string(), |status| status.to_string());
        return Err(match answer.code {
            200..=299 => "there is a web server, but no WebSocket at this path".into(),
            _ => format!("the server answered {}", status.trim_end_matches(" <unknown status code>")),
        });
    }
    if !headers.has("Upgrade", "websocket") || !headers.has("Connection", "upgrade") {
        return wrong("it does not upgrade to WebSocket");
    }
    if headers.only("Sec-WebSocket-Accept") != Some(accept) {
        return wrong("its Sec-WebSocket-Accept is wrong");
    }
    // "[…] indicates the use of an extension that was not present in the client's handshake […], the client MUST _Fail
    // the WebSocket Connection_": ours offers none.
    if headers.all("Sec-WebSocket-Extensions").next().is_some() {
        return wrong("it selected an extension that was not offered");
    }
    // IRCv3 WebSocket lets servers "continue connection establishment without sending the `Sec-WebSocket-Protocol`
    // header".
    match (headers.only("Sec-WebSocket-Protocol").map(Form::named), headers.all("Sec-WebSocket-Protocol").next()) {
        (Some(Some(form)), _) => Ok(form),
        (None, None) => Ok(Form::Text),
        _ => wrong("it selected a subprotocol that was not offered"),
    }
}
