//! Clean ends, truncation, and bytes that are not TLS at all.

use proptest::prelude::*;
use rustls::version::TLS13;
use verbatim::transport::tls::{accept, connect};

use super::world::*;

#[test]
fn a_close_notify_reaches_the_other_end() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    for version in VERSIONS {
        let client = client_of(version, &authority, None);
        let mut pair = Pair::new(&client, &server).shaken();
        pair.client.says(b"QUIT\r\n");
        pair.client.says_goodbye();
        pair.carry(1);
        assert_eq!((pair.server.irc().as_str(), pair.server.out.ended), ("QUIT\r\n", true));
        pair.server.hears_the_end();
        assert_eq!(pair.server.error, None, "{version:?}");
        let mut pair = Pair::new(&client, &server).shaken();
        pair.server.says(b"ERROR :bye\r\n");
        pair.server.says_goodbye();
        pair.carry(1);
        assert_eq!((pair.client.irc().as_str(), pair.client.out.ended), ("ERROR :bye\r\n", true));
        for end in [&mut pair.server, &mut pair.client] {
            end.hears_the_end();
            assert_eq!(end.error, None, "{version:?}");
        }
    }
}

#[test]
fn bytes_after_a_close_notify_are_ignored() {
    let authority = Authority::new();
    let mut pair = Pair::new(&client_of(&TLS13, &authority, None), &server_with(&[&authority.signs(&[HOST])])).shaken();
    pair.client.says_goodbye();
    let mut raw = pair.client.raw();
    raw.extend_from_slice(b"NICK mallory\r\n");
    pair.server.hears(&raw, usize::MAX);
    assert_eq!((pair.server.irc().as_str(), pair.server.out.ended, &pair.server.error), ("", true, &None));
}

#[test]
fn truncation_is_distinguished_from_a_clean_end_wherever_it_happens() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    for version in VERSIONS {
        let client = client_of(version, &authority, None);
        let mut cut = 0;
        loop {
            let mut pair = Pair::new(&client, &server).shaken();
            pair.client.says(b"NICK alice\r\n");
            pair.client.says(b"QUIT\r\n");
            pair.client.says_goodbye();
            let raw = pair.client.raw();
            pair.server.hears(&raw[..cut.min(raw.len())], 7);
            pair.server.hears_the_end();
            let heard = pair.server.irc();
            assert!("NICK alice\r\nQUIT\r\n".starts_with(&heard));
            if cut >= raw.len() {
                assert_eq!((pair.server.out.ended, &pair.server.error), (true, &None));
                break;
            }
            assert_eq!(pair.server.error.as_deref(), Some("TLS connection cut short"), "{version:?} at {cut}");
            assert!(!pair.server.out.ended);
            cut += 1;
        }
        assert!(cut > 50);
    }
}

#[test]
fn a_truncated_handshake_is_reported_as_such() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    let client = client_of(&TLS13, &authority, None);
    for cut in 0..200 {
        let mut pair = Pair::new(&client, &server);
        let hello = pair.client.raw();
        pair.server.hears(&hello[..cut], usize::MAX);
        pair.server.hears_the_end();
        assert_eq!(pair.server.error.as_deref(), Some("the connection ended in the TLS handshake"));
        assert!(!pair.server.transport.is_open());
    }
    let mut pair = Pair::new(&client, &server);
    pair.client.hears_the_end();
    let said = "the connection ended in the TLS handshake: does the server speak TLS there?";
    assert_eq!(pair.client.error.as_deref(), Some(said));
}

#[test]
fn a_client_that_does_not_speak_tls_is_told_so_in_plain_text() {
    let authority = Authority::new();
    let tls = server_with(&[&authority.signs(&[HOST])]);
    for raw in [&b"NICK alice\r\nUSER alice 0 * :alice\r\n"[..], b"CAP LS 302\r\n", b"GET / HTTP/1.1\r\n", b":x"] {
        for size in [1, usize::MAX] {
            let mut server = End::new(accept(Some(&tls), false));
            server.hears(raw, size);
            assert_eq!(server.error.as_deref(), Some("it does not speak TLS, which this port requires"));
            server.says_goodbye();
            let said = String::from_utf8(server.raw()).expect("plain words");
            assert_eq!(said, "ERROR :This port requires TLS: reconnect with TLS\r\n");
            assert_eq!(server.irc(), "", "none of it reaches the server");
            assert!(!server.peer().secure, "the log must not call it secure");
        }
    }
    let mut server = End::new(accept(Some(&tls), false));
    server.hears(b"\0\x01\x02", usize::MAX);
    assert!(server.error.is_some() && server.raw().is_empty(), "bytes other than text get no text in reply");
}

#[test]
fn a_server_that_does_not_speak_tls_is_recognised() {
    let config = client_of(&TLS13, &Authority::new(), None);
    for raw in [":irc.example.org NOTICE * :hello\r\n", "ERROR :what?\r\n", "HTTP/1.1 400 Bad Request\r\n"] {
        let mut client = End::new(connect(Some(&config), HOST, false).expect("a name"));
        client.hears(raw.as_bytes(), usize::MAX);
        let said = "the server does not speak TLS there: try tcp:// or ws://, or another port";
        assert_eq!(client.error.as_deref(), Some(said));
        assert_eq!(client.irc(), "");
    }
}

#[test]
fn a_changed_byte_is_an_error_and_earlier_lines_are_delivered() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    for version in VERSIONS {
        let client = client_of(version, &authority, None);
        let mut pair = Pair::new(&client, &server).shaken();
        pair.client.says(b"NICK alice\r\n");
        let mut raw = pair.client.raw();
        pair.client.says(b"JOIN #lobby\r\n");
        raw.extend(pair.client.raw());
        *raw.last_mut().expect("it is not empty") ^= 1;
        pair.server.hears(&raw, usize::MAX);
        assert_eq!(pair.server.irc(), "NICK alice\r\n");
        assert_eq!(pair.server.error.as_deref(), Some("TLS: bad record MAC"));
        let alert = pair.server.raw();
        pair.client.hears(&alert, usize::MAX);
        assert_eq!(pair.client.error.as_deref(), Some("TLS: the peer sent an alert: bad record mac"), "{version:?}");
    }
}

#[test]
fn one_changed_byte_never_yields_a_changed_line() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    for version in VERSIONS {
        let client = client_of(version, &authority, None);
        for wrong in 0..1500_usize {
            let mut pair = Pair::new(&client, &server);
            let mut carried = 0;
            let mut said = String::new();
            for round in 0..3 {
                let mut raw = pair.client.raw();
                if let Some(byte) = wrong.checked_sub(carried).and_then(|at| raw.get_mut(at)) {
                    *byte ^= 0x10;
                }
                carried += raw.len();
                pair.server.hears(&raw, usize::MAX);
                let answer = pair.server.raw();
                pair.client.hears(&answer, usize::MAX);
                if round < 2 && pair.client.transport.is_open() && pair.client.error.is_none() {
                    pair.client.says(b"NICK alice\r\n");
                    said += "NICK alice\r\n";
                }
            }
            let heard = pair.server.irc();
            assert!(said.starts_with(&heard), "{version:?}, byte {wrong}: {heard:?}");
            tries_everything(&mut pair.server);
            tries_everything(&mut pair.client);
        }
    }
}

/// Calls every function of an end that may have given up.
fn tries_everything(end: &mut End) {
    end.hears(b"\x16\x03\x01\0\x05hello", 3);
    end.says(b"PING\r\n");
    end.says_goodbye();
    end.says(b"PING\r\n");
    end.hears(b"\x17\x03\x03\0\x05hello", 3);
    end.hears_the_end();
    end.peer();
}

#[test]
fn an_end_without_certificates_refuses_everybody() {
    let mut server = End::new(accept(None, false));
    assert_eq!(server.error.as_deref(), Some("TLS is not set up"));
    assert!(!server.transport.is_open());
    tries_everything(&mut server);
    assert!(connect(None, HOST, false).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_never_completes_a_handshake_or_causes_a_panic(
        raw in proptest::collection::vec(any::<u8>(), 1..600),
        kind in 20u8..24,
        size in 1usize..100,
    ) {
        let authority = Authority::new();
        let tls = server_with(&[&authority.signs(&[HOST])]);
        let config = client_of(&TLS13, &authority, None);
        let as_record = [&[kind, 3, 3, (raw.len() >> 8) as u8, raw.len() as u8][..], &raw].concat();
        for raw in [&raw, &as_record] {
            let client = connect(Some(&config), HOST, false).expect("a name");
            for mut end in [End::new(client), End::new(accept(Some(&tls), false))] {
                end.hears(raw, size);
                prop_assert!(!end.transport.is_open());
                prop_assert_eq!(end.irc(), "");
                end.hears_the_end();
                prop_assert!(end.error.is_some());
                tries_everything(&mut end);
            }
        }
    }
}
