//! The trusted proxies, which may report another address for a client.

use core::net::IpAddr;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::wire::Peer;

/// The peers that may report a client's address; none if empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted(pub Vec<Network>);

impl Trusted {
    /// Whether this peer is trusted.
    pub fn has(&self, peer: &Peer) -> bool {
        // A proxied client without an address came to a Unix socket of the proxy, not to ours.
        let came_to_proxy = peer.address.is_none() && peer.proxy.is_some();
        !came_to_proxy && self.0.iter().any(|network| network.has(peer.address))
    }
}

/// A network: `127.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`; or `unix`, for all peers on a Unix socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// The addresses with this prefix, whose length is in bits.
    Addresses(IpAddr, u8),
    /// Peers without an address, on a Unix socket.
    Unix,
}

/// The text is not a network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("is not an address, a network like 10.0.0.0/8, or unix")]
pub struct BadNetwork;

impl Network {
    /// Whether a peer with this address is in it; `None` is a peer on a Unix socket.
    pub fn has(&self, address: Option<IpAddr>) -> bool {
        match (self, address.map(|address| address.to_canonical())) {
            (Network::Unix, None) => true,
            (Network::Addresses(IpAddr::V4(ours), length), Some(IpAddr::V4(theirs))) => {
                *length == 0 || (ours.to_bits() ^ theirs.to_bits()) >> (32 - *length) == 0
            }
            (Network::Addresses(IpAddr::V6(ours), length), Some(IpAddr::V6(theirs))) => {
                *length == 0 || (ours.to_bits() ^ theirs.to_bits()) >> (128 - *length) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        if text == "unix" {
            return Ok(Network::Unix);
        }
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().map_err(|_| BadNetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = length.map_or(Ok(most), |length| length.parse().map_err(|_| BadNetwork))?;
        if length > most { Err(BadNetwork) } else { Ok(Network::Addresses(address, length)) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Network::Unix => f.write_str("unix"),
            Network::Addresses(address @ IpAddr::V4(_), 32) | Network::Addresses(address @ IpAddr::V6(_), 128) => {
                write!(f, "{address}")
            }
            Network::Addresses(address, length) => write!(f, "{address}/{length}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BadNetwork, Network};

    #[test]
    fn a_network_contains_the_addresses_with_its_prefix() {
        for (network, inside, outside) in [
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("127.0.0.1", "::ffff:127.0.0.1", "::1"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("0.0.0.0/0", "192.0.2.1", "2001:db8::1"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
            ("::/0", "::1", "127.0.0.1"),
        ] {
            let parsed: Network = network.parse().expect("a network");
            let has = |address: &str| parsed.has(Some(address.parse().expect("an address")));
            assert!(has(inside) && !has(outside), "{network}");
            assert!(!parsed.has(None), "{network}");
            assert_eq!(parsed.to_string(), network);
        }
        assert!(Network::Unix.has(None) && !Network::Unix.has("::1".parse().ok()));
    }

    #[test]
    fn a_text_that_is_not_a_network_is_refused() {
        for text in ["", "localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10/8", "1.2.3.4/-1"] {
            assert_eq!(text.parse::<Network>(), Err(BadNetwork), "{text}");
        }
    }
}
