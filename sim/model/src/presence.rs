//! `docs/protocol/presence.md`: AWAY and SETNAME, and who is notified.

use std::collections::BTreeSet;

use super::event::ConnId;
use super::text::cut;
use super::{Model, UserId};

impl Model {
    /// A session is away, or back. What others see depends on all sessions of its user.
    pub(super) fn away(&mut self, who: ConnId, text: &str) {
        let me = self.user_of(who);
        let before = self.shown_away(me);
        let text = cut(text, self.config.limits.away_bytes).to_owned();
        self.numeric(who, if text.is_empty() { "305" } else { "306" }, &[]);
        self.aways += 1;
        let said = self.aways;
        self.session_mut(who).away = if text.is_empty() { None } else { Some((said, text)) };
        self.tell_if_away_changed(me, before);
    }

    /// The AWAY line about a user.
    pub(super) fn away_line(&self, me: UserId) -> String {
        let text = self.shown_away(me).map_or(String::new(), |text| format!(" :{text}"));
        format!(":{} AWAY{text}", self.source(me))
    }

    pub(super) fn setname(&mut self, who: ConnId, realname: &str) {
        if realname.is_empty() || realname.len() > self.config.limits.realname_bytes {
            return self.fail(who, "SETNAME", "INVALID_REALNAME", &[]);
        }
        let me = self.user_of(who);
        self.user_mut(me).realname = realname.to_owned();
        let own = self.sessions_of(me).into_iter().filter(|&conn| self.has(conn, "setname"));
        let told: Vec<ConnId> = own.chain(self.audience(me, "setname")).collect();
        self.happens(true, self.channels_of(me));
        self.tell(told, &format!(":{} SETNAME :{realname}", self.source(me)));
    }

    /// Other users' sessions with `cap` that share a channel with the user, or monitor them with extended-monitor.
    pub(super) fn audience(&self, me: UserId, cap: &str) -> BTreeSet<ConnId> {
        let near: BTreeSet<ConnId> = self.sessions_of_all(self.neighbours(me)).into_iter().collect();
        let watches = |session: &super::Session| {
            session.caps.contains("extended-monitor")
                && session.watched.iter().any(|nick| self.same(nick, self.nick_of(me)))
        };
        let hears = |conn: &ConnId, session: &super::Session| near.contains(conn) || watches(session);
        let others = self.sessions.iter().filter(|(_, session)| session.user != me && session.caps.contains(cap));
        others.filter(|(conn, session)| hears(conn, session)).map(|(&conn, _)| conn).collect()
    }
}
