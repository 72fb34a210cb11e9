//! TCP listeners.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd, AsRawFd};

use nix::errno::Errno;
use nix::sys::socket::{Backlog, bind, listen, setsockopt, sockopt};

use super::{BACKLOG, family_and_address, stream_socket};

/// Listens on `address`; an IPv6 one also serves IPv4, unless `ipv6_only`.
pub fn bound(address: SocketAddr, ipv6_only: bool) -> Result<TcpListener, Errno> {
    let (family, kernel_address) = family_and_address(address);
    let fd = stream_socket(family)?;
    // Otherwise connections of a server that has just exited would block the port for a minute.
    setsockopt(&fd, sockopt::ReuseAddr, &true)?;
    if address.is_ipv6() {
        // The system's default is net.ipv6.bindv6only.
        setsockopt(&fd, sockopt::Ipv6V6Only, &ipv6_only)?;
    }
    keep_alive(&fd)?;
    bind(fd.as_raw_fd(), &*kernel_address)?;
    listen(&fd, Backlog::new(BACKLOG)?)?;
    Ok(fd.into())
}

/// Enables TCP keepalive on every accepted connection, to detect dead peers. IRC's `PING` does that too, but not for a
/// visitor over `plain+tcp`, whose front answers it.
pub fn keep_alive(listener: &impl AsFd) -> Result<(), Errno> {
    setsockopt(listener, sockopt::KeepAlive, &true)?;
    setsockopt(listener, sockopt::TcpKeepIdle, &90)?;
    setsockopt(listener, sockopt::TcpKeepInterval, &15)?;
    setsockopt(listener, sockopt::TcpKeepCount, &4)
}
