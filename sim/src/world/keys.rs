//! The keys and certificates of the virtual world, and the clock that TLS reads there.
//!
//! TLS draws its own random numbers, so its bytes differ in each run. A run depends only on how many bytes there are,
//! and that does not vary: keys are Ed25519, whose signatures all have the same length, and the time is virtual.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rcgen::{CertificateParams, CustomExtension, KeyPair, PKCS_ED25519};
use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use verbatim::time::Time;
use verbatim::transport::tls::{self, ClientTls, Fingerprint, Identity, ServerTls, Trust};

use super::route::HOST;

/// RFC 8410 §7: the bytes before the 32 bytes of an Ed25519 key in PKCS #8.
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The virtual time, for TLS.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    /// Sets the time.
    pub fn set(&self, now: Time) {
        self.0.store(now.as_micros(), Ordering::Relaxed);
    }
}

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_micros(self.0.load(Ordering::Relaxed))))
    }
}

/// A certificate for `name`, and its key: always the same for the same name.
fn identity(name: &str, extensions: &[CustomExtension]) -> Identity {
    let pkcs8 = PrivatePkcs8KeyDer::from([&PKCS8[..], blake3::hash(name.as_bytes()).as_bytes()].concat());
    let pair = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8, &PKCS_ED25519).expect("any 32 bytes are a key");
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a valid name");
    params.custom_extensions = extensions.to_vec();
    let certificate = params.self_signed(&pair).expect("the key signs").into();
    let key = default_provider().key_provider.load_private_key(PrivateKeyDer::Pkcs8(pkcs8)).expect("it can sign");
    Arc::new(CertifiedKey::new(vec![certificate], key))
}

fn server() -> &'static Identity {
    static SERVER: OnceLock<Identity> = OnceLock::new();
    SERVER.get_or_init(|| identity(HOST, &[]))
}

/// The certificate of people, with an extension that no library knows and none may ignore: all that counts is its key.
fn person() -> &'static Identity {
    static PERSON: OnceLock<Identity> = OnceLock::new();
    PERSON.get_or_init(|| {
        let mut extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
        extension.set_criticality(true);
        identity("ada.example", &[extension])
    })
}

/// The same with an Ed448 key, which the server cannot verify (RFC 8410 §3: its identifier follows that of Ed25519).
fn unproven() -> &'static Identity {
    static UNPROVEN: OnceLock<Identity> = OnceLock::new();
    UNPROVEN.get_or_init(|| {
        let mut der = certificate(person()).to_vec();
        for at in 0..der.len() - 2 {
            if der[at..at + 3] == [0x2b, 0x65, 0x70] {
                der[at + 2] = 0x71;
            }
        }
        Arc::new(CertifiedKey::new(vec![der.into()], Arc::clone(&person().key)))
    })
}

fn certificate(identity: &Identity) -> &CertificateDer<'static> {
    &identity.cert[0]
}

/// The fingerprint of the client certificate. All peers that show one show the same.
pub fn fingerprint() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| Fingerprint::of(certificate(person())).to_string())
}

/// The server's TLS settings.
pub fn server_tls(clock: &Clock) -> ServerTls {
    let tickets = tls::Tickets::new().expect("the system has random numbers");
    tls::server_config(vec![Arc::clone(server())], tickets, Arc::new(clock.clone())).expect("valid TLS settings")
}

/// A peer's TLS settings, for all its connections: they remember sessions, to resume them. The peer shows a certificate
/// if it `is_known`, one with a key that cannot be verified if it `is_unproven`.
pub fn client_tls(clock: &Clock, is_known: bool, is_unproven: bool) -> ClientTls {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let roots = ROOTS.get_or_init(|| {
        let mut roots = RootCertStore::empty();
        roots.add(certificate(server()).clone()).expect("a valid certificate");
        Arc::new(roots)
    });
    let shown = is_known.then(|| Arc::clone(if is_unproven { unproven() } else { person() }));
    tls::client_config(Trust::Roots(Arc::clone(roots)), shown, Arc::new(clock.clone())).expect("valid TLS settings")
}
