//! epoll: which descriptors are ready. It knows only their tokens.

use std::os::fd::AsFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

/// How many ready descriptors one wait reports. The others come with the next wait.
const EVENTS_PER_WAIT: usize = 1024;

/// A set of descriptors, each with a token.
#[derive(Debug)]
pub struct Poll {
    epoll: Epoll,
    events: Vec<EpollEvent>,
    ready: usize,
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
        Ok(Self { epoll, events: vec![EpollEvent::empty(); EVENTS_PER_WAIT], ready: 0 })
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

    /// Waits until a descriptor is ready, a signal comes or `timeout` has passed (`None`: for ever).
    ///
    /// # Errors
    /// Only for bugs of ours: EBADF, EFAULT, EINVAL.
    pub fn wait(&mut self, timeout: Option<Duration>) -> Result<(), Errno> {
        // Rounded up: a wait that ends before its deadline would only be repeated.
        let millis = |timeout: Duration| u32::try_from(timeout.as_micros().div_ceil(1000)).unwrap_or(u32::MAX);
        let timeout = timeout
            .map_or(EpollTimeout::NONE, |timeout| EpollTimeout::try_from(millis(timeout)).unwrap_or(EpollTimeout::MAX));
        self.ready = match self.epoll.wait(&mut self.events, timeout) {
            Ok(count) => count,
            Err(Errno::EINTR) => 0,
            Err(error) => return Err(error),
        };
        Ok(())
    }

    /// The ready descriptors of the last wait.
    pub fn ready(&self) -> impl Iterator<Item = Ready> + '_ {
        let ends = EpollFlags::EPOLLRDHUP | EpollFlags::EPOLLHUP | EpollFlags::EPOLLERR;
        self.events[..self.ready].iter().map(move |event| Ready {
            token: event.data(),
            readable: event.events().intersects(EpollFlags::EPOLLIN | ends),
            writable: event.events().intersects(EpollFlags::EPOLLOUT | EpollFlags::EPOLLHUP | EpollFlags::EPOLLERR),
        })
    }
}
