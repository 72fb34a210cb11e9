//! `tcp://HOST:PORT`, `unix:///PATH?mode=660`: where to listen and where to connect.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

use super::{SCHEMES, Scheme, Socket};

/// The port of IRC without TLS (RFC 7194 names 6697 for IRC over TLS and "6667" for plain).
const DEFAULT_PORT: u16 = 6667;

/// A URL that names a transport and an address.
#[derive(Clone, Debug)]
pub struct Url {
    /// The row of [`SCHEMES`].
    pub scheme: &'static Scheme,
    /// Where.
    pub address: Address,
}

/// Where a URL points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A host's name or number (IPv6 without its brackets) and a port.
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

/// Why a text is no URL of ours.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UrlError {
    /// There is no `://`.
    #[error("{0:?} is no URL: it should look like tcp://127.0.0.1:6667 (known schemes: {known})", known = known())]
    NoScheme(String),
    /// The scheme is not in [`SCHEMES`].
    #[error("unknown scheme {0:?}: the known ones are {known}", known = known())]
    UnknownScheme(String),
    /// There is no host.
    #[error("{0:?} names no host")]
    NoHost(String),
    /// The port is not a number from 0 to 65535.
    #[error("{0:?} is no port: it should be a number from 0 to 65535")]
    BadPort(String),
    /// The path does not begin with a slash.
    #[error("{0:?} is no absolute path: it should look like unix:///run/verbatim.sock")]
    BadPath(String),
    /// An option behind `?` that the scheme does not have, or with a value that it does not take.
    #[error("unknown option {0:?}: unix:// takes ?mode=OCTAL, as in ?mode=660")]
    BadOption(String),
}

fn known() -> String {
    SCHEMES.iter().map(|scheme| scheme.name).collect::<Vec<_>>().join(", ")
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let (name, rest) = text.split_once("://").ok_or_else(|| UrlError::NoScheme(text.into()))?;
        let scheme = SCHEMES
            .iter()
            .find(|scheme| scheme.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| UrlError::UnknownScheme(name.into()))?;
        let (rest, option) = rest.split_once('?').map_or((rest, None), |(rest, option)| (rest, Some(option)));
        let address = match scheme.socket {
            Socket::Tcp => match option {
                Some(option) => return Err(UrlError::BadOption(option.into())),
                None => tcp(text, rest.trim_end_matches('/'))?,
            },
            Socket::Unix => unix(rest, option)?,
        };
        Ok(Self { scheme, address })
    }
}

fn tcp(url: &str, authority: &str) -> Result<Address, UrlError> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']').ok_or_else(|| UrlError::NoHost(url.into()))?,
        None => authority.rfind(':').map_or((authority, ""), |colon| authority.split_at(colon)),
    };
    let port = match port.strip_prefix(':') {
        Some(port) => port.parse().map_err(|_| UrlError::BadPort(port.into()))?,
        None if port.is_empty() => DEFAULT_PORT,
        None => return Err(UrlError::BadPort(port.into())),
    };
    if host.is_empty() {
        return Err(UrlError::NoHost(url.into()));
    }
    Ok(Address::Tcp { host: host.into(), port })
}

fn unix(path: &str, option: Option<&str>) -> Result<Address, UrlError> {
    if !path.starts_with('/') || path.len() < 2 {
        return Err(UrlError::BadPath(path.into()));
    }
    let mode = match option {
        None => None,
        Some(option) => {
            let digits = option.strip_prefix("mode=").filter(|digits| digits.len() <= 4);
            let mode = digits.and_then(|digits| u32::from_str_radix(digits, 8).ok());
            Some(mode.ok_or_else(|| UrlError::BadOption(option.into()))?)
        }
    };
    Ok(Address::Unix { path: path.into(), mode })
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme.name)?;
        match &self.address {
            Address::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "{host}:{port}"),
            Address::Unix { path, mode: None } => write!(f, "{}", path.display()),
            Address::Unix { path, mode: Some(mode) } => write!(f, "{}?mode={mode:o}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn urls_read_back_as_they_were_written() {
        for (text, shown) in [
            ("tcp://127.0.0.1:6667", "tcp://127.0.0.1:6667"),
            ("TCP://localhost", "tcp://localhost:6667"),
            ("tcp://[::1]:0/", "tcp://[::1]:0"),
            ("tcp://[::1]", "tcp://[::1]:6667"),
            ("plain+tcp://0.0.0.0:2323", "plain+tcp://0.0.0.0:2323"),
            ("unix:///run/verbatim.sock", "unix:///run/verbatim.sock"),
            ("unix:///run/a b?mode=0660", "unix:///run/a b?mode=660"),
        ] {
            assert_eq!(text.parse::<Url>().map(|url| url.to_string()), Ok(shown.to_owned()));
        }
    }

    #[test]
    fn a_wrong_url_says_what_would_be_right() {
        for (text, error) in [
            ("localhost:6667", "known schemes: tcp, unix, plain+tcp"),
            ("gopher://x", r#"unknown scheme "gopher": the known ones are tcp, unix, plain+tcp"#),
            ("tcp://:6667", "names no host"),
            ("tcp://a:66x", "number from 0 to 65535"),
            ("tcp://a:70000", "number from 0 to 65535"),
            ("tcp://a?mode=660", "unknown option"),
            ("unix://run/x", "no absolute path"),
            ("unix:///x?mode=999", "as in ?mode=660"),
        ] {
            let found = text.parse::<Url>().map(|url| url.to_string()).unwrap_err().to_string();
            assert!(found.contains(error), "{text}: {found}");
        }
    }
}
