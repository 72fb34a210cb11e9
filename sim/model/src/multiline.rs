//! `docs/protocol/multiline.md`.

use std::rc::Rc;

use super::event::ConnId;
use super::message::Target;
use super::text::{client_only, tag};
use super::{Body, Expect, Face, Model, Tags};

/// The state between a client's `BATCH +` and its `BATCH -`.
#[derive(Debug, Default)]
pub(super) enum Multiline {
    #[default]
    None,
    Open(Open),
    /// Lines with this reference are ignored.
    Failed(String),
}

#[derive(Debug)]
pub(super) struct Open {
    reference: String,
    target: String,
    /// The client-only tags and the label of the opening BATCH.
    client: String,
    label: Option<String>,
    /// The command of all its lines.
    command: String,
    lines: Vec<Text>,
}

/// A line, and whether it continues the previous one.
#[derive(Debug)]
struct Text {
    text: String,
    concat: bool,
}

/// The code and the context of a FAIL.
type Fault = (&'static str, Vec<String>);

const INVALID: Fault = ("MULTILINE_INVALID", Vec::new());

impl Model {
    /// Handles a line that belongs to a batch, or opens, closes or fails one. Returns `false` if the line must still be
    /// handled as an ordinary one.
    pub(super) fn is_in_batch(
        &mut self,
        who: ConnId,
        label: &Option<String>,
        command: &str,
        params: &[&str],
        tags: &str,
    ) -> bool {
        let knows = self.has(who, "draft/multiline") && self.has(who, "batch");
        if !knows || !self.is_registered(who) {
            return false;
        }
        let within = tag(tags, "batch");
        let first = if command == "BATCH" { params.first().copied().unwrap_or("") } else { "" };
        match std::mem::take(&mut self.session_mut(who).multiline) {
            Multiline::Open(open) => {
                if matches!(command, "PING" | "PONG" | "QUIT") {
                    self.keep(who, Multiline::Open(open));
                    return false;
                } else if first.strip_prefix('-') == Some(&open.reference) && within.is_none() {
                    self.close_batch(who, open, label.clone());
                    return true;
                } else if within.as_deref() == Some(&open.reference) {
                    self.add_line(who, open, command, params, tags);
                    return true;
                }
                self.keep(who, Multiline::Open(open));
                self.spoil_batch(who);
                return self.is_in_batch(who, label, command, params, tags);
            }
            Multiline::Failed(reference) => {
                if within.as_deref() == Some(&reference) {
                    self.keep(who, Multiline::Failed(reference));
                    return true;
                } else if first.strip_prefix('-') == Some(&reference) {
                    self.answer_to(who, label.clone(), |_| {});
                    return true;
                }
                self.keep(who, Multiline::Failed(reference));
            }
            Multiline::None => {}
        }
        let lost =
            matches!(command, "PRIVMSG" | "NOTICE" | "TAGMSG") && within.as_deref().is_some_and(|tag| !tag.is_empty());
        if command == "BATCH" && !params.is_empty() && !first.starts_with('-') {
            self.open_batch(who, label, params, tags);
        } else if lost || first.starts_with('-') {
            self.answer_to(who, label.clone(), |model| model.fault(who, &INVALID));
        } else {
            return false;
        }
        true
    }

    fn keep(&mut self, who: ConnId, multiline: Multiline) {
        self.session_mut(who).multiline = multiline;
    }

    fn fault(&mut self, who: ConnId, (code, context): &Fault) {
        let context: Vec<&str> = context.iter().map(String::as_str).collect();
        self.fail(who, "BATCH", code, &context);
    }

    fn open_batch(&mut self, who: ConnId, label: &Option<String>, params: &[&str], tags: &str) {
        let reference = params[0].strip_prefix('+').filter(|reference| (1..=64).contains(&reference.len()));
        let kind = params.get(1) == Some(&"draft/multiline");
        let target = params.get(2).filter(|target| kind && !target.is_empty() && !target.contains(','));
        match (reference, target) {
            (Some(reference), Some(target)) if tag(tags, "batch").is_none() => {
                let (reference, target, client) = (reference.to_owned(), (*target).to_owned(), client_only(tags));
                let (command, lines) = (String::new(), Vec::new());
                let open = Open { reference, target, client, label: label.clone(), command, lines };
                self.keep(who, Multiline::Open(open));
            }
            _ => {
                if let Some(reference) = reference {
                    self.keep(who, Multiline::Failed(reference.to_owned()));
                }
                self.answer_to(who, label.clone(), |model| model.fault(who, &INVALID));
            }
        }
    }

    /// Fails the open batch, if there is one.
    pub(super) fn spoil_batch(&mut self, who: ConnId) {
        if let Some(session) = self.sessions.get_mut(&who)
            && matches!(session.multiline, Multiline::Open(_))
            && let Multiline::Open(open) = std::mem::take(&mut session.multiline)
        {
            self.fail_batch(who, open, &INVALID);
        }
    }

    fn fail_batch(&mut self, who: ConnId, open: Open, fault: &Fault) {
        self.keep(who, Multiline::Failed(open.reference));
        self.answer_to(who, open.label, |model| model.fault(who, fault));
    }

    fn add_line(&mut self, who: ConnId, mut open: Open, command: &str, params: &[&str], tags: &str) {
        let line = Text {
            text: params.get(1).copied().unwrap_or("").to_owned(),
            concat: tag(tags, "draft/multiline-concat").is_some(),
        };
        if open.lines.is_empty() {
            open.command = command.to_owned();
        }
        match self.faulty(who, &open, command, params, &line) {
            Some(fault) => self.fail_batch(who, open, &fault),
            None => {
                open.lines.push(line);
                self.keep(who, Multiline::Open(open));
            }
        }
    }

    fn faulty(&self, who: ConnId, open: &Open, command: &str, params: &[&str], line: &Text) -> Option<Fault> {
        if !matches!(command, "PRIVMSG" | "NOTICE") || params.len() < 2 || command != open.command {
            return Some(INVALID);
        }
        if !self.same(params[0], &open.target) {
            return Some(("MULTILINE_INVALID_TARGET", vec![open.target.clone(), params[0].to_owned()]));
        }
        let limits = &self.config.limits;
        // A line feed comes before each line except the first and those that continue the previous line.
        let feeds = open.lines.iter().chain([line]).skip(1).filter(|line| !line.concat).count();
        let bytes: usize = open.lines.iter().chain([line]).map(|line| line.text.len()).sum();
        if line.text.is_empty() && line.concat {
            Some(INVALID)
        } else if open.lines.len() >= limits.multiline_lines {
            Some(("MULTILINE_MAX_LINES", vec![limits.multiline_lines.to_string()]))
        } else if bytes + feeds > limits.multiline_bytes {
            Some(("MULTILINE_MAX_BYTES", vec![limits.multiline_bytes.to_string()]))
        } else {
            let relayed = format!(":{} {command} {} :{}", self.source(self.user_of(who)), params[0], line.text);
            (relayed.len() > 510).then_some(INVALID)
        }
    }

    fn close_batch(&mut self, who: ConnId, open: Open, label: Option<String>) {
        let both = open.label.is_some() && label.is_some();
        self.answer_to(who, open.label.clone().or_else(|| label.clone()), |model| {
            model.deliver_batch(who, &open);
        });
        if both {
            self.answer_to(who, label, |_| {});
        }
    }

    fn deliver_batch(&mut self, who: ConnId, open: &Open) {
        if open.lines.iter().all(|line| line.text.is_empty()) {
            return self.fault(who, &INVALID);
        }
        self.has_spoken(who);
        let mut target = self.target(who, &open.target, "");
        for line in &open.lines {
            target = target.and_then(|_| self.target(who, &open.target, &line.text));
        }
        let head = format!(":{} {} ", self.source(self.user_of(who)), open.command).len();
        let longest = open.lines.iter().map(|line| line.text.len()).max().unwrap_or(0);
        let target = target.and_then(|target| match head + target.name.len() + 2 + longest {
            0..=510 => Ok(target),
            _ => Err(("417", vec![])),
        });
        match target {
            Ok(target) if self.is_lost(&target, false) => self.fail(who, &open.command, "NOT_STORED", &[&target.name]),
            Ok(target) => {
                self.say_lines(who, open, &target);
                if open.command == "PRIVMSG" {
                    self.tell_if_target_is_away(who, &target);
                }
            }
            Err(refusal) => self.refused(who, &open.command, refusal),
        }
    }

    fn say_lines(&mut self, who: ConnId, open: &Open, to: &Target) {
        self.happens(true, self.places(who, to));
        self.new_msgid();
        self.remember(who, to);
        self.only(Face::Stored, |model| model.tell_lines(who, open, to));
        self.or_not_stored(who, &open.command, &to.name);
    }

    fn tell_lines(&mut self, who: ConnId, open: &Open, to: &Target) {
        self.batches += 1;
        let (me, echo) = (self.user_of(who), self.has(who, "echo-message"));
        for conn in self.sessions_of(me).into_iter().filter(|&conn| conn != who || echo) {
            self.hear_lines(conn, who, open, to);
        }
        // The sending session gets a second copy of a message to its own user.
        let own = to.heard_by.contains(&me);
        self.batches += u64::from(own);
        let before = self.out.len();
        let hearers = self.hearers(who, to).into_iter();
        for conn in hearers.filter(|&conn| conn == who || self.user_of(conn) != me).collect::<Vec<_>>() {
            self.hear_lines(conn, who, open, to);
        }
        self.set_aside(who, before);
    }

    /// Sends a message's lines: as a batch if the client has the capabilities, else one by one.
    fn hear_lines(&mut self, conn: ConnId, who: ConnId, open: &Open, to: &Target) {
        let source = format!(":{}", self.source(self.user_of(who)));
        let rule = Tags { client: open.client.as_str().into(), ..self.tags(&source) };
        let body = |line: &Text| -> Body {
            Body::Exact(Rc::from(format!("{source} {} {} :{}", open.command, to.name, line.text)))
        };
        if !self.has(conn, "draft/multiline") || !self.has(conn, "batch") {
            // The first line has all tags, the others all but the id.
            let others = Tags { msgid: None, ..rule.clone() };
            let spoken = open.lines.iter().filter(|line| !line.text.is_empty());
            return spoken.enumerate().for_each(|(at, line)| {
                self.hear(conn, body(line), if at == 0 { &rule } else { &others });
            });
        }
        let before = self.out.len();
        for (at, line) in open.lines.iter().enumerate() {
            self.hear(conn, body(line), &Tags { concat: line.concat && at > 0, at: rule.at, ..Tags::default() });
        }
        let inside = self.out.drain(before..).map(|row| row.1).collect();
        let (number, kind) = (self.batches, format!("draft/multiline {}", to.name));
        let tags = self.seen_by(conn, &rule);
        self.put(conn, Expect::Batch { from: source, number, kind, tags, inside });
    }
}
