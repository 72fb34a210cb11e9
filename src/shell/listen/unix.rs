//! Sockets that listen at a path, and the file there: made by one server only, replaced when it is stale, gone at the
//! end.

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

/// How often the folder of a socket is tried to be locked, and how long is waited between: a second in all, while nobody
/// needs the lock for more than a few system calls.
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Listens at `path`, with a file of these permissions.
pub fn bound(path: &Path, mode: Option<u32>) -> anyhow::Result<(UnixListener, SocketFile)> {
    let address = UnixAddr::new(path).map_err(because)?;
    // Between the look at a file and its removal, another server may have replaced it; and between `bind` and `listen` a
    // socket looks as if its server were gone. So all that is done by one server at a time.
    let _lock = lock(path.parent().unwrap_or(Path::new("/")));
    remove_stale(path, &address)?;
    let fd = stream_socket(AddressFamily::Unix).map_err(because)?;
    // With the mask in place there is no moment at which the socket is more open than it shall be.
    let before = mode.map(|mode| umask(Mode::from_bits_truncate(!mode & 0o777)));
    let bound = bind(fd.as_raw_fd(), &address as &dyn SockaddrLike);
    before.map(umask);
    bound.map_err(because)?;
    let file = SocketFile::new(path)?;
    listen(&fd, Backlog::new(BACKLOG)?).map_err(because)?;
    Ok((fd.into(), file))
}

/// Keeps other servers from changing the sockets of `folder` until the file is dropped. It is the folder itself that is
/// locked (flock(2)): a file for that purpose would have to be left behind. Whoever may read the folder may lock it, for
/// as long as they like, and that shall keep no server from starting: where there is no lock it starts without.
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

/// Removes a socket that a killed server left behind: nobody answers there.
fn remove_stale(path: &Path, address: &UnixAddr) -> anyhow::Result<()> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    if !found.file_type().is_socket() {
        bail!("there is a file that is no socket");
    }
    let probe = stream_socket(AddressFamily::Unix).map_err(because)?;
    match connect(probe.as_raw_fd(), address) {
        Err(Errno::ECONNREFUSED) => {
            let removed = fs::remove_file(path).map_err(|error| anyhow!(plain(&error)));
            removed.context("cannot remove the socket that another server left there")
        }
        Err(Errno::ENOENT) => Ok(()),
        Err(error @ Errno::EACCES) => Err(because(error)),
        // EAGAIN is a crowd that waits for the one who listens there.
        Ok(()) | Err(_) => Err(because(Errno::EADDRINUSE)),
    }
}

/// A socket's file, which goes when this is dropped, unless somebody has put another one in its place. While the socket
/// listens no server does that: so it is to be dropped before the socket is.
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
