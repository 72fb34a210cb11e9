//! The PROXY protocol, versions 1 and 2, as specified in HAProxy's `doc/proxy-protocol.txt`; the server's end. A proxy
//! sends a header first, which names the client it connects for.
//!
//! Owns that header; the bytes after it pass unchanged. It is below all other transports, and is enabled by
//! `?proxy=true`, not by a scheme: "the receiver […] MUST not try to guess whether the protocol header is present or
//! not".

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::ops::Range;
use core::str::FromStr;

use super::{Output, Transport, TransportError};
use crate::planted::{Bug, buggy};
use crate::wire::Peer;

/// Bytes of a version 1 header, including CRLF: "If the CRLF sequence is not found in the first 107 characters, the
/// receiver should declare the line invalid."
pub const MAX_TEXT_BYTES: usize = 107;

/// Bytes that a version 2 header may announce after its first 16. The longest addresses take 216; the rest is for TLVs.
/// A header that announces more is refused before any of it is stored.
pub const MAX_ANNOUNCED_BYTES: usize = 4096;

/// The beginning of version 1.
const TEXT: &[u8] = b"PROXY ";
/// The beginning of version 2.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
/// Signature, version and command, family and protocol, and the length of the rest.
const FIXED_BYTES: usize = 16;

const PP2_TYPE_CRC32C: u8 = 0x03;
const PP2_TYPE_SSL: u8 = 0x20;
const PP2_CLIENT_SSL: u8 = 0x01;

/// The server's end of a proxy's connection.
#[derive(Debug)]
pub struct Proxied {
    trusted: bool,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The part of the header that has arrived.
    Header(Vec<u8>),
    /// The header is complete, and named this client.
    Through(Option<Origin>),
}

/// The client that a proxy connects for. There is none if the proxy does not name one, or connects for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Origin {
    /// `None` if the client reached the proxy by a Unix socket.
    address: Option<IpAddr>,
    /// Whether the client uses TLS to the proxy.
    secure: bool,
}

impl Proxied {
    /// The server's end. A connection from a peer that is not `trusted` is refused.
    pub fn new(trusted: bool) -> Self {
        Self { trusted, state: State::Header(Vec::new()) }
    }
}

impl Transport for Proxied {
    fn opened(&mut self, _out: &mut Output) -> Result<(), TransportError> {
        // "The receiver SHOULD ensure proper access filtering so that only trusted proxies are allowed to use this
        // protocol."
        if self.trusted || buggy(Bug::ProxyHeaderBelieved) {
            return Ok(());
        }
        Err(TransportError::Refused("Not a trusted proxy".into()))
    }

    fn received(&mut self, mut raw: &[u8], out: &mut Output) -> Result<(), TransportError> {
        while let State::Header(held) = &mut self.state {
            match step(held)? {
                Step::Over(_) if buggy(Bug::ProxyTailLost) && !raw.is_empty() => raw = &[],
                Step::Over(origin) => self.state = State::Through(origin),
                Step::More(_) if raw.is_empty() => return Ok(()),
                Step::More(count) => {
                    let (taken, rest) = raw.split_at(count.min(raw.len()));
                    held.extend_from_slice(taken);
                    raw = rest;
                }
            }
        }
        out.irc.extend_from_slice(raw);
        Ok(())
    }

    fn ended(&mut self, out: &mut Output) -> Result<(), TransportError> {
        out.ended = true;
        // "The receiver must also reject incoming connections containing partial protocol headers."
        if self.is_open() { Ok(()) } else { Err(wrong("was cut short")) }
    }

    fn send(&mut self, irc: &[u8], out: &mut Output) -> Result<(), TransportError> {
        out.raw.extend_from_slice(irc);
        Ok(())
    }

    fn is_open(&self) -> bool {
        matches!(self.state, State::Through(_))
    }

    fn is_transparent(&self) -> bool {
        self.is_open()
    }

    fn describe(&self, peer: &mut Peer) {
        let State::Through(Some(Origin { address, secure })) = self.state else { return };
        // Everything known from the socket, including the uid, is about the proxy.
        let behind = address.map_or_else(|| Peer::named("localhost"), Peer::at);
        let proxy = std::mem::replace(peer, behind);
        (peer.proxy, peer.secure) = (Some(proxy.host), secure);
    }
}

/// The result of parsing a header.
#[derive(Debug)]
enum Step {
    /// At least this many more bytes are needed.
    More(usize),
    /// The header is complete.
    Over(Option<Origin>),
}

fn wrong(what: &str) -> TransportError {
    TransportError::Refused(format!("The PROXY header {what}"))
}

fn step(held: &[u8]) -> Result<Step, TransportError> {
    let may_be = |mark: &[u8]| held.iter().zip(mark).all(|(byte, wanted)| byte == wanted);
    match held {
        [] => Ok(Step::More(1)),
        _ if may_be(SIGNATURE) => binary(held),
        _ if may_be(TEXT) => text(held),
        _ => Err(wrong("is missing")),
    }
}

/// Parses a version 1 header: one line.
fn text(held: &[u8]) -> Result<Step, TransportError> {
    if let Some(line) = held.strip_suffix(b"\r\n") {
        let line = str::from_utf8(line).map_err(|_| wrong("is not text"))?;
        return Ok(Step::Over(origin_in(line)?));
    }
    if held.len() == MAX_TEXT_BYTES {
        return Err(wrong("is too long"));
    }
    // "The receiver must not tolerate a single CR or LF character to end the line when a complete CRLF sequence is
    // expected."
    if held.ends_with(b"\n") { Err(wrong("ends without CR LF")) } else { Ok(Step::More(1)) }
}

fn origin_in(line: &str) -> Result<Option<Origin>, TransportError> {
    let words: Vec<&str> = line.split(' ').collect();
    let address: IpAddr = match *words {
        // "For "UNKNOWN", […] the receiver must ignore anything presented before the CRLF is found."
        ["PROXY", "UNKNOWN", ..] => return Ok(None),
        ["PROXY", "TCP4", from, to, from_port, to_port] => {
            ports([from_port, to_port])?;
            both::<Ipv4Addr>(from, to)?.into()
        }
        ["PROXY", "TCP6", from, to, from_port, to_port] => {
            ports([from_port, to_port])?;
            both::<Ipv6Addr>(from, to)?.into()
        }
        _ => return Err(wrong("is malformed")),
    };
    Ok(Some(Origin { address: Some(address), secure: false }))
}

/// The first of two addresses, both of which must be valid.
fn both<A: FromStr>(from: &str, to: &str) -> Result<A, TransportError> {
    let address = |text: &str| text.parse::<A>().map_err(|_| wrong("has a wrong address"));
    address(to).and(address(from))
}

/// Checks both ports: "Heading zeroes are not permitted in front of numbers", and neither are signs.
fn ports(texts: [&str; 2]) -> Result<(), TransportError> {
    let is_port = |text: &&str| text.parse::<u16>().is_ok_and(|port| port.to_string() == *text);
    if texts.iter().all(is_port) { Ok(()) } else { Err(wrong("has a wrong port")) }
}

/// Parses a version 2 header: 16 bytes, which contain the length of the rest.
fn binary(held: &[u8]) -> Result<Step, TransportError> {
    let Some(fixed) = held.first_chunk::<FIXED_BYTES>() else {
        return Ok(Step::More(FIXED_BYTES - held.len()));
    };
    let (version, command) = (fixed[12] >> 4, fixed[12] & 0xf);
    let (family, protocol) = (fixed[13] >> 4, fixed[13] & 0xf);
    let announced = usize::from(u16::from_be_bytes([fixed[14], fixed[15]]));
    if version != 2 {
        return Err(wrong("has an unknown version"));
    }
    // "Receivers must drop connections presenting unexpected values here."
    if command > 1 {
        return Err(wrong("has an unknown command"));
    }
    // "The receiver must accept this connection [LOCAL] as valid and must use the real connection endpoints and discard
    // the protocol block including the family which is ignored."
    let is_local = command == 0;
    if !is_local && (family > 3 || protocol > 2) {
        return Err(wrong("has an unknown family"));
    }
    if announced > MAX_ANNOUNCED_BYTES {
        return Err(wrong("is too long"));
    }
    let missing = (FIXED_BYTES + announced).saturating_sub(held.len());
    match (missing, protocol) {
        (1.., _) => Ok(Step::More(missing)),
        (0, 1) if !is_local => Ok(Step::Over(stream_origin(held, family)?)),
        // Datagrams and unspecified families count as unknown: "falls back to the UNSPEC mode for the valid
        // combinations above that it does not support".
        (0, _) => Ok(Step::Over(None)),
    }
}

/// The client named by a complete header for a stream.
fn stream_origin(header: &[u8], family: u8) -> Result<Option<Origin>, TransportError> {
    let block = &header[FIXED_BYTES..];
    let short = || wrong("is too short for its addresses");
    let (address, length): (Option<IpAddr>, usize) = match family {
        0 => return Ok(None),
        1 => (Some(IpAddr::from(*block.first_chunk::<4>().ok_or_else(short)?)), 2 * 4 + 2 * 2),
        2 => (Some(IpAddr::from(*block.first_chunk::<16>().ok_or_else(short)?)), 2 * 16 + 2 * 2),
        _ => (None, 2 * 108),
    };
    if block.len() < length {
        return Err(short());
    }
    let mut origin = Origin { address, secure: false };
    for (kind, value) in vectors(header, FIXED_BYTES + length)? {
        match kind {
            PP2_TYPE_CRC32C if !is_whole(header, &value) => return Err(wrong("has a wrong checksum")),
            // The client's certificate is ignored: the common name that a TLV may contain is not a fingerprint.
            PP2_TYPE_SSL if value.len() < 5 => return Err(wrong("is malformed")),
            PP2_TYPE_SSL => origin.secure = header[value.start] & PP2_CLIENT_SSL != 0,
            _ => {}
        }
    }
    Ok(Some(origin))
}

/// The types of the TLVs after the addresses, and the ranges of their values in the header.
fn vectors(header: &[u8], mut at: usize) -> Result<Vec<(u8, Range<usize>)>, TransportError> {
    let mut found = Vec::new();
    while let Some(rest) = header.get(at..).filter(|rest| !rest.is_empty()) {
        let &[kind, high, low] = rest.first_chunk().ok_or_else(|| wrong("is malformed"))?;
        let value = at + 3..at + 3 + usize::from(u16::from_be_bytes([high, low]));
        at = value.end;
        found.push((kind, value));
    }
    if at == header.len() { Ok(found) } else { Err(wrong("is malformed")) }
}

/// Whether the header has the right checksum. "If the checksum is provided […] the receiver MUST […] replace the 32
/// bits of the checksum field in the received PROXY header with all '0's and calculate a CRC32c checksum value of the
/// whole PROXY header."
fn is_whole(header: &[u8], checksum: &Range<usize>) -> bool {
    let without = header.iter().enumerate().map(|(at, &byte)| if checksum.contains(&at) { 0 } else { byte });
    header[checksum.clone()] == crc32c(without).to_be_bytes()
}

/// The CRC-32C of RFC 4960 Appendix B, bit by bit: speed does not matter, since it runs once per connection.
fn crc32c(bytes: impl Iterator<Item = u8>) -> u32 {
    let shifted = |crc: u32| (crc >> 1) ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 };
    !bytes.fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| shifted(crc)))
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    #[test]
    fn the_checksum_is_crc_32c() {
        // The standard check value of CRC-32C.
        assert_eq!(crc32c(b"123456789".iter().copied()), 0xe306_9283);
    }
}
