//! The person's input: a child that waits for it, and the pipe through which it comes.
//!
//! epoll cannot wait for a regular file, and reading a terminal or a file may block; so a child of the process does
//! that, and the parent has a pipe, which epoll serves like any socket. Neither end is left over when the other one
//! dies. Nothing here alters the terminal's settings (lines are edited by the kernel), so there is nothing to restore.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, getpid, getppid, pipe2, read, write};

/// The child, and the pipe's end for reading.
#[derive(Debug)]
pub struct Input {
    child: Pid,
    pipe: OwnedFd,
}

impl Input {
    /// Starts the child. To be called before the process has a second thread.
    ///
    /// # Errors
    /// The kernel's: it has no descriptor, memory or process left.
    pub fn start() -> Result<Self, Errno> {
        let parent = getpid();
        let (reader, writer) = pipe2(OFlag::O_CLOEXEC)?;
        #[allow(unsafe_code, reason = "fork is sound while there is one thread, and here there is")]
        match unsafe { fork() }? {
            ForkResult::Child => {
                drop(reader);
                forward(parent, &writer);
                process::exit(0)
            }
            ForkResult::Parent { child } => {
                drop(writer);
                let input = Self { child, pipe: reader };
                fcntl(&input.pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
                Ok(input)
            }
        }
    }
}

impl Read for Input {
    /// Reads what the child wrote; 0 once it has ended.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(read(&self.pipe, buffer)?)
    }
}

impl AsFd for Input {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}

impl Drop for Input {
    /// Ends the child, whatever it waits for, and takes its number back, so that neither an orphan nor a zombie stays.
    fn drop(&mut self) {
        // A child that has ended is a zombie until it is waited for: its number is still its own.
        let _ = kill(self.child, Signal::SIGKILL);
        while waitpid(self.child, None) == Err(Errno::EINTR) {}
    }
}

/// The child's life: from stdin into the pipe, until stdin ends or nobody reads the pipe any more.
fn forward(parent: Pid, pipe: &OwnedFd) {
    // If the parent is killed while the child waits for input, the pipe's POLLERR ends it; while it is stopped in a
    // read that blocks, this signal does. A parent that died before this call is seen by the next line.
    if set_pdeathsig(Signal::SIGKILL).is_err() || getppid() != parent {
        return;
    }
    let stdin = io::stdin();
    let mut buffer = [0; 4096];
    loop {
        let mut fds = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN), PollFd::new(pipe.as_fd(), PollFlags::empty())];
        match poll(&mut fds, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => return,
        }
        if fds[1].any() == Some(true) {
            return;
        }
        if fds[0].any() != Some(true) {
            continue;
        }
        match read(stdin.as_fd(), &mut buffer) {
            Ok(0) => return,
            Ok(count) if write_all(pipe, &buffer[..count]).is_err() => return,
            Ok(_) | Err(Errno::EINTR | Errno::EAGAIN) => {}
            // A terminal that is gone, a directory: that is an end too.
            Err(_) => return,
        }
    }
}

fn write_all(pipe: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match write(pipe, bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
