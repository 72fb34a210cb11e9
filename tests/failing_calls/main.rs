//! The server's real loop, in a process of its own whose system calls fail: with each error that the manual page of the
//! call lists. Nothing that the kernel answers may end the server, use up the CPU or lose a line, except errors that
//! only a bug of ours can cause.
//!
//! It prints what it does: `cargo test --test failing_calls`, or `… --test failing_calls accept`.
#![expect(clippy::disallowed_methods, reason = "these tests are about the system")]

#[path = "../aloud/mod.rs"]
mod aloud;
mod calls;
#[path = "../shell_world/mod.rs"]
mod shell_world;

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use aloud::Aloud;
use calls::{Call, Control, obey};
use nix::errno::Errno;
use nix::sys::signal::Signal;
use shell_world::*;
use verbatim::shell::config::Flags;
use verbatim::shell::{ServeOptions, serve};

/// A call, and what is tried with it.
struct Story {
    name: &'static str,
    steps: &'static [(&'static str, fn())],
}

const STORIES: [Story; 5] = [
    Story {
        name: "accept",
        steps: &[
            ("an error about one connection delays nobody else", an_accept_that_fails_once),
            ("while nothing can be accepted the server rests, and then goes on by itself", an_accept_that_always_fails),
            ("a listener that cannot be polled again at once is tried again", a_listener_that_is_not_added),
        ],
    },
    Story {
        name: "recv",
        steps: &[
            ("a broken connection ends, and the others are told once", a_recv_that_fails),
            ("an interrupted read is repeated", an_interrupted_recv),
        ],
    },
    Story {
        name: "send",
        steps: &[
            ("a broken connection ends, and the others are told once", a_send_that_fails),
            ("a write that may succeed later is repeated", a_send_that_is_repeated),
        ],
    },
    Story {
        name: "epoll",
        steps: &[
            ("an interrupted wait is repeated", an_interrupted_wait),
            ("an error that only a bug can cause ends the server with a message", a_wait_that_fails),
            ("a connection that cannot be polled is closed, and the next is served", a_connection_that_is_not_added),
        ],
    },
    Story {
        name: "eventfd",
        steps: &[
            ("a bell that rings again while it is read is not missed", a_bell_that_rings_twice),
            ("a bell that cannot be read hides no answer", a_bell_that_fails),
        ],
    },
];

/// The environment of the process under test: the control file, and the configuration.
const CONTROL: &str = "FAILING_CALLS_CONTROL";

fn main() -> ExitCode {
    match std::env::var_os(CONTROL) {
        Some(control) => be_the_server(Path::new(&control)),
        None => aloud::tell(&STORIES, |story| story.name, passes),
    }
}

fn passes(story: &'static Story) -> bool {
    Aloud::passes(story.name, |aloud| story.steps.iter().for_each(|(what, step)| aloud.step(what, step)))
}

/// The process under test.
fn be_the_server(control: &Path) -> ExitCode {
    let config = std::env::args_os().nth(1).map(Into::into);
    obey(control);
    match serve(ServeOptions { config, flags: Flags::default() }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("verbatim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A running server, and what fails in it.
struct World {
    server: Server,
    control: Control,
    _folder: Folder,
}

impl World {
    fn new(config: &str) -> Self {
        let folder = Folder::new();
        let control = Control::new(&folder.path("control"));
        let path = folder.path("verbatim.toml");
        write_file(&path, format!("listen = [\"tcp://127.0.0.1:0\"]\n{config}"));
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(path).env(CONTROL, folder.path("control")).stdin(Stdio::null());
        let mut process = Process::start(&mut command);
        let line = process.out.expect("listening on ");
        let urls = vec![line.trim_start_matches("listening on ").to_owned()];
        Self { server: Server { process, urls }, control, _folder: folder }
    }

    /// Waits until the call has failed as often as it was told to.
    fn has_failed(&self, call: Call) {
        wait_for("the call fails", || (self.control.left(call) == 0).then_some(()));
    }

    /// A new connection is served.
    fn serves(&self) -> Peer {
        let mut peer = self.server.connect();
        peer.say("PING x");
        peer.lines.expect(" PONG ");
        peer
    }
}

/// accept(2), except EAGAIN, which says that nobody waits.
const OF_ACCEPT: [Errno; 20] = [
    Errno::EBADF,
    Errno::ECONNABORTED,
    Errno::EFAULT,
    Errno::EINTR,
    Errno::EINVAL,
    Errno::EMFILE,
    Errno::ENFILE,
    Errno::ENOBUFS,
    Errno::ENOMEM,
    Errno::ENOTSOCK,
    Errno::EOPNOTSUPP,
    Errno::EPERM,
    Errno::EPROTO,
    Errno::ENETDOWN,
    Errno::ENOPROTOOPT,
    Errno::EHOSTDOWN,
    Errno::ENONET,
    Errno::EHOSTUNREACH,
    Errno::ENETUNREACH,
    Errno::ETIMEDOUT,
];

fn an_accept_that_fails_once() {
    let world = World::new("");
    for error in OF_ACCEPT {
        world.control.fail(Call::Accept, error, 1);
        let mut peer = world.server.connect();
        peer.try_say("PING x");
        let answer = peer.lines.next().unwrap_or_default();
        let is_full = [Errno::EMFILE, Errno::ENFILE].contains(&error) && answer == "ERROR :Server is full";
        assert!(is_full || answer.contains(" PONG "), "{error}: {answer}");
        world.has_failed(Call::Accept);
        world.serves();
    }
}

fn an_accept_that_always_fails() {
    // A round of errors about single connections, and errors about all.
    for error in
        [Errno::ECONNABORTED, Errno::EPERM, Errno::EINVAL, Errno::EMFILE, Errno::ENFILE, Errno::ENOBUFS, Errno::ENOMEM]
    {
        let mut world = World::new("");
        let mut alice = world.serves();
        world.control.fail(Call::Accept, error, u32::MAX);
        let mut peer = world.server.connect();
        peer.say("PING x");
        world.server.process.err.expect(&error.desc().to_lowercase());
        rests(&world.server.process);
        alice.say("PING y");
        alice.lines.expect(" PONG ");
        // Nothing but the deadline of the pause wakes the server.
        world.control.fail(Call::Accept, error, 0);
        let answer = peer.lines.next().unwrap_or_default();
        // The errors may stop between the one that the server takes for "full" and its refusal of the peer.
        let is_full = [Errno::EMFILE, Errno::ENFILE].contains(&error) && answer == "ERROR :Server is full";
        assert!(is_full || answer.contains(" PONG "), "{error}: {answer}");
    }
}

fn a_listener_that_is_not_added() {
    for error in [Errno::ENOMEM, Errno::ENOSPC] {
        let world = World::new("");
        world.control.fail(Call::Add, error, 3);
        world.control.fail(Call::Accept, Errno::ENOMEM, 1);
        let mut peer = world.server.connect();
        peer.say("PING x");
        peer.lines.expect(" PONG ");
        world.has_failed(Call::Add);
    }
}

/// recv(2) and tcp(7), except EAGAIN and EINTR.
const OF_RECV: [Errno; 10] = [
    Errno::EBADF,
    Errno::ECONNREFUSED,
    Errno::EFAULT,
    Errno::EINVAL,
    Errno::ENOMEM,
    Errno::ENOTCONN,
    Errno::ENOTSOCK,
    Errno::ECONNRESET,
    Errno::ETIMEDOUT,
    Errno::EHOSTUNREACH,
];

/// send(2), tcp(7) and ip(7), except EAGAIN, EINTR, ENOBUFS and ENOMEM.
const OF_SEND: [Errno; 16] = [
    Errno::EACCES,
    Errno::EALREADY,
    Errno::EBADF,
    Errno::ECONNRESET,
    Errno::EDESTADDRREQ,
    Errno::EFAULT,
    Errno::EINVAL,
    Errno::EISCONN,
    Errno::EMSGSIZE,
    Errno::ENOTCONN,
    Errno::ENOTSOCK,
    Errno::EOPNOTSUPP,
    Errno::EPIPE,
    Errno::EHOSTUNREACH,
    Errno::ENETUNREACH,
    Errno::ETIMEDOUT,
];

fn a_recv_that_fails() {
    breaks(Call::Recv, &OF_RECV);
}

fn a_send_that_fails() {
    breaks(Call::Send, &OF_SEND);
}

/// With each of these errors a connection breaks, and its user leaves once.
fn breaks(call: Call, errors: &[Errno]) {
    let world = World::new("");
    let mut bob = world.server.connect().here("bob");
    for error in errors {
        let mut alice = world.server.connect().here("alice");
        bob.lines.expect(":alice!~alice@127.0.0.1 JOIN #lobby");
        world.control.fail(call, *error, 1);
        // The first call after this is about her.
        alice.say("PING x");
        let said = bob.lines.next();
        assert_eq!(said.as_deref(), Some(":alice!~alice@127.0.0.1 QUIT :Connection reset by peer"), "{error}");
        bob.say("PING y");
        let said = bob.lines.next();
        assert_eq!(said.as_deref(), Some(":verbatim.local PONG verbatim.local :y"), "{error}");
    }
}

fn an_interrupted_recv() {
    repeated(Call::Recv, &[Errno::EINTR]);
}

fn a_send_that_is_repeated() {
    repeated(Call::Send, &[Errno::EINTR, Errno::ENOBUFS, Errno::ENOMEM]);
}

fn an_interrupted_wait() {
    repeated(Call::Wait, &[Errno::EINTR]);
}

/// With each of these errors the call is made again, and nothing is lost.
fn repeated(call: Call, errors: &[Errno]) {
    let world = World::new("");
    let mut alice = world.server.connect().here("alice");
    for error in errors {
        world.control.fail(call, *error, 3);
        for n in 0..3 {
            alice.say(&format!("PING {n}"));
            let said = alice.lines.next();
            assert_eq!(said, Some(format!(":verbatim.local PONG verbatim.local :{n}")), "{error}");
        }
        world.has_failed(call);
    }
}

fn a_wait_that_fails() {
    for error in [Errno::EBADF, Errno::EFAULT, Errno::EINVAL] {
        let mut world = World::new("");
        let mut alice = world.server.connect().here("alice");
        world.control.fail(Call::Wait, error, 1);
        alice.try_say("PING x");
        assert_eq!(world.server.process.code(), Some(1), "{error}");
        world.server.process.err.expect(&error.desc().to_lowercase());
    }
}

fn a_connection_that_is_not_added() {
    // epoll_ctl(2)
    let errors = [
        Errno::EBADF,
        Errno::EEXIST,
        Errno::EINVAL,
        Errno::ELOOP,
        Errno::ENOENT,
        Errno::ENOMEM,
        Errno::ENOSPC,
        Errno::EPERM,
    ];
    let mut world = World::new("");
    for error in errors {
        world.control.fail(Call::Add, error, 1);
        let mut peer = world.server.connect();
        assert_eq!(peer.lines.next(), None, "{error}");
        world.server.process.err.expect("cannot be served");
        world.serves();
    }
}

/// A server with a password.
fn with_a_password() -> World {
    let mut command = Command::new(verbatim());
    let mut process = Process::start(command.arg("hash-password").stdin(Stdio::piped()));
    process.child.stdin.take().expect("a pipe").write_all(b"sesame\n").expect("the other end reads");
    // Without a log, the only bell is that of the passwords.
    World::new(&format!("server.password = '{}'\nlog.level = \"off\"\n", process.out.expect("$argon2id$")))
}

fn a_bell_that_rings_twice() {
    let world = with_a_password();
    world.control.fail(Call::HoldDrain, Errno::UnknownErrno, 2);
    // Both passwords are sent to the thread at once.
    stop(world.server.process.pid());
    let mut peers = ["alice", "bob"].map(|nick| {
        let mut peer = world.server.connect();
        peer.say(&format!("PASS sesame\r\nNICK {nick}\r\nUSER {nick} 0 * :{nick}"));
        peer
    });
    world.server.process.signal(Signal::SIGCONT);
    peers.iter_mut().for_each(|peer| drop(peer.lines.expect(" 001 ")));
}

fn a_bell_that_fails() {
    let world = with_a_password();
    // read(2) and eventfd(2)
    for error in [Errno::EAGAIN, Errno::EBADF, Errno::EFAULT, Errno::EINTR, Errno::EINVAL, Errno::EIO] {
        world.control.fail(Call::Drain, error, 1);
        let mut peer = world.server.connect();
        peer.say("PASS sesame\r\nNICK alice\r\nUSER alice 0 * :alice");
        peer.lines.expect(" 001 ");
        world.has_failed(Call::Drain);
        peer.say("QUIT");
        peer.lines.rest();
    }
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
