//! The client's address as reported by an HTTP proxy, and when it is believed.

use verbatim::transport::ws::{Server, Terms};
use verbatim::transport::{Transport, Trusted};
use verbatim::wire::Peer;

use super::{made, request, terms};

/// What a server that trusts 10.0.0.0/8, ::1 and Unix sockets knows of `peer` by these headers.
fn described(peer: Peer, headers: &str) -> Peer {
    let trusted = ["10.0.0.0/8", "::1", "unix"].map(|network| network.parse().expect("a network"));
    let mut server = Server::new(Terms { trusted: Trusted(trusted.into()), ..terms() });
    let headers: String = headers.lines().map(|header| format!("{}\r\n", header.trim())).collect();
    let (_, error) = made(|out| server.received(request(&headers).as_bytes(), out));
    assert_eq!((error, server.is_open()), (None, true));
    let mut described = peer;
    server.describe(&mut described);
    described
}

fn at(address: &str) -> Peer {
    Peer::at(address.parse().expect("an address"))
}

/// A client at `address` behind a proxy at `proxy`.
fn through(address: &str, proxy: &str) -> Peer {
    Peer { proxy: Some(proxy.into()), ..at(address) }
}

#[test]
fn the_nearest_address_other_than_a_trusted_proxys_is_the_clients() {
    for (headers, address) in [
        ("X-Forwarded-For: 192.0.2.1", "192.0.2.1"),
        ("X-Forwarded-For: 192.0.2.1:4711", "192.0.2.1"),
        ("X-Forwarded-For: 2001:db8::1", "2001:db8::1"),
        ("X-Forwarded-For: [2001:db8::1]", "2001:db8::1"),
        ("X-Forwarded-For: [2001:db8::1]:4711", "2001:db8::1"),
        ("X-Forwarded-For: ::ffff:192.0.2.1", "192.0.2.1"),
        ("X-Forwarded-For: 198.51.100.1, 192.0.2.1", "192.0.2.1"),
        ("X-Forwarded-For: 198.51.100.1,192.0.2.1 , 10.0.0.2,10.0.0.3", "192.0.2.1"),
        ("X-Forwarded-For: 198.51.100.1\nx-forwarded-for: 192.0.2.1\nX-FORWARDED-FOR: 10.0.0.2", "192.0.2.1"),
        // The client's own claim is to the left of the address that the proxy added.
        ("X-Forwarded-For: <b>, 192.0.2.1", "192.0.2.1"),
        // If all are trusted, the first one is the client's.
        ("X-Forwarded-For: 10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("Forwarded: for=192.0.2.1", "192.0.2.1"),
        ("Forwarded: for=198.51.100.1, For=\"192.0.2.1:4711\";by=10.0.0.1;proto=http, for=10.0.0.2", "192.0.2.1"),
        ("Forwarded: by=10.0.0.1; for=\"[2001:db8::1]:4711\"", "2001:db8::1"),
        // `Forwarded` is used only if there is no `X-Forwarded-For`.
        ("Forwarded: for=198.51.100.1\nX-Forwarded-For: 192.0.2.1", "192.0.2.1"),
    ] {
        assert_eq!(described(at("10.0.0.1"), headers), through(address, "10.0.0.1"), "{headers}");
    }
}

#[test]
fn an_invalid_address_and_all_addresses_left_of_it_are_ignored() {
    for headers in [
        "",
        "X-Forwarded-For:",
        "X-Forwarded-For: unknown",
        "X-Forwarded-For: 192.0.2.1, unknown",
        "X-Forwarded-For: 192.0.2.1, unknown, 10.0.0.2",
        "X-Forwarded-For: 192.0.2.1,",
        "X-Forwarded-For: 192.0.2.256",
        "X-Forwarded-For: [2001:db8::1",
        "X-Forwarded-For: irc.example.org",
        "Forwarded: for=_hidden",
        "Forwarded: for=192.0.2.1, by=10.0.0.2",
        "X-Real-IP: 192.0.2.1",
    ] {
        assert_eq!(described(at("10.0.0.1"), headers), at("10.0.0.1"), "{headers}");
    }
}

#[test]
fn only_trusted_proxies_are_believed() {
    let headers = "X-Forwarded-For: 192.0.2.1\nX-Forwarded-Proto: https\nForwarded: for=192.0.2.1;proto=https";
    for peer in [at("192.0.2.66"), at("::2"), at("127.0.0.1")] {
        assert_eq!(described(peer.clone(), headers), peer);
    }
    let (unix, v6) = (Peer::named("localhost"), at("::1"));
    assert_eq!(described(unix, headers), Peer { secure: true, ..through("192.0.2.1", "localhost") });
    assert_eq!(described(v6, headers), Peer { secure: true, ..through("192.0.2.1", "0::1") });
}

#[test]
fn a_trusted_proxy_reports_whether_the_connection_is_secure() {
    let proxy = || at("10.0.0.1");
    for (headers, secure) in [
        ("X-Forwarded-Proto: https", true),
        ("X-Forwarded-Proto: WSS", true),
        ("X-Forwarded-Proto: http", false),
        // The nearest proxy reports what it saw itself.
        ("X-Forwarded-Proto: https, http", false),
        ("Forwarded: proto=https", true),
        ("Forwarded: proto=https, proto=\"http\"", false),
    ] {
        assert_eq!(described(proxy(), headers).secure, secure, "{headers}");
    }
    // TLS to us does not help if the client reached the proxy without it.
    let peer = Peer { secure: true, ..proxy() };
    assert!(!described(peer.clone(), "X-Forwarded-Proto: http").secure);
    assert!(described(peer, "X-Forwarded-For: 192.0.2.1").secure);
}

#[test]
fn the_proxys_uid_and_certificate_are_not_taken_for_the_clients() {
    let peer = Peer { uid: Some(33), certificate: Some("ab".into()), ..Peer::named("localhost") };
    assert_eq!(described(peer, "X-Forwarded-For: 192.0.2.1"), through("192.0.2.1", "localhost"));
}
