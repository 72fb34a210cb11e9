//! A test authority, and two ends connected only by memory.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::crypto::ring::default_provider;
use rustls::time_provider::DefaultTimeProvider;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use verbatim::transport::tls::{ClientTls, Identity, ServerTls, Tickets, accept, connect, identity, server_config};
use verbatim::transport::{Output, Transport, TransportError};
use verbatim::wire::Peer;

/// Both supported versions.
pub const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

/// The name that the tests' clients request.
pub const HOST: &str = "irc.example.org";

/// A certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate, for those who trust it.
    pub roots: Arc<RootCertStore>,
}

impl Authority {
    pub fn new() -> Self {
        Self::named("an authority")
    }

    /// An authority with a name, to distinguish two.
    pub fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names are valid");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let own = params.self_signed(&key).expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(own.der().clone()).expect("it is an authority");
        Self { issuer: Issuer::new(params, key), roots: Arc::new(roots) }
    }

    /// A certificate for `names`.
    pub fn signs(&self, names: &[&str]) -> Identity {
        self.signs_with(names, |_| ())
    }

    /// A certificate for `names`, whose other properties `change` may set.
    pub fn signs_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("valid names");
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        identity(certificate.pem().as_bytes(), key.serialize_pem().as_bytes()).expect("they belong together")
    }
}

/// The settings of a server with these certificates.
pub fn server_with(identities: &[&Identity]) -> ServerTls {
    server_with_tickets(identities, tickets())
}

/// The same with given tickets, which another server may share.
pub fn server_with_tickets(identities: &[&Identity], tickets: Tickets) -> ServerTls {
    let identities = identities.iter().map(|identity| Identity::clone(identity)).collect();
    server_config(identities, tickets, Arc::new(DefaultTimeProvider)).expect("valid TLS settings")
}

pub fn tickets() -> Tickets {
    Tickets::new().expect("random numbers")
}

/// A client of one version that trusts `authority`, with its certificate, if any.
pub fn client_of(
    version: &'static SupportedProtocolVersion,
    authority: &Authority,
    shown: Option<&Identity>,
) -> ClientTls {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[version])
        .expect("ring has it")
        .with_root_certificates(Arc::clone(&authority.roots));
    Arc::new(match shown {
        Some(shown) => {
            config.with_client_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from((**shown).clone())))
        }
        None => config.with_no_client_auth(),
    })
}

/// One end of a connection, its output, and why it gave up, if it did.
pub struct End {
    pub transport: Box<dyn Transport>,
    pub out: Output,
    pub error: Option<String>,
}

impl End {
    pub fn new(transport: Box<dyn Transport>) -> Self {
        let mut end = Self { transport, out: Output::default(), error: None };
        let opened = end.transport.opened(&mut end.out);
        end.note(opened);
        end
    }

    fn note(&mut self, done: Result<(), TransportError>) {
        if let Err(error) = done {
            self.error.get_or_insert(error.to_string());
        }
    }

    /// Receives `raw` in pieces of at most `size` bytes.
    pub fn hears(&mut self, raw: &[u8], size: usize) {
        for piece in raw.chunks(size) {
            let done = self.transport.received(piece, &mut self.out);
            self.note(done);
        }
    }

    /// Receives the end.
    pub fn hears_the_end(&mut self) {
        let done = self.transport.ended(&mut self.out);
        self.note(done);
    }

    pub fn says(&mut self, irc: &[u8]) {
        let done = self.transport.send(irc, &mut self.out);
        self.note(done);
    }

    pub fn says_goodbye(&mut self) {
        self.transport.close(&mut self.out);
    }

    /// The raw bytes to send.
    pub fn raw(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out.raw)
    }

    /// The received IRC bytes, as text.
    pub fn irc(&mut self) -> String {
        String::from_utf8(std::mem::take(&mut self.out.irc)).expect("the tests send texts")
    }

    /// What it knows about the peer.
    pub fn peer(&self) -> Peer {
        let mut peer = Peer::named("somewhere");
        self.transport.describe(&mut peer);
        peer
    }
}

/// A client and a server.
pub struct Pair {
    pub client: End,
    pub server: End,
    /// Bytes that each has written.
    pub written: [usize; 2],
}

impl Pair {
    pub fn new(client: &ClientTls, server: &ServerTls) -> Self {
        Self::to(HOST, client, server)
    }

    /// A client that connects to `host`.
    pub fn to(host: &str, client: &ClientTls, server: &ServerTls) -> Self {
        Self::by(false, host, client, server)
    }

    /// The same below WebSocket, if `web`.
    pub fn by(web: bool, host: &str, client: &ClientTls, server: &ServerTls) -> Self {
        let client = connect(Some(client), host, web).expect("the host has a name");
        Self { client: End::new(client), server: End::new(accept(Some(server), web)), written: [0; 2] }
    }

    /// Carries bytes in pieces of at most `size`, until neither end has any.
    pub fn carry(&mut self, size: usize) {
        while !(self.client.out.raw.is_empty() && self.server.out.raw.is_empty()) {
            let (from_client, from_server) = (self.client.raw(), self.server.raw());
            self.written[0] += from_client.len();
            self.written[1] += from_server.len();
            self.server.hears(&from_client, size);
            self.client.hears(&from_server, size);
        }
    }

    /// Completes the handshake.
    #[track_caller]
    pub fn shaken(mut self) -> Self {
        self.carry(usize::MAX);
        assert_eq!((&self.client.error, &self.server.error), (&None, &None));
        assert!(self.client.transport.is_open() && self.server.transport.is_open());
        self
    }
}
