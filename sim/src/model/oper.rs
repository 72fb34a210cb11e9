//! `docs/protocol/operators.md`: operators of the server.

use verbatim::server::{Action, ConnId, Privilege, Question, Reload};

use super::Model;
use super::asking::Purpose;
use super::text::{cut, middle};

impl Model {
    /// Whether somebody is an operator with this privilege; else 481 or 723.
    pub(super) fn may_or_told(&mut self, who: ConnId, privilege: Privilege) -> bool {
        let may = self.may(who, privilege);
        if !may && self.users[&who].modes.contains(&'o') {
            self.numeric(who, "723", &[&format!("{privilege:?}").to_lowercase()]);
        } else if !may {
            self.numeric(who, "481", &[]);
        }
        may
    }

    /// `~user@host`
    pub(super) fn place_of(&self, who: ConnId) -> String {
        let user = &self.users[&who];
        format!("{}@{}", user.user.as_deref().unwrap_or(""), user.peer.host)
    }

    /// A server notice about somebody, to everyone else who asked for them.
    pub(super) fn notice(&mut self, about: ConnId, text: &str) {
        let text = format!("*** {} ({}) {text}", self.nick_of(about), self.place_of(about));
        for conn in self.registered().collect::<Vec<_>>() {
            if conn != about && self.users[&conn].modes.contains(&'s') {
                let line = format!(":{} NOTICE {} :{text}", self.config.name, self.nick_of(conn));
                self.also([conn], &line);
            }
        }
    }

    pub(super) fn oper(&mut self, who: ConnId, name: &str, password: &str) {
        let Some(entry) = self.config.operators.iter().find(|entry| entry.name == name).cloned() else {
            return self.refuse_operator(who, "464");
        };
        let (place, mapping) = (self.place_of(who), self.config.casemapping);
        if !entry.hosts.is_empty() && !entry.hosts.iter().any(|mask| mapping.matches(mask, &place)) {
            return self.refuse_operator(who, "491");
        }
        self.verify(who, Purpose::Oper(entry.clone()), password, &entry.password);
    }

    fn refuse_operator(&mut self, who: ConnId, code: &str) {
        self.numeric(who, code, &[]);
        self.notice(who, "failed to become an operator");
    }

    pub(super) fn oper_verified(&mut self, who: ConnId, entry: verbatim::server::Operator, right: bool) {
        if !right {
            return self.refuse_operator(who, "464");
        }
        self.numeric(who, "381", &[]);
        let user = self.users.get_mut(&who).unwrap();
        let before = user.modes.clone();
        user.privileges = entry.privileges;
        user.modes.insert('o');
        self.tell_own_modes(who, &before);
        self.notice(who, &format!("is now an operator ({})", entry.name));
    }

    pub(super) fn kill(&mut self, who: ConnId, nick: &str, reason: &str) {
        if reason.is_empty() {
            return self.numeric(who, "461", &["KILL"]);
        }
        if !self.may_or_told(who, Privilege::Kill) {
            return;
        }
        if nick.eq_ignore_ascii_case(&self.config.name) {
            return self.numeric(who, "483", &[]);
        }
        let Some(victim) = self.find(nick) else { return self.numeric(who, "401", &[middle(nick)]) };
        let reason = cut(reason, self.config.limits.kick_bytes);
        self.tell([victim], &format!(":{} KILL {} :{reason}", self.source(who), self.nick_of(victim)));
        let reason = format!("Killed ({} ({reason}))", self.nick_of(who));
        self.tell_departure(victim, &reason, true);
        self.error(victim, &reason);
        self.remove(victim, &reason);
    }

    pub(super) fn rehash(&mut self, who: ConnId) {
        if self.may_or_told(who, Privilege::Rehash) {
            self.numeric(who, "382", &["*"]);
            let ask = self.wait(who, Purpose::Rehash);
            self.asked.push(Action::Ask { ask, question: Question::Reload });
        }
    }

    pub(super) fn rehashed(&mut self, who: ConnId, outcome: Result<&Reload, &str>) {
        match outcome {
            Ok(reload) => {
                for key in &reload.kept {
                    let line = if self.users[&who].caps.contains("standard-replies") {
                        format!(":{} NOTE REHASH NEEDS_RESTART {key} :Its change needs a restart", self.config.name)
                    } else {
                        format!(":{} NOTICE {} :{key} needs a restart", self.config.name, self.nick_of(who))
                    };
                    self.also([who], &line);
                }
            }
            Err(reason) => self.numeric(who, "400", &["REHASH", &format!(":{reason}")]),
        }
    }

    pub(super) fn wallops(&mut self, who: ConnId, text: &str) {
        if text.is_empty() {
            return self.numeric(who, "461", &["WALLOPS"]);
        }
        if !self.may_or_told(who, Privilege::Wallops) {
            return;
        }
        let line = format!(":{} WALLOPS :{text}", self.source(who));
        if line.len() > 510 {
            return self.numeric(who, "417", &[]);
        }
        let heard_by: Vec<_> = self.registered().filter(|conn| self.users[conn].modes.contains(&'w')).collect();
        self.tell(heard_by, &line);
    }
}
