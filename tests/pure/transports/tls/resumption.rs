//! Resumed sessions: a shorter handshake, with the same authentication.

use std::sync::Arc;

use rustls::NamedGroup;
use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls::pki_types::ServerName;
use verbatim::transport::tls::{ClientTls, Fingerprint, Identity, ServerTls};

use super::world::*;

/// Completes a handshake, and passes the tickets to the client. Returns the pair, and whether the session was resumed:
/// then the server sends no certificate.
fn shake(host: &str, client: &ClientTls, server: &ServerTls, shown: &Identity) -> (Pair, bool) {
    let pair = Pair::to(host, client, server).shaken();
    let resumed = pair.written[1] < shown.cert[0].len();
    (pair, resumed)
}

#[test]
fn a_resumed_session_keeps_the_clients_certificate() {
    let authority = Authority::new();
    let identity = authority.signs_with(&[HOST], large);
    let server = server_with(&[&identity]);
    let shown = authority.signs(&["alice"]);
    let fingerprint = Fingerprint::of(&shown.cert[0]).to_string();
    for version in VERSIONS {
        let client = client_of(version, &authority, Some(&shown));
        for again in [false, true, true] {
            let (mut pair, resumed) = shake(HOST, &client, &server, &identity);
            assert_eq!(resumed, again, "{version:?}, {:?}", pair.written);
            let peer = pair.server.peer();
            assert_eq!(peer.certificate.as_deref(), Some(fingerprint.as_str()), "{version:?}");
            assert_eq!(peer.server_name.as_deref(), Some(HOST));
            pair.client.says(b"NICK alice\r\n");
            pair.carry(5);
            assert_eq!(pair.server.irc(), "NICK alice\r\n");
        }
        // A client without a certificate does not inherit that of an earlier session.
        let (pair, resumed) = shake(HOST, &client_of(version, &authority, None), &server, &identity);
        assert_eq!((resumed, pair.server.peer().certificate), (false, None));
    }
}

#[test]
fn irc_and_websocket_do_not_resume_each_others_sessions() {
    let authority = Authority::new();
    let identity = authority.signs_with(&[HOST], large);
    let server = server_with(&[&identity]);
    let shown = authority.signs(&["alice"]);
    for version in VERSIONS {
        let client = client_of(version, &authority, Some(&shown));
        for (web, shows) in [(false, true), (true, false), (false, true), (true, false)] {
            let mut pair = Pair::by(web, HOST, &client, &server).shaken();
            assert_eq!(pair.server.peer().certificate.is_some(), shows, "{version:?}, web: {web}");
            // The tickets come after the handshake.
            pair.carry(usize::MAX);
        }
    }
}

#[test]
fn a_session_outlives_a_change_of_the_certificate() {
    let authority = Authority::new();
    let tickets = tickets();
    let [before, after] = [(); 2].map(|()| authority.signs_with(&[HOST], large));
    for version in VERSIONS {
        let client = client_of(version, &authority, None);
        let server = server_with_tickets(&[&before], tickets.clone());
        assert!(!shake(HOST, &client, &server, &before).1);
        let server = server_with_tickets(&[&after], tickets.clone());
        assert!(shake(HOST, &client, &server, &after).1, "{version:?}");
        // Tickets of another server are useless, but harmless.
        assert!(!shake(HOST, &client, &server_with(&[&after]), &after).1);
    }
}

#[test]
fn a_session_is_not_resumed_under_another_name() {
    let authority = Authority::new();
    let identity = authority.signs_with(&["a.example", "b.example"], large);
    let server = server_with(&[&identity]);
    for version in VERSIONS {
        let mut client = (*client_of(version, &authority, None)).clone();
        client.resumption = Resumption::store(Arc::new(Forgetful(ClientSessionMemoryCache::new(32))));
        let client = Arc::new(client);
        assert!(!shake("a.example", &client, &server, &identity).1);
        assert!(shake("a.example", &client, &server, &identity).1);
        // RFC 6066 §3: a server "MUST NOT accept the request to resume the session if the server_name extension
        // contains a different name."
        let (pair, resumed) = shake("b.example", &client, &server, &identity);
        assert_eq!((resumed, pair.server.peer().server_name.as_deref()), (false, Some("b.example")), "{version:?}");
    }
}

/// Makes a certificate so large that a handshake with it is distinguishable from one without.
fn large(params: &mut rcgen::CertificateParams) {
    let oid = [2, 5, 29, 99];
    params.custom_extensions.push(rcgen::CustomExtension::from_oid_content(&oid, vec![5; 4000]));
}

/// A session store that takes every server for the same one.
#[derive(Debug)]
struct Forgetful(ClientSessionMemoryCache);

fn anyone() -> ServerName<'static> {
    "anyone.example".try_into().expect("a name")
}

impl ClientSessionStore for Forgetful {
    fn set_kx_hint(&self, _: ServerName<'static>, group: NamedGroup) {
        self.0.set_kx_hint(anyone(), group);
    }

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.0.kx_hint(&anyone())
    }

    fn set_tls12_session(&self, _: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.0.set_tls12_session(anyone(), value);
    }

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.0.tls12_session(&anyone())
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {
        self.0.remove_tls12_session(&anyone());
    }

    fn insert_tls13_ticket(&self, _: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.0.insert_tls13_ticket(anyone(), value);
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.0.take_tls13_ticket(&anyone())
    }
}
