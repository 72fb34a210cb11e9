//! The settings of the server that decide who hears what. All plain: whoever runs the model fills them in.

use std::time::Duration;

use super::names::Casemapping;

/// The settings of the server, as `docs/configuration.md` describes them.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The server's name.
    pub name: String,
    /// The network's name.
    pub network: String,
    /// Whether there is a message of the day.
    pub has_motd: bool,
    /// The hash of the password that `PASS` must give, if there is one.
    pub password: Option<String>,
    /// How nicks and channel names are compared.
    pub casemapping: Casemapping,
    /// Whether a nick is refused that looks like another's.
    pub refuse_lookalikes: bool,
    /// The modes of a new channel: their letters behind a plus, or nothing.
    pub channel_modes: String,
    /// The modes of a new user, written in the same way.
    pub user_modes: String,
    /// Who may become an operator.
    pub operators: Vec<Operator>,
    /// What 257, 258 and 259 say; empty where nobody is to know.
    pub admin: [String; 3],
    /// What clients are told of secure connections, if anything.
    pub sts: Option<Sts>,
    /// After so much silence a registered user is sent a PING.
    pub ping_interval: Duration,
    /// After so much silence behind the PING they are closed.
    pub ping_timeout: Duration,
    /// How long a registration may take.
    pub registration_timeout: Duration,
    /// Bounds on names, texts and lists.
    pub limits: Limits,
    /// Whether there is a log: what happens is appended, and what is told of it waits until that is settled.
    pub log: bool,
}

/// Somebody who may become an operator with OPER.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The name that OPER gives.
    pub name: String,
    /// The hash of the password.
    pub password: String,
    /// The masks `user@host` that may give it; from everywhere if there are none.
    pub hosts: Vec<String>,
    /// What they may do.
    pub privileges: Vec<Privilege>,
}

/// What an operator may do. The lower-case name is the one that 723 says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "docs/protocol/operators.md lists them")]
pub enum Privilege {
    Kill,
    Rehash,
    Wallops,
    Channels,
    See,
    Watch,
}

/// Strict transport security, as `docs/protocol/security.md` describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sts {
    /// The port with TLS.
    pub port: u16,
    /// How long clients must come back by TLS.
    pub duration: Duration,
    /// Whether lists that clients are shipped with may have the server.
    pub preload: bool,
    /// The server's names that the policy is for; all if there are none.
    pub hosts: Vec<String>,
}

/// Bounds on names (bytes), texts (bytes) and lists (entries).
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, reason = "docs/configuration.md describes each under the same name")]
pub struct Limits {
    pub nick_bytes: usize,
    pub user_bytes: usize,
    pub channel_bytes: usize,
    pub topic_bytes: usize,
    pub kick_bytes: usize,
    pub away_bytes: usize,
    pub realname_bytes: usize,
    pub key_bytes: usize,
    pub channels_per_user: usize,
    pub targets: usize,
    pub mode_changes: usize,
    pub list_entries: usize,
    pub invitations: usize,
    pub whowas_entries: usize,
    pub monitor_entries: usize,
    pub accept_entries: usize,
    pub multiline_bytes: usize,
    pub multiline_lines: usize,
    pub redactable_messages: usize,
    pub redactable_private_messages: usize,
    pub metadata_keys: usize,
    pub metadata_key_bytes: usize,
    pub metadata_value_bytes: usize,
    pub metadata_subscriptions: usize,
    pub metadata_sync_lines: usize,
}
