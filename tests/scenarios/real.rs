//! The same scripts with real processes: `verbatim serve` on ports that the kernel chooses, sockets for raw peers, and
//! `verbatim chat` at a terminal, with its fork and its pipe.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc;
use nix::pty::{OpenptyResult, openpty};
use nix::sys::socket::{setsockopt, sockopt};
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};
use sim::scenario::{Act, END, Stage};

use crate::quiet::Quiet;
use crate::shell_world::{PATIENCE, Server, address, verbatim};

/// What each participant read in one step of a script.
pub type Step = Vec<(String, Vec<String>)>;

/// A stage that passes everything to another stage, and records what is read there in each step.
pub struct Recorder<S> {
    pub stage: S,
    pub steps: Vec<Step>,
}

impl<S: Stage> Stage for Recorder<S> {
    fn act(&mut self, who: &str, act: &Act) {
        self.stage.act(who, act);
    }

    fn wait(&mut self, span: Duration) {
        self.stage.wait(span);
    }

    fn settle(&mut self) -> Step {
        let read = self.stage.settle();
        self.steps.push(read.clone());
        read
    }
}

/// Real processes as a stage.
pub struct RealStage {
    server: Server,
    cast: Vec<Player>,
    /// What must be read in each coming step.
    expected: std::vec::IntoIter<Step>,
    /// An expected line never came: do not wait for the rest.
    disappointed: bool,
    /// Whether the last step was typed at a terminal. If so, one cannot observe when the kernel has passed it on.
    was_typed: bool,
}

impl RealStage {
    /// A server without clients. Each step waits for as many lines as `expected` has, whatever they say.
    pub fn new(expected: Vec<Step>) -> Self {
        let server = Server::start_at(&["tcp://127.0.0.1:0", "plain+tcp://127.0.0.1:0"]);
        Self { server, cast: Vec::new(), expected: expected.into_iter(), disappointed: false, was_typed: false }
    }

    fn player(&mut self, who: &str) -> &mut Player {
        let at = self.cast.iter().position(|player| player.name == who).unwrap_or_else(|| {
            self.cast.push(Player { name: who.into(), ..Player::default() });
            self.cast.len() - 1
        });
        &mut self.cast[at]
    }

    /// Whether nothing more can happen until this process reads.
    fn is_quiet(&self) -> bool {
        let (mut processes, mut deaf) = (vec![self.server.process.pid()], Vec::new());
        for player in &self.cast {
            match &player.end {
                Some(End::Client(client)) => processes.push(client.child.id() as i32),
                Some(End::Socket(stream)) if player.sleeps => deaf.push(stream.local_addr().expect("a socket").port()),
                _ => {}
            }
        }
        let port = |url: &String| url.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
        let served: Vec<u16> = self.server.urls.iter().map(port).collect();
        Quiet { processes: &processes, served: &served, deaf: &deaf }.holds()
    }
}

impl Stage for RealStage {
    fn act(&mut self, who: &str, act: &Act) {
        let url = &self.server.urls[usize::from(*act == Act::Visits)];
        let end = match act {
            Act::Connects | Act::Visits => Some(End::socket(address(url))),
            Act::Chats => Some(End::Client(Client::start(url, who))),
            _ => None,
        };
        let player = self.player(who);
        let types = matches!((act, &player.end), (Act::Sends(_), Some(End::Client(_))));
        match act {
            Act::Connects | Act::Visits | Act::Chats => (player.end, player.sleeps) = (end, false),
            Act::Sends(bytes) => player.send(bytes),
            Act::Sleeps => player.sleeps = true,
            Act::Wakes => player.sleeps = false,
            Act::Closes => player.end = None,
            Act::Ends | Act::Breaks => {
                let Some(End::Socket(stream)) = &player.end else { panic!("{who} has no socket") };
                if *act == Act::Ends {
                    stream.shutdown(Shutdown::Write).expect("the socket is open");
                } else {
                    // socket(7), tcp(7): closing without lingering resets the connection.
                    let reset = libc::linger { l_onoff: 1, l_linger: 0 };
                    setsockopt(stream, sockopt::Linger, &reset).expect("the socket is open");
                    player.end = None;
                }
            }
            Act::Vanishes => panic!("a real connection cannot fall silent"),
        }
        self.was_typed = types;
    }

    fn wait(&mut self, _span: Duration) {
        panic!("a script that lets time pass needs the virtual world");
    }

    fn settle(&mut self) -> Step {
        let (expected, start) = (self.expected.next().unwrap_or_default(), Instant::now());
        let is_complete = |player: &Player| {
            let lines = expected.iter().find(|(who, _)| *who == player.name).map_or(0, |(_, lines)| lines.len());
            player.lines.len() >= lines
        };
        let something_follows = expected.iter().any(|(_, lines)| !lines.is_empty());
        assert!(
            something_follows || !self.was_typed,
            "the typed line has no result, so the end of the step cannot be recognised"
        );
        // A step is over when everything expected has come, and nothing more can come. The second condition
        // also ends steps without any result.
        loop {
            let is_quiet = self.is_quiet();
            let mut something_came = false;
            self.cast.iter_mut().for_each(|player| something_came |= player.read());
            let is_complete = self.disappointed || self.cast.iter().all(is_complete);
            if is_quiet && !something_came && is_complete {
                break;
            }
            if start.elapsed() > PATIENCE {
                self.disappointed = true;
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        self.cast.iter_mut().map(|player| (player.name.clone(), std::mem::take(&mut player.lines))).collect()
    }
}

#[derive(Default)]
struct Player {
    name: String,
    /// The connection to the server, until one side ends it.
    end: Option<End>,
    sleeps: bool,
    /// The beginning of an unfinished line.
    partial: Vec<u8>,
    lines: Vec<String>,
}

enum End {
    Socket(TcpStream),
    Client(Client),
}

impl End {
    fn socket(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server accepts");
        stream.set_nodelay(true).expect("a socket");
        Self::Socket(stream)
    }
}

impl Player {
    fn send(&mut self, bytes: &[u8]) {
        let sent = match &mut self.end {
            Some(End::Socket(stream)) => {
                stream.set_nonblocking(false).and_then(|()| stream.write_all(bytes)).map(|()| bytes.len())
            }
            Some(End::Client(client)) => client.terminal.write(bytes),
            None => panic!("{} has no connection", self.name),
        };
        assert_eq!(sent.expect("somebody reads"), bytes.len());
    }

    /// Reads what has arrived. Returns whether there was anything.
    fn read(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let mut something_came = false;
        while let Some(end) = self.end.as_mut().filter(|_| !self.sleeps) {
            let read = match end {
                End::Socket(stream) => stream.set_nonblocking(true).and_then(|()| stream.read(&mut buffer)),
                End::Client(client) => client.out.read(&mut buffer),
            };
            match read {
                Ok(count) if count > 0 => self.received(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Ok(_) | Err(_) => {
                    (self.end, self.partial) = (None, Vec::new());
                    self.lines.push(END.into());
                }
            }
            something_came = true;
        }
        something_came
    }

    fn received(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = String::from_utf8_lossy(self.partial.trim_ascii_end()).into_owned();
                self.lines.push(match self.end {
                    // Without the time of day, which the virtual world's transcripts do not show.
                    Some(End::Client(_)) => line.get("00:00 ".len()..).unwrap_or(&line).to_owned(),
                    _ => line,
                });
                self.partial.clear();
            }
        }
    }
}

/// A user's client, at a terminal.
struct Client {
    child: Child,
    terminal: fs::File,
    out: ChildStdout,
}

impl Client {
    fn start(url: &str, nick: &str) -> Self {
        let OpenptyResult { master, slave } = openpty(None, None).expect("a terminal");
        // Typed input arrives unchanged: no echo, and carriage returns are kept.
        let mut modes = tcgetattr(&slave).expect("a terminal");
        cfmakeraw(&mut modes);
        tcsetattr(&slave, SetArg::TCSANOW, &modes).expect("a terminal");
        let mut command = Command::new(verbatim());
        command.args(["chat", url, "--nick", nick]).env("LC_ALL", "C.UTF-8");
        command.stdin(Stdio::from(slave)).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the program starts");
        let out = child.stdout.take().expect("its stdout");
        fcntl(out.as_fd(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).expect("a pipe");
        Self { child, terminal: fs::File::from(master), out }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
