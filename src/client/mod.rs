//! The client: a pure state machine, events in, actions out.

mod event;

pub use event::{Action, Entry, Event, Speech};

use crate::time::Time;

/// The client's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The nick to ask for first.
    pub nick: String,
    /// The channels to join.
    pub channels: Vec<String>,
    /// Whether a person sits at a terminal: then a lost connection is made anew. Else it is an error, since the
    /// input that was lost with it will not come again.
    pub interactive: bool,
    /// Where the jitter of the pauses between attempts comes from.
    pub seed: u64,
}

/// An IRC client without a socket, a clock or a terminal.
#[derive(Debug)]
pub struct Client {}

impl Client {
    /// A client that has not started.
    pub fn new(_config: Config) -> Self {
        Self {}
    }

    /// Takes one event and puts what follows from it on `actions`, behind what lies there already.
    pub fn handle(&mut self, _now: Time, _event: Event<'_>, _actions: &mut Vec<Action>) {}

    /// When the driver must send [`Event::Timeout`]; `None` while nothing is due.
    pub fn deadline(&self) -> Option<Time> {
        None
    }
}
