//! IPv6, alone and together with IPv4.

use std::net::TcpListener;

use nix::ifaddrs::getifaddrs;

use super::skip;
use crate::shell_world::*;

fn has_ipv6() -> bool {
    let has = TcpListener::bind("[::1]:0").is_ok();
    if !has {
        skip("this machine has no IPv6");
    }
    has
}

/// The port of a URL.
fn port(url: &str) -> &str {
    url.rsplit_once(':').expect("a port").1
}

#[test]
fn the_ipv6_wildcard_serves_ipv4_too_with_ipv4_hosts() {
    if !has_ipv6() {
        return;
    }
    let server = Server::start_at(&["tcp://[::]:0"]);
    let port = port(server.url());
    let mut alice = Peer::tcp(&format!("[::1]:{port}")).here("alice");
    let _bob = Peer::tcp(&format!("127.0.0.1:{port}")).here("bob");
    alice.lines.expect(":bob!~bob@127.0.0.1 JOIN #lobby");
    let mut carol = chat(&format!("tcp://[::1]:{port}"), &["--nick", "carol"]);
    carol.out.expect("carol (you) is here");
    alice.lines.expect(":carol!~carol@0::1 JOIN #lobby");
}

#[test]
fn an_ipv6_wildcard_listener_leaves_the_port_to_an_ipv4_listener() {
    if !has_ipv6() {
        return;
    }
    for ipv4 in ["0.0.0.0", "127.0.0.1"] {
        for turned in [false, true] {
            let own = Port::new();
            let port = own.number;
            let mut urls = [format!("tcp://[::]:{port}"), format!("plain+tcp://{ipv4}:{port}")];
            if turned {
                urls.reverse();
            }
            let server = Server::start_at(&urls.each_ref().map(String::as_str));
            assert_eq!(server.urls, urls);
            let mut alice = Peer::tcp(&format!("[::1]:{port}")).here("alice");
            let mut visitor = Peer::tcp(&format!("127.0.0.1:{port}"));
            visitor.lines.expect("Welcome!");
            alice.lines.expect(":guest2!~guest@127.0.0.1 JOIN #lobby");
        }
    }
}

#[test]
fn a_link_local_listener_address_has_a_zone() {
    let found = getifaddrs().expect("the list of interfaces").find_map(|interface| {
        let ip = interface.address?.as_sockaddr_in6()?.ip();
        ip.is_unicast_link_local().then(|| format!("[{ip}%{}]", interface.interface_name))
    });
    let Some(host) = found else { return skip("no interface has an address of IPv6 for its link") };
    let server = Server::start_at(&[&format!("tcp://{host}:0")]);
    assert!(server.url().starts_with(&format!("tcp://{host}:")), "{}", server.url());
    let mut alice = chat(server.url(), &["--nick", "alice"]);
    alice.out.expect("alice (you) is here");
}
