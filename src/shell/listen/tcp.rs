//! Sockets that listen at an address and a port.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd, AsRawFd};

use nix::errno::Errno;
use nix::sys::socket::{Backlog, bind, listen, setsockopt, sockopt};

use super::{BACKLOG, family_and_address, stream_socket};

/// Listens at `address`; at an IPv6 one for IPv4 too, unless that is asked for apart.
pub fn bound(address: SocketAddr, ipv6_only: bool) -> Result<TcpListener, Errno> {
    let (family, kernel_address) = family_and_address(address);
    let fd = stream_socket(family)?;
    // Else connections of a server that has just ended would keep its successor from the port for a minute.
    setsockopt(&fd, sockopt::ReuseAddr, &true)?;
    if address.is_ipv6() {
        // What holds without a word is the system's to say, in net.ipv6.bindv6only.
        setsockopt(&fd, sockopt::Ipv6V6Only, &ipv6_only)?;
    }
    keep_alive(&fd)?;
    bind(fd.as_raw_fd(), &*kernel_address)?;
    listen(&fd, Backlog::new(BACKLOG)?)?;
    Ok(fd.into())
}

/// Has the kernel ask, on every connection that is accepted here, whether the peer's machine is still there. IRC's own
/// `PING` does that too, but a visitor by `plain+tcp` cannot answer one: that transport answers for them.
pub fn keep_alive(listener: &impl AsFd) -> Result<(), Errno> {
    setsockopt(listener, sockopt::KeepAlive, &true)?;
    setsockopt(listener, sockopt::TcpKeepIdle, &90)?;
    setsockopt(listener, sockopt::TcpKeepInterval, &15)?;
    setsockopt(listener, sockopt::TcpKeepCount, &4)
}
