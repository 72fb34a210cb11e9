//! What was said and done, as each client saw it: who, when, what.

use std::fmt::Write as _;
use std::time::Duration;

use verbatim::client::{Entry, Speech};

/// What every client saw, kept only if somebody wants to read it.
#[derive(Debug, Default)]
pub struct Transcript {
    wanted: bool,
    clients: Vec<String>,
}

impl Transcript {
    /// A transcript that is kept if it is `wanted`.
    pub fn new(wanted: bool) -> Self {
        Self { wanted, clients: Vec::new() }
    }

    /// Client number `client` was shown `entry`, so long after the start.
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

    /// The pages of all clients, in the order of their numbers.
    pub fn text(&self) -> String {
        let pages = self.clients.iter().enumerate();
        pages.map(|(client, page)| format!("client {client} saw\n{page}")).collect::<Vec<_>>().join("\n")
    }
}

/// An entry in a few words.
pub fn words(entry: &Entry) -> String {
    let because = |reason: &str| if reason.is_empty() { String::new() } else { format!(" ({reason})") };
    match entry {
        Entry::Said { from, to, text, kind: Speech::Message } => format!("{to} {from}: {text}"),
        Entry::Said { from, to, text, kind: Speech::Notice } => format!("{to} -{from}- {text}"),
        Entry::Said { from, to, text, kind: Speech::Action } => format!("{to} * {from} {text}"),
        Entry::Joined { who, channel, .. } => format!("{channel} {who} joined"),
        Entry::Parted { who, channel, reason, .. } => format!("{channel} {who} left{}", because(reason)),
        Entry::Quit { who, reason } => format!("{who} quit{}", because(reason)),
        Entry::Kicked { who, channel, by, reason, .. } => {
            format!("{channel} {who} was kicked by {by}{}", because(reason))
        }
        Entry::Renamed { from, to, .. } => format!("{from} is now {to}"),
        Entry::Topic { channel, by, topic } if by.is_empty() => format!("{channel} topic: {topic}"),
        Entry::Topic { channel, by, topic } => format!("{channel} {by} set the topic: {topic}"),
        Entry::Mode { target, by, changes } => format!("{target} {by} set mode {changes}"),
        Entry::Invited { by, channel } => format!("{by} invites you to {channel}"),
        Entry::Names { channel, nicks } => format!("{channel} members: {}", nicks.join(" ")),
        Entry::Reply { text } => format!("- {text}"),
        Entry::Refused { text } => format!("! {text}"),
        Entry::Status { text } => format!("= {text}"),
        Entry::Trouble { text } => format!("!! {text}"),
    }
}
