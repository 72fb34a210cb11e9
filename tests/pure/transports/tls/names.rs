//! Which certificate a client gets, and which protocol is negotiated.

use std::sync::Arc;

use rustls::ClientConfig;
use verbatim::transport::tls::{Fingerprint, Trust, accept, client_config, connect};

use super::world::*;

/// A client that trusts only this certificate, whatever name it has.
fn pinned(identity: &verbatim::transport::tls::Identity) -> Arc<ClientConfig> {
    let trust = Trust::Pins(vec![Fingerprint::of(&identity.cert[0])]);
    client_config(trust, None, Arc::new(rustls::time_provider::DefaultTimeProvider)).expect("valid TLS settings")
}

#[test]
fn a_client_gets_the_certificate_for_the_name_it_requests() {
    let authority = Authority::new();
    let first = authority.signs(&["first.example"]);
    let second = authority.signs(&["second.example", "also.example"]);
    let wild = authority.signs(&["*.wild.example"]);
    let server = server_with(&[&first, &second, &wild]);
    for (host, shown) in [
        ("first.example", &first),
        ("second.example", &second),
        ("SECOND.example", &second),
        ("also.example", &second),
        ("a.wild.example", &wild),
        // RFC 6125 §6.4.3: the wildcard matches only the left-most label.
        ("a.b.wild.example", &first),
        ("wild.example", &first),
        ("unknown.example", &first),
        // An address cannot be requested: RFC 6066 §3, "Literal IPv4 and IPv6 addresses are not permitted".
        ("127.0.0.1", &first),
        ("::1", &first),
    ] {
        let mut pair = Pair::to(host, &pinned(shown), &server);
        pair.carry(usize::MAX);
        assert_eq!(pair.client.error, None, "{host}");
        assert!(pair.server.transport.is_open());
    }
}

#[test]
fn a_client_gets_a_certificate_whose_signature_it_can_verify() {
    let authority = Authority::new();
    let edwards = {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
        let params = rcgen::CertificateParams::new([HOST.to_owned()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        verbatim::transport::tls::identity(certificate.pem().as_bytes(), key.serialize_pem().as_bytes())
            .expect("a pair")
    };
    let common = authority.signs(&[HOST]);
    let server = server_with(&[&edwards, &common]);
    Pair::new(&pinned(&edwards), &server).shaken();
    // A client without Ed25519.
    let mut provider = rustls::crypto::ring::default_provider();
    let algorithms = &mut provider.signature_verification_algorithms;
    let ecdsa = |row: &&(rustls::SignatureScheme, _)| row.0 == rustls::SignatureScheme::ECDSA_NISTP256_SHA256;
    let mapping: Vec<_> = algorithms.mapping.iter().filter(ecdsa).copied().collect();
    algorithms.mapping = Vec::leak(mapping);
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(Arc::clone(&authority.roots))
        .with_no_client_auth();
    Pair::new(&Arc::new(config), &server).shaken();
}

#[test]
fn an_invalid_host_name_is_refused_before_a_byte_is_sent() {
    let authority = Authority::new();
    let config = client_of(VERSIONS[1], &authority, None);
    let error = connect(Some(&config), "no host", false).expect_err("it has a space");
    assert_eq!(error.to_string(), "\"no host\" cannot be the name of a server with TLS");
}

/// A handshake in which the client offers the ALPN name of IRC or WebSocket, and the server listens for one of them.
fn agreed(client_web: bool, server_web: bool) -> (End, End) {
    let authority = Authority::new();
    let tls = server_with(&[&authority.signs(&[HOST])]);
    let config = client_of(VERSIONS[1], &authority, None);
    let client = End::new(connect(Some(&config), HOST, client_web).expect("a name"));
    let server = End::new(accept(Some(&tls), server_web));
    let mut pair = Pair { client, server, written: [0; 2] };
    pair.carry(usize::MAX);
    (pair.client, pair.server)
}

#[test]
fn no_common_alpn_protocol_ends_the_handshake() {
    for web in [false, true] {
        let (client, server) = agreed(web, web);
        assert!(client.transport.is_open() && server.transport.is_open());
        let (client, server) = agreed(web, !web);
        assert_eq!(server.error.as_deref(), Some("TLS: no protocol in common (ALPN)"));
        let hint = "try wss:// in place of tls://, or tls:// in place of wss://";
        assert_eq!(client.error, Some(format!("TLS: that port speaks another protocol: {hint}")));
    }
}

#[test]
fn a_websocket_client_is_not_asked_for_a_certificate() {
    let authority = Authority::new();
    let tls = server_with(&[&authority.signs(&[HOST])]);
    for version in VERSIONS {
        let config = client_of(version, &authority, Some(&authority.signs(&["alice"])));
        let client = End::new(connect(Some(&config), HOST, true).expect("a name"));
        let server = End::new(accept(Some(&tls), true));
        let pair = Pair { client, server, written: [0; 2] }.shaken();
        assert_eq!(pair.server.peer().certificate, None);
    }
}

#[test]
fn a_client_without_alpn_is_accepted() {
    let authority = Authority::new();
    let tls = server_with(&[&authority.signs(&[HOST])]);
    for web in [false, true] {
        let config = client_of(VERSIONS[1], &authority, None);
        let host = HOST.try_into().expect("a name");
        let mut client = rustls::ClientConnection::new(config, host).expect("valid TLS settings");
        let mut server = End::new(accept(Some(&tls), web));
        while client.is_handshaking() {
            let mut raw = Vec::new();
            while client.wants_write() {
                client.write_tls(&mut raw).expect("memory does not fail");
            }
            server.hears(&raw, usize::MAX);
            client.read_tls(&mut &*server.raw()).expect("memory does not fail");
            client.process_new_packets().expect("a handshake");
        }
        assert_eq!((client.alpn_protocol(), &server.error), (None, &None));
    }
}
