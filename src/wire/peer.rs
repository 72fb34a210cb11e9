//! Who is at the far end of a connection, as far as what carries the bytes can tell.

use core::net::IpAddr;

/// What a listener, and the transports between, found out about a connection before its first line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// What others see of where they are: an address, or a name. Not empty, no space in it, no colon at its head.
    pub host: Box<str>,
    /// The address, if they have one.
    pub address: Option<IpAddr>,
    /// The proxy that vouches for `host` and `address`, if they came through one: its own host.
    pub proxy: Option<Box<str>>,
    /// Whether nobody on the way can read along: TLS, here or at a proxy that is trusted.
    pub secure: bool,
    /// The SHA-256 of the certificate that they showed, in lower-case hexadecimal digits.
    pub certificate: Option<Box<str>>,
    /// The server's name that they asked for (RFC 6066 §3, "Server Name Indication"), in lower case.
    pub server_name: Option<Box<str>>,
    /// The user of this machine that they are, if they came by a Unix socket.
    pub uid: Option<u32>,
}

impl Peer {
    /// Somebody of whom only the host is known.
    pub fn named(host: &str) -> Self {
        debug_assert!(!host.is_empty() && !host.starts_with(':') && !host.contains(' '), "{host:?} is no host");
        Self { host: host.into(), ..Self::default() }
    }

    /// Somebody at this address.
    pub fn at(address: IpAddr) -> Self {
        Self { address: Some(address.to_canonical()), ..Self::named(&host(address)) }
    }
}

/// An address as a parameter of IRC's: RFC 2812 gives a colon at the head of a parameter a meaning of its own, so
/// `::1` is written `0::1`.
fn host(address: IpAddr) -> String {
    let text = address.to_canonical().to_string();
    if text.starts_with(':') { format!("0{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::Peer;

    #[test]
    fn a_host_never_begins_with_a_colon() {
        for (address, host) in [
            ("127.0.0.1", "127.0.0.1"),
            ("::1", "0::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
        ] {
            assert_eq!(&*Peer::at(address.parse().expect("an address")).host, host);
        }
    }
}
