//! The client's loop: the input pipe and the server's socket, by epoll.

use std::io::{self, ErrorKind, IsTerminal, Read};
use std::time::Duration;
use std::{env, process};

use anyhow::anyhow;
use nix::errno::Errno;
use nix::sys::signal::Signal;

use super::clock::Clock;
use super::dial::Dial;
use super::input::Input;
use super::listen::{because, plain};
use super::poll::{Poll, Ready};
use super::screen::{self, Screen};
use super::secret::PasswordSource;
use super::signals::{self, Signals};
use super::socket::Socket;
use super::terminal::Console;
use super::tls::{TlsOptions, client_settings};
use crate::client::view::editor::Edited;
use crate::client::{self, Client, Config, Entry, Event, MAX_TYPED_LINE, Password};
use crate::driver::{ClientDriver, Request};
use crate::time::{Now, Time};
use crate::transport::{ClientSettings, LinkLimits, Url};
use crate::wire::Nick;

/// The client's options.
#[derive(Clone, Debug)]
pub struct ChatOptions {
    /// The server.
    pub url: Url,
    /// The preferred nick; by default it is made from the user's login name.
    pub nick: Option<String>,
    /// Whether another nick will not do.
    pub exact_nick: bool,
    /// The channels to join.
    pub join: Vec<String>,
    /// Where the server's password comes from, if it requires one.
    pub password: Option<PasswordSource>,
    /// Whether to show only what is said, and what went wrong.
    pub quiet: bool,
    /// Whether lines that begin with a slash are commands.
    pub commands: bool,
    /// Whether to read no input at all.
    pub listen_only: bool,
    /// Which servers to trust, and the certificate to present, with TLS.
    pub tls: TlsOptions,
}

const SIGNALS: u64 = 0;
const PIPE: u64 = 1;
const CONNECTION: u64 = 2;
const SCREEN: u64 = 3;

/// The signals that end the client.
const ENDS: [Signal; 4] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT];
/// Those that are about the terminal: Ctrl-Z, the continuation after it, another size.
const OF_A_TERMINAL: [Signal; 3] = [Signal::SIGTSTP, Signal::SIGCONT, Signal::SIGWINCH];

/// The longest line that a terminal delivers whole, if the kernel edits it: a longer one is cut without a word
/// (termios(3), "Canonical and noncanonical mode": 4096 characters, with the line end).
const LONGEST_KERNEL_LINE: usize = 4094;
/// How long an exiting client waits for its last lines to be sent; if it was interrupted, also for its output to be read.
const FLUSH_AT_END: Duration = Duration::from_secs(1);
/// Bytes of input read in one round.
const TYPED_BYTES: usize = 16 << 10;
/// A nick made from the login name is truncated to this length, which every server accepts (RFC 2812 §1.2.1).
const SAFE_NICK_BYTES: usize = 9;

/// Chats until the user or the server ends it. Returns the exit code.
///
/// # Errors
/// The kernel refuses something essential. An unreachable server is reported to the user, and in the exit code.
pub fn chat(options: ChatOptions) -> anyhow::Result<u8> {
    let settings = client_settings(&options.url, &options.tls)?;
    let password = options.password.as_ref().map(PasswordSource::read).transpose()?;
    let mut console = console(&options);
    // In this order: the child inherits the blocked signals, and must be forked before any thread starts.
    let blocked = [ENDS.as_slice(), if console.is_some() { &OF_A_TERMINAL } else { &[] }].concat();
    let blocked = signals::block(&blocked).map_err(because)?;
    if let Some(console) = &mut console {
        console.edit();
    }
    let input = if options.listen_only { None } else { Some(Input::start().map_err(because)?) };
    let screen = Screen::new(options.quiet, console.is_some()).map_err(|error| anyhow!(plain(&error)))?;
    let signals = Signals::new(&blocked).map_err(because)?;
    let person = Person { console, input, screen, signals };
    let mut chat = Chat::new(options, settings, password, person).map_err(because)?;
    let now = chat.clock.now();
    chat.driver.tell(now, Event::Started);
    chat.carry_out(now);
    loop {
        if let Some(code) = chat.turn().map_err(because)? {
            chat.person.screen.finish(FLUSH_AT_END);
            return Ok(code);
        }
    }
}

/// The terminal on which lines are edited: if the input and the screen are one, and know escape sequences. Otherwise the
/// kernel edits what is typed.
fn console(options: &ChatOptions) -> Option<Console> {
    let is_one = io::stdin().is_terminal() && io::stdout().is_terminal() && screen::has_sequences();
    Console::new(io::stdin(), io::stdout()).ok().filter(|_| is_one && !options.listen_only)
}

/// The user's end.
struct Person {
    /// The terminal, if lines are edited there.
    console: Option<Console>,
    /// What the user types, until it ends.
    input: Option<Input>,
    screen: Screen,
    signals: Signals,
}

struct Chat {
    url: Url,
    settings: ClientSettings,
    clock: Clock,
    poll: Poll,
    person: Person,
    /// Whether the input is polled: not while the client has enough of it.
    hears_input: bool,
    driver: ClientDriver<Socket>,
    /// The connection attempt in progress.
    dial: Option<Dial>,
    /// Whether the last round left work to do.
    more: bool,
    /// The exit code, and the time to exit even if something is not sent.
    ends: Option<(u8, Time)>,
    /// An exiting client has nothing left to send.
    sent: bool,
    /// A signal has asked it to end.
    interrupted: bool,
    ready: Vec<Ready>,
}

impl Chat {
    fn new(
        options: ChatOptions,
        settings: ClientSettings,
        password: Option<Password>,
        person: Person,
    ) -> Result<Self, Errno> {
        let clock = Clock::start()?;
        let poll = Poll::new()?;
        poll.add_level(&person.signals, SIGNALS)?;
        poll.add_level(&person.screen, SCREEN)?;
        let input = match io::stdin().is_terminal() {
            _ if options.listen_only => client::Input::Nothing,
            true => client::Input::Terminal,
            false => client::Input::Pipe,
        };
        let is_by_kernel = input == client::Input::Terminal && person.console.is_none();
        let config = Config {
            nick: options.nick.unwrap_or_else(|| nick_of(&env::var("USER").unwrap_or_default())),
            exact_nick: options.exact_nick,
            channels: options.join,
            password,
            input,
            commands: options.commands,
            longest_line: if is_by_kernel { LONGEST_KERNEL_LINE } else { MAX_TYPED_LINE },
            // It only has to differ between clients that lose the same server at the same time.
            seed: clock.now().wall.as_micros() ^ u64::from(process::id()) << 40,
        };
        let mut chat = Self {
            settings,
            clock,
            poll,
            person,
            hears_input: false,
            driver: ClientDriver::new(Client::new(config), LinkLimits::default(), ()).naming(options.url.to_string()),
            url: options.url,
            dial: None,
            more: false,
            ends: None,
            sent: false,
            interrupted: false,
            ready: Vec::new(),
        };
        chat.fit();
        Ok(chat)
    }

    /// Waits for events, and handles them. Returns the exit code once it is over.
    fn turn(&mut self) -> Result<Option<u8>, Errno> {
        self.listen_to_input()?;
        let mut ready = std::mem::take(&mut self.ready);
        let now = self.poll.wait(&self.clock, self.deadline(), self.more, &mut ready)?;
        for Ready { token, readable, writable } in ready.drain(..) {
            match token {
                SIGNALS => self.take_signals(now),
                PIPE => self.take_input(now),
                SCREEN => {
                    if let Some(error) = self.person.screen.take_failure() {
                        self.screen_lost(now, error);
                    }
                }
                _ => {
                    if readable {
                        self.driver.readable();
                    }
                    if writable {
                        self.driver.writable();
                    }
                }
            }
        }
        self.ready = ready;
        self.go_on_dialling(now);
        self.more = self.driver.round(now);
        self.carry_out(now);
        self.person.screen.aim(self.driver.client().target());
        self.person.screen.draw();
        Ok(self.exit_code(now))
    }

    /// The exit code, if it is over: everything is sent, or cannot be, and everything is shown. Whoever reads the output
    /// may take their time, but a signal ends that.
    fn exit_code(&mut self, now: Now) -> Option<u8> {
        let (code, time) = self.ends?;
        let late = time <= now.mono;
        self.sent |= late || self.driver.pending_bytes() == 0;
        let shown = self.person.screen.is_written() || late && self.interrupted;
        (self.sent && shown).then_some(code)
    }

    /// When the next turn begins even if nothing is ready.
    fn deadline(&self) -> Option<Time> {
        let dial = self.dial.as_ref().and_then(Dial::deadline);
        let end = self.ends.map(|(_, time)| time).filter(|_| !self.sent || self.interrupted);
        [self.driver.deadline(), dial, end].into_iter().flatten().min()
    }

    /// While the client has enough to send, the pipe is not read, so that the writer of our stdin waits, too.
    fn listen_to_input(&mut self) -> Result<(), Errno> {
        let Some(input) = &self.person.input else { return Ok(()) };
        let wants = self.driver.client().takes_input();
        if wants != self.hears_input {
            if wants {
                self.poll.add_level(input, PIPE)?
            } else {
                self.poll.remove(input)?
            }
            self.hears_input = wants;
        }
        Ok(())
    }

    fn take_input(&mut self, now: Now) {
        let Some(input) = &mut self.person.input else { return };
        let mut buffer = [0; TYPED_BYTES];
        match input.read(&mut buffer) {
            Ok(count @ 1..) => return self.take_typed(now, &buffer[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => return,
            Ok(_) => self.driver.tell(now, Event::InputEnded),
            Err(error) => self.driver.tell(now, Event::InputFailed { reason: &plain(&error) }),
        }
        self.person.input = None;
    }

    /// Lines, or keys for the input line.
    fn take_typed(&mut self, now: Now, bytes: &[u8]) {
        let Some(edited) = self.person.screen.typed(bytes) else {
            return self.driver.tell(now, Event::Typed { bytes });
        };
        for edited in edited {
            match edited {
                Edited::Text => {}
                Edited::Lines(lines) => {
                    let bytes = lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
                    self.driver.tell(now, Event::Typed { bytes: bytes.as_bytes() });
                }
                Edited::End => self.driver.tell(now, Event::InputEnded),
                Edited::Redraw => self.person.screen.clear(),
                Edited::TooLong => {
                    let text = format!("there is room for {MAX_TYPED_LINE} bytes in a line");
                    self.person.screen.show(now.wall, &Entry::Refused { text });
                }
            }
        }
    }

    fn take_signals(&mut self, now: Now) {
        while let Some(signal) = self.person.signals.next() {
            match (signal, &mut self.person.console) {
                (Signal::SIGTSTP, Some(console)) => {
                    self.person.screen.finish(FLUSH_AT_END);
                    console.suspend();
                    self.fit();
                }
                // Whoever had the terminal meanwhile may have changed its modes.
                (Signal::SIGCONT, Some(console)) => {
                    console.edit();
                    self.fit();
                }
                (Signal::SIGWINCH, Some(_)) => self.fit(),
                _ => {
                    self.interrupted = true;
                    if let Some((_, time)) = &mut self.ends {
                        *time = now.mono;
                    }
                    self.driver.tell(now, Event::Interrupted);
                }
            }
        }
    }

    /// Fits what is drawn to the terminal.
    fn fit(&mut self) {
        if let Some(console) = &self.person.console {
            self.person.screen.fit(console.columns(), console.edits());
        }
    }

    /// Executes the client's actions.
    fn carry_out(&mut self, now: Now) {
        while let Some(request) = self.driver.request() {
            match request {
                Request::Connect => {
                    self.dial = Some(Dial::start(&self.url, &self.poll, CONNECTION));
                    self.go_on_dialling(now);
                }
                Request::Show(entry) => self.person.screen.show(now.wall, &entry),
                Request::Clear => self.person.screen.clear(),
                Request::Exit(code) => {
                    self.ends = Some((code, now.mono + FLUSH_AT_END));
                    // There may be no event to wait for.
                    self.more = true;
                }
            }
        }
    }

    fn go_on_dialling(&mut self, now: Now) {
        let Some(dial) = &mut self.dial else { return };
        match dial.progress(now.mono, &self.poll, CONNECTION) {
            None => return,
            Some(Ok(socket)) => {
                match self.url.connect(&self.settings) {
                    Ok(transport) => self.driver.connected(now, socket, transport),
                    Err(error) => self.driver.refused(now, &error.to_string()),
                }
                // The next round writes the new connection's first lines.
                self.more = true;
            }
            Some(Err(reason)) => self.driver.refused(now, &reason),
        }
        self.dial = None;
    }

    /// Nobody reads the output (`verbatim chat | head`): the client quits, without an error message.
    fn screen_lost(&mut self, now: Now, error: Errno) {
        if error != Errno::EPIPE {
            let text = format!("cannot write to stdout: {}", error.desc().to_lowercase());
            self.person.screen.show(now.wall, &Entry::Trouble { text });
        }
        if self.ends.is_none() {
            self.driver.tell(now, Event::Interrupted);
            self.carry_out(now);
            self.more = true;
        }
    }
}

/// A nick made from a login name, by omitting the characters that a nick cannot have.
fn nick_of(user: &str) -> String {
    let fits = |text: &str| Nick::parse(text, SAFE_NICK_BYTES).is_ok();
    let mut nick = String::new();
    for c in user.chars() {
        nick.push(c);
        if !fits(&nick) {
            nick.pop();
        }
    }
    if nick.is_empty() { "guest".into() } else { nick }
}

#[cfg(test)]
mod tests {
    use super::nick_of;

    #[test]
    fn any_name_makes_a_nick() {
        for (user, nick) in [
            ("anna", "anna"),
            ("Élodie", "lodie"),
            ("1st.user", "stuser"),
            ("", "guest"),
            ("-_-", "_-"),
            ("abcdefghijkl", "abcdefghi"),
        ] {
            assert_eq!(nick_of(user), nick);
        }
    }
}
