//! What waits for what: peers for a server that was stopped, the loop for nobody who does not read.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::shell_world::*;

#[test]
fn a_user_who_reconnects_at_once_finds_the_nick_free() {
    let server = Server::start();
    let (mut old, mut taken) = (None, 0);
    for _ in 0..300 {
        drop(old.take());
        let mut stream = TcpStream::connect(server.address()).expect("the server accepts");
        stream.write_all(b"NICK alice\r\nUSER alice 0 * :alice\r\n").expect("the server reads");
        let mut lines = BufReader::new(stream).lines();
        let first = lines.next().expect("an answer").expect("text");
        taken += u32::from(first.contains(" 433 "));
        if first.contains(" 001 ") {
            let last = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains(" 422 ")));
            last.expect("there is no message of the day").expect("text");
        }
        old = Some(lines);
    }
    assert_eq!(taken, 0, "times out of 300 the nick was taken");
}

#[test]
fn a_pong_and_a_registration_that_wait_for_a_stopped_server_are_in_time() {
    let folder = Folder::new();
    let config = "listen = [\"tcp://127.0.0.1:0\"]\n[timeouts]\nping_interval_s = 1\nping_timeout_s = 2\n\
                  registration_timeout_s = 2\n";
    let path = folder.path("verbatim.toml");
    write_file(&path, config);
    let mut command = Command::new(verbatim());
    let mut process = Process::start(command.args(["serve", "--config"]).arg(path).stdin(Stdio::null()));
    let url = process.out.expect("listening on ");
    let mut alice = Peer::tcp(address(&url)).here("alice");
    alice.lines.expect("PING");
    let mut bob = Peer::tcp(address(&url));
    bob.say("PING x");
    bob.lines.expect("PONG");
    stop(process.pid());
    alice.say("PONG verbatim.local");
    bob.say("NICK bob\r\nUSER bob 0 * :bob");
    // Longer than any deadline.
    thread::sleep(Duration::from_secs(3));
    process.signal(Signal::SIGCONT);
    bob.lines.expect(" 001 bob ");
    alice.say("PING still");
    assert!(!alice.lines.expect(" PONG verbatim.local :still").contains("ERROR"));
}

#[test]
fn all_who_wait_for_a_stopped_server_are_accepted() {
    // More than one round accepts.
    let server = Server::start();
    stop(server.process.pid());
    let mut peers: Vec<Peer> = (0..150).map(|_| server.connect()).collect();
    peers.iter_mut().for_each(|peer| peer.say("PING x"));
    server.process.signal(Signal::SIGCONT);
    peers.iter_mut().for_each(|peer| drop(peer.lines.expect(" PONG ")));
}

#[test]
fn the_log_judges_lines_by_the_configured_limits() {
    let folder = Folder::new();
    let path = folder.path("verbatim.toml");
    write_file(&path, "listen = [\"tcp://127.0.0.1:0\"]\nlog.level = \"debug\"\nlimits.line_bytes = 2000\n");
    let mut command = Command::new(verbatim());
    let mut process = Process::start(command.args(["serve", "--config"]).arg(path).stdin(Stdio::null()));
    let url = process.out.expect("listening on ");
    let mut alice = Peer::tcp(address(&url)).here("alice");
    let [fits, too_long] = [1900, 2100].map(|length| format!("PING {}", "x".repeat(length)));
    alice.say(&fits);
    alice.say(&too_long);
    alice.say("QUIT");
    alice.lines.rest();
    process.signal(Signal::SIGTERM);
    let log = process.err.rest();
    let has = |text: &str| log.iter().any(|line| line.contains(&format!("{text} conn=")));
    assert!(has(&format!("> {fits}")) && has("> (a line that is too long)") && !has(&too_long), "{log:#?}");
}
