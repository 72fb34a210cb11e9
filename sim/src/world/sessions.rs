//! Connections that become another session of an existing user.

use verbatim::server::{ConnId, Stays};
use verbatim::time::Now;

use super::World;
use crate::net::schedule::PeerId;
use crate::oracle::LinkId;

/// An attachment that has not been reported to the server yet.
#[derive(Debug)]
pub(super) struct Attachment {
    link: LinkId,
    conn: ConnId,
    to: String,
    stays: Stays,
}

impl World {
    /// Makes the peer's next connections sessions of the user with the nick `to`.
    pub fn attach(&mut self, id: PeerId, to: &str, stays: Stays) {
        self.peers[id as usize].attaches = Some((to.to_owned(), stays));
    }

    /// Notes that the peer has connected.
    pub(super) fn plan_attachment(&mut self, id: PeerId, link: LinkId, conn: ConnId) {
        if let Some((to, stays)) = self.peers[id as usize].attaches.clone() {
            self.attachments.push(Attachment { link, conn, to, stays });
        }
    }

    /// Reports attachments to the server, for those connections that it knows by now.
    pub(super) fn attach_all(&mut self, now: Now) {
        for attachment in std::mem::take(&mut self.attachments) {
            let Attachment { link, conn, to, stays } = &attachment;
            let is_opening = self.witness.borrow().oracles.handshakes().any(|opening| opening == *link);
            if self.server.stream(*conn).is_none_or(|stream| stream.link() != *link) {
                continue;
            }
            if is_opening {
                self.attachments.push(attachment);
            } else {
                self.server.attach(now, *conn, to, *stays);
            }
        }
    }

    /// The nick of the peer's user, if it is registered.
    pub fn nick(&self, id: PeerId) -> Option<String> {
        let conn = *self.conns.get(self.link(id)? as usize)?;
        self.witness.borrow().oracles.nick(conn)
    }

    /// The nicks of all users, or only of those without sessions.
    pub fn online(&self, disconnected: bool) -> Vec<String> {
        self.witness.borrow().oracles.online(disconnected)
    }
}
