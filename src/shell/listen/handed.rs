//! Listening sockets from socket activation.

use std::net::SocketAddr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use anyhow::{anyhow, bail};
use nix::errno::Errno;
use nix::sys::socket::{SockType, SockaddrStorage, getsockname, getsockopt, sockopt};

use super::{Place, because};
use crate::transport::{Address, Scheme, Url};

/// A listening socket, and its address.
#[derive(Debug)]
pub struct Handed {
    /// The socket.
    pub fd: OwnedFd,
    /// Where it listens.
    pub place: Place,
    /// The URL to serve it as, unless another URL has the same address.
    pub url: Url,
}

impl Handed {
    /// Takes over a descriptor and its name. If the name is a scheme, the socket is served with that scheme.
    ///
    /// # Errors
    /// It is not a listening stream socket.
    pub fn new(fd: OwnedFd, name: &str) -> anyhow::Result<Self> {
        let what = format!("descriptor {} ({name}), which was passed in,", fd.as_raw_fd());
        match getsockopt(&fd, sockopt::SockType) {
            Ok(SockType::Stream) => {}
            Ok(_) => bail!("{what} is not a stream socket: use ListenStream="),
            Err(Errno::ENOTSOCK) => bail!("{what} is not a socket"),
            Err(error) => return Err(because(error).context(format!("{what} cannot be used"))),
        }
        if getsockopt(&fd, sockopt::AcceptConn) != Ok(true) {
            bail!("{what} is not listening: use Accept=no");
        }
        let place = place(&fd).ok_or_else(|| anyhow!("{what} has neither a port nor a path"))?;
        let url = url(name, &place);
        Ok(Self { fd, place, url })
    }
}

fn place(fd: &OwnedFd) -> Option<Place> {
    let address: SockaddrStorage = getsockname(fd.as_raw_fd()).ok()?;
    let ipv4 = || address.as_sockaddr_in().map(|address| SocketAddr::V4((*address).into()));
    let ipv6 = || address.as_sockaddr_in6().map(|address| SocketAddr::V6((*address).into()));
    let path = || address.as_unix_addr().and_then(|address| address.path()).map(Path::to_path_buf);
    ipv4().or_else(ipv6).map(Place::Tcp).or_else(|| path().map(Place::Unix))
}

fn url(name: &str, place: &Place) -> Url {
    let socket = match place {
        Place::Tcp(_) => "tcp",
        Place::Unix(_) => "unix",
    };
    let bare = Scheme::parse(socket).expect("it is a scheme");
    let named = [format!("{name}+{socket}"), name.to_owned()].iter().find_map(|name| Scheme::parse(name));
    let scheme = named.filter(|scheme| scheme.socket == bare.socket).unwrap_or(bare);
    let address = match place {
        Place::Tcp(address) => Address::Tcp { host: address.ip().to_string(), port: address.port() },
        Place::Unix(path) => Address::Unix { path: path.clone(), mode: None },
    };
    Url { scheme, address, path: "/".into(), proxy: false }
}
