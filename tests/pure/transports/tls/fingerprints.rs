//! What only needs a fingerprint: the certificates of clients, and of servers that are pinned. Nothing of them is parsed
//! but the key, whose possession must be proven.

use std::sync::Arc;

use rcgen::{Certificate, CertificateParams, CustomExtension, KeyPair, PKCS_ED25519};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::time_provider::DefaultTimeProvider;
use rustls::{ServerConfig, SupportedProtocolVersion};
use verbatim::transport::tls::{Fingerprint, Identity, ServerTls, Trust, client_config, identity};

use super::world::*;

/// A certificate with an extension that no library knows and none may ignore, and its key.
fn odd() -> (Certificate, KeyPair) {
    let mut params = CertificateParams::new(vec![HOST.to_owned()]).expect("a name");
    let mut unknown = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
    unknown.set_criticality(true);
    params.custom_extensions.push(unknown);
    let key = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
    (params.self_signed(&key).expect("a certificate"), key)
}

/// The certificate as one of version 1, which has neither a version nor extensions; its signature is wrong.
fn first_version(certificate: &CertificateDer<'_>) -> CertificateDer<'static> {
    let element = |tag: u8, content: &[u8]| {
        [&[tag, 0x82][..], &u16::try_from(content.len()).expect("it is short").to_be_bytes(), content].concat()
    };
    // The version ends after these bytes, and the key after those.
    let version = certificate.windows(5).position(|bytes| bytes == [0xa0, 3, 2, 1, 2]).expect("a version") + 5;
    let key = certificate.windows(5).rposition(|bytes| bytes == [0x2b, 0x65, 0x70, 3, 0x21]).expect("a key") + 5 + 33;
    let signature = [0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x41, 0].into_iter().chain([0; 64]).collect::<Vec<_>>();
    element(0x30, &[element(0x30, &certificate[version..key]), signature].concat()).into()
}

/// The certificate with a key of another kind: RFC 8410 §3, id-Ed448 follows id-Ed25519.
fn unverifiable(certificate: &CertificateDer<'_>) -> CertificateDer<'static> {
    let at = certificate.windows(5).rposition(|bytes| bytes == [0x2b, 0x65, 0x70, 3, 0x21]).expect("a key");
    [&certificate[..at], &[0x2b, 0x65, 0x71], &certificate[at + 3..]].concat().into()
}

/// A certificate with a key that signs for it, whether it belongs to it or not.
fn with_key(certificate: CertificateDer<'static>, key: &KeyPair) -> Identity {
    let der = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let key = default_provider().key_provider.load_private_key(der).expect("a key");
    Arc::new(CertifiedKey::new(vec![certificate], key))
}

fn fingerprint(identity: &Identity) -> Fingerprint {
    Fingerprint::of(&identity.cert[0])
}

/// A server of one version with this certificate.
fn server_of(version: &'static SupportedProtocolVersion, shown: &Identity) -> ServerTls {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider())).with_protocol_versions(&[version]);
    let shown = Arc::new(SingleCertAndKey::from((**shown).clone()));
    let mut config = config.expect("ring has it").with_no_client_auth().with_cert_resolver(shown);
    config.alpn_protocols = vec![b"irc".to_vec()];
    let config = Arc::new(config);
    ServerTls { irc: Arc::clone(&config), web: config }
}

/// A server, and a client with this certificate, when they have shaken hands or given up.
fn shown(version: &'static SupportedProtocolVersion, shown: &Identity) -> Pair {
    let authority = Authority::new();
    let mut pair = Pair::new(&client_of(version, &authority, Some(shown)), &server_with(&[&authority.signs(&[HOST])]));
    pair.carry(usize::MAX);
    pair
}

/// A client that pins this certificate, and its server, when they have shaken hands or given up.
fn pinned(version: &'static SupportedProtocolVersion, shown: &Identity) -> Pair {
    let trust = Trust::Pins(vec![fingerprint(shown)]);
    let client = client_config(trust, None, Arc::new(DefaultTimeProvider)).expect("valid TLS settings");
    let mut pair = Pair::new(&client, &server_of(version, shown));
    pair.carry(usize::MAX);
    pair
}

/// Certificates that libraries refuse, with their keys.
fn refused_elsewhere() -> [Identity; 2] {
    let (certificate, key) = odd();
    [with_key(certificate.der().clone(), &key), with_key(first_version(certificate.der()), &key)]
}

#[test]
fn a_client_with_a_certificate_that_cannot_be_parsed_connects_and_has_a_fingerprint() {
    for version in VERSIONS {
        for identity in refused_elsewhere() {
            let pair = shown(version, &identity);
            assert_eq!((&pair.client.error, &pair.server.error), (&None, &None), "{version:?}");
            let peer = pair.server.peer();
            let expected = (Some(fingerprint(&identity).to_string()), false);
            assert_eq!((peer.certificate.map(String::from), peer.unproven), expected, "{version:?}");
        }
    }
}

#[test]
fn a_client_that_cannot_prove_that_it_has_the_key_connects_without_a_fingerprint() {
    let (certificate, key) = odd();
    for version in VERSIONS {
        let pair = shown(version, &with_key(unverifiable(certificate.der()), &key));
        assert_eq!((&pair.client.error, &pair.server.error), (&None, &None), "{version:?}");
        assert!(pair.server.transport.is_open());
        let peer = pair.server.peer();
        assert_eq!((peer.certificate, peer.unproven), (None, true), "{version:?}");
    }
}

#[test]
fn a_client_with_bytes_for_a_certificate_connects_without_a_fingerprint() {
    let (_, key) = odd();
    for version in VERSIONS {
        let pair = shown(version, &with_key(b"no certificate at all".to_vec().into(), &key));
        assert_eq!((&pair.server.error, pair.server.peer().unproven), (&None, true), "{version:?}");
    }
}

#[test]
fn a_client_with_the_certificate_of_another_is_refused() {
    let (certificate, _) = odd();
    let (_, key) = odd();
    for version in VERSIONS {
        let pair = shown(version, &with_key(certificate.der().clone(), &key));
        assert_eq!(pair.server.error.as_deref(), Some("TLS: bad certificate: bad signature"), "{version:?}");
    }
}

#[test]
fn a_pinned_certificate_need_not_be_parsed() {
    for version in VERSIONS {
        for identity in refused_elsewhere() {
            let pair = pinned(version, &identity);
            assert_eq!((&pair.client.error, &pair.server.error), (&None, &None), "{version:?}");
            assert!(pair.client.transport.is_open(), "{version:?}");
        }
    }
}

#[test]
fn a_pinned_certificate_must_be_proven_to_be_the_servers() {
    let (certificate, key) = odd();
    let (_, other) = odd();
    for version in VERSIONS {
        let pair = pinned(version, &with_key(certificate.der().clone(), &other));
        assert_eq!(pair.client.error.as_deref(), Some("TLS: bad certificate: bad signature"), "{version:?}");
        let pair = pinned(version, &with_key(unverifiable(certificate.der()), &key));
        let why = "the server cannot prove that its certificate is its own: the key is not RSA with 2048 to 8192 bits, \
                   ECDSA on P-256 or P-384, or Ed25519";
        assert_eq!(pair.client.error.as_deref(), Some(why), "{version:?}");
    }
}

#[test]
fn our_own_certificate_need_not_be_parsed() {
    let (certificate, key) = odd();
    let own = identity(certificate.pem().as_bytes(), key.serialize_pem().as_bytes());
    assert_eq!(own.map(|own| own.cert[0].clone()), Ok(certificate.der().clone()));
}
