//! What each client showed: when, and what.

use std::fmt::Write as _;
use std::time::Duration;

use verbatim::client::Entry;
use verbatim::client::view::plain::{self, Style};
use verbatim::time::Time;

/// What every client showed, kept only if requested.
#[derive(Debug, Default)]
pub struct Transcript {
    wanted: bool,
    clients: Vec<String>,
}

impl Transcript {
    /// A transcript, kept only if `wanted`.
    pub fn new(wanted: bool) -> Self {
        Self { wanted, clients: Vec::new() }
    }

    /// Client number `client` showed `entry`, this long after the start.
    pub fn shown(&mut self, since: Duration, client: u32, entry: &Entry) {
        if !self.wanted {
            return;
        }
        let client = client as usize;
        if self.clients.len() <= client {
            self.clients.resize_with(client + 1, String::new);
        }
        let page = &mut self.clients[client];
        let _ = writeln!(page, "{:>9.3}  {}", since.as_secs_f64(), words(entry));
    }

    /// The transcripts of all clients, in the order of their numbers.
    pub fn text(&self) -> String {
        let pages = self.clients.iter().enumerate();
        pages.map(|(client, page)| format!("client {client} saw\n{page}")).collect::<Vec<_>>().join("\n")
    }
}

/// An entry as a user at a terminal reads it, without the time of day.
pub fn words(entry: &Entry) -> String {
    let line = plain::line(Time::default(), entry, Style::default());
    line.strip_prefix("00:00 ").expect("the time comes first").to_owned()
}
