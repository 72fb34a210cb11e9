//! What waits for what: peers for a server that was stopped, the loop for nobody who does not read.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::shell_world::*;

/// A server whose log nobody reads yet.
fn with_an_unread_log(args: &[&str]) -> (Process, String, std::io::PipeReader) {
    let (log, writer) = std::io::pipe().expect("a pipe");
    let mut command = Command::new(verbatim());
    command.arg("serve").args(args).args(["--listen", "tcp://127.0.0.1:0"]).stdin(Stdio::null()).stderr(writer);
    let mut process = Process::start_with_stderr(&mut command);
    let address = address(&process.out.expect("listening on ")).to_owned();
    (process, address, log)
}

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
fn a_log_that_nobody_reads_delays_neither_answers_nor_the_end() {
    let (mut process, address, _log) = with_an_unread_log(&["--log", "debug"]);
    let mut alice = Peer::tcp(&address).here("alice");
    // Far more than a pipe and the queue for it hold.
    for n in 0..400 {
        alice.say(&format!("PING :{}\r\nPING {n}", "x".repeat(400)).repeat(10));
        alice.lines.expect(&format!(" :{n}"));
    }
    process.signal(Signal::SIGTERM);
    alice.lines.expect("ERROR :Closing link");
    assert_eq!(process.code(), Some(0));
}

#[test]
fn lines_of_the_log_that_were_dropped_are_counted() {
    let (process, address, log) = with_an_unread_log(&["--log", "debug"]);
    let mut alice = Peer::tcp(&address).here("alice");
    for n in 0..400 {
        alice.say(&format!("PING :{}\r\nPING {n}", "x".repeat(400)).repeat(10));
        alice.lines.expect(&format!(" :{n}"));
    }
    let mut log = Lines::of(log);
    let (mut numbers, mut dropped) = (BTreeSet::new(), None);
    while dropped.is_none() {
        // Each turn of the loop may say it.
        alice.say("PING again");
        alice.lines.expect(" :again");
        let line = log.next().expect("the server runs");
        assert!(line.contains("DEBUG") || line.contains("INFO") || line.contains("WARN"), "a whole line: {line}");
        if let Some((_, number)) = line.split_once("> PING ").filter(|(_, rest)| rest.len() < 5) {
            numbers.insert(number.to_owned());
        }
        dropped = line.split_once("stderr did not take them lines=").map(|(_, count)| count.to_owned());
    }
    let dropped: usize = dropped.expect("a count").trim().parse().expect("a number");
    assert!(dropped > 1000 && numbers.len() < 400, "{dropped} were dropped, {} were not", numbers.len());
    drop(process);
}

#[test]
fn a_storm_of_connections_is_summed_up_in_the_log() {
    let mut server = Server::start();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(server.address()).expect("the server accepts");
        stream.write_all(b"QUIT\r\n").expect("the server reads");
        let mut rest = String::new();
        stream.read_to_string(&mut rest).expect("a goodbye");
    }
    server.process.signal(Signal::SIGTERM);
    let log = server.process.err.rest();
    let (mut connected, mut more) = (0, 0);
    for line in &log {
        match line.split_once("more lines like this: connected more=") {
            Some((_, count)) => more += count.trim().parse::<usize>().expect("a number"),
            None => connected += usize::from(line.contains(" connected ")),
        }
    }
    assert_eq!(connected + more, 300, "{log:#?}");
    assert!(connected < 200 && log.len() < 400, "{} lines", log.len());
}

#[test]
fn no_character_in_the_log_turns_text_around_or_ends_lines() {
    let mut command = Command::new(verbatim());
    let mut server = Server::run(command.args(["serve", "--log", "debug"]), &["tcp://127.0.0.1:0"]);
    let mut alice = server.connect().here("alice");
    alice.say("PRIVMSG #lobby :one\u{2028}two \u{202e}three\u{2069}\u{9b}\r\nQUIT :four\u{202e}");
    alice.lines.rest();
    server.process.signal(Signal::SIGTERM);
    let log = server.process.err.rest().join("\n");
    assert!(log.contains("> PRIVMSG #lobby :one\\u{2028}two \\u{202e}three\\u{2069}\\u{9b}"), "{log}");
    assert!(!log.contains(['\u{2028}', '\u{202e}', '\u{2069}', '\u{9b}']), "{log}");
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

#[test]
fn a_screen_that_nobody_reads_delays_no_answer_and_loses_nothing() {
    let server = Server::start();
    let mut bob = server.connect().here("bob");
    let mut command = Command::new(verbatim());
    command.args(["chat", server.url(), "--nick", "alice"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    bob.lines.expect(":alice!");
    // Far more than a pipe holds.
    fill(&mut bob, &mut server.connect().here("carol"), 1000);
    // What is typed is said only if the loop goes on.
    child.stdin.as_mut().expect("a pipe").write_all(b"still here\n").expect("the client reads");
    bob.lines.expect("PRIVMSG #lobby :still here");
    drop(child.stdin.take());
    // The client waits until all is read.
    bob.lines.expect(":alice!~alice@127.0.0.1 QUIT");
    let mut shown = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut shown).expect("text");
    assert_eq!(child.wait().expect("it is our child").code(), Some(0));
    let hundreds: Vec<&str> = shown.lines().filter(|line| line.contains("that was hundred")).collect();
    assert_eq!(hundreds.len(), 10, "{hundreds:#?}");
    assert_eq!(shown.matches(&"x".repeat(380)).count(), 1000);
}

#[test]
fn a_client_whose_screen_nobody_reads_ends_when_it_is_told_to() {
    let server = Server::start();
    let mut bob = server.connect().here("bob");
    let mut command = Command::new(verbatim());
    command.args(["chat", server.url(), "--nick", "alice"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    bob.lines.expect(":alice!");
    fill(&mut bob, &mut server.connect().here("carol"), 500);
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(child.id() as i32), Signal::SIGTERM).expect("it runs");
    let code = wait_for("the client ends", || child.try_wait().expect("it is our child"));
    assert_eq!(code.code(), Some(0));
}
