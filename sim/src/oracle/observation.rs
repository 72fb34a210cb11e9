//! What an oracle may see of a run.

use verbatim::client;
use verbatim::server::{Action, CloseReason, Event, IfRefused, Seq};
use verbatim::transport::TransportError;
use verbatim::wire::{Line, Message, Peer};

use super::LinkId;

/// Something that happened: to the connection `link`, if to one.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the fields are described where they need it")]
pub enum Observation<'a> {
    /// Whatever arrives at the far end of a connection, it is no line of IRC.
    Plain { link: LinkId },
    /// At its far end is a visitor, who is shown in words what the server sends: also after they ended their input, if they
    /// read on.
    Visits { link: LinkId, reads_on: bool },
    /// What the server sends to it stands in frames or records.
    Carried { link: LinkId },
    /// It is known what its peer says; it travels byte for byte, or line by line.
    Followed { link: LinkId, by_line: bool },
    /// Its transport has a word for goodbye.
    HasGoodbye { link: LinkId },
    /// The server must be told that its peer is `peer`; or nothing at all, if it is `None`.
    Known { link: LinkId, peer: Option<&'a Peer> },
    /// The connection ended in its handshake: the server never heard of it.
    TurnedAway { link: LinkId, why: CloseReason<'a> },

    /// The peer said something, to whatever carries it.
    Says { link: LinkId, bytes: &'a [u8] },
    /// IRC's bytes arrived at the far end.
    Arrived { link: LinkId, bytes: &'a [u8] },
    /// The peer said goodbye.
    SaysGoodbye { link: LinkId },
    /// The peer was told goodbye.
    HearsGoodbye { link: LinkId },
    /// The peer's end gives the connection up, for what came.
    PeerGivesUp { link: LinkId, why: &'a TransportError },
    /// Something befell the connection: what is under way may be lost.
    Harmed { link: LinkId },
    /// The connection was broken before everything arrived: from now on a prefix is enough.
    Broken { link: LinkId },
    /// The server's driver gave the connection up while lines to it waited.
    GivenUpHeld { link: LinkId },

    /// A client sent a line.
    ClientSent { client: u32, link: LinkId, line: &'a [u8] },
    /// A client was shown something, while it had this connection.
    Shown { client: u32, link: LinkId, entry: &'a client::Entry },

    /// The server is about to be given an event, about this connection if about one.
    Event { event: &'a Event<'a>, link: Option<LinkId> },
    /// What was sent with this line is refused: nobody hears it.
    Refused { line: &'a Line },
    /// Lines of the connection, which had waited, are handled in this event.
    GoesOn { link: LinkId },
    /// The server sends a line.
    Sent(Sent<'a>),
    /// The server sends one or the other of these.
    SentEither { link: LinkId, after: Seq, stored: &'a [Line], refused: &'a [Line] },
    /// The server asks its host something, on behalf of a connection.
    Asks { action: &'a Action, link: Option<LinkId> },
    /// The server appends facts.
    Appends { first: Seq, upto: Seq },
    /// The server closes a connection.
    Closes { link: LinkId },
    /// The server has done everything for the event. These connections wait for something.
    Done { waiting: &'a [LinkId] },
    /// The driver hands a commit out.
    Commit { first: Seq, upto: Seq },

    /// A look at what must not grow, between rounds.
    Looked(Looked),
    /// Everything drained, and nothing more is on its way.
    AtRest,
}

/// A line that the server sends.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "as the fields of the action")]
pub struct Sent<'a> {
    pub line: &'a Line,
    /// What it says, if it can be read.
    pub message: Option<&'a Message<'a>>,
    pub to: &'a [LinkId],
    pub after: Seq,
    pub if_refused: IfRefused,
}

/// What there is, and what there must be.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "each counts what it is named after")]
pub struct Looked {
    /// By the model.
    pub users: usize,
    pub channels: usize,
    /// Connections in their handshake, and whether one is so for too long.
    pub opening: usize,
    pub opens_too_long: bool,
    /// Whether lines to somebody wait.
    pub held: bool,
    /// Of the server's state machine.
    pub server_connections: usize,
    pub server_channels: usize,
    /// Of the driver's.
    pub connections: usize,
    pub sockets: usize,
    pub largest_queue: usize,
}

/// What a line says, if it can be read.
pub fn read(line: &Line) -> Option<Message<'_>> {
    Message::parse(&line[..line.len() - 2]).ok()
}

/// The first line of `bytes`, for people.
pub fn readable(bytes: &[u8]) -> String {
    let line = bytes.split_inclusive(|&b| b == b'\n').next().unwrap_or(bytes);
    line.escape_ascii().to_string()
}
