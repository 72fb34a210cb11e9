//! The server's responses to requests: for a WebSocket, for a page, and invalid ones.

use verbatim::transport::Transport;
use verbatim::transport::ws::{MAX_HEAD, Server, Terms};

use super::{ACCEPT, decode, frame, made, request, shown, terms};

/// A response's first line, its headers and its body, and the log's reason if the connection ends with it.
struct Said {
    status: String,
    headers: Vec<String>,
    body: String,
    why: Option<String>,
}

impl Said {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|header| header.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Sends a request in pieces of several sizes, and returns the response.
#[track_caller]
fn ask(terms: &Terms, asked: &str) -> Said {
    let mut answers = [1, 7, 100, 65_536].map(|size| {
        let mut server = Server::new(terms.clone());
        let (opened, _) = made(|out| server.opened(out));
        let (out, why) = made(|out| {
            asked.as_bytes().chunks(size).try_for_each(|piece| server.received(piece, out))?;
            Ok(())
        });
        assert_eq!((opened.raw.len(), opened.irc.len(), out.irc.len()), (0, 0, 0));
        assert_eq!(server.is_open(), why.is_none() && !out.raw.is_empty());
        (String::from_utf8(out.raw).expect("text"), why)
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let (raw, why) = std::mem::take(&mut answers[0]);
    let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((&raw, ""));
    let mut lines = head.split("\r\n").map(str::to_owned);
    Said { status: lines.next().unwrap_or_default(), headers: lines.collect(), body: body.into(), why }
}

fn refused(asked: &str, status: &str, why: &str) {
    let said = ask(&terms(), asked);
    assert_eq!((&*said.status, said.why.as_deref()), (&*format!("HTTP/1.1 {status}"), Some(why)), "{asked}");
    assert_eq!(said.header("Connection"), Some("close"));
    assert_eq!(said.header("Content-Length"), Some(&*said.body.len().to_string()));
    assert!(said.body.contains(why), "it says why: {}", said.body);
}

#[test]
fn a_request_is_accepted_as_rfc_6455_shows() {
    let said = ask(&terms(), &request(""));
    assert_eq!((&*said.status, said.why), ("HTTP/1.1 101 Switching Protocols", None));
    let accept = format!("Sec-WebSocket-Accept: {ACCEPT}");
    assert_eq!(said.headers, ["Connection: Upgrade", "Upgrade: websocket", &accept]);
    // Names and words in any case, and other headers of browsers.
    let asked = request("Cookie: a=b\r\nSec-WebSocket-Extensions: permessage-deflate\r\n").to_lowercase();
    let asked =
        asked.replace("get /irc http", "GET /irc HTTP").replace("dghlihnhbxbszsbub25jzq", "dGhlIHNhbXBsZSBub25jZQ");
    assert_eq!(ask(&terms(), &asked).headers[2..], [accept]);
}

#[test]
fn the_first_known_subprotocol_of_the_client_is_chosen() {
    for (offered, chosen) in [
        ("", None),
        ("text.ircv3.net", Some("text.ircv3.net")),
        ("binary.ircv3.net", Some("binary.ircv3.net")),
        ("text.ircv3.net, binary.ircv3.net", Some("text.ircv3.net")),
        ("binary.ircv3.net,text.ircv3.net", Some("binary.ircv3.net")),
        ("soap, binary.ircv3.net", Some("binary.ircv3.net")),
        ("soap\r\nSec-WebSocket-Protocol: text.ircv3.net", Some("text.ircv3.net")),
        // "If no subprotocol can be agreed on, the server MAY continue connection establishment without sending the
        // `Sec-WebSocket-Protocol` header."
        ("soap, xmpp", None),
        ("TEXT.ircv3.net", None),
    ] {
        let said = ask(&terms(), &request(&format!("Sec-WebSocket-Protocol: {offered}\r\n")));
        assert_eq!((said.header("Sec-WebSocket-Protocol"), &said.why), (chosen, &None), "{offered}");
    }
}

#[test]
fn frames_right_after_the_request_are_not_lost() {
    let raw = [request("").as_bytes(), &frame("text NICK alice", true), &frame("ping x", true)].concat();
    for size in 1..=raw.len() {
        let mut server = Server::new(terms());
        let (out, error) = made(|out| raw.chunks(size).try_for_each(|piece| server.received(piece, out)));
        let head = out.raw.windows(4).position(|end| end == b"\r\n\r\n").expect("the answer's head") + 4;
        assert_eq!((shown(&out.irc), error), ("NICK alice\r\n".into(), None), "in pieces of {size}");
        assert_eq!(decode(&out.raw[head..], false), ["pong x"], "in pieces of {size}");
    }
}

#[test]
fn a_page_request_gets_a_page_about_the_server() {
    for asked in
        ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /any?thing HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"]
    {
        let said = ask(&terms(), asked);
        assert_eq!((&*said.status, said.why.as_deref()), ("HTTP/1.1 200 OK", Some("Asked for a web page")));
        assert_eq!(said.header("Content-Type"), Some("text/html; charset=utf-8"));
        assert_eq!(said.header("Content-Length"), Some(&*said.body.len().to_string()));
        assert_eq!(said.header("Connection"), Some("close"));
        assert!(said.body.contains("<h1>irc.example.org</h1>") && said.body.contains("This is an IRC server."));
        assert!(said.body.contains("verbatim chat wss://") && said.body.ends_with("</html>\n"));
        let head = ask(&terms(), &asked.replace("GET", "HEAD"));
        assert_eq!((head.status, head.headers, head.body), (said.status, said.headers, String::new()));
    }
    let said = ask(&Terms { name: "<b>&".into(), ..terms() }, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(said.body.contains("<h1>&lt;b>&amp;</h1>"), "{}", said.body);
}

#[test]
fn unsupported_requests_are_refused_with_the_right_status() {
    let post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    refused(post, "405 Method Not Allowed", "HTTP method not allowed");
    assert_eq!(ask(&terms(), post).header("Allow"), Some("GET, HEAD"));
    let old = request("").replace("Version: 13", "Version: 8");
    refused(&old, "426 Upgrade Required", "WebSocket version other than 13");
    let said = ask(&terms(), &old);
    assert_eq!((said.header("Sec-WebSocket-Version"), said.header("Upgrade")), (Some("13"), Some("websocket")));
    for (from, to) in [("dGhl", "dGh"), ("Q==", "Q="), ("Q==", "Q!="), ("Sec-WebSocket-Key", "X")] {
        let why = "WebSocket request without a valid Sec-WebSocket-Key";
        refused(&request("").replace(from, to), "400 Bad Request", why);
    }
    let why = "WebSocket request without HTTP/1.1 and Connection: Upgrade";
    refused(&request("").replace(", Upgrade", ""), "400 Bad Request", why);
    refused(&request("").replace("HTTP/1.1", "HTTP/1.0"), "400 Bad Request", why);
    refused(&request("").replace("Host", "X"), "400 Bad Request", "HTTP request without a Host");
    refused(&request("Host: other\r\n"), "400 Bad Request", "HTTP request without a Host");
    for content in
        ["Content-Length: 2\r\n", "Content-Length: 0\r\nContent-Length: 2\r\n", "Transfer-Encoding: chunked\r\n"]
    {
        refused(&request(content), "400 Bad Request", "WebSocket request with content");
    }
    assert_eq!(ask(&terms(), &request("Content-Length: 0\r\n")).why, None);
}

#[test]
fn input_other_than_http_is_refused_at_its_first_line() {
    for asked in ["NICK alice\r\nUSER alice", "CAP LS 302\r\n", "\x16\x03\x01\x02\n", "GET / HTTP/2.0\r\n"] {
        let mut server = Server::new(terms());
        let (out, why) = made(|out| server.received(asked.as_bytes(), out));
        assert!(out.raw.starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
        assert_eq!(why.as_deref(), Some("No HTTP request"), "{asked:?}");
    }
}

#[test]
fn a_request_that_is_too_long_is_refused_and_not_buffered() {
    let status = "431 Request Header Fields Too Large";
    let long = format!("Cookie: {}\r\n", "x".repeat(MAX_HEAD));
    refused(&request(&long), status, "HTTP request too long");
    refused(&request(&"a: b\r\n".repeat(100)), status, "HTTP request too long");
    let mut just = request(&format!("Cookie: {}\r\n", "x".repeat(MAX_HEAD - request("Cookie: \r\n").len())));
    assert_eq!((just.len(), ask(&terms(), &just).why), (MAX_HEAD, None));
    just.insert(just.len() - 4, 'x');
    refused(&just, status, "HTTP request too long");
}

#[test]
fn a_peer_that_ends_before_its_request_is_complete_is_refused() {
    let mut server = Server::new(terms());
    let (out, why) = made(|out| {
        server.received(b"GET / HTTP/1.1\r\nHost: x\r\n", out)?;
        server.ended(out)
    });
    assert_eq!((out.raw.len(), why.as_deref()), (0, Some("No WebSocket handshake")));
}

#[test]
fn only_pages_of_listed_origins_and_programs_without_origin_can_connect() {
    let origins = ["https://chat.example.org", "http://localhost:8000"].map(|text| text.parse().expect("an origin"));
    let strict = Terms { origins: origins.into(), ..terms() };
    for (origin, welcome) in [
        ("https://chat.example.org", true),
        ("HTTPS://CHAT.example.org:443", true),
        ("http://localhost:8000", true),
        ("http://localhost", false),
        ("http://chat.example.org", false),
        ("https://chat.example.org.evil.example", false),
        ("https://evil.example", false),
        ("null", false),
        ("", false),
        ("https://chat.example.org\r\nOrigin: https://evil.example", false),
    ] {
        let asked = request(&format!("Origin: {origin}\r\n"));
        let said = ask(&strict, &asked);
        assert_eq!(said.why.is_none(), welcome, "{origin}");
        if !welcome {
            assert_eq!(said.status, "HTTP/1.1 403 Forbidden");
            let origin = origin.replace("\r\nOrigin:", ",");
            assert_eq!(said.why, Some(format!("Origin {origin:?} is not allowed")));
        }
        assert_eq!(ask(&terms(), &asked).why, None, "without a list every origin is allowed");
    }
    assert_eq!(ask(&strict, &request("")).why, None);
    // Every origin can read the page.
    let said = ask(&strict, "GET / HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\r\n");
    assert_eq!(said.status, "HTTP/1.1 200 OK");
}
