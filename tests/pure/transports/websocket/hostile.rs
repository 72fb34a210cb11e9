//! Random bytes: neither end panics, and what it buffers is bounded.

use proptest::prelude::*;
use verbatim::transport::ws::{MAX_HEAD, MAX_MESSAGE, Server};
use verbatim::transport::{Output, Transport};

use super::{client, encode, request, terms};

/// Pieces that resemble frames: any first byte, any announced length, some of them masked.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let opcode = prop::sample::select(vec![0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a, 0xc1, 0x83]);
    let content = prop::collection::vec(any::<u8>(), 0..300);
    prop_oneof![
        6 => (opcode, content, prop::bool::weighted(0.9)).prop_map(|(first, content, masked)| encode(first, &content, masked)),
        2 => "[ -~]{0,100}".prop_map(|text| encode(0x81, text.as_bytes(), true)),
        1 => prop::collection::vec(any::<u8>(), 0..40),
        1 => Just(encode(0x81, &[b'x'; MAX_MESSAGE + 1], true)),
    ]
}

/// Feeds `pieces` to `end`, `size` bytes at a time, closes it now and then, and checks how much comes out at once.
fn survives(end: &mut dyn Transport, pieces: &[Vec<u8>], size: usize) -> Result<(), TestCaseError> {
    let mut sent = 0;
    for piece in pieces.concat().chunks(size) {
        sent += piece.len();
        let mut out = Output::default();
        let done = end.received(piece, &mut out);
        // A pong is as long as its ping, a response or a goodbye is short, and a line only gains its line end.
        prop_assert!(out.raw.len() <= 2 * sent + 2000, "{} bytes for {sent}", out.raw.len());
        prop_assert!(out.irc.len() <= 2 * sent);
        if done.is_err() {
            let mut late = Output::default();
            prop_assert!(end.received(b"\x81\x00", &mut late).is_ok());
            prop_assert_eq!((late.raw.len(), late.irc.len()), (0, 0), "it had given up");
            return Ok(());
        }
        if end.is_open() {
            prop_assert!(end.send(b":a PRIVMSG b :c\xff\r\n", &mut out).is_ok());
        }
    }
    let _ = end.ended(&mut Output::default());
    end.close(&mut Output::default());
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes_cause_no_panic_and_only_bounded_output(
        pieces in prop::collection::vec(piece(), 0..40),
        size in prop::sample::select(vec![1_usize, 2, 7, 64, 1000, 70_000]),
        asks in any::<bool>(),
    ) {
        let mut server = Server::new(terms());
        let asked = if asks { request("").into_bytes() } else { Vec::new() };
        let all: Vec<Vec<u8>> = [asked].into_iter().chain(pieces.clone()).collect();
        survives(&mut server, &all, size)?;
        let mut client = client("ws://localhost");
        client.opened(&mut Output::default()).expect("it opens");
        survives(&mut *client, &pieces, size)?;
    }

    #[test]
    fn no_request_causes_a_panic(head in "(GET|HEAD|POST|[ -~]{0,9}) [ -~]{0,20} HTTP/1\\.[0-9]\r\n([!-~]{1,20}: ?[ -~]{0,40}\r\n){0,9}\r\n") {
        let mut server = Server::new(terms());
        let mut out = Output::default();
        let done = server.received(head.as_bytes(), &mut out);
        prop_assert_eq!(done.is_ok(), server.is_open() || out.raw.is_empty());
    }
}

#[test]
fn an_endless_head_is_not_buffered() {
    let mut server = Server::new(terms());
    let mut sent = 0;
    let gave_up = loop {
        let mut out = Output::default();
        if server.received(b"x: y and so on and on\r\n", &mut out).is_err() {
            break sent;
        }
        sent += 23;
    };
    assert!(gave_up <= MAX_HEAD, "{gave_up}");
}

#[test]
fn an_endless_message_is_not_buffered() {
    for fragment in [1, 100, 1000] {
        let mut server = Server::new(terms());
        let mut out = Output::default();
        server.received(request("").as_bytes(), &mut out).expect("it is granted");
        server.received(&encode(0x01, b"x", true), &mut out).expect("it may have more frames");
        let mut sent = 1;
        while server.received(&encode(0x00, &vec![b'x'; fragment], true), &mut out).is_ok() {
            sent += fragment;
            assert!(sent <= MAX_MESSAGE, "{sent}");
        }
        assert!(out.irc.is_empty());
    }
}

#[test]
fn an_idle_connection_keeps_no_buffers() {
    let mut server = Server::new(terms());
    let mut out = Output::default();
    server.received(request("").as_bytes(), &mut out).expect("it is granted");
    // Everything that the server holds, as text.
    let fresh = format!("{server:?}");
    for _ in 0..10 {
        server.received(&encode(0x81, &[b'x'; MAX_MESSAGE], true), &mut out).expect("it is a line");
        server.send(&[b"x".repeat(8191), b"\r\n".to_vec()].concat(), &mut out).expect("it is sent");
    }
    assert_eq!(format!("{server:?}"), fresh);
    assert!(size_of::<Server>() <= 128, "{}", size_of::<Server>());
}
