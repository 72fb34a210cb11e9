//! Text for a descriptor that may block: a terminal that was stopped with Ctrl-S, a pipe that nobody reads, a slow disk.
//! A thread writes it, so that the loop never waits; what does not fit is dropped and counted.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::unistd::write;

/// A bounded queue of text, and the thread that writes it. The descriptor is readable when everything is written, or a
/// write has failed.
#[derive(Debug)]
pub struct Spool {
    shared: Arc<Shared>,
    limit: usize,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    bell: EventFd,
}

#[derive(Debug, Default)]
struct State {
    /// Text that the thread has not taken.
    waiting: Vec<u8>,
    /// The thread is writing.
    writes: bool,
    /// How many texts were dropped, and not yet reported by [`Spool::take_dropped`].
    dropped: u64,
    /// Why the last write failed, until [`Spool::take_failure`].
    failure: Option<Errno>,
}

impl State {
    fn is_written(&self) -> bool {
        self.waiting.is_empty() && !self.writes
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is whole between any two statements.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spool {
    /// Starts the thread, which runs until the process ends. At most `limit` bytes wait for it. Signals must be blocked
    /// already: the thread inherits the mask.
    ///
    /// # Errors
    /// The kernel is out of descriptors or threads.
    pub fn start(out: impl AsFd + Send + 'static, name: &str, limit: usize) -> io::Result<Self> {
        let bell = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new(), bell });
        let theirs = Arc::clone(&shared);
        thread::Builder::new().name(name.into()).spawn(move || write_out(&theirs, &out))?;
        Ok(Self { shared, limit })
    }

    /// Queues `text`. If there is no room, all of it is dropped, and counted.
    pub fn push(&self, text: &[u8]) {
        let mut state = self.shared.lock();
        if state.waiting.len() + text.len() > self.limit {
            state.dropped += 1;
            return;
        }
        state.waiting.extend_from_slice(text);
        drop(state);
        self.shared.changed.notify_all();
    }

    /// How many texts were dropped since the last call; 0 while there is not much room, so that this can be reported.
    pub fn take_dropped(&self) -> u64 {
        let mut state = self.shared.lock();
        if state.waiting.len() > self.limit / 2 { 0 } else { std::mem::take(&mut state.dropped) }
    }

    /// Why a write has failed since the last call. What it should have written is lost.
    pub fn take_failure(&self) -> Option<Errno> {
        let _ = self.shared.bell.read();
        self.shared.lock().failure.take()
    }

    /// Whether everything is written.
    pub fn is_written(&self) -> bool {
        self.shared.lock().is_written()
    }

    /// Waits until everything is written, for at most `patience`.
    pub fn finish(&self, patience: Duration) {
        let state = self.shared.lock();
        let _ = self.shared.changed.wait_timeout_while(state, patience, |state| !state.is_written());
    }
}

impl AsFd for Spool {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.shared.bell.as_fd()
    }
}

/// The thread's loop.
fn write_out(shared: &Shared, out: &impl AsFd) {
    let mut text = Vec::new();
    let mut state = shared.lock();
    loop {
        while state.waiting.is_empty() {
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(&mut text, &mut state.waiting);
        state.writes = true;
        drop(state);
        let failure = write_all(out, &text).err();
        text.clear();
        // Text of many lines is rare: its memory is given back.
        text.shrink_to(KEPT_BYTES);
        state = shared.lock();
        state.writes = false;
        state.failure = failure.or(state.failure);
        if state.is_written() || failure.is_some() {
            shared.changed.notify_all();
            // A full counter wakes the loop, too.
            let _ = shared.bell.write(1);
        }
    }
}

/// The most memory that is kept for the next text.
const KEPT_BYTES: usize = 64 << 10;

fn write_all(out: &impl AsFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match write(out, bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::EINTR) => {}
            // Somebody who shares the terminal or the pipe made it non-blocking.
            Err(Errno::EAGAIN) => {
                let _ = poll(&mut [PollFd::new(out.as_fd(), PollFlags::POLLOUT)], PollTimeout::NONE);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// A pipe that is not read holds less than this.
    const MORE_THAN_A_PIPE: usize = 2 << 20;

    #[test]
    fn what_fits_is_written_in_order_and_the_rest_is_counted() {
        let (mut reader, writer) = io::pipe().expect("a pipe");
        let spool = Spool::start(writer, "test", 10 << 10).expect("a thread");
        let lines = MORE_THAN_A_PIPE / 100;
        (0..lines).for_each(|n| spool.push(format!("{n:>99}\n").as_bytes()));
        assert_eq!(spool.take_dropped(), 0, "there is no room to say so");
        assert!(!spool.is_written());
        let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
        let dropped = loop {
            let count = reader.read(&mut buffer).expect("the pipe is open");
            text.extend_from_slice(&buffer[..count]);
            match spool.take_dropped() {
                0 => {}
                dropped => break dropped as usize,
            }
        };
        spool.push(b"the end\n");
        while !text.ends_with(b"the end\n") {
            let count = reader.read(&mut buffer).expect("the pipe is open");
            text.extend_from_slice(&buffer[..count]);
        }
        let text = String::from_utf8(text).expect("text");
        let written: Vec<usize> = text.lines().filter_map(|line| line.trim().parse().ok()).collect();
        assert_eq!(written.len() + dropped, lines);
        assert!(written.is_sorted() && written[0] == 0);
        spool.finish(Duration::from_secs(60));
        assert!(spool.is_written());
    }

    #[test]
    fn a_reader_that_is_gone_is_reported_and_nobody_waits() {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader);
        let spool = Spool::start(writer, "test", 10 << 10).expect("a thread");
        spool.push(b"hello\n");
        spool.finish(Duration::from_secs(60));
        assert_eq!((spool.take_failure(), spool.take_failure()), (Some(Errno::EPIPE), None));
    }
}
