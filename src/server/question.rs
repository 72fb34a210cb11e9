//! The questions that the server asks its host, and the answers.
//!
//! Each kind of question has a variant of [`Question`] and one of [`Answer`], and each of these has its `words`. A
//! handler calls `Turn::ask` with a question and a function that handles the answer. The host is the shell, or the
//! simulator's world.

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
        /// The password that the user sent.
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
    /// The kind of question and its content, including secrets. For the reference model and digests; never shown to
    /// people.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Verify { password, hash } => vec!["verify".into(), password.reveal().into(), hash.to_string()],
            Self::Reload => vec!["reload".into()],
            Self::Usage => vec!["usage".into()],
        }
    }
}

/// The host's answer. `Display` is its text in the host's diagnostic log.
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

    /// How serious it is for the server's administrator.
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

/// How serious an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is wrong.
    Info,
    /// Somebody should look at it.
    Warning,
    /// The request failed.
    Error,
}

/// The resources that the server's process has used. `Display` is the text that operators see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// CPU time in user mode.
    pub user: Duration,
    /// CPU time in the kernel.
    pub system: Duration,
    /// The peak resident memory, in KiB.
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
    /// The new settings. The server's name, network, casemapping and limits keep their old values.
    pub config: Config,
    /// Keys whose new values are ignored, since they need a restart.
    pub kept: Vec<String>,
}

/// A password that a user sent. `Debug` hides it.
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
