//! Frames after the handshake, as transcripts.
//!
//! `peer>` is a frame from the client and `peer<` one to it; `irc>` is sent to the core and `irc<` by it. Each
//! transcript is run with the client's bytes cut into pieces of several sizes, from one byte on.

use verbatim::transport::{Output, Transport};

use super::{bytes, client, decode, encode, frame, made, request, server, shown};

const TEXT: &str = "Sec-WebSocket-Protocol: text.ircv3.net\r\n";
const BINARY: &str = "Sec-WebSocket-Protocol: binary.ircv3.net\r\n";

/// Runs `script` in pieces of several sizes, and compares the output.
#[track_caller]
fn check(headers: &str, script: &str) {
    let script: Vec<&str> = script.lines().map(str::trim_start).filter(|line| !line.is_empty()).collect();
    for size in [1, 2, 3, 5, 8, 13, 64, 65_536] {
        let mut server = server(headers);
        let played: Vec<String> = script.iter().flat_map(|line| play(&mut *server, line, size)).collect();
        assert_eq!(played.join("\n"), script.join("\n"), "in pieces of {size}");
    }
}

/// Runs `line` if it is an input: returns it and its outputs.
fn play(server: &mut dyn Transport, line: &str, size: usize) -> Vec<String> {
    let mut feed = |raw: &[u8], out: &mut Output| raw.chunks(size).try_for_each(|piece| server.received(piece, out));
    let (out, error) = match line.split_once(' ').unwrap_or((line, "")) {
        ("peer>", written) => made(|out| feed(&frame(written, true), out)),
        ("unmasked>", written) => made(|out| feed(&frame(written, false), out)),
        ("bytes>", written) => made(|out| feed(&bytes(written), out)),
        ("irc<", text) => made(|out| server.send(&[&*bytes(text), b"\r\n"].concat(), out)),
        ("close", _) => made(|out| {
            server.close(out);
            Ok(())
        }),
        ("end", _) => made(|out| server.ended(out)),
        _ => return Vec::new(),
    };
    let mut lines = vec![line.to_owned()];
    lines.extend(shown(&out.irc).split_terminator("\r\n").map(|text| format!("irc> {text}")));
    lines.extend(decode(&out.raw, false).into_iter().map(|frame| format!("peer< {frame}")));
    lines.extend((out.ended && line != "end").then(|| "ended".into()));
    lines.extend(error.map(|error| format!("given up: {error}")));
    lines
}

#[test]
fn a_message_is_a_line_without_its_end() {
    for headers in ["", TEXT] {
        check(
            headers,
            "peer> text NICK alice
            irc> NICK alice
            peer> text @+a=b PRIVMSG #tea :smörgås 🍵
            irc> @+a=b PRIVMSG #tea :smörgås 🍵
            irc< :irc.example.org 001 alice :Welcome
            peer< text :irc.example.org 001 alice :Welcome",
        );
    }
    check(
        BINARY,
        "peer> binary NICK alice
        irc> NICK alice
        irc< @time=x :bob PRIVMSG #tea :smörgås
        peer< binary @time=x :bob PRIVMSG #tea :smörgås",
    );
}

#[test]
fn a_binary_message_carries_any_bytes() {
    check(
        BINARY,
        r"peer> binary PRIVMSG #tea :\xff\x80\xe5
        irc> PRIVMSG #tea :\xff\x80\xe5
        irc< :bob PRIVMSG #tea :\xe5\xff
        peer< binary :bob PRIVMSG #tea :\xe5\xff",
    );
}

#[test]
fn text_messages_are_always_utf_8() {
    check(
        TEXT,
        r"irc< :bob PRIVMSG #tea :\xe5 and \xff\xfe
        peer< text :bob PRIVMSG #tea :� and ��
        peer> text PRIVMSG #tea :\xff
        peer< close 1007 text should be UTF-8
        given up: WebSocket text is not UTF-8",
    );
}

#[test]
fn text_and_binary_messages_are_accepted_under_either_subprotocol() {
    check(TEXT, "peer> binary NICK alice\nirc> NICK alice\nirc< PING x\npeer< text PING x");
    check(BINARY, "peer> text NICK alice\nirc> NICK alice\nirc< PING x\npeer< binary PING x");
}

#[test]
fn line_ends_in_a_message_end_lines_and_empty_lines_are_ignored() {
    check(
        TEXT,
        r"peer> text NICK alice\x0d\x0a
        irc> NICK alice
        peer> text USER a 0 * :a\x0a
        irc> USER a 0 * :a
        peer> text
        peer> text \x0d\x0a\x0a
        peer> text JOIN #a\x0d\x0aJOIN #b
        irc> JOIN #a
        irc> JOIN #b",
    );
}

#[test]
fn a_message_in_several_frames_is_one_line() {
    check(
        TEXT,
        r"peer> text- PRIV
        peer> more- MSG #tea
        peer> more-
        peer> more  :hi
        irc> PRIVMSG #tea :hi
        peer> text- sm\xc3
        peer> more \xb6rg
        irc> smörg
        peer> binary- NICK
        peer> more  alice
        irc> NICK alice",
    );
}

#[test]
fn a_ping_is_answered_with_its_payload_even_between_frames() {
    check(
        TEXT,
        r"peer> ping
        peer< pong
        peer> ping are you \xff there?
        peer< pong are you \xff there?
        peer> text- NICK
        peer> ping 1
        peer< pong 1
        irc< :bob PRIVMSG #tea :hi
        peer< text :bob PRIVMSG #tea :hi
        peer> ping 2
        peer< pong 2
        peer> more  alice
        irc> NICK alice
        peer> pong
        peer> pong nobody asked",
    );
}

#[test]
fn a_close_is_answered_with_its_code_and_nothing_is_sent_after_it() {
    for close in ["close 1000", "close 1001 away", "close 4711 själv", "close"] {
        check(
            TEXT,
            &format!(
                "peer> {close}
                peer< {close}
                ended
                irc< :bob PRIVMSG #tea :too late
                peer> text too late
                close
                end"
            ),
        );
    }
    check(TEXT, "peer> close 1005\npeer< close 1002 Protocol violation\nended");
}

#[test]
fn our_close_has_code_1000_and_later_frames_are_ignored() {
    check(
        TEXT,
        "irc< ERROR :bye
        peer< text ERROR :bye
        close
        peer< close 1000
        peer> text too late
        peer> ping
        irc< :bob PRIVMSG #tea :too late
        peer> close 1000
        end",
    );
}

#[test]
fn an_end_without_a_close_frame_is_truncation() {
    check(TEXT, "end\ngiven up: WebSocket connection cut short");
    check(TEXT, "peer> text- NICK\nend\ngiven up: WebSocket connection cut short");
}

#[test]
fn forbidden_frames_end_the_connection_with_1002_or_1007() {
    for (sent, reason) in [
        ("unmasked> text NICK alice", "Received an unmasked frame from client"),
        ("peer> more NICK", "Continue frame but nothing to continue"),
        ("peer> ping- x", "Fragmented control frame"),
        ("peer> close 1000 \\xff", "text should be UTF-8"),
        // Over 125 bytes, the limit for such a frame; reserved bits; an unknown opcode; a close of one byte.
        (&format!("peer> ping {}", "x".repeat(126)), "Control frame too big (payload must be 125 bytes or less)"),
        ("bytes> \\xc1\\x80\\x00\\x00\\x00\\x00", "Reserved bits are non-zero"),
        ("bytes> \\x83\\x80\\x00\\x00\\x00\\x00", "Encountered invalid opcode: 3"),
        ("bytes> \\x8b\\x80\\x00\\x00\\x00\\x00", "Encountered invalid opcode: 11"),
        ("bytes> \\x88\\x81\\x00\\x00\\x00\\x00\\x03", "Invalid close sequence"),
    ] {
        let (code, what) = match reason {
            "text should be UTF-8" => (1007, "WebSocket text is not UTF-8"),
            _ => (1002, "WebSocket protocol error"),
        };
        check(TEXT, &format!("{sent}\npeer< close {code} {reason}\ngiven up: {what}"));
    }
    check(
        TEXT,
        "peer> text- NICK
        peer> text USER
        peer< close 1002 While waiting for more fragments received: TEXT
        given up: WebSocket protocol error
        peer> text JOIN #tea
        irc< PING x
        close",
    );
}

#[test]
fn frames_before_a_broken_one_are_handled() {
    let raw = [frame("text NICK alice", true), frame("ping x", true), vec![0xf1, 0x80, 0, 0, 0, 0]].concat();
    let (out, error) = made(|out| server(TEXT).received(&raw, out));
    assert_eq!(shown(&out.irc), "NICK alice\r\n");
    assert_eq!(decode(&out.raw, false), ["pong x", "close 1002 Reserved bits are non-zero"]);
    assert_eq!(error.as_deref(), Some("WebSocket protocol error"));
}

#[test]
fn frames_after_a_close_are_ignored() {
    let raw = [frame("text QUIT", true), frame("close 1000", true), frame("text NICK a", true)].concat();
    let (out, error) = made(|out| server(TEXT).received(&raw, out));
    assert_eq!((shown(&out.irc), out.ended, error), ("QUIT\r\n".into(), true, None));
    assert_eq!(decode(&out.raw, false), ["close 1000"]);
}

#[test]
fn a_message_that_is_too_long_is_refused_by_its_header() {
    let too_long = "peer< close 1009 a message has at most 16384 bytes\ngiven up: WebSocket message too long";
    // The header alone: 16385 bytes, and 2^63.
    check(TEXT, &format!("bytes> \\x81\\xfe\\x40\\x01\\x00\\x00\\x00\\x00\n{too_long}"));
    check(TEXT, &format!("bytes> \\x82\\xff\\x80\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\n{too_long}"));
    // Frames that are too long together.
    let half = "x".repeat(8192);
    check(TEXT, &format!("peer> text- {half}\npeer> more- {half}\npeer> more x\n{too_long}"));
    check(TEXT, &format!("peer> text- {half}\npeer> more {half}\nirc> {half}{half}"));
}

#[test]
fn a_server_with_longer_lines_accepts_longer_messages() {
    let terms = verbatim::transport::ws::Terms { line_bytes: 131_072, ..super::terms() };
    let mut server = verbatim::transport::ws::Server::new(terms);
    let _ = made(|out| server.received(request("").as_bytes(), out));
    let text = "x".repeat(131_072);
    let (out, error) = made(|out| server.received(&encode(0x81, text.as_bytes(), true), out));
    assert_eq!((out.irc.len(), error), (131_074, None));
}

#[test]
fn each_of_many_lines_is_a_message() {
    let lines: String = (0..1000).map(|number| format!(":bob PRIVMSG #tea :{number}\r\n")).collect();
    let (out, error) = made(|out| server(TEXT).send(lines.as_bytes(), out));
    let expected: Vec<String> = lines.split_terminator("\r\n").map(|line| format!("text {line}")).collect();
    assert_eq!((decode(&out.raw, false), error), (expected, None));
}

#[test]
fn a_client_masks_its_frames_and_refuses_masked_ones() {
    let mut client = client("ws://localhost");
    let (out, _) = made(|out| client.opened(out));
    let asked = String::from_utf8(out.raw).expect("it is text");
    let key = asked.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).expect("a key");
    let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    );
    // The server's first lines may come in the segment of its response.
    let raw = [answer.as_bytes(), &frame("text PING 1", false), &frame("ping x", false)].concat();
    let (out, error) = made(|out| client.received(&raw, out));
    assert_eq!((shown(&out.irc), error), ("PING 1\r\n".into(), None));
    assert_eq!(decode(&out.raw, true), ["pong x"]);
    let (out, _) = made(|out| client.send(b"PONG :1\r\nQUIT\r\n", out));
    assert_eq!(decode(&out.raw, true), ["text PONG :1", "text QUIT"]);
    let (out, error) = made(|out| client.received(&frame("text NOTICE", true), out));
    assert_eq!(decode(&out.raw, true), ["close 1002 Received a masked frame from server"]);
    assert_eq!(error.as_deref(), Some("WebSocket protocol error"));
}
