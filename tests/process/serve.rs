//! `verbatim serve` as a process: listening, refusing, stopping, and surviving its peers.

use std::fs::{self, File};
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use nix::fcntl::OFlag;
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::Signal;

use crate::shell_world::*;

/// A connection like that of `nc -N`: raw bytes, and a direction that can be shut down before the other.
struct Bare {
    stream: TcpStream,
    lines: Lines,
}

impl Bare {
    fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server accepts");
        let lines = Lines::of(stream.try_clone().expect("a second handle"));
        Self { stream, lines }
    }

    fn sends(&mut self, bytes: &str) {
        self.stream.write_all(bytes.as_bytes()).expect("the server reads");
    }

    fn ends(&self) {
        self.stream.shutdown(Shutdown::Write).expect("the direction was open");
    }
}

#[test]
fn two_people_talk_over_tcp() {
    let server = Server::start();
    let mut alice = server.connect().here("alice");
    let mut bob = server.connect().here("bob");
    alice.lines.expect(":bob!~bob@127.0.0.1 JOIN #lobby");
    bob.say("PRIVMSG #lobby :hello, alice");
    assert_eq!(alice.lines.next().as_deref(), Some(":bob!~bob@127.0.0.1 PRIVMSG #lobby :hello, alice"));
    drop(bob);
    alice.lines.expect(":bob!~bob@127.0.0.1 QUIT :Connection closed");
}

#[test]
fn a_visitor_and_a_client_meet_in_the_lobby() {
    let server = Server::start_at(&["tcp://127.0.0.1:0", "plain+tcp://127.0.0.1:0"]);
    let mut alice = server.connect().here("alice");
    let mut visitor = Bare::connect(address(&server.urls[1]));
    alice.lines.expect("JOIN #lobby");
    alice.say("PRIVMSG #lobby :welcome");
    visitor.lines.expect("alice: welcome");
    visitor.sends("how do I get out?\n");
    alice.lines.expect("PRIVMSG #lobby :how do I get out?");
    visitor.sends("/quit\n");
    alice.lines.expect(" QUIT :");
    assert_eq!(visitor.lines.rest().last().map(String::as_str), Some("-- Goodbye."));
}

#[test]
fn a_half_closed_connection_still_gets_its_replies() {
    let server = Server::start();
    let mut bare = Bare::connect(server.address());
    bare.sends("NICK a\r\nUSER a 0 * :a\r\nPING last\r\n");
    bare.ends();
    bare.lines.expect(" 001 a ");
    bare.lines.expect("PONG verbatim.local :last");
    assert_eq!(bare.lines.rest(), Vec::<String>::new());
}

#[test]
fn a_unix_socket_has_its_mode_and_is_removed_with_the_server() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let mut server = Server::start_at(&[&format!("unix://{}?mode=620", path.display())]);
    let found = fs::symlink_metadata(&path).expect("the socket is there");
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o777, 0o620);
    let mut alice = Peer::unix(&path).here("alice");
    alice.say("WHOIS alice");
    alice.lines.expect(" 311 alice alice ~alice localhost ");
    server.process.signal(Signal::SIGTERM);
    assert_eq!(server.process.code(), Some(0));
    assert!(!path.exists());
}

#[test]
fn a_stale_unix_socket_is_replaced_and_a_live_one_is_not() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let url = format!("unix://{}", path.display());
    stale_socket(&path);
    assert!(path.exists(), "a socket whose owner is gone stays");
    let _server = Server::start_at(&[&url]);
    assert_eq!(refusal(&url), format!("verbatim: cannot listen on {url}: address already in use"));
    Peer::unix(&path).here("alice");
}

#[test]
fn a_file_other_than_a_socket_is_never_removed() {
    let folder = Folder::new();
    let path = folder.path("letters");
    write_file(&path, "dear diary");
    let url = format!("unix://{}", path.display());
    assert_eq!(refusal(&url), format!("verbatim: cannot listen on {url}: the path exists and is not a socket"));
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "dear diary");
}

#[test]
fn a_port_in_use_is_reported_in_one_clear_line() {
    let server = Server::start();
    let expected = format!("verbatim: cannot listen on {}: address already in use", server.url());
    assert_eq!(refusal(server.url()), expected);
}

/// The error of a server that cannot listen on `url`. It exits with 1.
fn refusal(url: &str) -> String {
    let mut process = Process::start(Command::new(verbatim()).args(["serve", "--listen", url]));
    assert_eq!(process.code(), Some(1));
    let said = process.err.rest();
    assert_eq!(said.len(), 1, "{said:?}");
    said.concat()
}

#[test]
fn wrong_arguments_exit_with_2_and_name_the_valid_ones() {
    for (args, expected) in [
        (["--listen", "gopher://x"], "unknown scheme \"gopher\": known schemes are tcp, unix, ws, tls, wss, plain+tcp"),
        (["--name", "nodot"], "irc.example.org"),
        (["--log", "loud"], "[possible values: off, error, warn, info, debug, trace]"),
    ] {
        let mut process = Process::start(Command::new(verbatim()).arg("serve").args(args));
        process.err.expect(expected);
        assert_eq!(process.code(), Some(2));
    }
}

#[test]
fn the_help_shows_every_flag_and_its_default() {
    let mut process = Process::start(Command::new(verbatim()).args(["serve", "--help"]));
    // Lines are wrapped anywhere.
    let help = process.out.rest().join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(process.code(), Some(0));
    for flag in ["--listen <URL>", "--name <HOST>", "--motd <FILE>", "--log <LEVEL>"] {
        assert!(help.contains(flag), "{flag}: {help}");
    }
    for default in ["[default: tcp://127.0.0.1:6667]", "[default: verbatim.local]", "[default: info]"] {
        assert!(help.contains(default), "{default}: {help}");
    }
}

#[test]
fn the_message_of_the_day_comes_from_a_file() {
    let folder = Folder::new();
    let path = folder.path("motd");
    let with_motd = || {
        let mut command = Command::new(verbatim());
        command.args(["serve", "--motd"]).arg(&path);
        command
    };
    for (text, complaint) in [(None, "no such file or directory"), (Some(b"\xff"), "it is not UTF-8")] {
        if let Some(text) = text {
            write_file(&path, text);
        }
        let mut process = Process::start(&mut with_motd());
        let expected = format!("verbatim: cannot read the message of the day in {}: {complaint}", path.display());
        assert_eq!((process.code(), process.err.rest()), (Some(1), vec![expected]));
    }
    write_file(&path, "Välkommen!\nBe kind.\n");
    let server = Server::run(&mut with_motd(), &["tcp://127.0.0.1:0"]);
    let mut alice = server.connect();
    alice.say("NICK alice\r\nUSER alice 0 * :alice");
    alice.lines.expect(" 372 alice :- Välkommen!");
    alice.lines.expect(" 372 alice :- Be kind.");
}

#[test]
fn a_server_ends_when_its_terminal_hangs_up() {
    // No other process may hold the terminal: O_CLOEXEC from the start.
    let terminal = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC).expect("a terminal");
    grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("a terminal to unlock");
    let name = ptsname_r(&terminal).expect("it has a name");
    let stdin = File::options().read(true).custom_flags(OFlag::O_NOCTTY.bits()).open(name).expect("its other end");
    let mut command = Command::new(verbatim());
    command.args(["serve", "--listen", "tcp://127.0.0.1:0"]).stdin(stdin);
    let mut server = Process::start(&mut command);
    drop(command);
    server.out.expect("listening on ");
    server.signal(Signal::SIGHUP);
    server.err.expect("there is nothing to reload");
    drop(terminal);
    // A process that another test forks at this moment has the terminal until it calls exec.
    let ended = wait_for("the server ends", || {
        server.signal(Signal::SIGHUP);
        server.child.try_wait().expect("it is our child")
    });
    assert_eq!(ended.code(), Some(0));
}

#[test]
fn sigterm_tells_everyone_and_exits_with_0() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut server = Server::start();
        let mut peers = ["alice", "bob"].map(|nick| server.connect().here(nick));
        let mut stranger = server.connect();
        stranger.say("PING x");
        stranger.lines.expect("PONG");
        server.process.signal(signal);
        for peer in peers.iter_mut().chain([&mut stranger]) {
            peer.lines.expect("ERROR :Closing link: (127.0.0.1) [Server is shutting down]");
            assert_eq!(peer.lines.rest(), [""; 0]);
        }
        assert_eq!(server.process.code(), Some(0));
    }
}

#[test]
fn a_peer_that_does_not_read_does_not_prevent_the_server_from_stopping() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let mut server = Server::start_at(&["tcp://127.0.0.1:0", &format!("unix://{}", path.display())]);
    let mut bob = server.connect().here("bob");
    let deaf = DeafPeer::here(&path);
    bob.lines.expect(":deaf!~deaf@localhost JOIN #lobby");
    let mut alice = server.connect().here("alice");
    // More than the kernel's buffers hold, and less than the server's queue.
    fill(&mut alice, &mut bob, 800);
    server.process.signal(Signal::SIGTERM);
    assert_eq!(server.process.code(), Some(0));
    drop(deaf);
}

#[test]
fn sighup_without_a_configuration_changes_nothing() {
    let mut server = Server::start();
    server.process.signal(Signal::SIGHUP);
    server.process.err.expect("there is nothing to reload");
    server.connect().here("alice");
}

#[test]
fn sigpipe_is_ignored_and_a_reset_affects_nobody_else() {
    let server = Server::start();
    let status = fs::read_to_string(format!("/proc/{}/status", server.process.pid())).expect("it runs");
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:\t")).expect("a line of signals");
    let ignored = u64::from_str_radix(ignored, 16).expect("a number");
    assert_ne!(ignored & 1 << (Signal::SIGPIPE as i32 - 1), 0);
    let mut alice = server.connect().here("alice");
    for n in 0..20 {
        // Closing a socket with unread bytes resets the connection.
        let mut peer = TcpStream::connect(server.address()).expect("the server accepts");
        peer.write_all(format!("NICK p{n}\r\nUSER p 0 * :p\r\nJOIN #lobby\r\n").as_bytes())
            .expect("the other end reads");
        alice.lines.expect(&format!(":p{n}!~p@127.0.0.1 JOIN #lobby"));
        drop(peer);
        alice.say("PRIVMSG #lobby :still there?");
        alice.lines.expect(&format!(":p{n}!~p@127.0.0.1 QUIT :"));
    }
}

#[test]
fn a_closed_log_pipe_does_not_end_the_server() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(verbatim());
    command.args(["serve", "--log", "debug", "--listen", "tcp://127.0.0.1:0"]).stdin(Stdio::null()).stderr(writer);
    let mut process = Process::start_with_stderr(&mut command);
    let line = process.out.expect("listening on ");
    for nick in ["alice", "bob"] {
        Peer::tcp(address(&line)).here(nick);
    }
    process.signal(Signal::SIGTERM);
    assert_eq!(process.code(), Some(0));
}

#[test]
fn a_megabyte_without_a_line_end_affects_nobody_else() {
    let server = Server::start_at(&["tcp://127.0.0.1:0", "plain+tcp://127.0.0.1:0"]);
    let mut alice = server.connect().here("alice");
    let mut bob = server.connect().here("bob");
    let mut visitor = Peer::tcp(address(&server.urls[1]));
    bob.say(&"x".repeat(1 << 20));
    bob.say("P\0RIVMSG #lobby :\0\r\n\r\n\n\rPING x");
    bob.lines.expect(" 417 bob ");
    bob.lines.expect("PONG verbatim.local :x");
    // The visitor's front gives up in the middle of it.
    visitor.try_say(&"x".repeat(1 << 20));
    alice.lines.expect("JOIN #lobby");
    alice.say("PRIVMSG #lobby :still there?");
    bob.lines.expect("PRIVMSG #lobby :still there?");
}

/// A member of #lobby who has stopped reading.
struct DeafPeer(#[expect(dead_code, reason = "it is only held open")] UnixStream);

impl DeafPeer {
    /// Over a Unix socket, whose buffers are small.
    fn here(path: &Path) -> Self {
        let mut stream = UnixStream::connect(path).expect("the server accepts");
        stream.write_all(b"NICK deaf\r\nUSER deaf 0 * :deaf\r\nJOIN #lobby\r\n").expect("the other end reads");
        Self(stream)
    }
}

#[test]
fn a_peer_that_does_not_read_is_dropped_and_the_others_go_on() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let server = Server::start_at(&["tcp://127.0.0.1:0", &format!("unix://{}", path.display())]);
    let mut bob = server.connect().here("bob");
    let deaf = DeafPeer::here(&path);
    bob.lines.expect(":deaf!~deaf@localhost JOIN #lobby");
    let mut alice = server.connect().here("alice");
    fill(&mut alice, &mut bob, 4000);
    alice.lines.expect(":deaf!~deaf@localhost QUIT :SendQ exceeded");
    alice.say("PRIVMSG #lobby :who is left?");
    bob.lines.expect("PRIVMSG #lobby :who is left?");
    drop(deaf);
}

#[test]
fn a_server_without_descriptors_refuses_and_recovers() {
    let mut command = Command::new("sh");
    command.args(["-c", r#"ulimit -n 32; exec "$0" "$@""#]).arg(verbatim()).arg("serve");
    let mut server = Server::run(&mut command, &["tcp://127.0.0.1:0"]);
    let mut peers: Vec<Peer> = (0..60).map(|_| server.connect()).collect();
    server.process.err.expect("the server is full");
    // Each of them is either served or refused.
    let mut served = Vec::new();
    let mut refused = 0;
    for mut peer in peers.drain(..) {
        // A refused peer may be gone already.
        peer.try_say("PING x");
        match peer.lines.next().as_deref() {
            Some(":verbatim.local PONG verbatim.local :x") => served.push(peer),
            None | Some("ERROR :Server is full") => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(served.len() >= 20 && refused >= 20, "{} served, {refused} refused", served.len());
    rests(&server.process);
    served.truncate(served.len() - 5);
    wait_for("a new one is served", || {
        let mut peer = server.connect();
        peer.try_say("PING x");
        peer.lines.next().filter(|line| line.contains("PONG"))
    });
}

#[test]
fn a_server_without_even_a_spare_descriptor_waits_for_one() {
    // The smallest limit with which it starts: there is no descriptor left to accept or to refuse with.
    let (mut server, line) = (4..32)
        .find_map(|limit| {
            let mut command = Command::new("sh");
            command.args(["-c", &format!(r#"ulimit -n {limit}; exec "$0" serve --listen tcp://127.0.0.1:0"#)]);
            let mut process = Process::start(command.arg(verbatim()));
            process.out.next().map(|line| (process, line))
        })
        .expect("it starts with one of these limits");
    let _waits = TcpStream::connect(address(&line)).expect("the kernel takes it");
    server.err.expect("the server is full");
    rests(&server);
    server.signal(Signal::SIGTERM);
    assert_eq!(server.code(), Some(0));
}

/// Fails if the process keeps using the CPU, as in a busy loop.
#[track_caller]
fn rests(process: &Process) {
    wait_for("it uses less than a tenth of the CPU for half a second", || {
        let before = cpu_ticks(process.pid());
        thread::sleep(Duration::from_millis(500));
        (cpu_ticks(process.pid()) - before < 5).then_some(())
    });
}

#[test]
fn the_help_fits_the_width_of_the_terminal() {
    for (program, columns) in [("serve", 60), ("chat", 60), ("serve", 90), ("chat", 90)] {
        let mut process =
            Process::start(Command::new(verbatim()).args([program, "--help"]).env("COLUMNS", columns.to_string()));
        let lines = process.out.rest();
        // The tables and examples at the end are written for 80 columns.
        let flags: Vec<&String> = lines.iter().take_while(|line| !line.starts_with("URLs")).collect();
        assert!(flags.len() > 20, "{lines:#?}");
        assert!(flags.iter().all(|line| line.chars().count() <= columns), "{columns}: {flags:#?}");
        assert!(lines.iter().all(|line| line.chars().count() <= columns.max(80)), "{lines:#?}");
    }
}
