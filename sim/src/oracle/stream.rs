//! One connection: what the model says it must be sent, what the server sent, and what arrived.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use verbatim::wire::{Line, tags};

use super::words::{Differs, Words, readable};
use crate::model::{Body, Expect, Fit, Tags};

/// What stands around a line that is carried by itself: a WebSocket's header (RFC 6455 §5.2) has 10 bytes at most, and a
/// record of TLS with its nonce and its tag (RFC 5246, RFC 8446) adds 29.
const OVERHEAD: usize = 10 + 29;

/// One connection from its acceptance to its end.
#[derive(Debug, Default)]
pub struct Stream {
    /// What the model expects of the server's actions for the event at hand, and what they are.
    due: Vec<Expect>,
    done: Vec<Done>,
    /// What the server sent, as the model said, and has not arrived. A numeric's text is the server's own.
    coming: VecDeque<Line>,
    /// How much of the first line of `coming` has arrived.
    arrived: usize,
    /// The far end speaks another protocol: what arrives is not compared.
    plain: bool,
    /// What is still coming may never arrive.
    gone: bool,
    /// What the far end said and the server was not told.
    pub words: Words,
    /// Bytes that whatever carries a line may add to it.
    overhead: usize,
}

/// What the server did to a connection.
#[derive(Debug)]
enum Done {
    Sent(Line),
    Either(Box<[Line]>, Box<[Line]>),
    Closed,
}

/// The names that the server gave so far to what users do and to batches: none is ever given twice.
#[derive(Debug, Default)]
pub struct Names {
    by_number: BTreeMap<u64, Rc<str>>,
    given: BTreeSet<Rc<str>>,
    /// Those that nobody was told of yet.
    pub fresh: Vec<(u64, Rc<str>)>,
}

impl Names {
    /// The server calls number `number` so. Whether it may.
    fn is_called(&mut self, number: u64, name: &str) -> bool {
        match self.by_number.get(&number) {
            Some(known) => **known == *name,
            None => {
                let name: Rc<str> = name.into();
                self.by_number.insert(number, name.clone());
                self.fresh.push((number, name.clone()));
                !name.is_empty() && self.given.insert(name)
            }
        }
    }
}

/// What is known of the whole server.
#[derive(Debug, Default)]
pub struct Known {
    /// The ids of users' deeds, by the model's numbers.
    pub deeds: Names,
    /// The references of batches, by the model's numbers. A `labeled-response` has none: its sender alone sees it.
    pub batches: Names,
}

impl Stream {
    /// The model's next step for this connection.
    pub fn expect(&mut self, expect: Expect) {
        self.due.push(expect);
    }

    /// The server sent `line`.
    pub fn sent(&mut self, line: &Line) {
        self.done.push(Done::Sent(line.clone()));
        if !self.plain {
            self.coming.push_back(line.clone());
        }
    }

    /// The server has two answers, of which one is sent.
    pub fn either(&mut self, stored: &[Line], refused: &[Line]) {
        self.done.push(Done::Either(stored.into(), refused.into()));
    }

    /// The server closed the connection.
    pub fn closed(&mut self) {
        self.done.push(Done::Closed);
        self.words.is_deaf();
    }

    /// Ends an event, which happened at `time`: whether what the server did for it is what the model says.
    pub fn judge(&mut self, time: &str, log: bool, known: &mut Known) -> Result<(), Differs> {
        let mut reader = Reader { done: self.done.iter().peekable(), known, time, log, label: None };
        reader.all(&mut self.due, None)?;
        if let Some(done) = reader.done.next() {
            return Err(("nothing more".to_owned(), shown(Some(done))));
        }
        // Emptied, and not given back: there is another event in a moment.
        self.done.clear();
        self.due.clear();
        Ok(())
    }

    /// Bytes arrived at the far end. Returns what should have come and what came, if they differ.
    pub fn arrived(&mut self, mut bytes: &[u8]) -> Result<(), Differs> {
        while !self.plain && !bytes.is_empty() {
            let Some(line) = self.coming.front() else { return Err(("nothing more".to_owned(), readable(bytes))) };
            let rest = &line[self.arrived..];
            let count = rest.len().min(bytes.len());
            if rest[..count] != bytes[..count] {
                return Err((readable(rest), readable(bytes)));
            }
            bytes = &bytes[count..];
            self.arrived += count;
            if self.arrived == line.len() {
                self.arrived = 0;
                self.coming.pop_front();
            }
        }
        Ok(())
    }

    /// Bytes that have not arrived, at most, in the form in which they travel.
    pub fn coming_bytes(&self) -> usize {
        self.coming.iter().map(|line| line.len() + self.overhead).sum::<usize>() - self.arrived
    }

    /// Each line may be carried in a frame and a record of its own.
    pub fn is_carried(&mut self) {
        self.overhead = OVERHEAD;
    }

    /// What has not arrived, and should have: all of it, or what was to come to a peer that is not gone.
    pub fn waiting(&self, all: bool) -> Option<String> {
        self.coming.front().filter(|_| all || !self.gone).map(|line| readable(&line[self.arrived..]))
    }

    /// What was said and the server never told.
    pub fn untold(&self) -> Option<String> {
        self.words.untold().filter(|_| !self.gone)
    }

    /// What is still coming may never arrive.
    pub fn peer_is_gone(&mut self) {
        self.gone = true;
    }

    /// The far end speaks another protocol.
    pub fn is_plain(&mut self) {
        self.plain = true;
        self.coming.clear();
    }
}

/// Reads what the server did for one event, step by step.
struct Reader<'a, 'k> {
    done: std::iter::Peekable<std::slice::Iter<'a, Done>>,
    known: &'k mut Known,
    time: &'a str,
    /// Whether the server has a log.
    log: bool,
    /// The label that the next line must have.
    label: Option<String>,
}

impl<'a> Reader<'a, '_> {
    /// All of `steps`, within this batch. Returns how many lines came for them, a batch counted as one.
    fn all(&mut self, steps: &mut [Expect], batch: Option<&str>) -> Result<usize, Differs> {
        let mut lines = 0;
        for at in 0..steps.len() {
            let (step, behind) = steps[at..].split_first_mut().expect("there is one");
            lines += self.step(step, behind.first(), batch)?;
        }
        Ok(lines)
    }

    fn step(&mut self, step: &mut Expect, next: Option<&Expect>, batch: Option<&str>) -> Result<usize, Differs> {
        let differs = |step: &Expect, done| Err((step.to_string(), shown(done)));
        match step {
            Expect::Line(..) => self.lines(step, next, batch),
            Expect::Batch { .. } => self.batch(step, batch).map(|()| 1),
            Expect::Labeled { label, inside } => self.labeled(label, inside).map(|()| 1),
            Expect::Either { stored, refused } => match self.done.next() {
                Some(Done::Either(if_stored, if_refused)) => {
                    self.one_of(if_stored, stored)?;
                    self.one_of(if_refused, refused).map(|()| 1)
                }
                other => differs(step, other),
            },
            Expect::Close => match self.done.next() {
                Some(Done::Closed) => Ok(0),
                other => differs(step, other),
            },
        }
    }

    /// These lines, if they are sent.
    fn one_of(&mut self, lines: &[Line], steps: &mut [Expect]) -> Result<(), Differs> {
        let done: Vec<Done> = lines.iter().map(|line| Done::Sent(line.clone())).collect();
        let mut reader = Reader { done: done.iter().peekable(), known: self.known, label: None, ..*self };
        reader.all(steps, None)?;
        match reader.done.next() {
            Some(done) => Err(("nothing more".to_owned(), shown(Some(done)))),
            None => Ok(()),
        }
    }

    /// The tags and the words of the next line.
    fn peek(&mut self) -> Option<(&'a str, &'a str)> {
        let Some(Done::Sent(line)) = self.done.peek() else { return None };
        let line = std::str::from_utf8(line).ok()?.strip_suffix("\r\n")?;
        Some(line.strip_prefix('@').and_then(|line| line.split_once(' ')).unwrap_or(("", line)))
    }

    /// The lines of one step; what could be any number of lines ends where a line is for the step behind it.
    fn lines(&mut self, step: &mut Expect, behind: Option<&Expect>, batch: Option<&str>) -> Result<usize, Differs> {
        let mut lines = 0;
        loop {
            let Expect::Line(body, tags) = step else { unreachable!("this is for lines") };
            let next = self.peek();
            let is_for_the_next = |line| match behind {
                Some(Expect::Line(behind, _)) => behind.clone().fit(line) == Fit::Done,
                _ => false,
            };
            let fit = match next {
                Some((_, line)) if matches!(body, Body::Some(_)) && is_for_the_next(line) => Fit::Passed,
                Some((_, line)) => body.fit(line),
                None if body.is_content() => Fit::Passed,
                None => Fit::No,
            };
            match (fit, next) {
                (Fit::Passed, _) => return Ok(lines),
                (Fit::Done | Fit::More, Some((given, _))) => {
                    if let Err(wanted) = self.tags(given, tags, batch) {
                        let line = shown(self.done.peek().copied());
                        return Err((format!("{step} with the tags {wanted}"), line));
                    }
                    self.done.next();
                    lines += 1;
                }
                _ => return Err((step.to_string(), shown(self.done.peek().copied()))),
            }
            if fit == Fit::Done {
                return Ok(lines);
            }
        }
    }

    /// Whether a line has the tags that it must have, in their order, and no other; else what these are.
    fn tags(&mut self, given: &str, rule: &Tags, batch: Option<&str>) -> Result<(), String> {
        let none_wanted = self.label.is_none() && batch.is_none() && !rule.concat && !rule.time && !rule.all;
        if none_wanted && given.is_empty() {
            return Ok(());
        }
        let mut wanted: Vec<(&str, String)> = Vec::new();
        let label = self.label.take();
        wanted.extend(label.map(|label| ("label", label)));
        wanted.extend(batch.map(|batch| ("batch", batch.to_owned())));
        wanted.extend(rule.concat.then(|| ("draft/multiline-concat", String::new())));
        wanted.extend(rule.time.then(|| ("time", self.time_of(given))));
        let deed = rule.deed.filter(|_| rule.all);
        let id = deed.map(|deed| (deed, tags::find(given, "msgid").unwrap_or_default()));
        wanted.extend(id.iter().map(|(_, id)| ("msgid", id.clone().into_owned())));
        wanted.extend((rule.all && rule.bot).then(|| ("bot", String::new())));
        let (ours, client) = given.split_at(given.find('+').filter(|_| rule.all).unwrap_or(given.len()));
        let ours: Vec<(&str, String)> = tags::parse(ours).map(|(key, value)| (key, value.into_owned())).collect();
        let client_is_right = client == if rule.all { &*rule.client } else { "" };
        let id_is_right = id.is_none_or(|(deed, id)| self.known.deeds.is_called(deed, &id));
        if ours == wanted && client_is_right && id_is_right {
            return Ok(());
        }
        Err(format!("{wanted:?} {:?}{}", rule.client, if id_is_right { "" } else { " (and another id)" }))
    }

    /// The time that a line must have: that of the event. With a log what users do is stamped later, if something was before
    /// it in the same place.
    fn time_of(&self, given: &str) -> String {
        let given = tags::find(given, "time").filter(|time| self.log && **time >= *self.time);
        given.map_or_else(|| self.time.to_owned(), |time| time.into_owned())
    }

    /// `+REF kind` opens a batch, everything inside belongs to it, and `-REF` closes it.
    fn batch(&mut self, step: &mut Expect, outer: Option<&str>) -> Result<(), Differs> {
        let expected = step.to_string();
        let Expect::Batch { from, number, kind, tags, inside } = step else { unreachable!("this is for batches") };
        let next = self.peek();
        let start = next.and_then(|(_, line)| {
            line.strip_prefix(&*format!("{from} BATCH +")).and_then(|rest| rest.strip_suffix(&*format!(" {kind}")))
        });
        let (Some((given, _)), Some(reference)) = (next, start) else {
            return Err((expected, shown(self.done.peek().copied())));
        };
        let is_new = self.known.batches.is_called(*number, reference);
        if self.tags(given, tags, outer).is_err() || !is_new {
            return Err((format!("{expected}, the start"), shown(self.done.peek().copied())));
        }
        self.done.next();
        self.all(inside, Some(reference))?;
        let plain = Tags { time: tags.time, ..Tags::default() };
        self.end(&format!("{from} BATCH -{reference}"), &plain, outer)
    }

    fn end(&mut self, line: &str, tags: &Tags, outer: Option<&str>) -> Result<(), Differs> {
        match self.peek() {
            Some((given, came)) if came == line && self.tags(given, tags, outer).is_ok() => {
                self.done.next();
                Ok(())
            }
            _ => Err((line.to_owned(), shown(self.done.peek().copied()))),
        }
    }

    /// "If no response is required, an acknowledgement message MUST be sent", a single line or batch has the label
    /// itself, and several are in a batch that has it.
    fn labeled(&mut self, label: &str, inside: &mut [Expect]) -> Result<(), Differs> {
        let next = self.peek();
        let Some((given, line)) = next else {
            return Err((format!("the answer to {label}"), shown(self.done.peek().copied())));
        };
        let time = tags::find(given, "time").is_some();
        let plain = Tags { time, ..Tags::default() };
        self.label = Some(label.to_owned());
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            [_, "ACK"] if inside.iter().all(Expect::is_content) => self.end(line, &plain, None),
            [from, "BATCH", start, "labeled-response"] => {
                let reference = start.trim_start_matches('+');
                let is_new = self.known.batches.given.insert(reference.into());
                self.end(line, &plain, None)?;
                let lines = self.all(inside, Some(reference))?;
                if lines < 2 || !is_new {
                    return Err((format!("a new batch for {label} with two lines at least"), format!("{lines} lines")));
                }
                self.end(&format!("{from} BATCH -{reference}"), &plain, None)
            }
            _ => match self.all(inside, None)? {
                1 => Ok(()),
                lines => Err((format!("one line with label={label}"), format!("{lines} lines"))),
            },
        }
    }
}

fn shown(done: Option<&Done>) -> String {
    match done {
        None => "nothing of the kind among the server's actions".to_owned(),
        Some(Done::Closed) => "it is closed".to_owned(),
        Some(Done::Sent(line)) => line.text().to_string(),
        Some(Done::Either(stored, refused)) => format!("either {stored:?} or {refused:?}"),
    }
}
