//! Passwords typed at a terminal; and `verbatim hash-password`, which reads one there or from a pipe and prints its hash.

use std::io::{self, BufRead, IsTerminal, Write};
use std::os::fd::AsFd;

use anyhow::{Context, bail};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

use super::listen::{because, plain};
use super::password;
use super::signals::{self, Signals};

/// The longest password: a longer one would not fit into the `OPER` line that sends it.
const MAX_BYTES: usize = 300;

/// Asks for a password and prints its hash. At a terminal the user types it twice, without echo; from a pipe, it is the
/// first line.
///
/// # Errors
/// The password cannot be read, differs the second time, or is invalid; or the user cancelled (Ctrl-C).
pub fn hash_password() -> anyhow::Result<()> {
    let password = if io::stdin().is_terminal() { typed_twice()? } else { read_line()? };
    check(&password)?;
    println!("{}", password::hash(&password)?);
    Ok(())
}

fn typed_twice() -> anyhow::Result<String> {
    silently(|signals| {
        let first = prompt("Password: ", signals)?;
        check(&first)?;
        if prompt("The same again: ", signals)? != first {
            bail!("the passwords differ");
        }
        Ok(first)
    })
}

/// Asks for a password once, at the terminal, without echo.
///
/// # Errors
/// Like [`hash_password`]; or there is no terminal.
pub fn ask_password(question: &str) -> anyhow::Result<String> {
    if !io::stdin().is_terminal() {
        bail!("there is no terminal to ask for the password");
    }
    let password = silently(|signals| prompt(question, signals))?;
    check(&password)?;
    Ok(password)
}

fn silently(ask: impl FnOnce(&Signals) -> anyhow::Result<String>) -> anyhow::Result<String> {
    // Otherwise Ctrl-C would leave the terminal without echo.
    let blocked = signals::block(&[Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]).map_err(because)?;
    let signals = Signals::new(&blocked).map_err(because)?;
    let _silence = Silence::start().map_err(because)?;
    ask(&signals)
}

/// Asks on stderr, since stdout may be a file, and waits for a line or a signal.
fn prompt(question: &str, signals: &Signals) -> anyhow::Result<String> {
    eprint!("{question}");
    let stdin = io::stdin();
    let mut ready = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN), PollFd::new(signals.as_fd(), PollFlags::POLLIN)];
    poll(&mut ready, PollTimeout::NONE).map_err(because)?;
    let signalled = signals.next().is_some();
    let line = if signalled { Ok(String::new()) } else { read_line() };
    // The user's line end was not echoed either.
    eprintln!();
    if signalled {
        bail!("cancelled");
    }
    line
}

fn read_line() -> anyhow::Result<String> {
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    read.map_err(|error| anyhow::anyhow!(plain(&error))).context("cannot read the password")?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

/// Checks that a password can be sent in a line.
///
/// # Errors
/// It is empty, too long, or has control characters.
pub fn check(password: &str) -> anyhow::Result<()> {
    if password.is_empty() {
        bail!("the password is empty");
    }
    if password.len() > MAX_BYTES || password.contains(char::is_control) {
        bail!("use at most {MAX_BYTES} bytes and no control characters");
    }
    Ok(())
}

/// Turns off the terminal's echo until this is dropped.
struct Silence(Termios);

impl Silence {
    fn start() -> nix::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_flags.remove(LocalFlags::ECHO);
        // Input typed before the question is discarded.
        tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &silent)?;
        Ok(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // The terminal may be gone.
        let _ = tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &self.0);
        let _ = io::stderr().flush();
    }
}
