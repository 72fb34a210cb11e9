//! `docs/protocol/channels.md`, except what is in `rank`, `listing` and `rename`.

use super::config::Privilege;
use super::event::ConnId;
use super::pieces::{Long, Named};
use super::place::Place;
use super::rank::{HALFOP, Member, OPERATOR, is_over};
use super::text::{cut, is_channel, middle};
use super::{Channel, Model, Row, UserId, letters};

pub(super) const ROWS: &[Row] = &[("INVITE", 0, Model::invite), ("KNOCK", 1, Model::knock)];

impl Model {
    pub(super) fn join(&mut self, who: ConnId, names: &str, keys: &str) {
        let me = self.user_of(who);
        if names == "0" {
            for folded in self.channels.keys().cloned().collect::<Vec<_>>() {
                if self.channels[&folded].has(me) {
                    self.part_one(me, &folded, "Left all channels");
                }
            }
            return;
        }
        let mut keys = keys.split(',');
        for name in names.split(',') {
            let key = keys.next().unwrap_or("");
            let shown = self.shown(name);
            // A RENAME can make a channel its own forward.
            let forward = self.channel(name).and_then(|channel| self.channel(channel.forward.as_ref()?));
            let forward = forward.filter(|other| !self.same(&other.name, name));
            match (self.refuses(me, name, key), forward.map(|to| to.name.clone())) {
                (Some("473" | "477" | "471" | "475" | "489"), Some(to)) => {
                    self.numeric(who, "470", &[&shown, &to]);
                    self.join_or_say_why(who, &to, self.refuses(me, &to, ""));
                }
                (refusal, _) => self.join_or_say_why(who, name, refusal),
            }
        }
    }

    fn join_or_say_why(&mut self, who: ConnId, name: &str, refusal: Option<&'static str>) {
        match refusal {
            Some("") => {}
            Some(code) => {
                let shown = self.shown(name);
                self.numeric(who, code, &[&shown]);
            }
            None => self.join_one(self.user_of(who), name),
        }
    }

    /// The channel's name in its own spelling, or `name` as it was sent if there is no such channel.
    fn shown(&self, name: &str) -> String {
        self.channel(name).map_or(middle(name), |channel| &channel.name).to_owned()
    }

    /// The numeric that refuses a JOIN, empty for a member, who gets no reply; `None` if the user can join.
    fn refuses(&self, who: UserId, name: &str, key: &str) -> Option<&'static str> {
        if !is_channel(name, self.config.limits.channel_bytes) {
            return Some("403");
        }
        let channel = self.channel(name);
        if channel.is_some_and(|channel| channel.has(who)) {
            return Some("");
        }
        if self.channels.values().filter(|channel| channel.has(who)).count() >= self.config.limits.channels_per_user {
            return Some("405");
        }
        match channel {
            Some(channel) => self.bar(who, &channel.name, key),
            None => (self.config.channel_modes.contains('z') && !self.is_by_tls(who)).then_some("489"),
        }
    }

    /// The numeric that refuses a JOIN of an existing channel, if any.
    fn bar(&self, who: UserId, name: &str, key: &str) -> Option<&'static str> {
        let channel = self.channel(name)?;
        if channel.flags.contains(&'z') && !self.is_by_tls(who) {
            return Some("489");
        }
        if self.may(who, Privilege::Channels) {
            return None;
        }
        let invited = self.users[&who].invitations.iter().any(|invitation| self.same(invitation, name));
        let expected = invited || self.lists(channel, 'I', who);
        if channel.flags.contains(&'i') && !expected {
            Some("473")
        } else if !invited && self.is_banned(channel, who) {
            Some("474")
        } else if channel.flags.contains(&'R') && !expected {
            // Nobody is logged in.
            Some("477")
        } else if !invited && channel.limit.is_some_and(|limit| channel.members.len() >= limit.into()) {
            Some("471")
        } else if channel.key.as_deref().is_some_and(|right| right != key) {
            Some("475")
        } else {
            None
        }
    }

    fn join_one(&mut self, who: UserId, name: &str) {
        self.joins += 1;
        self.forget_invitation(who, name);
        let (folded, joined) = (self.fold(name), self.joins);
        let target = self.channels.contains_key(&folded).then(|| Place::Channel(folded.clone()));
        self.happens(true, target.into_iter().collect());
        let (now, at) = (self.now, self.happened_at());
        let flags = letters(&self.config.channel_modes);
        let channel = self.channels.entry(folded.clone()).or_insert_with(|| Channel {
            name: name.to_owned(),
            flags,
            created: now,
            born: joined,
            last: at,
            ..Channel::default()
        });
        let rank = if channel.members.is_empty() { Some('o') } else { None };
        channel.members.insert(who, Member { letters: rank.into_iter().collect(), joined, since: self.now.mono });
        let (name, witnesses) = (channel.name.clone(), self.witnesses(who, &self.channels[&folded]));
        self.new_msgid();
        let others = self.sessions_of_all(witnesses[1..].iter().copied());
        for conn in self.sessions_of(who).into_iter().chain(others.iter().copied()) {
            let line = self.join_line(conn, who, &name);
            self.also([conn], &line);
        }
        if self.shown_away(who).is_some() {
            let told: Vec<_> = others.iter().copied().filter(|&conn| self.has(conn, "away-notify")).collect();
            self.tell(told, &self.away_line(who));
        }
        for conn in self.sessions_of(who) {
            self.welcome_to(conn, &name);
        }
        self.show_newcomer(who, &others);
    }

    /// The JOIN line in the form for the session `to`.
    pub(super) fn join_line(&self, to: ConnId, who: UserId, name: &str) -> String {
        let realname = &self.users[&who].realname;
        let extended = if self.has(to, "extended-join") { format!(" * :{realname}") } else { String::new() };
        format!(":{} JOIN {name}{extended}", self.source(who))
    }

    fn forget_invitation(&mut self, who: UserId, name: &str) {
        let mapping = self.config.casemapping;
        self.user_mut(who).invitations.retain(|invitation| !mapping.same(invitation, name));
    }

    /// What a session gets after its user has joined.
    pub(super) fn welcome_to(&mut self, who: ConnId, name: &str) {
        if self.channel(name).unwrap().topic.is_some() {
            self.show_topic(who, name);
        }
        if !self.has(who, "no-implicit-names") && !self.has(who, "draft/no-implicit-names") {
            self.names_of(who, name);
        }
        self.sync_channel(who, name);
    }

    fn show_topic(&mut self, who: ConnId, name: &str) {
        let channel = self.channel(name).unwrap();
        let (name, topic, (setter, set)) = (channel.name.clone(), channel.topic.clone(), channel.topic_set.clone());
        match topic {
            None => self.numeric(who, "331", &[&name]),
            Some(topic) => {
                self.numeric(who, "332", &[&name, &format!(":{topic}")]);
                self.numeric(who, "333", &[&name, &setter, &self.seconds(set)]);
            }
        }
    }

    pub(super) fn part(&mut self, who: ConnId, names: &str, reason: &str) {
        let me = self.user_of(who);
        for name in names.split(',') {
            match self.channel(name) {
                None => self.numeric(who, "403", &[middle(name)]),
                Some(channel) if !channel.has(me) => self.numeric(who, "442", &[&channel.name.clone()]),
                Some(_) => self.part_one(me, &self.fold(name), reason),
            }
        }
    }

    fn part_one(&mut self, who: UserId, folded: &str, reason: &str) {
        self.happens(true, vec![Place::Channel(folded.to_owned())]);
        let channel = &self.channels[folded];
        let reason = if reason.is_empty() { String::new() } else { format!(" :{reason}") };
        let line = format!(":{} PART {}{reason}", self.source(who), channel.name);
        self.tell(self.sessions_of_all(self.witnesses(who, channel)), &line);
        self.leave(who, folded);
    }

    /// Whether the channel exists and `who` may act in it; if not, replies with 403 or 442.
    pub(super) fn is_member_or_told(&mut self, who: ConnId, name: &str) -> bool {
        let me = self.user_of(who);
        match self.channel(name) {
            None => self.numeric(who, "403", &[middle(name)]),
            Some(channel) if !channel.has(me) && !self.may(me, Privilege::Channels) => {
                self.numeric(who, "442", &[&channel.name.clone()]);
            }
            Some(_) => return true,
        }
        false
    }

    pub(super) fn topic(&mut self, who: ConnId, name: &str, topic: Option<&str>) {
        if !self.is_member_or_told(who, name) {
            return;
        }
        let Some(topic) = topic else { return self.show_topic(who, name) };
        let (me, channel) = (self.user_of(who), self.channel(name).unwrap());
        if channel.flags.contains(&'t') && self.rank(me, channel) < HALFOP {
            return self.numeric(who, "482", &[&channel.name.clone()]);
        }
        let line = format!(":{} TOPIC {} :{topic}", self.source(me), channel.name);
        if topic.len() > self.config.limits.topic_bytes || line.len() > 510 {
            return self.numeric(who, "417", &[]);
        }
        let folded = self.fold(name);
        let told = self.sessions_of_all(self.everyone(me, channel));
        self.happens(true, vec![Place::Channel(folded.clone())]);
        self.tell(told, &line);
        let topic = if topic.is_empty() { None } else { Some(topic.to_owned()) };
        let set = (self.source(me), self.now);
        let channel = self.channels.get_mut(&folded).unwrap();
        (channel.topic, channel.topic_set) = (topic, set);
    }

    pub(super) fn names(&mut self, who: ConnId, names: Option<&str>) {
        let Some(names) = names else { return self.reply_long(who, Long::AllNames(None, None)) };
        for name in names.split(',') {
            match self.channel(name) {
                Some(channel) if self.knows(self.user_of(who), channel) => self.names_of(who, name),
                _ => self.reply_long(who, Long::Absent(name.to_owned())),
            }
        }
    }

    /// The members that a user is shown.
    pub(super) fn shown_members(&self, who: UserId, channel: &Channel) -> Vec<UserId> {
        channel.members.keys().copied().filter(|&user| self.shows_member(who, user, channel)).collect()
    }

    /// Whether a user is shown this member.
    fn shows_member(&self, who: UserId, user: UserId, channel: &Channel) -> bool {
        let inside = channel.has(who) || self.may(who, Privilege::See);
        (inside || !self.users[&user].modes.contains(&'i')) && self.sees_in(who, user, channel)
    }

    fn names_of(&mut self, who: ConnId, name: &str) {
        let channel = self.channel(name).unwrap();
        let named = Named { born: channel.born, name: channel.name.clone(), last: None };
        self.reply_long(who, Long::Names(named));
    }

    /// The channel that was born then.
    pub(super) fn channel_born(&self, born: u64) -> Option<&Channel> {
        self.channels.values().find(|channel| channel.born == born)
    }

    /// Sends the next names of a channel. Returns whether these were the last.
    pub(super) fn names_on(&mut self, who: ConnId, named: &mut Named) -> bool {
        let me = self.user_of(who);
        let members = match self.channel_born(named.born).filter(|channel| self.knows(me, channel)) {
            Some(channel) => channel.members.keys().copied().collect(),
            None => return true,
        };
        let (members, done) = self.next_users(members, &mut named.last);
        let channel = self.channel_born(named.born).unwrap();
        let all = self.has(who, "multi-prefix");
        let word = |user: UserId| {
            let name =
                if self.has(who, "userhost-in-names") { self.source(user) } else { self.nick_of(user).to_owned() };
            channel.prefix(user, all) + &name
        };
        let shown = members.into_iter().filter(|&user| self.shows_member(me, user, channel));
        let names = shown.map(word).collect();
        named.name = channel.name.clone();
        let kind = if channel.flags.contains(&'s') { "@" } else { "=" };
        self.several(who, "353", &[kind, &named.name], names);
        done
    }

    fn invite(&mut self, who: ConnId, params: &[&str]) {
        let me = self.user_of(who);
        if params.len() == 1 {
            return self.numeric(who, "461", &["INVITE"]);
        }
        if params.is_empty() {
            let mut invitations = self.users[&me].invitations.clone();
            invitations.sort_by_key(|name| self.fold(name));
            for name in invitations {
                self.numeric(who, "336", &[&name]);
            }
            return self.numeric(who, "337", &[]);
        }
        let Some(invited) = self.find(params[0]) else { return self.numeric(who, "401", &[middle(params[0])]) };
        if !self.is_member_or_told(who, params[1]) {
            return;
        }
        let nick = self.nick_of(invited).to_owned();
        let channel = self.channel(params[1]).unwrap();
        let name = channel.name.clone();
        let may_invite = |user: UserId| !channel.flags.contains(&'i') || self.rank(user, channel) >= OPERATOR;
        if !may_invite(me) {
            return self.numeric(who, "482", &[&name]);
        }
        if channel.has(invited) {
            return self.numeric(who, "443", &[&nick, &name]);
        }
        let notified = self.sessions_of_all(channel.members.keys().copied().filter(|&user| may_invite(user)));
        let notified = notified.into_iter().filter(|&conn| conn != who && self.has(conn, "invite-notify"));
        let told: Vec<ConnId> = self.sessions_of(invited).into_iter().chain(notified).collect();
        self.tell(told, &format!(":{} INVITE {nick} {name}", self.source(me)));
        self.numeric(who, "341", &[&nick, &name]);
        self.tell_if_away(who, invited);
        self.forget_invitation(invited, &name);
        let most = self.config.limits.invitations;
        let invitations = &mut self.user_mut(invited).invitations;
        invitations.push(name);
        if invitations.len() > most {
            invitations.remove(0);
        }
    }

    fn knock(&mut self, who: ConnId, params: &[&str]) {
        let me = self.user_of(who);
        let Some(channel) = self.channel(params[0]) else { return self.numeric(who, "403", &[middle(params[0])]) };
        let (name, born) = (channel.name.clone(), channel.born);
        let refused = match self.bar(me, &name, "") {
            _ if channel.has(me) => Some("714"),
            None => Some("713"),
            Some(bar @ ("474" | "489")) => Some(bar),
            Some(_) if !self.is_news(me, ("KNOCK", born), 8) => Some("712"),
            Some(_) => None,
        };
        if let Some(code) = refused {
            return self.numeric(who, code, &[&name]);
        }
        let members = self.channel(&name).unwrap().members.keys().copied().collect::<Vec<_>>();
        let inviters = members.into_iter().filter(|&user| self.channel(&name).unwrap().rank(user) >= OPERATOR);
        let (source, told) = (self.source(me), self.sessions_of_all(inviters));
        for conn in told {
            self.numeric(conn, "710", &[&name, &source]);
        }
        self.numeric(who, "711", &[&name]);
    }

    pub(super) fn kick(&mut self, who: ConnId, names: &str, nicks: &str, reason: &str) {
        let names: Vec<&str> = names.split(',').collect();
        let too_many = nicks.split(',').nth(self.config.limits.targets).map(middle);
        if names.len() > 1 && names.len() != nicks.split(',').count() {
            return self.numeric(who, "461", &["KICK"]);
        }
        let me = self.user_of(who);
        let reason = if reason.is_empty() { self.nick_of(me).to_owned() } else { reason.to_owned() };
        let reason = cut(&reason, self.config.limits.kick_bytes);
        if let [name] = names[..] {
            if !self.may_kick_or_told(who, name) {
                return;
            }
            if let Some(nick) = too_many {
                return self.numeric(who, "407", &[nick]);
            }
            let shown = self.shown(name);
            for nick in nicks.split(',') {
                // The caller may have kicked themselves.
                let may_act = |channel: &Channel| channel.has(me) || self.may(me, Privilege::Channels);
                if !self.channel(name).is_some_and(may_act) {
                    return self.numeric(who, "442", &[&shown]);
                }
                self.kick_one(who, name, nick, reason);
            }
        } else if let Some(nick) = too_many {
            self.numeric(who, "407", &[nick]);
        } else {
            for (name, nick) in names.into_iter().zip(nicks.split(',')) {
                if self.may_kick_or_told(who, name) {
                    self.kick_one(who, name, nick, reason);
                }
            }
        }
    }

    fn may_kick_or_told(&mut self, who: ConnId, name: &str) -> bool {
        if !self.is_member_or_told(who, name) {
            return false;
        }
        let may = self.rank(self.user_of(who), self.channel(name).unwrap()) >= HALFOP;
        if !may {
            self.numeric(who, "482", &[&self.shown(name)]);
        }
        may
    }

    fn kick_one(&mut self, who: ConnId, name: &str, nick: &str, reason: &str) {
        let Some(kicked) = self.find(nick) else { return self.numeric(who, "401", &[middle(nick)]) };
        let (me, nick, channel) = (self.user_of(who), self.nick_of(kicked).to_owned(), self.channel(name).unwrap());
        let name = channel.name.clone();
        if !channel.has(kicked) {
            self.numeric(who, "441", &[&nick, &name]);
        } else if kicked != me && !is_over(self.rank(me, channel), channel.rank(kicked)) {
            self.numeric(who, "482", &[&name]);
        } else {
            let line = format!(":{} KICK {name} {nick} :{reason}", self.source(me));
            let told = self.sessions_of_all(self.everyone(me, channel));
            self.happens(true, vec![Place::Channel(self.fold(&name))]);
            self.tell(told, &line);
            self.leave(kicked, &self.fold(&name));
        }
    }
}
