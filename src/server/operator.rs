//! Server operators: who may become one, and their privileges. Independent of users.

/// What an operator may do. A row of [`PRIVILEGES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// `KILL`
    Kill,
    /// `REHASH`
    Rehash,
    /// `WALLOPS`
    Wallops,
    /// Acts as a founder in every channel.
    Channels,
    /// Sees secret channels, invisible users, and the addresses of all users.
    See,
    /// `STATS` in full, and server notices (user mode `s`).
    Watch,
}

/// Every privilege, with its name in the configuration and what it allows.
pub const PRIVILEGES: &[(&str, Privilege, &str)] = &[
    ("kill", Privilege::Kill, "disconnect users: KILL"),
    ("rehash", Privilege::Rehash, "reload the configuration: REHASH"),
    ("wallops", Privilege::Wallops, "send messages to all users in mode w: WALLOPS"),
    ("channels", Privilege::Channels, "act as a founder in every channel"),
    ("see", Privilege::See, "see secret channels, invisible users, and everybody's address"),
    ("watch", Privilege::Watch, "all of STATS, and notices when users connect and disconnect: user mode s"),
];

impl Privilege {
    /// Its name in the configuration.
    pub(super) fn name(self) -> &'static str {
        let row = PRIVILEGES.iter().find(|row| row.1 == self);
        row.expect("every privilege has a row").0
    }
}

/// Somebody who may become an operator with `OPER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The name that `OPER` must give.
    pub name: String,
    /// The hash of the password that `OPER` must give (PHC's string format).
    pub password: String,
    /// `user@host` masks of the addresses from which `OPER` is allowed. If empty, every address is allowed.
    pub hosts: Vec<String>,
    /// The operator's privileges.
    pub privileges: Vec<Privilege>,
}
