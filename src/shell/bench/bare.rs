//! The minimum a chat server does: an epoll loop that copies lines. Its only protocol is a welcome line.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::Result;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

struct Peer {
    stream: TcpStream,
    /// The beginning of an unfinished line.
    partial: Vec<u8>,
    out: Vec<u8>,
    dirty: bool,
}

const LISTENER: u64 = u64::MAX;

/// The first line sent to each connection. From then on, the connection gets the lines of others.
pub(super) const WELCOME: &[u8] = b"welcome\r\n";

/// Serves until it is killed.
pub(super) fn serve(listener: TcpListener, pairs: bool) -> Result<()> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    listener.set_nonblocking(true)?;
    epoll.add(&listener, EpollEvent::new(EpollFlags::EPOLLIN, LISTENER))?;
    let mut peers: Vec<Peer> = Vec::new();
    let mut dirty: Vec<usize> = Vec::new();
    let mut events = vec![EpollEvent::empty(); 1024];
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = epoll.wait(&mut events, EpollTimeout::NONE)?;
        for event in &events[..count] {
            if event.data() == LISTENER {
                accept(&listener, &epoll, &mut peers)?;
                continue;
            }
            let from = event.data() as usize;
            if event.events().contains(EpollFlags::EPOLLOUT) && !peers[from].out.is_empty() {
                mark(&mut peers, &mut dirty, from);
            }
            loop {
                match peers[from].stream.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => relay(&mut peers, &mut dirty, from, &buffer[..count], pairs),
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        }
        for to in std::mem::take(&mut dirty) {
            let peer = &mut peers[to];
            peer.dirty = false;
            if let Ok(count) = peer.stream.write(&peer.out) {
                peer.out.drain(..count);
            }
        }
    }
}

fn accept(listener: &TcpListener, epoll: &Epoll, peers: &mut Vec<Peer>) -> Result<()> {
    while let Ok((mut stream, _)) = listener.accept() {
        // A new connection's buffer has room for it.
        stream.write_all(WELCOME)?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT | EpollFlags::EPOLLET;
        epoll.add(&stream, EpollEvent::new(flags, peers.len() as u64))?;
        peers.push(Peer { stream, partial: Vec::new(), out: Vec::new(), dirty: false });
    }
    Ok(())
}

fn relay(peers: &mut [Peer], dirty: &mut Vec<usize>, from: usize, bytes: &[u8], pairs: bool) {
    let Some(end) = bytes.iter().rposition(|&b| b == b'\n') else {
        peers[from].partial.extend_from_slice(bytes);
        return;
    };
    let mut lines = std::mem::take(&mut peers[from].partial);
    lines.extend_from_slice(&bytes[..=end]);
    peers[from].partial.extend_from_slice(&bytes[end + 1..]);
    let everyone = if pairs { from ^ 1..(from ^ 1) + 1 } else { 0..peers.len() };
    for to in everyone.filter(|&to| to != from) {
        peers[to].out.extend_from_slice(&lines);
        mark(peers, dirty, to);
    }
}

fn mark(peers: &mut [Peer], dirty: &mut Vec<usize>, peer: usize) {
    if !std::mem::replace(&mut peers[peer].dirty, true) {
        dirty.push(peer);
    }
}
