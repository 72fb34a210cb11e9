//! Networks: addresses with a common prefix.

use core::net::IpAddr;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// An address, or all addresses with the same first bits: `127.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`.
///
/// RFC 4291 §2.5.5.2: `::ffff:10.0.0.1` is "the address of an IPv4 node represented as an IPv6 address"; it equals
/// 10.0.0.1. No other IPv6 network has IPv4 addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// Bits of the prefix.
    length: u32,
}

/// The text is not a network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("is not an address, or a network like 10.0.0.0/8")]
pub struct BadNetwork;

impl Network {
    /// Whether the address is in the network.
    pub fn has(&self, address: IpAddr) -> bool {
        let (differing, bits) = match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => (u128::from(ours.to_bits() ^ theirs.to_bits()), 32),
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => (ours.to_bits() ^ theirs.to_bits(), 128),
            _ => return false,
        };
        differing.checked_shr(bits - self.length).unwrap_or_default() == 0
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().map_err(|_| BadNetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        // `parse` would also accept a sign before the digits.
        let is_number = length.is_none_or(|length| length.bytes().all(|byte| byte.is_ascii_digit()));
        let length = length.map_or(Ok(most), |length| length.parse().map_err(|_| BadNetwork))?;
        if length > most || !is_number {
            return Err(BadNetwork);
        }
        match address.to_canonical() {
            // The 96 bits before a mapped address are no part of it; a shorter prefix is not of mapped addresses alone.
            mapped @ IpAddr::V4(_) if address.is_ipv6() && length >= 96 => {
                Ok(Self { address: mapped, length: length - 96 })
            }
            _ => Ok(Self { address, length }),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = if self.address.is_ipv4() { 32 } else { 128 };
        match self.length == whole {
            true => write!(f, "{}", self.address),
            false => write!(f, "{}/{}", self.address, self.length),
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
            let has = |address: &str| parsed.has(address.parse().expect("an address"));
            assert!(has(inside) && !has(outside), "{network}");
            assert_eq!(parsed.to_string(), network);
        }
    }

    #[test]
    fn a_network_of_mapped_addresses_is_an_ipv4_network() {
        for (mapped, network) in
            [("::ffff:10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("::ffff:0:0/96", "0.0.0.0/0")]
        {
            assert_eq!(mapped.parse::<Network>(), network.parse(), "{mapped}");
        }
        assert_eq!("::ffff:0:0/95".parse::<Network>().map(|network| network.has([10, 0, 0, 1].into())), Ok(false));
    }

    #[test]
    fn a_text_that_is_not_a_network_is_refused() {
        for text in ["", "localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10/8", "1.2.3.4/-1", "1.2.3.4/+8", "[::1]"]
        {
            assert_eq!(text.parse::<Network>(), Err(BadNetwork), "{text}");
        }
    }
}
