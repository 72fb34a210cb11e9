//! The client's address behind an HTTP proxy: `X-Forwarded-For`, or `Forwarded` (RFC 7239).

use core::net::{IpAddr, SocketAddr};

use super::http::Headers;
use crate::planted::{Bug, buggy};
use crate::transport::Trusted;
use crate::wire::Peer;

/// The client's address and security according to a request's headers, and the proxies that are trusted to report them.
#[derive(Debug)]
pub struct Forwarded {
    /// The nearest address that is not a trusted proxy's.
    address: Option<IpAddr>,
    /// Whether the client used TLS.
    secure: Option<bool>,
    trusted: Trusted,
}

impl Forwarded {
    /// Reads these headers. `None` if they contain neither an address nor a protocol, or if no proxy is trusted.
    pub fn read(headers: &Headers, trusted: &Trusted) -> Option<Self> {
        if trusted.0.is_empty() && !buggy(Bug::ForwardedBelieved) {
            return None;
        }
        let (mut hops, mut proto) = (headers.list("X-Forwarded-For"), headers.list("X-Forwarded-Proto").pop());
        if hops.is_empty() {
            let elements = headers.list("Forwarded");
            hops = elements.iter().map(|element| parameter(element, "for").unwrap_or_default()).collect();
            proto = elements.last().and_then(|element| parameter(element, "proto")).or(proto);
        }
        let secure = proto.map(|proto| ["https", "wss"].iter().any(|name| name.eq_ignore_ascii_case(proto)));
        let address = nearest(&hops, trusted);
        let says_something = address.is_some() || secure.is_some();
        says_something.then(|| Self { address, secure, trusted: trusted.clone() })
    }

    /// Replaces the peer's address, if the peer is a trusted proxy.
    pub fn describe(&self, peer: &mut Peer) {
        if !self.trusted.has(peer) && !buggy(Bug::ForwardedBelieved) {
            return;
        }
        if let Some(address) = self.address {
            let there = Peer::at(address);
            peer.address = there.address;
            peer.proxy = Some(std::mem::replace(&mut peer.host, there.host));
            // The uid and the certificate are the proxy's own.
            (peer.uid, peer.certificate) = (None, None);
        }
        peer.secure = self.secure.unwrap_or(peer.secure);
    }
}

/// The client's address. Each proxy appends the address of its peer, so the client's is the rightmost that is not a
/// trusted proxy's, or the leftmost if all are. Addresses to the left of it are not trusted. `None` if it, or an
/// address to the right of it, is invalid.
fn nearest(hops: &[&str], trusted: &Trusted) -> Option<IpAddr> {
    let mut found = None;
    for hop in hops.iter().rev() {
        let address = address(hop)?;
        found = Some(address);
        if !trusted.0.iter().any(|network| network.has(found)) {
            break;
        }
    }
    found
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()))
}

/// A parameter of `Forwarded`, as in RFC 7239 §4: `for="[2001:db8:cafe::17]:4711";proto=https`.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    pairs.find(|pair| pair.0.trim().eq_ignore_ascii_case(name)).map(|pair| pair.1.trim().trim_matches('"'))
}
