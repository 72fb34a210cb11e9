//! How somebody comes to the server: by which scheme, through which proxy, and what they show of themselves. And who
//! the server must take them for.

use core::net::{IpAddr, Ipv4Addr};
use std::fmt;

use verbatim::transport::{Output, Scheme, Transport, TransportError, Trusted, Url};
use verbatim::wire::Peer;

use super::frames::Wrong;
use crate::random::Random;

/// How people come, whether at a client or not: the first the most often. A new transport is named here.
pub const SCHEMES: [&str; 5] = ["tcp", "unix", "tls", "ws", "wss"];
/// How visitors come.
pub const VISITS: [&str; 2] = ["plain+tcp", "plain+tls"];
/// How they come in some runs.
pub const MORE_VISITS: [&str; 3] = ["plain+tcp", "plain+tls", "plain+ws"];

/// The server's name.
pub const HOST: &str = "verbatim.local";
/// Where the proxy is whose word is believed: in `TRUSTED`.
const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
/// Who is believed. RFC 5737 §3: 192.0.2.0/24 is for documentation.
const TRUSTED: &str = "192.0.2.0/24";
/// What those say who are not believed.
const FORGED: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1));

/// How a proxy says for whom it connects: by the PROXY protocol, before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// Version 1, a line of text.
    Text,
    /// Version 2, in binary.
    Binary,
    /// Version 2, and the proxy says that it was spoken to by TLS.
    Secure,
    /// Version 2, and the proxy connects for itself.
    Local,
}

impl Header {
    /// Every kind there is.
    pub const ALL: [Header; 4] = [Header::Text, Header::Binary, Header::Secure, Header::Local];

    /// The header of a proxy that connects for somebody at `from`.
    pub fn bytes(self, from: IpAddr) -> Vec<u8> {
        let IpAddr::V4(from) = from else { unreachable!("everybody in the world has an address of IPv4") };
        if self == Header::Text {
            return format!("PROXY TCP4 {from} 192.0.2.9 54321 6667\r\n").into_bytes();
        }
        // PP2_TYPE_SSL: 5 bytes, of which the first says that the client came by TLS and the last four that its
        // certificate was verified; and PP2_TYPE_NOOP, which is to be skipped.
        let vectors: &[u8] = if self == Header::Secure { b"\x20\0\x05\x01\0\0\0\0\x04\0\x02xx" } else { b"" };
        let mut bytes = b"\r\n\r\n\0\r\nQUIT\n".to_vec();
        bytes.extend([if self == Header::Local { 0x20 } else { 0x21 }, 0x11, 0, 12 + vectors.len() as u8]);
        bytes.extend(from.octets());
        bytes.extend([192, 0, 2, 9, 0xd4, 0x31, 0x1a, 0x0b]);
        bytes.extend(vectors);
        bytes
    }
}

/// A way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The scheme by which the server listens.
    pub scheme: &'static str,
    /// What stands before everything else, on a listener that asks for it.
    pub header: Option<Header>,
    /// Whether a WebSocket's request says, as proxies do, for whom it is made.
    pub forwarded: bool,
    /// Whether the connection comes from a proxy that is believed.
    pub trusted: bool,
    /// Whether they show a certificate, if they are asked.
    pub certificate: bool,
    /// Whether their bytes are sent as they are, whatever the server expects.
    pub bare: bool,
    /// What they do wrong in a WebSocket.
    pub wrong: Option<Wrong>,
}

impl Route {
    /// By a scheme, and as honest people come.
    pub const fn by(scheme: &'static str) -> Self {
        Self { scheme, header: None, forwarded: false, trusted: false, certificate: false, bare: false, wrong: None }
    }

    /// The way of somebody honest; of so many, `others` come by something else than the first of `schemes`.
    pub fn draw(random: &mut Random, schemes: &[&'static str], others: (u64, u64)) -> Self {
        if !random.chance(others.0, others.1) {
            return Self::by(schemes[0]);
        }
        let mut route = Self::by(random.pick::<&str>(schemes));
        route.certificate = random.chance(1, 2);
        if route.scheme != "unix" && random.chance(1, 3) {
            (route.header, route.trusted) = (Some(*random.pick(&Header::ALL)), true);
        } else if route.is_web() {
            route.trusted = random.chance(1, 2);
        }
        // Who is behind a proxy of the web's, and who says so and is not.
        route.forwarded = route.is_web() && random.chance(1, 2);
        route
    }

    fn is_web(&self) -> bool {
        matches!(self.scheme, "ws" | "wss")
    }

    /// Where the server listens.
    pub fn listener(&self) -> Url {
        Url { proxy: self.header.is_some(), ..self.target() }
    }

    /// Where their program connects, which knows of no proxy.
    pub fn target(&self) -> Url {
        let place = if self.scheme.ends_with("unix") { "/run/verbatim.sock" } else { HOST };
        let url = format!("{}://{place}", self.scheme);
        url.parse().unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    /// What carries those who speak WebSocket, or see bare lines, without a program of ours.
    pub fn below(&self) -> Scheme {
        let name = match self.scheme.trim_start_matches("plain+") {
            "wss" => "tls",
            "ws" => "tcp",
            name => name.trim_start_matches("ws+"),
        };
        Scheme::parse(name).unwrap_or_else(|| panic!("{name} is a scheme"))
    }

    /// Who is believed.
    pub fn trusted_networks() -> Trusted {
        Trusted(vec![TRUSTED.parse().expect("it is a network")])
    }

    /// What the server's kernel says of somebody at `own`.
    pub fn socket(&self, own: IpAddr) -> Peer {
        match self.scheme.ends_with("unix") {
            true => Peer { uid: Some(1000), ..Peer::named("localhost") },
            false => Peer::at(if self.trusted { PROXY } else { own }),
        }
    }

    /// Who the server must take somebody at `own` for. `None` if it must not hear of them at all.
    pub fn told(&self, own: IpAddr, certificate: &str) -> Option<Peer> {
        let mut peer = self.socket(own);
        match self.header {
            Some(_) if !self.trusted => return None,
            Some(Header::Local) | None => {}
            Some(header) => {
                peer = Peer { proxy: Some(peer.host), ..Peer::at(own) };
                peer.secure = header == Header::Secure;
            }
        }
        if matches!(self.scheme, "tls" | "wss" | "plain+tls") {
            peer.secure = true;
            peer.server_name = Some(HOST.into());
            // Who comes by the web is asked for none.
            peer.certificate = (self.certificate && !self.is_web()).then(|| certificate.into());
        }
        if self.says_for_whom() {
            let Peer { host, address, .. } = Peer::at(own);
            peer = Peer { proxy: Some(peer.host), host, address, ..peer };
        }
        Some(peer)
    }

    /// Whether a request says for whom it is made, and comes from one who is believed.
    fn says_for_whom(&self) -> bool {
        self.forwarded && self.trusted && matches!(self.header, None | Some(Header::Local))
    }

    /// The lines of a WebSocket's request that say for whom it is made, and where.
    pub fn headers(&self, own: IpAddr) -> String {
        let forwarded = match self.forwarded {
            false => String::new(),
            // The last address is the one that the proxy added itself; before it stands what it was told.
            true if self.says_for_whom() => format!("X-Forwarded-For: {FORGED}, {own}\r\n"),
            true => format!("X-Forwarded-For: {FORGED}\r\n"),
        };
        format!("Host: {HOST}\r\n{forwarded}")
    }

    /// The bytes that come before everything else.
    pub fn preface(&self, own: IpAddr) -> Option<Preface> {
        let from = if self.trusted { own } else { FORGED };
        self.header.map(|header| Preface(header.bytes(from)))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme)?;
        if let Some(header) = self.header {
            write!(f, " behind the PROXY protocol ({header:?})")?;
        }
        for (holds, what) in [
            (self.trusted, " from a trusted proxy"),
            (self.forwarded, " with X-Forwarded-For"),
            (self.certificate, " with a certificate"),
            (self.bare, " as bare bytes"),
        ] {
            f.write_str(if holds { what } else { "" })?;
        }
        self.wrong.map_or(Ok(()), |wrong| write!(f, ", which it misuses: {wrong:?}"))
    }
}

/// The proxy's end of the PROXY protocol: a header, and behind it bytes as they are.
#[derive(Debug)]
pub struct Preface(Vec<u8>);

impl Transport for Preface {
    fn opened(&mut self, out: &mut Output) -> Result<(), TransportError> {
        out.raw.append(&mut self.0);
        Ok(())
    }

    fn received(&mut self, raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.irc.extend_from_slice(raw);
        Ok(())
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.raw.extend_from_slice(irc);
        Ok(())
    }
}
