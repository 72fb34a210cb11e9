//! The opposite direction: `verbatim chat` with third-party servers, `openssl s_server` and Node's `ws`.

use std::process::Stdio;

use crate::certificates::{Certificate, fingerprint};
use crate::shell_world::{Folder, Process, chat, typed};
use crate::websocket::Socket;
use crate::world::program;
use crate::{NODE, OPENSSL, Story, WS};

pub const STORY: Story = Story {
    name: "chat",
    programs: &[OPENSSL, NODE, WS],
    steps: &[
        ("TLS 1.3, its certificate known by its fingerprint: joins, speaks and hears", || chats_over_tls("-tls1_3")),
        ("TLS 1.2, its certificate known by its fingerprint: joins, speaks and hears", || chats_over_tls("-tls1_2")),
        ("shows the certificate that it is given", shows_its_certificate),
        ("refuses another fingerprint, and says why in one line", refuses_another_fingerprint),
        ("refuses a certificate that no authority signed, and says why in one line", refuses_what_nobody_signed),
        ("ws: joins, speaks and hears, in fragments, too", || chats_over_ws(false)),
        ("wss: does the same", || chats_over_ws(true)),
        ("ws: reports that the server went away", notices_a_close),
    ],
};

/// `openssl s_server` for one connection, which the test drives by hand.
struct TlsServer {
    process: Process,
    url: String,
}

impl TlsServer {
    fn start(certificate: &Certificate, args: &[&str]) -> Self {
        let [chain, key] = certificate.paths();
        let mut command = program("openssl");
        command.args(["s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-crlf", "-alpn", "irc"]);
        command.args(["-cert", chain, "-key", key]).args(args).stdin(Stdio::piped());
        let mut process = Process::start(&mut command);
        let line = process.out.expect("ACCEPT ");
        Self { process, url: line.replace("ACCEPT ", "tls://") }
    }

    fn says(&mut self, line: &str) {
        typed(&mut self.process, line);
    }

    #[track_caller]
    fn hears(&mut self, text: &str) -> String {
        self.process.out.expect(text)
    }
}

fn chats_over_tls(version: &str) {
    let folder = Folder::new();
    let certificate = Certificate::new(&folder, "irc.example.org");
    let mut server = TlsServer::start(&certificate, &[version]);
    let fingerprint = fingerprint(&folder, &certificate.pem());
    let mut zoe = chat(&server.url, &["--nick", "zoe", "--tls-fingerprint", &fingerprint]);
    server.hears("NICK zoe");
    server.hears("USER ");
    server.says(":irc.example.org 001 zoe :Welcome");
    server.says(":irc.example.org 422 zoe :No message");
    server.hears("JOIN #lobby");
    server.says(":zoe!~zoe@127.0.0.1 JOIN #lobby");
    zoe.out.expect("#lobby → zoe (you) is here");
    typed(&mut zoe, "hello from afar");
    server.hears("PRIVMSG #lobby :hello from afar");
    // The client checks that the server has received its lines.
    server.hears("PING :verbatim-1");
    server.says(":irc.example.org PONG irc.example.org :verbatim-1");
    server.says(":olga!~olga@127.0.0.1 PRIVMSG #lobby :hello, zoe");
    zoe.out.expect("#lobby <olga> hello, zoe");
    typed(&mut zoe, "/quit good night");
    server.hears("QUIT :good night");
    // When the stdin of `openssl` ends, so does the connection.
    drop(server.process.child.stdin.take());
    assert_eq!((zoe.code(), zoe.err.rest()), (Some(0), vec![]));
}

fn shows_its_certificate() {
    let folder = Folder::new();
    let certificate = Certificate::new(&folder, "irc.example.org");
    let own = Certificate::new(&folder, "zoe.example.org");
    let mut server = TlsServer::start(&certificate, &["-verify", "1"]);
    let fingerprint = fingerprint(&folder, &certificate.pem());
    let [chain, key] = own.paths();
    let pinned = ["--tls-fingerprint", &fingerprint, "--tls-certificate", chain, "--tls-key", key];
    let _zoe = chat(&server.url, &pinned);
    server.hears("Client certificate");
    for line in own.pem().lines() {
        assert_eq!(server.process.out.next().as_deref(), Some(line));
    }
    server.hears("NICK ");
}

fn refuses_another_fingerprint() {
    let folder = Folder::new();
    let certificate = Certificate::new(&folder, "irc.example.org");
    let server = TlsServer::start(&certificate, &[]);
    let mut zoe = chat(&server.url, &["--tls-fingerprint", &"0".repeat(64)]);
    let fingerprint = fingerprint(&folder, &certificate.pem());
    let said = refusal(&mut zoe);
    assert!(said.contains(&fingerprint), "no {fingerprint} in {said}");
}

fn refuses_what_nobody_signed() {
    let folder = Folder::new();
    let certificate = Certificate::new(&folder, "irc.example.org");
    let server = TlsServer::start(&certificate, &[]);
    let said = refusal(&mut chat(&server.url, &[]));
    assert!(said.contains("certificate"), "{said}");
}

/// The line with which a client gave up.
#[track_caller]
fn refusal(client: &mut Process) -> String {
    let said = client.err.rest();
    assert_eq!((client.code(), said.len()), (Some(1), 1), "{said:#?}");
    said.concat()
}

fn chats_over_ws(is_secure: bool) {
    let folder = Folder::new();
    let certificate = Certificate::new(&folder, "irc.example.org");
    let fingerprint = fingerprint(&folder, &certificate.pem());
    let paths = certificate.paths();
    let (identity, scheme) = if is_secure { (&paths[..], "wss") } else { (&[][..], "ws") };
    let (mut server, port) = Socket::serve(identity);
    let url = format!("{scheme}://127.0.0.1:{port}/chat");
    let mut zoe = chat(&url, &["--nick", "zoe", "--tls-fingerprint", &fingerprint][..if is_secure { 4 } else { 2 }]);
    server.tells_next("open text.ircv3.net /chat");
    server.tells_next("text CAP REQ :echo-message");
    server.tells_next("text NICK zoe");
    server.tells("text USER ");
    server.does("text :irc.example.org 001 zoe :Welcome");
    server.does("text :irc.example.org 422 zoe :No message");
    server.tells("text JOIN #lobby");
    server.does("text :zoe!~zoe@127.0.0.1 JOIN #lobby");
    zoe.out.expect("#lobby → zoe (you) is here");
    typed(&mut zoe, "smörgåsbord, ужин, 晩ご飯");
    server.tells("text PRIVMSG #lobby :smörgåsbord, ужин, 晩ご飯");
    server.tells("text PING :verbatim-1");
    server.does("text :irc.example.org PONG irc.example.org :verbatim-1");
    server.does("ping are you there");
    server.tells("pong are you there");
    server.does("first :olga!~olga@127.0.0.1 PRIVMSG");
    server.does("more  #lobby :à table, ");
    server.does("last στο τραπέζι");
    zoe.out.expect("#lobby <olga> à table, στο τραπέζι");
    typed(&mut zoe, "/quit good night");
    server.tells("text QUIT :good night");
    server.does("close 1000 good night");
    assert_eq!((zoe.code(), zoe.err.rest()), (Some(0), vec![]));
}

fn notices_a_close() {
    let (mut server, port) = Socket::serve(&[]);
    let mut zoe = chat(&format!("ws://127.0.0.1:{port}"), &["--nick", "zoe"]);
    server.tells("text USER ");
    server.does("close 1001 going away");
    let said = refusal(&mut zoe);
    assert!(said.contains("closed"), "{said}");
    // RFC 6455, section 5.5.1: "When sending a Close frame in response, the endpoint typically echos the status code it
    // received."
    server.tells("closed 1001");
}
