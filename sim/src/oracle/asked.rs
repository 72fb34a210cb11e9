//! Oracles `unasked`, `batches` and `labels`, on one connection's lines, without the model.
//!
//! `unasked`: lines and tags that need a capability are sent only to clients that have enabled it, as shown by the
//! server's `CAP ACK`s. `batches`: a batch is opened before it is used, and closed in the same event. `labels`: a
//! command's label is answered once, in the order of the commands, and by the time the command is done.

use std::collections::{BTreeMap, BTreeSet};

use verbatim::server::{AskId, Event};
use verbatim::time::Now;
use verbatim::wire::{Line, Message, tags};

use super::observation::{Sent, read};
use super::{Failure, LinkId, Observation, Oracle, Setting};

/// The tags, and the capability of each. Client-only ones belong to `message-tags`.
const TAGS: [(&str, &str); 7] = [
    ("account", "account-tag"),
    ("batch", "batch"),
    ("bot", "message-tags"),
    ("draft/multiline-concat", "draft/multiline"),
    ("label", "labeled-response"),
    ("msgid", "message-tags"),
    ("time", "server-time"),
];

/// The commands that need a capability.
const COMMANDS: [(&str, &str); 8] = [
    ("ACCOUNT", "account-notify"),
    ("AWAY", "away-notify"),
    ("BATCH", "batch"),
    ("CHGHOST", "chghost"),
    ("REDACT", "draft/message-redaction"),
    ("RENAME", "draft/channel-rename"),
    ("SETNAME", "setname"),
    ("TAGMSG", "message-tags"),
];

/// What is known about one connection.
#[derive(Debug, Default)]
struct Peer {
    nick: String,
    caps: BTreeSet<String>,
    /// The open batches.
    batches: Vec<String>,
    /// The beginning of an unfinished line that it sent.
    unfinished: Vec<u8>,
    labels: Vec<Label>,
    over: bool,
}

/// A label that was sent and not answered.
#[derive(Debug)]
struct Label {
    text: String,
    /// Whether it must be answered by the time its command is done. False if the line is part of a batch, or came
    /// before the client enabled labels.
    owed: bool,
}

/// All connections.
#[derive(Debug, Default)]
pub struct Asked {
    peers: Vec<Peer>,
    /// The connections whose lines are handled in this event.
    current: Vec<LinkId>,
    /// The connections that were sent something in this event.
    touched: BTreeSet<LinkId>,
    /// The connections that wait for the host, by question.
    waiting: BTreeMap<AskId, LinkId>,
}

impl Oracle for Asked {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Event { event, link } => self.event(event, link),
            Observation::GoesOn { link } => self.goes_on(link),
            Observation::Sent(Sent { line, message: Some(message), to, .. }) => return self.said(line, message, to),
            Observation::SentEither { link, stored, refused, .. } => return self.said_either(link, stored, refused),
            Observation::Asks { ask, link, .. } => self.asks(ask, link),
            Observation::Closes { link } => self.over(link),
            Observation::Done { waiting } => return self.done(|link| waiting.contains(&link)),
            _ => {}
        }
        Ok(())
    }
}

impl Asked {
    pub fn watch(_: &Setting) -> Box<dyn Oracle> {
        Box::new(Self::default())
    }

    fn event(&mut self, event: &Event<'_>, link: Option<LinkId>) {
        self.current.clear();
        match (event, link) {
            (Event::Received { bytes, .. }, Some(link)) => self.heard(link, bytes),
            (Event::Drained { .. }, Some(link)) => self.goes_on(link),
            (Event::Closed { .. }, Some(link)) => self.over(link),
            (Event::Answered { ask: Some(ask), .. }, _) => self.answered(*ask),
            _ => {}
        }
    }

    /// The answer that a connection waited for has come.
    fn answered(&mut self, ask: AskId) {
        self.current.extend(self.waiting.remove(&ask));
    }

    /// The server asks its host a question for a connection.
    fn asks(&mut self, ask: AskId, link: Option<LinkId>) {
        self.waiting.extend(link.map(|link| (ask, link)));
    }

    /// Lines of a connection are handled.
    fn goes_on(&mut self, link: LinkId) {
        self.current.push(link);
    }

    /// The server gets bytes from a connection.
    fn heard(&mut self, link: LinkId, bytes: &[u8]) {
        self.goes_on(link);
        let peer = self.peer(link);
        for piece in bytes.split_inclusive(|&b| b == b'\r' || b == b'\n') {
            peer.unfinished.extend_from_slice(piece);
            if piece.ends_with(b"\r") || piece.ends_with(b"\n") {
                let line = std::mem::take(&mut peer.unfinished);
                // Only the line end is removed: spaces before it count.
                peer.asks(&line[..line.len() - 1]);
            }
        }
    }

    /// The connection has ended.
    fn over(&mut self, link: LinkId) {
        let peer = self.peer(link);
        peer.labels.clear();
        peer.batches.clear();
        peer.over = true;
    }

    /// The server sends `line` to these connections.
    fn said(&mut self, line: &Line, message: &Message<'_>, to: &[LinkId]) -> Result<(), Failure> {
        let mut needs: Vec<&str> = tags::parse(message.tags).map(|(key, _)| tag_belongs_to(key)).collect();
        needs.extend(COMMANDS.iter().find(|row| row.0 == message.command).map(|row| row.1));
        needs.extend((message.command == "JOIN" && message.params().len() > 1).then_some("extended-join"));
        let [label, batch] = ["label", "batch"].map(|key| tags::find(message.tags, key));
        let sent = Tagged { message, needs: &needs, label: label.as_deref(), batch: batch.as_deref() };
        let speakers: Vec<(LinkId, String)> =
            self.current.clone().into_iter().map(|link| (link, self.peer(link).nick.clone())).collect();
        for &link in to {
            self.touched.insert(link);
            let peer = self.peer(link);
            let other = speakers.iter().any(|(speaker, nick)| *speaker != link && *nick == peer.nick);
            let judged = peer.is_sent(&sent, other);
            judged.map_err(|(oracle, expected)| {
                let to = format!("to connection {link}: {}", line.text());
                Failure::new(oracle, expected, to).on(link)
            })?;
        }
        Ok(())
    }

    /// The server sends `link` either `stored` or `refused`. Either way a label is answered once, and batches are
    /// whole.
    fn said_either(&mut self, link: LinkId, stored: &[Line], refused: &[Line]) -> Result<(), Failure> {
        for line in stored {
            read(line).map_or(Ok(()), |message| self.said(line, &message, &[link]))?;
        }
        let faces = [stored, refused].map(|lines| {
            let (mut labels, mut open) = (Vec::new(), BTreeSet::new());
            for line in lines {
                let Some(message) = read(line) else { continue };
                labels.extend(tags::find(message.tags, "label").map(|label| label.into_owned()));
                if let ("BATCH", [reference, ..]) = (message.command, message.params()) {
                    let is_new = reference.starts_with('+');
                    let _ = if is_new { open.insert(reference[1..].to_owned()) } else { open.remove(&reference[1..]) };
                }
            }
            (labels, open)
        });
        let [(stored, stored_open), (refused, open)] = faces;
        // A long reply goes on in the same batch, whatever the outcome.
        if open != stored_open {
            let expected = format!("the batches {stored_open:?} to be open for either outcome");
            return Err(Failure::new("batches", expected, format!("{open:?} if it refuses")).on(link));
        }
        if stored != refused {
            let expected = format!("the labels {stored:?} for either outcome");
            return Err(Failure::new("labels", expected, format!("{refused:?} if it refuses")).on(link));
        }
        Ok(())
    }

    /// The event is done. `waits` tells which connections wait for something.
    fn done(&mut self, waits: impl Fn(LinkId) -> bool) -> Result<(), Failure> {
        let touched = std::mem::take(&mut self.touched);
        // The batch of a long reply is closed by its last piece.
        let mut touched = touched.into_iter().filter(|&link| !waits(link));
        if let Some(open) = touched.find_map(|link| self.peer(link).batches.first().cloned()) {
            return Err(Failure::new("batches", format!("batch {open} to be closed"), "it is open after its event"));
        }
        for link in std::mem::take(&mut self.current) {
            let label = self.peer(link).labels.iter().find(|label| label.owed).map(|label| label.text.clone());
            if let Some(label) = label.filter(|_| !waits(link)) {
                return Err(
                    Failure::new("labels", format!("an answer to {label}"), "none, and its command is done").on(link)
                );
            }
        }
        Ok(())
    }

    fn peer(&mut self, link: LinkId) -> &mut Peer {
        let least = link as usize + 1;
        self.peers.resize_with(self.peers.len().max(least), Peer::default);
        &mut self.peers[link as usize]
    }
}

/// The properties of a server's line that are the same for all receivers.
struct Tagged<'a> {
    message: &'a Message<'a>,
    /// The capabilities that each receiver must have enabled.
    needs: &'a [&'a str],
    label: Option<&'a str>,
    batch: Option<&'a str>,
}

/// What is wrong: the oracle, and what it expected.
type Wrong = (&'static str, String);

impl Peer {
    fn has(&self, cap: &str) -> bool {
        self.caps.contains(cap)
    }

    fn labels_are_on(&self) -> bool {
        self.has("labeled-response") && self.has("batch")
    }

    /// The client sent a line.
    fn asks(&mut self, line: &[u8]) {
        if !line.starts_with(b"@") || self.over {
            return;
        }
        // A line that is refused is answered like any other: its tags count even if the rest cannot be read.
        let tags = Message::tags_of(line);
        let text = tags::find(tags, "label").filter(|text| (1..=64).contains(&text.len()));
        let Some(text) = text else { return };
        let is_batch = Message::parse(line).is_ok_and(|message| message.command.eq_ignore_ascii_case("BATCH"));
        let owed = tags::find(tags, "batch").is_none() && !is_batch && self.labels_are_on();
        self.labels.push(Label { text: text.into_owned(), owed });
    }

    /// Whether the server may send `line` to this connection. `other`: this event handles a line of another
    /// session of the same user.
    fn is_sent(&mut self, line: &Tagged<'_>, other: bool) -> Result<(), Wrong> {
        let Tagged { message, needs, label, batch } = *line;
        if let Some(missing) = needs.iter().chain(&self.needs(message, other)).find(|&&cap| !self.has(cap)) {
            return Err(("unasked", format!("nothing that needs {missing}, which is not enabled")));
        }
        if let Some(label) = label {
            self.is_answered(label)?;
        }
        if let Some(batch) = batch
            && !self.batches.iter().any(|open| open == batch)
        {
            return Err(("batches", format!("batch {batch} to be open")));
        }
        match (message.command, message.params()) {
            ("BATCH", [reference, ..]) => self.batch(reference)?,
            ("001", [nick, ..]) => self.nick = (*nick).to_owned(),
            ("NICK", [nick]) if message.nick() == self.nick => self.nick = (*nick).to_owned(),
            ("CAP", [_, "ACK", caps]) => self.switch(caps),
            _ => {}
        }
        Ok(())
    }

    /// The capabilities that this connection needs to be sent `message`: for some commands that depends on its nick.
    fn needs(&self, message: &Message<'_>, other: bool) -> Vec<&'static str> {
        let own = message.source.is_some() && message.nick() == self.nick;
        match (message.command, message.params()) {
            ("INVITE", [who, ..]) if *who != self.nick => vec!["invite-notify"],
            ("PRIVMSG" | "NOTICE" | "TAGMSG", [target, ..]) if own && !other && *target != self.nick => {
                vec!["echo-message"]
            }
            ("353", [.., names]) => {
                let two = |word: &str| word.starts_with(is_prefix) && word[1..].starts_with(is_prefix);
                let mut needs = Vec::new();
                needs.extend(names.contains('!').then_some("userhost-in-names"));
                needs.extend(names.split(' ').any(two).then_some("multi-prefix"));
                needs
            }
            _ => Vec::new(),
        }
    }

    /// A label is answered. It must be the next label that is owed an answer, or one that is owed none.
    fn is_answered(&mut self, text: &str) -> Result<(), Wrong> {
        let next = self.labels.iter().position(|label| label.owed);
        let is_next = next.filter(|&at| self.labels[at].text == text);
        let found = is_next.or_else(|| self.labels.iter().position(|label| !label.owed && label.text == text));
        match (found, next) {
            (Some(at), _) => {
                self.labels.remove(at);
                Ok(())
            }
            (None, Some(next)) => Err(("labels", format!("next an answer to {}", self.labels[next].text))),
            (None, None) => Err(("labels", "no label that was not sent, or is answered already".into())),
        }
    }

    fn batch(&mut self, reference: &str) -> Result<(), Wrong> {
        let open = self.batches.iter().position(|open| *open == reference[1..]);
        match (reference.starts_with('+'), open) {
            (true, None) => self.batches.push(reference[1..].to_owned()),
            (false, Some(at)) => drop(self.batches.remove(at)),
            _ => return Err(("batches", "each batch to be opened once and closed once".into())),
        }
        Ok(())
    }

    /// A `CAP ACK` enables and disables capabilities.
    fn switch(&mut self, caps: &str) {
        for word in caps.split(' ').filter(|word| !word.is_empty()) {
            match word.strip_prefix('-') {
                Some(cap) => drop(self.caps.remove(cap)),
                None => drop(self.caps.insert(word.to_owned())),
            }
        }
        if !self.labels_are_on() {
            self.labels.iter_mut().for_each(|label| label.owed = false);
        }
    }
}

fn tag_belongs_to(key: &str) -> &'static str {
    match TAGS.iter().find(|row| row.0 == key) {
        Some(row) => row.1,
        None if key.starts_with('+') => "message-tags",
        None => "a tag that there is not",
    }
}

fn is_prefix(c: char) -> bool {
    "~&@%+".contains(c)
}
