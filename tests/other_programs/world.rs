//! The server under test, and how third-party programs are started.

use std::env;
use std::net::TcpStream;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::aloud::mortal;
use crate::shell_world::{Folder, Lines, Peer, Process, address, verbatim, write_file};

/// A listener for bare IRC besides the one under test.
const PLAIN: &str = "tcp://127.0.0.1:0";

/// A third-party program, which does not outlive the test. It is also searched for in the superuser's path, and Node
/// finds Debian's packages.
pub fn program(name: &str) -> Command {
    let mut command = mortal(name);
    for (name, folder) in [("PATH", ":/usr/sbin"), ("NODE_PATH", ":/usr/share/nodejs")] {
        command.env(name, env::var(name).unwrap_or_default() + folder);
    }
    command.env("LC_ALL", "C.UTF-8");
    command
}

/// A server, and the folder of its generated files.
pub struct World {
    pub server: Process,
    urls: [String; 2],
    pub folder: Folder,
}

impl World {
    /// A server that listens on `url` with the configuration `config`.
    pub fn new(url: &str, config: &str) -> Self {
        Self::within(Folder::new(), url, config)
    }

    /// Like [`World::new`], but in an existing folder.
    pub fn within(folder: Folder, url: &str, config: &str) -> Self {
        let file = folder.path("verbatim.toml");
        write_file(&file, config);
        let mut command = mortal(verbatim());
        command.args(["serve", "--listen", PLAIN, "--listen", url, "--config"]).arg(file);
        command.env("STATE_DIRECTORY", folder.path("state")).stdin(Stdio::null());
        let mut server = Process::start(&mut command);
        let urls = [(); 2].map(|()| {
            let Some(line) = server.out.next() else { panic!("it ended: {:#?}", server.err.rest()) };
            line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned()
        });
        Self { server, urls, folder }
    }

    /// Stops the server, and starts another in the same folder.
    pub fn again(self, url: &str, config: &str) -> Self {
        let Self { server, folder, .. } = self;
        drop(server);
        Self::within(folder, url, config)
    }

    /// The URL under test, with its port.
    pub fn url(&self) -> &str {
        &self.urls[1]
    }

    /// `HOST:PORT` of the URL under test, or its path.
    pub fn address(&self) -> &str {
        let address = address(self.url());
        address.split_once('?').map_or(address, |(address, _)| address)
    }

    /// A user in #lobby, over the plain listener.
    pub fn op(&self) -> Peer {
        Peer::tcp(address(&self.urls[0])).here("op")
    }

    /// A raw connection to the URL under test.
    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address()).expect("the server accepts")
    }

    /// Reloads the configuration and its certificates, and waits until the log says `text`.
    #[track_caller]
    pub fn reload(&mut self, text: &str) {
        self.server.signal(Signal::SIGHUP);
        self.server.err.expect(text);
    }
}

/// The replies to `asker`'s WHOIS of a nick.
pub fn whois(asker: &mut Peer, nick: &str) -> Vec<String> {
    asker.say(&format!("WHOIS {nick}"));
    whois_replies(&mut asker.lines)
}

/// The replies to a WHOIS, each from its numeric on.
pub fn whois_replies(lines: &mut Lines) -> Vec<String> {
    let replies = std::iter::from_fn(|| lines.next()).map(|line| line.split_once(' ').unwrap_or_default().1.to_owned());
    replies.skip_while(|reply| !reply.starts_with("311 ")).take_while(|reply| !reply.starts_with("318 ")).collect()
}

/// Whether one of the replies begins with `start` and continues with `text`.
pub fn tells(replies: &[String], start: &str, text: &str) -> bool {
    replies.iter().any(|reply| reply.strip_prefix(start).is_some_and(|rest| rest.contains(text)))
}
