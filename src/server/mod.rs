//! The server: a pure state machine, events in, actions out.

mod config;
mod event;

pub use config::{Config, Limits};
pub use event::{Action, Actions, CloseReason, ConnId, Event, Recipients};

use crate::time::Time;

/// An IRC server without a socket, a clock or a thread.
#[derive(Debug)]
pub struct Server {}

impl Server {
    /// A server without users, started at `now`.
    pub fn new(_config: Config, _now: Time) -> Self {
        Self {}
    }

    /// Takes one event and puts what follows from it on `actions`, behind what lies there already.
    pub fn handle(&mut self, _now: Time, _event: Event<'_>, _actions: &mut Actions) {}

    /// When the driver must send [`Event::Timeout`]; `None` while nothing is due.
    pub fn deadline(&self) -> Option<Time> {
        None
    }

    /// How many connections the server knows: registered users and those that are about to be.
    pub fn connections(&self) -> usize {
        0
    }

    /// How many channels exist. A channel without members does not.
    pub fn channels(&self) -> usize {
        0
    }
}
