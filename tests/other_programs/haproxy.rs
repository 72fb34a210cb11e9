//! HAProxy in front: with the PROXY protocol the server sees the client behind it, and believes only trusted proxies.

use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::Stdio;

use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrStorage, bind, connect, socket};

use crate::certificates::Certificate;
use crate::openssl::Client;
use crate::shell_world::{Folder, Peer, Process, write_file};
use crate::websocket::Socket;
use crate::world::{World, program, tells, whois};
use crate::{HAPROXY, NODE, OPENSSL, Story, WS};

pub const STORY: Story = Story {
    name: "haproxy",
    programs: &[HAPROXY, OPENSSL, NODE, WS],
    steps: &[
        ("PROXY v2: the server sees 127.0.0.2, and not HAProxy", || sees_the_client("send-proxy-v2", "127.0.0.2")),
        ("PROXY v2 over IPv6: the server sees ::1", || sees_the_client("send-proxy-v2", "::1")),
        ("PROXY v1: the server sees 127.0.0.2", || sees_the_client("send-proxy", "127.0.0.2")),
        ("PROXY v1 over IPv6: the server sees ::1", || sees_the_client("send-proxy", "::1")),
        ("PROXY v2 at a Unix socket: the server sees 127.0.0.2", is_trusted_at_a_unix_socket),
        (
            "PROXY v2 for a TLS connection that HAProxy terminates: the server learns the client and that it used TLS",
            knows_of_tls_before_haproxy,
        ),
        ("PROXY v2 before the server's own TLS", stands_before_tls),
        ("PROXY v2 before the server's own wss", stands_before_wss),
        ("HTTP mode: X-Forwarded-For before the server's ws", forwards_for),
        ("a health check of HAProxy's own (LOCAL) is HAProxy's connection", checks_its_health),
        ("a header from an address that is not trusted is refused", trusts_nobody_else),
        ("a connection without a header is refused", wants_a_header),
    ],
};

const PROXY_URL: &str = "tcp://127.0.0.1:0?proxy=true";
const TRUSTED: &str = "trusted_proxies = [\"127.0.0.1\"]\n";

/// HAProxy on its own port, in front of a server.
struct Proxy {
    _process: Process,
    address: SocketAddr,
    _folder: Folder,
}

impl Proxy {
    /// Listens on `host`. `bind` and `server` are options, on the client's side and the server's; `more` are further
    /// lines.
    fn before(world: &World, host: &str, bind: &str, server: &str, more: &str) -> Self {
        let folder = Folder::new();
        let host: IpAddr = host.parse().expect("an address");
        // It gets an open socket, on which connections wait until it is ready.
        let listener = TcpListener::bind((host, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let config = format!(
            "defaults\n    timeout connect 60s\n    timeout client 60s\n    timeout server 60s\n\
             listen irc\n    bind fd@0 {bind}\n{more}\n    server irc {} {server}\n",
            world.address()
        );
        let file = folder.path("haproxy.cfg");
        write_file(&file, config);
        let mut command = program("haproxy");
        command.args(["-db", "-f"]).arg(file).stdin(Stdio::from(OwnedFd::from(listener)));
        Self { _process: Process::start(&mut command), address, _folder: folder }
    }

    /// Connects to it from an address.
    fn connect_from(&self, source: &str) -> Peer {
        Peer::over(connect_from(source, self.address))
    }
}

fn connect_from(source: &str, to: SocketAddr) -> TcpStream {
    let source = SocketAddr::new(source.parse().expect("an address"), 0);
    let family = if source.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let socket = socket(family, SockType::Stream, SockFlag::SOCK_CLOEXEC, None).expect("a socket");
    bind(socket.as_raw_fd(), &SockaddrStorage::from(source)).expect("a local address");
    connect(socket.as_raw_fd(), &SockaddrStorage::from(to)).expect("somebody listens");
    TcpStream::from(socket)
}

/// Fails unless WHOIS says that `nick` connects from `host`.
#[track_caller]
fn is_from(op: &mut Peer, nick: &str, host: &str) -> Vec<String> {
    let replies = whois(op, nick);
    assert!(tells(&replies, &format!("311 op {nick} "), &format!(" {host} ")), "{replies:#?}");
    replies
}

fn sees_the_client(how: &str, host: &str) {
    let world = World::new(PROXY_URL, TRUSTED);
    let mut op = world.op();
    let proxy = Proxy::before(&world, host_of_proxy(host), "", how, "");
    let mut zoe = proxy.connect_from(host).here("zoe");
    // A parameter cannot begin with a colon.
    let host = if host == "::1" { "0::1" } else { host };
    op.lines.expect(&format!(":zoe!~zoe@{host} JOIN #lobby"));
    let replies = is_from(&mut op, "zoe", host);
    assert!(!tells(&replies, "671 ", ""), "{replies:#?}");
    op.say("PRIVMSG #lobby :hello");
    zoe.lines.expect(":op!~op@127.0.0.1 PRIVMSG #lobby :hello");
    zoe.say("QUIT");
    zoe.lines.rest();
}

fn is_trusted_at_a_unix_socket() {
    let folder = Folder::new();
    let url = format!("unix://{}?proxy=true", folder.path("irc.sock").display());
    let world = World::within(folder, &url, "trusted_proxies = [\"unix\"]\n");
    let proxy = Proxy::before(&world, "127.0.0.1", "", "send-proxy-v2", "");
    let _zoe = proxy.connect_from("127.0.0.2").here("zoe");
    is_from(&mut world.op(), "zoe", "127.0.0.2");
}

/// Where HAProxy listens for a `client`.
fn host_of_proxy(client: &str) -> &'static str {
    if client == "::1" { "::1" } else { "127.0.0.1" }
}

fn knows_of_tls_before_haproxy() {
    let world = World::new(PROXY_URL, TRUSTED);
    let mut op = world.op();
    let certificate = Certificate::new(&world.folder, "irc.example.org");
    let both = format!("{}\n{}\n", certificate.pem(), std::fs::read_to_string(&certificate.key).expect("it is there"));
    let file = world.folder.path("both.pem");
    write_file(&file, both);
    let bind = format!("ssl crt {} alpn irc", file.display());
    // Everything that it can add to a header.
    let options = "ssl,cert-cn,ssl-cipher,cert-sig,cert-key,authority,crc32c,unique-id";
    let server = format!("send-proxy-v2 proxy-v2-options {options}");
    let proxy = Proxy::before(&world, "127.0.0.1", &bind, &server, "    unique-id-format %ci:%cp");
    let args = ["-bind", "127.0.0.2:0", "-alpn", "irc", "-servername", "irc.example.org"];
    let _client = Client::connect(&proxy.address.to_string(), &args).here("zoe");
    let replies = is_from(&mut op, "zoe", "127.0.0.2");
    assert!(tells(&replies, "671 op zoe ", "secure"), "{replies:#?}");
}

fn stands_before_tls() {
    let world = World::new("tls://127.0.0.1:0?proxy=true", TRUSTED);
    let mut op = world.op();
    let proxy = Proxy::before(&world, "127.0.0.1", "", "send-proxy-v2", "");
    let args = ["-bind", "127.0.0.2:0", "-alpn", "irc"];
    let _client = Client::connect(&proxy.address.to_string(), &args).here("zoe");
    let replies = is_from(&mut op, "zoe", "127.0.0.2");
    assert!(tells(&replies, "671 op zoe ", "secure"), "{replies:#?}");
}

fn stands_before_wss() {
    let world = World::new("wss://127.0.0.1:0?proxy=true", TRUSTED);
    let mut op = world.op();
    let proxy = Proxy::before(&world, "127.0.0.1", "", "send-proxy-v2", "");
    let options = r#"{"rejectUnauthorized": false, "localAddress": "127.0.0.2"}"#;
    let _socket = Socket::connect(&format!("wss://{}", proxy.address), options, &["text.ircv3.net"]).here("zoe");
    is_from(&mut op, "zoe", "127.0.0.2");
}

fn forwards_for() {
    let world = World::new("ws://127.0.0.1:0", TRUSTED);
    let mut op = world.op();
    let proxy = Proxy::before(&world, "127.0.0.1", "", "", "    mode http\n    option forwardfor");
    // The client's own header comes before HAProxy's, and is not believed.
    let options = r#"{"headers": {"X-Forwarded-For": "203.0.113.7"}, "localAddress": "127.0.0.2"}"#;
    let _socket = Socket::connect(&format!("ws://{}", proxy.address), options, &["text.ircv3.net"]).here("zoe");
    is_from(&mut op, "zoe", "127.0.0.2");
}

fn checks_its_health() {
    let world = World::new(PROXY_URL, TRUSTED);
    let mut op = world.op();
    op.say("MONITOR + checker");
    let check = "    option tcp-check\n    tcp-check connect default\n    tcp-check send NICK\\ checker\\r\\n\n    \
                 tcp-check send USER\\ checker\\ 0\\ *\\ checker\\r\\n\n    tcp-check expect string 001";
    let _proxy = Proxy::before(&world, "127.0.0.1", "", "send-proxy-v2 check check-send-proxy inter 1s", check);
    // "LOCAL: the connection was established on purpose by the proxy without being relayed."
    op.lines.expect(" 730 op :checker!~checker@127.0.0.1");
}

fn trusts_nobody_else() {
    let world = World::new(PROXY_URL, TRUSTED);
    let proxy = Proxy::before(&world, "127.0.0.1", "", "send-proxy-v2 source 127.0.0.3", "");
    is_refused(proxy.connect_from("127.0.0.2"));
}

fn wants_a_header() {
    let world = World::new(PROXY_URL, TRUSTED);
    is_refused(Peer::over(world.connect()));
}

/// Fails unless the connection ends without a welcome.
#[track_caller]
fn is_refused(mut peer: Peer) {
    peer.try_say("NICK zoe\r\nUSER zoe 0 * :zoe");
    let said = peer.lines.rest();
    assert!(!said.iter().any(|line| line.contains(" 001 ")), "{said:#?}");
}
