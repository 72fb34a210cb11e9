//! The origin of a web page that makes a browser connect (RFC 6454). Knows nothing of HTTP.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A web page's scheme, host and port: `https://chat.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    /// In lower case; IPv6 with its brackets.
    host: String,
    /// Defaults to the scheme's own port, if that is known.
    port: Option<u16>,
}

/// The text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("is not an origin like https://chat.example.org or http://localhost:8000")]
pub struct BadOrigin;

impl FromStr for Origin {
    type Err = BadOrigin;

    /// RFC 6454 §4: scheme and host "converted to lowercase", and "if there is no port component […] the default port
    /// for the protocol".
    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let text = text.to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://").ok_or(BadOrigin)?;
        let digits = authority.rfind(':').filter(|colon| !authority[*colon..].contains(']'));
        let (host, port) = digits.map_or((authority, None), |at| (&authority[..at], Some(&authority[at + 1..])));
        let is_host = |c: char| c.is_alphanumeric() || "-._[:]".contains(c);
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        if scheme.is_empty() || host.is_empty() || !scheme.chars().all(is_scheme) || !host.chars().all(is_host) {
            return Err(BadOrigin);
        }
        let port = match port {
            Some(digits) => Some(digits.parse().map_err(|_| BadOrigin)?),
            None => default_port(scheme),
        };
        Ok(Self { scheme: scheme.into(), host: host.into(), port })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        match self.port {
            Some(port) if self.port != default_port(&self.scheme) => write!(f, ":{port}"),
            _ => Ok(()),
        }
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{BadOrigin, Origin};

    #[test]
    fn case_and_an_explicit_default_port_do_not_distinguish_origins() {
        let parse = |text: &str| text.parse::<Origin>();
        for (text, shown) in [
            ("https://chat.example.org", "https://chat.example.org"),
            ("HTTPS://Chat.Example.Org:443", "https://chat.example.org"),
            ("http://localhost:80", "http://localhost"),
            ("http://localhost:8000", "http://localhost:8000"),
            ("http://[::1]", "http://[::1]"),
            ("http://[::1]:8000", "http://[::1]:8000"),
            ("app://verbatim", "app://verbatim"),
        ] {
            assert_eq!(parse(text).map(|origin| origin.to_string()).as_deref(), Ok(shown));
            assert_eq!(parse(text), parse(shown));
        }
        assert_ne!(parse("http://a"), parse("https://a"));
        assert_ne!(parse("http://a"), parse("http://a:8000"));
    }

    #[test]
    fn a_text_that_is_not_an_origin_is_refused() {
        for text in ["", "null", "chat.example.org", "https://", "https://a/", "https://a/b", "https://a b", "://a"] {
            assert_eq!(text.parse::<Origin>(), Err(BadOrigin), "{text}");
        }
        for text in ["https://a:", "https://a:x", "https://a:65536", "https://u@a", "https://a, https://b"] {
            assert_eq!(text.parse::<Origin>(), Err(BadOrigin), "{text}");
        }
    }
}
