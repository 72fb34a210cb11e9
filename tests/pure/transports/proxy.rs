//! The PROXY protocol: who is trusted, which headers are valid, and that no byte after one is lost.

use proptest::prelude::*;
use verbatim::planted::{Bug, plant};
use verbatim::transport::proxy::{MAX_ANNOUNCED_BYTES, MAX_TEXT_BYTES};
use verbatim::transport::{Link, LinkLimits, Output, ServerSettings, Transport, Trusted, Url};
use verbatim::wire::{Line, Peer};

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
const TEXT: &[u8] = b"PROXY TCP4 192.0.2.7 198.51.100.1 40000 6697\r\n";

fn proxy() -> Peer {
    Peer::at("127.0.0.1".parse().expect("an address"))
}

fn settings() -> ServerSettings {
    let trusted = Trusted(vec!["127.0.0.1".parse().expect("a network"), "unix".parse().expect("a network")]);
    ServerSettings { trusted, ..ServerSettings::default() }
}

/// The transport of a connection to a listener with `?proxy=true`.
fn arrives_with(url: &str, peer: &Peer) -> Box<dyn Transport> {
    let url: Url = url.parse().expect("a URL");
    url.accept(0, peer, &settings()).expect("a transport")
}

fn arrives(peer: &Peer) -> Box<dyn Transport> {
    arrives_with("tcp://localhost?proxy=true", peer)
}

/// A version 2 header.
fn binary(version_and_command: u8, family_and_protocol: u8, block: &[u8]) -> Vec<u8> {
    let length = u16::try_from(block.len()).expect("a length").to_be_bytes();
    [SIGNATURE, &[version_and_command, family_and_protocol], &length, block].concat()
}

/// TCP over IPv4 from 192.0.2.7, with the proxy's additions.
fn tcp4(vectors: &[u8]) -> Vec<u8> {
    binary(0x21, 0x11, &[&[192, 0, 2, 7, 198, 51, 100, 1, 0x9c, 0x40, 0x1a, 0x29], vectors].concat())
}

fn tcp6(from: &str) -> Vec<u8> {
    let from: core::net::Ipv6Addr = from.parse().expect("an address");
    binary(0x21, 0x21, &[&from.octets()[..], &[0; 20]].concat())
}

/// Sends `bytes` in pieces of `size`, and returns the IRC bytes.
fn says(transport: &mut dyn Transport, bytes: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let mut out = Output::default();
    transport.opened(&mut out).map_err(|error| error.to_string())?;
    for piece in bytes.chunks(size) {
        transport.received(piece, &mut out).map_err(|error| error.to_string())?;
    }
    assert_eq!(out.raw, b"", "nobody is answered");
    Ok(out.irc)
}

/// The peer that a proxy's header names, however it is cut.
#[track_caller]
fn behind(header: &[u8]) -> Peer {
    let peers: Vec<Peer> = (1..=header.len() + 8)
        .map(|size| {
            let mut transport = arrives(&proxy());
            let irc = says(&mut *transport, &[header, b"NICK a\r\n"].concat(), size).expect("a valid header");
            assert_eq!(irc.escape_ascii().to_string(), r"NICK a\r\n", "in pieces of {size}");
            let mut peer = proxy();
            transport.describe(&mut peer);
            peer
        })
        .collect();
    assert!(peers.iter().all(|peer| *peer == peers[0]));
    peers[0].clone()
}

/// Why a header is refused, however it is cut.
#[track_caller]
fn refused(header: &[u8]) -> String {
    let said: Vec<String> =
        (1..=header.len()).map(|size| says(&mut *arrives(&proxy()), header, size).expect_err("it is wrong")).collect();
    assert!(said.iter().all(|why| *why == said[0]), "{said:?}");
    said[0].clone()
}

fn behind_127_0_0_1(address: &str) -> Peer {
    Peer { proxy: Some("127.0.0.1".into()), ..Peer::at(address.parse().expect("an address")) }
}

#[test]
fn a_version_1_header_names_the_client_behind_the_proxy() {
    assert_eq!(behind(TEXT), behind_127_0_0_1("192.0.2.7"));
    let mapped = b"PROXY TCP6 ::ffff:192.0.2.7 ::1 0 65535\r\n";
    assert_eq!(behind(mapped), behind_127_0_0_1("192.0.2.7"));
    let loopback = behind(b"PROXY TCP6 ::1 2001:DB8::1 1 2\r\n");
    assert_eq!((&*loopback.host, loopback.proxy.as_deref()), ("0::1", Some("127.0.0.1")));
}

#[test]
fn a_version_2_header_names_the_client_behind_the_proxy() {
    assert_eq!(behind(&tcp4(b"")), behind_127_0_0_1("192.0.2.7"));
    assert_eq!(behind(&tcp6("2001:db8::7")), behind_127_0_0_1("2001:db8::7"));
    assert_eq!(behind(&tcp6("::ffff:192.0.2.7")), behind_127_0_0_1("192.0.2.7"));
}

#[test]
fn a_proxys_own_connection_or_an_unknown_client_has_the_proxys_address() {
    for header in [
        b"PROXY UNKNOWN\r\n".to_vec(),
        b"PROXY UNKNOWN what \xc3\xa4ver 1 2 3 4 5 6\r\n".to_vec(),
        // LOCAL, whatever else it contains.
        binary(0x20, 0x00, b""),
        binary(0x20, 0x11, &[1; 12]),
        binary(0x20, 0xff, b"xyz"),
        // No family, no protocol, datagrams.
        binary(0x21, 0x00, b"xyz"),
        binary(0x21, 0x01, b""),
        binary(0x21, 0x10, b""),
        binary(0x21, 0x12, &[1; 12]),
    ] {
        assert_eq!(behind(&header), proxy(), "{}", header.escape_ascii());
    }
}

#[test]
fn a_client_that_reached_the_proxy_by_a_unix_socket_has_no_address() {
    let by_unix = Peer { proxy: Some("127.0.0.1".into()), ..Peer::named("localhost") };
    assert_eq!(behind(&binary(0x21, 0x31, &[0; 216])), by_unix);
    // Nor do they count as peers on a Unix socket of this machine.
    let Trusted(networks) = settings().trusted;
    assert!(Trusted(networks.clone()).has(&Peer::named("localhost")) && !Trusted(networks).has(&by_unix));
}

#[test]
fn the_uid_of_a_proxy_is_not_that_of_its_client() {
    let proxy = Peer { uid: Some(101), ..Peer::named("localhost") };
    let described = |header: &[u8]| {
        let mut transport = arrives_with("unix:///x?proxy=true", &proxy);
        says(&mut *transport, header, 4096).expect("a valid header");
        let mut peer = proxy.clone();
        transport.describe(&mut peer);
        peer
    };
    let peer = described(TEXT);
    assert_eq!((&*peer.host, peer.proxy.as_deref(), peer.uid), ("192.0.2.7", Some("localhost"), None));
    assert_eq!(described(b"PROXY UNKNOWN\r\n"), proxy);
}

/// A TLV of version 2.
fn vector(kind: u8, value: &[u8]) -> Vec<u8> {
    [&[kind][..], &u16::try_from(value.len()).expect("a length").to_be_bytes(), value].concat()
}

#[test]
fn tls_to_the_proxy_counts_as_secure_and_a_common_name_is_no_fingerprint() {
    let common_name = vector(0x22, b"alice");
    let with_tls = |client: u8| vector(0x20, &[&[client, 0, 0, 0, 0][..], &common_name].concat());
    let secure = behind(&tcp4(&[vector(0x01, b"irc"), with_tls(0x07), vector(0xee, b"")].concat()));
    assert_eq!(secure, Peer { secure: true, ..behind_127_0_0_1("192.0.2.7") });
    assert_eq!(secure.certificate, None);
    assert_eq!(behind(&tcp4(&with_tls(0x00))), behind_127_0_0_1("192.0.2.7"));
    let by_unix = behind(&binary(0x21, 0x31, &[&[0; 216][..], &with_tls(0x01)].concat()));
    assert_eq!((&*by_unix.host, by_unix.secure), ("localhost", true));
}

#[test]
fn a_checksum_is_verified_where_there_is_one() {
    // Computed by another program, for the header below with four zeros in its place.
    let right = [0xcf, 0x9a, 0x63, 0x40];
    let header = tcp4(&vector(0x03, &right));
    assert_eq!(behind(&header), behind_127_0_0_1("192.0.2.7"));
    for at in [17, 20, 27, header.len() - 1] {
        let mut broken = header.clone();
        broken[at] ^= 1;
        assert_eq!(refused(&broken), "The PROXY header has a wrong checksum");
    }
    assert_eq!(refused(&tcp4(&vector(0x03, b"abc"))), "The PROXY header has a wrong checksum");
}

#[test]
fn a_header_from_an_untrusted_peer_is_refused() {
    let stranger = Peer::at("127.0.0.2".parse().expect("an address"));
    for header in [TEXT, b"PROXY UNKNOWN\r\n", b"NICK a\r\n"] {
        assert_eq!(says(&mut *arrives(&stranger), header, 4096), Err("Not a trusted proxy".into()));
    }
}

#[test]
fn bytes_other_than_a_header_are_refused_at_the_first_wrong_byte() {
    for (header, why) in [
        (&b"NICK alice\r\n"[..], "is missing"),
        (b"PROXx", "is missing"),
        (b"PROXY\tTCP4", "is missing"),
        (b"\r\n\r\n\0\r\nQUIT\r", "is missing"),
        (b"PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n", "ends without CR LF"),
        (b"PROXY  TCP4 192.0.2.7 198.51.100.1 1 2\r\n", "is malformed"),
        (b"PROXY TCP4 192.0.2.7 198.51.100.1 1 2 \r\n", "is malformed"),
        (b"PROXY TCP4 192.0.2.7\r\n", "is malformed"),
        (b"PROXY tcp4 192.0.2.7 198.51.100.1 1 2\r\n", "is malformed"),
        (b"PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n", "is malformed"),
        (b"PROXY UNKNOWNS\r\n", "is malformed"),
        (b"PROXY \xff\r\n", "is not text"),
        (b"PROXY TCP4 2001:db8::1 198.51.100.1 1 2\r\n", "has a wrong address"),
        (b"PROXY TCP6 192.0.2.7 ::1 1 2\r\n", "has a wrong address"),
        (b"PROXY TCP4 192.0.2.07 198.51.100.1 1 2\r\n", "has a wrong address"),
        (b"PROXY TCP4 192.0.2.7 198.51.100.256 1 2\r\n", "has a wrong address"),
        (b"PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n", "has a wrong address"),
        (b"PROXY TCP4 192.0.2.7 198.51.100.1 01 2\r\n", "has a wrong port"),
        (b"PROXY TCP4 192.0.2.7 198.51.100.1 +1 2\r\n", "has a wrong port"),
        (b"PROXY TCP4 192.0.2.7 198.51.100.1 1 65536\r\n", "has a wrong port"),
    ] {
        assert_eq!(refused(header), format!("The PROXY header {why}"), "{}", header.escape_ascii());
    }
}

#[test]
fn malformed_version_2_headers_are_refused() {
    for (header, why) in [
        (binary(0x11, 0x11, &[0; 12]), "has an unknown version"),
        (binary(0x31, 0x11, &[0; 12]), "has an unknown version"),
        (binary(0x22, 0x11, &[0; 12]), "has an unknown command"),
        (binary(0x21, 0x41, &[0; 12]), "has an unknown family"),
        (binary(0x21, 0x13, &[0; 12]), "has an unknown family"),
        (binary(0x21, 0x11, &[0; 11]), "is too short for its addresses"),
        (binary(0x21, 0x11, &[0; 3]), "is too short for its addresses"),
        (binary(0x21, 0x21, &[0; 35]), "is too short for its addresses"),
        (binary(0x21, 0x31, &[0; 215]), "is too short for its addresses"),
        (tcp4(&[0x04]), "is malformed"),
        (tcp4(&[0x04, 0, 1]), "is malformed"),
        (tcp4(&[0x04, 0xff, 0xff, 0]), "is malformed"),
        (tcp4(&vector(0x20, &[1, 0, 0, 0])), "is malformed"),
    ] {
        assert_eq!(refused(&header), format!("The PROXY header {why}"), "{}", header.escape_ascii());
    }
}

#[test]
fn a_header_that_exceeds_its_bound_is_refused_at_once() {
    let longest = |bytes: usize| [b"PROXY UNKNOWN ", &vec![b'x'; bytes - 16][..], b"\r\n"].concat();
    assert_eq!(behind(&longest(MAX_TEXT_BYTES)), proxy());
    assert_eq!(refused(&longest(MAX_TEXT_BYTES + 1)), "The PROXY header is too long");
    assert_eq!(refused(&longest(MAX_TEXT_BYTES + 1)[..MAX_TEXT_BYTES]), "The PROXY header is too long");

    let padding = MAX_ANNOUNCED_BYTES - 12 - 3;
    let mut transport = arrives(&proxy());
    let header = tcp4(&vector(0x04, &vec![0; padding]));
    assert_eq!(says(&mut *transport, &header, 1000), Ok(vec![]));
    assert!(transport.is_open());
    let header = tcp4(&vector(0x04, &vec![0; padding + 1]));
    assert_eq!(refused(&header[..16]), "The PROXY header is too long");
}

#[test]
fn a_truncated_header_is_refused() {
    for header in [TEXT.to_vec(), tcp4(b""), tcp6("::1"), binary(0x20, 0, b"")] {
        for cut in 0..header.len() {
            let mut transport = arrives(&proxy());
            assert_eq!(says(&mut *transport, &header[..cut], 4096), Ok(vec![]), "{cut}");
            assert!(!transport.is_open(), "{cut} bytes of {}", header.escape_ascii());
            let ended = transport.ended(&mut Output::default()).map_err(|error| error.to_string());
            assert_eq!(ended, Err("The PROXY header was cut short".to_owned()));
        }
        let mut transport = arrives(&proxy());
        assert_eq!(says(&mut *transport, &header, 4096), Ok(vec![]));
        let mut out = Output::default();
        assert_eq!((transport.is_open(), transport.ended(&mut out), out.ended), (true, Ok(()), true));
    }
}

#[test]
fn bytes_after_the_header_are_not_copied() {
    let limits = LinkLimits::default();
    let mut link = Link::new(Some(arrives(&proxy())));
    assert_eq!(link.opened(), Ok(()));
    assert_eq!(link.received(&[TEXT, b"NICK a\r\n"].concat()), Ok(None));
    assert!(link.is_open() && !link.is_bare());
    // The transport stays while its output is unwritten.
    link.push(Line::new(b"PING x\r\n"));
    let mut scratch = Vec::new();
    assert_eq!(link.gather(&mut scratch, &limits), Ok(&b"PING x\r\n"[..]));
    link.wrote(5);
    assert_eq!(link.received(b"USER a"), Ok(None));
    assert_eq!(link.take_irc(), b"NICK a\r\nUSER a");
    assert_eq!(link.gather(&mut scratch, &limits), Ok(&b"x\r\n"[..]));
    link.wrote(3);
    assert_eq!(link.received(b" 0 * :a\r\n"), Ok(Some(&b" 0 * :a\r\n"[..])));
    assert!(link.is_bare());
}

#[test]
fn a_client_cannot_use_proxy_true() {
    let url: Url = "tcp://localhost?proxy=true".parse().expect("a URL");
    let error = url.connect(&Default::default()).err().map(|error| error.to_string());
    assert_eq!(error.as_deref(), Some("?proxy=true is only for listeners"));
}

#[test]
fn each_planted_bug_does_what_it_says() {
    let stranger = Peer::at("127.0.0.2".parse().expect("an address"));
    let plants = |peer: &Peer, bug: Bug| {
        let _planted = plant(bug);
        let mut transport = arrives_with("tcp://localhost?proxy=true", peer);
        says(&mut *transport, &[TEXT, b"NICK a\r\n"].concat(), 4096)
    };
    assert_eq!(plants(&stranger, Bug::ProxyHeaderBelieved), Ok(b"NICK a\r\n".to_vec()));
    assert_eq!(plants(&proxy(), Bug::ProxyTailLost), Ok(vec![]));
}

fn some_header() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(TEXT.to_vec()),
        Just(tcp6("2001:db8::1")),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(|vectors| tcp4(&vectors)),
        (any::<u8>(), any::<u8>(), proptest::collection::vec(any::<u8>(), 0..300))
            .prop_map(|(command, family, block)| binary(0x20 | (command % 4), family % 0x50, &block)),
        "PROXY (TCP4|TCP6|UNKNOWN)?[ 0-9a-f.:]{0,110}\r\n".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..200),
    ]
}

proptest! {
    #[test]
    fn no_header_causes_a_panic_unbounded_memory_or_a_lost_byte(
        header in some_header(),
        flips in proptest::collection::vec((0..400usize, any::<u8>()), 0..3),
        tail in proptest::collection::vec(any::<u8>(), 0..600),
        sizes in proptest::collection::vec(1..200usize, 1..8),
    ) {
        let mut bytes = [header, tail].concat();
        for (at, byte) in flips {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        // In one piece and in many: the result is the same.
        let mut whole = arrives(&proxy());
        let expected = says(&mut *whole, &bytes, bytes.len().max(1));
        let mut transport = arrives(&proxy());
        let mut out = Output::default();
        transport.opened(&mut out).expect("the peer is trusted");
        let (mut rest, mut result) = (&bytes[..], Ok(()));
        for size in sizes.iter().cycle() {
            if rest.is_empty() || result.is_err() {
                break;
            }
            let (piece, left) = rest.split_at((*size).min(rest.len()));
            result = transport.received(piece, &mut out);
            rest = left;
        }
        let irc = result.map(|()| out.irc).map_err(|error| error.to_string());
        if let Ok(irc) = &irc {
            prop_assert!(transport.is_open() || irc.is_empty());
            prop_assert!(bytes.ends_with(irc));
            prop_assert!(!transport.is_open() || bytes.len() - irc.len() <= 16 + MAX_ANNOUNCED_BYTES);
        }
        prop_assert_eq!(irc, expected);
        let (mut one, mut other) = (proxy(), proxy());
        transport.describe(&mut one);
        whole.describe(&mut other);
        prop_assert_eq!(one, other);
    }
}
