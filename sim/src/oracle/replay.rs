//! Oracle `replay`: a client can rebuild a channel's state. From the first reply about a channel on, the JOIN, PART,
//! KICK, QUIT, NICK, RENAME and MODE lines that one member receives are applied to it, and each later reply about its
//! modes (324) and its members and ranks (353, 366) must match. Does not use the model.

use std::collections::{BTreeMap, BTreeSet};

use verbatim::time::Now;
use verbatim::wire::{Casemapping, Folded, Message};

use super::observation::Sent;
use super::{Failure, LinkId, Observation, Oracle, Setting};

/// The ranks: prefix and mode.
const RANKS: [(char, char); 5] = [('~', 'q'), ('&', 'a'), ('@', 'o'), ('%', 'h'), ('+', 'v')];
/// Lists of masks, which 324 does not show.
const LISTS: &str = "beI";
/// Modes with a parameter when set; `k` also when unset.
const WITH_PARAM: &str = "klf";

type Modes = BTreeMap<char, Option<String>>;
type Members = BTreeMap<String, BTreeSet<char>>;

/// A channel as one member knows it.
#[derive(Debug, Default)]
struct Room {
    modes: Option<Modes>,
    /// Known only while the channel is not +u.
    members: Option<Members>,
    /// The members in an unfinished reply, which may have several pieces: what happens between them applies to it, too.
    listed: Members,
    /// Whether a 353 of that reply has come.
    is_begun: bool,
    /// Whether the reply is about more than one state of affairs: it began before the client joined again, or while the
    /// channel was +u.
    is_mixed: bool,
}

/// One connection's view.
#[derive(Debug, Default)]
struct View {
    nick: String,
    /// How channel names are compared: a change of case alone may be unknown to the client.
    casemapping: Casemapping,
    /// Its channels.
    rooms: BTreeMap<Folded, Room>,
    /// `multi-prefix`: all ranks are shown. `userhost-in-names` is stripped.
    all_ranks: bool,
}

/// All views.
#[derive(Debug, Default)]
pub struct Replay {
    casemapping: Casemapping,
    views: Vec<View>,
    /// The connections that may be between two pieces of a reply.
    waiting: BTreeSet<LinkId>,
}

impl Oracle for Replay {
    fn see(&mut self, _now: Now, seen: &Observation<'_>) -> Result<(), Failure> {
        match *seen {
            Observation::Sent(Sent { message: Some(message), to, .. }) => self.said(message, to),
            Observation::Done { waiting } => {
                self.waiting = waiting.iter().copied().collect();
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Replay {
    /// Views that know nothing yet; names are compared by `casemapping`.
    fn new(casemapping: Casemapping) -> Self {
        Self { casemapping, ..Self::default() }
    }

    pub fn watch(setting: &Setting) -> Box<dyn Oracle> {
        Box::new(Self::new(setting.config.casemapping))
    }

    /// The server sends `message` to these connections.
    fn said(&mut self, message: &Message<'_>, to: &[LinkId]) -> Result<(), Failure> {
        const KNOWN: [&str; 12] =
            ["001", "324", "353", "366", "CAP", "JOIN", "KICK", "MODE", "NICK", "PART", "QUIT", "RENAME"];
        if !KNOWN.contains(&message.command) {
            return Ok(());
        }
        for &link in to {
            let least = link as usize + 1;
            let casemapping = self.casemapping;
            self.views.resize_with(self.views.len().max(least), || View { casemapping, ..View::default() });
            let between = self.waiting.contains(&link);
            self.views[link as usize].is_sent(message, between).map_err(|(expected, got)| {
                Failure::new("replay", format!("for connection {link}: {expected}"), got).on(link)
            })?;
        }
        Ok(())
    }
}

impl View {
    /// It is sent a line; `between`: perhaps between two pieces of a reply.
    fn is_sent(&mut self, message: &Message<'_>, between: bool) -> Result<(), (String, String)> {
        let (who, own) = (message.nick(), message.source.is_some() && message.nick() == self.nick);
        match (message.command, message.params()) {
            ("001", [nick, ..]) => self.nick = (*nick).to_owned(),
            ("CAP", [_, "ACK", caps]) => self.switch(caps),
            ("JOIN", [name, ..]) if own => {
                let room = Room { is_mixed: between, ..Room::default() };
                self.rooms.insert(self.casemapping.fold(name), room);
            }
            ("JOIN", [name, ..]) => {
                self.each_known(Some(name), |members| drop(members.insert(who.into(), BTreeSet::new())));
                let room = self.rooms.get_mut(&self.casemapping.fold(name)).filter(|_| between);
                room.into_iter().for_each(|room| drop(room.listed.insert(who.into(), BTreeSet::new())));
            }
            ("PART", [name, ..]) => self.leaves(name, who),
            ("KICK", [name, kicked, ..]) => self.leaves(name, kicked),
            ("QUIT", _) => self.each(None, |members| drop(members.remove(who))),
            ("NICK", [new]) => {
                self.each(None, |members| {
                    let ranks = members.remove(who);
                    members.extend(ranks.map(|ranks| ((*new).to_owned(), ranks)));
                });
                if own {
                    self.nick = (*new).to_owned();
                }
            }
            ("RENAME", [old, new, ..]) => {
                let room = self.rooms.remove(&self.casemapping.fold(old));
                self.rooms.extend(room.map(|room| (self.casemapping.fold(new), room)));
            }
            ("MODE", [name, changes, params @ ..]) => {
                if let Some(room) = self.rooms.get_mut(&self.casemapping.fold(name)) {
                    room.change(changes, params);
                }
            }
            ("324", [_, name, letters, params @ ..]) => {
                if let Some(room) = self.rooms.get_mut(&self.casemapping.fold(name)) {
                    return room.has_modes(letters, params);
                }
            }
            ("353", [_, _, name, names]) => {
                if let Some(room) = self.rooms.get_mut(&self.casemapping.fold(name)) {
                    room.is_begun = true;
                    room.listed.extend(names.split(' ').map(member));
                }
            }
            ("366", [_, "*", ..]) => {
                let all_ranks = self.all_ranks;
                return self
                    .rooms
                    .values_mut()
                    .filter(|room| room.is_begun)
                    .try_for_each(|room| room.has_members(all_ranks));
            }
            ("366", [_, name, ..]) => {
                let all_ranks = self.all_ranks;
                if let Some(room) = self.rooms.get_mut(&self.casemapping.fold(name)) {
                    return room.has_members(all_ranks);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn switch(&mut self, caps: &str) {
        for word in caps.split(' ').filter(|word| word.trim_start_matches('-') == "multi-prefix") {
            self.all_ranks = word == "multi-prefix";
            // Earlier replies may have had fewer ranks than the next ones.
            self.rooms.values_mut().for_each(|room| room.members = None);
        }
    }

    fn leaves(&mut self, name: &str, who: &str) {
        if who == self.nick {
            self.rooms.remove(&self.casemapping.fold(name));
        }
        self.each(Some(name), |members| drop(members.remove(who)));
    }

    /// Changes the known members of one channel, or of all, and those listed so far.
    fn each(&mut self, name: Option<&str>, change: impl Fn(&mut Members)) {
        self.each_known(name, &change);
        let name = name.map(|name| self.casemapping.fold(name));
        let rooms = self.rooms.iter_mut().filter(|(room, _)| name.as_ref().is_none_or(|name| *room == name));
        rooms.for_each(|(_, room)| change(&mut room.listed));
    }

    /// Changes the known members of one channel, or of all.
    fn each_known(&mut self, name: Option<&str>, change: impl Fn(&mut Members)) {
        let name = name.map(|name| self.casemapping.fold(name));
        let rooms = self.rooms.iter_mut().filter(|(room, _)| name.as_ref().is_none_or(|name| *room == name));
        rooms.filter_map(|(_, room)| room.members.as_mut()).for_each(change);
    }
}

impl Room {
    /// Applies one MODE line.
    fn change(&mut self, changes: &str, params: &[&str]) {
        let (mut on, mut params) = (true, params.iter());
        for letter in changes.chars() {
            match letter {
                '+' | '-' => on = letter == '+',
                _ if LISTS.contains(letter) => drop(params.next()),
                _ if RANKS.iter().any(|row| row.1 == letter) => {
                    let Some(&nick) = params.next() else { continue };
                    for members in self.members.as_mut().into_iter().chain([&mut self.listed]) {
                        match (members.get_mut(nick), on) {
                            (Some(ranks), true) => drop(ranks.insert(letter)),
                            (Some(ranks), false) => drop(ranks.remove(&letter)),
                            (None, _) => {}
                        }
                    }
                }
                _ => {
                    let has_param = WITH_PARAM.contains(letter) && (on || letter == 'k');
                    let param = if has_param { params.next().map(|&param| param.to_owned()) } else { None };
                    match (self.modes.as_mut(), on) {
                        (Some(modes), true) => drop(modes.insert(letter, param)),
                        (Some(modes), false) => drop(modes.remove(&letter)),
                        (None, _) => {}
                    }
                    if letter == 'u' {
                        (self.members, self.is_mixed) = (None, true);
                    }
                }
            }
        }
    }

    /// A reply about the modes.
    fn has_modes(&mut self, letters: &str, params: &[&str]) -> Result<(), (String, String)> {
        let mut params = params.iter();
        let mut param = |letter: char| if WITH_PARAM.contains(letter) { params.next() } else { None };
        let letters = letters.chars().filter(|&letter| letter != '+');
        let shown: Modes = letters.map(|letter| (letter, param(letter).map(|&param| param.to_owned()))).collect();
        match self.modes.replace(shown.clone()) {
            Some(known) if known != shown => Err((format!("the modes {known:?}"), format!("{shown:?}"))),
            _ => Ok(()),
        }
    }

    /// The end of a reply about the members.
    fn has_members(&mut self, all_ranks: bool) -> Result<(), (String, String)> {
        let shown = std::mem::take(&mut self.listed);
        let is_mixed = std::mem::take(&mut self.is_mixed);
        self.is_begun = false;
        let open = self.modes.as_ref().is_some_and(|modes| !modes.contains_key(&'u'));
        if !open || is_mixed {
            self.members = None;
            return Ok(());
        }
        let same = |known: &Members| if all_ranks { *known == shown } else { known.keys().eq(shown.keys()) };
        match self.members.replace(shown.clone()) {
            Some(known) if !same(&known) => Err((format!("the members {known:?}"), format!("{shown:?}"))),
            _ => Ok(()),
        }
    }
}

/// A member in 353: the nick, and the modes of the ranks.
fn member(word: &str) -> (String, BTreeSet<char>) {
    let nick = word.trim_start_matches(|c| RANKS.iter().any(|row| row.0 == c));
    let ranks = word[..word.len() - nick.len()].chars();
    let ranks = ranks.filter_map(|prefix| RANKS.iter().find(|row| row.0 == prefix)).map(|row| row.1).collect();
    (nick.split('!').next().unwrap_or(nick).to_owned(), ranks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&str]) -> Result<(), Failure> {
        let mut replay = Replay::new(Casemapping::Ascii);
        lines.iter().try_for_each(|line| replay.said(&Message::parse(line.as_bytes()).expect("it is a line"), &[0]))
    }

    #[test]
    fn a_channel_is_the_same_in_either_case() {
        let told = [
            ":srv 001 a :hello",
            ":a!~u@h JOIN #a",
            ":srv 324 a #a +n",
            ":srv 353 a = #a :@a b",
            ":srv 366 a #a :end",
            ":b!~u@h PART #A",
            ":srv 353 a = #A :@a",
            ":srv 366 a #A :end",
        ];
        assert_eq!(said(&told), Ok(()));
        let untold: Vec<&str> = told.into_iter().filter(|line| !line.contains("PART")).collect();
        assert_eq!(said(&untold).map_err(|failure| failure.oracle), Err("replay"));
    }
}
