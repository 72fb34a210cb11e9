//! Lines over TLS: in pieces of every size, right after the handshake, a megabyte at once.

use std::io::{Read, Write};

use verbatim::transport::tls::accept;

use super::world::*;

#[test]
fn lines_travel_both_ways_in_pieces_of_any_size() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    for version in VERSIONS {
        let client = client_of(version, &authority, None);
        for size in (1..40).chain([100, 1000, 4096, 16_384, usize::MAX]) {
            let mut pair = Pair::new(&client, &server);
            assert!(!pair.client.transport.is_open() && !pair.server.transport.is_open());
            pair.carry(size);
            pair.client.says(b"NICK alice\r\n");
            pair.server.says(b":irc.example.org 001 alice :Welcome\r\n");
            pair.client.says(b"JOIN #lobby\r\n");
            pair.carry(size);
            assert_eq!(pair.server.irc(), "NICK alice\r\nJOIN #lobby\r\n", "{version:?} in pieces of {size}");
            assert_eq!(pair.client.irc(), ":irc.example.org 001 alice :Welcome\r\n");
            assert_eq!((&pair.client.error, &pair.server.error), (&None, &None));
        }
    }
}

#[test]
fn lines_right_after_the_handshake_are_not_lost() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    for version in VERSIONS {
        let client = client_of(version, &authority, None);
        // The end of the handshake and the lines arrive in one read, or in two, split at every eighth.
        for part in 0..8 {
            let mut pair = Pair::new(&client, &server);
            while !pair.client.transport.is_open() {
                let hello = pair.client.raw();
                pair.server.hears(&hello, usize::MAX);
                let answer = pair.server.raw();
                pair.client.hears(&answer, usize::MAX);
            }
            pair.client.says(b"NICK alice\r\nUSER alice 0 * :alice\r\n");
            let last = pair.client.raw();
            let (first, second) = last.split_at(last.len() * part / 8);
            pair.server.hears(first, usize::MAX);
            pair.server.hears(second, usize::MAX);
            assert_eq!(pair.server.irc(), "NICK alice\r\nUSER alice 0 * :alice\r\n", "{version:?}, {part}/8");
            assert!(pair.server.transport.is_open());
        }
    }
}

#[test]
fn a_megabyte_at_once_arrives_whole_in_reads_of_any_size() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    let burst: String = (0..20_000).map(|n| format!("PRIVMSG #lobby :line {n} of what comes at once\r\n")).collect();
    assert!(burst.len() > 800_000);
    for version in VERSIONS {
        let client = client_of(version, &authority, None);
        for size in [65_536, 16_384, 16_384 + 5, 997, usize::MAX] {
            let mut pair = Pair::new(&client, &server).shaken();
            pair.client.says(burst.as_bytes());
            pair.server.says(burst.as_bytes());
            assert!(
                pair.client.out.raw.len() > burst.len(),
                "nothing may stay inside TLS, where it would not count towards the cap"
            );
            pair.carry(size);
            assert!(pair.server.irc() == burst && pair.client.irc() == burst, "{version:?} in pieces of {size}");
        }
    }
}

#[test]
fn a_line_longer_than_a_record_arrives_whole() {
    let authority = Authority::new();
    let mut pair =
        Pair::new(&client_of(VERSIONS[1], &authority, None), &server_with(&[&authority.signs(&[HOST])])).shaken();
    // RFC 8446 §5.1: "The length MUST NOT exceed 2^14 bytes."
    for length in [16_383, 16_384, 16_385, 32_769] {
        let line = "x".repeat(length);
        pair.client.says(line.as_bytes());
        pair.carry(usize::MAX);
        assert!(pair.server.irc() == line, "{length}");
    }
}

#[test]
fn a_key_update_in_mid_session_loses_nothing() {
    let authority = Authority::new();
    let tls = server_with(&[&authority.signs(&[HOST])]);
    let host = HOST.try_into().expect("a name");
    let mut client =
        rustls::ClientConnection::new(client_of(VERSIONS[1], &authority, None), host).expect("valid TLS settings");
    let mut server = End::new(accept(Some(&tls), false));
    let mut heard = String::new();
    for round in 0..20 {
        if !client.is_handshaking() {
            client.refresh_traffic_keys().expect("TLS 1.3 supports it");
            client.writer().write_all(b"PING\r\n").expect("memory does not fail");
            server.says(b"PONG\r\n");
        }
        let mut raw = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut raw).expect("memory does not fail");
        }
        server.hears(&raw, 3);
        let answer = server.raw();
        let mut answer = answer.as_slice();
        while !answer.is_empty() {
            client.read_tls(&mut answer).expect("memory does not fail");
            client.process_new_packets().expect("valid TLS");
        }
        let mut said = [0; 100];
        let count = client.reader().read(&mut said).unwrap_or(0);
        heard += std::str::from_utf8(&said[..count]).expect("a text");
        assert_eq!(server.error, None, "{round}");
    }
    assert!(server.irc().starts_with(&"PING\r\n".repeat(15)) && heard.starts_with(&"PONG\r\n".repeat(15)), "{heard:?}");
}

#[test]
fn tls_tells_the_server_what_it_knows_about_the_client() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    for version in VERSIONS {
        let pair = Pair::to("IRC.Example.ORG", &client_of(version, &authority, None), &server).shaken();
        let peer = pair.server.peer();
        assert!(peer.secure);
        assert_eq!((peer.certificate, peer.server_name.as_deref()), (None, Some(HOST)));
    }
}
