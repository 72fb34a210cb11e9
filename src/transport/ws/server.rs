//! The server's end: reads the request, responds, then exchanges frames.
//!
//! Decides who may connect, and responds to everyone else. Knows nothing of the lines.

use tungstenite::handshake::derive_accept_key;
use tungstenite::protocol::Role;

use super::MAX_MESSAGE;
use super::forwarded::Forwarded;
use super::frames::{Form, Frames};
use super::http::{BadHead, HeadBuffer, Request, answer};
use super::origin::Origin;
use crate::planted::{Bug, buggy};
use crate::transport::{Output, Transport, TransportError, Trusted};
use crate::wire::Peer;

/// The settings of the server's end.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The server's name.
    pub name: String,
    /// The web origins whose scripts may connect; all if empty.
    pub origins: Vec<Origin>,
    /// Which peers may report a client's address.
    pub trusted: Trusted,
    /// The length of the longest line that the server accepts, in bytes. A message may
    /// always have [`MAX_MESSAGE`] bytes.
    pub line_bytes: usize,
}

/// The server's end of a WebSocket.
#[derive(Debug)]
pub struct Server {
    phase: Phase,
    /// The client's address in the request's headers.
    forwarded: Option<Box<Forwarded>>,
}

#[derive(Debug)]
enum Phase {
    /// The request is not complete yet.
    Waiting(Box<(HeadBuffer, Terms)>),
    /// The request was granted.
    Open(Frames),
    /// The request was refused, or was not for a WebSocket.
    Refused,
}

impl Server {
    /// The end of a new connection.
    pub fn new(terms: Terms) -> Self {
        Self { phase: Phase::Waiting(Box::new((HeadBuffer::default(), terms))), forwarded: None }
    }

    /// The request is complete, with the bytes `tail` after it.
    fn asked(&mut self, request: &Request, tail: &[u8], terms: &Terms, out: &mut Output) -> Result<(), TransportError> {
        let Opening { key, subprotocol } = match judge(request, terms) {
            Ok(opening) => opening,
            Err(refusal) => return self.refuse(&refusal, request.method == "HEAD", out),
        };
        let chosen = subprotocol.map_or(String::new(), |name| format!("Sec-WebSocket-Protocol: {name}\r\n"));
        let accept = derive_accept_key(key.as_bytes());
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: {accept}\r\n{chosen}\r\n"
        );
        out.raw.extend_from_slice(head.as_bytes());
        self.forwarded = Forwarded::read(&request.headers, &terms.trusted).map(Box::new);
        let form = subprotocol.and_then(Form::named).unwrap_or(Form::Text);
        let mut frames = Frames::new(Role::Server, form, MAX_MESSAGE.max(terms.line_bytes));
        // A client may send frames right after its request, in the same segment.
        let heard = if buggy(Bug::WsHandshakeTailLost) { Ok(()) } else { frames.received(tail, out) };
        self.phase = Phase::Open(frames);
        heard
    }

    fn refuse(&mut self, refusal: &Refusal, head_only: bool, out: &mut Output) -> Result<(), TransportError> {
        self.phase = Phase::Refused;
        // RFC 9110 §9.3.2: "the server MUST NOT send content in the response" to HEAD.
        let head = refusal.answer.find("\r\n\r\n").map_or(refusal.answer.len(), |end| end + 4);
        let length = if head_only { head } else { refusal.answer.len() };
        out.raw.extend_from_slice(&refusal.answer.as_bytes()[..length]);
        Err(TransportError::Refused(refusal.why.clone()))
    }
}

impl Transport for Server {
    fn opened(&mut self, _out: &mut Output) -> Result<(), TransportError> {
        Ok(())
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        match &mut self.phase {
            Phase::Open(frames) => frames.received(raw, out),
            Phase::Refused => Ok(()),
            Phase::Waiting(waiting) => match waiting.0.push(raw, Request::read) {
                Ok(None) => Ok(()),
                Ok(Some((request, tail))) => {
                    let terms = std::mem::take(&mut waiting.1);
                    self.asked(&request, &tail, &terms, out)
                }
                Err(bad) => self.refuse(&Refusal::head(bad), false, out),
            },
        }
    }

    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        out.ended = true;
        match &mut self.phase {
            Phase::Open(frames) => frames.ended(),
            Phase::Refused => Ok(()),
            Phase::Waiting(_) => Err(TransportError::Refused("No WebSocket handshake".into())),
        }
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        match &mut self.phase {
            Phase::Open(frames) => frames.send(irc, out),
            Phase::Waiting(_) | Phase::Refused => Ok(()),
        }
    }

    fn close(&mut self, out: &mut Output) {
        if let Phase::Open(frames) = &mut self.phase {
            frames.close(out);
        }
    }

    fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open(_))
    }

    fn describe(&self, peer: &mut Peer) {
        if let Some(forwarded) = &self.forwarded {
            forwarded.describe(peer);
        }
    }
}

/// A granted request for a WebSocket.
struct Opening<'a> {
    key: &'a str,
    subprotocol: Option<&'a str>,
}

/// A response that ends a connection.
struct Refusal {
    answer: String,
    /// For the log.
    why: String,
}

impl Refusal {
    fn new(status: &str, headers: &str, why: &str) -> Self {
        Self { answer: answer(status, headers, "text/plain", &format!("{why}.\n")), why: why.into() }
    }

    fn head(bad: BadHead) -> Self {
        match bad {
            BadHead::TooLong => Self::new("431 Request Header Fields Too Large", "", "HTTP request too long"),
            BadHead::NoHttp => Self::new("400 Bad Request", "", "No HTTP request"),
        }
    }
}

/// Decides on a request. RFC 6455 §4.2.1 lists what it must have.
fn judge<'a>(request: &'a Request, terms: &Terms) -> Result<Opening<'a>, Refusal> {
    let headers = &request.headers;
    let bad = |why: &str| Refusal::new("400 Bad Request", "", why);
    // RFC 9112 §3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that
    // lacks a Host header field and to any request message that contains more than one Host header field line".
    if headers.only("Host").is_none() && !(request.is_old && headers.all("Host").next().is_none()) {
        return Err(bad("HTTP request without a Host"));
    }
    if !["GET", "HEAD"].contains(&request.method.as_str()) {
        return Err(Refusal::new("405 Method Not Allowed", "Allow: GET, HEAD\r\n", "HTTP method not allowed"));
    }
    if request.method == "HEAD" || !headers.has("Upgrade", "websocket") {
        return Err(Refusal {
            answer: answer("200 OK", "", "text/html", &page(&terms.name)),
            why: "Asked for a web page".into(),
        });
    }
    if request.is_old || !headers.has("Connection", "upgrade") {
        return Err(bad("WebSocket request without HTTP/1.1 and Connection: Upgrade"));
    }
    // RFC 9112 §6: "The presence of a message body in a request is signaled by a Content-Length or Transfer-Encoding
    // header field." A proxy could confuse a body with the first frames.
    if headers.all("Content-Length").any(|length| length != "0") || headers.all("Transfer-Encoding").next().is_some() {
        return Err(bad("WebSocket request with content"));
    }
    // RFC 6455 §4.2.2: "If this version does not match a version understood by the server, the server MUST […] send an
    // appropriate HTTP error code (such as 426 Upgrade Required) and a |Sec-WebSocket-Version| header field".
    if headers.only("Sec-WebSocket-Version") != Some("13") {
        let wanted = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
        return Err(Refusal::new("426 Upgrade Required", wanted, "WebSocket version other than 13"));
    }
    let Some(key) = headers.only("Sec-WebSocket-Key").filter(|key| is_key(key)) else {
        return Err(bad("WebSocket request without a valid Sec-WebSocket-Key"));
    };
    if !is_welcome(request, &terms.origins) {
        let origin: String = headers.list("Origin").join(", ").chars().take(100).collect();
        return Err(Refusal::new("403 Forbidden", "", &format!("Origin {origin:?} is not allowed")));
    }
    // IRCv3 WebSocket: "The server MUST accept any subprotocol it supports, respecting the client's order of
    // preference. If no subprotocol can be agreed on, the server MAY continue connection establishment without sending
    // the `Sec-WebSocket-Protocol` header." That includes clients that request none.
    let offered = headers.list("Sec-WebSocket-Protocol");
    Ok(Opening { key, subprotocol: offered.into_iter().find(|name| Form::named(name).is_some()) })
}

/// Whether the request's origin may connect. RFC 6455 §10.2: "Servers that are not intended to process input from any
/// web page but only for certain sites SHOULD verify the |Origin| field". A client that sends none is not a browser.
fn is_welcome(request: &Request, origins: &[Origin]) -> bool {
    if origins.is_empty() || request.headers.all("Origin").next().is_none() {
        return true;
    }
    let origin = request.headers.only("Origin").and_then(|origin| origin.parse().ok());
    origin.is_some_and(|origin| origins.contains(&origin))
}

/// RFC 6455 §4.2.1: "A |Sec-WebSocket-Key| header field with a base64-encoded […] value that, when decoded, is 16 bytes
/// in length."
fn is_key(key: &str) -> bool {
    let digits = key.strip_suffix("==").unwrap_or_default();
    digits.len() == 22 && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
}

/// The page's style: one narrow column, dark if the reader prefers dark.
const STYLE: &str = ":root { color-scheme: light dark; font: 1.1rem/1.6 system-ui, sans-serif } \
                     body { max-width: 36rem; margin: 12vh auto; padding: 0 1rem }";

/// The page for a browser that opens the address, at any path.
fn page(name: &str) -> String {
    let name = name.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{name}</title>\n<style>{STYLE}</style>\n<h1>{name}</h1>\n\
         <p>This is an IRC server. It speaks WebSocket here, so there is no page to see: an IRC client that speaks \
         WebSocket connects to this address, with <code>wss:</code> in place of <code>https:</code>, or \
         <code>ws:</code> in place of <code>http:</code>.\n\
         <p>From a terminal: <code>verbatim chat wss://HOST</code>\n\
         <p>For programmers: a message is a line of IRC; the subprotocols are <code>text.ircv3.net</code> and \
         <code>binary.ircv3.net</code>.\n</html>\n"
    )
}
