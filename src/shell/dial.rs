//! Connecting without blocking: resolves a name on a thread, and tries its addresses one after the other.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::socket::{AddressFamily, SockaddrLike, SockaddrStorage, UnixAddr, sockopt};
use nix::sys::socket::{connect, getpeername, getsockname, getsockopt, setsockopt};

use super::listen::{family_and_address, plain, stream_socket};
use super::poll::Poll;
use super::socket::Socket;
use crate::time::Time;
use crate::transport::{Address, Url};

/// How long to wait for one address.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection attempt.
#[derive(Debug)]
pub struct Dial {
    /// Addresses that have not been tried yet.
    left: VecDeque<Peer>,
    state: State,
    /// Why the last address failed.
    failure: String,
}

#[derive(Debug)]
enum State {
    LookingUp { answer: mpsc::Receiver<Result<VecDeque<Peer>, String>>, _bell: Arc<EventFd> },
    Connecting { socket: OwnedFd, until: Time },
    Idle,
}

#[derive(Debug)]
enum Peer {
    Tcp(SocketAddr),
    Unix(UnixAddr),
}

impl Dial {
    /// Starts to connect to `url`; its events wake `poll` with `token`.
    pub fn start(url: &Url, poll: &Poll, token: u64) -> Self {
        let idle = |left: VecDeque<Peer>, failure: &str| Self { left, state: State::Idle, failure: failure.into() };
        match &url.address {
            Address::Unix { path, .. } => match UnixAddr::new(path) {
                Ok(address) => idle([Peer::Unix(address)].into(), ""),
                Err(error) => idle(VecDeque::new(), &error.desc().to_lowercase()),
            },
            Address::Tcp { host, port } => match host.parse::<IpAddr>() {
                Ok(ip) => idle([Peer::Tcp((ip, *port).into())].into(), ""),
                Err(_) => match look_up(host.clone(), *port, poll, token) {
                    Ok(state) => Self { left: VecDeque::new(), state, failure: "the host has no address".into() },
                    Err(error) => idle(VecDeque::new(), &error.desc().to_lowercase()),
                },
            },
        }
    }

    /// When to call [`progress`](Self::progress) even without an event.
    pub fn deadline(&self) -> Option<Time> {
        match &self.state {
            State::Connecting { until, .. } => Some(*until),
            State::LookingUp { .. } | State::Idle => None,
        }
    }

    /// Continues as far as possible without blocking. `None` while the result is not known.
    pub fn progress(&mut self, now: Time, poll: &Poll, token: u64) -> Option<Result<Socket, String>> {
        loop {
            match std::mem::replace(&mut self.state, State::Idle) {
                State::LookingUp { answer, _bell } => match answer.try_recv() {
                    Ok(Ok(found)) => self.left = found,
                    Ok(Err(reason)) => return Some(Err(reason)),
                    Err(mpsc::TryRecvError::Disconnected) => return Some(Err("the name cannot be looked up".into())),
                    Err(mpsc::TryRecvError::Empty) => {
                        self.state = State::LookingUp { answer, _bell };
                        return None;
                    }
                },
                State::Connecting { socket, until } => match outcome(&socket) {
                    Ok(()) => return Some(Ok(Socket::new(socket))),
                    Err(Errno::EINPROGRESS) if now < until => {
                        self.state = State::Connecting { socket, until };
                        return None;
                    }
                    Err(Errno::EINPROGRESS) => self.failure = Errno::ETIMEDOUT.desc().to_lowercase(),
                    Err(error) => self.failure = error.desc().to_lowercase(),
                },
                State::Idle => {
                    let Some(peer) = self.left.pop_front() else {
                        return Some(Err(std::mem::take(&mut self.failure)));
                    };
                    match begin(&peer, poll, token) {
                        Ok(socket) => self.state = State::Connecting { socket, until: now + ANSWER_TIMEOUT },
                        Err(error) => self.failure = error.desc().to_lowercase(),
                    }
                }
            }
        }
    }
}

/// Resolves a name on a thread of its own: it can take many seconds, and the client must not block that long.
fn look_up(host: String, port: u16, poll: &Poll, token: u64) -> Result<State, Errno> {
    let bell = Arc::new(EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?);
    poll.add_level(&*bell, token)?;
    let (tell, answer) = mpsc::channel();
    let ring = Arc::clone(&bell);
    thread::spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs();
        let found = found.map(|found| found.map(Peer::Tcp).collect());
        // The receiver may be gone.
        let _ = tell.send(found.map_err(|error| format!("no such host: {}", plain(&error))));
        let _ = ring.write(1);
    });
    Ok(State::LookingUp { answer, _bell: bell })
}

fn begin(peer: &Peer, poll: &Poll, token: u64) -> Result<OwnedFd, Errno> {
    let (family, address): (_, Box<dyn SockaddrLike>) = match *peer {
        Peer::Tcp(address) => family_and_address(address),
        Peer::Unix(address) => (AddressFamily::Unix, Box::new(address)),
    };
    let socket = stream_socket(family)?;
    if family != AddressFamily::Unix {
        setsockopt(&socket, sockopt::TcpNoDelay, &true)?;
    }
    match connect(socket.as_raw_fd(), &*address) {
        Ok(()) | Err(Errno::EINPROGRESS) => {}
        Err(error) => return Err(error),
    }
    poll.add_edge(&socket, token)?;
    Ok(socket)
}

/// The result of a connection attempt: `EINPROGRESS` while it is pending.
fn outcome(socket: &OwnedFd) -> Result<(), Errno> {
    match getsockopt(socket, sockopt::SocketError)? {
        0 => {}
        error => return Err(Errno::from_raw(error)),
    }
    let peer = getpeername::<SockaddrStorage>(socket.as_raw_fd()).map_err(|error| match error {
        Errno::ENOTCONN => Errno::EINPROGRESS,
        error => error,
    })?;
    // If nobody listens on a port of this machine, a connection to it may be given that very port as its source port.
    // Then TCP connects the socket to itself.
    let own = getsockname::<SockaddrStorage>(socket.as_raw_fd())?;
    let of_tcp = matches!(peer.family(), Some(AddressFamily::Inet | AddressFamily::Inet6));
    if of_tcp && own == peer { Err(Errno::ECONNREFUSED) } else { Ok(()) }
}
