//! What oracles can see of a run.

use verbatim::client;
use verbatim::server::{AskId, CloseReason, Event, IfRefused, Question, Seq};
use verbatim::transport::TransportError;
use verbatim::wire::{Line, Message, Peer};

use super::LinkId;

/// Something that happened, to the connection `link` if there is one.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "a variant's text describes the fields whose names do not")]
pub enum Observation<'a> {
    /// The peer of the connection gets something other than IRC.
    Plain { link: LinkId },
    /// The peer is a visitor, who is shown text for the server's lines. `reads_on`: they go on reading after the end
    /// of their input.
    Visits { link: LinkId, reads_on: bool },
    /// The server's output to it is framed or encrypted.
    Carried { link: LinkId },
    /// The peer's bytes are known from now on: byte for byte, or line by line.
    Followed { link: LinkId, by_line: bool },
    /// Its transport has a goodbye.
    HasGoodbye { link: LinkId },
    /// The server must see `peer` as its peer. If it is `None`, the server must never learn of the connection.
    Known { link: LinkId, peer: Option<&'a Peer> },
    /// The connection ended in its handshake: the server never learned of it.
    TurnedAway { link: LinkId, why: CloseReason<'a> },

    /// The peer sent something, above its transports.
    Says { link: LinkId, bytes: &'a [u8] },
    /// IRC bytes arrived at the peer.
    Arrived { link: LinkId, bytes: &'a [u8] },
    /// The peer said goodbye.
    SaysGoodbye { link: LinkId },
    /// The peer got a goodbye.
    HearsGoodbye { link: LinkId },
    /// The peer's end drops the connection, because of what it received.
    PeerGivesUp { link: LinkId, why: &'a TransportError },
    /// The connection was disturbed: what is in flight may be lost.
    Harmed { link: LinkId },
    /// The connection was broken before everything arrived: from now on a prefix is enough.
    Broken { link: LinkId },
    /// The server's driver dropped the connection while lines to it were held.
    GivenUpHeld { link: LinkId },

    /// A client sent a line.
    ClientSent { client: u32, link: LinkId, line: &'a [u8] },
    /// A client showed something, while it had this connection.
    Shown { client: u32, link: LinkId, entry: &'a client::Entry },

    /// The server is about to handle an event, of this connection if there is one.
    Event { event: &'a Event<'a>, link: Option<LinkId> },
    /// This line's fact is refused: the line must not arrive.
    Refused { line: &'a Line },
    /// Suspended lines of the connection are handled in this event.
    GoesOn { link: LinkId },
    /// The server sends a line.
    Sent(Sent<'a>),
    /// The server sends `stored`, or `refused` in case fact `after` is refused.
    SentEither { link: LinkId, after: Seq, stored: &'a [Line], refused: &'a [Line] },
    /// The server asks its host a question for a connection.
    Asks { ask: AskId, question: &'a Question, link: Option<LinkId> },
    /// The server appends facts.
    Appends { first: Seq, upto: Seq },
    /// The server closes a connection.
    Closes { link: LinkId },
    /// The server has handled the event. These connections wait for something.
    Done { waiting: &'a [LinkId] },
    /// The driver hands a commit to the host.
    Commit { first: Seq, upto: Seq },

    /// A check of sizes, between rounds.
    Looked(Looked),
    /// Everything is drained, and nothing is in flight.
    AtRest,
}

/// A line that the server sends.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The line, with its end.
    pub line: &'a Line,
    /// The parsed line, if it is a message.
    pub message: Option<&'a Message<'a>>,
    /// The connections that receive it.
    pub to: &'a [LinkId],
    /// The last fact that it waits for; 0 if none.
    pub after: Seq,
    /// What happens to the line if that fact is refused.
    pub if_refused: IfRefused,
}

/// The sizes found, and those expected.
#[derive(Clone, Copy, Debug)]
pub struct Looked {
    /// Connections that the model has.
    pub users: usize,
    /// Channels that the model has.
    pub channels: usize,
    /// Connections in their handshake.
    pub opening: usize,
    /// Whether a handshake takes longer than it may.
    pub opens_too_long: bool,
    /// Whether any lines are held.
    pub held: bool,
    /// Connections that the server has.
    pub server_connections: usize,
    /// Channels that the server has.
    pub server_channels: usize,
    /// Connections that the server's driver has.
    pub connections: usize,
    /// Ends of connections that the server's process has open.
    pub sockets: usize,
    /// Bytes of the driver's longest queue.
    pub largest_queue: usize,
}

/// Parses a line, if it is a message.
pub fn read(line: &Line) -> Option<Message<'_>> {
    Message::parse(&line[..line.len() - 2]).ok()
}

/// The first line of `bytes`, for people.
pub fn readable(bytes: &[u8]) -> String {
    let line = bytes.split_inclusive(|&b| b == b'\n').next().unwrap_or(bytes);
    line.escape_ascii().to_string()
}
