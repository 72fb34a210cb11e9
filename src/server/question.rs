//! What the server asks of its host, and the answers.
//!
//! Each kind of question has a variant of [`Question`], one of [`Answer`], and the words of both. A handler asks with
//! `Turn::ask`, and passes a function for the answer. The hosts answer: the shell, and the simulator's world.

use std::fmt;
use std::time::Duration;

use super::config::Config;

/// The number of a question. Never reused.
pub type AskId = u64;

/// A question to the host. The host replies with the [`Answer`] of the same kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether `password` matches `hash`. Deliberately slow to compute.
    Verify {
        /// What the user typed.
        password: Secret,
        /// A hash in PHC's string format.
        hash: Box<str>,
    },
    /// Reload the settings.
    Reload,
    /// The resources that the server's process has used.
    Usage,
}

impl Question {
    /// The kind of question and what it is about, the secret included: for the reference model and digests, not for
    /// people.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Verify { password, hash } => vec!["verify".into(), password.reveal().into(), hash.to_string()],
            Self::Reload => vec!["reload".into()],
            Self::Usage => vec!["usage".into()],
        }
    }
}

/// The host's answer. `Display` is a line of the log.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// Whether the password matches the hash.
    Verified {
        /// Whether it does.
        right: bool,
    },
    /// The new settings, or the reason for keeping the old ones, in a few words.
    Reloaded(Result<&'a Reload, &'a str>),
    /// The resources that the server's process has used.
    Used(Usage),
}

impl<'a> Answer<'a> {
    /// The kind of answer and its content, without new settings: for the reference model and digests.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Verified { right: true } => vec!["right".into()],
            Self::Verified { right: false } => vec!["wrong".into()],
            Self::Reloaded(Ok(reload)) => ["reloaded".into()].into_iter().chain(reload.kept.iter().cloned()).collect(),
            Self::Reloaded(Err(why)) => vec!["kept".into(), (*why).into()],
            Self::Used(usage) => vec!["used".into(), usage.to_string()],
        }
    }

    /// How much it matters to the server's administrator.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Verified { .. } | Self::Used(_) => Severity::Info,
            Self::Reloaded(Ok(reload)) if reload.kept.is_empty() => Severity::Info,
            Self::Reloaded(Ok(_)) => Severity::Warning,
            Self::Reloaded(Err(_)) => Severity::Error,
        }
    }

    /// The new settings, if it contains any.
    pub fn new_settings(&self) -> Option<&'a Config> {
        match self {
            Self::Reloaded(Ok(reload)) => Some(&reload.config),
            _ => None,
        }
    }
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verified { right: true } => f.write_str("the password is right"),
            Self::Verified { right: false } => f.write_str("the password is wrong"),
            Self::Reloaded(Ok(reload)) if reload.kept.is_empty() => f.write_str("configuration reloaded"),
            Self::Reloaded(Ok(reload)) => {
                let kept = reload.kept.join(", ");
                write!(f, "configuration reloaded, but these keys take effect only after a restart: {kept}")
            }
            Self::Reloaded(Err(why)) => write!(f, "configuration not reloaded: {why}"),
            Self::Used(usage) => usage.fmt(f),
        }
    }
}

/// How much an answer matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is wrong.
    Info,
    /// Somebody should look at it.
    Warning,
    /// It failed.
    Error,
}

/// The resources that the server's process has used. `Display` is what operators are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// CPU time in its own code.
    pub user: Duration,
    /// CPU time in the kernel.
    pub system: Duration,
    /// The most memory that was ever resident, in KiB.
    pub memory_kib: u64,
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, system, memory_kib } = self;
        let (user, system) = (user.as_secs_f64(), system.as_secs_f64());
        write!(f, "CPU {user:.2} s + {system:.2} s in the kernel, memory at most {memory_kib} KiB")
    }
}

/// Reloaded settings.
#[derive(Clone, Debug)]
pub struct Reload {
    /// The new settings. The server's name, network, casemapping and limits are the old ones.
    pub config: Config,
    /// Changed keys that need a restart, and are ignored.
    pub kept: Vec<String>,
}

/// A password that a user typed. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Wraps `text`.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The password, for verification.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}
