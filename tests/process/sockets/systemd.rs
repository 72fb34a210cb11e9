//! The server under systemd: socket activation and notifications. The tests take the part of systemd.

use std::fs;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::signal::Signal;
use nix::unistd::dup2_raw;

use super::skip;
use crate::shell_world::*;

/// Runs `verbatim serve` with these descriptors and their names.
fn with_sockets(handed: Vec<(OwnedFd, &str)>, args: &[&str]) -> Process {
    let names: Vec<&str> = handed.iter().map(|row| row.1).collect();
    let mut command = Command::new("sh");
    command.args(["-c", r#"LISTEN_PID=$$ exec "$0" serve "$@""#]).arg(verbatim()).args(args).stdin(Stdio::null());
    command.env("LISTEN_FDS", handed.len().to_string()).env("LISTEN_FDNAMES", names.join(":"));
    // They are duplicated to high numbers first, so that none overwrites another.
    let far = |fd: &OwnedFd| fcntl(fd, FcntlArg::F_DUPFD_CLOEXEC(200)).expect("a descriptor");
    let far: Vec<RawFd> = handed.iter().map(|row| far(&row.0)).collect();
    let moved = far.clone();
    let hand_over = move || {
        for (&fd, to) in moved.iter().zip(3..) {
            #[expect(unsafe_code, reason = "the descriptor is open until this child is another program")]
            let fd = unsafe { BorrowedFd::borrow_raw(fd) };
            #[expect(unsafe_code, reason = "below 200 a descriptor is closed by nobody but this")]
            let _ = unsafe { dup2_raw(fd, to) }?.into_raw_fd();
        }
        Ok(())
    };
    #[expect(unsafe_code, reason = "between fork and exec there are system calls only")]
    unsafe {
        command.pre_exec(hand_over);
    }
    let process = Process::start(&mut command);
    far.into_iter().for_each(|fd| nix::unistd::close(fd).expect("it is open"));
    process
}

fn tcp() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    (listener, address)
}

/// Where a server listens, once it does.
fn listening(process: &mut Process) -> String {
    process.out.next().and_then(|line| Some(line.strip_prefix("listening on ")?.to_owned())).expect("it listens")
}

/// The server's other listeners.
fn rest(mut process: Process) -> Vec<String> {
    process.signal(Signal::SIGTERM);
    assert_eq!(process.code(), Some(0));
    process.out.rest()
}

#[test]
fn a_passed_socket_serves_the_configured_url_with_its_address() {
    // A `Port` is reserved for IPv6, too.
    let port = Port::new();
    let address = format!("127.0.0.1:{}", port.number);
    let listener = TcpListener::bind(&address).expect("its port");
    // A client that connects before the server runs has to wait.
    let early = TcpStream::connect(&address).expect("somebody listens");
    let urls = ["--listen", "tcp://127.0.0.1:0", "--listen", &format!("plain+tcp://localhost:{}", &address[10..])];
    let mut process = with_sockets(vec![(listener.into(), "verbatim.socket")], &urls);
    listening(&mut process);
    let mut second = listening(&mut process);
    if second.contains("[::1]") {
        second = listening(&mut process);
    }
    assert_eq!(second, format!("plain+tcp://{address}"));
    Lines::of(early).expect("Welcome!");
    assert_eq!(rest(process), [""; 0]);
}

#[test]
fn without_a_configured_url_only_passed_sockets_are_served() {
    let folder = Folder::new();
    let path = folder.path("irc.sock");
    let ((bare, bare_at), (plain, plain_at)) = (tcp(), tcp());
    let unix = UnixListener::bind(&path).expect("a socket");
    let handed = vec![(bare.into(), "unknown"), (plain.into(), "plain"), (unix.into(), "verbatim.socket")];
    let mut process = with_sockets(handed, &[]);
    assert_eq!(listening(&mut process), format!("tcp://{bare_at}"));
    assert_eq!(listening(&mut process), format!("plain+tcp://{plain_at}"));
    assert_eq!(listening(&mut process), format!("unix://{}", path.display()));
    Peer::tcp(&bare_at).here("alice");
    Peer::tcp(&plain_at).lines.expect("Welcome!");
    Peer::unix(&path).here("bob");
    assert_eq!(rest(process), [""; 0]);
    assert!(path.exists(), "it is systemd's");
}

#[test]
fn passed_sockets_are_served_besides_configured_urls() {
    let (listener, address) = tcp();
    let mut process = with_sockets(vec![(listener.into(), "plain+tcp")], &["--listen", "tcp://127.0.0.1:0"]);
    let named = listening(&mut process);
    Peer::tcp(crate::shell_world::address(&named)).here("alice");
    assert_eq!(listening(&mut process), format!("plain+tcp://{address}"));
    Peer::tcp(&address).lines.expect("Welcome!");
    // A reload changes nothing.
    process.signal(Signal::SIGHUP);
    process.err.expect("there is nothing to reload");
    assert_eq!(rest(process), [""; 0]);
}

#[test]
fn an_unusable_passed_descriptor_is_an_error() {
    let (listener, address) = tcp();
    let connected = TcpStream::connect(address).expect("somebody listens");
    drop(listener);
    let datagrams = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let file = fs::File::open("/dev/null").expect("it is there");
    for (fd, said) in [
        (OwnedFd::from(datagrams), "is not a stream socket: use ListenStream="),
        (connected.into(), "is not listening: use Accept=no"),
        (file.into(), "is not a socket"),
    ] {
        let mut process = with_sockets(vec![(fd, "x")], &[]);
        assert_eq!(process.code(), Some(1));
        assert_eq!(process.err.rest(), [format!("verbatim: descriptor 3 (x), which was passed in, {said}")]);
    }
}

#[test]
fn environment_variables_for_another_process_are_ignored() {
    let mut command = Command::new(verbatim());
    command.arg("serve").env("LISTEN_PID", "1").env("LISTEN_FDS", "1").env("WATCHDOG_PID", "1");
    command.env("WATCHDOG_USEC", "1000").env("NOTIFY_SOCKET", "/no/such/socket");
    let mut server = Server::run(&mut command, &["tcp://127.0.0.1:0"]);
    server.process.err.expect("cannot notify the service manager: no such file or directory");
    server.connect().here("alice");
    server.process.signal(Signal::SIGTERM);
    let said = server.process.err.rest();
    assert_eq!(said.iter().filter(|line| line.contains("cannot notify the service manager")).count(), 1, "{said:?}");
}

/// The socket for notifications.
struct Ear(UnixDatagram);

impl Ear {
    fn at(path: &Path) -> Self {
        Self::of(UnixDatagram::bind(path).expect("a socket"))
    }

    fn of(socket: UnixDatagram) -> Self {
        socket.set_read_timeout(Some(PATIENCE)).expect("a time");
        Self(socket)
    }

    /// The next message.
    #[track_caller]
    fn hears(&self) -> String {
        let mut buffer = [0; 4096];
        let count = uninterrupted(|| self.0.recv(&mut buffer)).expect("something is said");
        String::from_utf8_lossy(&buffer[..count]).into_owned()
    }
}

#[test]
fn systemd_is_notified_when_the_server_is_ready_reloads_and_stops() {
    let folder = Folder::new();
    let ear = Ear::at(&folder.path("notify"));
    let config = folder.path("verbatim.toml");
    write_file(&config, "listen = [\"tcp://127.0.0.1:0\"]\n");
    let mut command = Command::new(verbatim());
    command.args(["serve", "--config"]).arg(&config).env("NOTIFY_SOCKET", folder.path("notify")).stdin(Stdio::null());
    let mut process = Process::start(&mut command);
    let url = listening(&mut process);
    let ready = format!("READY=1\nSTATUS=listening on {url}\n");
    assert_eq!(ear.hears(), ready);
    let reloads = || {
        process.signal(Signal::SIGHUP);
        let said = ear.hears();
        let since = said.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").expect("it reloads").trim_end();
        assert!(since.parse::<u64>().is_ok_and(|since| since > 0), "{since}");
        ear.hears()
    };
    assert_eq!(reloads(), ready);
    write_file(&config, "lisen = []\n");
    let said = reloads();
    assert!(
        said.starts_with("READY=1\nSTATUS=configuration not reloaded: ") && said.ends_with("did you mean listen?\n"),
        "{said}"
    );
    write_file(&config, "listen = [\"tcp://127.0.0.1:0\"]\n");
    assert_eq!(reloads(), ready);
    process.signal(Signal::SIGTERM);
    assert_eq!(ear.hears(), "STOPPING=1\nSTATUS=shutting down\n");
    assert_eq!(process.code(), Some(0));
}

#[test]
fn notifications_work_with_an_abstract_socket() {
    let name = format!("verbatim-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).expect("a name");
    let ear = Ear::of(UnixDatagram::bind_addr(&address).expect("a socket"));
    let mut command = Command::new(verbatim());
    command.arg("serve").env("NOTIFY_SOCKET", format!("@{name}"));
    let server = Server::run(&mut command, &["tcp://127.0.0.1:0"]);
    assert_eq!(ear.hears(), format!("READY=1\nSTATUS=listening on {}\n", server.urls[0]));
}

#[test]
fn watchdog_messages_come_on_time_and_only_while_the_server_runs() {
    let folder = Folder::new();
    let ear = Ear::at(&folder.path("notify"));
    let mut command = Command::new(verbatim());
    command.arg("serve").env("NOTIFY_SOCKET", folder.path("notify")).env("WATCHDOG_USEC", "400000");
    let start = Instant::now();
    let server = Server::run(&mut command, &["tcp://127.0.0.1:0"]);
    assert!(ear.hears().starts_with("READY=1\n"));
    for _ in 0..6 {
        assert_eq!(ear.hears(), "WATCHDOG=1\n");
    }
    // The first is sent at once, the others at least 200 ms apart, however late the test reads them.
    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());
    stop(server.process.pid());
    ear.0.set_nonblocking(true).expect("a socket");
    while ear.0.recv(&mut [0; 64]).is_ok() {}
    thread::sleep(Duration::from_millis(600));
    assert!(ear.0.recv(&mut [0; 64]).is_err(), "a stopped server still sends");
    ear.0.set_nonblocking(false).expect("a socket");
    server.process.signal(Signal::SIGCONT);
    assert_eq!(ear.hears(), "WATCHDOG=1\n");
}

#[test]
fn systemd_socket_activate_starts_the_server_at_the_first_connection() {
    let program = Path::new("/usr/bin/systemd-socket-activate");
    if !program.exists() {
        return skip("systemd-socket-activate is not installed");
    }
    let port = Port::new();
    let address = format!("127.0.0.1:{}", port.number);
    let mut command = Command::new(program);
    command.args(["--listen", &address, "--fdname", "plain"]).arg(verbatim()).arg("serve").stdin(Stdio::null());
    let mut process = Process::start(&mut command);
    let visitor = wait_for("it listens", || TcpStream::connect(&address).ok());
    assert_eq!(listening(&mut process), format!("plain+tcp://{address}"));
    Lines::of(visitor).expect("Welcome!");
}

/// The code blocks in this language of the page about systemd.
fn blocks(language: &str) -> Vec<String> {
    let page = fs::read_to_string("docs/systemd.md").expect("the page is there");
    let begin = format!("```{language}\n");
    page.split(&begin).skip(1).map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_documented_units_pass_systemd_analyze() {
    let version = Command::new("systemd-analyze").arg("--version").output();
    let Ok(version) = version else { return skip("systemd-analyze is not installed") };
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let version: u32 = version.split_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a version");
    let folder = Folder::new();
    let [socket, service] = blocks("ini").try_into().expect("two units");
    let mut service = service.replace("/usr/local/bin/verbatim", verbatim().to_str().expect("a path"));
    if version < 253 {
        // As the documentation says.
        service = service.replace("Type=notify-reload", "Type=notify\nExecReload=/bin/kill -HUP $MAINPID");
    }
    let paths = [folder.path("verbatim.socket"), folder.path("verbatim.service")];
    write_file(&paths[0], socket);
    write_file(&paths[1], service);
    let said = Command::new("systemd-analyze").arg("verify").args(&paths).output().expect("it runs");
    let text = [said.stdout, said.stderr].concat();
    let ours: Vec<_> =
        String::from_utf8_lossy(&text).lines().filter(|line| line.contains("verbatim.")).map(str::to_owned).collect();
    assert_eq!(ours, [""; 0], "{}", String::from_utf8_lossy(&text));
}
