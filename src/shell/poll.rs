//! epoll: which descriptors are ready. It knows only their tokens.

use std::os::fd::AsFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use super::clock::Clock;
use crate::time::{Now, Time};

/// How many ready descriptors one system call reports.
const EVENTS_PER_CALL: usize = 1024;

/// A set of descriptors, each with a token.
#[derive(Debug)]
pub struct Poll {
    epoll: Epoll,
    events: Vec<EpollEvent>,
}

/// A descriptor that is ready.
#[derive(Clone, Copy, Debug)]
pub struct Ready {
    /// The token it was added with.
    pub token: u64,
    /// It has bytes, the end of them, or an error.
    pub readable: bool,
    /// It can be written to.
    pub writable: bool,
}

impl Poll {
    /// An empty set.
    ///
    /// # Errors
    /// The kernel is out of descriptors or memory.
    pub fn new() -> Result<Self, Errno> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        Ok(Self { epoll, events: vec![EpollEvent::empty(); EVENTS_PER_CALL] })
    }

    /// Adds a connection, edge-triggered: reported once each time it becomes readable, writable or broken, and at the
    /// beginning if it already is. Closing the descriptor removes it.
    ///
    /// # Errors
    /// The kernel is out of memory, or the descriptor cannot be polled.
    pub fn add_edge(&self, fd: impl AsFd, token: u64) -> Result<(), Errno> {
        let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT | EpollFlags::EPOLLRDHUP | EpollFlags::EPOLLET;
        self.epoll.add(fd, EpollEvent::new(flags, token))
    }

    /// Adds a descriptor for reading, level-triggered: reported by every wait while it is readable.
    ///
    /// # Errors
    /// See [`add_edge`](Self::add_edge).
    pub fn add_level(&self, fd: impl AsFd, token: u64) -> Result<(), Errno> {
        self.epoll.add(fd, EpollEvent::new(EpollFlags::EPOLLIN, token))
    }

    /// Removes a descriptor that stays open.
    ///
    /// # Errors
    /// It was not in the set.
    pub fn remove(&self, fd: impl AsFd) -> Result<(), Errno> {
        self.epoll.delete(fd)
    }

    /// Waits until a descriptor is ready or `deadline` has come; not at all if there is `more` to do. Appends what is
    /// ready, in the order in which it became so, and returns the time.
    ///
    /// If the deadline has come, everything that was ready before that time is in `ready`. The process may have been
    /// stopped, or the machine suspended, for longer than any timeout: what arrived meanwhile counts.
    ///
    /// # Errors
    /// Only for bugs of ours: EBADF, EFAULT, EINVAL.
    pub fn wait(
        &mut self,
        clock: &Clock,
        deadline: Option<Time>,
        more: bool,
        ready: &mut Vec<Ready>,
    ) -> Result<Now, Errno> {
        let timeout = match deadline {
            _ if more => Some(Duration::ZERO),
            deadline => deadline.map(|deadline| deadline.since(clock.now().mono)),
        };
        self.collect(timeout, ready)?;
        let now = clock.now();
        if deadline.is_some_and(|deadline| deadline <= now.mono) {
            self.collect(Some(Duration::ZERO), ready)?;
        }
        Ok(now)
    }

    /// Waits for at most `timeout` (`None`: for ever), and appends everything that is ready.
    fn collect(&mut self, mut timeout: Option<Duration>, ready: &mut Vec<Ready>) -> Result<(), Errno> {
        let ends = EpollFlags::EPOLLRDHUP | EpollFlags::EPOLLHUP | EpollFlags::EPOLLERR;
        loop {
            let count = match self.epoll.wait(&mut self.events, rounded(timeout)) {
                Ok(count) => count,
                // signal(7): SIGCONT interrupts epoll_wait(2) "even if no handler is installed". That does not say that
                // nothing is ready.
                Err(Errno::EINTR) => {
                    timeout = Some(Duration::ZERO);
                    continue;
                }
                Err(error) => return Err(error),
            };
            ready.extend(self.events[..count].iter().map(|event| Ready {
                token: event.data(),
                readable: event.events().intersects(EpollFlags::EPOLLIN | ends),
                writable: event.events().intersects(EpollFlags::EPOLLOUT | EpollFlags::EPOLLHUP | EpollFlags::EPOLLERR),
            }));
            if count < self.events.len() {
                return Ok(());
            }
            timeout = Some(Duration::ZERO);
        }
    }
}

/// In milliseconds, rounded up: a wait that ends before its deadline would only be repeated.
fn rounded(timeout: Option<Duration>) -> EpollTimeout {
    let millis = |timeout: Duration| u32::try_from(timeout.as_micros().div_ceil(1000)).unwrap_or(u32::MAX);
    timeout.map_or(EpollTimeout::NONE, |timeout| EpollTimeout::try_from(millis(timeout)).unwrap_or(EpollTimeout::MAX))
}
