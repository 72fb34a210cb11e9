//! What must be true of every run.

use verbatim::client;
use verbatim::server::{self, ConnId, Server};
use verbatim::time::Time;

/// The n-th connection that the server accepted, from 0: never reused, unlike [`ConnId`].
pub type Life = u32;

/// What an oracle found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which oracle.
    pub oracle: &'static str,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// All oracles of a run.
#[derive(Debug)]
pub struct Oracles {
    failure: Option<Failure>,
}

#[allow(
    missing_docs,
    unused_variables,
    clippy::too_many_arguments,
    reason = "stands in for the real ones until they land"
)]
impl Oracles {
    pub fn new(config: &server::Config, send_queue_bytes: usize) -> Self {
        Self { failure: None }
    }
    pub fn server_event(&mut self, now: Time, event: &server::Event<'_>) {}
    pub fn server_actions(&mut self, now: Time, actions: &server::Actions) {}
    pub fn life_of(&self, conn: ConnId) -> Option<Life> {
        None
    }
    pub fn is_plain(&mut self, life: Life) {}
    pub fn arrived(&mut self, now: Time, life: Life, bytes: &[u8]) {}
    pub fn broken(&mut self, life: Life) {}
    pub fn shown(&mut self, now: Time, client: u32, life: Option<Life>, entry: &client::Entry) {}
    pub fn client_sent(&mut self, now: Time, client: u32, life: Life, line: &[u8]) {}
    pub fn state(&mut self, now: Time, server: &Server, connections: usize, sockets: usize, largest_queue: usize) {}
    pub fn at_rest(&mut self, now: Time) {}
    pub fn failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }
}
