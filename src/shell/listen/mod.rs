//! Listening sockets, made from URLs or by socket activation.

mod handed;
mod tcp;
mod unix;

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, SockFlag, SockType, SockaddrIn, SockaddrIn6, SockaddrLike, getsockopt, socket, sockopt,
};

use super::socket::Socket;
use crate::transport::{Address, Url};
use crate::wire::Peer;
pub use handed::Handed;
use unix::SocketFile;

/// Connections that may be pending. A restart brings all clients back at once; the kernel limits this to
/// `net.core.somaxconn`.
const BACKLOG: i32 = 4096;

/// A listening socket.
#[derive(Debug)]
pub struct Listener {
    socket: Kind,
    /// Its URL with the bound address: host names are resolved, and port 0 is replaced by the port that the kernel
    /// chose.
    pub url: Url,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    /// The file is declared first, so that it is removed (if we created it) before the socket closes.
    Unix {
        _file: Option<SocketFile>,
        listener: UnixListener,
    },
}

/// A listening address, as the kernel sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address and a port.
    Tcp(SocketAddr),
    /// A path.
    Unix(PathBuf),
}

impl Listener {
    /// Listens on all of `urls`: on every address of their hosts on this machine, with the socket from `handed` if
    /// there is one.
    ///
    /// # Errors
    /// The first URL on which the server cannot listen, and why.
    pub fn open(urls: &[Url], mut handed: Vec<Handed>) -> anyhow::Result<Vec<Self>> {
        let failed = |url: &Url| format!("cannot listen on {url}");
        let places: Vec<Vec<Place>> =
            urls.iter().map(|url| places(url).with_context(|| failed(url))).collect::<Result<_, _>>()?;
        let all: Vec<Place> =
            places.iter().flatten().chain(handed.iter().map(|handed| &handed.place)).cloned().collect();
        let mut listeners = Vec::new();
        for (url, places) in urls.iter().zip(&places) {
            listeners.extend(at(url, places, &all, &mut handed).with_context(|| failed(url))?);
        }
        match handed.first() {
            Some(handed) => bail!("no URL matches the socket that was passed in, {}", handed.url),
            None => Ok(listeners),
        }
    }

    /// The next pending connection, and its peer.
    ///
    /// # Errors
    /// The kernel's, including `WouldBlock`.
    pub fn accept(&self) -> io::Result<(Socket, Peer)> {
        let (stream, peer): (OwnedFd, Peer) = match &self.socket {
            Kind::Tcp(listener) => {
                let (stream, peer) = listener.accept()?;
                stream.set_nonblocking(true)?;
                // Each round is written at once, so Nagle's algorithm has nothing to coalesce.
                stream.set_nodelay(true)?;
                (stream.into(), Peer::at(peer.ip()))
            }
            Kind::Unix { listener, .. } => {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(true)?;
                let uid = getsockopt(&stream, sockopt::PeerCredentials).ok().map(|peer| peer.uid());
                (stream.into(), Peer { uid, ..Peer::named("localhost") })
            }
        };
        Ok((Socket::new(stream), peer))
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.socket {
            Kind::Tcp(listener) => listener.as_fd(),
            Kind::Unix { listener, .. } => listener.as_fd(),
        }
    }
}

/// The addresses of `url`.
///
/// # Errors
/// Its host has no address.
fn places(url: &Url) -> anyhow::Result<Vec<Place>> {
    match &url.address {
        Address::Unix { path, .. } => Ok(vec![Place::Unix(path.clone())]),
        Address::Tcp { host, port } => {
            let found = (host.as_str(), *port).to_socket_addrs();
            let found = found.map_err(|error| anyhow!("no such host: {}", plain(&error)))?;
            Ok(found.map(Place::Tcp).collect())
        }
    }
}

/// Whether two URLs share an address.
pub fn meet(one: &Url, other: &Url) -> bool {
    let [one, other] = [one, other].map(|url| places(url).unwrap_or_default());
    one.iter().any(|place| other.contains(place))
}

/// Listens on the addresses of one URL; `all` are those of every URL.
fn at(url: &Url, places: &[Place], all: &[Place], handed: &mut Vec<Handed>) -> anyhow::Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    let mut missing = None;
    for place in places {
        if let Some(found) = handed.iter().position(|handed| handed.place == *place) {
            listeners.push(taken_over(url, handed.swap_remove(found))?);
            continue;
        }
        match place {
            Place::Unix(path) => {
                let Address::Unix { mode, .. } = url.address else { continue };
                let (listener, file) = unix::bound(path, mode)?;
                listeners.push(Listener { socket: Kind::Unix { _file: Some(file), listener }, url: url.clone() });
            }
            Place::Tcp(address) => match tcp::bound(*address, ipv4_is_apart(*address, all)) {
                Ok(listener) => listeners.push(of_tcp(url, listener)?),
                // A name like localhost may have an IPv6 address on a machine without IPv6.
                Err(error @ (Errno::EADDRNOTAVAIL | Errno::EAFNOSUPPORT)) => missing = Some(error),
                Err(error) => return Err(because(error)),
            },
        }
    }
    match missing {
        Some(error) if listeners.is_empty() => Err(because(error)),
        None if listeners.is_empty() => bail!("the host has no address"),
        _ => Ok(listeners),
    }
}

/// Whether `all` has an IPv4 address with the port of `address`: then a socket at `[::]` must leave IPv4 to it.
fn ipv4_is_apart(address: SocketAddr, all: &[Place]) -> bool {
    let in_its_way = |place: &Place| matches!(place, Place::Tcp(SocketAddr::V4(ipv4)) if ipv4.port() == address.port());
    address.ip().is_unspecified() && address.port() != 0 && all.iter().any(in_its_way)
}

fn of_tcp(url: &Url, listener: TcpListener) -> anyhow::Result<Listener> {
    let bound = listener.local_addr()?;
    let host = match &url.address {
        // The socket's own address does not show the zone (RFC 4007).
        Address::Tcp { host, .. } if host.contains('%') => host.clone(),
        _ => bound.ip().to_string(),
    };
    let address = Address::Tcp { host, port: bound.port() };
    Ok(Listener { socket: Kind::Tcp(listener), url: Url { address, ..url.clone() } })
}

fn taken_over(url: &Url, handed: Handed) -> anyhow::Result<Listener> {
    match handed.place {
        Place::Tcp(_) => {
            let listener = TcpListener::from(handed.fd);
            listener.set_nonblocking(true)?;
            tcp::keep_alive(&listener).map_err(because)?;
            of_tcp(url, listener)
        }
        Place::Unix(_) => {
            let listener = UnixListener::from(handed.fd);
            listener.set_nonblocking(true)?;
            Ok(Listener { socket: Kind::Unix { _file: None, listener }, url: url.clone() })
        }
    }
}

/// An address for the kernel.
pub fn family_and_address(address: SocketAddr) -> (AddressFamily, Box<dyn SockaddrLike>) {
    match address {
        SocketAddr::V4(address) => (AddressFamily::Inet, Box::new(SockaddrIn::from(address))),
        SocketAddr::V6(address) => (AddressFamily::Inet6, Box::new(SockaddrIn6::from(address))),
    }
}

/// A non-blocking stream socket.
pub fn stream_socket(family: AddressFamily) -> Result<OwnedFd, Errno> {
    socket(family, SockType::Stream, SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC, None)
}

/// The kernel's text for an error, as the end of a sentence: without its number, in lower case.
pub fn because(error: Errno) -> anyhow::Error {
    anyhow!(error.desc().to_lowercase())
}

/// The same for an error from the standard library.
pub fn plain(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => Errno::from_raw(number).desc().to_lowercase(),
        None => {
            let text = error.to_string();
            text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_lowercase()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read};
    use std::net::TcpStream;

    use nix::sys::socket::{getsockopt, sockopt};

    use super::{Address, Listener};

    #[test]
    fn accepted_sockets_are_non_blocking_with_nodelay_and_keepalive() {
        let url = "tcp://127.0.0.1:0".parse().expect("a URL");
        let listeners = Listener::open(&[url], Vec::new()).expect("a free port");
        let Address::Tcp { host, port } = &listeners[0].url.address else { panic!("it is TCP") };
        let _peer = TcpStream::connect((host.as_str(), *port)).expect("somebody listens");
        let (mut socket, peer) = loop {
            match listeners[0].accept() {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                accepted => break accepted.expect("somebody waits"),
            }
        };
        assert_eq!(&*peer.host, "127.0.0.1");
        assert_eq!(socket.read(&mut [0]).map_err(|error| error.kind()), Err(ErrorKind::WouldBlock));
        assert_eq!(getsockopt(&socket, sockopt::TcpNoDelay), Ok(true));
        assert_eq!(getsockopt(&socket, sockopt::KeepAlive), Ok(true));
    }
}
