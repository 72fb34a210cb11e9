//! The server's settings, with a name and a unit for every limit.

use std::time::Duration;

use super::mode_table::{ChannelFlags, Flag, UserFlags};
use super::operator::Operator;
use super::sts::Sts;
use crate::wire::{Casemapping, MAX_LINE};

/// The server's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server's name: a host name, which is the source of its replies.
    pub name: String,
    /// The network's name (ISUPPORT `NETWORK`): one word.
    pub network: String,
    /// The lines of the message of the day; empty for none.
    pub motd: Vec<String>,
    /// The hash of the password that `PASS` must match, if there is one (PHC's string format).
    pub password: Option<String>,
    /// How nicks and channel names are compared.
    pub casemapping: Casemapping,
    /// Whether to refuse a nick that looks like another one in use (`pau1` beside `paul`).
    pub refuse_lookalikes: bool,
    /// The modes of a new channel.
    pub channel_modes: ChannelFlags,
    /// The modes of a new user.
    pub user_modes: UserFlags,
    /// Who may become a server operator.
    pub operators: Vec<Operator>,
    /// What `ADMIN` shows.
    pub admin: Admin,
    /// The STS policy for clients (the capability `sts`), if any.
    pub sts: Option<Sts>,
    /// How long a registered session may be silent before the server sends a `PING`.
    pub ping_interval: Duration,
    /// How long the server waits after that `PING` before it closes the connection.
    pub ping_timeout: Duration,
    /// How long a connection may take to register.
    pub registration_timeout: Duration,
    /// Limits on names, texts and lists.
    pub limits: Limits,
    /// Whether the driver stores facts in a log. If not, no facts are appended, and no line waits.
    pub log: bool,
    /// About how many bytes may be unsettled: those of the waiting lines, plus [`FACT_BYTES`](super::FACT_BYTES) for
    /// each fact. If there are more, a registered user's command has to wait if it may become a fact.
    pub unsettled_bytes: usize,
    /// Rows (channels of LIST, users of WHO, names of NAMES) that one piece of a long reply looks at. The queue of a session
    /// must hold so many lines.
    pub reply_rows: usize,
}

/// Who runs the server, and how to reach them (256 to 259). If all fields are empty, ADMIN replies with 423.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admin {
    /// Where the server is.
    pub location: String,
    /// Who hosts it.
    pub organisation: String,
    /// How to reach them.
    pub email: String,
}

/// Limits on names, texts and lists. Most are shown in ISUPPORT.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a line from a client, with its line end and without its tags (RFC 2812 §2.3: 512). Relayed lines never
    /// exceed the protocol's 512.
    pub line_bytes: usize,
    /// Bytes of the tags of a line from a client (IRCv3 message-tags: 4096).
    pub tags_bytes: usize,
    /// Bytes of a nick (`NICKLEN`).
    pub nick_bytes: usize,
    /// Bytes of a user name (`USERLEN`).
    pub user_bytes: usize,
    /// Bytes of a channel name (`CHANNELLEN`).
    pub channel_bytes: usize,
    /// Bytes of a topic (`TOPICLEN`).
    pub topic_bytes: usize,
    /// Bytes of a KICK reason (`KICKLEN`).
    pub kick_bytes: usize,
    /// Bytes of an away message (`AWAYLEN`).
    pub away_bytes: usize,
    /// Bytes of a real name.
    pub realname_bytes: usize,
    /// Bytes of a channel's key (`KEYLEN`).
    pub key_bytes: usize,
    /// Channels that a user may be in (`CHANLIMIT`).
    pub channels_per_user: usize,
    /// Targets of a command (`TARGMAX`, `MAXTARGETS`).
    pub targets: usize,
    /// Changes with a parameter in one MODE command (`MODES`).
    pub mode_changes: usize,
    /// Entries of a channel's list of bans, exceptions or invite exceptions (`MAXLIST`).
    pub list_entries: usize,
    /// Invitations that a user may hold.
    pub invitations: usize,
    /// Entries that `WHOWAS` remembers.
    pub whowas_entries: usize,
    /// Nicks that a session may monitor (`MONITOR`).
    pub monitor_entries: usize,
    /// Entries in a user's ACCEPT list.
    pub accept_entries: usize,
    /// Bytes of a multiline message, with the line feeds between its lines (`draft/multiline`).
    pub multiline_bytes: usize,
    /// Lines of a multiline message.
    pub multiline_lines: usize,
    /// Messages per channel that are remembered, so that they can be redacted.
    pub redactable_messages: usize,
    /// Private messages per sender that are remembered, so that they can be redacted.
    pub redactable_private_messages: usize,
    /// Metadata keys of a user or channel.
    pub metadata_keys: usize,
    /// Bytes of a metadata key.
    pub metadata_key_bytes: usize,
    /// Bytes of a metadata value.
    pub metadata_value_bytes: usize,
    /// Metadata keys that a session may subscribe to.
    pub metadata_subscriptions: usize,
    /// Metadata values that the server sends unasked after a JOIN or a subscription. If there are more, it sends none,
    /// and the client must request them with SYNC.
    pub metadata_sync_lines: usize,
}

/// The most sessions of one user. It cannot be configured, since in the product a user has one session.
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
            reply_rows: 1000,
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
