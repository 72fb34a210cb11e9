//! Where the server can be reached: sockets that listen, made from URLs.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, SockaddrIn, SockaddrIn6, SockaddrLike, UnixAddr, sockopt,
};
use nix::sys::socket::{bind, connect, listen, setsockopt, socket};
use nix::sys::stat::{Mode, umask};

use super::socket::Socket;
use crate::transport::{Address, Url};
use crate::wire::Peer;

/// Connections that may wait to be accepted. A server's restart brings all its clients at once; the kernel cuts this
/// to `net.core.somaxconn`.
const BACKLOG: i32 = 4096;

/// A socket that listens.
#[derive(Debug)]
pub struct Listener {
    socket: Kind,
    /// Where it is, with the port that the kernel chose if the URL left it open.
    pub url: Url,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    /// The file goes when the listener goes.
    Unix {
        listener: UnixListener,
        _file: SocketFile,
    },
}

impl Listener {
    /// Listens at `url`: at every address of its host that this machine has.
    ///
    /// # Errors
    /// The first address that cannot be had, and why.
    pub fn open(url: &Url) -> anyhow::Result<Vec<Self>> {
        let opened = match &url.address {
            Address::Tcp { host, port } => tcp(url, host, *port),
            Address::Unix { path, mode } => unix(path, *mode).map(|socket| vec![Self { socket, url: url.clone() }]),
        };
        opened.with_context(|| format!("cannot listen on {url}"))
    }

    /// The next connection that waits, and who is at its far end.
    ///
    /// # Errors
    /// The kernel's, `WouldBlock` among them.
    pub fn accept(&self) -> io::Result<(Socket, Peer)> {
        let (stream, peer): (OwnedFd, Peer) = match &self.socket {
            Kind::Tcp(listener) => {
                let (stream, peer) = listener.accept()?;
                stream.set_nonblocking(true)?;
                // Whole rounds are written at once: there is nothing that Nagle's algorithm could gather.
                stream.set_nodelay(true)?;
                (stream.into(), Peer::at(peer.ip()))
            }
            Kind::Unix { listener, .. } => {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(true)?;
                (stream.into(), Peer::named("localhost"))
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

fn tcp(url: &Url, host: &str, port: u16) -> anyhow::Result<Vec<Listener>> {
    let addresses = (host, port).to_socket_addrs().map_err(|error| anyhow!("no such host: {}", plain(&error)))?;
    let mut listeners: Vec<Listener> = Vec::new();
    let mut missing = None;
    for address in addresses {
        match tcp_at(address) {
            Ok(listener) => {
                let bound = listener.local_addr()?;
                let address = Address::Tcp { host: bound.ip().to_string(), port: bound.port() };
                listeners.push(Listener { socket: Kind::Tcp(listener), url: Url { address, ..url.clone() } });
            }
            // A name like localhost may have an IPv6 address where the machine has no IPv6.
            Err(error @ (Errno::EADDRNOTAVAIL | Errno::EAFNOSUPPORT)) => missing = Some(error),
            Err(error) => return Err(because(error)),
        }
    }
    match missing {
        Some(error) if listeners.is_empty() => Err(because(error)),
        None if listeners.is_empty() => bail!("the host has no address"),
        _ => Ok(listeners),
    }
}

fn tcp_at(address: SocketAddr) -> Result<TcpListener, Errno> {
    let (family, address) = family_and_address(address);
    let fd = stream_socket(family)?;
    // Else connections of a server that has just ended would keep its successor from the port for a minute.
    setsockopt(&fd, sockopt::ReuseAddr, &true)?;
    keep_alive(&fd)?;
    bind(fd.as_raw_fd(), &*address)?;
    listen(&fd, Backlog::new(BACKLOG)?)?;
    Ok(fd.into())
}

/// Has the kernel ask, on every connection that is accepted here, whether the peer's machine is still there. IRC's own
/// `PING` does that too, but a visitor by `plain+tcp` cannot answer one: that transport answers for them.
fn keep_alive(listener: &OwnedFd) -> Result<(), Errno> {
    setsockopt(listener, sockopt::KeepAlive, &true)?;
    setsockopt(listener, sockopt::TcpKeepIdle, &90)?;
    setsockopt(listener, sockopt::TcpKeepInterval, &15)?;
    setsockopt(listener, sockopt::TcpKeepCount, &4)
}

/// An address as the kernel takes it.
pub fn family_and_address(address: SocketAddr) -> (AddressFamily, Box<dyn SockaddrLike>) {
    match address {
        SocketAddr::V4(address) => (AddressFamily::Inet, Box::new(SockaddrIn::from(address))),
        SocketAddr::V6(address) => (AddressFamily::Inet6, Box::new(SockaddrIn6::from(address))),
    }
}

/// A stream socket that does not block.
pub fn stream_socket(family: AddressFamily) -> Result<OwnedFd, Errno> {
    socket(family, SockType::Stream, SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC, None)
}

fn unix(path: &Path, mode: Option<u32>) -> anyhow::Result<Kind> {
    let address = UnixAddr::new(path).map_err(because)?;
    remove_stale(path, &address)?;
    let fd = stream_socket(AddressFamily::Unix).map_err(because)?;
    // With the mask in place there is no moment at which the socket is more open than it shall be.
    let before = mode.map(|mode| umask(Mode::from_bits_truncate(!mode & 0o777)));
    let bound = bind(fd.as_raw_fd(), &address as &dyn SockaddrLike);
    before.map(umask);
    bound.map_err(because)?;
    let file = SocketFile::new(path)?;
    listen(&fd, Backlog::new(BACKLOG)?).map_err(because)?;
    Ok(Kind::Unix { listener: fd.into(), _file: file })
}

/// Removes a socket that a killed server left behind: nobody answers there.
fn remove_stale(path: &Path, address: &UnixAddr) -> anyhow::Result<()> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    if !found.file_type().is_socket() {
        bail!("there is a file that is no socket");
    }
    let probe = stream_socket(AddressFamily::Unix).map_err(because)?;
    match connect(probe.as_raw_fd(), address) {
        Err(Errno::ECONNREFUSED) => {
            let removed = fs::remove_file(path).map_err(|error| anyhow!(plain(&error)));
            removed.context("cannot remove the socket that another server left there")
        }
        Err(Errno::ENOENT) => Ok(()),
        Err(error @ Errno::EACCES) => Err(because(error)),
        // EAGAIN is a crowd that waits for the one who listens there.
        Ok(()) | Err(_) => Err(because(Errno::EADDRINUSE)),
    }
}

/// A socket's file, which goes when the listener goes, unless somebody has put another one in its place.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl SocketFile {
    fn new(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.into(), identity: Self::identity(path)? })
    }

    fn identity(path: &Path) -> io::Result<(u64, u64)> {
        fs::symlink_metadata(path).map(|file| (file.dev(), file.ino()))
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if Self::identity(&self.path).is_ok_and(|found| found == self.identity) {
            // If it cannot be removed, the next server finds it stale.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The kernel's words for an error, as the end of a sentence: without its number, in lower case.
pub fn because(error: Errno) -> anyhow::Error {
    anyhow!(error.desc().to_lowercase())
}

/// The same for an error that the standard library hands on.
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
    fn what_is_accepted_neither_waits_nor_delays_and_is_asked_whether_it_lives() {
        let listeners = Listener::open(&"tcp://127.0.0.1:0".parse().expect("a URL")).expect("a free port");
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
