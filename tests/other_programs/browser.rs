//! Headless Chromium: a page whose `WebSocket` chats, from its own Origin and from a forbidden one.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::thread;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::shell_world::{Folder, Process};
use crate::world::{World, program, tells, whois};
use crate::{CHROMIUM, Story};

pub const STORY: Story = Story {
    name: "browser",
    programs: &[CHROMIUM],
    steps: &[
        ("a page over ws registers, joins, hears, speaks and closes", || chats("ws://127.0.0.1:0")),
        ("a page over wss does the same", || chats("wss://127.0.0.1:0")),
        ("a page whose Origin is not on the list is refused; one whose Origin is listed is not", minds_the_origin),
    ],
};

const PAGE: &str = include_str!("page.html");

/// Serves the page to everybody, and returns the port.
fn serve_the_page() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it listens").port();
    // One thread each: a browser keeps spare connections open without using them, and any of them may come first.
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(thread::spawn(|| answer(stream)))));
    port
}

fn answer(mut stream: TcpStream) {
    let request = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    if request.count() > 0 {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
        let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{PAGE}", PAGE.len());
    }
}

/// Chromium with a page, and its own profile folder.
struct Browser {
    process: Process,
    _home: Folder,
}

impl Browser {
    /// Opens the page on an Origin; it connects to `server`.
    fn open(origin: &str, server: &str) -> Self {
        let home = Folder::new();
        let mut command = program("chromium");
        command.env("HOME", &home.0).arg(format!("--user-data-dir={}", home.path("profile").display()));
        // Needed without a screen, as root, and with a small /dev/shm.
        command.args(["--headless", "--disable-gpu", "--no-sandbox", "--disable-dev-shm-usage"]);
        // It must not contact any other host.
        command.args(["--no-first-run", "--disable-background-networking", "--disable-component-update"]);
        command.args(["--disable-sync", "--disable-extensions", "--disable-breakpad", "--no-proxy-server"]);
        command.arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1");
        // The server's generated certificate is self-signed.
        command.arg("--ignore-certificate-errors");
        // Shows what the page writes to its console.
        command.arg("--enable-logging=stderr");
        command.arg(format!("{origin}/#{server}"));
        Self { process: Process::start(command.process_group(0).stdin(Stdio::null())), _home: home }
    }

    /// Waits until the page writes `text` to its console.
    #[track_caller]
    fn says(&mut self, text: &str) {
        self.process.err.expect(&format!("\"{text}\""));
    }
}

impl Drop for Browser {
    /// Kills all of its processes at once, so that none writes into its profile while that is removed.
    fn drop(&mut self) {
        let _ = killpg(Pid::from_raw(self.process.pid()), Signal::SIGKILL);
    }
}

fn chats(url: &str) {
    let world = World::new(url, "");
    let mut op = world.op();
    let origin = format!("http://localhost:{}", serve_the_page());
    let mut browser = Browser::open(&origin, world.url());
    browser.says("open text.ircv3.net");
    op.lines.expect(":page!~page@127.0.0.1 JOIN #lobby");
    for text in ["hello, page", "smörgåsbord, ужин, 晩ご飯 🍲"] {
        op.say(&format!("PRIVMSG #lobby :{text}"));
        let heard = op.lines.expect(" PRIVMSG #lobby ");
        assert_eq!(heard, format!(":page!~page@127.0.0.1 PRIVMSG #lobby :op says {text}"));
    }
    let replies = whois(&mut op, "page");
    assert_eq!(tells(&replies, "671 op page ", "secure"), url.starts_with("wss:"), "{replies:#?}");
    op.say("PRIVMSG #lobby :enough");
    op.lines.expect(":page!~page@127.0.0.1 QUIT ");
    browser.says("closed 1000 true");
}

fn minds_the_origin() {
    let port = serve_the_page();
    let world = World::new("ws://127.0.0.1:0", &format!("websocket.origins = [\"http://localhost:{port}\"]\n"));
    let mut op = world.op();
    // The same page, but another Origin for a browser.
    Browser::open(&format!("http://127.0.0.1:{port}"), world.url()).says("closed 1006 false");
    let _browser = Browser::open(&format!("http://localhost:{port}"), world.url());
    op.lines.expect(":page!~page@127.0.0.1 JOIN #lobby");
}
