//! The server's loop: wait for events, run one round of the driver, repeat.

use std::io::{self, IsTerminal, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{anyhow, bail};
use nix::errno::Errno;
use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};
use nix::sys::signal::Signal;
use nix::sys::time::{TimeVal, TimeValLike};
use ring::rand::{SecureRandom, SystemRandom};

use super::accept::{AcceptOutcome, Acceptor, PAUSE};
use super::clock::Clock;
use super::config::{self, ConfigError, Flags, Settings};
use super::listen::{Listener, because, plain};
use super::log::{Log, Logging};
use super::password::Verifier;
use super::poll::{Poll, Ready};
use super::signals::{self, Signals};
use super::socket::Socket;
use super::systemd::{self, Systemd};
use super::tls::Tickets;
use crate::driver::{ServerDriver, ServerRequest};
use crate::server::{Answer, AskId, Boot, Question, Reload, Server, Usage};
use crate::time::{Now, Time};
use crate::transport::tls::Fingerprint;
use crate::transport::{Address, Url};
use crate::wire::LineLimits;

/// The server's options.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// The command-line flags, which override it.
    pub flags: Flags,
}

impl ServeOptions {
    fn load(&self) -> anyhow::Result<Settings> {
        config::load(self.config.as_deref(), &self.flags)
    }

    /// Whether there is a file to reload.
    fn has_file(&self) -> bool {
        self.config.is_some() || self.flags.motd.is_some() || self.flags.certificate.is_some()
    }
}

/// Tokens below this one are connections, the others listeners.
const FIRST_LISTENER: u64 = 1 << 32;
const SIGNALS: u64 = u64::MAX;
const PASSWORDS: u64 = u64::MAX - 1;

/// How long a stopping server waits for its clients to read the reason.
const FLUSH_AT_END: Duration = Duration::from_secs(1);

/// Runs a server until SIGINT or SIGTERM. Prints a line on stdout for each listener once all are ready.
///
/// # Errors
/// The configuration is wrong, a URL cannot be listened on, or the kernel refuses something essential. Nothing that a
/// client does is an error.
pub fn serve(mut options: ServeOptions) -> anyhow::Result<()> {
    let blocked = signals::block(&[Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]).map_err(because)?;
    let handed = systemd::sockets()?;
    options.flags.handed = handed.iter().map(|handed| handed.url.clone()).collect();
    let mut settings = options.load()?;
    let tickets = Tickets::new()?;
    let own = tickets.equip(&mut settings)?;
    let logging = Logging::start(settings.log).map_err(no_thread("the log"))?;
    warn_of_certificates(&settings);
    raise_descriptor_limit();
    let listeners = Listener::open(&settings.listen, handed)?;
    let verifier = Verifier::start().map_err(no_thread("passwords"))?;
    let signals = Signals::new(&blocked).map_err(because)?;
    let mut shell = Shell::new(options, settings, logging, listeners, verifier, signals, tickets).map_err(because)?;
    for listener in &shell.listeners {
        // The server need not stop because nobody reads stdout.
        let _ = writeln!(io::stdout(), "listening on {}", listener.url);
    }
    if let Some(fingerprint) = own {
        let _ = io::stdout().write_all(shell.introduce(fingerprint).as_bytes());
    }
    let _ = io::stdout().flush();
    shell.systemd.ready(&shell.status());
    let ended = loop {
        match shell.turn() {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    shell.logging.finish();
    ended
}

/// Why the thread for `what` does not start.
fn no_thread(what: &str) -> impl FnOnce(io::Error) -> anyhow::Error {
    move |error| anyhow!(plain(&error)).context(format!("cannot start the thread for {what}"))
}

fn warn_of_certificates(settings: &Settings) {
    settings.stale_certificates().iter().for_each(|what| tracing::warn!("{what}"));
}

/// Raises the limit on descriptors, of which each connection needs one, as far as the system allows.
pub(super) fn raise_descriptor_limit() {
    match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok((soft, hard)) if soft < hard => {
            if let Err(error) = setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
                tracing::warn!("the descriptor limit stays at {soft}: {}", error.desc().to_lowercase());
            }
        }
        _ => {}
    }
}

struct Shell {
    options: ServeOptions,
    /// The current settings.
    settings: Settings,
    logging: Logging,
    clock: Clock,
    poll: Poll,
    signals: Signals,
    systemd: Systemd,
    verifier: Verifier,
    tickets: Tickets,
    /// Whether it was started from a terminal.
    at_terminal: bool,
    listeners: Vec<Listener>,
    acceptor: Acceptor,
    /// When accepting resumes, if it is paused because the system was out of resources.
    paused: Option<Time>,
    driver: ServerDriver<Socket, Log>,
    /// Whether the last round left work to do.
    more: bool,
    /// When the server exits, if it is stopping.
    ends: Option<Time>,
    ready: Vec<Ready>,
}

impl Shell {
    fn new(
        options: ServeOptions,
        settings: Settings,
        logging: Logging,
        listeners: Vec<Listener>,
        verifier: Verifier,
        signals: Signals,
        tickets: Tickets,
    ) -> Result<Self, Errno> {
        let clock = Clock::start()?;
        let poll = Poll::new()?;
        poll.add_level(&signals, SIGNALS)?;
        poll.add_level(&verifier, PASSWORDS)?;
        let server = Server::new(settings.server.clone(), Boot::new(clock.now(), &unforeseen()?));
        let limits = settings.server.limits;
        let log = Log::new(LineLimits { tags: limits.tags_bytes, rest: limits.line_bytes });
        let shell = Self {
            driver: ServerDriver::new(server, settings.driver, log),
            options,
            settings,
            logging,
            clock,
            poll,
            signals,
            systemd: Systemd::new(),
            verifier,
            tickets,
            at_terminal: io::stdin().is_terminal(),
            listeners,
            acceptor: Acceptor::new(),
            paused: None,
            more: false,
            ends: None,
            ready: Vec::new(),
        };
        shell.watch_listeners()?;
        Ok(shell)
    }

    /// The lines that introduce a generated certificate, with a command to copy.
    fn introduce(&self, fingerprint: Fingerprint) -> String {
        let name = &self.settings.server.name;
        let mut text = format!("certificate of {name}, generated by this server: SHA-256 {fingerprint}\n");
        let is_for_clients = |url: &&Url| url.scheme.is_for_clients() && !url.proxy;
        let mut urls = self.listeners.iter().map(|listener| &listener.url);
        if let Some(url) = urls.find(|url| url.scheme.has("tls") && is_for_clients(url)) {
            let mut url = url.clone();
            // `[::]` and `0.0.0.0` are not addresses to connect to: on the client's machine they would mean that
            // machine.
            if let Address::Tcp { host, .. } = &mut url.address
                && host.parse::<IpAddr>().is_ok_and(|ip| ip.is_unspecified())
            {
                *host = "HOST".into();
            }
            text += &format!("to trust it: verbatim chat {url} --tls-fingerprint {fingerprint}\n");
        }
        text
    }

    fn watch_listeners(&self) -> Result<(), Errno> {
        for (token, listener) in (FIRST_LISTENER..).zip(&self.listeners) {
            match self.poll.add_level(listener, token) {
                // A try before this one has added it.
                Ok(()) | Err(Errno::EEXIST) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits for events, and handles them. Returns whether to continue.
    fn turn(&mut self) -> anyhow::Result<bool> {
        let mut ready = std::mem::take(&mut self.ready);
        let now = self.poll.wait(&self.clock, self.deadline(), self.more, &mut ready).map_err(because)?;
        self.logging.turned(now.mono);
        if self.paused.is_some_and(|until| until <= now.mono) {
            // If the kernel is still out of memory, accepting stays paused.
            self.paused = self.watch_listeners().err().map(|_| now.mono + PAUSE);
        }
        for Ready { token, readable, writable } in ready.drain(..) {
            match token {
                SIGNALS => self.take_signals(now)?,
                PASSWORDS => {
                    for (ask, right) in self.verifier.answers() {
                        self.driver.answered(now, Some(ask), Answer::Verified { right });
                    }
                }
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
        self.carry_out(now);
        self.systemd.turned(now.mono);
        let over = self.ends.is_some_and(|end| end <= now.mono || self.driver.connections() == 0);
        Ok(!over)
    }

    /// When the next turn begins even if nothing is ready.
    fn deadline(&self) -> Option<Time> {
        let own = [self.paused, self.ends, self.logging.deadline(), self.systemd.deadline()];
        own.into_iter().chain([self.driver.deadline()]).flatten().min()
    }

    fn accept(&mut self, now: Now, number: usize) -> anyhow::Result<()> {
        let Some(listener) = self.listeners.get(number).filter(|_| self.paused.is_none()) else { return Ok(()) };
        let (driver, poll) = (&mut self.driver, &self.poll);
        let (url, settings) = (&listener.url, &self.settings.transport);
        let outcome = self.acceptor.accept(now.mono, listener, |socket, peer| {
            let conn =
                driver.accept(now, socket, peer, url.scheme.front, |conn, peer| url.accept(conn, peer, settings));
            let Some(socket) = driver.stream(conn) else { return };
            if let Err(error) = poll.add_edge(socket, conn.into()) {
                // It cannot be polled, so it cannot be served. The driver sees its end in this round.
                tracing::warn!(conn, "cannot be served: {}", error.desc().to_lowercase());
                socket.shut();
            }
        });
        if let AcceptOutcome::PausedUntil(time) = outcome {
            self.paused = Some(time);
            for listener in &self.listeners {
                self.poll.remove(listener).map_err(because)?;
            }
        }
        Ok(())
    }

    /// Executes the server's actions.
    fn carry_out(&mut self, now: Now) {
        while let Some(request) = self.driver.request() {
            match request {
                ServerRequest::Ask { ask, question } => self.find_out(now, ask, question),
            }
        }
    }

    /// Answers the server's question, or arranges for an answer.
    fn find_out(&mut self, now: Now, ask: AskId, question: Question) {
        match question {
            Question::Verify { password, hash } => return self.verifier.ask(ask, password, hash),
            Question::Reload => self.reload(now, Some(ask)),
            Question::Usage => self.driver.answered(now, Some(ask), Answer::Used(usage())),
        }
        // The next round writes the lines that the answer produced.
        self.more = true;
    }

    /// Reloads the configuration, and notifies the server and systemd.
    fn reload(&mut self, now: Now, ask: Option<AskId>) {
        self.systemd.reloading();
        let outcome = self.read_anew();
        let failure = outcome.as_ref().err().map(|why| format!("configuration not reloaded: {why}"));
        self.systemd.ready(&failure.unwrap_or_else(|| self.status()));
        self.driver.answered(now, ask, Answer::Reloaded(outcome.as_ref().map_err(String::as_str)));
    }

    /// The server's state in a few words.
    fn status(&self) -> String {
        let urls: Vec<String> = self.listeners.iter().map(|listener| listener.url.to_string()).collect();
        format!("listening on {}", urls.join(", "))
    }

    fn read_anew(&mut self) -> Result<Reload, String> {
        if !self.options.has_file() {
            return Err("there is nothing to reload, since the server has no configuration file".into());
        }
        let brief = |error: &anyhow::Error| error.downcast_ref().map(ConfigError::brief);
        let mut settings = self.options.load().map_err(|error| brief(&error).unwrap_or(format!("{error:#}")))?;
        let kept = settings.keep(&self.settings);
        self.tickets.equip(&mut settings).map_err(|error| format!("{error:#}"))?;
        self.logging.set_level(settings.log.level);
        warn_of_certificates(&settings);
        self.settings = settings;
        Ok(Reload { config: self.settings.server.clone(), kept })
    }

    /// Whether the terminal that the server was started from is gone. Then SIGHUP ends the server instead of reloading:
    /// nobody could end it from the keyboard any more.
    fn lost_terminal(&self) -> bool {
        self.at_terminal && !io::stdin().is_terminal()
    }

    fn take_signals(&mut self, now: Now) -> anyhow::Result<()> {
        while let Some(signal) = self.signals.next() {
            match signal {
                Signal::SIGHUP if !self.lost_terminal() => self.reload(now, None),
                _ if self.ends.is_some() => bail!("stopped by a second signal before all clients were notified"),
                _ => {
                    tracing::info!("{signal}: shutting down");
                    self.systemd.stopping();
                    self.listeners.clear();
                    self.paused = None;
                    self.driver.stop(now);
                    self.ends = Some(now.mono + FLUSH_AT_END);
                }
            }
        }
        Ok(())
    }
}

/// The resources that this process has used.
fn usage() -> Usage {
    let used = getrusage(UsageWho::RUSAGE_SELF).expect("getrusage(2): it fails only for mistakes of ours");
    let duration = |time: TimeVal| Duration::from_micros(u64::try_from(time.num_microseconds()).unwrap_or_default());
    Usage {
        user: duration(used.user_time()),
        system: duration(used.system_time()),
        memory_kib: u64::try_from(used.max_rss()).unwrap_or_default(),
    }
}

/// Unpredictable bytes for the message ids of this run.
fn unforeseen() -> Result<[u8; 20], Errno> {
    let mut bytes = [0; 20];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Errno::EIO)?;
    Ok(bytes)
}
