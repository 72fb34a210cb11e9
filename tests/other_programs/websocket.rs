//! Node's package `ws`: WebSockets frame by frame, including frames that no browser would send.

use std::io::Write;
use std::process::Stdio;

use crate::shell_world::{Process, typed};
use crate::world::{World, program, tells, whois};
use crate::{NODE, Story, WS};

pub const STORY: Story = Story {
    name: "websocket",
    programs: &[NODE, WS],
    steps: &[
        ("text.ircv3.net: a line is a text message, without an end of its own", speaks_text),
        ("binary.ircv3.net: a line is a binary message, of any bytes", speaks_binary),
        ("no subprotocol: registers, joins and chats as well", speaks_without_a_subprotocol),
        ("if the client offers both subprotocols, the first is chosen", takes_the_first),
        ("a ping is answered with its payload, even between the fragments of a message", answers_pings),
        ("QUIT ends in close code 1000", closes_after_quit),
        ("a close is answered, and the others are told", answers_a_close),
        ("a peer that vanishes without a close counts as truncated", notices_who_vanishes),
        ("invalid frames are answered with the right close code", refuses_broken_frames),
        ("a page of another Origin is refused with 403", refuses_an_origin),
        ("X-Forwarded-For is believed from a trusted address only", believes_whom_it_trusts),
        ("wss: the same inside TLS, with the fingerprint that was printed", speaks_wss),
        ("long lines arrive whole and in order, both ways", carries_long_lines),
    ],
};

const WS_URL: &str = "ws://127.0.0.1:0";
const WSS_URL: &str = "wss://127.0.0.1:0";
const TEXT: &str = "text.ircv3.net";
const BINARY: &str = "binary.ircv3.net";

/// A WebSocket held by `socket.js`.
pub struct Socket(Process);

impl Socket {
    /// A client; `options` are those of `ws`, in JSON.
    pub fn connect(url: &str, options: &str, subprotocols: &[&str]) -> Self {
        Self::start(&[&["connect", url, options], subprotocols].concat())
    }

    /// A server, and its port; over TLS if `identity` has a chain and a key.
    pub fn serve(identity: &[&str]) -> (Self, String) {
        let mut socket = Self::start(&[&["serve"], identity].concat());
        let port = socket.tells("listening ").replace("listening ", "");
        (socket, port)
    }

    fn start(args: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/other_programs/socket.js");
        let mut command = program("node");
        Self(Process::start(command.arg(script).args(args).stdin(Stdio::piped())))
    }

    fn of(world: &World, subprotocols: &[&str]) -> Self {
        Self::connect(world.url(), "{}", subprotocols)
    }

    /// Registered over text messages, and in #lobby.
    pub fn here(mut self, nick: &str) -> Self {
        self.does(&format!("text NICK {nick}"));
        self.does(&format!("text USER {nick} 0 * :{nick}"));
        self.does("text JOIN #lobby");
        self.tells(" 366 ");
        self
    }

    pub fn does(&mut self, command: &str) {
        typed(&mut self.0, command);
    }

    /// The next event that has `text` in it.
    #[track_caller]
    pub fn tells(&mut self, text: &str) -> String {
        self.0.out.expect(text)
    }

    /// Fails unless this is the next event.
    #[track_caller]
    pub fn tells_next(&mut self, event: &str) {
        assert_eq!(self.0.out.next().as_deref(), Some(event));
    }
}

fn speaks_text() {
    let world = World::new(WS_URL, "");
    let mut op = world.op();
    let mut socket = Socket::of(&world, &[TEXT]);
    // `ws` offers permessage-deflate, which a server need not support.
    socket.tells_next("open text.ircv3.net -");
    socket = socket.here("zoe");
    op.lines.expect(":zoe!~zoe@127.0.0.1 JOIN #lobby");
    op.say("PRIVMSG #lobby :smörgåsbord, ужин, 晩ご飯");
    socket.tells_next("text :op!~op@127.0.0.1 PRIVMSG #lobby :smörgåsbord, ужин, 晩ご飯");
    socket.does("text PRIVMSG #lobby :à table, στο τραπέζι, 식사");
    op.lines.expect(":zoe!~zoe@127.0.0.1 PRIVMSG #lobby :à table, στο τραπέζι, 식사");
}

fn speaks_binary() {
    let world = World::new(WS_URL, "");
    let mut op = world.op();
    let mut socket = Socket::of(&world, &[BINARY]);
    socket.tells_next("open binary.ircv3.net -");
    for line in ["NICK zoe", "USER zoe 0 * :zoe", "JOIN #lobby"] {
        socket.does(&format!("binary {line}"));
    }
    assert!(socket.tells(" 366 ").starts_with("binary "));
    op.lines.expect(" JOIN #lobby");
    // The two bytes of an é, as `socket.js` writes bytes.
    socket.does("binary PRIVMSG #lobby :caf\u{c3}\u{a9}");
    op.lines.expect(":zoe!~zoe@127.0.0.1 PRIVMSG #lobby :café");
    op.say("PRIVMSG #lobby :café");
    socket.tells_next("binary :op!~op@127.0.0.1 PRIVMSG #lobby :caf\u{c3}\u{a9}");
    // The server supports only UTF-8, and says so. A binary frame may hold any bytes, and is no reason to disconnect.
    socket.does("binary PRIVMSG #lobby :caf\u{e9}");
    socket.tells_next("binary :verbatim.local FAIL PRIVMSG INVALID_UTF8 :Your message was not valid UTF-8");
}

fn speaks_without_a_subprotocol() {
    let world = World::new(WS_URL, "");
    let mut op = world.op();
    let mut socket = Socket::of(&world, &[]);
    socket.tells_next("open - -");
    socket = socket.here("zoe");
    op.lines.expect(":zoe!~zoe@127.0.0.1 JOIN #lobby");
    op.say("PRIVMSG #lobby :hello");
    socket.tells_next("text :op!~op@127.0.0.1 PRIVMSG #lobby :hello");
}

fn takes_the_first() {
    // "The server MUST accept any subprotocol it supports, respecting the client's order of preference."
    let world = World::new(WS_URL, "");
    Socket::of(&world, &[BINARY, TEXT]).tells_next("open binary.ircv3.net -");
    Socket::of(&world, &[TEXT, BINARY]).tells_next("open text.ircv3.net -");
    Socket::of(&world, &["chat.example.org", BINARY]).tells_next("open binary.ircv3.net -");
}

fn answers_pings() {
    let world = World::new(WS_URL, "");
    let mut socket = Socket::of(&world, &[TEXT]).here("zoe");
    socket.does("ping are you there");
    socket.tells_next("pong are you there");
    socket.does("ping");
    socket.tells_next("pong ");
    socket.does("first PRIVMSG zoe");
    socket.does("more  :one line ");
    socket.does("ping now");
    socket.tells_next("pong now");
    socket.does("last in three");
    socket.tells_next("text :zoe!~zoe@127.0.0.1 PRIVMSG zoe :one line in three");
}

fn closes_after_quit() {
    let world = World::new(WS_URL, "");
    let mut socket = Socket::of(&world, &[TEXT]).here("zoe");
    socket.does("text QUIT :good night");
    assert!(socket.0.out.next().is_some_and(|line| line.starts_with("text ERROR :")));
    assert!(socket.tells("closed ").starts_with("closed 1000"));
}

fn answers_a_close() {
    let world = World::new(WS_URL, "");
    let mut op = world.op();
    let mut socket = Socket::of(&world, &[TEXT]).here("zoe");
    socket.does("close 1001 going away");
    // RFC 6455, section 5.5.1: "When sending a Close frame in response, the endpoint typically echos the status code it
    // received."
    assert!(socket.tells("closed ").starts_with("closed 1001"));
    op.lines.expect(":zoe!~zoe@127.0.0.1 QUIT :Connection closed");
}

fn notices_who_vanishes() {
    let world = World::new(WS_URL, "");
    let mut op = world.op();
    let mut socket = Socket::of(&world, &[TEXT]).here("zoe");
    socket.does("vanish");
    op.lines.expect(":zoe!~zoe@127.0.0.1 QUIT :WebSocket connection cut short");
}

fn refuses_broken_frames() {
    let world = World::new(WS_URL, "");
    let mut op = world.op();
    for (what, frame, code) in [
        ("a text message that is not UTF-8", "81 81 00000000 ff", 1007),
        ("a frame without a mask", "81 04 50494e47", 1002),
        ("an opcode that is not known", "83 80 00000000", 1002),
        ("a bit that no extension uses", "c1 80 00000000", 1002),
        ("a ping of more than 125 bytes", &format!("89 fe 0080 00000000 {}", "00".repeat(128)), 1002),
        ("a ping in fragments", "09 80 00000000", 1002),
        ("a continuation of nothing", "80 80 00000000", 1002),
        ("a close code that must not be sent", "88 82 00000000 03ed", 1002),
        ("a message of a mebibyte, of which nothing comes", "81 ff 0000000000100000 00000000", 1009),
    ] {
        let mut socket = Socket::of(&world, &[TEXT]).here("zoe");
        op.lines.expect(" JOIN #lobby");
        socket.does(&format!("raw {frame}"));
        let closed = socket.tells("closed ");
        assert!(closed.starts_with(&format!("closed {code}")), "{what}: {closed}");
        op.lines.expect(":zoe!~zoe@127.0.0.1 QUIT ");
    }
}

fn refuses_an_origin() {
    let world = World::new(WS_URL, "websocket.origins = [\"https://chat.example.org\"]\n");
    let from = |origin: &str| Socket::connect(world.url(), &format!("{{\"origin\":\"{origin}\"}}"), &[TEXT]);
    from("https://chat.example.org").tells_next("open text.ircv3.net -");
    from("https://chat.example.org.example").tells_next("refused 403");
    from("http://chat.example.org").tells_next("refused 403");
    from("null").tells_next("refused 403");
    // A program other than a browser sends no Origin, so the list does not apply to it.
    Socket::of(&world, &[TEXT]).tells_next("open text.ircv3.net -");
}

fn believes_whom_it_trusts() {
    let forwarded = r#"{"headers": {"X-Forwarded-For": "203.0.113.7"}}"#;
    for (trusted, host) in [("[\"127.0.0.1\"]", "203.0.113.7"), ("[]", "127.0.0.1")] {
        let world = World::new(WS_URL, &format!("trusted_proxies = {trusted}\n"));
        let _socket = Socket::connect(world.url(), forwarded, &[TEXT]).here("zoe");
        let replies = whois(&mut world.op(), "zoe");
        assert!(tells(&replies, "311 op zoe ", &format!(" {host} ")), "{replies:#?}");
    }
}

fn speaks_wss() {
    let mut world = World::new(WSS_URL, "");
    let mut op = world.op();
    // The server's certificate has no authority: the fingerprint is verified instead.
    let mut socket = Socket::connect(world.url(), r#"{"rejectUnauthorized": false}"#, &[TEXT]);
    let certificate = socket.tells("certificate ");
    world.server.out.expect(certificate.trim_start_matches("certificate "));
    socket.tells_next("open text.ircv3.net -");
    socket = socket.here("zoe");
    op.say("PRIVMSG #lobby :hello");
    socket.tells_next("text :op!~op@127.0.0.1 PRIVMSG #lobby :hello");
    let replies = whois(&mut op, "zoe");
    assert!(tells(&replies, "671 op zoe ", "secure"), "{replies:#?}");
    socket.does("text QUIT");
    assert!(socket.tells("closed ").starts_with("closed 1000"));
    // A peer that speaks HTTP on the TLS port gets no reply, and harms nobody.
    let mut plain = world.connect();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("the server reads");
    Socket::connect(world.url(), r#"{"rejectUnauthorized": false}"#, &[TEXT]).tells("open text.ircv3.net");
}

fn carries_long_lines() {
    for url in [WS_URL, WSS_URL] {
        let world = World::new(url, "");
        let mut op = world.op();
        let mut socket = Socket::connect(world.url(), r#"{"rejectUnauthorized": false}"#, &[TEXT]).here("zoe");
        op.lines.expect(" JOIN #lobby");
        let lines: Vec<String> = (0..100).map(|number| format!("{number:03} {}", "x".repeat(400))).collect();
        let said: Vec<String> = lines.iter().map(|line| format!("PRIVMSG #lobby :{line}")).collect();
        op.say(&said.join("\r\n"));
        for line in &lines {
            socket.tells_next(&format!("text :op!~op@127.0.0.1 PRIVMSG #lobby :{line}"));
        }
        for line in &said {
            socket.does(&format!("text {line}"));
        }
        for line in &lines {
            assert!(op.lines.expect(" PRIVMSG #lobby ").ends_with(line));
        }
    }
}
