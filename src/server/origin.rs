//! What transports know about a connection besides its host. Most connections have no such properties, so a session
//! holds only a pointer.

use crate::wire::Peer;

/// Properties that do not change during a connection. See [`Peer`], which defines them.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) secure: bool,
    pub(super) certificate: Option<Box<str>>,
    pub(super) unproven: bool,
    pub(super) server_name: Option<Box<str>>,
    pub(super) proxy: Option<Box<str>>,
    pub(super) uid: Option<u32>,
}

impl Origin {
    /// What is known about `peer`; `None` if only the host is known.
    pub(super) fn of(peer: &Peer) -> Option<Box<Self>> {
        let Peer { host: _, address: _, proxy, secure, certificate, unproven, server_name, uid } = peer.clone();
        let shown = certificate.is_some() || unproven;
        let known = secure || shown || server_name.is_some() || proxy.is_some() || uid.is_some();
        known.then(|| Box::new(Self { secure, certificate, unproven, server_name, proxy, uid }))
    }
}
