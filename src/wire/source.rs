//! The source of a user's lines, `nick!user@host`, as masks are compared with it.

use core::net::{IpAddr, Ipv6Addr};

use super::casemapping::Casemapping;
use super::mask::Subject;
use super::network::Network;
use crate::planted::{Bug, buggy};

/// A host, prepared for comparing masks with it.
#[derive(Clone, Debug)]
pub struct Host {
    address: Option<IpAddr>,
    spellings: Vec<Subject>,
}

impl Host {
    /// Prepares a host: an address, or a name.
    pub fn new(casemapping: Casemapping, host: &str) -> Self {
        let address = host.parse().ok().map(|address: IpAddr| address.to_canonical());
        let mut spellings = vec![host.to_owned()];
        if let Some(IpAddr::V6(address)) = address {
            spellings.extend([address.to_string(), whole(address)]);
            spellings.dedup();
        }
        Self { address, spellings: spellings.iter().map(|text| Subject::new(casemapping, text)).collect() }
    }

    /// Whether the mask is this address in any spelling, or a network that has it, or matches one of the spellings of
    /// the host: as it is shown; by RFC 5952, which shortens zeros (`::1`); and with all its zeros (`0:0:0:0:0:0:0:1`).
    pub fn matches(&self, mask: &str) -> bool {
        match mask.parse::<Network>().ok().filter(|_| !buggy(Bug::AddressComparedAsText)) {
            Some(network) => self.address.is_some_and(|address| network.has(address)),
            None => self.spellings.iter().any(|spelling| spelling.matches(mask)),
        }
    }
}

/// An address with all its zeros: RFC 4291 §2.2, "The preferred form is x:x:x:x:x:x:x:x".
fn whole(address: Ipv6Addr) -> String {
    address.segments().map(|segment| format!("{segment:x}")).join(":")
}

/// A source, prepared for comparing masks with it.
#[derive(Clone, Debug)]
pub struct Source {
    nick: Subject,
    user: Subject,
    host: Host,
}

impl Source {
    /// Prepares the source `nick!user@host`.
    pub fn new(casemapping: Casemapping, nick: &str, user: &str, host: &str) -> Self {
        let [nick, user] = [nick, user].map(|part| Subject::new(casemapping, part));
        Self { nick, user, host: Host::new(casemapping, host) }
    }

    /// Whether it matches a complete mask. Each part is compared by itself: no part of a source has a `!` or `@`.
    pub fn matches(&self, mask: &str) -> bool {
        let parts = mask.split_once('!').and_then(|(nick, rest)| Some((nick, rest.split_once('@')?)));
        parts.is_some_and(|(nick, (user, host))| {
            self.nick.matches(nick) && self.user.matches(user) && self.host.matches(host)
        })
    }
}

/// Whether the host of a complete mask is a network with an impossible prefix, like `10.0.0.0/33`. It would match
/// nobody.
pub fn names_bad_network(mask: &str) -> bool {
    let host = mask.rsplit('@').next().unwrap_or_default();
    let is_address = host.split_once('/').is_some_and(|(address, _)| address.parse::<IpAddr>().is_ok());
    is_address && host.parse::<Network>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(host: &str) -> Host {
        Host::new(Casemapping::Ascii, host)
    }

    #[test]
    fn an_address_matches_all_its_spellings_and_networks() {
        for (shown, masks) in [
            ("0::1", "0::1 ::1 0:0:0:0:0:0:0:1 ::0001 ::/64 0::/127 ::/0 ::* 0::* *:1 0:0:0:* ::? *"),
            ("2001:db8::1", "2001:DB8::1 2001:db8:0::1 2001:db8::/32 2001:db8:ffff::/32 2001:db8:* 2001:db8:0:0:*"),
            ("10.0.0.1", "10.0.0.1 ::ffff:10.0.0.1 ::ffff:a00:1 10.0.0.0/8 10.9.9.9/8 10.0.0.1/32 0.0.0.0/0 10.* *.1"),
            ("10.0.0.1", "::ffff:10.0.0.0/104 ::ffff:0:0/96 1?.0.0.1"),
            ("localhost", "localhost LOCALHOST local*"),
        ] {
            for mask in masks.split(' ') {
                assert!(host(shown).matches(mask), "{shown} {mask}");
            }
        }
        for (shown, masks) in [
            ("0::1", "::2 ::/128 0.0.0.0/0 ::ffff:0:0/96 :: 1::*"),
            ("2001:db8::1", "2001:db9::/32 2001:db8::/128 2001:db8:0:1:*"),
            ("10.0.0.1", "10.0.0.2 ::/0 ::ffff:0:0/95 11.0.0.0/8 10.0.0.0/32 10.0.0.0/33 010.0.0.1 10.0.0.1/+32"),
            ("localhost", "::/0 0.0.0.0/0 127.0.0.1 ::1"),
        ] {
            for mask in masks.split(' ') {
                assert!(!host(shown).matches(mask), "{shown} {mask}");
            }
        }
    }

    #[test]
    fn each_part_of_a_source_is_compared() {
        let bob = Source::new(Casemapping::Ascii, "bob", "~b", "0::1");
        for mask in ["bob!~b@::1", "*!*@*", "B?b!~?@0:0:0:0:0:0:0:1", "*!*@::/16"] {
            assert!(bob.matches(mask), "{mask}");
        }
        for mask in ["rob!~b@::1", "bob!b@::1", "bob!~b@::2", "bob@::1", "*", "*!*", "*!*@::1@*", "m:bob!*@*"] {
            assert!(!bob.matches(mask), "{mask}");
        }
    }

    #[test]
    fn a_network_with_an_impossible_prefix_is_noticed() {
        let is_bad = ["*!*@10.0.0.0/33", "*!*@::/129", "*!*@::1/", "*!*@10.0.0.0/x", "a!b@10.0.0.0/-1"];
        assert_eq!(is_bad.map(names_bad_network), [true; 5]);
        let is_good = ["*!*@10.0.0.0/32", "*!*@::/128", "*!*@10.*", "*!*@a/b", "a/b!*@*"];
        assert_eq!(is_good.map(names_bad_network), [false; 5]);
    }
}
