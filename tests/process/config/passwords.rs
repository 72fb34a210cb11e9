//! Passwords: hashed for the file, sent over a socket, verified while the chat goes on.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, Stdio};

use nix::fcntl::OFlag;
use nix::pty::{PtyMaster, grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;

use super::{hash, run, serve};
use crate::shell_world::*;

/// A server with the password "open sesame".
fn guarded(folder: &Folder, args: &[&str]) -> Server {
    let config = format!("listen = [\"tcp://127.0.0.1:0\"]\n[server]\npassword = '{}'\n", hash("open sesame"));
    serve(folder, &config, args)
}

#[test]
fn only_the_right_password_lets_a_client_in() {
    let folder = Folder::new();
    let mut server = guarded(&folder, &["--log", "trace"]);
    let mut alice = server.connect();
    alice.say("PASS :open sesame");
    let _alice = alice.here("alice");
    for pass in ["PASS :open sesame ", "PASS sesame", "PASS :"] {
        let mut bob = server.connect();
        bob.say(&format!("{pass}\r\nNICK bob\r\nUSER bob 0 * :bob\r\nJOIN #lobby"));
        let said = bob.lines.rest();
        assert!(said[0].starts_with(":verbatim.local 464 bob "), "{pass}: {said:?}");
        assert_eq!(said[1..], ["ERROR :Closing link: (127.0.0.1) [Password incorrect]"]);
    }
    let mut carol = server.connect();
    carol.say("NICK carol\r\nUSER carol 0 * :carol");
    carol.lines.expect(" 464 carol ");
    server.process.signal(Signal::SIGTERM);
    let log = server.process.err.rest().join("\n");
    for expected in ["the password is right conn=0", "the password is wrong conn=1"] {
        assert!(log.contains(expected), "{log}");
    }
    assert!(!log.contains("sesame") && !log.contains("argon2"), "{log}");
}

#[test]
fn stats_r_shows_an_operator_the_usage_of_the_server() {
    let folder = Folder::new();
    let operator =
        format!("[[operator]]\nname = \"olga\"\npassword = '{}'\nprivileges = [\"watch\"]\n", hash("olga's"));
    let server = serve(&folder, &["listen = [\"tcp://127.0.0.1:0\"]\n", &operator].concat(), &[]);
    let mut olga = server.connect().here("olga");
    olga.say("OPER olga olga's\r\nSTATS r");
    let line = olga.lines.expect(" 249 olga r :CPU ");
    let kib = line.strip_suffix(" KiB").and_then(|line| line.rsplit(' ').next());
    assert!(kib.is_some_and(|kib| kib.parse::<u64>().is_ok_and(|kib| kib > 1000)), "{line}");
    olga.lines.expect(" 219 olga r :");
}

#[test]
fn a_registration_can_be_sent_at_once_though_the_password_takes_time() {
    let folder = Folder::new();
    let server = guarded(&folder, &[]);
    let mut alice = server.connect();
    alice.say(
        "CAP LS 302\r\nPASS :open sesame\r\nNICK alice\r\nUSER alice 0 * :alice\r\nCAP END\r\nJOIN #tea\r\n\
         PRIVMSG alice :to myself\r\nPING last",
    );
    for expected in ["CAP * LS", " 001 alice ", "alice!~alice@127.0.0.1 JOIN #tea", "PRIVMSG alice :to myself"] {
        alice.lines.expect(expected);
    }
    alice.lines.expect("PONG verbatim.local :last");
}

#[test]
fn a_client_that_leaves_while_its_password_is_verified_is_forgotten() {
    let folder = Folder::new();
    let server = guarded(&folder, &[]);
    for _ in 0..5 {
        let mut peer = server.connect();
        peer.say("PASS :open sesame\r\nNICK alice\r\nUSER alice 0 * :alice");
    }
    let mut alice = server.connect();
    wait_for("the nick is free", || {
        alice.say("NICK alice\r\nPING x");
        let answer = alice.lines.next().expect("it answers");
        (answer.contains("PONG")).then_some(()).or_else(|| (alice.lines.expect("PONG").is_empty()).then_some(()))
    });
}

#[test]
fn the_chat_goes_on_while_passwords_are_verified() {
    let folder = Folder::new();
    let mut server = guarded(&folder, &["--log", "debug"]);
    let mut alice = server.connect();
    alice.say("PASS :open sesame");
    let mut alice = alice.here("alice");
    server.process.err.expect(" 366 ");
    // Whether alice is handled before all passwords are verified depends on the scheduler, hence the repetition. A
    // server that did nothing else meanwhile would never handle her in time.
    wait_for("alice is heard when all have come and some wait still", || {
        let mut crowd: Vec<Peer> = (0..20).map(|_| server.connect()).collect();
        for (number, peer) in crowd.iter_mut().enumerate() {
            peer.say(&format!("PASS wrong\r\nNICK n{number}\r\nUSER n 0 * :n"));
        }
        let (mut come, mut verified) = (0, 0);
        while come < crowd.len() {
            let line = server.process.err.next().expect("the server goes on");
            come += usize::from(line.contains("> USER n "));
            verified += usize::from(line.contains("the password is "));
        }
        alice.say("PING x");
        let mut heard_after = None;
        while verified < crowd.len() || heard_after.is_none() {
            let line = server.process.err.next().expect("the server goes on");
            verified += usize::from(line.contains("the password is "));
            heard_after = heard_after.or_else(|| line.contains("> PING x").then_some(verified));
        }
        heard_after.filter(|&verified| verified < crowd.len())
    });
}

#[test]
fn the_help_says_where_the_password_is_read_from() {
    let help = run(&["hash-password", "--help"], "").out.join("\n");
    assert!(help.contains("asks twice") && help.contains("reads the first line"), "{help}");
}

#[test]
fn a_piped_password_is_hashed() {
    for (input, code, said) in [
        ("open sesame\n", Some(0), ""),
        ("no line end", Some(0), ""),
        ("", Some(1), "verbatim: the password is empty"),
        ("\n", Some(1), "verbatim: the password is empty"),
        ("a\tb\n", Some(1), "verbatim: use at most 300 bytes and no control characters"),
    ] {
        let found = run(&["hash-password"], input);
        assert_eq!(found.code, code, "{input:?}");
        assert!(found.err.concat().starts_with(said), "{:?}", found.err);
        assert_eq!(found.out.len(), usize::from(code == Some(0)));
        assert!(found.out.iter().all(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")), "{:?}", found.out);
    }
}

/// `verbatim hash-password` at a terminal.
struct Typing {
    terminal: PtyMaster,
    child: Child,
}

impl Typing {
    fn start() -> Self {
        let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
        let terminal = posix_openpt(flags).expect("a terminal");
        grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("a terminal to unlock");
        let name = ptsname_r(&terminal).expect("it has a name");
        let stdin = File::options()
            .read(true)
            .write(true)
            .custom_flags(OFlag::O_NOCTTY.bits())
            .open(name)
            .expect("its other end");
        let mut command = Command::new(verbatim());
        command.arg("hash-password").stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { child: command.spawn().expect("the program starts"), terminal }
    }

    /// Waits for a question.
    fn asked(&mut self, question: &str) {
        let mut seen = vec![0; question.len()];
        self.child.stderr.as_mut().expect("its stderr").read_exact(&mut seen).expect("a question");
        assert_eq!(String::from_utf8_lossy(&seen), question);
    }

    fn types(&mut self, text: &str) {
        self.terminal.write_all(text.as_bytes()).expect("the terminal takes it");
    }

    fn shows(&self) -> bool {
        tcgetattr(self.terminal.as_fd()).expect("a terminal").local_flags.contains(LocalFlags::ECHO)
    }

    /// The rest of its stdout and stderr.
    fn ends(&mut self) -> [String; 2] {
        let mut said = [String::new(), String::new()];
        self.child.stdout.take().expect("its stdout").read_to_string(&mut said[0]).expect("text");
        self.child.stderr.take().expect("its stderr").read_to_string(&mut said[1]).expect("text");
        self.child.wait().expect("it is our child");
        said
    }
}

impl Drop for Typing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_typed_password_is_asked_for_twice_and_never_shown() {
    let mut typing = Typing::start();
    typing.asked("Password: ");
    assert!(!typing.shows());
    typing.types("open sesame\n");
    typing.asked("\nThe same again: ");
    assert!(!typing.shows());
    typing.types("open sesame\n");
    let [out, err] = typing.ends();
    assert!(out.starts_with("$argon2id$") && out.ends_with('\n'), "{out}");
    assert_eq!(err, "\n");
    assert!(typing.shows(), "the terminal is as it was");

    let mut typing = Typing::start();
    typing.asked("Password: ");
    typing.types("open sesame\n");
    typing.asked("\nThe same again: ");
    typing.types("open Sesame\n");
    assert_eq!(typing.ends(), ["", "\nverbatim: the passwords differ\n"]);
}

#[test]
fn after_an_interrupt_the_terminal_echoes_again() {
    let mut typing = Typing::start();
    typing.asked("Password: ");
    assert!(!typing.shows());
    kill(Pid::from_raw(typing.child.id() as i32), Signal::SIGINT).expect("it runs");
    assert_eq!(typing.ends(), ["", "\nverbatim: cancelled\n"]);
    assert!(typing.shows());
}
