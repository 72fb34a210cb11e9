//! Oracles `created`, `doubled`, `leak`, `order`, `agreement`, `complete`, and the part of `refused` about shown
//! messages. They compare what clients said with what was shown to whom, without the reference model.
//!
//! The clients know who said what. The order of a channel's lines, and when users came and went, is taken from the
//! server's lines (an observer's order would not do: nobody sees their own lines).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use verbatim::client::Entry;
use verbatim::server::Event;
use verbatim::time::{Now, Time};
use verbatim::wire::{Casemapping, Message};

use super::observation::{Sent, read};
use super::{Failure, LinkId, Observation, Oracle, Setting};

/// A message. Its text identifies it: clients never repeat one.
#[derive(Debug)]
struct Said {
    text: Rc<str>,
    speaker: LinkId,
    /// Its number among its sender's messages.
    number: u32,
    /// As the sender wrote them.
    targets: Vec<String>,
    /// How often it was said to each target. Only a peer without our client, or a client after a reconnect, says a
    /// message more than once; then the oracles judge only whether it exists.
    times: u32,
    /// The channels that it was delivered to, and its index in each one's log.
    places: Vec<(usize, usize)>,
    /// The log refused it, so it counts as never said.
    refused: bool,
    /// When it was said.
    at: Time,
}

#[derive(Debug, Default)]
struct Channel {
    /// The messages in it, in the server's order.
    log: Vec<usize>,
}

/// One connection, as a participant.
#[derive(Debug, Default)]
struct Viewer {
    client: Option<u32>,
    /// The unfinished line of a peer without our client.
    unfinished: Vec<u8>,
    /// Their nicks, the current one last.
    nicks: Vec<String>,
    /// By channel: the ranges of its log during which they were a member.
    stays: BTreeMap<usize, Vec<(usize, Option<usize>)>>,
    /// Their private messages.
    told: Vec<usize>,
    /// Messages of another session of the same user.
    own: BTreeSet<usize>,
    /// By message: how often it was shown.
    shown: Vec<u8>,
    /// By sender: the number of the last message shown, plus one.
    heard_of: Vec<u32>,
    /// By channel: the log index of the last message shown, plus one.
    seen_in: BTreeMap<usize, usize>,
    spoken: u32,
    over: bool,
}

/// All messages.
#[derive(Debug, Default)]
pub struct Talk {
    casemapping: Casemapping,
    said: Vec<Said>,
    by_text: BTreeMap<Rc<str>, usize>,
    channels: Vec<Channel>,
    by_name: BTreeMap<String, usize>,
    /// By connection.
    viewers: Vec<Viewer>,
    now: Time,
}

impl Oracle for Talk {
    fn see(&mut self, now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        self.now = now.mono;
        match *seen {
            Observation::ClientSent { client, link, line } => self.client_sent(client, link, line),
            Observation::Event { event: Event::Received { bytes, .. }, link: Some(link) } => {
                self.server_heard(link, bytes)
            }
            Observation::Sent(Sent { message: Some(message), to, .. }) => self.server_said(message, to),
            Observation::SentEither { link, stored, .. } => {
                stored.iter().filter_map(read).for_each(|message| self.server_said(&message, &[link]));
            }
            Observation::Refused { line } => read(line).into_iter().for_each(|message| self.refused(&message)),
            Observation::Event { event: Event::Closed { .. }, link: Some(link) }
            | Observation::Broken { link }
            | Observation::Closes { link } => self.over(link),
            Observation::Shown { client, link, entry: Entry::Said { from, to, text, .. } } => {
                return self
                    .shown(client, link, from, to, text)
                    .map_err(|failure| self.explain(failure.on(link), text));
            }
            Observation::AtRest => return self.at_rest(),
            _ => {}
        }
        Ok(())
    }
}

impl Talk {
    pub fn watch(setting: &Setting) -> Box<dyn Oracle> {
        Box::new(Self { casemapping: setting.config.casemapping, ..Self::default() })
    }

    /// A client sent a line.
    fn client_sent(&mut self, client: u32, link: LinkId, line: &[u8]) {
        self.viewer(link).client = Some(client);
        self.speaks(link, without_end(line));
    }

    /// The server got bytes from a peer. The messages of peers that are not our clients count, too.
    fn server_heard(&mut self, link: LinkId, bytes: &[u8]) {
        if self.viewer(link).client.is_some() {
            return;
        }
        for piece in bytes.split_inclusive(|&b| b == b'\r' || b == b'\n') {
            let unfinished = &mut self.viewer(link).unfinished;
            unfinished.extend_from_slice(piece);
            if piece.ends_with(b"\r") || piece.ends_with(b"\n") {
                let line = std::mem::take(unfinished);
                self.speaks(link, without_end(&line));
            }
        }
    }

    fn speaks(&mut self, link: LinkId, line: &[u8]) {
        let Ok(message) = Message::parse(line) else { return };
        let (true, [targets, text, ..]) = (is_talk(message.command), message.params()) else { return };
        let text = plain_text(text);
        // A blank line of a batch is never shown.
        if text.is_empty() {
            return;
        }
        let number = self.viewer(link).spoken;
        self.viewer(link).spoken += 1;
        if let Some(&at) = self.by_text.get(text) {
            self.said[at].times += 1;
            return;
        }
        let targets = targets.split(',').map(str::to_owned).collect();
        let text: Rc<str> = text.into();
        self.by_text.insert(text.clone(), self.said.len());
        self.said.push(Said {
            text,
            speaker: link,
            number,
            targets,
            times: 1,
            places: Vec::new(),
            refused: false,
            at: self.now,
        });
    }

    /// The server sent `message` to these connections.
    fn server_said(&mut self, message: &Message<'_>, to: &[LinkId]) {
        let params = message.params();
        match (message.command, params) {
            ("001", [me, ..]) => to.iter().for_each(|&link| self.viewer(link).nicks.push((*me).to_owned())),
            ("NICK", [new]) => self.each_called(message.nick(), to, |viewer, _| viewer.nicks.push((*new).to_owned())),
            ("JOIN", [name]) => {
                let channel = self.channel(name);
                self.each_called(message.nick(), to, |viewer, at| {
                    viewer.stays.entry(channel).or_default().push((at[channel].log.len(), None));
                });
            }
            ("PART", [name, ..]) => self.leaves(message.nick(), name, to),
            ("KICK", [name, kicked, ..]) => self.leaves(kicked, name, to),
            ("PRIVMSG" | "NOTICE", [target, text]) => {
                let Some(&said) = self.by_text.get(plain_text(text)) else { return };
                self.each_called(message.nick(), to, |viewer, _| {
                    viewer.own.insert(said);
                });
                if !target.starts_with('#') {
                    return to.iter().for_each(|&link| self.viewer(link).told.push(said));
                }
                let channel = self.channel(target);
                if self.place(said, channel).is_none() {
                    self.said[said].places.push((channel, self.channels[channel].log.len()));
                    self.channels[channel].log.push(said);
                }
            }
            _ => {}
        }
    }

    /// The message that the server sent was refused: it must not be shown.
    fn refused(&mut self, message: &Message<'_>) {
        if let (true, [_, text, ..]) = (is_talk(message.command), message.params())
            && let Some(&at) = self.by_text.get(plain_text(text))
        {
            self.said[at].refused = true;
        }
    }

    fn leaves(&mut self, nick: &str, name: &str, to: &[LinkId]) {
        let channel = self.channel(name);
        self.each_called(nick, to, |viewer, at| viewer.leave(channel, at));
    }

    /// Calls `act` for each of `to` whose nick is `nick`: the sessions of one user.
    fn each_called(&mut self, nick: &str, to: &[LinkId], mut act: impl FnMut(&mut Viewer, &[Channel])) {
        for &link in to {
            if let Some(viewer) = self.viewers.get_mut(link as usize)
                && viewer.nicks.last().is_some_and(|own| own == nick)
            {
                act(viewer, &self.channels);
            }
        }
    }

    /// The connection ended: it may miss earlier messages, and gets no later ones.
    fn over(&mut self, link: LinkId) {
        self.viewer(link);
        let (viewer, channels) = (&mut self.viewers[link as usize], &self.channels);
        viewer.over = true;
        for channel in viewer.stays.keys().copied().collect::<Vec<_>>() {
            viewer.leave(channel, channels);
        }
    }

    /// A client showed that `from` said `text` to `to`.
    fn shown(&mut self, client: u32, link: LinkId, from: &str, to: &str, text: &str) -> Result<(), Failure> {
        self.viewer(link).client = Some(client);
        let line = || format!("{from} to {to}: {text} (shown to client {client} on connection {link})");
        let own = self.viewer(link).nicks.iter().any(|nick| nick == from);
        // CTCP requests are shown with this prefix.
        let text = text.strip_prefix("CTCP ").unwrap_or(text);
        // The server's own notice: a server name is no nick.
        if text.is_empty() || from.contains('.') {
            return Ok(());
        }
        let at = self.by_text.get(text).copied().filter(|&at| {
            let said = &self.said[at];
            said.times > 1 || self.viewers[said.speaker as usize].nicks.iter().any(|nick| nick == from)
        });
        let Some(at) = at else {
            // A client may show its own message before it sends it.
            return if own { Ok(()) } else { Err(Failure::new("created", "only what somebody said", line())) };
        };
        let folded = self.casemapping.fold(to);
        let is_folded = |target: &str| self.casemapping.fold(target) == folded;
        let (said, channel) = (&self.said[at], self.by_name.get(folded.as_str()).copied());
        if said.speaker == link || (own && said.times > 1) {
            return Ok(());
        }
        let place = channel.and_then(|channel| self.place(at, channel));
        let viewer = &mut self.viewers[link as usize];
        if usize::from(viewer.count(at)) > said.times as usize * said.targets.len() {
            return Err(Failure::new("doubled", format!("{text:?} once"), line()));
        }
        if said.times > 1 {
            return Ok(());
        }
        if said.refused {
            return Err(Failure::new("refused", format!("{text:?} to be shown to nobody"), line()));
        }
        let for_viewer = match (channel, place) {
            _ if viewer.own.contains(&at) => true,
            (Some(channel), Some(place)) => viewer.was_in(channel, place),
            (Some(channel), None) => {
                // A STATUSMSG, for some ranks only; in a channel with mode U the server makes one of a plain message.
                let meant = |target: &String| is_folded(target) || is_to_some_of(self.casemapping, target, to);
                viewer.stays.contains_key(&channel) && said.targets.iter().any(meant)
            }
            _ => said.targets.iter().any(|target| is_folded(target)) && viewer.nicks.iter().any(|nick| nick == to),
        };
        if !for_viewer {
            let expected = format!("{text:?} is shown to {} alone", said.targets.join(" and "));
            return Err(Failure::new("leak", expected, line()));
        }
        let speaker = said.speaker as usize;
        viewer.heard_of.resize(viewer.heard_of.len().max(speaker + 1), 0);
        if said.number + 1 < viewer.heard_of[speaker] {
            return Err(Failure::new("order", format!("what {from} said, in the order in which it was said"), line()));
        }
        viewer.heard_of[speaker] = said.number + 1;
        if let (Some(channel), Some(place)) = (channel, place) {
            let next = viewer.seen_in.entry(channel).or_default();
            if place < *next {
                let before = &self.said[self.channels[channel].log[*next - 1]].text;
                return Err(Failure::new(
                    "agreement",
                    format!("{text:?} before {before:?}, as the server said them"),
                    line(),
                ));
            }
            *next = place + 1;
        }
        Ok(())
    }

    /// Adds to a failure when the message was said, and by whom.
    fn explain(&self, failure: Failure, text: &str) -> Failure {
        let text = text.strip_prefix("CTCP ").unwrap_or(text);
        match self.by_text.get(text).map(|&at| &self.said[at]) {
            Some(said) => failure.on(said.speaker).since(format!("connection {} said {text:?}", said.speaker), said.at),
            None => failure,
        }
    }

    /// Everything has arrived: members who were there throughout were shown everything.
    fn at_rest(&self) -> Result<(), Failure> {
        for (link, viewer) in self.viewers.iter().enumerate() {
            let (Some(client), false) = (viewer.client, viewer.over) else { continue };
            let stays = viewer.stays.iter().flat_map(|(&channel, stays)| stays.iter().map(move |stay| (channel, stay)));
            let in_channels = stays.flat_map(|(channel, &(since, until))| {
                let log = &self.channels[channel].log;
                &log[since..until.unwrap_or(log.len())]
            });
            for &at in in_channels.chain(&viewer.told) {
                let said = &self.said[at];
                if said.speaker as usize != link
                    && said.times == 1
                    && !said.refused
                    && viewer.shown.get(at).is_none_or(|&times| times == 0)
                {
                    let expected = format!("client {client} on connection {link} is shown {:?}", said.text);
                    let failure = Failure::new("complete", expected, "it was not").on(link as LinkId);
                    return Err(self.explain(failure, &said.text));
                }
            }
        }
        Ok(())
    }

    fn viewer(&mut self, link: LinkId) -> &mut Viewer {
        let at = link as usize;
        if self.viewers.len() <= at {
            self.viewers.resize_with(at + 1, Viewer::default);
        }
        &mut self.viewers[at]
    }

    fn channel(&mut self, name: &str) -> usize {
        let next = self.channels.len();
        let channel = *self.by_name.entry(self.casemapping.fold(name).as_str().to_owned()).or_insert(next);
        if channel == next {
            self.channels.push(Channel::default());
        }
        channel
    }

    fn place(&self, said: usize, channel: usize) -> Option<usize> {
        self.said[said].places.iter().find(|place| place.0 == channel).map(|place| place.1)
    }
}

impl Viewer {
    /// Counts that this message is shown to them once more; returns the new count.
    fn count(&mut self, at: usize) -> u8 {
        self.shown.resize(self.shown.len().max(at + 1), 0);
        self.shown[at] = self.shown[at].saturating_add(1);
        self.shown[at]
    }

    fn leave(&mut self, channel: usize, channels: &[Channel]) {
        if let Some((_, until @ None)) = self.stays.get_mut(&channel).and_then(|stays| stays.last_mut()) {
            *until = Some(channels[channel].log.len());
        }
    }

    fn was_in(&self, channel: usize, place: usize) -> bool {
        let stays = self.stays.get(&channel).into_iter().flatten();
        stays.rev().any(|&(since, until)| since <= place && until.is_none_or(|until| place < until))
    }
}

/// Whether a target is a STATUSMSG to this channel: `@#chan`. Only the channel's name is folded, since rfc1459 folds
/// the prefix `~`, too.
fn is_to_some_of(casemapping: Casemapping, target: &str, channel: &str) -> bool {
    let name = target.trim_start_matches(['~', '&', '@', '%', '+']);
    name.len() < target.len() && casemapping.fold(name) == casemapping.fold(channel)
}

pub fn is_talk(command: &str) -> bool {
    command.eq_ignore_ascii_case("PRIVMSG") || command.eq_ignore_ascii_case("NOTICE")
}

fn without_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|b| !b"\r\n".contains(b)).map_or(0, |at| at + 1);
    &line[..end]
}

/// The text without its CTCP marks, and without the word ACTION.
pub fn plain_text(text: &str) -> &str {
    match text.strip_prefix('\u{1}').map(|ctcp| ctcp.strip_suffix('\u{1}').unwrap_or(ctcp)) {
        Some(ctcp) => ctcp.strip_prefix("ACTION ").unwrap_or(ctcp),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statusmsg_is_to_its_channel_by_the_casemapping_and_to_no_other() {
        let is_to = |target, channel| is_to_some_of(Casemapping::Rfc1459, target, channel);
        assert!(is_to("@#A[", "#a{") && is_to("~#raw", "#RAW"));
        assert!(!is_to("@#b", "#a") && !is_to("#a", "#a"));
        assert!(!is_to_some_of(Casemapping::Ascii, "@#A[", "#a{"));
    }

    /// What the oracle says when a member of both channels is shown what connection 1 said to `target`.
    fn judged(target: &str, shown_as: &str) -> Option<&'static str> {
        let mut talk = Talk { casemapping: Casemapping::Rfc1459, ..Talk::default() };
        for name in ["#a", "#b"] {
            let channel = talk.channel(name);
            talk.viewer(0).stays.entry(channel).or_default().push((0, None));
        }
        talk.viewer(0).nicks.push("bob[".into());
        talk.viewer(1).nicks.push("alice".into());
        talk.client_sent(1, 1, format!("PRIVMSG {target} :hello\r\n").as_bytes());
        talk.shown(0, 0, "alice", shown_as, "hello").err().map(|failure| failure.oracle)
    }

    #[test]
    fn a_message_shown_with_another_target_is_a_leak() {
        assert_eq!(judged("@#B", "#b"), None);
        assert_eq!(judged("@#b", "#a"), Some("leak"));
        assert_eq!(judged("BOB{", "bob["), None);
        assert_eq!(judged("bob", "bob["), Some("leak"));
    }
}
