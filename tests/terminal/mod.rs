//! A program in a terminal: its input, and the screen that it draws. Knows nothing of IRC.
#![allow(dead_code, reason = "each test binary uses its part of it")]

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::pty::{Winsize, openpty};
use nix::sys::termios::{Termios, tcgetattr};

use crate::shell_world::{PATIENCE, wait_for};

/// Wide enough that no line wraps, and high enough that nothing scrolls away during a story.
const COLUMNS: NonZeroU16 = NonZeroU16::new(160).unwrap();
const ROWS: NonZeroU16 = NonZeroU16::new(60).unwrap();

/// A terminal and its program, which ends when the terminal is dropped.
pub struct Terminal {
    child: Child,
    keyboard: File,
    drawn: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    rang: bool,
}

impl Terminal {
    /// Starts `command` as the leader of a session with this terminal: a hangup of the terminal, even by the test's own
    /// death, reaches the program.
    pub fn start(command: &Command) -> Self {
        let size = Winsize { ws_row: ROWS.get(), ws_col: COLUMNS.get(), ws_xpixel: 0, ws_ypixel: 0 };
        let ends = openpty(&size, None).expect("a terminal");
        // If the program also held the master end, the terminal would never hang up.
        fcntl(&ends.master, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).expect("it is open");
        fcntl(&ends.slave, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).expect("it is open");
        let slave = || ends.slave.try_clone().expect("a second handle");
        let child = in_a_session(command).stdin(slave()).stdout(slave()).stderr(slave()).spawn().expect("it starts");
        let keyboard = File::from(ends.master);
        let drawn = read(keyboard.try_clone().expect("a second handle"));
        Self { child, keyboard, drawn, screen: vt100::Parser::new(ROWS, COLUMNS, 0), rang: false }
    }

    /// Types a line and the Enter key.
    pub fn types(&mut self, line: &str) {
        self.keyboard.write_all(format!("{line}\r").as_bytes()).expect("the terminal is open");
    }

    /// Presses keys.
    pub fn presses(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("the terminal is open");
    }

    /// The modes that the program has set.
    pub fn modes(&self) -> Termios {
        tcgetattr(&self.keyboard).expect("it is a terminal")
    }

    /// The process.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).expect("a pid")
    }

    /// How many rows show `words`.
    pub fn count(&mut self, words: &str) -> usize {
        self.rows().iter().filter(|row| row.contains(words)).count()
    }

    /// Whether the bell has rung, as far as the screen was looked at.
    pub fn rang(&self) -> bool {
        self.rang
    }

    /// Waits until a row shows `words`, in this order, with anything between them. The last row, the input line, does
    /// not count.
    #[track_caller]
    pub fn shows(&mut self, words: &[&str]) {
        let start = Instant::now();
        while !self.rows().iter().rev().skip(1).any(|row| has(row, words)) {
            match self.drawn.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
                Ok(bytes) => self.draws(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("the screen never showed {words:?} in a row"),
                Err(RecvTimeoutError::Disconnected) => panic!("the program ended, and never showed {words:?} in a row"),
            }
        }
    }

    /// The program's exit status, once it has exited.
    #[track_caller]
    pub fn ends(&mut self) -> ExitStatus {
        wait_for("the program ends", || self.child.try_wait().expect("it is our child"))
    }

    /// The screen now, for people to read.
    pub fn text(&mut self) -> String {
        while let Ok(bytes) = self.drawn.try_recv() {
            self.draws(&bytes);
        }
        let rows: Vec<String> = self.rows().iter().map(|row| format!("  │ {}\n", row.trim_end())).collect();
        rows.concat()
    }

    fn draws(&mut self, bytes: &[u8]) {
        self.rang |= bytes.contains(&7);
        self.screen.process(bytes);
    }

    fn rows(&self) -> Vec<String> {
        self.screen.screen().rows(0, COLUMNS.get()).collect()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The same command in a new session, by `setsid` (util-linux), which becomes the command: its process stays our child.
fn in_a_session(command: &Command) -> Command {
    let mut session = Command::new("setsid");
    session.arg("--ctty").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => session.env(name, value),
            None => session.env_remove(name),
        };
    }
    session
}

/// Reads at once what the program draws; otherwise the program would block.
fn read(mut terminal: File) -> Receiver<Vec<u8>> {
    let (tell, drawn) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        // EIO is how Linux reports that the other end is closed.
        while let Ok(length @ 1..) = terminal.read(&mut buffer) {
            if tell.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    drawn
}

fn has(row: &str, words: &[&str]) -> bool {
    let mut rest = row;
    words.iter().all(|word| match rest.split_once(word) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}
