//! `docs/protocol/registration.md`: how users register, and how they leave.

use super::event::{ConnId, Stays, Time};
use super::names::look;
use super::text::{cut, middle};
use super::{Body, Model, Tags, UserId};

/// Every capability that can be requested. CAP LS may list these and `sts`. Only the value of `sts` is predicted; the
/// other values are checked only by transcripts.
pub const CAPS: [&str; 25] = [
    "account-notify",
    "account-tag",
    "away-notify",
    "batch",
    "cap-notify",
    "chghost",
    "draft/channel-rename",
    "draft/extended-isupport",
    "draft/message-redaction",
    "draft/metadata-3",
    "draft/multiline",
    "draft/no-implicit-names",
    "draft/pre-away",
    "echo-message",
    "extended-join",
    "extended-monitor",
    "invite-notify",
    "labeled-response",
    "message-tags",
    "multi-prefix",
    "no-implicit-names",
    "server-time",
    "setname",
    "standard-replies",
    "userhost-in-names",
];

/// Whether a capability with this name exists.
pub(super) fn is_capability(name: &str) -> bool {
    CAPS.contains(&name)
}

impl Model {
    pub(super) fn cap(&mut self, who: ConnId, params: &[&str]) {
        let registered = self.is_registered(who);
        let session = self.session_mut(who);
        let asked = params.get(1).copied().unwrap_or("");
        let word = params[0].to_ascii_uppercase();
        match word.as_str() {
            "LS" => {
                session.negotiating = !registered;
                let with_values = asked.parse::<u32>().is_ok_and(|version| version >= 302);
                if with_values {
                    session.caps.insert("cap-notify");
                    session.knows_302 = true;
                }
                let values = session.knows_302;
                let sts = self.sts(who).filter(|_| with_values);
                let head = format!(":{} CAP {} LS", self.config.name, self.own_nick(who));
                self.hear(who, Body::Capabilities { head, values, sts }, &Tags::default());
            }
            "LIST" => {
                let caps: Vec<_> = session.caps.iter().copied().collect();
                self.cap_reply(who, "LIST", &caps.join(" "));
            }
            "REQ" => {
                session.negotiating = !registered;
                let named = |word: &str| CAPS.into_iter().find(|&cap| cap == word.strip_prefix('-').unwrap_or(word));
                let words: Vec<&str> = asked.split(' ').filter(|word| !word.is_empty()).collect();
                let mut caps = session.caps.clone();
                for &word in &words {
                    match named(word) {
                        Some(cap) if word.starts_with('-') => drop(caps.remove(cap)),
                        Some(cap) => drop(caps.insert(cap)),
                        None => return self.cap_reply(who, "NAK", asked),
                    }
                }
                // Version 302 implies cap-notify for the whole connection.
                if session.knows_302 && words.contains(&"-cap-notify") {
                    return self.cap_reply(who, "NAK", asked);
                }
                // The ACK itself is still sent with the capabilities from before the change.
                self.cap_reply(who, "ACK", asked);
                self.session_mut(who).caps = caps;
                if !self.is_aware(who) {
                    self.session_mut(who).subscriptions.clear();
                }
            }
            "END" => {
                session.negotiating = false;
                self.welcome_if_complete(who);
            }
            _ => self.numeric(who, "410", &[middle(&word)]),
        }
    }

    fn cap_reply(&mut self, who: ConnId, word: &str, caps: &str) {
        let line = format!(":{} CAP {} {word} :{caps}", self.config.name, self.own_nick(who));
        self.tell([who], &line);
    }

    pub(super) fn pass(&mut self, who: ConnId, password: &str) {
        if self.is_registered(who) {
            return self.numeric(who, "462", &[]);
        }
        self.session_mut(who).password = Some(password.to_owned());
    }

    pub(super) fn nick(&mut self, who: ConnId, nick: &str) {
        if nick.is_empty() {
            return self.numeric(who, "431", &[]);
        }
        let asked = nick;
        let Some(nick) = self.config.casemapping.nick(nick, self.config.limits.nick_bytes) else {
            return self.numeric(who, "432", &[middle(nick)]);
        };
        let nick = nick.as_str();
        let (me, wanted) = (self.user_of(who), self.config.refuse_lookalikes.then(|| look(nick)));
        let is_taken = |(&other, user): (&UserId, &super::User)| {
            let is_alike = |taken: &str| wanted.as_ref().is_some_and(|wanted| look(taken) == *wanted);
            let clash = |taken: &str| self.same(taken, nick) || is_alike(taken);
            other != me && user.nick.as_deref().is_some_and(clash)
        };
        if self.users.iter().any(is_taken) {
            return self.numeric(who, "433", &[asked]);
        }
        if self.users[&me].nick.as_deref() == Some(nick) {
            return;
        }
        if self.users[&me].registered {
            self.happens(true, self.channels_of(me));
            let told = [me].into_iter().chain(self.neighbours(me));
            self.tell(self.sessions_of_all(told), &format!(":{} NICK {nick}", self.source(me)));
            return self.take_nick(me, nick);
        }
        self.user_mut(me).nick = Some(nick.to_owned());
        self.welcome_if_complete(who);
    }

    /// Gives a user another nick.
    fn take_nick(&mut self, me: UserId, nick: &str) {
        let old = self.nick_of(me).to_owned();
        let is_other = !self.same(&old, nick);
        if is_other {
            self.remember_nick(me);
        }
        self.user_mut(me).nick = Some(nick.to_owned());
        if is_other {
            self.tell_absence(&old);
            self.tell_arrival(me);
        }
    }

    pub(super) fn user(&mut self, who: ConnId, name: &str, realname: &str) {
        let me = self.user_of(who);
        if self.users[&me].user.is_some() {
            return self.numeric(who, "462", &[]);
        }
        let name: String = name.chars().filter(|&c| c.is_ascii_alphanumeric() || "-._".contains(c)).collect();
        let name = if name.is_empty() { "user" } else { cut(&name, self.config.limits.user_bytes - 1) };
        let realname = cut(realname, self.config.limits.realname_bytes).to_owned();
        let user = self.user_mut(me);
        (user.user, user.realname) = (Some(format!("~{name}")), realname);
        self.welcome_if_complete(who);
    }

    fn welcome_if_complete(&mut self, who: ConnId) {
        let (session, user) = (&self.sessions[&who], &self.users[&self.user_of(who)]);
        if user.registered || session.negotiating || user.nick.is_none() || user.user.is_none() {
            return;
        }
        match (self.config.password.clone(), session.password.clone()) {
            (None, _) => self.password_verified(who, true),
            (Some(_), None) => self.password_verified(who, false),
            (Some(hash), Some(password)) => {
                self.ask(who, &["verify", &password, &hash], |model, who, answer| {
                    model.password_verified(who, answer == ["right"]);
                });
            }
        }
    }

    pub(super) fn password_verified(&mut self, who: ConnId, right: bool) {
        if !right {
            self.numeric(who, "464", &[]);
            self.error(who, "Password incorrect");
            return self.end_session(who, "");
        }
        if let Some((user, stays)) = self.moves_to(who) {
            return self.move_to(who, user, stays);
        }
        let me = self.user_of(who);
        let now = self.now;
        let user = self.user_mut(me);
        (user.registered, user.since, user.spoke) = (true, now, now.mono);
        self.welcome(who);
        self.tell_arrival(me);
        self.user_mut(me).modes = super::letters(&self.config.user_modes);
        self.tell_own_modes(me, &super::Modes::new());
        self.notice(me, "has connected");
    }

    /// What a session gets when it has registered.
    pub(super) fn welcome(&mut self, who: ConnId) {
        for code in ["001", "002", "003", "004"] {
            self.numeric(who, code, &[]);
        }
        self.isupport(who);
        self.lusers(who);
        self.show_own_metadata(who);
        self.motd(who);
        self.tell_if_unproven(who);
    }

    /// The 005 lines: at least one.
    pub(super) fn isupport(&mut self, who: ConnId) {
        let lines = |model: &mut Self| {
            model.numeric(who, "005", &[]);
            model.numerics(who, "005");
        };
        if self.has(who, "batch") && self.has(who, "draft/extended-isupport") {
            self.batch(who, "draft/isupport", lines);
        } else {
            lines(self);
        }
    }

    pub(super) fn lusers(&mut self, who: ConnId) {
        self.numeric(who, "251", &[]);
        let operators = self.users.values().filter(|user| user.modes.contains(&'o')).count();
        self.numeric(who, "252", &[&operators.to_string()]);
        let unknown = self.users.values().filter(|user| !user.registered).count();
        self.numeric(who, "253", &[&unknown.to_string()]);
        self.numeric(who, "254", &[&self.channels.len().to_string()]);
        for code in ["255", "265", "266"] {
            self.numeric(who, code, &[]);
        }
    }

    pub(super) fn motd(&mut self, who: ConnId) {
        if !self.config.has_motd {
            return self.numeric(who, "422", &[]);
        }
        self.numeric(who, "375", &[]);
        self.answer(who, &["372"], "376");
    }

    pub(super) fn ping(&mut self, who: ConnId, token: &str) {
        if token.is_empty() {
            return self.numeric(who, "409", &[]);
        }
        let line = format!(":{0} PONG {0} :{token}", self.config.name);
        self.also([who], &line);
    }

    pub(super) fn quit(&mut self, who: ConnId, reason: &str) {
        let reason = format!("Quit: {reason}");
        self.error(who, &reason);
        self.end_session(who, &reason);
    }

    /// Handles every deadline that has come, by time and then connection number. Then ends users who may no longer
    /// stay.
    pub(super) fn timeout(&mut self) {
        let mut due: Vec<(Time, ConnId)> =
            self.sessions.keys().filter_map(|&who| Some((self.deadline(who)?, who))).collect();
        due.retain(|&(deadline, _)| deadline <= self.now.mono);
        due.sort();
        for (_, who) in due {
            self.begin();
            self.session_is_due(who);
        }
        let disconnected = self.registered().filter(|&user| self.is_disconnected(user) && !self.stays(user));
        let mut due: Vec<(Stays, UserId)> = disconnected.map(|user| (self.users[&user].stays, user)).collect();
        due.sort_by_key(|(stays, _)| if let Stays::Until(time) = stays { *time } else { Time::default() });
        for (_, user) in due {
            self.begin();
            self.end_user(user, &self.users[&user].left.clone());
        }
    }

    fn session_is_due(&mut self, who: ConnId) {
        if !self.is_registered(who) {
            self.error(who, "Registration timeout");
            self.end_session(who, "");
        } else if self.sessions[&who].pinged.is_none() && self.sessions[&who].unsent.is_empty() {
            let now = self.now.mono;
            self.session_mut(who).pinged = Some(now);
            self.pinged(who);
            self.tell([who], &format!("PING :{}", self.config.name));
        } else {
            let silence = self.config.ping_interval + self.config.ping_timeout;
            let reason = format!("Ping timeout: {} seconds", silence.as_secs());
            self.error(who, &reason);
            self.end_session(who, &reason);
        }
    }

    /// The deadline of a connection. It has none while it waits for an answer, since its input is not read, nor while
    /// its PING may be behind lines that wait.
    fn deadline(&self, who: ConnId) -> Option<Time> {
        let session = &self.sessions[&who];
        match session.pinged {
            _ if session.waiting.is_some() || session.ping_waits.is_some() => None,
            _ if !session.unsent.is_empty() => {
                Some(session.heard + self.config.ping_interval + self.config.ping_timeout)
            }
            _ if !self.is_registered(who) => Some(session.connected + self.config.registration_timeout),
            None => Some(session.heard + self.config.ping_interval),
            Some(pinged) => Some(pinged + self.config.ping_timeout),
        }
    }

    /// Sends names in a numeric, on as many lines as needed, in any order.
    pub(super) fn several(&mut self, who: ConnId, code: &str, params: &[&str], names: Vec<String>) {
        let head = self.head(who, code, params) + " :";
        self.hear(who, Body::Names { head, names: names.into_iter().collect() }, &Tags::default());
    }
}
