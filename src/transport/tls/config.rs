//! The settings of both ends of TLS, from bytes: certificates, keys, a clock.

use std::sync::Arc;

use rustls::crypto::ring::Ticketer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ProducesTickets;
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, Error, ServerConfig};

use super::names::Certificates;
use super::possession::PublicKey;
use super::trust::{AnyClient, ServerVerifier, Trust, provider};

/// The ALPN name of IRC (RFC 7301, "Application-Layer Protocol Negotiation"; IANA registers "irc").
pub(super) const IRC: &[u8] = b"irc";

/// The ALPN name for WebSocket, as browsers offer it for `wss`: the handshake (RFC 6455 §1.3) is an HTTP/1.1 request.
pub(super) const WEB: &[u8] = b"http/1.1";

/// A certificate with its chain, and its private key.
pub type Identity = Arc<CertifiedKey>;

/// The settings of the client's ends.
pub type ClientTls = Arc<ClientConfig>;

/// The settings of the server's ends. There are two sets, for two reasons.
///
/// If the client offers only ALPN protocols that the listener does not speak, the handshake must fail (RFC 7301 §3.2,
/// "no_application_protocol"): otherwise a web page could make a browser send an IRC server a request that contains
/// commands. Clients that offer no protocol are accepted by both.
///
/// And only IRC clients are asked for a certificate: if a server requests one, Chromium aborts the WebSocket, since it
/// has no page in which to ask the user.
#[derive(Clone, Debug)]
pub struct ServerTls {
    /// For connections that speak IRC.
    pub irc: Arc<ServerConfig>,
    /// For connections that speak WebSocket.
    pub web: Arc<ServerConfig>,
}

/// The ticket keys for resuming sessions. Keep them when the certificates change, so that clients can still resume. IRC
/// and WebSocket connections have separate keys: only IRC clients are asked for a certificate, so a session must not be
/// resumed on the other kind.
#[derive(Clone, Debug)]
pub struct Tickets {
    irc: Arc<dyn ProducesTickets>,
    web: Arc<dyn ProducesTickets>,
}

impl Tickets {
    /// New random keys, known only to this process.
    ///
    /// # Errors
    /// The system provides no random numbers.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { irc: Ticketer::new()?, web: Ticketer::new()? })
    }
}

/// Parses a certificate with its chain, the server's own first, and its key, from PEM (RFC 7468).
///
/// # Errors
/// What is wrong with the chain or the key, as the end of a sentence.
pub fn identity(chain: &[u8], key: &[u8]) -> Result<Identity, BadIdentity> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
    let chain = chain.map_err(|error| BadIdentity::Chain(format!("is not valid PEM: {error}")))?;
    if chain.is_empty() {
        return Err(BadIdentity::Chain("has no certificate in PEM".into()));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| {
        BadIdentity::Key(match error {
            pem::Error::NoItemsFound => "has no private key in PEM, or one with a password".into(),
            error => format!("is not valid PEM: {error}"),
        })
    })?;
    let key = provider().key_provider.load_private_key(key).map_err(|_| {
        BadIdentity::Key("has a key that cannot be used: RSA, ECDSA (P-256, P-384) and Ed25519 can".into())
    })?;
    let Some(public) = PublicKey::of(&chain[0]) else {
        return Err(BadIdentity::Chain("has a certificate that cannot be read".into()));
    };
    if key.public_key().is_some_and(|own| own != public.info()) {
        return Err(BadIdentity::Key("does not belong to the certificate".into()));
    }
    Ok(Arc::new(CertifiedKey::new(chain, key)))
}

/// The server's settings. The first of `identities` is for clients that request no name, or an unknown one.
///
/// # Errors
/// There is no identity, or the library rejects one.
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

/// The client's settings: which servers it trusts, and its certificate, if any.
///
/// # Errors
/// `trust` has no roots, or the library rejects the settings.
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

/// Whether the chain or the key is wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadIdentity {
    /// The certificate, or its chain.
    Chain(String),
    /// The key.
    Key(String),
}
