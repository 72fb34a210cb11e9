//! The client's events and actions.

use crate::wire::Line;

/// What happened, as the driver reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The client starts. Sent once, first.
    Started,
    /// The connection that [`Action::Connect`] requested is established.
    Connected,
    /// That connection could not be established.
    Refused {
        /// Why, for the user.
        reason: &'a str,
    },
    /// Bytes arrived from the server, in pieces of any size.
    Received {
        /// IRC bytes, decoded by the transport.
        bytes: &'a [u8],
    },
    /// The connection is gone, and the client did not close it.
    Closed {
        /// Why, for the user.
        reason: &'a str,
    },
    /// The user typed bytes, which arrive in pieces of any size.
    Typed {
        /// What the pipe delivered.
        bytes: &'a [u8],
    },
    /// The user's input has ended.
    InputEnded,
    /// The user's input cannot be read any further.
    InputFailed {
        /// Why, for the user.
        reason: &'a str,
    },
    /// The user, or the system, asks the client to exit (SIGINT, SIGTERM).
    Interrupted,
    /// The time returned by [`deadline`](super::Client::deadline) has come.
    Timeout,
}

/// What the driver must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Connect to the server. [`Event::Connected`] or [`Event::Refused`] answers.
    Connect,
    /// Send a line to the server.
    Send {
        /// The line.
        line: Line,
    },
    /// Close the connection once its queue is written. No further event about it follows.
    Close,
    /// Show something to the user.
    Show(Entry),
    /// Remove everything from the screen, if there is one.
    Clear,
    /// Exit the process. Nothing follows.
    Exit {
        /// 0 for success. A client that is not interactive succeeds only if everything that the user asked for was
        /// done.
        code: u8,
    },
}

/// Something that happened in the conversation, before a view formats it.
///
/// `channel` is a channel's name; `from`, `who`, `by` and `to` are nicks. The `to` of [`Said`](Self::Said) may also be
/// a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are described once, above")]
pub enum Entry {
    /// A message, to a channel or in private; `own` if it is the user's, which is shown once the server has it.
    /// It `rings` if it is for the user: in private, or with their nick in it.
    Said { from: String, to: String, text: String, kind: Speech, own: bool, rings: bool },
    /// Somebody joined a channel; `own` if it was this client.
    Joined { who: String, channel: String, own: bool },
    /// Somebody left a channel.
    Parted { who: String, channel: String, reason: String, own: bool },
    /// Somebody left the network.
    Quit { who: String, reason: String },
    /// Somebody was kicked from a channel.
    Kicked { who: String, channel: String, by: String, reason: String, own: bool },
    /// Somebody changed their nick.
    Renamed { from: String, to: String, own: bool },
    /// The topic was changed (by `by`), or was sent after a join (`by` is empty).
    Topic { channel: String, by: String, topic: String },
    /// Modes changed.
    Mode { target: String, by: String, changes: String },
    /// Somebody invited this client.
    Invited { by: String, channel: String },
    /// The members of a channel, with their prefixes.
    Names { channel: String, nicks: Vec<String> },
    /// What the server tells everybody who connects.
    Greeting { text: String },
    /// A row of the list of commands; `widest` are the widths of the widest `usage` and `about` in the list.
    Help { usage: String, about: &'static str, widest: (usize, usize) },
    /// Any other reply from the server, for the user to read.
    Reply { text: String },
    /// The server refused something.
    Refused { text: String },
    /// A message from the client itself: connecting, reconnecting, help.
    Status { text: String },
    /// Something went wrong. Goes to stderr if there is no screen.
    Trouble { text: String },
}

/// The kind of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// `PRIVMSG`.
    Message,
    /// `NOTICE`.
    Notice,
    /// `/me`: a CTCP ACTION.
    Action,
}
