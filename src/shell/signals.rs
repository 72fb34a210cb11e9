//! Signals as something to read: no handler ever runs.
//!
//! SIGPIPE needs no word here: Rust's runtime ignores it before `main`, and sockets are written to with
//! `MSG_NOSIGNAL`.

use std::os::fd::{AsFd, BorrowedFd};

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Signals that wait to be read, instead of ending the process.
#[derive(Debug)]
pub struct Signals(SignalFd);

/// Keeps `signals` from being delivered. To be called before the process has a second thread or a child: both
/// inherit it.
///
/// # Errors
/// None that the kernel documents for a right set.
pub fn block(signals: &[Signal]) -> Result<SigSet, Errno> {
    let set: SigSet = signals.iter().copied().collect();
    set.thread_block()?;
    Ok(set)
}

impl Signals {
    /// Reads the signals in `blocked`.
    ///
    /// # Errors
    /// The kernel's: it has no descriptor or memory left.
    pub fn new(blocked: &SigSet) -> Result<Self, Errno> {
        SignalFd::with_flags(blocked, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC).map(Self)
    }

    /// The next signal that came, if there is one.
    pub fn next(&self) -> Option<Signal> {
        let info = self.0.read_signal().ok().flatten()?;
        Signal::try_from(info.ssi_signo as i32).ok()
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
