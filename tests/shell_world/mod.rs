//! Real processes on real sockets, for the tests of the shell. Every wait gives up after [`PATIENCE`].
#![allow(dead_code, reason = "each test binary uses its part of it")]
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "these tests are about the system")]

use std::ffi::OsStr;
use std::fmt::Debug;
use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long anything may take before the test fails. This is not a performance limit: the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The program under test.
pub fn verbatim() -> PathBuf {
    assert_cmd::cargo::cargo_bin!("verbatim").into()
}

/// Polls until there is an answer.
#[track_caller]
pub fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A folder of the test's own, removed at its end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let name = format!("verbatim-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            match fs::create_dir(&path) {
                Ok(()) => return Self(path),
                // A killed test with the same number left it behind.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => panic!("no new directory: {error}"),
            }
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A port that only this test uses, with IPv4 and IPv6. It is outside the kernel's ephemeral range
/// (`net.ipv4.ip_local_port_range`), so it stays free between two listeners.
pub struct Port {
    pub number: u16,
    /// While this name is taken, no other test takes the port.
    _name: UnixListener,
}

impl Port {
    pub fn new() -> Self {
        let first = std::process::id() as u16 % 10_000;
        (0..10_000)
            .find_map(|more| Self::take(20_000 + (first + more) % 10_000))
            .expect("there is a port that nobody uses")
    }

    fn take(number: u16) -> Option<Self> {
        let name = SocketAddr::from_abstract_name(format!("verbatim-port-{number}")).expect("a name");
        let name = UnixListener::bind_addr(&name).ok()?;
        TcpListener::bind(("127.0.0.1", number)).ok()?;
        match TcpListener::bind(("::1", number)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => None,
            // On a machine without IPv6 the port counts as free for it.
            _ => Some(Self { number, _name: name }),
        }
    }
}

/// Repeats a system call that a signal interrupted. On a socket with a timeout, stopping and continuing the process is
/// enough (signal(7)), and `std` repeats only some calls.
pub fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

/// Accepts the next connection of a listener.
#[track_caller]
pub fn accepted(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).expect("a socket");
    let (stream, _) = wait_for("somebody comes", || listener.accept().ok());
    stream.set_nonblocking(false).and_then(|()| stream.set_read_timeout(Some(PATIENCE))).expect("a socket");
    stream
}

/// A socket file whose server is gone.
pub fn stale_socket(path: &Path) {
    drop(UnixListener::bind(path).expect("a socket"));
    // A process that another test forks at this moment has the socket until it calls exec.
    wait_for("nobody listens there", || UnixStream::connect(path).err());
}

/// Lines of a stream, read by a thread so that waiting for one has a limit.
pub struct Lines {
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Lines {
    pub fn of(source: impl Read + Send + 'static) -> Self {
        let (tell, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(source).lines() {
                if line.is_err() || tell.send(line.unwrap_or_default()).is_err() {
                    break;
                }
            }
        });
        Self { lines, seen: Vec::new() }
    }

    /// The next line; `None` at the end.
    #[track_caller]
    pub fn next(&mut self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                self.seen.push(line.clone());
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing more came after {:#?}", self.seen),
        }
    }

    /// Whether no line is pending.
    pub fn is_silent(&mut self) -> bool {
        match self.lines.try_recv() {
            Ok(line) => {
                self.seen.push(line);
                false
            }
            Err(_) => true,
        }
    }

    /// The next line that contains `text`.
    #[track_caller]
    pub fn expect(&mut self, text: &str) -> String {
        loop {
            match self.next() {
                Some(line) if line.contains(text) => return line,
                Some(_) => {}
                None => panic!("no {text:?} in {:#?}", self.seen),
            }
        }
    }

    /// Everything up to the end.
    #[track_caller]
    pub fn rest(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.next()).collect()
    }
}

/// A process that does not outlive the test.
pub struct Process {
    pub child: Child,
    pub out: Lines,
    pub err: Lines,
}

impl Process {
    pub fn start(command: &mut Command) -> Self {
        Self::start_with_stderr(command.stderr(Stdio::piped()))
    }

    /// Leaves the stderr of `command` as it is, and reads it only if it is a pipe.
    pub fn start_with_stderr(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let out = Lines::of(child.stdout.take().expect("its stdout"));
        let err = child.stderr.take().map_or_else(|| Lines::of(std::io::empty()), Lines::of);
        Self { child, out, err }
    }

    pub fn pid(&self) -> i32 {
        self.child.id() as i32
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid()), signal).expect("the process is there");
    }

    /// Waits until the process exits by itself, and returns its exit code.
    #[track_caller]
    pub fn code(&mut self) -> Option<i32> {
        let status: ExitStatus = wait_for("the process ends", || self.child.try_wait().expect("it is our child"));
        status.code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `verbatim serve`.
pub struct Server {
    pub process: Process,
    pub urls: Vec<String>,
}

impl Server {
    /// On one port that the kernel chooses.
    pub fn start() -> Self {
        Self::start_at(&["tcp://127.0.0.1:0"])
    }

    pub fn start_at(urls: &[&str]) -> Self {
        let mut command = Command::new(verbatim());
        command.arg("serve");
        Self::run(&mut command, urls)
    }

    /// Runs `command` with these URLs.
    pub fn run(command: &mut Command, urls: &[&str]) -> Self {
        urls.iter().for_each(|url| {
            command.args(["--listen", url]);
        });
        let mut process = Process::start(command.stdin(Stdio::null()));
        let urls = urls.iter().map(|_| {
            let line = process.out.next().expect("the server is ready");
            line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned()
        });
        let urls = urls.collect();
        Self { process, urls }
    }

    pub fn url(&self) -> &str {
        &self.urls[0]
    }

    /// `HOST:PORT` of the first URL.
    pub fn address(&self) -> &str {
        address(self.url())
    }

    pub fn connect(&self) -> Peer {
        Peer::tcp(self.address())
    }
}

/// `HOST:PORT` of a URL.
pub fn address(url: &str) -> &str {
    url.split_once("://").expect("a URL").1
}

/// A simple client that sends and reads exact lines.
pub struct Peer {
    write: Box<dyn Write + Send>,
    pub lines: Lines,
}

impl Peer {
    pub fn tcp(address: &str) -> Self {
        Self::over(TcpStream::connect(address).expect("the server accepts"))
    }

    /// On an existing connection.
    pub fn over(stream: TcpStream) -> Self {
        let lines = Lines::of(stream.try_clone().expect("a second handle"));
        Self { write: Box::new(Shutting(stream)), lines }
    }

    pub fn unix(path: &Path) -> Self {
        let stream = UnixStream::connect(path).expect("the server accepts");
        let lines = Lines::of(stream.try_clone().expect("a second handle"));
        Self { write: Box::new(stream), lines }
    }

    /// Registered, and in #lobby.
    pub fn here(mut self, nick: &str) -> Self {
        self.say(&format!("NICK {nick}"));
        self.say(&format!("USER {nick} 0 * :{nick}"));
        self.say("JOIN #lobby");
        self.lines.expect(" 366 ");
        self
    }

    pub fn say(&mut self, line: &str) {
        assert!(self.try_say(line), "the server reads");
    }

    /// Sends the beginning of a line.
    pub fn begin(&mut self, text: &str) {
        self.write.write_all(text.as_bytes()).expect("the server reads");
    }

    /// Sends a line to a server that may be gone.
    pub fn try_say(&mut self, line: &str) -> bool {
        self.write.write_all(format!("{line}\r\n").as_bytes()).is_ok()
    }
}

/// Sends this many lines of 400 bytes to #lobby, each only when `hearer` has read the one before, so that the server
/// never takes `hearer` for a peer that does not read.
#[track_caller]
pub fn fill(speaker: &mut Peer, hearer: &mut Peer, lines: usize) {
    let line = format!("PRIVMSG #lobby :{}", "x".repeat(380));
    for number in 0..lines.div_ceil(100) {
        (0..100).for_each(|_| speaker.say(&line));
        speaker.say(&format!("PRIVMSG #lobby :that was hundred {number}."));
        hearer.lines.expect(&format!(" :that was hundred {number}."));
    }
}

/// A stream that ends when its writer is dropped, although a thread still reads from it.
struct Shutting(TcpStream);

impl Write for Shutting {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Shutting {
    fn drop(&mut self) {
        let _ = self.0.shutdown(std::net::Shutdown::Both);
    }
}

/// `verbatim chat`, with a pipe as its input.
pub fn chat(url: &str, args: &[&str]) -> Process {
    Process::start(Command::new(verbatim()).args(["chat", url]).args(args).stdin(Stdio::piped()))
}

/// Types a line.
pub fn typed(process: &mut Process, line: &str) {
    let stdin = process.child.stdin.as_mut().expect("an open stdin");
    stdin.write_all(format!("{line}\n").as_bytes()).expect("the client reads");
}

/// The child processes of `pid`, including zombies.
pub fn children(pid: i32) -> Vec<i32> {
    let listed = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    listed.split_whitespace().map(|pid| pid.parse().expect("a number")).collect()
}

/// Whether the process exists and has not exited.
pub fn runs(pid: i32) -> bool {
    state(pid).is_some_and(|state| state != "Z")
}

/// The process's state, as proc_pid_stat(5) has it: R, S, D, T, Z; `None` if it is gone.
pub fn state(pid: i32) -> Option<String> {
    Some(stat(pid)?.swap_remove(0))
}

/// Stops the process, and waits until it is stopped.
#[track_caller]
pub fn stop(pid: i32) {
    kill(Pid::from_raw(pid), Signal::SIGSTOP).expect("the process is there");
    wait_for("the process is stopped, or gone", || ["T", "Z"].contains(&&*state(pid)?).then_some(()));
}

/// Ticks of CPU time that the process has used (usually hundredths of a second).
pub fn cpu_ticks(pid: i32) -> u64 {
    let fields = stat(pid).expect("the process is there");
    // proc(5): utime and stime are fields 14 and 15; ours begin with the third.
    fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
}

fn stat(pid: i32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may contain anything.
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

/// A file with `text` in it.
pub fn write_file(path: &Path, text: impl AsRef<[u8]> + Debug) -> &OsStr {
    fs::write(path, &text).expect("the file is written");
    path.as_os_str()
}
