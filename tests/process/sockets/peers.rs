//! The peer's address: behind a proxy, or on a Unix socket.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::process::Command;

use super::refusal;
use crate::shell_world::*;

const BINARY: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x14\xc0\x00\x02\x07\xc6\x33\x64\x01\x9c\x40\x1a\x29\x20\x00\x05\x01\0\0\0\0";

/// A server behind a proxy at 127.0.0.1.
fn behind_a_proxy(url: &str) -> Server {
    let mut command = Command::new(verbatim());
    Server::run(command.args(["serve", "--trusted-proxy", "127.0.0.1", "--trusted-proxy", "unix"]), &[url])
}

/// Sends a proxy's bytes, shuts down that direction, and returns what comes back.
fn relays(server: &Server, bytes: &[u8]) -> Lines {
    let address = address(server.url()).split('?').next().expect("an address");
    let mut stream = TcpStream::connect(address).expect("the server accepts");
    stream.write_all(bytes).expect("the other end reads");
    // The connection may already have been refused.
    let _ = stream.shutdown(Shutdown::Write);
    Lines::of(stream)
}

#[test]
fn a_trusted_proxy_is_believed_about_its_clients_address() {
    let mut server = behind_a_proxy("tcp://127.0.0.1:0?proxy=true");
    let header = b"PROXY TCP4 192.0.2.7 198.51.100.1 40000 6697\r\n";
    let irc = b"NICK a\r\nUSER a 0 * :a\r\nWHOIS a\r\nPING last\r\n";
    let mut alice = relays(&server, &[header, &irc[..]].concat());
    alice.expect(" 311 a a ~a 192.0.2.7 ");
    alice.expect("PONG verbatim.local :last");
    assert_eq!(alice.rest(), [""; 0]);
    let said = server.process.err.expect("connected");
    assert!(said.ends_with(r#"connected conn=0 host="192.0.2.7" proxy="127.0.0.1""#), "{said}");
    let mut bob = relays(&server, &[BINARY, irc].concat());
    bob.expect(" 311 a a ~a 192.0.2.7 ");
    let said = server.process.err.expect("connected");
    assert!(said.ends_with(r#" host="192.0.2.7" proxy="127.0.0.1" secure=true"#), "{said}");
    assert_eq!(relays(&server, b"NICK a\r\n").rest(), [""; 0]);
    let said = server.process.err.expect("handshake failed");
    assert!(said.contains("reason=\"The PROXY header is missing\"") && said.contains("host=\"127.0.0.1\""), "{said}");
}

#[test]
fn a_proxy_can_connect_by_a_unix_socket() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let mut server = behind_a_proxy(&format!("unix://{}?mode=600&proxy=true", path.display()));
    let mut peer = Peer::unix(&path);
    peer.say("PROXY TCP6 2001:db8::7 2001:db8::1 1 2");
    let _peer = peer.here("alice");
    let said = server.process.err.expect("connected");
    assert!(said.ends_with(r#"host="2001:db8::7" proxy="localhost""#), "{said}");
}

#[test]
fn a_header_from_an_untrusted_peer_is_refused() {
    let mut command = Command::new(verbatim());
    command.args(["serve", "--trusted-proxy", "10.0.0.0/8"]);
    let mut server = Server::run(&mut command, &["tcp://127.0.0.1:0?proxy=true"]);
    assert_eq!(relays(&server, b"PROXY TCP4 10.0.0.1 10.0.0.1 1 2\r\nNICK a\r\n").rest(), [""; 0]);
    let said = server.process.err.expect("handshake failed");
    assert!(said.contains(r#"host="127.0.0.1""#) && said.contains("Not a trusted proxy"), "{said}");
}

#[test]
fn proxy_true_without_trusted_proxies_or_in_a_client_is_an_error() {
    let said = refusal(&["--listen", "tcp://127.0.0.1:0?proxy=true"]);
    assert_eq!(
        said,
        "verbatim: tcp://127.0.0.1:0?proxy=true is a listener for proxies, but no proxy is trusted: add one, as in \
         trusted_proxies = [\"127.0.0.1\"], or --trusted-proxy 127.0.0.1"
    );
    let mut chat = chat("tcp://127.0.0.1?proxy=true", &[]);
    chat.err.expect("?proxy=true is for listeners: leave it out to connect");
    assert_eq!(chat.code(), Some(2));
}

#[test]
fn the_log_shows_the_uid_of_a_unix_socket_peer() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let mut server = Server::start_at(&[&format!("unix://{}", path.display())]);
    let own = std::fs::metadata(&folder.0).expect("the folder exists");
    let _alice = Peer::unix(&path).here("alice");
    let said = server.process.err.expect("connected");
    assert!(said.ends_with(&format!(r#"connected conn=0 host="localhost" uid={}"#, own.uid())), "{said}");
}
