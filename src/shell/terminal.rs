//! A terminal whose modes are changed while lines are edited, and restored in any case.

use std::io::{self, Write};
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::termios::{InputFlags, LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, tcgetpgrp};

use crate::client::view::input_line::ERASE;

/// Terminals mark what is pasted after the first, and no longer after the second (xterm, "Bracketed Paste Mode").
const MARK_PASTE: &str = "\x1b[?2004h";
const STOP_MARKING: &str = "\x1b[?2004l";
/// The width of a terminal that does not know it.
const COLUMNS: usize = 80;

/// A terminal for input, and what shows its screen. Dropping it restores the modes.
#[derive(Debug)]
pub struct Terminal<I: AsFd, O: Write + AsFd> {
    input: I,
    output: O,
    before: Termios,
    edits: bool,
}

impl<I: AsFd, O: Write + AsFd> Terminal<I, O> {
    /// The terminal, with its modes unchanged.
    ///
    /// # Errors
    /// `input` is not a terminal.
    pub fn new(input: I, output: O) -> Result<Self, Errno> {
        let before = tcgetattr(&input)?;
        Ok(Self { input, output, before, edits: false })
    }

    /// Whether the modes are those for editing.
    pub fn edits(&self) -> bool {
        self.edits
    }

    /// Sets the modes for editing: each key is delivered at once, and not echoed. Ctrl-C, Ctrl-Z and Ctrl-\ remain
    /// signals, and output is processed as before. In the background it does nothing: the terminal is another
    /// program's.
    pub fn edit(&mut self) {
        // ENOTTY: it is not the terminal of our session, so nobody else is in the foreground.
        let is_ours = tcgetpgrp(&self.input).map_or_else(|error| error == Errno::ENOTTY, |group| group == getpgrp());
        if !is_ours {
            return;
        }
        let mut modes = self.before.clone();
        modes.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::IEXTEN);
        modes.input_flags.remove(InputFlags::IXON | InputFlags::INLCR | InputFlags::IGNCR | InputFlags::ISTRIP);
        modes.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        modes.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        if tcsetattr(&self.input, SetArg::TCSANOW, &modes).is_ok() {
            self.edits = true;
            self.write(MARK_PASTE);
        }
    }

    /// Removes the input line, and restores the modes.
    pub fn restore(&mut self) {
        if std::mem::take(&mut self.edits) {
            self.write(ERASE);
            self.write(STOP_MARKING);
            // The terminal may be gone.
            let _ = tcsetattr(&self.input, SetArg::TCSANOW, &self.before);
        }
    }

    /// Stops the process, as the blocked SIGTSTP would, until it is continued.
    pub fn suspend(&mut self) {
        self.restore();
        let stop = SigSet::from(Signal::SIGTSTP);
        // The kernel ignores it in a process group that nobody could continue.
        if raise(Signal::SIGTSTP).and_then(|()| stop.thread_unblock()).is_ok() {
            let _ = stop.thread_block();
        }
        self.edit();
    }

    /// The width.
    pub fn columns(&self) -> usize {
        let size = terminal_size::terminal_size_of(&self.output);
        size.map_or(COLUMNS, |(width, _)| usize::from(width.0)).max(10)
    }

    /// Writes, unless that would block: nobody waits for a terminal that was stopped.
    fn write(&mut self, text: &str) {
        let mut ready = [PollFd::new(self.output.as_fd(), PollFlags::POLLOUT)];
        if poll(&mut ready, PollTimeout::ZERO) != Ok(1) {
            return;
        }
        let _ = self.output.write_all(text.as_bytes()).and_then(|()| self.output.flush());
    }
}

impl<I: AsFd, O: Write + AsFd> Drop for Terminal<I, O> {
    fn drop(&mut self) {
        self.restore();
    }
}

/// The terminal that the process was started at.
pub type Console = Terminal<io::Stdin, io::Stdout>;

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::panic::catch_unwind;

    use nix::pty::openpty;

    use super::*;

    #[test]
    fn the_modes_are_restored_even_after_a_panic() {
        let ends = openpty(None, None).expect("a terminal");
        let before = tcgetattr(&ends.slave).expect("its modes");
        let handle = || ends.slave.try_clone().expect("a second handle");
        let mut terminal = Terminal::new(handle(), File::from(handle())).expect("a terminal");
        terminal.edit();
        assert!(terminal.edits());
        let now = tcgetattr(&ends.slave).expect("its modes");
        assert!(!now.local_flags.intersects(LocalFlags::ICANON | LocalFlags::ECHO));
        terminal.restore();
        assert_eq!(tcgetattr(&ends.slave).expect("its modes"), before);
        let fails = catch_unwind(move || {
            let mut terminal = Terminal::new(handle(), File::from(handle())).expect("a terminal");
            terminal.edit();
            assert!(!terminal.edits(), "this panic is wanted");
        });
        assert!(fails.is_err());
        assert_eq!(tcgetattr(&ends.slave).expect("its modes"), before);
    }
}
