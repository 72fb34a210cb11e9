//! Unix listeners and their files: created by one server only, replaced when stale, removed at the end.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, Backlog, SockaddrLike, UnixAddr, bind, connect, listen};
use nix::sys::stat::{Mode, umask};

use super::{BACKLOG, because, plain, stream_socket};

/// How often to try to lock a socket's folder; with the pauses this takes a second in all. Nobody holds the lock for
/// more than a few system calls.
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Listens on `path`, with a file of these permissions.
pub fn bound(path: &Path, mode: Option<u32>) -> anyhow::Result<(UnixListener, SocketFile)> {
    let address = UnixAddr::new(path).map_err(because)?;
    // Another server may replace the file between our check and its removal; and between `bind` and `listen` a socket
    // looks stale. So only one server at a time does this.
    let _lock = lock(path.parent().unwrap_or(Path::new("/")));
    remove_stale(path, &address)?;
    let fd = stream_socket(AddressFamily::Unix).map_err(because)?;
    // With the umask the socket is never more open than requested.
    let before = mode.map(|mode| umask(Mode::from_bits_truncate(!mode & 0o777)));
    let bound = bind(fd.as_raw_fd(), &address as &dyn SockaddrLike);
    before.map(umask);
    bound.map_err(because)?;
    let file = SocketFile::new(path)?;
    listen(&fd, Backlog::new(BACKLOG)?).map_err(because)?;
    Ok((fd.into(), file))
}

/// Keeps other servers from changing the sockets of `folder` until the returned file is dropped. The folder itself is
/// locked (flock(2)), because a lock file could never be removed. Any user who can read the folder can lock it for as
/// long as they like, which must not keep a server from starting: if the lock is not available, it starts without.
fn lock(folder: &Path) -> Option<File> {
    let without = |why: String| tracing::warn!("{} is not locked: {why}", folder.display());
    let file = File::open(folder).map_err(|error| without(plain(&error))).ok()?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Some(file),
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => {
                without(plain(&error));
                return None;
            }
        }
    }
    without("another process keeps its lock".into());
    None
}

/// Removes a socket that a killed server left behind, and on which nobody listens.
fn remove_stale(path: &Path, address: &UnixAddr) -> anyhow::Result<()> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    if !found.file_type().is_socket() {
        bail!("the path exists and is not a socket");
    }
    let probe = stream_socket(AddressFamily::Unix).map_err(because)?;
    match connect(probe.as_raw_fd(), address) {
        Err(Errno::ECONNREFUSED) => {
            let removed = fs::remove_file(path).map_err(|error| anyhow!(plain(&error)));
            removed.context("cannot remove the socket that another server left there")
        }
        Err(Errno::ENOENT) => Ok(()),
        Err(error @ Errno::EACCES) => Err(because(error)),
        // EAGAIN: somebody listens, but has too many pending connections.
        Ok(()) | Err(_) => Err(because(Errno::EADDRINUSE)),
    }
}

/// A socket's file, removed on drop unless it has been replaced. No server replaces it while the socket listens, so it
/// must be dropped before the socket.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl SocketFile {
    fn new(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.into(), identity: Self::identity(path)? })
    }

    fn identity(path: &Path) -> io::Result<(u64, u64)> {
        fs::symlink_metadata(path).map(|file| (file.dev(), file.ino()))
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if Self::identity(&self.path).is_ok_and(|found| found == self.identity) {
            // If it cannot be removed, the next server finds it stale.
            let _ = fs::remove_file(&self.path);
        }
    }
}
