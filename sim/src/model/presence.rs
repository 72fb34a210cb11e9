//! `docs/protocol/presence.md`: what users tell of themselves, and who hears of it.

use std::collections::BTreeSet;

use verbatim::server::ConnId;

use super::Model;
use super::text::cut;

impl Model {
    pub(super) fn away(&mut self, who: ConnId, text: &str) {
        let away = if text.is_empty() { None } else { Some(cut(text, self.config.limits.away_bytes).to_owned()) };
        self.numeric(who, if away.is_some() { "306" } else { "305" }, &[]);
        let user = self.users.get_mut(&who).unwrap();
        let changed = std::mem::replace(&mut user.away, away.clone()) != away;
        if changed && self.users[&who].registered {
            let audience = self.audience(who, "away-notify");
            self.tell(audience, &self.away_line(who));
        }
    }

    /// What those hear who want to know of somebody's absence.
    pub(super) fn away_line(&self, who: ConnId) -> String {
        let text = self.users[&who].away.as_ref().map_or(String::new(), |text| format!(" :{text}"));
        format!(":{} AWAY{text}", self.source(who))
    }

    pub(super) fn setname(&mut self, who: ConnId, realname: &str) {
        if realname.is_empty() || realname.len() > self.config.limits.realname_bytes {
            return self.fail(who, "SETNAME", "INVALID_REALNAME", &[]);
        }
        self.users.get_mut(&who).unwrap().realname = realname.to_owned();
        let mut audience: Vec<ConnId> = self.audience(who, "setname").into_iter().collect();
        if self.has(who, "setname") {
            audience.insert(0, who);
        }
        self.tell(audience, &format!(":{} SETNAME :{realname}", self.source(who)));
    }

    /// Everyone else who is told of what somebody does elsewhere than in a channel: who shares one with them, or watches
    /// them closely.
    pub(super) fn audience(&self, who: ConnId, cap: &str) -> BTreeSet<ConnId> {
        let mut audience = self.neighbours(who);
        let watches = |user: &super::User| user.watched.iter().any(|nick| self.same(nick, self.nick_of(who)));
        let watching = self.users.iter().filter(|(_, user)| user.caps.contains("extended-monitor") && watches(user));
        audience.extend(watching.map(|(&conn, _)| conn));
        audience.retain(|&conn| conn != who && self.has(conn, cap));
        audience
    }
}
