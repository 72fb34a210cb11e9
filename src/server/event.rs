//! What goes into the server and what comes out of it.

use std::fmt;
use std::time::Duration;

use super::config::Config;
use super::fact::{Fact, Seq};
use crate::time::Time;
use crate::wire::{Line, Peer};

/// The number of a connection. The driver gives out the lowest free one, so a number comes back after the
/// connection that had it is gone.
pub type ConnId = u32;

/// What happened, told by the driver.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Somebody connected, and what carries the bytes is ready for IRC: no handshake is under way any more.
    Accepted {
        /// The new connection.
        conn: ConnId,
        /// Who it is, as far as the transport can tell.
        peer: &'a Peer,
    },
    /// Bytes arrived, cut anywhere.
    Received {
        /// The connection.
        conn: ConnId,
        /// IRC's bytes, behind the transport.
        bytes: &'a [u8],
    },
    /// The connection is gone: by its peer, or by the driver. Not told of those that the server closed.
    Closed {
        /// The connection.
        conn: ConnId,
        /// Why, for the quit message.
        reason: CloseReason<'a>,
    },
    /// The connection's registration, once it is complete, makes it one more session of the registered user with the nick
    /// `to`. Means nothing once it is complete. The product has one session a user, so only the simulator can say this.
    #[cfg(feature = "planted")]
    Attached {
        /// The connection.
        conn: ConnId,
        /// The nick of the user.
        to: &'a str,
        /// Whether the user stays without sessions, from then on.
        stays: Stays,
    },
    /// The answer to [`Action::Ask`].
    Answered {
        /// To which one. Without it nobody asked: new settings come by the host's will, too.
        ask: Option<AskId>,
        /// What the answer is.
        answer: Answer<'a>,
    },
    /// What was appended ([`Action::Append`]) up to this number is settled: all of it, and what one event appended alike.
    Settled {
        /// The number of the last fact.
        upto: Seq,
        /// What has become of it.
        outcome: Outcome<'a>,
    },
    /// The driver does not read from a connection for now, since too much of what it is to be sent waits for the log.
    Unread {
        /// The connection.
        conn: ConnId,
    },
    /// The time that [`deadline`](super::Server::deadline) named has come.
    Timeout,
    /// The process is about to end; everyone is told.
    Stop,
}

/// What has become of facts that were appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// They are stored: what is shown now is there after a restart, too.
    Stored,
    /// They are not stored, and never will be; why, in a few words.
    Refused(&'a str),
}

/// What becomes of a line that waits for a fact, if that is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfRefused {
    /// It is sent all the same.
    #[default]
    Keep,
    /// It is never sent.
    Drop,
}

/// Whether a user goes on without sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stays {
    /// They end with their last session.
    #[default]
    No,
    /// They end at this time, if they have no session then; else with the last one after it.
    Until(Time),
    /// They end when they are killed.
    Always,
}

/// The number of a question that the server asked. Never used twice.
pub type AskId = u64;

/// What the server asks of its host, and the host answers with the [`Answer`] of the same kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether `password` is the one that was hashed to `hash`. To find out is slow by intention.
    Verify {
        /// What was typed.
        password: Secret,
        /// A hash in PHC's string format.
        hash: Box<str>,
    },
    /// That the settings are read anew.
    Reload,
}

/// What the host answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// Whether the password is the one that was hashed.
    Verified {
        /// It is.
        right: bool,
    },
    /// The new settings; or why the old ones stay, in a few words.
    Reloaded(Result<&'a Reload, &'a str>),
}

/// Settings that were read anew.
#[derive(Clone, Debug)]
pub struct Reload {
    /// The settings that hold from now on. The server's name, its network, its casemapping and its limits are as before.
    pub config: Config,
    /// The keys whose change needs a restart, and is passed over.
    pub kept: Vec<String>,
}

/// A password as somebody typed it. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Keeps `text` to itself.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The password, for whoever verifies it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Why a connection is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason<'a> {
    /// The peer ended it in good order.
    Ended,
    /// The peer, or the network, broke it.
    Reset,
    /// More waited for the peer than the queue may hold.
    SendQueueExceeded,
    /// The peer took too long until it could speak IRC.
    HandshakeTimeout,
    /// The peer was not ready to speak IRC when the server stopped.
    Stopping,
    /// The transport missed the peer's goodbye: somebody on the way may have cut the bytes short.
    CutShort(&'a str),
    /// The peer sent more at once than its transport takes.
    TooMuch(&'a str),
    /// The transport refused the peer, or what it sent.
    Refused(&'a str),
}

impl CloseReason<'_> {
    /// The quit message that others read.
    pub fn text(&self) -> &str {
        match self {
            Self::Ended => "Connection closed",
            Self::Reset => "Connection reset by peer",
            Self::SendQueueExceeded => "SendQ exceeded",
            Self::HandshakeTimeout => "Handshake timeout",
            Self::Stopping => "Server is shutting down",
            Self::CutShort(text) | Self::TooMuch(text) | Self::Refused(text) => text,
        }
    }
}

/// Why the server ends a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The peer said QUIT, with these words.
    Quit(Box<str>),
    /// An operator ended the user: the whole quit message.
    Killed(Box<str>),
    /// The server's password was wrong.
    WrongPassword,
    /// The registration took too long.
    RegistrationTimeout,
    /// The peer was silent for so long, and did not answer when it was asked.
    PingTimeout(Duration),
    /// The peer speaks HTTP.
    WebRequest,
    /// The server stops.
    Stopping,
}

/// The quit message that others read.
impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quit(words) => write!(f, "Quit: {words}"),
            Self::Killed(message) => f.write_str(message),
            Self::WrongPassword => f.write_str("Password incorrect"),
            Self::RegistrationTimeout => f.write_str("Registration timeout"),
            Self::PingTimeout(silence) => write!(f, "Ping timeout: {} seconds", silence.as_secs()),
            Self::WebRequest => f.write_str("This is no web server"),
            Self::Stopping => f.write_str("Server is shutting down"),
        }
    }
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Put a line into the queues of the recipients (see [`Actions::recipients`]).
    Send {
        /// To whom.
        to: Recipients,
        /// What.
        line: Line,
        /// Not before everything up to this number is settled; 0 for a line that waits for nothing. It keeps its place among
        /// the lines to a connection, whether they wait or not.
        after: Seq,
        /// What becomes of it if that is refused.
        if_refused: IfRefused,
    },
    /// Put some of these lines into the queue of a connection, when everything up to a number is settled.
    Either {
        /// To whom.
        to: ConnId,
        /// When.
        after: Seq,
        /// What is sent if it is stored.
        stored: Box<[Line]>,
        /// What is sent if it is refused.
        refused: Box<[Line]>,
    },
    /// Store these facts, and say so by [`Event::Settled`]. What one event appends, and what is appended until the driver
    /// hands it out, is one commit: it is stored or refused as a whole.
    Append {
        /// The number behind the last that was appended. Facts that are not kept count as settled with those that are.
        first: Seq,
        /// The number of the last fact.
        upto: Seq,
        /// Those that are kept, in order.
        facts: Vec<Fact<'static>>,
    },
    /// Do or find out what a state machine cannot, and answer with [`Event::Answered`]. Until then nothing of the connection
    /// that waits for it may be read ([`Server::is_waiting`](super::Server::is_waiting)).
    Ask {
        /// What the answer refers to.
        ask: AskId,
        /// What is asked.
        question: Question,
    },
    /// Close the connection once what waits for it is written. The server has forgotten it already: no event
    /// about it may come until its number is accepted anew.
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

/// The tray that the server puts its actions on. The driver owns it, carries out what lies on it, and clears it.
#[derive(Debug, Default)]
pub struct Actions {
    list: Vec<Action>,
    recipients: Vec<ConnId>,
    /// What each line that is sent waits for, for the moment.
    after: Seq,
    if_refused: IfRefused,
    /// Bytes of the lines that wait.
    waiting_bytes: usize,
}

impl Actions {
    /// Sends `line` to one connection.
    pub fn send(&mut self, to: ConnId, line: Line) {
        self.broadcast([to], line);
    }

    /// Sends `line` to several connections: one action, whatever their number. None at all if there are none.
    pub fn broadcast(&mut self, to: impl IntoIterator<Item = ConnId>, line: Line) {
        let to = self.list_recipients(to.into_iter());
        self.send_all(to, line);
    }

    /// Lists recipients, for [`send_all`](Self::send_all).
    pub(super) fn list_recipients(&mut self, to: impl Iterator<Item = ConnId>) -> Recipients {
        let start = self.recipients.len() as u32;
        // Not `extend`, which would ask a chain of iterators for one after the other.
        to.for_each(|conn| self.recipients.push(conn));
        Recipients { start, end: self.recipients.len() as u32 }
    }

    /// Lists those of `all` anew that are `wanted`.
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

    /// Sends `line` to listed recipients, if there are any.
    pub(super) fn send_all(&mut self, to: Recipients, line: Line) {
        if to.start < to.end {
            let (after, if_refused) = (self.after, self.if_refused);
            self.waiting_bytes += if after > 0 { line.len() } else { 0 };
            self.list.push(Action::Send { to, line, after, if_refused });
        }
    }

    /// What is sent from now on waits for the fact with this number; 0 for nothing.
    pub(super) fn wait_for(&mut self, after: Seq, if_refused: IfRefused) {
        (self.after, self.if_refused) = (after, if_refused);
    }

    /// Sends one connection some of these lines, when it is known what has become of what is waited for.
    pub(super) fn either(&mut self, to: ConnId, stored: Vec<Line>, refused: Vec<Line>) {
        let bytes = |lines: &[Line]| lines.iter().map(|line| line.len()).sum::<usize>();
        self.waiting_bytes += bytes(&stored).max(bytes(&refused));
        self.list.push(Action::Either { to, after: self.after, stored: stored.into(), refused: refused.into() });
    }

    /// Appends facts to the log.
    pub(super) fn append(&mut self, first: Seq, upto: Seq, facts: Vec<Fact<'static>>) {
        self.list.push(Action::Append { first, upto, facts });
    }

    /// Bytes of the lines on the tray that wait, since this was asked last; each counts once, however many receive it.
    pub(super) fn take_waiting_bytes(&mut self) -> usize {
        std::mem::take(&mut self.waiting_bytes)
    }

    /// Asks the host something.
    pub fn ask(&mut self, ask: AskId, question: Question) {
        self.list.push(Action::Ask { ask, question });
    }

    /// Closes a connection.
    pub fn close(&mut self, conn: ConnId, reason: EndReason) {
        self.list.push(Action::Close { conn, reason });
    }

    /// The actions, in the order in which they are to be carried out.
    pub fn list(&self) -> &[Action] {
        &self.list
    }

    /// The connections behind `to`.
    pub fn recipients(&self, to: Recipients) -> &[ConnId] {
        &self.recipients[to.start as usize..to.end as usize]
    }

    /// Takes the actions off the tray. What they say of recipients stays until [`give_back`](Self::give_back).
    pub fn take_list(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.list)
    }

    /// Empties the tray, and keeps its memory: that of `list`, too.
    pub fn give_back(&mut self, list: Vec<Action>) {
        self.list = list;
        self.clear();
    }

    /// Empties the tray and keeps its memory.
    pub fn clear(&mut self) {
        self.list.clear();
        self.recipients.clear();
        self.waiting_bytes = 0;
    }
}
