//! The user's input: a child process that reads it, and the pipe to the parent.
//!
//! epoll cannot wait for a regular file, and reading a terminal or a file may block; so a child reads, and the parent
//! reads a pipe, which epoll handles like a socket. Neither process outlives the other. What the bytes are, lines or keys, is
//! not known here.

use std::io::{self, IsTerminal, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork, getpid, getppid, pipe2, read, write};

/// The child, and the reading end of the pipe.
#[derive(Debug)]
pub struct Input {
    /// `None` once it was waited for.
    child: Option<Pid>,
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
                // The exit code says why the input ended.
                process::exit(forward(parent, &writer).map_or_else(|error| error as i32, |()| 0))
            }
            ForkResult::Parent { child } => {
                drop(writer);
                let input = Self { child: Some(child), pipe: reader };
                fcntl(&input.pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
                Ok(input)
            }
        }
    }
}

impl Read for Input {
    /// Reads the child's output; 0 once it has ended. Fails at the end if the child could not read the input.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match (read(&self.pipe, buffer)?, self.child) {
            (0, Some(child)) => {
                self.child = None;
                match wait(child) {
                    Ok(WaitStatus::Exited(_, code @ 1..)) => Err(io::Error::from_raw_os_error(code)),
                    _ => Ok(0),
                }
            }
            (count, _) => Ok(count),
        }
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
        if let Some(child) = self.child {
            // A child that has exited is a zombie until it is waited for, so its pid is not reused.
            let _ = kill(child, Signal::SIGKILL);
            let _ = wait(child);
        }
    }
}

fn wait(child: Pid) -> Result<WaitStatus, Errno> {
    loop {
        match waitpid(child, None) {
            Err(Errno::EINTR) => {}
            outcome => return outcome,
        }
    }
}

/// The child: copies stdin into the pipe until stdin ends or the pipe has no reader.
fn forward(parent: Pid, pipe: &OwnedFd) -> Result<(), Errno> {
    // If the parent is killed, POLLERR on the pipe ends the child while it polls, and this signal while it blocks in a
    // read. `getppid` detects a parent that died before this call.
    if set_pdeathsig(Signal::SIGKILL).is_err() || getppid() != parent {
        return Ok(());
    }
    let stdin = io::stdin();
    let mut buffer = [0; 4096];
    loop {
        let mut fds = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN), PollFd::new(pipe.as_fd(), PollFlags::empty())];
        match poll(&mut fds, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
        if fds[1].any() == Some(true) {
            return Ok(());
        }
        if fds[0].any() != Some(true) {
            continue;
        }
        match read(stdin.as_fd(), &mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) if write_all(pipe, &buffer[..count]).is_err() => return Ok(()),
            Ok(_) | Err(Errno::EINTR | Errno::EAGAIN) => {}
            // A terminal that has hung up.
            Err(Errno::EIO) if stdin.is_terminal() => return Ok(()),
            Err(error) => return Err(error),
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
