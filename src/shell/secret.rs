//! The password for a server, from where the user keeps it. It is never an argument: those are visible to everybody.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow, bail};

use super::listen::plain;
use super::prompt::{ask_password, check};
use crate::client::Password;

/// Where a password comes from.
#[derive(Clone, Debug)]
pub enum PasswordSource {
    /// The first line of a file.
    File(PathBuf),
    /// The first line that a shell command prints.
    Command(String),
    /// The user types it.
    Terminal,
}

impl PasswordSource {
    /// Gets the password.
    ///
    /// # Errors
    /// It cannot be read, or it cannot be sent in a line.
    pub fn read(&self) -> anyhow::Result<Password> {
        let password = match self {
            Self::File(path) => of_file(path)?,
            Self::Command(command) => of_command(command)?,
            Self::Terminal => ask_password("Password of the server: ")?,
        };
        check(&password)?;
        Ok(Password(password))
    }
}

fn of_file(path: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(path).map_err(|error| anyhow!(plain(&error)));
    Ok(first_line(&text.with_context(|| format!("cannot read {}", path.display()))?))
}

/// What is piped into the client is not for the command; what went wrong is for the user.
fn of_command(command: &str) -> anyhow::Result<String> {
    let run = Command::new("sh").arg("-c").arg(command).stderr(Stdio::inherit()).stdin(Stdio::null()).output();
    let output = run.map_err(|error| anyhow!(plain(&error))).context("cannot run the password command")?;
    if !output.status.success() {
        bail!("the password command failed: {}", output.status);
    }
    Ok(first_line(&String::from_utf8(output.stdout).context("the password command does not print UTF-8")?))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
