//! `tcp://HOST:PORT`, `wss://HOST/PATH`, `unix:///PATH?mode=660`: where to listen and where to connect.

use core::net::IpAddr;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

use super::{ClientSettings, ConnectContext, LAYERS, PROXY, Scheme, ServerSettings, Socket, Transport, TransportError};
use crate::wire::Peer;

/// A URL: transports and an address.
#[derive(Clone, Debug)]
pub struct Url {
    /// The transports, and the socket below them.
    pub scheme: Scheme,
    /// The address.
    pub address: Address,
    /// The path that `ws` requests (RFC 6455 §3, "resource-name"); it begins with a slash.
    pub path: String,
    /// Whether the peers are proxies that send a PROXY header: `?proxy=true`. Only for listeners.
    pub proxy: bool,
}

/// The address in a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A host name or address (IPv6 without its brackets) and a port.
    Tcp {
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
    /// A socket in the file system.
    Unix {
        /// Its path.
        path: PathBuf,
        /// Its permissions, if the URL has `?mode=OCTAL`.
        mode: Option<u32>,
    },
}

/// Why a text is not a valid URL.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UrlError {
    /// There is no `://`.
    #[error("{0:?} is not a URL: it should look like tcp://127.0.0.1:6667 (known schemes: {known})", known = known())]
    NoScheme(String),
    /// The scheme is unknown.
    #[error("unknown scheme {0:?}: known schemes are {known}", known = known())]
    UnknownScheme(String),
    /// The host is missing.
    #[error("{0:?} has no host")]
    NoHost(String),
    /// The host is neither a name nor an address.
    #[error("{0:?} is not a host: it should be a name or an address; 0.0.0.0 and [::] are all addresses of a machine")]
    BadHost(String),
    /// The port is not a number from 0 to 65535.
    #[error("{0:?} is not a port: it should be a number from 0 to 65535")]
    BadPort(String),
    /// The path does not begin with a slash.
    #[error("{0:?} is not an absolute path: it should look like unix:///run/verbatim.sock")]
    BadPath(String),
    /// There is a path after the host, but no transport that uses one.
    #[error("{0:?} has a path, which only ws:// and wss:// support")]
    NoPath(String),
    /// An option after `?` is unknown, or has an invalid value.
    #[error(
        "unknown option {0:?}: there is ?mode=OCTAL for unix://, as in ?mode=660, and ?proxy=true for listeners behind a proxy"
    )]
    BadOption(String),
}

fn known() -> String {
    let layers = LAYERS.iter().map(|layer| layer.name);
    let mut names: Vec<&str> = ["tcp", "unix"].into_iter().chain(layers).collect();
    names.extend(names.contains(&"ws").then_some("wss"));
    names.push("plain+tcp");
    names.join(", ")
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let (name, rest) = text.split_once("://").ok_or_else(|| UrlError::NoScheme(text.into()))?;
        let scheme = Scheme::parse(name).ok_or_else(|| UrlError::UnknownScheme(name.into()))?;
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let mut url = match scheme.socket {
            Socket::Tcp => {
                let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
                let path = if path.is_empty() { "/" } else { path };
                if path != "/" && !scheme.has("ws") {
                    return Err(UrlError::NoPath(text.into()));
                }
                Self { address: tcp(text, authority, scheme.default_port())?, path: path.into(), proxy: false, scheme }
            }
            Socket::Unix => Self { address: unix(rest)?, path: "/".into(), proxy: false, scheme },
        };
        for option in options.split('&').filter(|option| !option.is_empty()) {
            url.set(option).ok_or_else(|| UrlError::BadOption(option.into()))?;
        }
        Ok(url)
    }
}

impl Url {
    /// Whether a server cannot listen on both: they share an address, as far as that is known without looking up names.
    pub fn collides(&self, other: &Url) -> bool {
        match (&self.address, &other.address) {
            (Address::Unix { path: one, .. }, Address::Unix { path: other, .. }) => one == other,
            (Address::Tcp { host: one, port }, Address::Tcp { host: other, port: of_other }) => {
                // With port 0, each gets a port of its own.
                let shared = |one: &str, other: &str| match (one.parse::<IpAddr>(), other.parse::<IpAddr>()) {
                    (Ok(one), Ok(other)) => {
                        one == other
                            || one.is_ipv4() == other.is_ipv4() && (one.is_unspecified() || other.is_unspecified())
                    }
                    _ => one.eq_ignore_ascii_case(other),
                };
                port == of_other && *port > 0 && shared(one, other)
            }
            _ => false,
        }
    }

    /// The server's end for connection `conn`; `None` for IRC without a transport.
    pub fn accept(&self, conn: u32, peer: &Peer, settings: &ServerSettings) -> Option<Box<dyn Transport>> {
        self.scheme.accept(self.proxy.then_some(&PROXY), conn, peer, settings)
    }

    /// The client's end; `None` for IRC without a transport.
    ///
    /// # Errors
    /// A setting is missing, or a transport is not for clients.
    pub fn connect(&self, settings: &ClientSettings) -> Result<Option<Box<dyn Transport>>, TransportError> {
        if self.proxy {
            return Err(TransportError::Unusable("?proxy=true is only for listeners".into()));
        }
        let (host, port) = match &self.address {
            Address::Tcp { host, port } => (host.as_str(), Some(*port)),
            Address::Unix { .. } => ("localhost", None),
        };
        let default_port = self.scheme.default_port();
        let web = self.scheme.has("ws");
        self.scheme.connect(&ConnectContext { host, port, default_port, path: &self.path, web, settings })
    }

    /// Parses one `KEY=VALUE` after the `?`. `None` if there is no such option, or its value is invalid.
    fn set(&mut self, option: &str) -> Option<()> {
        let (key, value) = option.split_once('=')?;
        match (key, &mut self.address) {
            ("mode", Address::Unix { mode, .. }) if value.len() <= 4 => {
                *mode = Some(u32::from_str_radix(value, 8).ok()?);
            }
            ("proxy", _) => self.proxy = value.parse().ok()?,
            _ => return None,
        }
        Some(())
    }
}

fn tcp(url: &str, authority: &str, default_port: u16) -> Result<Address, UrlError> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']').ok_or_else(|| UrlError::NoHost(url.into()))?,
        None => authority.rfind(':').map_or((authority, ""), |colon| authority.split_at(colon)),
    };
    let port = match port.strip_prefix(':') {
        Some(port) => port.parse().map_err(|_| UrlError::BadPort(port.into()))?,
        None if port.is_empty() => default_port,
        None => return Err(UrlError::BadPort(port.into())),
    };
    if host.is_empty() {
        return Err(UrlError::NoHost(url.into()));
    }
    // RFC 952 and RFC 1123 §2.1: letters, digits and hyphens, with dots between labels; underscores occur. The rest is
    // for addresses.
    if !host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:%".contains(c)) {
        return Err(UrlError::BadHost(host.into()));
    }
    Ok(Address::Tcp { host: host.into(), port })
}

fn unix(path: &str) -> Result<Address, UrlError> {
    if !path.starts_with('/') || path.len() < 2 {
        return Err(UrlError::BadPath(path.into()));
    }
    Ok(Address::Unix { path: path.into(), mode: None })
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        match &self.address {
            Address::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}")?,
            Address::Tcp { host, port } => write!(f, "{host}:{port}")?,
            Address::Unix { path, .. } => write!(f, "{}", path.display())?,
        }
        if self.path != "/" {
            f.write_str(&self.path)?;
        }
        let mode = match &self.address {
            Address::Unix { mode: Some(mode), .. } => Some(format!("mode={mode:o}")),
            _ => None,
        };
        let options: Vec<String> = mode.into_iter().chain(self.proxy.then(|| "proxy=true".into())).collect();
        if options.is_empty() { Ok(()) } else { write!(f, "?{}", options.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn a_displayed_url_parses_to_the_same_url() {
        for (text, shown) in [
            ("tcp://127.0.0.1:6667", "tcp://127.0.0.1:6667"),
            ("TCP://localhost", "tcp://localhost:6667"),
            ("tcp://[::1]:0/", "tcp://[::1]:0"),
            ("tcp://[::1]", "tcp://[::1]:6667"),
            ("plain+tcp://0.0.0.0:2323", "plain+tcp://0.0.0.0:2323"),
            ("tls://irc.example.org", "tls://irc.example.org:6697"),
            ("ircs://irc.example.org", "tls://irc.example.org:6697"),
            ("plain+tls://[::1]:1", "plain+tls://[::1]:1"),
            ("tls+unix:///run/x", "tls+unix:///run/x"),
            ("unix:///run/verbatim.sock", "unix:///run/verbatim.sock"),
            ("ws://localhost", "ws://localhost:80"),
            ("ws://[::1]:8080/a/b", "ws://[::1]:8080/a/b"),
            ("WS+tcp://a/", "ws://a:80"),
            ("ws+unix:///run/verbatim.sock", "ws+unix:///run/verbatim.sock"),
            ("unix:///run/a b?mode=0660", "unix:///run/a b?mode=660"),
            ("tcp://a:1?proxy=true", "tcp://a:1?proxy=true"),
            ("tcp://a:1?proxy=false", "tcp://a:1"),
            ("unix:///x?proxy=true&mode=600", "unix:///x?mode=600&proxy=true"),
        ] {
            assert_eq!(text.parse::<Url>().map(|url| url.to_string()), Ok(shown.to_owned()));
        }
    }

    #[test]
    fn the_error_for_an_invalid_url_says_what_is_valid() {
        for (text, error) in [
            ("localhost:6667", "known schemes: tcp, unix, ws, tls, wss, plain+tcp"),
            ("gopher://x", r#"unknown scheme "gopher": known schemes are tcp, unix, ws, tls, wss, plain+tcp"#),
            ("tls+plain://x", "unknown scheme \"tls+plain\""),
            ("tcp://a/b", "\"tcp://a/b\" has a path, which only ws:// and wss:// support"),
            ("tcp://:6667", "has no host"),
            ("tcp://*:6667", "\"*\" is not a host: it should be a name or an address; 0.0.0.0 and [::] are"),
            ("tls://two words", "is not a host"),
            ("tcp://user@host", "is not a host"),
            ("tcp://a:66x", "number from 0 to 65535"),
            ("tcp://a:70000", "number from 0 to 65535"),
            ("tcp://a?mode=660", "unknown option"),
            ("unix://run/x", "is not an absolute path"),
            ("unix:///x?mode=999", "as in ?mode=660"),
            ("tcp://a?proxy=yes", "?proxy=true for listeners behind a proxy"),
        ] {
            let found = text.parse::<Url>().map(|url| url.to_string()).unwrap_err().to_string();
            assert!(found.contains(error), "{text}: {found}");
        }
    }
}
