//! Routes to the server: over which scheme, through which proxy, with what credentials; and what the server must know
//! about the peer.

use core::net::{IpAddr, Ipv4Addr};
use std::fmt;

use verbatim::transport::{Output, Scheme, Transport, TransportError, Trusted, Url};
use verbatim::wire::Peer;

use super::frames::Wrong;
use crate::random::Random;

/// The schemes that people use, with or without a client: the first one most often. Add new transports here.
pub const SCHEMES: [&str; 5] = ["tcp", "unix", "tls", "ws", "wss"];
/// The schemes of visitors.
pub const VISITS: [&str; 2] = ["plain+tcp", "plain+tls"];
/// The schemes of visitors in some runs.
pub const MORE_VISITS: [&str; 3] = ["plain+tcp", "plain+tls", "plain+ws"];

/// The server's name.
pub const HOST: &str = "verbatim.local";
/// The address of the trusted proxy: in `TRUSTED`.
const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
/// The trusted networks. RFC 5737 §3: 192.0.2.0/24 is for documentation.
const TRUSTED: &str = "192.0.2.0/24";
/// The address that untrusted peers claim.
const FORGED: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1));

/// A header of the PROXY protocol, by which a proxy reports its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// Version 1, a line of text.
    Text,
    /// Version 2, in binary.
    Binary,
    /// Version 2, reporting that the client used TLS.
    Secure,
    /// Version 2, for a connection of the proxy itself.
    Local,
}

impl Header {
    /// Every kind.
    pub const ALL: [Header; 4] = [Header::Text, Header::Binary, Header::Secure, Header::Local];

    /// The header for a client at `from`.
    pub fn bytes(self, from: IpAddr) -> Vec<u8> {
        let IpAddr::V4(from) = from else { unreachable!("every peer of the virtual world has an IPv4 address") };
        if self == Header::Text {
            return format!("PROXY TCP4 {from} 192.0.2.9 54321 6667\r\n").into_bytes();
        }
        // PP2_TYPE_SSL: 5 bytes, the first for a client with TLS, the last four for a verified certificate; and
        // PP2_TYPE_NOOP, which the server must skip.
        let vectors: &[u8] = if self == Header::Secure { b"\x20\0\x05\x01\0\0\0\0\x04\0\x02xx" } else { b"" };
        let mut bytes = b"\r\n\r\n\0\r\nQUIT\n".to_vec();
        bytes.extend([if self == Header::Local { 0x20 } else { 0x21 }, 0x11, 0, 12 + vectors.len() as u8]);
        bytes.extend(from.octets());
        bytes.extend([192, 0, 2, 9, 0xd4, 0x31, 0x1a, 0x0b]);
        bytes.extend(vectors);
        bytes
    }
}

/// A route to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The scheme of the server's listener.
    pub scheme: &'static str,
    /// The PROXY header at the beginning, for a listener that requires one.
    pub header: Option<Header>,
    /// Whether a WebSocket request names the client, as proxies do.
    pub forwarded: bool,
    /// Whether the connection comes from a trusted proxy.
    pub trusted: bool,
    /// Whether the peer shows a certificate if requested.
    pub certificate: bool,
    /// Whether that certificate has a key that the server cannot verify.
    pub unproven: bool,
    /// Whether the peer sends bare IRC, whatever transport the server expects.
    pub bare: bool,
    /// How the peer misuses WebSocket.
    pub wrong: Option<Wrong>,
}

impl Route {
    /// The route of a well-behaved peer over a scheme.
    pub const fn by(scheme: &'static str) -> Self {
        Self {
            scheme,
            header: None,
            forwarded: false,
            trusted: false,
            certificate: false,
            unproven: false,
            bare: false,
            wrong: None,
        }
    }

    /// A random route of a well-behaved peer. `others` is the share whose scheme is drawn; the rest use the first of
    /// `schemes`.
    pub fn draw(random: &mut Random, schemes: &[&'static str], others: (u64, u64)) -> Self {
        if !random.chance(others.0, others.1) {
            return Self::by(schemes[0]);
        }
        let mut route = Self::by(random.pick::<&str>(schemes));
        route.certificate = random.chance(1, 2);
        route.unproven = route.certificate && random.chance(1, 3);
        if route.scheme != "unix" && random.chance(1, 3) {
            (route.header, route.trusted) = (Some(*random.pick(&Header::ALL)), true);
        } else if route.is_web() {
            route.trusted = random.chance(1, 2);
        }
        // Some really are behind an HTTP proxy, some only claim it.
        route.forwarded = route.is_web() && random.chance(1, 2);
        route
    }

    fn is_web(&self) -> bool {
        matches!(self.scheme, "ws" | "wss")
    }

    /// The URL of the server's listener.
    pub fn listener(&self) -> Url {
        Url { proxy: self.header.is_some(), ..self.target() }
    }

    /// The URL to which the peer's program connects. It does not mention a proxy.
    pub fn target(&self) -> Url {
        let place = if self.scheme.ends_with("unix") { "/run/verbatim.sock" } else { HOST };
        let url = format!("{}://{place}", self.scheme);
        url.parse().unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    /// The transports below WebSocket or the visitor, which peers without our client handle themselves.
    pub fn below(&self) -> Scheme {
        let name = match self.scheme.trim_start_matches("plain+") {
            "wss" => "tls",
            "ws" => "tcp",
            name => name.trim_start_matches("ws+"),
        };
        Scheme::parse(name).unwrap_or_else(|| panic!("{name} is a scheme"))
    }

    /// The trusted networks.
    pub fn trusted_networks() -> Trusted {
        Trusted(vec![TRUSTED.parse().expect("it is a network")])
    }

    /// What the server's kernel reports about a peer at `own`.
    pub fn socket(&self, own: IpAddr) -> Peer {
        match self.scheme.ends_with("unix") {
            true => Peer { uid: Some(1000), ..Peer::named("localhost") },
            false => Peer::at(if self.trusted { PROXY } else { own }),
        }
    }

    /// What the server must know about a peer at `own`; `None` if it must never see it.
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
            // Over WebSocket the server requests no certificate.
            let is_shown = self.certificate && !self.is_web();
            peer.certificate = (is_shown && !self.unproven).then(|| certificate.into());
            peer.unproven = is_shown && self.unproven;
        }
        if self.says_for_whom() {
            let Peer { host, address, .. } = Peer::at(own);
            peer = Peer { proxy: Some(peer.host), host, address, ..peer };
        }
        Some(peer)
    }

    /// Whether the request names the client, and comes from a trusted proxy.
    fn says_for_whom(&self) -> bool {
        self.forwarded && self.trusted && matches!(self.header, None | Some(Header::Local))
    }

    /// The lines of a WebSocket request with its host and the client.
    pub fn headers(&self, own: IpAddr) -> String {
        let forwarded = match self.forwarded {
            false => String::new(),
            // The proxy adds the last address itself; the one before it came with the request.
            true if self.says_for_whom() => format!("X-Forwarded-For: {FORGED}, {own}\r\n"),
            true => format!("X-Forwarded-For: {FORGED}\r\n"),
        };
        format!("Host: {HOST}\r\n{forwarded}")
    }

    /// The bytes before everything else.
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
            (self.unproven, " whose key cannot be verified"),
            (self.bare, " as bare bytes"),
        ] {
            f.write_str(if holds { what } else { "" })?;
        }
        self.wrong.map_or(Ok(()), |wrong| write!(f, ", which it misuses: {wrong:?}"))
    }
}

/// The proxy's end of the PROXY protocol: a header, then bytes as they are.
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
