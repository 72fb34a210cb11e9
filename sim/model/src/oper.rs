//! `docs/protocol/operators.md`.

use super::config::{Operator, Privilege};
use super::event::ConnId;
use super::text::{cut, middle};
use super::{Model, UserId};

impl Model {
    /// Whether a user is an operator with this privilege; if not, replies with 481 or 723.
    pub(super) fn may_or_told(&mut self, who: ConnId, privilege: Privilege) -> bool {
        let me = self.user_of(who);
        let may = self.may(me, privilege);
        if !may && self.users[&me].modes.contains(&'o') {
            self.numeric(who, "723", &[&format!("{privilege:?}").to_lowercase()]);
        } else if !may {
            self.numeric(who, "481", &[]);
        }
        may
    }

    /// A server notice about a user, to everybody else who has mode `s`.
    pub(super) fn notice(&mut self, about: UserId, text: &str) {
        let text = format!("*** {} ({}) {text}", self.nick_of(about), self.place_of(about));
        for user in self.registered().collect::<Vec<_>>() {
            if user != about && self.users[&user].modes.contains(&'s') {
                let line = format!(":{} NOTICE {} :{text}", self.config.name, self.nick_of(user));
                self.also(self.sessions_of(user), &line);
            }
        }
    }

    pub(super) fn oper(&mut self, who: ConnId, name: &str, password: &str) {
        let Some(entry) = self.config.operators.iter().find(|entry| entry.name == name).cloned() else {
            return self.refuse_operator(who, "464");
        };
        let (me, mapping) = (self.user_of(who), self.config.casemapping);
        let name = self.users[&me].user.as_deref().unwrap_or("");
        let from = [self.nick_of(me), name, &self.sessions[&who].peer.host];
        if !entry.hosts.is_empty() && !entry.hosts.iter().any(|mask| mapping.is_user(mask, from)) {
            return self.refuse_operator(who, "491");
        }
        let question = ["verify", password, &entry.password.clone()];
        self.ask(who, &question, |model, who, answer| model.oper_verified(who, entry, answer == ["right"]));
    }

    fn refuse_operator(&mut self, who: ConnId, code: &str) {
        self.numeric(who, code, &[]);
        self.notice(self.user_of(who), "failed to become an operator");
    }

    pub(super) fn oper_verified(&mut self, who: ConnId, entry: Operator, right: bool) {
        if !right {
            return self.refuse_operator(who, "464");
        }
        self.numeric(who, "381", &[]);
        let me = self.user_of(who);
        let user = self.user_mut(me);
        let before = user.modes.clone();
        (user.privileges, user.opered) = (entry.privileges, Some(who));
        user.modes.insert('o');
        self.tell_own_modes(me, &before);
        self.notice(me, &format!("is now an operator ({})", entry.name));
    }

    pub(super) fn kill(&mut self, who: ConnId, nick: &str, reason: &str) {
        let reason = if reason.is_empty() { "No reason given" } else { reason };
        if !self.may_or_told(who, Privilege::Kill) {
            return;
        }
        if nick.eq_ignore_ascii_case(&self.config.name) {
            return self.numeric(who, "483", &[]);
        }
        let Some(victim) = self.find(nick) else { return self.numeric(who, "401", &[middle(nick)]) };
        let reason = cut(reason, self.config.limits.kick_bytes);
        let me = self.user_of(who);
        let line = format!(":{} KILL {} :{reason}", self.source(me), self.nick_of(victim));
        self.tell(self.sessions_of(victim), &line);
        self.end_user(victim, &format!("Killed ({} ({reason}))", self.nick_of(me)));
    }

    pub(super) fn rehash(&mut self, who: ConnId) {
        if self.may_or_told(who, Privilege::Rehash) {
            self.ask(who, &["reload"], |model, who, answer| model.rehashed(who, answer));
        }
    }

    pub(super) fn rehashed(&mut self, who: ConnId, answer: &[&str]) {
        self.numeric(who, "382", &["*"]);
        match answer {
            ["reloaded", kept @ ..] => {
                for key in kept {
                    let line = if self.has(who, "standard-replies") {
                        format!(
                            ":{} NOTE REHASH NEEDS_RESTART {key} :Takes effect only after a restart",
                            self.config.name
                        )
                    } else {
                        format!(":{} NOTICE {} :{key} needs a restart", self.config.name, self.own_nick(who))
                    };
                    self.also([who], &line);
                }
            }
            reason => self.numeric(who, "400", &["REHASH", &format!(":{}", reason[1..].concat())]),
        }
    }

    pub(super) fn wallops(&mut self, who: ConnId, text: &str) {
        if text.is_empty() {
            return self.numeric(who, "461", &["WALLOPS"]);
        }
        if !self.may_or_told(who, Privilege::Wallops) {
            return;
        }
        let line = format!(":{} WALLOPS :{text}", self.source(self.user_of(who)));
        if line.len() > 510 {
            return self.numeric(who, "417", &[]);
        }
        let heard_by = self.registered().filter(|user| self.users[user].modes.contains(&'w'));
        self.tell(self.sessions_of_all(heard_by), &line);
    }
}
