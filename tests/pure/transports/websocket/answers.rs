//! The client's request, and how it handles the response.

use verbatim::transport::{ClientSettings, Url};

use super::{client, made};

/// The request for this URL, line by line, without the key.
fn asked(url: &str) -> Vec<String> {
    let mut client = client(url);
    let (out, error) = made(|out| client.opened(out));
    assert_eq!((out.irc.len(), error, client.is_open()), (0, None, false));
    let text = String::from_utf8(out.raw).expect("text");
    assert!(text.ends_with("\r\n\r\n"));
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with("Sec-WebSocket-Key: "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_request_is_as_rfc_6455_demands_and_offers_text_first() {
    assert_eq!(
        asked("ws://irc.example.org/chat/irc"),
        [
            "GET /chat/irc HTTP/1.1",
            "Host: irc.example.org",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: text.ircv3.net, binary.ircv3.net",
        ]
    );
    for (url, head) in [
        ("ws://localhost:8080", ["GET / HTTP/1.1", "Host: localhost:8080"]),
        ("ws://[::1]", ["GET / HTTP/1.1", "Host: [::1]"]),
        ("ws://[::1]:81/", ["GET / HTTP/1.1", "Host: [::1]:81"]),
        ("ws+unix:///run/irc.sock", ["GET / HTTP/1.1", "Host: localhost"]),
    ] {
        assert_eq!(asked(url)[..2], head, "{url}");
    }
}

#[test]
fn a_url_that_cannot_be_in_a_request_is_refused() {
    for url in ["ws://a/b c", "ws://a/\r\nX: y", "ws://a/smörgås"] {
        let parsed: Url = url.parse().expect("a URL");
        let error = parsed.connect(&ClientSettings::default()).expect_err(url).to_string();
        assert!(error.contains("is not a valid path: percent-encode spaces and non-ASCII characters"), "{error}");
    }
}

/// Whether a response opens the connection, and if not, why. `ACCEPT` in it stands for the correct key.
#[track_caller]
fn answered(answer: &str) -> Result<(), String> {
    let mut results = [1, 7, 65_536].map(|size| {
        let mut client = client("ws://localhost");
        let (out, _) = made(|out| client.opened(out));
        let asked = String::from_utf8(out.raw).expect("text");
        let key = asked.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).expect("a key");
        let answer = answer.replace("ACCEPT", &tungstenite::handshake::derive_accept_key(key.as_bytes()));
        let (out, error) = made(|out| answer.as_bytes().chunks(size).try_for_each(|piece| client.received(piece, out)));
        assert_eq!((out.irc.len(), client.is_open()), (0, error.is_none()));
        error.map_or(Ok(()), Err)
    });
    assert!(results.iter().all(|result| *result == results[0]), "{results:#?}");
    std::mem::replace(&mut results[0], Ok(()))
}

const GRANTED: &str =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n";

#[test]
fn the_servers_subprotocol_must_be_an_offered_one_or_absent() {
    for (header, done) in [
        ("", Ok(())),
        ("Sec-WebSocket-Protocol: text.ircv3.net\r\n", Ok(())),
        ("Sec-WebSocket-Protocol: binary.ircv3.net\r\n", Ok(())),
        ("Sec-WebSocket-Protocol: soap\r\n", Err("it selected a subprotocol that was not offered")),
        (
            "Sec-WebSocket-Protocol: text.ircv3.net\r\nSec-WebSocket-Protocol: text.ircv3.net\r\n",
            Err("it selected a subprotocol that was not offered"),
        ),
        ("Sec-WebSocket-Extensions: permessage-deflate\r\n", Err("it selected an extension that was not offered")),
    ] {
        let wrong = |what| format!("the server's WebSocket response is invalid: {what}");
        assert_eq!(answered(&format!("{GRANTED}{header}\r\n")), done.map_err(wrong), "{header}");
    }
}

#[test]
fn a_response_other_than_101_is_explained_in_one_line() {
    for (answer, why) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\nGo away!", "the server answered 403 Forbidden"),
        ("HTTP/1.1 404 Nope\r\n\r\n", "the server answered 404 Not Found"),
        ("HTTP/1.1 799 \x1b[31m\r\n\r\n", "the server does not support WebSocket there: try wss://, tcp:// or tls://"),
        ("HTTP/1.1 799 Odd\r\n\r\n", "the server answered 799"),
        (
            "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>",
            "there is a web server, but no WebSocket at this path",
        ),
        (
            ":irc.example.org NOTICE * :Hi\r\n",
            "the server does not support WebSocket there: try wss://, tcp:// or tls://",
        ),
        (
            &GRANTED.replace("ACCEPT\r\n", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"),
            "the server's WebSocket response is invalid: its Sec-WebSocket-Accept is wrong",
        ),
        (
            &GRANTED.replace("WebSocket\r\n", "h2c\r\n").replace("ACCEPT\r\n", "ACCEPT\r\n\r\n"),
            "the server's WebSocket response is invalid: it does not upgrade to WebSocket",
        ),
        (&format!("HTTP/1.1 101 Ok\r\nX: {}", "x".repeat(10_000)), "the server's WebSocket response is too long"),
    ] {
        assert_eq!(answered(answer), Err(why.to_owned()), "{answer}");
    }
}

#[test]
fn a_connection_that_ends_without_a_response_is_an_error() {
    let mut client = client("ws://localhost");
    let (_, error) = made(|out| {
        client.opened(out)?;
        client.received(b"HTTP/1.1 101", out)?;
        client.ended(out)
    });
    assert_eq!(error.as_deref(), Some("the server did not answer the WebSocket request"));
}
