//! `docs/protocol/security.md`: what transports know about a user, and who is shown it.

use super::Model;
use super::config::Sts;
use super::event::{ConnId, Peer};

impl Model {
    /// The value of `sts` for a session.
    pub(super) fn sts(&self, who: ConnId) -> Option<String> {
        worth(self.config.sts.as_ref(), &self.sessions[&who].peer)
    }

    /// Sends the policy to clients of version 302 for which it has changed.
    pub(super) fn tell_policy(&mut self, before: Option<&Sts>) {
        for who in self.sessions.keys().copied().collect::<Vec<_>>() {
            let session = &self.sessions[&who];
            let (old, new) = (worth(before, &session.peer), self.sts(who));
            if let Some(value) = new.clone().filter(|_| session.knows_302 && new != old) {
                let line = format!(":{} CAP {} NEW :sts={value}", self.config.name, self.own_nick(who));
                self.also([who], &line);
            }
        }
    }

    /// What a client is told whose certificate is ignored.
    pub(super) fn tell_if_unproven(&mut self, who: ConnId) {
        if self.sessions[&who].peer.unproven {
            let line = format!(
                ":{} NOTICE {} :Your certificate is ignored, and has no fingerprint here: this server cannot verify that \
                 you have its key. It can for RSA with 2048 to 8192 bits, ECDSA on P-256 or P-384, and Ed25519",
                self.config.name,
                self.own_nick(who),
            );
            self.also([who], &line);
        }
    }

    /// WHOIS: a user's certificate.
    pub(super) fn show_certificate(&mut self, who: ConnId, nick: &str, peer: &Peer) {
        if let Some(certificate) = &peer.certificate {
            self.numeric(who, "276", &[nick, &format!(":has client certificate fingerprint {certificate}")]);
        }
    }

    /// WHOIS: a user's proxy and uid.
    pub(super) fn show_route(&mut self, who: ConnId, nick: &str, peer: &Peer) {
        if let Some(proxy) = &peer.proxy {
            self.numeric(who, "320", &[nick, &format!(":is connecting through {proxy}")]);
        }
        if let Some(uid) = peer.uid {
            self.numeric(who, "320", &[nick, &format!(":is connecting as uid {uid}")]);
        }
    }
}

/// The value of `sts` for a connection under this policy.
fn worth(policy: Option<&Sts>, peer: &Peer) -> Option<String> {
    let policy = policy?;
    if !peer.secure {
        return Some(format!("port={}", policy.port));
    }
    if !policy.hosts.is_empty() {
        let name = peer.server_name.as_ref()?.to_ascii_lowercase();
        policy.hosts.iter().find(|host| host.to_ascii_lowercase() == name)?;
    }
    let seconds = policy.duration.as_secs();
    Some(if policy.preload { format!("duration={seconds},preload") } else { format!("duration={seconds}") })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sts_has_a_port_for_insecure_peers_and_a_duration_for_secure_ones() {
        let policy = |hosts: &[&str], preload| Sts {
            port: 6697,
            duration: Duration::from_secs(60),
            preload,
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        };
        let peer = || Peer { host: "h".into(), ..Peer::default() };
        let secure = |name: Option<&str>| Peer { secure: true, server_name: name.map(Into::into), ..peer() };
        for (policy, peer, value) in [
            (policy(&[], true), peer(), Some("port=6697")),
            (policy(&["a.b"], false), peer(), Some("port=6697")),
            (policy(&[], false), secure(None), Some("duration=60")),
            (policy(&[], true), secure(Some("a.b")), Some("duration=60,preload")),
            (policy(&["A.b"], false), secure(Some("a.b")), Some("duration=60")),
            (policy(&["a.b"], false), secure(Some("b.b")), None),
            (policy(&["a.b"], false), secure(None), None),
        ] {
            assert_eq!(worth(Some(&policy), &peer).as_deref(), value, "{policy:?} {peer:?}");
        }
        assert_eq!(worth(None, &peer()), None);
    }
}
