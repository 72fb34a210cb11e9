//! Which servers a client trusts, how it words a refusal, and how a server verifies a client's certificate.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, date_time_ymd};
use rustls::RootCertStore;
use rustls::pki_types::UnixTime;
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use verbatim::transport::tls::{BadIdentity, Fingerprint, Identity, Trust, client_config, identity};

use super::world::*;

/// A stopped clock.
#[derive(Debug)]
struct At(u64);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(self.0)))
    }
}

/// 2026-11-24T00:00:00Z.
const NOW: u64 = 1_795_478_400;

/// A clock that is set.
#[derive(Debug)]
struct Set(AtomicU64);

impl TimeProvider for Set {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(self.0.load(Relaxed))))
    }
}

/// The error of a client that connects to [`HOST`] with `trust` and gets `identity`.
fn said(trust: Trust, identity: &Identity) -> Option<String> {
    let client = client_config(trust, None, Arc::new(At(NOW))).expect("valid TLS settings");
    let mut pair = Pair::new(&client, &server_with(&[identity]));
    pair.carry(usize::MAX);
    assert_eq!(pair.client.transport.is_open(), pair.client.error.is_none());
    assert_eq!(pair.server.transport.is_open(), pair.client.error.is_none(), "the server is told of it");
    pair.client.error
}

#[test]
fn an_untrusted_certificate_is_explained_in_one_line() {
    let authority = Authority::new();
    let roots = || Trust::Roots(Arc::clone(&authority.roots));
    let good = authority.signs(&[HOST]);
    assert_eq!(said(roots(), &good), None);
    let stranger = Authority::named("a stranger").signs(&[HOST]);
    let expired = authority.signs_with(&[HOST], |params| params.not_after = date_time_ymd(2025, 3, 9));
    let early = authority.signs_with(&[HOST], |params| params.not_before = date_time_ymd(2027, 1, 2));
    let other = authority.signs(&["a.example", "*.b.example"]);
    let address = authority.signs(&["192.0.2.7"]);
    let openssl = authority.signs_with(&[HOST], |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    let client = authority.signs_with(&[HOST], |params| {
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::ClientAuth);
    });
    for (identity, why) in [
        (&openssl, "is a self-signed CA certificate"),
        (&client, "is not a server certificate"),
        (&stranger, "is self-signed, or its issuer is not trusted by this machine"),
        (&expired, "expired on 2025-03-09"),
        (&early, "is not valid before 2027-01-02"),
        (&other, "is for a.example, *.b.example, and not for irc.example.org"),
        (&address, "is for 192.0.2.7, and not for irc.example.org"),
    ] {
        let fingerprint = Fingerprint::of(&identity.cert[0]);
        let line = format!(
            "the server's certificate {why}; if you know it by its SHA-256, add: --tls-fingerprint {fingerprint}"
        );
        assert_eq!(said(roots(), identity), Some(line));
        // With its fingerprint it is trusted.
        assert_eq!(said(Trust::Pins(vec![fingerprint]), identity), None);
    }
}

#[test]
fn the_validity_of_a_certificate_is_judged_by_the_clock_as_it_is_set_now() {
    let authority = Authority::new();
    let identity = authority.signs_with(&[HOST], |params| {
        (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1));
    });
    let clock = Arc::new(Set(AtomicU64::new(0)));
    let trust = Trust::Roots(Arc::clone(&authority.roots));
    // One client, as in a program that runs on while somebody sets the clock.
    let client = client_config(trust, None, Arc::clone(&clock) as Arc<dyn TimeProvider>).expect("valid TLS settings");
    let year = 365 * 86_400;
    for (now, is_valid) in [(0, false), (NOW, true), (NOW + year, false), (NOW - year, false), (NOW, true)] {
        clock.0.store(now, Relaxed);
        let mut pair = Pair::new(&client, &server_with(&[&identity]));
        pair.carry(usize::MAX);
        assert_eq!(pair.client.error.is_none(), is_valid, "at {now}: {:?}", pair.client.error);
    }
}

#[test]
fn with_a_pinned_fingerprint_nothing_else_counts() {
    let authority = Authority::new();
    let [first, second] = [authority.signs(&[HOST]), authority.signs(&[HOST])];
    let of = |identity: &Identity| Fingerprint::of(&identity.cert[0]);
    assert_eq!(said(Trust::Pins(vec![of(&second), of(&first)]), &first), None);
    let line = format!("the server's certificate does not match any --tls-fingerprint: its SHA-256 is {}", of(&first));
    assert_eq!(said(Trust::Pins(vec![of(&second)]), &first), Some(line.clone()));
    assert_eq!(said(Trust::Pins(Vec::new()), &first), Some(line));
}

#[test]
fn a_pinned_certificate_without_its_key_is_refused() {
    let authority = Authority::new();
    let [known, thief] = [authority.signs(&[HOST]), authority.signs(&[HOST])];
    let stolen = Arc::new(CertifiedKey::new(known.cert.clone(), Arc::clone(&thief.key)));
    let error = said(Trust::Pins(vec![Fingerprint::of(&known.cert[0])]), &stolen);
    assert_eq!(error.as_deref(), Some("TLS: bad certificate: bad signature"));
}

#[test]
fn a_machine_without_certificate_authorities_says_so() {
    let nobody = Trust::Roots(Arc::new(RootCertStore::empty()));
    let error = client_config(nobody, None, Arc::new(At(NOW))).expect_err("there is nobody");
    assert_eq!(error, "no certificate authority is known to this machine");
}

#[test]
fn any_client_certificate_is_accepted_by_its_fingerprint() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    // From an unknown authority, without a name, and expired long ago.
    let shown = Authority::new().signs_with(&[], |params| params.not_after = date_time_ymd(1990, 1, 1));
    for version in VERSIONS {
        let pair = Pair::new(&client_of(version, &authority, Some(&shown)), &server).shaken();
        let expected = Fingerprint::of(&shown.cert[0]).to_string();
        assert_eq!(pair.server.peer().certificate.as_deref(), Some(expected.as_str()), "{version:?}");
    }
}

#[test]
fn a_client_without_the_key_of_its_certificate_is_refused() {
    let authority = Authority::new();
    let server = server_with(&[&authority.signs(&[HOST])]);
    let [known, thief] = [authority.signs(&["alice"]), authority.signs(&["mallory"])];
    let stolen = Arc::new(CertifiedKey::new(known.cert.clone(), Arc::clone(&thief.key)));
    for version in VERSIONS {
        let mut pair = Pair::new(&client_of(version, &authority, Some(&stolen)), &server);
        pair.carry(usize::MAX);
        assert_eq!(pair.server.error.as_deref(), Some("TLS: bad certificate: bad signature"), "{version:?}");
        assert!(!pair.server.transport.is_open());
    }
}

#[test]
fn errors_distinguish_a_missing_certificate_from_a_wrong_key() {
    let pem = || {
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
        (made.cert.pem(), made.signing_key.serialize_pem())
    };
    let ((chain, key), (_, other_key)) = (pem(), pem());
    let both = chain.clone() + &key;
    assert!(identity(chain.as_bytes(), key.as_bytes()).is_ok());
    assert!(identity(both.as_bytes(), both.as_bytes()).is_ok());
    for (chain, key, expected) in [
        ("", key.as_str(), BadIdentity::Chain("has no certificate in PEM".into())),
        (&key, &key, BadIdentity::Chain("has no certificate in PEM".into())),
        (&chain, &chain, BadIdentity::Key("has no private key in PEM, or one with a password".into())),
        (&chain, &other_key, BadIdentity::Key("does not belong to the certificate".into())),
    ] {
        assert_eq!(identity(chain.as_bytes(), key.as_bytes()).err(), Some(expected));
    }
    let cut = &chain[..chain.len() / 2];
    assert!(
        matches!(identity(cut.as_bytes(), key.as_bytes()), Err(BadIdentity::Chain(what)) if what.starts_with("is not valid PEM"))
    );
    let no_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let error = identity(no_der.as_bytes(), key.as_bytes()).err();
    assert_eq!(error, Some(BadIdentity::Chain("has a certificate that cannot be read".into())));
}
