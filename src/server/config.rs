//! What the server is told before it starts, with a name and a unit for every bound.

use std::time::Duration;

use crate::planted::Bugs;
use crate::wire::MAX_LINE;

/// The server's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server's name, which stands before its replies: a host name.
    pub name: String,
    /// The network's name (ISUPPORT `NETWORK`): one word.
    pub network: String,
    /// The message of the day, a line each; empty for none.
    pub motd: Vec<String>,
    /// The password that `PASS` must give, if there is one.
    pub password: Option<String>,
    /// A registered user who was silent for so long is sent a `PING`.
    pub ping_interval: Duration,
    /// Who has not said a word for so long after that `PING` is closed.
    pub ping_timeout: Duration,
    /// Who has not registered for so long after connecting is closed.
    pub registration_timeout: Duration,
    /// Bounds on names, texts and lists.
    pub limits: Limits,
    /// Bugs planted by a test.
    pub bugs: Bugs,
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
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: "verbatim.local".into(),
            network: "verbatim".into(),
            motd: Vec::new(),
            password: None,
            ping_interval: Duration::from_secs(90),
            ping_timeout: Duration::from_secs(60),
            registration_timeout: Duration::from_secs(30),
            limits: Limits::default(),
            bugs: Bugs::NONE,
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
        }
    }
}
