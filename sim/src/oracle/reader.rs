//! Compares what the model predicts for one connection in one event with what the server did.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use model::{Body, Expect, Face, Fit, Part, Rule, Tags, server_time};
use verbatim::server::{IfRefused, Seq};
use verbatim::wire::{Line, tags};

/// What was expected, and what came.
pub type Differs = (String, String);

/// The model's steps for one connection in this event, and what the server did.
#[derive(Debug, Default)]
pub struct Account {
    due: Vec<Expect>,
    done: Vec<Done>,
}

/// What the server did to a connection.
#[derive(Debug)]
pub enum Done {
    /// It sent a line, to be written when everything up to the given number is settled.
    Sent(Line, Seq, IfRefused),
    /// It sent the first set of lines, or the second if the fact that they wait for is refused.
    Either(Seq, Box<[Line]>, Box<[Line]>),
    /// It closed the connection.
    Closed,
}

/// One outcome of [`Done`], for a fact that is stored or refused.
#[derive(Clone, Copy, Debug)]
enum Seen<'a> {
    /// A line, and what it waits for.
    Line(&'a Line, Seq),
    Closed,
}

impl Done {
    fn depends(&self) -> bool {
        matches!(self, Done::Either(..) | Done::Sent(_, 1.., IfRefused::Drop))
    }

    fn as_seen(&self, face: Face) -> impl Iterator<Item = Seen<'_>> {
        let (lines, after): (&[Line], Seq) = match self {
            Done::Sent(_, 1.., IfRefused::Drop) if face == Face::Refused => (&[], 0),
            Done::Sent(line, after, _) => (std::slice::from_ref(line), *after),
            Done::Either(after, stored, refused) => (if face == Face::Refused { refused } else { stored }, *after),
            Done::Closed => (&[], 0),
        };
        let closed = matches!(self, Done::Closed).then_some(Seen::Closed);
        lines.iter().map(move |line| Seen::Line(line, after)).chain(closed)
    }
}

/// The names that the server gave to messages or batches. None is ever reused.
#[derive(Debug, Default)]
pub struct Names {
    by_number: BTreeMap<u64, Rc<str>>,
    given: BTreeSet<Rc<str>>,
    /// Those that no client has seen yet.
    pub fresh: Vec<(u64, Rc<str>)>,
    /// Those given in this event.
    pub recent: Vec<Rc<str>>,
}

impl Names {
    /// The server gives number `number` this name. Returns whether it may.
    fn is_called(&mut self, number: u64, name: &str) -> bool {
        match self.by_number.get(&number) {
            Some(known) => **known == *name,
            None => {
                let name: Rc<str> = name.into();
                self.by_number.insert(number, name.clone());
                self.fresh.push((number, name.clone()));
                !name.is_empty() && self.give(name)
            }
        }
    }

    /// The name that the server gave number `number`.
    fn name_of(&self, number: u64) -> Rc<str> {
        self.by_number.get(&number).cloned().unwrap_or_default()
    }

    /// The server gives a name. Returns whether it is new.
    fn give(&mut self, name: Rc<str>) -> bool {
        let is_new = self.given.insert(name.clone());
        if is_new {
            self.recent.push(name);
        }
        is_new
    }
}

/// What is known of the whole server.
#[derive(Debug, Default)]
pub struct Known {
    /// The message ids, by the model's numbers.
    pub msgids: Names,
    /// The references of batches, by the model's numbers. A `labeled-response` has none: only its sender sees it.
    pub batches: Names,
    /// The model's rule for the current line.
    pub rule: Rule,
}

impl Account {
    /// The model's next step for this connection.
    pub fn expect(&mut self, expect: Expect) {
        self.due.push(expect);
    }

    /// The server did this.
    pub fn did(&mut self, done: Done) {
        self.done.push(done);
    }

    /// Ends an event, which happened at `time` and appended these facts: checks that the server did what the model
    /// predicts, whether they are stored or refused.
    pub fn judge(&mut self, time: &str, facts: &[Seq], known: &mut Known) -> Result<(), Differs> {
        let waits = self.due.iter().any(|step| matches!(step, Expect::Waits(..)));
        if waits || self.done.iter().any(Done::depends) {
            let before = known.batches.recent.len();
            self.judge_face(Face::Stored, time, facts, known)?;
            // Both outcomes may have the same name, since the peer sees only one of them.
            let named = known.batches.recent.split_off(before);
            for name in &named {
                known.batches.given.remove(name);
            }
            self.judge_face(Face::Refused, time, facts, known)?;
            known.batches.given.extend(named);
        } else {
            let done = self.done.iter().flat_map(|done| done.as_seen(Face::Stored)).collect();
            Reader::new(done, time, facts, known).whole(&mut self.due)?;
        }
        // Cleared, not freed: the next event comes soon.
        self.done.clear();
        self.due.clear();
        Ok(())
    }

    fn judge_face(&self, face: Face, time: &str, facts: &[Seq], known: &mut Known) -> Result<(), Differs> {
        let mut due: Vec<Expect> = self.due.iter().filter_map(|step| step.as_seen(face)).collect();
        let done = self.done.iter().flat_map(|done| done.as_seen(face)).collect();
        Reader::new(done, time, facts, known).whole(&mut due)
    }
}

/// Reads what the server did for one event, step by step.
struct Reader<'a, 'k> {
    done: std::iter::Peekable<std::vec::IntoIter<Seen<'a>>>,
    known: &'k mut Known,
    time: &'a str,
    /// The facts appended.
    facts: &'a [Seq],
    /// The fact that the next line must wait for, and whether all lines of the current step wait for the same one.
    after: Seq,
    as_one: bool,
    /// The label that the next line must have.
    label: Option<String>,
}

impl<'a, 'k> Reader<'a, 'k> {
    fn new(done: Vec<Seen<'a>>, time: &'a str, facts: &'a [Seq], known: &'k mut Known) -> Self {
        let done = done.into_iter().peekable();
        Self { done, known, time, facts, after: 0, as_one: false, label: None }
    }

    /// Checks everything done for an event.
    fn whole(mut self, steps: &mut [Expect]) -> Result<(), Differs> {
        self.all(steps, None)?;
        match self.done.next() {
            Some(done) => {
                self.known.rule = Rule(None);
                Err(("nothing more".to_owned(), shown(Some(done))))
            }
            None => Ok(()),
        }
    }

    /// Checks all of `steps`, within this batch. Returns how many lines there were, counting a batch as one.
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
            Expect::Waits(number, _, step) => {
                let after = number.checked_sub(1).and_then(|at| self.facts.get(at)).copied().unwrap_or_default();
                let after = if self.as_one { self.after } else { after };
                let before = std::mem::replace(&mut self.after, after);
                let lines = self.step(step, next.map(Expect::bare), batch);
                self.after = before;
                lines
            }
            Expect::Line(..) => self.lines(step, next, batch),
            Expect::Batch { .. } => self.batch(step, batch).map(|()| 1),
            Expect::Labeled { label, inside, part: None } => self.labeled(label, inside).map(|()| 1),
            Expect::Labeled { label, inside, part: Some(part) } => self.labeled_part(label, inside, *part).map(|()| 1),
            Expect::Close => match self.done.next() {
                Some(Seen::Closed) => Ok(0),
                other => differs(step, other),
            },
        }
    }

    /// The tags and the text of the next line.
    fn peek(&mut self) -> Option<(&'a str, &'a str)> {
        let Some(Seen::Line(line, _)) = self.done.peek() else { return None };
        let line = std::str::from_utf8(line).ok()?.strip_suffix("\r\n")?;
        Some(line.strip_prefix('@').and_then(|line| line.split_once(' ')).unwrap_or(("", line)))
    }

    /// Checks the lines of one step; a step of any number of lines ends at a line of the step after it.
    fn lines(&mut self, step: &mut Expect, behind: Option<&Expect>, batch: Option<&str>) -> Result<usize, Differs> {
        let mut lines = 0;
        loop {
            let Expect::Line(body, tags) = step else { unreachable!("this is for lines") };
            self.known.rule = tags.rule;
            let next = self.peek();
            let is_for_the_next = |line| match behind.map(Expect::bare) {
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
                        return Err((format!("{step} with {wanted}"), line));
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

    /// Checks that a line has exactly the expected tags, in order; otherwise returns the expected tags.
    fn tags(&mut self, given: &str, rule: &Tags, batch: Option<&str>) -> Result<(), String> {
        if self.done.peek().is_some_and(|done| !matches!(done, Seen::Line(_, after) if *after == self.after)) {
            return Err(format!("fact {} to wait for", self.after));
        }
        let none_wanted = self.label.is_none() && batch.is_none() && !rule.concat && !rule.time && !rule.all;
        if none_wanted && given.is_empty() {
            return Ok(());
        }
        let mut wanted: Vec<(&str, String)> = Vec::new();
        let label = self.label.take();
        wanted.extend(label.map(|label| ("label", label)));
        wanted.extend(batch.map(|batch| ("batch", batch.to_owned())));
        wanted.extend(rule.concat.then(|| ("draft/multiline-concat", String::new())));
        let time = || rule.at.map_or_else(|| self.time.to_owned(), server_time);
        wanted.extend(rule.time.then(|| ("time", time())));
        let number = rule.msgid.filter(|_| rule.all);
        let id = number.map(|number| (number, tags::find(given, "msgid").unwrap_or_default()));
        wanted.extend(id.iter().map(|(_, id)| ("msgid", id.clone().into_owned())));
        wanted.extend((rule.all && rule.bot).then(|| ("bot", String::new())));
        let (ours, client) = given.split_at(given.find('+').filter(|_| rule.all).unwrap_or(given.len()));
        let ours: Vec<(&str, String)> = tags::parse(ours).map(|(key, value)| (key, value.into_owned())).collect();
        let client_is_right = client == if rule.all { &*rule.client } else { "" };
        let id_is_right = id.is_none_or(|(number, id)| self.known.msgids.is_called(number, &id));
        if ours == wanted && client_is_right && id_is_right {
            return Ok(());
        }
        Err(format!("the tags {wanted:?} {:?}{}", rule.client, if id_is_right { "" } else { " (and another id)" }))
    }

    /// Checks a batch: `+REF kind`, its lines, and `-REF`.
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
        let plain = Tags { time: tags.time, at: tags.at, ..Tags::default() };
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

    /// "If no response is required, an acknowledgement message MUST be sent"; a single line or batch has the label
    /// itself, and several are in a batch that has it.
    fn labeled(&mut self, label: &str, inside: &mut [Expect]) -> Result<(), Differs> {
        let next = self.peek();
        let Some((given, line)) = next else {
            return Err((format!("the answer to {label}"), shown(self.done.peek().copied())));
        };
        let time = tags::find(given, "time").is_some();
        let plain = Tags { time, ..Tags::default() };
        self.label = Some(label.to_owned());
        self.as_one = true;
        let words: Vec<&str> = line.split(' ').collect();
        let read = match words[..] {
            [_, "ACK"] if inside.iter().all(Expect::is_content) => self.end(line, &plain, None),
            [from, "BATCH", start, "labeled-response"] => {
                let reference = start.trim_start_matches('+');
                let is_new = self.known.batches.give(reference.into());
                self.end(line, &plain, None)?;
                let lines = self.all(inside, Some(reference))?;
                if lines < 2 || !is_new {
                    return Err((format!("a new batch for {label} with at least two lines"), format!("{lines} lines")));
                }
                self.end(&format!("{from} BATCH -{reference}"), &plain, None)
            }
            _ => match self.all(inside, None)? {
                1 => Ok(()),
                lines => Err((format!("one line with label={label}"), format!("{lines} lines"))),
            },
        };
        self.as_one = false;
        read
    }
}

impl Reader<'_, '_> {
    /// Checks a part of a labelled response that is one batch: the first opens it and has the label, and the last closes it.
    fn labeled_part(&mut self, label: &str, inside: &mut [Expect], part: Part) -> Result<(), Differs> {
        self.as_one = true;
        if part.opens {
            self.label = Some(label.to_owned());
            let start = self.peek().map_or("", |(_, line)| line).split(' ').collect::<Vec<_>>();
            let [_, "BATCH", reference, "labeled-response"] = start[..] else {
                return Err((format!("the batch of the answer to {label}"), shown(self.done.peek().copied())));
            };
            if !self.known.batches.is_called(part.number, reference.trim_start_matches('+')) {
                return Err((format!("a new batch for {label}"), reference.to_owned()));
            }
            self.frame("+", " labeled-response", part)?;
        }
        let reference = self.known.batches.name_of(part.number);
        self.all(inside, Some(&reference))?;
        if part.closes {
            self.frame("-", "", part)?;
        }
        self.as_one = false;
        Ok(())
    }

    /// Checks the line that opens or closes the batch of a labelled response.
    fn frame(&mut self, sign: &str, kind: &str, part: Part) -> Result<(), Differs> {
        let (given, line) = self.peek().unwrap_or_default();
        let from = line.split(' ').next().unwrap_or_default();
        let plain = Tags { time: tags::find(given, "time").is_some(), ..Tags::default() };
        let reference = self.known.batches.name_of(part.number);
        self.end(&format!("{from} BATCH {sign}{reference}{kind}"), &plain, None)
    }
}

fn shown(done: Option<Seen<'_>>) -> String {
    match done {
        None => "nothing of the kind among the server's actions".to_owned(),
        Some(Seen::Closed) => "it is closed".to_owned(),
        Some(Seen::Line(line, 0)) => line.text().to_string(),
        Some(Seen::Line(line, after)) => format!("{} (when fact {after} is settled)", line.text()),
    }
}
