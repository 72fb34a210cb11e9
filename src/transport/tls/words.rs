//! rustls's errors in a few words, for a quit message or a log.

use rustls::{AlertDescription, CertificateError, Error, OtherError};

use super::spaced::spaced;
use super::trust::Untrusted;

/// An error of rustls in words.
pub fn of(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => {
            match inner.downcast_ref::<Untrusted>() {
                Some(untrusted) => untrusted.to_string(),
                None => "TLS: bad certificate".into(),
            }
        }
        Error::DecryptError => "TLS: bad record MAC".into(),
        // Only servers choose a protocol, so this text is read by a user of our client.
        Error::AlertReceived(AlertDescription::NoApplicationProtocol) => {
            "TLS: that port speaks another protocol: try wss:// in place of tls://, or tls:// in place of wss://".into()
        }
        Error::AlertReceived(alert) => format!("TLS: the peer sent an alert: {}", spaced(&format!("{alert:?}"))),
        Error::NoApplicationProtocol => "TLS: no protocol in common (ALPN)".into(),
        Error::PeerIncompatible(what) => format!("TLS: {}", spaced(&format!("{what:?}"))),
        Error::PeerMisbehaved(what) => format!("TLS: the peer violated the protocol: {}", spaced(&format!("{what:?}"))),
        Error::InvalidMessage(what) => format!("TLS: bad message: {}", spaced(&format!("{what:?}"))),
        Error::InvalidCertificate(what) => format!("TLS: bad certificate: {}", spaced(&format!("{what:?}"))),
        Error::PeerSentOversizedRecord => "TLS: a record is too long".into(),
        other => format!("TLS: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use rustls::{AlertDescription, Error, PeerIncompatible};

    #[test]
    fn an_error_is_worded_briefly() {
        for (error, words) in [
            (Error::DecryptError, "TLS: bad record MAC"),
            (Error::AlertReceived(AlertDescription::UnknownCA), "TLS: the peer sent an alert: unknown ca"),
            (Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon), "TLS: no cipher suites in common"),
        ] {
            assert_eq!(super::of(&error), words);
        }
    }
}
