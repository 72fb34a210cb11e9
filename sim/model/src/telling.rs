//! How the model records what is sent: to whom, with which tags, with which label.

use std::panic::Location;
use std::rc::Rc;

use super::event::{ConnId, Time};
use super::text::{cut, middle};
use super::{Body, Expect, Model, Rule, Tags};

impl Model {
    /// The earlier event that decides whether a connection is sent `line`, if known.
    pub fn basis(&self, to: ConnId, line: &str) -> Option<(String, Time)> {
        let session = self.sessions.get(&to)?;
        let name = line.split(' ').map(|word| word.trim_start_matches(':')).find(|word| word.starts_with('#'));
        let channel = name.and_then(|name| self.channel(name));
        let member = channel.and_then(|channel| Some((channel, channel.members.get(&session.user)?)));
        let nick = self.nick_of(session.user);
        Some(match member {
            Some((channel, member)) => (format!("{nick} joined {}", channel.name), member.since),
            None => (format!("{nick} connected"), session.connected),
        })
    }

    /// Sends a line to `to`, truncated if necessary. If its source is a user, it is a new action, with a new id.
    #[track_caller]
    pub(super) fn tell(&mut self, to: impl IntoIterator<Item = ConnId>, line: &str) {
        self.new_msgid();
        self.also(to, line);
    }

    /// Begins an action of a user: lines about it have a new id, and the time of the action.
    pub(super) fn new_msgid(&mut self) {
        if !std::mem::take(&mut self.log.is_new) {
            self.log.at = None;
        }
        self.msgids += 1;
    }

    /// Sends another form of the last line, or the same line to others, with the same id.
    #[track_caller]
    pub(super) fn also(&mut self, to: impl IntoIterator<Item = ConnId>, line: &str) {
        let tags = self.tags(line);
        self.told(to, line, &tags);
    }

    /// The rule for the tags of a line about the last action.
    pub(super) fn tags(&self, line: &str) -> Tags {
        let source = line.split(' ').next().and_then(|source| source.strip_prefix(':')?.split_once('!'));
        let source = source.map(|(nick, _)| nick);
        let bot = source.and_then(|nick| self.find(nick)).is_some_and(|user| self.users[&user].modes.contains(&'B'));
        let at = source.and(self.log.at);
        Tags { msgid: source.map(|_| self.msgids), bot, at, ..Tags::default() }
    }

    /// Sends a line to `to`, to each with those of the `tags` that its capabilities allow.
    #[track_caller]
    pub(super) fn told(&mut self, to: impl IntoIterator<Item = ConnId>, line: &str, tags: &Tags) {
        let line: Rc<str> = cut(line, 510).into();
        for conn in to {
            self.hear(conn, Body::Exact(line.clone()), tags);
        }
    }

    #[track_caller]
    pub(super) fn hear(&mut self, to: ConnId, body: Body, tags: &Tags) {
        let tags = Tags { rule: Rule(Some(Location::caller())), ..self.seen_by(to, tags) };
        self.put(to, Expect::Line(body, tags));
    }

    /// Those of the tags that a receiver's capabilities allow.
    pub(super) fn seen_by(&self, to: ConnId, tags: &Tags) -> Tags {
        Tags { time: self.has(to, "server-time"), all: self.has(to, "message-tags"), ..tags.clone() }
    }

    /// Makes a batch of what `act` sends to `to`.
    pub(super) fn batch(&mut self, to: ConnId, kind: &str, act: impl FnOnce(&mut Self)) {
        self.batches += 1;
        let (before, number, from) = (self.out.len(), self.batches, format!(":{}", self.config.name));
        act(self);
        let inside = self.out.drain(before..).map(|row| row.1).collect();
        let tags = Tags { time: self.has(to, "server-time"), ..Tags::default() };
        self.put(to, Expect::Batch { from, number, kind: kind.to_owned(), tags, inside });
    }

    /// Sends a numeric with its first parameters.
    #[track_caller]
    pub(super) fn numeric(&mut self, to: ConnId, code: &str, params: &[&str]) {
        let head = self.head(to, code, params);
        self.hear(to, Body::Numeric(head), &Tags::default());
    }

    /// Sends any number of lines of a numeric.
    #[track_caller]
    pub(super) fn numerics(&mut self, to: ConnId, code: &str) {
        let head = self.head(to, code, &[]);
        self.hear(to, Body::Some(head), &Tags::default());
    }

    /// Sends lines of a numeric, given their first parameters. The groups may come in any order.
    #[track_caller]
    pub(super) fn rows_in_any_order(&mut self, to: ConnId, code: &str, groups: Vec<Vec<String>>) {
        let head = |row: String| self.head(to, code, &[&row]);
        let groups: Vec<Vec<String>> = groups.into_iter().map(|group| group.into_iter().map(head).collect()).collect();
        if !groups.is_empty() {
            self.hear(to, Body::Rows(groups), &Tags::default());
        }
    }

    /// Sends any number of lines of the numerics `codes`, then one of `end`.
    #[track_caller]
    pub(super) fn answer(&mut self, to: ConnId, codes: &[&str], end: &str) {
        let heads = codes.iter().map(|code| self.head(to, code, &[])).collect();
        let ends = vec![self.head(to, end, &[])];
        self.hear(to, Body::Answer { heads, ends }, &Tags::default());
    }

    /// Sends `FAIL command code context…`, with any text.
    #[track_caller]
    pub(super) fn fail(&mut self, to: ConnId, command: &str, code: &str, context: &[&str]) {
        self.standard(to, "FAIL", command, code, context);
    }

    /// Sends a standard reply: `FAIL`, `WARN` or `NOTE`.
    #[track_caller]
    pub(super) fn standard(&mut self, to: ConnId, kind: &str, command: &str, code: &str, context: &[&str]) {
        let context: String = context.iter().map(|param| format!(" {}", middle(param))).collect();
        let head = format!(":{} {kind} {command} {code}{context}", self.config.name);
        self.hear(to, Body::Numeric(cut(&head, 510).to_owned()), &Tags::default());
    }

    pub(super) fn head(&self, to: ConnId, code: &str, params: &[&str]) -> String {
        let mut head = format!(":{} {code} {}", self.config.name, self.own_nick(to));
        for param in params {
            head = head + " " + param;
        }
        cut(&head, 510).to_owned()
    }
}
