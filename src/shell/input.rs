//! The user's input: a child process that reads it, and the pipe to the parent.
//!
//! epoll cannot wait for a regular file, and reading a terminal or a file may block; so a child reads, and the parent
//! reads a pipe, which epoll handles like a socket. Neither process outlives the other. The terminal's settings are not
//! changed (the kernel edits lines), so there is nothing to restore.

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

/// The child, and the reading end of the pipe.
#[derive(Debug)]
pub struct Input {
    child: Pid,
    pipe: OwnedFd,
}

impl Input {
    /// Starts the child. Must be called before the process has a second thread.
    ///
    /// # Errors
    /// The kernel is out of descriptors, memory or processes.
    pub fn start() -> Result<Self, Errno> {
        let parent = getpid();
        let (reader, writer) = pipe2(OFlag::O_CLOEXEC)?;
        #[expect(unsafe_code, reason = "fork is sound while there is one thread, and here there is")]
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
    /// Reads the child's output; 0 once it has ended.
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
    /// Kills the child, and waits for it, so that neither an orphan nor a zombie is left.
    fn drop(&mut self) {
        // A child that has exited is a zombie until it is waited for, so its pid is not reused.
        let _ = kill(self.child, Signal::SIGKILL);
        while waitpid(self.child, None) == Err(Errno::EINTR) {}
    }
}

/// The child: copies stdin into the pipe until stdin ends or the pipe has no reader.
fn forward(parent: Pid, pipe: &OwnedFd) {
    // If the parent is killed, POLLERR on the pipe ends the child while it polls, and this signal while it blocks in a
    // read. `getppid` detects a parent that died before this call.
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
            // A terminal that is gone, a directory: treated as the end.
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
