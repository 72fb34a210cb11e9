//! Which certificate a server presents: by the requested name (RFC 6066 §3, "Server Name Indication").

use std::sync::Arc;

use rustls::client::verify_server_name;
use rustls::pki_types::ServerName;
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;

/// A server's certificates, in the order of its configuration.
#[derive(Debug)]
pub struct Certificates(pub Vec<Arc<CertifiedKey>>);

impl ResolvesServerCert for Certificates {
    /// The first certificate that has the requested name, and a key that the client can verify. If there is none, or no
    /// name is requested, the first with such a key; failing that, the first of all. RFC 6066 §3 allows that ("the
    /// server SHOULD take one of two actions: either abort the handshake […] or continue the handshake"); the client
    /// will notice the mismatch.
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let fits = |key: &&Arc<CertifiedKey>| key.key.choose_scheme(hello.signature_schemes()).is_some();
        let name = hello.server_name().and_then(|name| ServerName::try_from(name).ok());
        let named = name.and_then(|name| self.0.iter().filter(fits).find(|key| has_name(key, &name)));
        named.or_else(|| self.0.iter().find(fits)).or(self.0.first()).cloned()
    }
}

/// Whether the certificate is for `name`. RFC 6125 §6.4.3: a `*` matches one label, the leftmost.
fn has_name(key: &CertifiedKey, name: &ServerName<'_>) -> bool {
    let certificate = key.end_entity_cert().and_then(ParsedCertificate::try_from);
    certificate.is_ok_and(|certificate| verify_server_name(&certificate, name).is_ok())
}
