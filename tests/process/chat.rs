//! `verbatim chat` as a process, or rather two, neither of which outlives the other.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrIn, bind, getsockname, socket};
use nix::sys::termios::tcgetattr;
use nix::unistd::{Pid, write};

use crate::shell_world::*;

#[test]
fn two_people_chat() {
    let server = Server::start();
    let mut alice = chat(server.url(), &["--nick", "alice"]);
    alice.out.expect("#lobby → alice (you) is here");
    let mut bob = chat(server.url(), &["--nick", "bob"]);
    bob.out.expect("#lobby → bob (you) is here");
    alice.out.expect("#lobby → bob is here");
    typed(&mut bob, "hello, alice");
    alice.out.expect("#lobby <bob> hello, alice");
    typed(&mut alice, "/me waves");
    bob.out.expect("#lobby * alice waves");
    typed(&mut bob, "/quit good night");
    assert_eq!(bob.code(), Some(0));
    alice.out.expect("← bob left: ");
    drop(alice.child.stdin.take());
    assert_eq!((alice.code(), alice.err.rest()), (Some(0), vec![]));
}

#[test]
fn a_pipe_is_delivered_before_the_exit() {
    let server = Server::start();
    let mut alice = server.connect().here("alice");
    let mut bob = chat(server.url(), &["--nick", "bob"]);
    bob.child
        .stdin
        .take()
        .expect("a pipe")
        .write_all("hej på dig\nno line end".as_bytes())
        .expect("the other end reads");
    assert_eq!((bob.code(), bob.err.rest()), (Some(0), vec![]));
    alice.lines.expect("PRIVMSG #lobby :hej på dig");
    alice.lines.expect("PRIVMSG #lobby :no line end");
}

#[test]
fn a_file_is_delivered_before_the_exit() {
    let folder = Folder::new();
    let lines: Vec<String> = (0..2000).map(|n| format!("line {n} of what epoll cannot wait for")).collect();
    let path = folder.path("letter");
    write_file(&path, lines.join("\n"));
    let server = Server::start();
    let mut alice = server.connect().here("alice");
    let mut command = Command::new(verbatim());
    command.args(["chat", server.url(), "--nick", "bob"]).stdin(File::open(&path).expect("it was written"));
    let mut bob = Process::start(&mut command);
    alice.lines.expect("JOIN #lobby");
    for line in lines {
        assert_eq!(alice.lines.next(), Some(format!(":bob!~bob@127.0.0.1 PRIVMSG #lobby :{line}")));
    }
    assert_eq!(bob.code(), Some(0));
}

#[test]
fn the_nick_comes_from_the_users_name_and_is_made_unique() {
    let server = Server::start();
    let _zo = server.connect().here("zo");
    let mut command = Command::new(verbatim());
    command.args(["chat", server.url()]).env("USER", "zoë").stdin(Stdio::null());
    let mut chat = Process::start(&mut command);
    chat.out.expect("#lobby → zo_ (you) is here");
    assert_eq!(chat.code(), Some(0));
}

#[test]
fn empty_input_ends_the_chat_too() {
    let server = Server::start();
    let mut bob = Process::start(Command::new(verbatim()).args(["chat", server.url()]).stdin(Stdio::null()));
    assert_eq!(bob.code(), Some(0));
}

#[test]
fn a_unix_socket_carries_a_chat() {
    let folder = Folder::new();
    let server = Server::start_at(&[&format!("unix://{}", folder.path("irc.sock").display())]);
    let mut alice = chat(server.url(), &["--nick", "alice", "--join", "#a", "--join", "#b"]);
    alice.out.expect("#a → alice (you) is here");
    alice.out.expect("#b → alice (you) is here");
    drop(alice.child.stdin.take());
    assert_eq!(alice.code(), Some(0));
}

#[test]
fn a_refused_connection_is_reported_in_one_clear_line() {
    // A port that is in use, but on which nobody listens.
    let taken = socket(AddressFamily::Inet, SockType::Stream, SockFlag::SOCK_CLOEXEC, None).expect("a socket");
    bind(taken.as_raw_fd(), &SockaddrIn::new(127, 0, 0, 1, 0)).expect("a free port");
    let address: SockaddrIn = getsockname(taken.as_raw_fd()).expect("its address");
    let folder = Folder::new();
    let missing = format!("unix://{}", folder.path("irc.sock").display());
    for (url, reason) in [
        (format!("tcp://{address}"), "connection refused"),
        (missing, "no such file or directory"),
        // A label over 63 bytes is invalid, so no name server is asked.
        (format!("tcp://{}:6667", "x".repeat(64)), "no such host: "),
    ] {
        let mut process = chat(&url, &[]);
        assert_eq!(process.code(), Some(1));
        let said = process.err.rest();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(&format!("verbatim: cannot connect: {url}: {reason}")), "{said:?}");
    }
}

#[test]
fn a_lost_connection_is_reported_in_one_line_and_by_the_exit_code() {
    let mut server = Server::start();
    let mut bob = chat(server.url(), &["--nick", "bob"]);
    bob.out.expect("bob (you) is here");
    server.process.child.kill().expect("it runs");
    bob.err.expect("verbatim: connection lost: ");
    assert_eq!(bob.code(), Some(1));
}

#[test]
fn wrong_arguments_exit_with_2() {
    for (args, expected) in [
        (["plain+tcp://127.0.0.1:1", "--nick=x"], "try nc"),
        (["tcp://127.0.0.1:1", "--nick=1st"], "the nick has a character that is not allowed"),
        (["tcp://127.0.0.1:1", "--join=b a d"], "the channel's name has a character"),
        (["--password-file=x", "--ask-password"], "cannot be used with"),
        (["--listen-only", "--no-commands"], "cannot be used with"),
    ] {
        let mut process = Process::start(Command::new(verbatim()).arg("chat").args(args).stdin(Stdio::null()));
        process.err.expect(expected);
        assert_eq!(process.code(), Some(2));
    }
}

/// The child process of a chat.
fn child_of(chat: &Process) -> i32 {
    match children(chat.pid())[..] {
        [child] => child,
        ref other => panic!("one child was expected: {other:?}"),
    }
}

#[test]
fn a_killed_chat_leaves_no_child() {
    let server = Server::start();
    let mut alice = chat(server.url(), &["--nick", "alice"]);
    alice.out.expect("alice (you) is here");
    let child = child_of(&alice);
    assert!(runs(child));
    alice.child.kill().expect("it runs");
    alice.code();
    wait_for("the child ends", || (!runs(child)).then_some(()));
}

#[test]
fn a_chat_ends_cleanly_if_its_child_is_killed() {
    let server = Server::start();
    let mut bob = server.connect().here("bob");
    let mut alice = chat(server.url(), &["--nick", "alice"]);
    alice.out.expect("alice (you) is here");
    typed(&mut alice, "the last word");
    bob.lines.expect("PRIVMSG #lobby :the last word");
    kill(Pid::from_raw(child_of(&alice)), Signal::SIGKILL).expect("it runs");
    assert_eq!((alice.code(), alice.err.rest()), (Some(0), vec![]));
    bob.lines.expect(":alice!~alice@127.0.0.1 QUIT :");
}

#[test]
fn the_child_is_reaped_as_soon_as_the_input_ends() {
    // A server that never replies keeps the client waiting for its welcome.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let mut alice = chat(&format!("tcp://{}", silent.local_addr().expect("it is bound")), &[]);
    let mut connection = accepted(&silent);
    let child = child_of(&alice);
    drop(alice.child.stdin.take());
    wait_for("the child is gone, not even a zombie", || children(alice.pid()).is_empty().then_some(()));
    assert!(!runs(child));
    assert!(runs(alice.pid()), "the typed line is not delivered yet");
    connection.write_all(b"ERROR :go away\r\n").expect("the client reads");
    drop(connection);
    assert_eq!(alice.code(), Some(1));
}

#[test]
fn an_interrupt_says_goodbye() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let server = Server::start();
        let mut bob = server.connect().here("bob");
        let mut alice = chat(server.url(), &["--nick", "alice"]);
        alice.out.expect("alice (you) is here");
        let child = child_of(&alice);
        alice.signal(signal);
        assert_eq!(alice.code(), Some(0));
        assert!(!runs(child));
        bob.lines.expect(":alice!~alice@127.0.0.1 QUIT :Quit: ");
    }
}

#[test]
fn a_chat_at_a_terminal_reconnects_and_leaves_the_terminal_as_it_was() {
    let terminal = openpty(None, None).expect("a terminal");
    let before = tcgetattr(&terminal.slave).expect("its settings");
    let folder = Folder::new();
    let url = format!("unix://{}", folder.path("irc.sock").display());
    let mut server = Server::start_at(&[&url]);
    let stdin = terminal.slave.try_clone().expect("a second handle");
    let mut alice = Process::start(Command::new(verbatim()).args(["chat", &url, "--nick", "alice"]).stdin(stdin));
    alice.out.expect("alice (you) is here");
    write(&terminal.master, b"typed\n").expect("it is open");
    alice.out.expect("#lobby <alice> typed");
    server.process.signal(Signal::SIGTERM);
    assert_eq!(server.process.code(), Some(0));
    alice.out.expect("connection lost: ");
    let _server = Server::start_at(&[&url]);
    alice.out.expect("alice (you) is here");
    // Ctrl-D at the beginning of a line.
    write(&terminal.master, b"\x04").expect("it is open");
    assert_eq!(alice.code(), Some(0));
    assert_eq!(tcgetattr(&terminal.slave).expect("its settings"), before);
}

#[test]
fn a_closed_stdout_ends_the_chat_quietly() {
    let server = Server::start();
    let mut bob = server.connect().here("bob");
    let script = r#""$0" chat "$1" --nick alice | head -n 1; exit 7"#;
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(verbatim()).arg(server.url()).stdin(Stdio::piped());
    let mut shell = Process::start(&mut command);
    bob.lines.expect(":alice!~alice@127.0.0.1 JOIN #lobby");
    // Each line is an attempt to write to a pipe without a reader.
    wait_for("alice leaves", || {
        bob.say("PRIVMSG #lobby :anybody there?\r\nPING x");
        let line = bob.lines.next();
        line.filter(|line| line.contains("alice") && line.contains("QUIT"))
    });
    assert_eq!((shell.code(), shell.out.rest().len(), shell.err.rest()), (Some(7), 1, vec![]));
}

#[test]
fn endless_input_is_read_at_the_pace_of_the_server() {
    // 20 MB do not fit into the client's buffers, and none of it may be lost.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("tcp://{}", silent.local_addr().expect("it is bound"));
    let mut alice = chat(&url, &[]);
    let connection = accepted(&silent);
    let mut stdin = alice.child.stdin.take().expect("a pipe");
    fcntl(&stdin, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).expect("a pipe");
    let words = b"many words\n".repeat(1000);
    let mut written = 0;
    let mut is_full = || match stdin.write(&words) {
        Ok(count) => {
            written += count;
            assert!(written < 20_000_000, "the client reads without a limit");
            false
        }
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    };
    // A process that sleeps although it has input does not want to read it.
    let (client, child) = (alice.pid(), child_of(&alice));
    let sleeps = || [client, child].iter().all(|&pid| state(pid).as_deref() == Some("S"));
    wait_for("the client takes no more", || (is_full() && sleeps() && is_full() && sleeps()).then_some(()));
    drop(connection);
    assert_eq!(alice.code(), Some(1));
    let said = alice.err.rest();
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn input_that_cannot_be_read_is_an_error() {
    let (server, folder) = (Server::start(), Folder::new());
    let mut command = Command::new(verbatim());
    command.args(["chat", server.url()]).stdin(File::open(&folder.0).expect("a folder"));
    let mut alice = Process::start(&mut command);
    alice.err.expect("verbatim: cannot read the input: is a directory");
    assert_eq!(alice.code(), Some(1));
}

#[test]
fn a_host_is_a_url_and_a_channel_needs_no_sign() {
    let server = Server::start();
    let mut alice = chat(server.address(), &["--nick", "alice", "--join", "tea"]);
    alice.out.expect("#tea → alice (you) is here");
    typed(&mut alice, "/quit");
    assert_eq!(alice.code(), Some(0));
}

#[test]
fn the_password_comes_from_a_file_or_a_command() {
    let folder = Folder::new();
    let file = folder.path("password");
    write_file(&file, "open sesame\nand a note\n");
    let (file, missing) = (file.display().to_string(), folder.path("missing").display().to_string());
    let command = format!("head -n 1 '{file}'");
    for source in [["--password-file", &file], ["--password-command", &command]] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("tcp://{}", listener.local_addr().expect("it is bound"));
        let _chat = chat(&url, &source);
        let mut lines = Lines::of(accepted(&listener));
        assert_eq!(lines.next().as_deref(), Some("PASS :open sesame"));
    }
    for (source, reason) in [
        (["--password-file", &missing], "no such file or directory"),
        (["--password-command", "exit 7"], "the password command failed: exit status: 7"),
        (["--password-command", "true"], "the password is empty"),
        (["--ask-password", "--quiet"], "there is no terminal to ask for the password"),
    ] {
        let mut chat = chat("tcp://127.0.0.1:1", &source);
        chat.err.expect(reason);
        assert_eq!(chat.code(), Some(1));
    }
}

#[test]
fn a_listener_reads_nothing_and_shows_only_what_is_said() {
    let server = Server::start();
    let mut bob = server.connect().here("bob");
    let mut alice = chat(server.url(), &["--nick", "alice", "--listen-only", "--quiet"]);
    bob.lines.expect(":alice!~alice@127.0.0.1 JOIN #lobby");
    typed(&mut alice, "this is not read");
    assert_eq!(children(alice.pid()), [0; 0]);
    bob.say("NICK rob\r\nPRIVMSG #lobby :hello");
    assert_eq!(alice.out.next().as_deref().map(|line| &line[6..]), Some("#lobby <rob> hello"));
    alice.signal(Signal::SIGTERM);
    assert_eq!((alice.code(), alice.out.rest()), (Some(0), vec![]));
}
