//! A server that has ended, however it ended, can be replaced at once; a running one cannot.

use std::fs::File;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::shell_world::*;

/// Connections in every state that a server can leave behind: an active one, a half-closed one, one that reads nothing,
/// one that sends nothing.
fn crowd(server: &Server) -> (Peer, Vec<TcpStream>) {
    let talking = server.connect().here("alice");
    let mut others: Vec<TcpStream> =
        (0..3).map(|_| TcpStream::connect(server.address()).expect("the server accepts")).collect();
    others[0].write_all(b"NICK half\r\nUSER half 0 * :half\r\nJOIN #lobby\r\n").expect("the other end reads");
    others[0].shutdown(Shutdown::Write).expect("it was open");
    others[1].write_all(b"NICK deaf\r\nUSER deaf 0 * :deaf\r\nJOIN #lobby\r\nNAMES\r\n").expect("the other end reads");
    (talking, others)
}

#[test]
fn however_the_server_ends_its_address_is_free_at_once() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let unix = format!("unix://{}", path.display());
    let port = Port::new();
    for signal in [Signal::SIGKILL, Signal::SIGTERM] {
        let mut server = Server::start_at(&[&format!("tcp://127.0.0.1:{}", port.number), &unix]);
        for _ in 0..3 {
            let left = crowd(&server);
            let _by_unix = Peer::unix(&path).here("bob");
            let urls = server.urls.clone();
            server.process.signal(signal);
            server.process.code();
            let [first, second] = [&*urls[0], &urls[1]];
            server = Server::start_at(&[first, second]);
            assert_eq!(server.urls, urls);
            server.connect().here("carol");
            Peer::unix(&path).here("carol");
            drop(left);
        }
    }
}

#[test]
fn the_port_is_free_for_the_next_server_while_the_old_one_lingers() {
    let port = Port::new();
    let url = format!("tcp://127.0.0.1:{}", port.number);
    // The old server lingers for a second because one client does not read. It is stopped within that second, if the
    // test is fast enough.
    let (old, deaf) = wait_for("a server that is not through with its end", || {
        let server = Server::start_at(&[&url]);
        let mut deaf = TcpStream::connect(server.address()).expect("the server accepts");
        deaf.write_all(b"NICK deaf\r\nUSER deaf 0 * :deaf\r\nJOIN #lobby\r\n").expect("the other end reads");
        let mut alice = server.connect().here("alice");
        server.process.signal(Signal::SIGTERM);
        alice.lines.expect("ERROR :Closing link");
        stop(server.process.pid());
        runs(server.process.pid()).then_some((server, deaf))
    });
    Server::start_at(&[&url]).connect().here("alice");
    assert!(runs(old.process.pid()));
    drop(deaf);
}

#[test]
fn of_several_servers_that_find_a_stale_socket_one_serves() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let url = format!("unix://{}", path.display());
    for round in 0..40 {
        stale_socket(&path);
        let start = || {
            let mut command = Command::new(verbatim());
            Process::start(command.args(["serve", "--listen", &url]).stdin(Stdio::null()))
        };
        let mut racers: Vec<Process> = (0..6).map(|_| start()).collect();
        let serving: Vec<bool> = racers.iter_mut().map(|racer| racer.out.next().is_some()).collect();
        assert_eq!(serving.iter().filter(|serves| **serves).count(), 1, "round {round}: {serving:?}");
        for (racer, serves) in racers.iter_mut().zip(serving) {
            if !serves {
                let said = format!("verbatim: cannot listen on {url}: address already in use");
                assert_eq!((racer.code(), racer.err.rest()), (Some(1), vec![said]));
            }
        }
        Peer::unix(&path).here("alice");
        racers.into_iter().for_each(drop);
        std::fs::remove_file(&path).expect("the killed server left it");
    }
}

#[test]
fn a_socket_that_replaced_the_servers_own_is_not_removed() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let mut server = Server::start_at(&[&format!("unix://{}", path.display())]);
    std::fs::remove_file(&path).expect("it is there");
    let _other = UnixListener::bind(&path).expect("a socket");
    server.process.signal(Signal::SIGTERM);
    assert_eq!(server.process.code(), Some(0));
    UnixStream::connect(&path).expect("it is there");
}

#[test]
fn a_lock_on_the_directory_does_not_prevent_a_server_from_starting() {
    let folder = Folder::new();
    let lock = File::open(&folder.0).expect("a folder");
    lock.lock().expect("nobody else locks it");
    let url = format!("unix://{}", folder.path("irc.sock").display());
    let mut server = Server::start_at(&[&url]);
    server.process.err.expect(&format!("{} is not locked: another process keeps its lock", folder.0.display()));
    drop(lock);
}
