//! What transports found out about one connection beyond its host. Most have nothing of it, so a user's row has room for
//! one pointer alone.

use crate::wire::Peer;

/// Facts that do not change while the connection lives. See [`Peer`], whose words these are.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) secure: bool,
    pub(super) certificate: Option<Box<str>>,
    pub(super) server_name: Option<Box<str>>,
    pub(super) proxy: Option<Box<str>>,
    pub(super) uid: Option<u32>,
}

impl Origin {
    /// What is known of `peer`; `None` if that is the host alone.
    pub(super) fn of(peer: &Peer) -> Option<Box<Self>> {
        let Peer { host: _, address: _, proxy, secure, certificate, server_name, uid } = peer.clone();
        let known = secure || certificate.is_some() || server_name.is_some() || proxy.is_some() || uid.is_some();
        known.then(|| Box::new(Self { secure, certificate, server_name, proxy, uid }))
    }
}
