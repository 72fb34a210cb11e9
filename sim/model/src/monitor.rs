//! MONITOR of `docs/protocol/presence.md`.

use super::event::ConnId;
use super::text::middle;
use super::{Model, UserId};

impl Model {
    pub(super) fn monitor(&mut self, who: ConnId, params: &[&str]) {
        let nicks = params.get(1).copied().filter(|nicks| !nicks.is_empty());
        match (params[0].chars().next().map(|letter| letter.to_ascii_uppercase()), nicks) {
            (Some('+' | '-'), None) => self.numeric(who, "461", &["MONITOR"]),
            (Some('+'), Some(nicks)) => self.watch(who, &nicks.split(',').collect::<Vec<_>>()),
            (Some('-'), Some(nicks)) => {
                let watched = std::mem::take(&mut self.session_mut(who).watched);
                let kept = watched.into_iter().filter(|own| !nicks.split(',').any(|nick| self.same(nick, own)));
                self.session_mut(who).watched = kept.collect();
            }
            (Some('C'), _) => self.session_mut(who).watched.clear(),
            (Some('L'), _) => {
                let watched = self.sessions[&who].watched.clone();
                self.listed_if_any(who, "732", &watched);
                self.numeric(who, "733", &[]);
            }
            (Some('S'), _) => self.show_presence(who, &self.sessions[&who].watched.clone()),
            _ => {}
        }
    }

    fn watch(&mut self, who: ConnId, nicks: &[&str]) {
        let (limits, mut added, mut refused) = (self.config.limits, Vec::new(), &nicks[..0]);
        for (at, nick) in nicks.iter().enumerate() {
            let watched = &self.sessions[&who].watched;
            let is_known = watched.iter().any(|own| self.same(own, nick));
            if self.config.casemapping.nick(nick, limits.nick_bytes).is_none() {
                continue;
            }
            if !is_known && watched.len() >= limits.monitor_entries {
                refused = &nicks[at..];
                break;
            }
            if !is_known {
                self.session_mut(who).watched.push((*nick).to_owned());
            }
            added.push((*nick).to_owned());
        }
        self.show_presence(who, &added);
        // As many on a line as fit.
        let limit = limits.monitor_entries.to_string();
        while !refused.is_empty() {
            let fits = |count: &usize| refused[..*count].join(",").len() < 200;
            let (line, rest) = refused.split_at((1..=refused.len()).rev().find(fits).unwrap_or(1));
            self.numeric(who, "734", &[&limit, middle(&line.join(","))]);
            refused = rest;
        }
    }

    /// Sends 730 for those online, 731 for the others.
    fn show_presence(&mut self, who: ConnId, nicks: &[String]) {
        let (online, offline): (Vec<_>, Vec<_>) = nicks.iter().cloned().partition(|nick| self.find(nick).is_some());
        let online: Vec<_> = online.iter().filter_map(|nick| self.find(nick)).collect();
        let sources: Vec<_> = online.iter().map(|&user| self.source(user)).collect();
        self.listed_if_any(who, "730", &sources);
        self.listed_if_any(who, "731", &offline);
        for user in online {
            self.sync_user(who, user);
        }
    }

    fn listed_if_any(&mut self, who: ConnId, code: &str, words: &[String]) {
        if !words.is_empty() {
            self.listed(who, code, &[], words, ",");
        }
    }

    /// Notifies the sessions that monitor a nick: it is online.
    pub(super) fn tell_arrival(&mut self, who: UserId) {
        for (conn, _) in self.watchers(self.nick_of(who)) {
            self.numeric(conn, "730", &[&format!(":{}", self.source(who))]);
            self.sync_user(conn, who);
        }
    }

    /// Notifies the sessions that monitor a nick: it is offline.
    pub(super) fn tell_absence(&mut self, nick: &str) {
        for (conn, nick) in self.watchers(nick) {
            self.numeric(conn, "731", &[&format!(":{nick}")]);
        }
    }

    /// The sessions that monitor a nick, each with its own spelling of it.
    fn watchers(&self, nick: &str) -> Vec<(ConnId, String)> {
        let watched = |conn: ConnId| self.sessions[&conn].watched.iter().find(|own| self.same(own, nick));
        self.sessions_of_all(self.registered())
            .into_iter()
            .filter_map(|conn| Some((conn, watched(conn)?.clone())))
            .collect()
    }
}
