//! What the server is told before it starts, with a name and a unit for every bound.

use std::time::Duration;

use super::mode_table::{ChannelFlags, Flag, UserFlags};
use super::operator::Operator;
use super::sts::Sts;
use crate::wire::{Casemapping, MAX_LINE};

/// The server's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server's name, which stands before its replies: a host name.
    pub name: String,
    /// The network's name (ISUPPORT `NETWORK`): one word.
    pub network: String,
    /// The message of the day, a line each; empty for none.
    pub motd: Vec<String>,
    /// The hash of the password that `PASS` must give, if there is one (PHC's string format).
    pub password: Option<String>,
    /// How nicks and channels' names are compared.
    pub casemapping: Casemapping,
    /// Whether a nick is refused that looks like another's (`pau1` beside `paul`).
    pub refuse_lookalikes: bool,
    /// The modes of a new channel.
    pub channel_modes: ChannelFlags,
    /// The modes of a new user.
    pub user_modes: UserFlags,
    /// Who may become an operator of the server.
    pub operators: Vec<Operator>,
    /// What `ADMIN` shows.
    pub admin: Admin,
    /// What clients are told of secure connections (the capability `sts`), if anything.
    pub sts: Option<Sts>,
    /// A registered user who was silent for so long is sent a `PING`.
    pub ping_interval: Duration,
    /// Who has not said a word for so long after that `PING` is closed.
    pub ping_timeout: Duration,
    /// Who has not registered for so long after connecting is closed.
    pub registration_timeout: Duration,
    /// Bounds on names, texts and lists.
    pub limits: Limits,
    /// Whether the driver stores what is appended. Without it nothing is, and no line waits.
    pub log: bool,
    /// Bytes of lines that may wait for what is not settled, and [`FACT_BYTES`](super::FACT_BYTES) for each fact, about; at that
    /// users' commands wait that may change something.
    pub unsettled_bytes: usize,
}

/// Who runs the server, and how to reach them (256 to 259). Empty where nobody is to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admin {
    /// Where the server is.
    pub location: String,
    /// Who hosts it.
    pub organisation: String,
    /// How to reach them.
    pub email: String,
}

/// Bounds on names, texts and lists. Most are told to clients in ISUPPORT.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a line that a client sends, with its end and without its tags (RFC 2812 §2.3: 512). What is relayed is
    /// never longer than the protocol's 512, whatever this says.
    pub line_bytes: usize,
    /// Bytes of the tags before it (IRCv3 message-tags: 4096 for what a client sends).
    pub tags_bytes: usize,
    /// Bytes of a nick (`NICKLEN`).
    pub nick_bytes: usize,
    /// Bytes of a user name (`USERLEN`).
    pub user_bytes: usize,
    /// Bytes of a channel's name (`CHANNELLEN`).
    pub channel_bytes: usize,
    /// Bytes of a topic (`TOPICLEN`).
    pub topic_bytes: usize,
    /// Bytes of a reason for a kick (`KICKLEN`).
    pub kick_bytes: usize,
    /// Bytes of an away message (`AWAYLEN`).
    pub away_bytes: usize,
    /// Bytes of a real name.
    pub realname_bytes: usize,
    /// Bytes of a channel's key (`KEYLEN`).
    pub key_bytes: usize,
    /// Channels that one user may be in (`CHANLIMIT`).
    pub channels_per_user: usize,
    /// Targets of one command (`TARGMAX`, `MAXTARGETS`).
    pub targets: usize,
    /// Changes with a parameter in one `MODE` (`MODES`).
    pub mode_changes: usize,
    /// Entries of a channel's list of bans, exceptions or invite exceptions (`MAXLIST`).
    pub list_entries: usize,
    /// Invitations that one user may hold.
    pub invitations: usize,
    /// Users that `WHOWAS` remembers.
    pub whowas_entries: usize,
    /// Nicks that one user may watch (`MONITOR`).
    pub monitor_entries: usize,
    /// Users whose private messages one user with mode `g` may accept (`ACCEPT`).
    pub accept_entries: usize,
    /// Bytes of all lines of one message in several lines, their separating line feeds included (`draft/multiline`).
    pub multiline_bytes: usize,
    /// Lines of one message in several lines.
    pub multiline_lines: usize,
    /// Messages of a channel whose ids are remembered, so that they can be redacted.
    pub redactable_messages: usize,
    /// The same of one user's private messages.
    pub redactable_private_messages: usize,
    /// Keys of metadata that one user or channel may have.
    pub metadata_keys: usize,
    /// Bytes of a key of metadata.
    pub metadata_key_bytes: usize,
    /// Bytes of a value of metadata.
    pub metadata_value_bytes: usize,
    /// Keys of metadata that one user may subscribe to.
    pub metadata_subscriptions: usize,
    /// Values that somebody is told unasked, after a JOIN or a subscription; of more they are told to ask.
    pub metadata_sync_lines: usize,
}

/// Sessions that one user has at most. No key of the configuration: the product has one session a user.
pub const SESSIONS_PER_USER: usize = 8;

impl Default for Config {
    fn default() -> Self {
        Self {
            name: "verbatim.local".into(),
            network: "verbatim".into(),
            motd: Vec::new(),
            password: None,
            casemapping: Casemapping::Ascii,
            refuse_lookalikes: true,
            channel_modes: ChannelFlags::of(&[Flag::NoOutside, Flag::TopicLocked]),
            user_modes: UserFlags::default(),
            operators: Vec::new(),
            admin: Admin::default(),
            sts: None,
            ping_interval: Duration::from_secs(90),
            ping_timeout: Duration::from_secs(60),
            registration_timeout: Duration::from_secs(30),
            limits: Limits::default(),
            log: false,
            unsettled_bytes: 256 << 10,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line_bytes: MAX_LINE,
            tags_bytes: 4096,
            nick_bytes: 30,
            user_bytes: 18,
            channel_bytes: 64,
            topic_bytes: 300,
            kick_bytes: 300,
            away_bytes: 200,
            realname_bytes: 150,
            key_bytes: 32,
            channels_per_user: 100,
            targets: 4,
            mode_changes: 4,
            list_entries: 100,
            invitations: 32,
            whowas_entries: 1000,
            monitor_entries: 100,
            accept_entries: 20,
            multiline_bytes: 4096,
            multiline_lines: 24,
            redactable_messages: 200,
            redactable_private_messages: 100,
            metadata_keys: 20,
            metadata_key_bytes: 40,
            metadata_value_bytes: 300,
            metadata_subscriptions: 50,
            metadata_sync_lines: 500,
        }
    }
}
