//! The server's input and output.

use std::fmt;
use std::time::Duration;

use super::fact::{Fact, Seq};
use super::question::{Answer, AskId, Question};
use crate::time::Time;
use crate::wire::{Line, Peer};

/// The number of a connection. The driver assigns the lowest free one, so numbers are reused.
pub type ConnId = u32;

/// An event that the driver reports.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A connection is ready for IRC: its handshake is done.
    Accepted {
        /// The new connection.
        conn: ConnId,
        /// What the transports know about the peer.
        peer: &'a Peer,
    },
    /// Bytes arrived, in pieces of any size.
    Received {
        /// The connection.
        conn: ConnId,
        /// IRC bytes, decoded by the transport.
        bytes: &'a [u8],
    },
    /// The connection was closed by its peer or by the driver. Not sent for connections that the server closed.
    Closed {
        /// The connection.
        conn: ConnId,
        /// Why, for the quit message.
        reason: CloseReason<'a>,
    },
    /// When the connection completes registration, it becomes another session of the registered user with the nick
    /// `to`. Ignored after registration. Only for the simulator: in the product a user has one session.
    #[cfg(feature = "planted")]
    Attached {
        /// The connection.
        conn: ConnId,
        /// The nick of the user.
        to: &'a str,
        /// Whether the user stays without sessions, from the moment of attaching.
        stays: Stays,
    },
    /// The host's answer to [`Action::Ask`].
    Answered {
        /// The number of the question; `None` for a reload that the host started by itself.
        ask: Option<AskId>,
        /// The answer.
        answer: Answer<'a>,
    },
    /// All facts up to a number are settled: the log has stored or refused them ([`Action::Append`]). All facts of one
    /// event have the same outcome.
    Settled {
        /// The number.
        upto: Seq,
        /// Whether the facts were stored.
        outcome: Outcome<'a>,
    },
    /// The driver has stopped reading from the connection, because too many of its lines wait for the log.
    Unread {
        /// The connection.
        conn: ConnId,
    },
    /// Most of what was queued for the connection is written ([`Action::Drain`]).
    Drained {
        /// The connection.
        conn: ConnId,
    },
    /// The time returned by [`deadline`](super::Server::deadline) has come.
    Timeout,
    /// The process is about to end; all users are notified.
    Stop,
}

/// The outcome of appending facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// The facts are stored, and will survive a restart.
    Stored,
    /// The facts are not stored and never will be. Contains the reason, in a few words.
    Refused(&'a str),
}

/// What happens to a line that waits for a fact if the fact is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfRefused {
    /// It is sent anyway.
    #[default]
    Keep,
    /// It is never sent.
    Drop,
}

/// Whether a user stays when they have no session left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stays {
    /// The user ends with the last session.
    #[default]
    No,
    /// If the user has no session at this time, they end then. Otherwise they end with their last session.
    Until(Time),
    /// The user ends only when killed.
    Always,
}

/// Why a connection is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason<'a> {
    /// The peer closed it properly.
    Ended,
    /// The peer or the network reset it.
    Reset,
    /// The peer's queue exceeded its cap.
    SendQueueExceeded,
    /// The handshake took too long.
    HandshakeTimeout,
    /// The server stopped before the handshake was done.
    Stopping,
    /// The stream ended without the transport's closing message: an attacker may have truncated it.
    CutShort(&'a str),
    /// The peer sent more at once than its transport accepts.
    TooMuch(&'a str),
    /// The transport rejected the peer, or something that the peer sent.
    Refused(&'a str),
    /// A visitor sent something other than text, or too much of it.
    SentAway(&'a str),
}

impl CloseReason<'_> {
    /// The quit message that other users see.
    pub fn text(&self) -> &str {
        match self {
            Self::Ended => "Connection closed",
            Self::Reset => "Connection reset by peer",
            Self::SendQueueExceeded => "SendQ exceeded",
            Self::HandshakeTimeout => "Handshake timeout",
            Self::Stopping => "Server is shutting down",
            Self::CutShort(text) | Self::TooMuch(text) | Self::Refused(text) | Self::SentAway(text) => text,
        }
    }
}

/// Why the server ends a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The peer sent QUIT, with this text.
    Quit(Box<str>),
    /// An operator killed the user. Contains the whole quit message.
    Killed(Box<str>),
    /// The server's password was wrong.
    WrongPassword,
    /// The registration took too long.
    RegistrationTimeout,
    /// The peer was silent for this long, and did not answer the PING.
    PingTimeout(Duration),
    /// The peer speaks HTTP.
    WebRequest,
    /// The server stops.
    Stopping,
}

/// The quit message that other users see.
impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quit(words) => write!(f, "Quit: {words}"),
            Self::Killed(message) => f.write_str(message),
            Self::WrongPassword => f.write_str("Password incorrect"),
            Self::RegistrationTimeout => f.write_str("Registration timeout"),
            Self::PingTimeout(silence) => write!(f, "Ping timeout: {} seconds", silence.as_secs()),
            Self::WebRequest => f.write_str("This is not a web server"),
            Self::Stopping => f.write_str("Server is shutting down"),
        }
    }
}

/// What the driver must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Put a line into the queues of the recipients (see [`Actions::recipients`]).
    Send {
        /// The recipients.
        to: Recipients,
        /// The line.
        line: Line,
        /// Hold the line until all facts up to this number are settled; if it is 0, do not hold it. Lines to one
        /// connection keep their order, whether held or not.
        after: Seq,
        /// What happens to the line if the fact is refused.
        if_refused: IfRefused,
    },
    /// Put one of two sets of lines into a connection's queue, once all facts up to a number are settled.
    Either {
        /// The recipient.
        to: ConnId,
        /// The number up to which facts must be settled.
        after: Seq,
        /// The lines to send if the fact is stored.
        stored: Box<[Line]>,
        /// The lines to send if the fact is refused.
        refused: Box<[Line]>,
    },
    /// Store these facts, and report the outcome with [`Event::Settled`]. All facts that are appended before the driver
    /// passes them to the log form one commit, which is stored or refused as a whole.
    Append {
        /// The first number of this range: one more than the previous `upto`. The range includes facts that the log
        /// does not keep, which settle together with those that it keeps.
        first: Seq,
        /// The last number of the range.
        upto: Seq,
        /// The facts to keep, in order.
        facts: Vec<Fact<'static>>,
    },
    /// Do something that a pure state machine cannot do, and report the result with [`Event::Answered`]. Until then
    /// nothing may be read from the connection that waits for the answer
    /// ([`Server::is_waiting`](super::Server::is_waiting)).
    Ask {
        /// The number of the question, which the answer must repeat.
        ask: AskId,
        /// The question.
        question: Question,
    },
    /// Report [`Event::Drained`] once most of the connection's queue is written: there is more to send. Until then nothing may
    /// be read from it ([`Server::is_waiting`](super::Server::is_waiting)).
    Drain {
        /// The connection.
        conn: ConnId,
    },
    /// Close the connection once its queue is written. The server has already removed the connection. It must get no
    /// event with this number until a new connection with the number is accepted.
    Close {
        /// The connection.
        conn: ConnId,
        /// Why.
        reason: EndReason,
    },
}

/// A range of the flat list of recipients in [`Actions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipients {
    start: u32,
    end: u32,
}

/// A buffer for the server's actions. The driver owns it, executes the actions, and clears it.
#[derive(Debug, Default)]
pub struct Actions {
    list: Vec<Action>,
    recipients: Vec<ConnId>,
    /// The number of the fact that lines sent from now on wait for; 0 if they do not wait.
    after: Seq,
    if_refused: IfRefused,
    /// Bytes of the waiting lines.
    waiting_bytes: usize,
}

impl Actions {
    /// Sends `line` to one connection.
    pub fn send(&mut self, to: ConnId, line: Line) {
        self.broadcast([to], line);
    }

    /// Sends `line` to several connections, as one action; no action if there are none.
    pub fn broadcast(&mut self, to: impl IntoIterator<Item = ConnId>, line: Line) {
        let to = self.list_recipients(to.into_iter());
        self.send_all(to, line);
    }

    /// Adds recipients to the flat list, for [`send_all`](Self::send_all).
    pub(super) fn list_recipients(&mut self, to: impl Iterator<Item = ConnId>) -> Recipients {
        let start = self.recipients.len() as u32;
        // Not `extend`, which would call `next` on a chain of iterators for each item.
        to.for_each(|conn| self.recipients.push(conn));
        Recipients { start, end: self.recipients.len() as u32 }
    }

    /// Adds those recipients of `all` that are `wanted` to the flat list again, as a range of their own.
    pub(super) fn narrow_recipients(&mut self, all: Recipients, wanted: impl Fn(ConnId) -> bool) -> Recipients {
        let start = self.recipients.len() as u32;
        for at in all.start..all.end {
            let conn = self.recipients[at as usize];
            if wanted(conn) {
                self.recipients.push(conn);
            }
        }
        Recipients { start, end: self.recipients.len() as u32 }
    }

    /// Sends `line` to the recipients of a range, unless the range is empty.
    pub(super) fn send_all(&mut self, to: Recipients, line: Line) {
        if to.start < to.end {
            let (after, if_refused) = (self.after, self.if_refused);
            self.waiting_bytes += if after > 0 { line.len() } else { 0 };
            self.list.push(Action::Send { to, line, after, if_refused });
        }
    }

    /// From now on, lines wait for the fact with this number. If it is 0, lines do not wait.
    pub(super) fn wait_for(&mut self, after: Seq, if_refused: IfRefused) {
        (self.after, self.if_refused) = (after, if_refused);
    }

    /// Sends a connection one of two sets of lines, once the fact that lines currently wait for is settled.
    pub(super) fn either(&mut self, to: ConnId, stored: Vec<Line>, refused: Vec<Line>) {
        let bytes = |lines: &[Line]| lines.iter().map(|line| line.len()).sum::<usize>();
        self.waiting_bytes += bytes(&stored).max(bytes(&refused));
        self.list.push(Action::Either { to, after: self.after, stored: stored.into(), refused: refused.into() });
    }

    /// Appends facts to the log.
    pub(super) fn append(&mut self, first: Seq, upto: Seq, facts: Vec<Fact<'static>>) {
        self.list.push(Action::Append { first, upto, facts });
    }

    /// Bytes of the waiting lines that were added since the last call; each line counts once, however many recipients
    /// it has.
    pub(super) fn take_waiting_bytes(&mut self) -> usize {
        std::mem::take(&mut self.waiting_bytes)
    }

    /// Asks the host a question.
    pub fn ask(&mut self, ask: AskId, question: Question) {
        self.list.push(Action::Ask { ask, question });
    }

    /// Waits until most of a connection's queue is written.
    pub(super) fn drain(&mut self, conn: ConnId) {
        self.list.push(Action::Drain { conn });
    }

    /// Closes a connection.
    pub fn close(&mut self, conn: ConnId, reason: EndReason) {
        self.list.push(Action::Close { conn, reason });
    }

    /// The actions, in the order in which they are to be executed.
    pub fn list(&self) -> &[Action] {
        &self.list
    }

    /// The recipients in the range `to`.
    pub fn recipients(&self, to: Recipients) -> &[ConnId] {
        &self.recipients[to.start as usize..to.end as usize]
    }

    /// Takes the actions out of the buffer. Their recipients stay in it until [`give_back`](Self::give_back).
    pub fn take_list(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.list)
    }

    /// Clears the buffer, but keeps its memory and that of `list`.
    pub fn give_back(&mut self, list: Vec<Action>) {
        self.list = list;
        self.clear();
    }

    /// Clears the buffer, but keeps its memory.
    pub fn clear(&mut self) {
        self.list.clear();
        self.recipients.clear();
        self.waiting_bytes = 0;
    }
}
