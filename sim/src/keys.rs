//! The keys and certificates of the virtual world, and the clock that TLS reads there.
//!
//! TLS draws random numbers of its own, so its bytes are different in each run. What a run depends on is how many they
//! are, and that must be the same: keys are Ed25519, whose signatures have one length, and the time is virtual.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair, PKCS_ED25519};
use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use verbatim::time::Time;

use crate::way::HOST;

/// RFC 8410 §7: what stands before the 32 bytes of an Ed25519 key in PKCS #8.
const PKCS8: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The virtual time, where TLS can read it.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    /// It is `now`.
    pub fn set(&self, now: Time) {
        self.0.store(now.as_micros(), Ordering::Relaxed);
    }
}

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_micros(self.0.load(Ordering::Relaxed))))
    }
}

/// A certificate, and the key that belongs to it.
#[derive(Debug)]
struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// The same for the same name, always.
    fn new(name: &str) -> Self {
        let pkcs8 = PrivatePkcs8KeyDer::from([&PKCS8[..], blake3::hash(name.as_bytes()).as_bytes()].concat());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8, &PKCS_ED25519).expect("any 32 bytes are a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("the name is one");
        let certificate = params.self_signed(&key).expect("the key signs").into();
        Self { certificate, key: PrivateKeyDer::Pkcs8(pkcs8) }
    }

    fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.clone()]
    }
}

fn server() -> &'static Identity {
    static SERVER: OnceLock<Identity> = OnceLock::new();
    SERVER.get_or_init(|| Identity::new(HOST))
}

fn person() -> &'static Identity {
    static PERSON: OnceLock<Identity> = OnceLock::new();
    PERSON.get_or_init(|| Identity::new("ada.example"))
}

/// The fingerprint of the certificate that people show who show one.
pub fn fingerprint() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let digest = ::ring::digest::digest(&::ring::digest::SHA256, &person().certificate);
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    })
}

/// What the server's ends are made with. Made anew for each run: it remembers sessions.
pub fn server_config(clock: &Clock) -> Arc<ServerConfig> {
    let builder = ServerConfig::builder_with_details(Arc::new(ring::default_provider()), Arc::new(clock.clone()));
    let builder = builder.with_safe_default_protocol_versions().expect("ring speaks them");
    let server = server();
    let config = builder.with_no_client_auth().with_single_cert(server.chain(), server.key.clone_key());
    let mut config = config.expect("the key is the certificate's");
    config.alpn_protocols = vec![b"irc".to_vec()];
    Arc::new(config)
}

/// What one peer's ends are made with, from run to run of its program: it remembers sessions. It shows a certificate if
/// it `is_known`.
pub fn client_config(clock: &Clock, is_known: bool) -> Arc<ClientConfig> {
    let builder = ClientConfig::builder_with_details(Arc::new(ring::default_provider()), Arc::new(clock.clone()));
    let builder = builder.with_safe_default_protocol_versions().expect("ring speaks them");
    let mut roots = RootCertStore::empty();
    roots.add(server().certificate.clone()).expect("the certificate is one");
    let builder = builder.with_root_certificates(roots);
    let mut config = match is_known {
        true => {
            let person = person();
            builder.with_client_auth_cert(person.chain(), person.key.clone_key()).expect("the key is the certificate's")
        }
        false => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"irc".to_vec()];
    config.resumption = Resumption::in_memory_sessions(4);
    Arc::new(config)
}
