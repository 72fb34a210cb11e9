//! A certificate and its key, in files. Knows nothing of their use.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::listen::plain;
use crate::transport::tls::{BadIdentity, Identity, identity};

/// A certificate and its key, in PEM files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate, followed by the chain up to its authority.
    pub chain: PathBuf,
    /// Its key; `None` if it is in the same file.
    pub key: Option<PathBuf>,
}

/// Which of the two files is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The certificate and its chain.
    Chain,
    /// The key.
    Key,
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// Which of them is wrong, and how.
    pub fn read(&self) -> Result<Identity, (Wrong, anyhow::Error)> {
        let key_path = self.key.as_ref().unwrap_or(&self.chain);
        let chain = load(&self.chain, "certificate").map_err(|error| (Wrong::Chain, error))?;
        let key = load(key_path, "key").map_err(|error| (Wrong::Key, error))?;
        identity(&chain, &key).map_err(|wrong| match wrong {
            BadIdentity::Chain(what) => (Wrong::Chain, anyhow!("the certificate in {} {what}", self.chain.display())),
            BadIdentity::Key(what) => (Wrong::Key, anyhow!("the key in {} {what}", key_path.display())),
        })
    }
}

fn load(path: &Path, what: &str) -> anyhow::Result<Vec<u8>> {
    fs::read(path).map_err(|error| anyhow!("cannot read the {what} in {}: {}", path.display(), plain(&error)))
}
