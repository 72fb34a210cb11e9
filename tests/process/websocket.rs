//! `verbatim serve` and `verbatim chat` over WebSocket, as processes; and tungstenite's own client.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::thread;

use nix::sys::signal::Signal;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Message, WebSocket};

use crate::shell_world::*;

/// A tungstenite client.
struct Browser<S>(WebSocket<S>);

/// A client with these additional headers, or why it was refused.
fn browser(address: &str, headers: &[(&'static str, &str)]) -> Result<Browser<TcpStream>, String> {
    let stream = TcpStream::connect(address).expect("the server accepts");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let mut request = format!("ws://{address}/").into_client_request().expect("a request");
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).expect("a value"));
    }
    tungstenite::client(request, stream).map(|(socket, _)| Browser(socket)).map_err(|error| error.to_string())
}

impl<S: Read + Write> Browser<S> {
    fn say(&mut self, line: &str) {
        self.0.send(Message::text(line)).expect("the server reads");
    }

    /// The next message; `None` once the server has said goodbye.
    fn next(&mut self) -> Option<String> {
        loop {
            match self.0.read().expect("the server is there") {
                Message::Text(text) => return Some(text.to_string()),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    #[track_caller]
    fn expect(&mut self, text: &str) -> String {
        std::iter::from_fn(|| self.next()).find(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text:?}"))
    }

    fn here(mut self, nick: &str) -> Self {
        [&format!("NICK {nick}"), "USER a 0 * :a", "JOIN #lobby"].iter().for_each(|line| self.say(line));
        self.expect(" 366 ");
        self
    }
}

/// Requests a page, and returns everything up to the end.
fn page(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the server accepts");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.write_all(request.as_bytes()).expect("the other end reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers and ends");
    answer
}

fn serve(folder: &Folder, config: &str) -> Server {
    let path = folder.path("verbatim.toml");
    write_file(&path, config);
    let mut process =
        Process::start(Command::new(verbatim()).arg("serve").arg("--config").arg(path).stdin(Stdio::null()));
    let line = process.out.next().expect("the server is ready");
    Server { process, urls: vec![line.strip_prefix("listening on ").expect("the URL that it listens on").to_owned()] }
}

#[test]
fn a_browser_and_a_tcp_client_talk() {
    let mut server = Server::start_at(&["ws://127.0.0.1:0", "tcp://127.0.0.1:0"]);
    let mut bob = Peer::tcp(address(&server.urls[1])).here("bob");
    let protocols = [("Sec-WebSocket-Protocol", "text.ircv3.net, binary.ircv3.net")];
    let mut alice = browser(server.address(), &protocols).expect("the request is accepted").here("alice");
    bob.lines.expect(":alice!~a@127.0.0.1 JOIN #lobby");
    alice.say("PRIVMSG #lobby :hej på dig");
    bob.lines.expect(":alice!~a@127.0.0.1 PRIVMSG #lobby :hej på dig");
    bob.say("PRIVMSG #lobby :hello");
    assert_eq!(alice.expect("PRIVMSG"), ":bob!~bob@127.0.0.1 PRIVMSG #lobby :hello");
    alice.0.send(Message::Ping("are you there?".into())).expect("the other end reads");
    assert_eq!(alice.0.read().expect("an answer"), Message::Pong("are you there?".into()));
    // Both ends say goodbye.
    alice.0.close(None).expect("the other end reads");
    assert_eq!(alice.next(), None);
    bob.lines.expect(":alice!~a@127.0.0.1 QUIT :Connection closed");
    let mut carol = browser(server.address(), &protocols).expect("the request is accepted").here("carol");
    server.process.signal(Signal::SIGTERM);
    carol.expect("ERROR :");
    let goodbye = carol.0.read().expect("a goodbye");
    let Message::Close(Some(frame)) = goodbye else { panic!("{goodbye:?}") };
    assert_eq!(u16::from(frame.code), 1000);
    assert_eq!(server.process.code(), Some(0));
}

#[test]
fn a_unix_socket_carries_a_websocket() {
    let folder = Folder::new();
    let path = folder.path("ws.sock");
    let server = Server::start_at(&[&format!("ws+unix://{}?mode=660", path.display())]);
    assert!(server.url().starts_with("ws+unix:///"));
    let stream = UnixStream::connect(&path).expect("the server accepts");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let (socket, _) = tungstenite::client("ws://localhost/", stream).expect("the request is accepted");
    let mut alice = Browser(socket).here("alice");
    let mut bob = chat(server.url(), &["--nick", "bob"]);
    alice.expect(" JOIN #lobby");
    typed(&mut bob, "hello, alice");
    alice.expect("PRIVMSG #lobby :hello, alice");
}

#[test]
fn two_people_chat_by_websocket() {
    let server = Server::start_at(&["ws://127.0.0.1:0"]);
    let url = format!("{}/any/path", server.url());
    let mut alice = chat(&url, &["--nick", "alice"]);
    alice.out.expect("#lobby → alice (you) is here");
    let mut bob = chat(&url, &["--nick", "bob"]);
    bob.out.expect("#lobby → bob (you) is here");
    typed(&mut bob, "hello, alice");
    alice.out.expect("#lobby <bob> hello, alice");
    typed(&mut alice, "hello, bob");
    bob.out.expect("#lobby <alice> hello, bob");
    drop(bob.child.stdin.take());
    assert_eq!((bob.code(), bob.err.rest()), (Some(0), vec![]));
    alice.out.expect("← bob left");
}

#[test]
fn a_long_pipe_is_delivered_before_the_exit() {
    let server = Server::start_at(&["ws://127.0.0.1:0"]);
    let mut alice = browser(server.address(), &[]).expect("the request is accepted").here("alice");
    let lines: Vec<String> = (0..500).map(|number| format!("line {number}")).collect();
    let mut bob = chat(server.url(), &["--nick", "bob"]);
    bob.child.stdin.take().expect("a pipe").write_all(lines.join("\n").as_bytes()).expect("the other end reads");
    alice.expect("JOIN #lobby");
    for line in lines {
        assert_eq!(alice.next(), Some(format!(":bob!~bob@127.0.0.1 PRIVMSG #lobby :{line}")));
    }
    assert_eq!(bob.code(), Some(0));
}

#[test]
fn a_page_request_gets_a_page_and_is_logged() {
    let mut server = Server::start_at(&["ws://127.0.0.1:0"]);
    let answer = page(server.address(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("<h1>verbatim.local</h1>"), "{answer}");
    let said = server.process.err.expect("handshake failed");
    assert!(said.contains("host=\"127.0.0.1\" reason=\"Asked for a web page\""), "{said}");
    let answer = page(server.address(), "NICK alice\r\n");
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    browser(server.address(), &[]).expect("the request is accepted").here("alice");
}

#[test]
fn an_irc_client_on_a_websocket_port_is_told_what_to_try() {
    let server = Server::start_at(&["ws://127.0.0.1:0"]);
    let mut process = chat(&server.url().replace("ws:", "tcp:"), &[]);
    assert_eq!(process.code(), Some(1));
    let said = "verbatim: cannot connect: the server speaks HTTP there: try ws:// or wss://";
    assert_eq!(process.err.rest(), [said]);
}

#[test]
fn a_server_without_websocket_is_explained_in_one_line() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let web = format!("ws://{}", listener.local_addr().expect("its address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 1000]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        }
    });
    let irc = Server::start();
    let irc = irc.url().replace("tcp:", "ws:");
    for (url, why) in [
        (&web, "there is a web server, but no WebSocket at this path"),
        (&irc, "the server does not support WebSocket there: try wss://, tcp:// or tls://"),
    ] {
        let mut process = chat(url, &[]);
        assert_eq!(process.code(), Some(1));
        assert_eq!(process.err.rest(), [format!("verbatim: cannot connect: {url}: {why}")]);
    }
}

#[test]
fn the_allowed_origins_are_configured_and_reloaded_by_sighup() {
    let folder = Folder::new();
    let config = |origin: &str| {
        format!(
            "listen = [\"ws://127.0.0.1:0\"]\n[server]\nname = \"irc.example.org\"\n[websocket]\norigins = [\"{origin}\"]\n"
        )
    };
    let mut server = serve(&folder, &config("https://chat.example.org"));
    let from = |server: &Server, origin| browser(server.address(), &[("Origin", origin)]);
    assert!(from(&server, "https://chat.example.org").is_ok());
    let refused = from(&server, "https://other.example").err();
    assert_eq!(refused.as_deref(), Some("HTTP error: 403 Forbidden"));
    server.process.err.expect(r#"reason="Origin \"https://other.example\" is not allowed""#);
    let mut stays = from(&server, "https://chat.example.org").expect("the request is accepted").here("alice");
    write_file(&folder.path("verbatim.toml"), config("https://other.example"));
    server.process.signal(Signal::SIGHUP);
    server.process.err.expect("configuration reloaded");
    assert!(from(&server, "https://other.example").is_ok());
    assert!(from(&server, "https://chat.example.org").is_err());
    stays.say("PING still");
    stays.expect("PONG irc.example.org :still");
}

#[test]
fn only_configured_proxies_are_believed() {
    let folder = Folder::new();
    let config = |trusted: &str| format!("listen = [\"ws://127.0.0.1:0\"]\ntrusted_proxies = [\"{trusted}\"]\n");
    let mut server = serve(&folder, &config("127.0.0.1"));
    let headers = [("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https")];
    let host = |server: &Server| {
        let mut alice = browser(server.address(), &headers).expect("the request is accepted").here("alice");
        alice.say("WHOIS alice");
        let whois = alice.expect(" 311 alice alice ");
        whois.split(' ').nth(5).expect("a host").to_owned()
    };
    assert_eq!(host(&server), "192.0.2.7");
    write_file(&folder.path("verbatim.toml"), config("10.0.0.0/8"));
    server.process.signal(Signal::SIGHUP);
    server.process.err.expect("configuration reloaded");
    assert_eq!(host(&server), "127.0.0.1");
}

#[test]
fn an_invalid_origin_in_the_configuration_is_reported_with_its_line() {
    let folder = Folder::new();
    let path = folder.path("x.toml");
    write_file(&path, "[websocket]\norigins = [\"chat.example.org\"]\n");
    let mut process = Process::start(Command::new(verbatim()).arg("check").arg(&path));
    let what = "websocket.origins names \"chat.example.org\", which is not an origin like https://chat.example.org";
    process.err.expect(&format!("x.toml:2:12: {what}"));
    assert_eq!(process.code(), Some(1));
}

#[test]
fn two_people_chat_by_websocket_over_tls() {
    let folder = Folder::new();
    let mut command = Command::new(verbatim());
    command.args(["serve", "--listen", "wss://127.0.0.1:0"]).env("STATE_DIRECTORY", &folder.0).stdin(Stdio::null());
    let mut server = Process::start(&mut command);
    let url = server.out.expect("listening on wss://127.0.0.1:").replace("listening on ", "");
    let hint = server.out.expect("to trust it: verbatim chat wss://127.0.0.1:");
    let fingerprint = hint.rsplit(' ').next().expect("its last word");
    let mut alice = chat(&url, &["--nick", "alice", "--tls-fingerprint", fingerprint]);
    alice.out.expect("#lobby → alice (you) is here");
    let mut bob = chat(&url, &["--nick", "bob", "--tls-fingerprint", fingerprint]);
    bob.out.expect("#lobby → bob (you) is here");
    typed(&mut bob, "hello, alice");
    alice.out.expect("#lobby <bob> hello, alice");
    drop(bob.child.stdin.take());
    assert_eq!((bob.code(), bob.err.rest()), (Some(0), vec![]));
    alice.out.expect("← bob left");
    server.err.expect("closed conn=1 reason=\"Quit: leaving\"");
}
