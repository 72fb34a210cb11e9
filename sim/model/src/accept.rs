//! ACCEPT, SILENCE and user mode `g` of `docs/protocol/messages.md`.

use std::collections::BTreeSet;

use super::address::has_impossible_prefix;
use super::event::ConnId;
use super::names::complete_mask;
use super::text::middle;
use super::{Model, Row, Tags, UserId};

pub(super) const ROWS: &[Row] = &[("ACCEPT", 1, Model::accept), ("SILENCE", 0, Model::silence)];

/// Which users' private messages a user accepts.
#[derive(Debug, Default)]
pub(super) struct Takes {
    /// The ACCEPT list.
    accepted: Vec<UserId>,
    /// The SILENCE list.
    silenced: Vec<String>,
}

impl Model {
    fn accept(&mut self, who: ConnId, params: &[&str]) {
        if params[0].is_empty() {
            return self.numeric(who, "461", &["ACCEPT"]);
        }
        let (me, there) = (self.user_of(who), self.users.keys().copied().collect::<BTreeSet<_>>());
        self.user_mut(me).takes.accepted.retain(|other| there.contains(other));
        if params[0] == "*" {
            for other in self.users[&me].takes.accepted.clone() {
                let nick = self.nick_of(other).to_owned();
                self.numeric(who, "281", &[&nick]);
            }
            return self.numeric(who, "282", &[]);
        }
        for asked in params[0].split(',') {
            let (minus, nick) = match asked.strip_prefix('-') {
                Some(nick) => (true, nick),
                None => (false, asked.strip_prefix('+').unwrap_or(asked)),
            };
            let Some(other) = self.find(nick) else {
                self.numeric(who, "401", &[middle(nick)]);
                continue;
            };
            let (nick, most) = (self.nick_of(other).to_owned(), self.config.limits.accept_entries);
            let accepted = &mut self.user_mut(me).takes.accepted;
            match (minus, accepted.contains(&other)) {
                (true, true) => accepted.retain(|&own| own != other),
                (true, false) => self.numeric(who, "458", &[&nick]),
                (false, true) => self.numeric(who, "457", &[&nick]),
                (false, false) if accepted.len() >= most => self.numeric(who, "456", &[]),
                (false, false) => accepted.push(other),
            }
        }
    }

    fn silence(&mut self, who: ConnId, params: &[&str]) {
        let (me, mapping) = (self.user_of(who), self.config.casemapping);
        if params.first().is_none_or(|masks| masks.is_empty()) {
            let nick = self.nick_of(me).to_owned();
            for mask in self.users[&me].takes.silenced.clone() {
                self.numeric(who, "271", &[&nick, &mask]);
            }
            return self.numeric(who, "272", &[]);
        }
        for asked in params[0].split(',') {
            let (sign, mask) = match asked.split_at_checked(1) {
                Some((sign @ ("+" | "-"), mask)) => (sign, mask),
                _ => ("+", asked),
            };
            let is_empty = mask.is_empty();
            let mask = complete_mask(mask);
            let is_bad = mask.starts_with(':') || mask.contains(' ') || has_impossible_prefix(&mask);
            if is_empty || is_bad || mask.len() > 200 {
                self.fail(who, "SILENCE", "INVALID_MASK", &["*"]);
                continue;
            }
            let listed = &mut self.user_mut(me).takes.silenced;
            let before = listed.len();
            if sign == "-" {
                listed.retain(|own| !mapping.same(own, &mask));
            } else if !listed.iter().any(|own| mapping.same(own, &mask)) {
                if before >= 32 {
                    self.numeric(who, "511", &[&mask]);
                    continue;
                }
                listed.push(mask.clone());
            }
            if listed.len() != before {
                let line = format!(":{} SILENCE {sign}{mask}", self.source(me));
                let tags = Tags { msgid: None, at: None, ..self.tags(&line) };
                self.told(self.sessions_of(me), &line, &tags);
            }
        }
    }

    /// The numeric that refuses a message from `other` to `user`, empty if it is dropped; `None` if `user` accepts it.
    pub(super) fn unwanted(&self, user: UserId, other: UserId) -> Option<&'static str> {
        let row = &self.users[&user];
        if user != other && row.takes.silenced.iter().any(|mask| self.is_meant(mask, other)) {
            return Some("");
        }
        let closed = row.modes.contains(&'g') && !self.users[&other].modes.contains(&'o');
        (user != other && closed && !row.takes.accepted.contains(&other)).then_some("716")
    }

    /// Handles a refused message: replies with its numeric; mode `g` also notifies both sides.
    pub(super) fn refused(&mut self, who: ConnId, command: &str, (code, params): (&str, Vec<String>)) {
        let params: Vec<&str> = params.iter().map(String::as_str).collect();
        let answers = match code {
            "" => false,
            "716" => command == "PRIVMSG",
            _ => command != "NOTICE",
        };
        if answers {
            self.numeric(who, code, &params);
        }
        if code != "716" || command == "TAGMSG" {
            return;
        }
        let me = self.user_of(who);
        let Some(user) = self.find(params[0]) else { return };
        if self.is_disconnected(user) {
            return;
        }
        if !self.is_news(user, ("ACCEPT", me.0), 32) {
            return;
        }
        if answers {
            self.numeric(who, "717", &params);
        }
        let (nick, place) = (self.nick_of(me).to_owned(), self.place_of(me));
        for conn in self.sessions_of(user) {
            self.numeric(conn, "718", &[&nick, &place]);
        }
    }
}
