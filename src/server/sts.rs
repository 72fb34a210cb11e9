//! Strict transport security (IRCv3 sts): the policy, and the part of it that is sent to a given connection.

use std::time::Duration;

use super::origin::Origin;
use crate::planted::{Bug, buggy};

/// The policy that clients must connect securely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sts {
    /// The port of a TLS listener, as clients reach it. "This key's value MUST be a single port number."
    pub port: u16,
    /// How long clients must insist on TLS, in whole seconds. "A `duration=0` value indicates a disabled STS
    /// persistence policy with an immediate expiry."
    pub duration: Duration,
    /// Whether the server may be included in the preload lists that clients ship.
    pub preload: bool,
    /// The host names to which the policy applies, ignoring case; all if empty. Only secure connections can be checked:
    /// others do not report the name that they used.
    pub hosts: Vec<String>,
}

impl Sts {
    /// The capability's value for a connection from `origin`; `None` if the capability is not sent there.
    ///
    /// "If no hostname has been provided for the connection, an STS persistence policy SHOULD NOT be advertised": so
    /// with `hosts` the name must be one of them.
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
