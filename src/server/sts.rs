//! Strict transport security (IRCv3 sts): what the policy is, and what of it which connection is told.

use std::time::Duration;

use super::origin::Origin;
use crate::planted::{Bug, buggy};

/// The policy that clients should connect securely, and only so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sts {
    /// The port that clients shall use: of a listener with TLS, as they reach it. "This key's value MUST be a single port
    /// number."
    pub port: u16,
    /// How long they shall come back in no other way, in whole seconds. "A `duration=0` value indicates a disabled STS
    /// persistence policy with an immediate expiry."
    pub duration: Duration,
    /// Whether lists that clients are shipped with may have the server.
    pub preload: bool,
    /// The server's names to which the policy belongs, in any case; to all if there are none. Counts for secure
    /// connections: others do not say which name they asked for.
    pub hosts: Vec<String>,
}

impl Sts {
    /// The value of the capability for a connection from `origin`; `None` if it is not for that.
    ///
    /// "If no hostname has been provided for the connection, an STS persistence policy SHOULD NOT be advertised": where
    /// `hosts` says which hostnames count.
    pub(super) fn value(&self, origin: Option<&Origin>) -> Option<String> {
        let secure = origin.filter(|origin| origin.secure && !buggy(Bug::StsOnSecure));
        let Some(origin) = secure else { return Some(format!("port={}", self.port)) };
        let is_host = |name: &str| self.hosts.iter().any(|host| host.eq_ignore_ascii_case(name));
        let asked = origin.server_name.as_deref();
        if !self.hosts.is_empty() && !asked.is_some_and(is_host) {
            return None;
        }
        let preload = if self.preload { ",preload" } else { "" };
        Some(format!("duration={}{preload}", self.duration.as_secs()))
    }
}
