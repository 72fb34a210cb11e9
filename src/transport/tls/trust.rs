//! How the client verifies a server's certificate, and the server a client's.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, RootCertStore, SignatureScheme,
};
use thiserror::Error;

use super::fingerprint::Fingerprint;
use super::possession::{PublicKey, USABLE};
use super::spaced::spaced;

/// The provider of cryptography: never the process-wide default, which any code could have installed first.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Which servers a client trusts.
#[derive(Clone, Debug)]
pub enum Trust {
    /// Those whose certificate has their name, and is signed by one of these.
    Roots(Arc<RootCertStore>),
    /// Those whose certificate has one of these fingerprints, whatever it contains.
    Pins(Vec<Fingerprint>),
}

/// Why a server's certificate is not trusted, as one line for the user.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Untrusted(String);

/// The verifier of [`Trust`].
#[derive(Debug)]
pub struct ServerVerifier {
    kind: Kind,
    provider: Arc<CryptoProvider>,
}

#[derive(Debug)]
enum Kind {
    Roots(Arc<WebPkiServerVerifier>),
    Pins(Vec<Fingerprint>),
}

impl ServerVerifier {
    /// The verifier of `trust`.
    ///
    /// # Errors
    /// There are no roots.
    pub fn new(trust: Trust, provider: &Arc<CryptoProvider>) -> Result<Self, String> {
        let kind = match trust {
            Trust::Pins(pins) => Kind::Pins(pins),
            Trust::Roots(roots) => {
                let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider)).build();
                Kind::Roots(verifier.map_err(|_| "no certificate authority is known to this machine".to_owned())?)
            }
        };
        Ok(Self { kind, provider: Arc::clone(provider) })
    }
}

impl ServerCertVerifier for ServerVerifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = Fingerprint::of(certificate);
        match &self.kind {
            Kind::Pins(pins) if pins.contains(&found) => Ok(ServerCertVerified::assertion()),
            Kind::Pins(_) => Err(untrusted(format!(
                "the server's certificate does not match any --tls-fingerprint: its SHA-256 is {found}"
            ))),
            Kind::Roots(roots) => {
                roots.verify_server_cert(certificate, chain, name, ocsp, now).map_err(|error| match error {
                    Error::InvalidCertificate(why) => untrusted(format!(
                        "the server's certificate {}; if you know it by its SHA-256, add: --tls-fingerprint {found}",
                        wrong(&why, name)
                    )),
                    other => other,
                })
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        match self.kind {
            Kind::Roots(_) => verify_tls12_signature(message, certificate, signed, algorithms),
            Kind::Pins(_) => usable(certificate)?.verify_tls12(message, signed, algorithms),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        match self.kind {
            Kind::Roots(_) => verify_tls13_signature(message, certificate, signed, algorithms),
            Kind::Pins(_) => usable(certificate)?.verify_tls13(message, signed, algorithms),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The key of a pinned certificate, of which nothing else is read.
fn usable<'a>(certificate: &'a CertificateDer<'_>) -> Result<PublicKey<'a>, Error> {
    PublicKey::usable(certificate).ok_or_else(|| {
        untrusted(format!("the server cannot prove that its certificate is its own: the key is not {USABLE}"))
    })
}

fn untrusted(why: String) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(Untrusted(why)))))
}

/// What is wrong with a certificate, as the end of a sentence.
fn wrong(why: &CertificateError, name: &ServerName<'_>) -> String {
    match why {
        CertificateError::UnknownIssuer => "is self-signed, or its issuer is not trusted by this machine".into(),
        CertificateError::ExpiredContext { not_after, .. } => format!("expired on {}", day(*not_after)),
        CertificateError::NotValidYetContext { not_before, .. } => format!("is not valid before {}", day(*not_before)),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<&str> = presented.iter().map(|shown| bare(shown)).collect();
            let names = if names.is_empty() { "no name at all".into() } else { names.join(", ") };
            format!("is for {names}, and not for {}", name.to_str())
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "is not a server certificate".into()
        }
        CertificateError::BadEncoding => "cannot be read".into(),
        CertificateError::BadSignature => "has an invalid signature".into(),
        CertificateError::Revoked => "was revoked".into(),
        // `openssl req -x509` makes CA certificates, which servers must not present.
        CertificateError::Other(OtherError(inner)) if inner.to_string() == "CaUsedAsEndEntity" => {
            "is a self-signed CA certificate".into()
        }
        CertificateError::Other(OtherError(inner)) => format!("is invalid: {}", spaced(&inner.to_string())),
        other => format!("is invalid: {other}"),
    }
}

/// The name in `DnsName("a.example")` or `IpAddress(192.0.2.7)`.
fn bare(shown: &str) -> &str {
    let inner = shown.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(shown);
    inner.trim_matches('"')
}

/// Whether a certificate is expired or not yet valid at `now`, as the end of a sentence; `None` if it is valid (RFC
/// 5280 §4.1.2.5). The server presents an invalid one anyway: clients decide whether to accept it.
pub fn out_of_date(certificate: &CertificateDer<'_>, now: UnixTime) -> Option<String> {
    // Validity is checked before the issuer, so the certificate can serve as its own root.
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone().into_owned()).ok()?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().ok()?;
    let name = ServerName::try_from("any.invalid").ok()?;
    match verifier.verify_server_cert(certificate, &[], &name, &[], now) {
        Err(Error::InvalidCertificate(
            why @ (CertificateError::ExpiredContext { .. } | CertificateError::NotValidYetContext { .. }),
        )) => Some(wrong(&why, &name)),
        _ => None,
    }
}

fn day(time: UnixTime) -> String {
    let secs = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(secs).unwrap_or(jiff::Timestamp::MAX).strftime("%Y-%m-%d").to_string()
}

/// Signature schemes of keys that are not [`USABLE`] (RFC 8446 §4.2.3). The unknown ones are `rsa_pss_pss_sha256`, `…384`
/// and `…512`, of keys that can sign only by RSA-PSS.
const UNVERIFIED: [SignatureScheme; 5] = [
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::ED448,
    SignatureScheme::Unknown(0x0809),
    SignatureScheme::Unknown(0x080a),
    SignatureScheme::Unknown(0x080b),
];

/// The server's verifier of clients: accepts any certificate, or none, since only its fingerprint is used as an
/// identity. The client must prove that it has the key. If we cannot verify that, since the key is not [`USABLE`], the
/// client is accepted, too, but the certificate says nothing about it: see [`is_proven`](super::possession::is_proven).
#[derive(Debug)]
pub struct AnyClient(pub Arc<CryptoProvider>);

impl ClientCertVerifier for AnyClient {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    /// Empty: otherwise a client would send only certificates signed by one of those listed.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match PublicKey::usable(certificate) {
            Some(key) => key.verify_tls12(message, signed, &self.0.signature_verification_algorithms),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match PublicKey::usable(certificate) {
            Some(key) => key.verify_tls13(message, signed, &self.0.signature_verification_algorithms),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    /// Also those that cannot be verified: without them a client would keep such a certificate to itself, and nobody
    /// would be told why it has no fingerprint.
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.0.signature_verification_algorithms.supported_schemes();
        schemes.extend(UNVERIFIED);
        schemes
    }
}
