//! The trusted proxies, which may report another address for a client.

use core::net::IpAddr;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::wire::{Network, Peer};

/// The peers that may report a client's address; none if empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted(pub Vec<Proxies>);

impl Trusted {
    /// Whether this peer is trusted.
    pub fn has(&self, peer: &Peer) -> bool {
        // A proxied client without an address came to a Unix socket of the proxy, not to ours.
        let came_to_proxy = peer.address.is_none() && peer.proxy.is_some();
        !came_to_proxy && self.0.iter().any(|proxies| proxies.has(peer.address))
    }
}

/// Proxies that are trusted: those in a network, as `127.0.0.1` or `10.0.0.0/8`; or `unix`, all on a Unix socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxies {
    /// Those with these addresses.
    At(Network),
    /// Peers without an address, on a Unix socket.
    Unix,
}

/// The text names no proxies.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("is not an address, a network like 10.0.0.0/8, or unix")]
pub struct BadProxies;

impl Proxies {
    /// Whether a peer with this address is one; `None` is a peer on a Unix socket.
    pub fn has(&self, address: Option<IpAddr>) -> bool {
        match (self, address) {
            (Proxies::Unix, None) => true,
            (Proxies::At(network), Some(address)) => network.has(address),
            _ => false,
        }
    }
}

impl FromStr for Proxies {
    type Err = BadProxies;

    fn from_str(text: &str) -> Result<Self, BadProxies> {
        match text {
            "unix" => Ok(Proxies::Unix),
            network => network.parse().map(Proxies::At).map_err(|_| BadProxies),
        }
    }
}

impl fmt::Display for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proxies::Unix => f.write_str("unix"),
            Proxies::At(network) => network.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BadProxies, Proxies};

    #[test]
    fn trusted_proxies_are_a_network_or_all_on_unix_sockets() {
        for (proxies, inside, outside) in [
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
        ] {
            let parsed: Proxies = proxies.parse().expect("a network");
            let has = |address: &str| parsed.has(Some(address.parse().expect("an address")));
            assert!(has(inside) && !has(outside), "{proxies}");
            assert!(!parsed.has(None), "{proxies}");
            assert_eq!(parsed.to_string(), proxies);
        }
        assert!(Proxies::Unix.has(None) && !Proxies::Unix.has("::1".parse().ok()));
        assert_eq!("unix".parse(), Ok(Proxies::Unix));
        assert_eq!("localhost".parse::<Proxies>(), Err(BadProxies));
    }
}
