//! Signals, read from a descriptor: there are no signal handlers.
//!
//! SIGPIPE needs no handling: Rust's runtime ignores it before `main`, and sockets are written to with `MSG_NOSIGNAL`.

use std::os::fd::{AsFd, BorrowedFd};

use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Blocked signals, to be read instead.
#[derive(Debug)]
pub struct Signals(SignalFd);

/// Blocks `signals`. Must be called before the process has a second thread or a child: both inherit it.
///
/// # Errors
/// None that the kernel documents for a valid set.
pub fn block(signals: &[Signal]) -> Result<SigSet, Errno> {
    let set: SigSet = signals.iter().copied().collect();
    set.thread_block()?;
    Ok(set)
}

impl Signals {
    /// Reads the signals in `blocked`.
    ///
    /// # Errors
    /// The kernel is out of descriptors or memory.
    pub fn new(blocked: &SigSet) -> Result<Self, Errno> {
        SignalFd::with_flags(blocked, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC).map(Self)
    }

    /// The next pending signal, if there is one.
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
