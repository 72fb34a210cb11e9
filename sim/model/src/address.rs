//! Addresses in masks, of `docs/protocol.md`, "Names".

use core::net::IpAddr;

use super::names::{Casemapping, complete_mask};

/// The bits of 10.0.0.1 as `::ffff:10.0.0.1`: those before an IPv4 address, and how many they are.
const MAPPED: (u128, u32) = (0xffff << 32, 96);

/// The bits of an address in IPv6.
fn bits(text: &str) -> Option<u128> {
    Some(match text.parse().ok()? {
        IpAddr::V4(address) => MAPPED.0 | u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    })
}

/// Whether the first bits of two addresses are equal.
fn begin_alike(one: u128, other: u128, length: u32) -> bool {
    (0..length).all(|at| (one ^ other) >> (127 - at) & 1 == 0)
}

/// The bits of the addresses that a mask names, and how many of these count.
fn network(mask: &str) -> Option<(u128, u32)> {
    let Some((address, length)) = mask.split_once('/') else { return Some((bits(mask)?, 128)) };
    let begin = bits(address)?;
    let length: u32 = length.parse().ok().filter(|_| length.chars().all(|digit| digit.is_ascii_digit()))?;
    let before = if address.contains(':') { 0 } else { MAPPED.1 };
    Some((begin, before + length)).filter(|(_, length)| *length <= 128)
}

/// Whether the host of a complete mask is an address with a length of prefix that there is not.
pub fn has_impossible_prefix(mask: &str) -> bool {
    let host = mask.rsplit('@').next().unwrap_or("");
    host.split_once('/').is_some_and(|(address, _)| bits(address).is_some()) && network(host).is_none()
}

impl Casemapping {
    /// Whether a mask of hosts matches a host.
    pub(super) fn is_host(self, mask: &str, host: &str) -> bool {
        let Some((begin, length)) = network(mask) else {
            return spellings(host).iter().any(|spelling| self.matches(mask, spelling));
        };
        let is_in = |host: u128| {
            let is_mapped = begin_alike(host, MAPPED.0, MAPPED.1);
            begin_alike(host, begin, length) && (length >= MAPPED.1 || !is_mapped)
        };
        bits(host).is_some_and(is_in)
    }

    /// Whether a mask, which may be shortened, matches a user: it is completed, and each part is compared.
    pub(super) fn is_user(self, mask: &str, [nick, user, host]: [&str; 3]) -> bool {
        let mask = complete_mask(mask);
        let (nicks, rest) = mask.split_once('!').unwrap();
        let (users, hosts) = rest.split_once('@').unwrap();
        self.matches(nicks, nick) && self.matches(users, user) && self.is_host(hosts, host)
    }
}

/// How masks may spell a host: as it is shown, as short as it can be, and with all its zeros.
fn spellings(host: &str) -> Vec<String> {
    let mut spellings = vec![host.to_owned()];
    if let Ok(IpAddr::V6(address)) = host.parse() {
        let groups: Vec<String> = address.segments().iter().map(|group| format!("{group:x}")).collect();
        spellings.extend([address.to_string(), groups.join(":")]);
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::Casemapping::Ascii;
    use super::*;

    #[test]
    fn an_address_is_the_same_in_all_spellings() {
        for (host, same) in [
            ("0::1", "::1 0:0:0:0:0:0:0:1 ::/127 0::* ::* *:0:1 0::1"),
            ("10.0.0.1", "10.0.0.1 ::ffff:a00:1 10.0.0.0/8 ::ffff:10.0.0.0/104 10.*"),
            ("host", "host h*"),
        ] {
            assert!(same.split(' ').all(|mask| Ascii.is_host(mask, host)), "{host}");
        }
        for (host, other) in [
            ("0::1", "::2 ::/128 0.0.0.0/0 1*"),
            ("10.0.0.1", "10.0.0.2 ::/0 10.0.0.0/32 10.0.0.1/33"),
            ("host", "::1"),
        ] {
            assert!(other.split(' ').all(|mask| !Ascii.is_host(mask, host)), "{host}");
        }
    }

    #[test]
    fn an_impossible_prefix_is_noticed() {
        let is = ["*!*@10.0.0.0/33", "*!*@::1/129", "*!*@::1/"].map(has_impossible_prefix);
        let is_not = ["*!*@10.0.0.0/32", "*!*@10.*/9", "a/b!*@*"].map(has_impossible_prefix);
        assert_eq!((is, is_not), ([true; 3], [false; 3]));
    }
}
