//! What the ends of TLS are made with, from bytes: certificates, keys, a clock.

use std::sync::Arc;

use rustls::crypto::ring::Ticketer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ProducesTickets;
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, Error, InconsistentKeys, ServerConfig};

use super::names::Certificates;
use super::trust::{AnyClient, ServerVerifier, Trust, provider};

/// The name of IRC in the handshake (RFC 7301, "Application-Layer Protocol Negotiation"; IANA has it as "irc").
pub(super) const IRC: &[u8] = b"irc";

/// The name of what WebSocket begins with (RFC 6455 §1.3 is a request of HTTP/1.1): what browsers offer for `wss`.
pub(super) const WEB: &[u8] = b"http/1.1";

/// A certificate with its chain, and the key that it is about.
pub type Identity = Arc<CertifiedKey>;

/// What the client's ends are made with.
pub type ClientTls = Arc<ClientConfig>;

/// What the server's ends are made with. There are two, for two reasons.
///
/// A name that the client offers and the listener does not speak must end the handshake (RFC 7301 §3.2,
/// "no_application_protocol"): else a web page could have a browser send an IRC server a request that holds commands.
/// Who offers no name is let in to either.
///
/// And only clients of IRC are asked for a certificate: Chromium cancels a WebSocket whose server asks, since there is
/// no page that could show its person the question.
#[derive(Clone, Debug)]
pub struct ServerTls {
    /// For connections that speak IRC.
    pub irc: Arc<ServerConfig>,
    /// For connections that speak WebSocket.
    pub web: Arc<ServerConfig>,
}

/// What a client's sessions are resumed with; whoever keeps it over a change of the certificates lets clients resume.
/// Connections that speak IRC and those that speak WebSocket have their own: what is asked of a client differs, and a
/// session that began in one way must not go on in the other.
#[derive(Clone, Debug)]
pub struct Tickets {
    irc: Arc<dyn ProducesTickets>,
    web: Arc<dyn ProducesTickets>,
}

impl Tickets {
    /// By keys that nobody but this process knows.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { irc: Ticketer::new()?, web: Ticketer::new()? })
    }
}

/// Reads a certificate with its chain, the server's own first, and its key, from PEM (RFC 7468).
///
/// # Errors
/// What is wrong, as the end of a sentence: that of the chain (first) or of the key (second).
pub fn identity(chain: &[u8], key: &[u8]) -> Result<Identity, BadIdentity> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
    let chain = chain.map_err(|error| BadIdentity::Chain(format!("is no PEM: {error}")))?;
    if chain.is_empty() {
        return Err(BadIdentity::Chain("has no certificate in PEM".into()));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| {
        BadIdentity::Key(match error {
            pem::Error::NoItemsFound => "has no private key in PEM, or one with a password".into(),
            error => format!("is no PEM: {error}"),
        })
    })?;
    let key = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            BadIdentity::Key("does not belong to the certificate".into())
        }
        Error::InvalidCertificate(_) => BadIdentity::Chain("has a certificate that cannot be read".into()),
        _ => BadIdentity::Key("has a key that cannot be used: RSA, ECDSA (P-256, P-384) and Ed25519 can".into()),
    })?;
    Ok(Arc::new(key))
}

/// What the server's ends are made with: the first of `identities` is for who asks for no name that they have.
///
/// # Errors
/// There is no identity, or the library cannot do what it is asked for.
pub fn server_config(
    identities: Vec<Identity>,
    tickets: Tickets,
    time: Arc<dyn TimeProvider>,
) -> Result<ServerTls, Error> {
    if identities.is_empty() {
        return Err(Error::NoCertificatesPresented);
    }
    let provider = provider();
    let certificates = Arc::new(Certificates(identities));
    let builder =
        ServerConfig::builder_with_details(Arc::clone(&provider), time).with_safe_default_protocol_versions()?;
    let asks = builder.clone().with_client_cert_verifier(Arc::new(AnyClient(provider)));
    let mut irc = asks.with_cert_resolver(Arc::clone(&certificates) as Arc<_>);
    let mut web = builder.with_no_client_auth().with_cert_resolver(certificates);
    for (config, protocol, tickets) in [(&mut irc, IRC, tickets.irc), (&mut web, WEB, tickets.web)] {
        config.ticketer = tickets;
        config.alpn_protocols = vec![protocol.to_vec()];
    }
    Ok(ServerTls { irc: Arc::new(irc), web: Arc::new(web) })
}

/// What the client's ends are made with: whom they believe, and the certificate that they show, if any.
///
/// # Errors
/// `trust` has no roots, or the library cannot do what it is asked for.
pub fn client_config(trust: Trust, shown: Option<Identity>, time: Arc<dyn TimeProvider>) -> Result<ClientTls, String> {
    let provider = provider();
    let verifier = ServerVerifier::new(trust, &provider)?;
    let config = ClientConfig::builder_with_details(provider, time)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let config = match shown {
        Some(identity) => {
            config.with_client_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from((*identity).clone())))
        }
        None => config.with_no_client_auth(),
    };
    Ok(Arc::new(config))
}

/// Which of the two is wrong, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadIdentity {
    /// The certificate, or its chain.
    Chain(String),
    /// The key.
    Key(String),
}
