//! What goes into the client and what comes out of it.

use crate::wire::Line;

/// What happened, told by the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The client starts. Comes once, first.
    Started,
    /// The connection that [`Action::Connect`] asked for stands.
    Connected,
    /// It could not be made.
    Refused {
        /// Why, for the person.
        reason: &'a str,
    },
    /// Bytes arrived from the server, cut anywhere.
    Received {
        /// IRC's bytes, behind the transport.
        bytes: &'a [u8],
    },
    /// The connection is gone, and not because the client closed it.
    Closed {
        /// Why, for the person.
        reason: &'a str,
    },
    /// The person typed bytes, cut anywhere.
    Typed {
        /// What the pipe gave.
        bytes: &'a [u8],
    },
    /// The person's input came to its end.
    InputEnded,
    /// The person, or the system, asks the client to end (SIGINT, SIGTERM).
    Interrupted,
    /// The time that [`deadline`](super::Client::deadline) named has come.
    Timeout,
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Connect to the server. [`Event::Connected`] or [`Event::Refused`] answers.
    Connect,
    /// Send a line to the server.
    Send {
        /// What.
        line: Line,
    },
    /// Close the connection once what waits for it is written. No event about it comes after that.
    Close,
    /// Show something to the person.
    Show(Entry),
    /// End the process. Nothing comes after it.
    Exit {
        /// 0 if everything that was asked for was done.
        code: u8,
    },
}

/// Something that happened in the conversation, before a view puts it into words.
///
/// `channel` is a channel's name; `from`, `who`, `by` and `to` are nicks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are described once, above")]
pub enum Entry {
    /// A line of a conversation: to a channel, or in private.
    Said { from: String, to: String, text: String, kind: Speech },
    /// Somebody came into a channel; `own` if it was this client.
    Joined { who: String, channel: String, own: bool },
    /// Somebody left a channel.
    Parted { who: String, channel: String, reason: String, own: bool },
    /// Somebody left the network.
    Quit { who: String, reason: String },
    /// Somebody was made to leave a channel.
    Kicked { who: String, channel: String, by: String, reason: String, own: bool },
    /// Somebody has another nick.
    Renamed { from: String, to: String, own: bool },
    /// The topic changed (`by`), or is told on joining (`by` is empty).
    Topic { channel: String, by: String, topic: String },
    /// Modes changed.
    Mode { target: String, by: String, changes: String },
    /// Somebody invited this client.
    Invited { by: String, channel: String },
    /// The members of a channel, with their prefixes.
    Names { channel: String, nicks: Vec<String> },
    /// Another answer of the server's, for the person to read.
    Reply { text: String },
    /// The server refused something.
    Refused { text: String },
    /// A word of the client's own: connecting, reconnecting, help.
    Status { text: String },
    /// Something went wrong: for stderr where there is no screen.
    Trouble { text: String },
}

/// In what way a line was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// `PRIVMSG`.
    Message,
    /// `NOTICE`.
    Notice,
    /// `/me`: a CTCP ACTION.
    Action,
}
