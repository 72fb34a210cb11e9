//! Operators of the server: who may become one, and what each may do. Knows no users.

/// What an operator may do. A row of [`PRIVILEGES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// `KILL`
    Kill,
    /// `REHASH`
    Rehash,
    /// `WALLOPS`
    Wallops,
    /// Acts in every channel as its founder would.
    Channels,
    /// Sees secret channels, invisible users and where everybody connects from.
    See,
    /// `STATS` in full, and server notices (user mode `s`).
    Watch,
}

/// Every privilege, its name in the configuration, and what it is for.
pub const PRIVILEGES: &[(&str, Privilege, &str)] = &[
    ("kill", Privilege::Kill, "end somebody's connection: KILL"),
    ("rehash", Privilege::Rehash, "have the configuration read anew: REHASH"),
    ("wallops", Privilege::Wallops, "write to everybody who listens: WALLOPS"),
    ("channels", Privilege::Channels, "act in every channel as its founder would"),
    ("see", Privilege::See, "see secret channels, invisible users, and where everybody connects from"),
    ("watch", Privilege::Watch, "STATS in full, and notices of who comes and goes: user mode s"),
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
    /// The name that `OPER` gives.
    pub name: String,
    /// The hash of the password that it gives (PHC's string format).
    pub password: String,
    /// Masks `user@host` from which alone it may be given; from everywhere if there are none.
    pub hosts: Vec<String>,
    /// What they may do.
    pub privileges: Vec<Privilege>,
}
