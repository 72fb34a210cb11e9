//! The capabilities (IRCv3 "Client Capability Negotiation"), in one table.

use super::config::Config;
use super::origin::Origin;

/// What a client can request. A row of [`CAPABILITIES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cap {
    AccountNotify,
    AccountTag,
    AwayNotify,
    Batch,
    Notify,
    Chghost,
    ChannelRename,
    ExtendedIsupport,
    MessageRedaction,
    Metadata,
    Multiline,
    DraftNoImplicitNames,
    PreAway,
    EchoMessage,
    ExtendedJoin,
    ExtendedMonitor,
    InviteNotify,
    LabeledResponse,
    MessageTags,
    MultiPrefix,
    /// Also enabled if the client requested its older name, [`Cap::DraftNoImplicitNames`].
    NoImplicitNames,
    ServerTime,
    Setname,
    StandardReplies,
    UserhostInNames,
}

/// A capability: its name on the wire, and what it is for.
#[derive(Debug)]
pub(super) struct Capability {
    pub(super) name: &'static str,
    /// What it enables; `None` if the capability is only informational and cannot be requested.
    cap: Option<Cap>,
    /// Its value (CAP version 302) for a given connection.
    value: Option<Value>,
    pub(super) about: &'static str,
}

/// Computes a capability's value for a connection with this [`Origin`]; `None` if it has no value there.
type Value = fn(&Config, Option<&Origin>) -> Option<String>;

const fn row(name: &'static str, cap: Cap, about: &'static str) -> Capability {
    Capability { name, cap: Some(cap), value: None, about }
}

impl Capability {
    /// Its entry in CAP LS, with its value if `values`. An informational capability without a value is not listed.
    fn listed(&self, config: &Config, origin: Option<&Origin>, values: bool) -> Option<String> {
        match self.value.filter(|_| values).and_then(|value| value(config, origin)) {
            Some(value) => Some([self.name, "=", &value].concat()),
            None => self.cap.map(|_| self.name.to_owned()),
        }
    }
}

const STS: &str = "sts";

/// Every capability, in the order of CAP LS.
pub(super) const CAPABILITIES: &[Capability] = &[
    row("account-notify", Cap::AccountNotify, "notifies users who share a channel when somebody logs in or out"),
    row("account-tag", Cap::AccountTag, "messages from a user with an account carry its name"),
    row("away-notify", Cap::AwayNotify, "notifies users who share a channel when somebody goes away or comes back"),
    row("batch", Cap::Batch, "related lines are grouped by BATCH"),
    row("cap-notify", Cap::Notify, "announces new capabilities and values; implied by version 302"),
    row("chghost", Cap::Chghost, "a new user name or host is sent as CHGHOST, not as a QUIT and a JOIN"),
    row("draft/channel-rename", Cap::ChannelRename, "a channel's new name is sent as RENAME, not as a PART and a JOIN"),
    row("draft/extended-isupport", Cap::ExtendedIsupport, "the command ISUPPORT, also before registration"),
    row("draft/message-redaction", Cap::MessageRedaction, "shows when a message is deleted"),
    Capability {
        name: "draft/metadata-3",
        cap: Some(Cap::Metadata),
        value: Some(|config, _| {
            let limits = &config.limits;
            Some(format!(
                "before-connect,max-subs={},max-keys={},max-key-bytes={},max-value-bytes={}",
                limits.metadata_subscriptions,
                limits.metadata_keys,
                limits.metadata_key_bytes,
                limits.metadata_value_bytes
            ))
        }),
        about: "metadata: keys and values of users and channels",
    },
    Capability {
        name: "draft/multiline",
        cap: Some(Cap::Multiline),
        value: Some(|config, _| {
            let limits = &config.limits;
            Some(format!("max-bytes={},max-lines={}", limits.multiline_bytes, limits.multiline_lines))
        }),
        about: "multiline messages",
    },
    row("draft/no-implicit-names", Cap::DraftNoImplicitNames, "the older name of no-implicit-names"),
    row("draft/pre-away", Cap::PreAway, "AWAY before registration"),
    row("echo-message", Cap::EchoMessage, "your own messages are sent back to you"),
    row("extended-join", Cap::ExtendedJoin, "JOIN shows the account and the real name"),
    row("extended-monitor", Cap::ExtendedMonitor, "notifications about monitored users, even without a shared channel"),
    row("invite-notify", Cap::InviteNotify, "shows invitations to members who may invite"),
    row("labeled-response", Cap::LabeledResponse, "replies carry the label of their command"),
    row("message-tags", Cap::MessageTags, "messages carry tags, for example their ids"),
    row("multi-prefix", Cap::MultiPrefix, "NAMES and WHO show all of a member's prefixes, not only the highest"),
    row("no-implicit-names", Cap::NoImplicitNames, "JOIN does not list the channel's members"),
    row("server-time", Cap::ServerTime, "lines carry the time"),
    row("setname", Cap::Setname, "notifies when somebody changes their real name"),
    row("standard-replies", Cap::StandardReplies, "the client accepts FAIL, WARN and NOTE"),
    Capability {
        name: STS,
        cap: None,
        value: Some(|config, origin| config.sts.as_ref()?.value(origin)),
        about: "announces the policy for secure connections; cannot be requested",
    },
    row("userhost-in-names", Cap::UserhostInNames, "NAMES shows nick!user@host"),
];

/// The capabilities that a client has enabled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Caps(u32);

impl Caps {
    /// Whether the capability is enabled, under either of its names.
    pub(super) fn has(self, cap: Cap) -> bool {
        self.is_set(cap) || cap == Cap::NoImplicitNames && self.is_set(Cap::DraftNoImplicitNames)
    }

    fn is_set(self, cap: Cap) -> bool {
        self.0 & (1 << cap as u32) != 0
    }

    pub(super) fn set(&mut self, cap: Cap, on: bool) {
        match on {
            true => self.0 |= 1 << cap as u32,
            false => self.0 &= !(1 << cap as u32),
        }
    }

    /// The capabilities after a request (`name -name …`), in which the last mention of each counts; `None` if one of
    /// the names is unknown.
    pub(super) fn changed(mut self, asked: &str) -> Option<Self> {
        for word in asked.split(' ').filter(|word| !word.is_empty()) {
            let (name, on) = word.strip_prefix('-').map_or((word, true), |name| (name, false));
            self.set(CAPABILITIES.iter().find(|row| row.name == name)?.cap?, on);
        }
        Some(self)
    }

    /// The names of the enabled capabilities.
    pub(super) fn names(self) -> Vec<String> {
        let on = |row: &&Capability| row.cap.is_some_and(|cap| self.is_set(cap));
        CAPABILITIES.iter().filter(on).map(|row| row.name.to_owned()).collect()
    }
}

/// The names of all capabilities that a connection from `origin` can see, with their values if `values` (version 302).
pub(super) fn all(config: &Config, origin: Option<&Origin>, values: bool) -> Vec<String> {
    CAPABILITIES.iter().filter_map(|row| row.listed(config, origin, values)).collect()
}

/// The capability that changed from `before` to `now`, as `name=value`, for a connection from `origin` that supports
/// values. Only the policy of `sts` can change while the server runs.
pub(super) fn new(before: &Config, now: &Config, origin: Option<&Origin>) -> Option<String> {
    let sts = CAPABILITIES.iter().find(|row| row.name == STS)?;
    let before = sts.listed(before, origin, true);
    sts.listed(now, origin, true).filter(|now| before.as_ref() != Some(now))
}
