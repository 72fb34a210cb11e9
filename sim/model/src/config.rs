//! The server's settings that determine who receives what, as plain values.

use std::time::Duration;

use super::names::Casemapping;

/// The server's settings, as `docs/configuration.md` describes them.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The server's name.
    pub name: String,
    /// The network's name.
    pub network: String,
    /// Whether there is a message of the day.
    pub has_motd: bool,
    /// The hash of the password for `PASS`, if there is one.
    pub password: Option<String>,
    /// How nicks and channel names are compared.
    pub casemapping: Casemapping,
    /// Whether a nick that looks like another is refused.
    pub refuse_lookalikes: bool,
    /// The modes of a new channel: a plus and their letters, or empty.
    pub channel_modes: String,
    /// The modes of a new user, in the same form.
    pub user_modes: String,
    /// Who may become an operator.
    pub operators: Vec<Operator>,
    /// The texts of 257, 258 and 259; empty to show nothing.
    pub admin: [String; 3],
    /// The STS policy, if any.
    pub sts: Option<Sts>,
    /// How long a registered connection may be silent before it is sent a PING.
    pub ping_interval: Duration,
    /// How long the server waits for a reply to the PING before it closes the connection.
    pub ping_timeout: Duration,
    /// How long a registration may take.
    pub registration_timeout: Duration,
    /// Rows that one piece of a long reply looks at.
    pub reply_rows: usize,
    /// Limits on names, texts and lists.
    pub limits: Limits,
    /// Whether there is a log. If so, facts are appended to it, and lines about a fact wait until it is settled.
    pub log: bool,
}

/// A user who may become an operator with OPER.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The name to give with OPER.
    pub name: String,
    /// The hash of the password.
    pub password: String,
    /// Masks `user@host` of addresses from which OPER is allowed; all if empty.
    pub hosts: Vec<String>,
    /// The operator's privileges.
    pub privileges: Vec<Privilege>,
}

/// A privilege of operators. 723 shows the name in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// KILL.
    Kill,
    /// REHASH.
    Rehash,
    /// WALLOPS.
    Wallops,
    /// Acting as a founder in every channel.
    Channels,
    /// Seeing secret channels, invisible users and addresses.
    See,
    /// STATS in full, and the user mode `s`.
    Watch,
}

/// Strict transport security: see `docs/protocol/security.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sts {
    /// The TLS port.
    pub port: u16,
    /// How long clients must insist on TLS.
    pub duration: Duration,
    /// Whether the server may be in preload lists.
    pub preload: bool,
    /// The host names to which the policy applies; all if empty.
    pub hosts: Vec<String>,
}

/// Limits on names (bytes), texts (bytes) and lists (entries).
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "docs/configuration.md describes each under the same name")]
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
