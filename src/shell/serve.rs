//! The server's loop: what is ready, then one round of the driver, and again.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use anyhow::{Context, bail};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;
use tracing::level_filters::LevelFilter;

use super::accept::{Door, Left};
use super::clock::Clock;
use super::listen::{Listener, because, plain};
use super::log::{self, Log};
use super::poll::{Poll, Ready};
use super::signals::{self, Signals};
use super::socket::Socket;
use crate::driver::{DriverLimits, ServerDriver};
use crate::server::{Config, Server};
use crate::time::Time;
use crate::transport::Url;

/// What a server is to do.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Where it listens.
    pub listen: Vec<Url>,
    /// A file with the message of the day, read once. It takes the place of the one in `config`.
    pub motd: Option<PathBuf>,
    /// What is logged to stderr.
    pub log: LevelFilter,
    /// The server's settings.
    pub config: Config,
    /// The bounds of its connections.
    pub limits: DriverLimits,
}

/// Tokens below this one are the numbers of connections, from here on of listeners.
const FIRST_LISTENER: u64 = 1 << 32;
const SIGNALS: u64 = u64::MAX;

/// How long a server that stops waits for its clients to read that.
const FLUSH_AT_END: Duration = Duration::from_secs(1);

/// Runs a server until SIGINT or SIGTERM. Prints a line on stdout for each listener once all are ready.
///
/// # Errors
/// The message of the day cannot be read, a URL cannot be listened on, or the kernel refuses what no server can do
/// without. Nothing that a client does is an error.
pub fn serve(mut options: ServeOptions) -> anyhow::Result<()> {
    let blocked = signals::block(&[Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]).map_err(because)?;
    log::start(options.log);
    raise_descriptor_limit();
    if let Some(path) = &options.motd {
        options.config.motd = read_motd(path)?;
    }
    let mut listeners = Vec::new();
    for url in &options.listen {
        listeners.extend(Listener::open(url)?);
    }
    let mut shell = Shell::new(options, listeners, Signals::new(&blocked).map_err(because)?).map_err(because)?;
    for listener in &shell.listeners {
        // Nobody may be there to read it: that is no reason not to serve.
        let _ = writeln!(io::stdout(), "listening on {}", listener.url);
    }
    let _ = io::stdout().flush();
    while shell.turn()? {}
    Ok(())
}

fn read_motd(path: &Path) -> anyhow::Result<Vec<String>> {
    let what = || format!("cannot read the message of the day in {}", path.display());
    let bytes = fs::read(path).map_err(|error| anyhow::anyhow!(plain(&error))).with_context(what)?;
    let text = String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("it is not UTF-8")).with_context(what)?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Each connection is a descriptor: takes as many as the system lets a process have.
pub(super) fn raise_descriptor_limit() {
    match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok((soft, hard)) if soft < hard => {
            if let Err(error) = setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
                tracing::warn!("the limit of descriptors stays at {soft}: {}", error.desc().to_lowercase());
            }
        }
        _ => {}
    }
}

struct Shell {
    clock: Clock,
    poll: Poll,
    signals: Signals,
    /// Whether it was started at a terminal.
    at_terminal: bool,
    listeners: Vec<Listener>,
    door: Door,
    /// Until when nothing is accepted, if the system had no room.
    paused: Option<Time>,
    driver: ServerDriver<Socket, Log>,
    /// The last round left something to do.
    more: bool,
    /// When the server ends, once it was told to.
    ends: Option<Time>,
    ready: Vec<Ready>,
}

impl Shell {
    fn new(options: ServeOptions, listeners: Vec<Listener>, signals: Signals) -> Result<Self, nix::errno::Errno> {
        let clock = Clock::start()?;
        let poll = Poll::new()?;
        poll.add_level(&signals, SIGNALS)?;
        let server = Server::new(options.config, clock.now());
        let shell = Self {
            driver: ServerDriver::new(server, options.limits, Log::default()),
            clock,
            poll,
            signals,
            at_terminal: io::stdin().is_terminal(),
            listeners,
            door: Door::new(),
            paused: None,
            more: false,
            ends: None,
            ready: Vec::new(),
        };
        shell.watch_listeners()?;
        Ok(shell)
    }

    fn watch_listeners(&self) -> Result<(), nix::errno::Errno> {
        for (token, listener) in (FIRST_LISTENER..).zip(&self.listeners) {
            self.poll.add_level(listener, token)?;
        }
        Ok(())
    }

    /// Waits for what is ready, and does all of it. Returns whether to go on.
    fn turn(&mut self) -> anyhow::Result<bool> {
        self.poll.wait(self.timeout()).map_err(because)?;
        let now = self.clock.now();
        if self.paused.is_some_and(|until| until <= now) {
            self.paused = None;
            self.watch_listeners().map_err(because)?;
        }
        let mut ready = std::mem::take(&mut self.ready);
        ready.extend(self.poll.ready());
        for Ready { token, readable, writable } in ready.drain(..) {
            match token {
                SIGNALS => self.take_signals(now)?,
                FIRST_LISTENER.. => self.accept(now, (token - FIRST_LISTENER) as usize)?,
                conn => {
                    let conn = conn as u32;
                    if writable {
                        self.driver.writable(conn);
                    }
                    if readable {
                        self.driver.readable(conn);
                    }
                }
            }
        }
        self.ready = ready;
        self.more = self.driver.round(now);
        let over = self.ends.is_some_and(|end| end <= now || self.driver.connections() == 0);
        Ok(!over)
    }

    fn timeout(&self) -> Option<Duration> {
        if self.more {
            return Some(Duration::ZERO);
        }
        let next = [self.driver.deadline(), self.paused, self.ends].into_iter().flatten().min()?;
        Some(next.since(self.clock.now()))
    }

    fn accept(&mut self, now: Time, number: usize) -> anyhow::Result<()> {
        let Some(listener) = self.listeners.get(number).filter(|_| self.paused.is_none()) else { return Ok(()) };
        let (driver, poll) = (&mut self.driver, &self.poll);
        let accept = listener.url.scheme.accept;
        let left = self.door.accept(now, listener, |socket, host| {
            let conn = driver.accept(now, socket, host, accept);
            let Some(socket) = driver.stream(conn) else { return };
            if let Err(error) = poll.add_edge(socket, conn.into()) {
                // What cannot be waited for cannot be served. The driver reads the end of it in this round.
                tracing::warn!(conn, "cannot be served: {}", error.desc().to_lowercase());
                socket.shut();
            }
        });
        if let Left::PausedUntil(time) = left {
            self.paused = Some(time);
            for listener in &self.listeners {
                self.poll.remove(listener).map_err(because)?;
            }
        }
        Ok(())
    }

    /// Whether the terminal that the server was started at is gone: then SIGHUP means that, and nobody is left who
    /// could end the server with a key.
    fn lost_terminal(&self) -> bool {
        self.at_terminal && !io::stdin().is_terminal()
    }

    fn take_signals(&mut self, now: Time) -> anyhow::Result<()> {
        while let Some(signal) = self.signals.next() {
            match signal {
                Signal::SIGHUP if !self.lost_terminal() => tracing::info!("SIGHUP: there is nothing to reload"),
                _ if self.ends.is_some() => bail!("ended by a second signal before everyone was told"),
                _ => {
                    tracing::info!("{signal}: telling everyone");
                    self.listeners.clear();
                    self.paused = None;
                    self.driver.stop(now);
                    self.ends = Some(now + FLUSH_AT_END);
                }
            }
        }
        Ok(())
    }
}
