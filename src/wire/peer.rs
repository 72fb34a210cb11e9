//! The peer of a connection, as far as the listener and the transports know it.

use core::net::IpAddr;

/// What the listener and the transports know about a peer before its first line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// The host shown to others: an address or a name. Not empty, without spaces, not beginning with a colon.
    pub host: Box<str>,
    /// Its address, if it has one.
    pub address: Option<IpAddr>,
    /// The host of the proxy that reported `host` and `address`, if any.
    pub proxy: Option<Box<str>>,
    /// Whether the connection is encrypted: TLS, here or at a trusted proxy.
    pub secure: bool,
    /// The SHA-256 of the client certificate, in lower-case hexadecimal digits. The client has proven that it has the
    /// key.
    pub certificate: Option<Box<str>>,
    /// Whether the client has shown a certificate with a key that cannot be verified. Then there is no fingerprint.
    pub unproven: bool,
    /// The requested server name (RFC 6066 §3, "Server Name Indication"), in lower case.
    pub server_name: Option<Box<str>>,
    /// The uid of a peer on a Unix socket.
    pub uid: Option<u32>,
}

impl Peer {
    /// A peer known only by its host.
    pub fn named(host: &str) -> Self {
        debug_assert!(!host.is_empty() && !host.starts_with(':') && !host.contains(' '), "{host:?} is not a host");
        Self { host: host.into(), ..Self::default() }
    }

    /// A peer at this address.
    pub fn at(address: IpAddr) -> Self {
        Self { address: Some(address.to_canonical()), ..Self::named(&host(address)) }
    }
}

/// An address as an IRC parameter: since a parameter must not begin with a colon, `::1` is written `0::1`.
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
